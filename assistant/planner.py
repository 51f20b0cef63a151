"""Planner (rules): a question, the catalog and the conversation make a row of plans.

The road: level the text → mark spans → mend slips → cut into sub-questions → per sub-question
settle place and year, name the quantities, choose the operation. A word that nothing explains is
never dropped: the question then goes to the prose of the reports, and is refused if that has no
answer either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from assistant import mending
from assistant.catalog import Catalog, is_organ, short_name
from assistant.frame import Frame, build
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.normalize import normalize
from assistant.numbers import YEAR
from assistant.operations import choose
from assistant.plan import Clarify, Op, Plan, Point, Quantity, Refuse, Term, Understood
from assistant.prose_topics import asks_topic
from assistant.schema import Schema
from assistant.scope import Scope, ScopeError, publishers_named, years_named
from assistant.slots import CONTENT, Slots, part_of, split
from assistant.tagger import Reading, read

_CLAUSES = re.compile(r"[,，。.!！?？;；\n:：]+")
_SOCIAL: dict[str, Op] = {
    "greeting": "help",
    "thanks": "help",
    "meta": "help",
    "stored": "stored",
    "human": "handoff",
}


@dataclass
class Context:
    """What earlier turns of a conversation settled."""

    publishers: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    frame: Frame = field(default_factory=Frame)
    terms: list[Term] = field(default_factory=list)  # distinct, in the order asked
    now: list[Term] = field(default_factory=list)  # asked in this very question
    points: list[Point] = field(default_factory=list)  # single values answered, oldest first
    shared: bool = False  # the last question asked for a share
    plan: Plan | None = None
    quantities: tuple[Quantity, ...] = ()
    pending: str = ""  # a question that was asked back about
    prose_query: str = ""

    @property
    def is_new(self) -> bool:
        return self.plan is None


@dataclass(frozen=True)
class Planner:
    lexicon: Lexicon
    schema: Schema

    def understand(self, question: str, catalog: Catalog, context: Context) -> Understood:
        """Plans for `question`, or the reason why there is none. Changes `context` on success."""
        text = normalize(question)
        if context.pending and self._is_reply(text, catalog):
            text = context.pending + " " + text
        notes: list[str] = []
        reading = self._read(text, catalog, notes)
        if reading.gaps:
            kept = self._without_chatter(question, catalog)
            if kept:
                text = kept
                reading = self._read(text, catalog, notes)
        social = self._social(reading)
        if social:
            return Understood((Plan(social),))
        carried: list[str] = []
        parts: list[Plan] = []
        try:
            slots = Slots()
            for tag in reading.tags:
                slots.add(tag)
            self._refuse_sub_year(slots)
            segments = split(reading)
            turn = replace_context(context)
            prose = self._prose_plan(slots, reading, catalog, turn, carried, question)
            if prose:
                remember(turn, Frame(), [prose], slots)
                parts, segments = [prose], []
            for segment in segments:
                parts += self._part(segment, slots, reading, catalog, turn, carried, text)
        except ScopeError as error:
            context.pending = text if isinstance(error.problem, Clarify) else ""
            return Understood(problem=_with_choices(error.problem, question))
        context.__dict__.update(turn.__dict__)
        context.pending = ""
        return Understood(tuple(parts), carried=tuple(dict.fromkeys(carried)), notes=tuple(notes))

    def _read(self, text: str, catalog: Catalog, notes: list[str]) -> Reading:
        mended = mending.mend(read(text, self.lexicon, catalog), self.lexicon, catalog)
        notes += mended.notes
        return mended.reading

    def _without_chatter(self, question: str, catalog: Catalog) -> str:
        """The question without clauses of small talk ("我爷爷让我问"), "" if there are none.

        Only a clause with a word of small talk and nothing of ours in it goes: one that narrows
        the subject ("网上提交的，") stays, and with it the refusal.
        """
        clauses = [clause for clause in _CLAUSES.split(question) if clause.strip()]
        kept = []
        for clause in clauses:
            reading = read(normalize(clause), self.lexicon, catalog)
            said = any(tag.of("chatter") for tag in reading.tags) or any(
                word in clause for word in self.lexicon.chatter
            )
            ours = any(
                tag.kind
                in (
                    *CONTENT,
                    "year",
                    "place",
                    "unknown_place",
                    "sub_year",
                    "number",
                    "negation",
                    "quantity",
                )
                and not tag.senses[0].weak
                for tag in reading.tags
            )
            narrows = (
                clause.rstrip().endswith("的")
                or any(tag.kind == "narrowing" for tag in reading.tags)
                or is_organ(clause)
            )
            if narrows or not (said and reading.gaps and not ours):
                kept.append(clause)
        return normalize("，".join(kept)) if kept and len(kept) < len(clauses) else ""

    def _is_reply(self, text: str, catalog: Catalog) -> bool:
        """Whether `text` only names a place or a year (an answer to a question back)."""
        reading = read(text, self.lexicon, catalog)
        kinds = {tag.kind for tag in reading.tags}
        kinds -= {"filler"}
        scoped = kinds & {"place", "year", "year_word", "every_place"}
        return (
            bool(scoped)
            and not reading.gaps
            and not kinds & {"item", "derived", "group", "prose", "aspect"}
        )

    def _social(self, reading: Reading) -> Op | None:
        content = [
            t
            for t in reading.tags
            if t.kind in (*CONTENT, "year", "quantity") and not t.senses[0].weak
        ]
        for tag in reading.tags:
            for op in tag.ids("op"):
                if op in _SOCIAL and (not content or op in ("human",)) and not reading.gaps:
                    return _SOCIAL[op]
        return None

    def _refuse_sub_year(self, slots: Slots) -> None:
        tags = slots.all("sub_year")
        if tags and slots.pieces:
            raise ScopeError(
                Refuse(message("only_whole_years", word=tags[0].text), "not_in_corpus")
            )

    def _part(
        self,
        segment: Slots,
        whole: Slots,
        reading: Reading,
        catalog: Catalog,
        turn: Context,
        carried: list[str],
        text: str,
    ) -> list[Plan]:
        """The plans of one sub-question; updates `turn` for the next one."""
        refuse_out_of_scope(segment)
        pair = self._last_two(segment, turn, carried)
        if pair:
            turn.plan = pair
            return [pair]
        frame = build(segment, self.schema)
        share_carried = self._carry_terms(segment, frame, turn, carried)
        scope = settle(segment, whole, catalog, turn, carried, self._wants(segment))
        plans = choose(segment, frame, scope, turn, self.schema, catalog, share_carried)
        turn.publishers, turn.years = scope.publishers, scope.years
        remember(turn, frame, plans, segment)
        return [replace(plan, notes=(*scope.notes, *plan.notes)) for plan in plans]

    def _last_two(self, segment: Slots, turn: Context, carried: list[str]) -> Plan | None:
        """ "差多少", "提高了几个百分点" about the two values answered last."""
        asks = segment.has("difference", "times", "points") or (
            segment.has("growth", "change")
            and len(turn.points) > 1
            and turn.points[-1].year != turn.points[-2].year
        )
        scoped = segment.any("year") or segment.any("year_word") or segment.any("place")
        if segment.pieces or scoped or len(turn.points) < 2 or not asks or segment.has("than"):
            return None
        if segment.any("pronoun") and not segment.has("difference", "times"):
            return None
        last = tuple(turn.points[-2:])
        carried.append(
            "、".join(f"{p.year}年{short_name(p.publisher)}{p.quantity.label}" for p in last)
        )
        counted = segment.units() & {"件", "元", "万元"}
        if counted and any(p.quantity.is_rate for p in last):
            return None
        if segment.has("times"):
            return Plan("times", last[::-1] if last[0].year < last[1].year else last)
        if last[0].year != last[1].year and last[0].quantity == last[1].quantity:
            ordered = tuple(sorted(last, key=lambda p: p.year))
            relative = segment.has("growth") and not last[0].quantity.is_rate
            return Plan("growth", ordered, over="year", relative=relative)
        return Plan("difference", last)

    def _wants(self, segment: Slots) -> set[str]:
        wants = set() if segment.pieces else {"follow_up"}
        if segment.has("which_year", "trend"):
            wants.add("all_years")
        if segment.has("which_place") or segment.any("every_place"):
            wants.add("all_publishers")
        if segment.any("every_report"):
            wants |= {"all_publishers", "all_years"}
        operands = {id_ for at in segment.pieces for id_ in segment.tags[at].ids("item")}
        places = {tag.text for tag in segment.all("place")}
        if (
            segment.has("growth", "change")
            and not segment.has("minus")
            and len(places) < 2
            and not (len(operands) > 1 and segment.has("than"))
        ):
            wants.add("two_years")
        if segment.has("explain", "basis", "advice") or segment.any("topic"):
            wants.add("optional")
        return wants

    def _prose_plan(
        self,
        segment: Slots,
        reading: Reading,
        catalog: Catalog,
        turn: Context,
        carried: list[str],
        question: str,
    ) -> Plan | None:
        """A plan over the prose where a word is unknown or nothing of the tables is named."""
        meaningful = [gap for gap in reading.gaps if not mending.is_noise(gap)]
        meaningful += denied_names(segment)
        strong = [at for at in segment.pieces if not segment.tags[at].senses[0].weak]
        numeric = segment.has(
            "check", "chart", "table", "stored", "growth", "change", "difference", "times", "points"
        )
        again = self._prose_again(segment, reading, catalog, turn, carried)
        if again:
            return again
        asks_open = (
            not strong
            and not numeric
            and (
                asks_topic(question)
                or segment.has("which", "summary", "explain", "why", "breakdown")
                or not segment.any("quantity")
            )
        )
        follow_up = not turn.is_new and (
            segment.any("ellipsis")
            or segment.any("pronoun")
            or segment.any("correction")
            or segment.has(
                "why",
                "chart",
                "table",
                "share",
                "share_verb",
                "growth",
                "change",
                "maximum",
                "minimum",
                "rank",
                "breakdown",
                "sum",
                "difference",
                "times",
                "convert",
                "trend",
                "mean",
                "points",
                "on_concluded",
                "kinds",
                "more",
                "less",
                "check",
            )
            or (segment.has("explain", "advice") and segment.any("pronoun"))
            or segment.any("unit_word")
            or (
                (segment.any("year") or segment.any("year_word") or segment.any("place"))
                and not segment.has("which", "summary")
            )
        )
        follow_up = follow_up and not (not strong and asks_topic(question))
        whole = not segment.pieces or (not strong and segment.has("summary"))
        if not (meaningful or (asks_open and not follow_up and whole)):
            return None
        refuse_out_of_scope(segment)
        scope = settle(segment, segment, catalog, turn, carried, {"optional"})
        turn.publishers, turn.years = scope.publishers or turn.publishers, scope.years or turn.years
        query = question
        return Plan(
            "prose",
            query=query,
            publishers=scope.publishers,
            years=scope.years,
            explain=(*(f"gap:{gap}" for gap in meaningful), f"phrase:{subject_of(reading)}"),
            count_only=segment.any("quantity") or segment.has("share", "share_verb", "times"),
            explain_units=tuple(sorted(segment.units())),
            notes=tuple(scope.notes),
        )

    def _prose_again(
        self,
        segment: Slots,
        reading: Reading,
        catalog: Catalog,
        turn: Context,
        carried: list[str],
    ) -> Plan | None:
        """ "2022年的呢?" after a question to the prose asks it again of another report."""
        scoped = segment.any("year") or segment.any("place") or segment.any("year_word")
        plan = turn.plan
        if segment.pieces or reading.gaps or not scoped or plan is None or plan.op != "prose":
            return None
        scope = settle(segment, segment, catalog, turn, carried, {"optional"})
        carried.append(plan.query)
        return replace(
            plan,
            query=YEAR.sub("", plan.query),
            publishers=scope.publishers,
            years=scope.years,
            notes=tuple(scope.notes),
        )

    def _carry_terms(self, segment: Slots, frame: Frame, turn: Context, carried: list[str]) -> bool:
        """Fill what the sub-question leaves out from the conversation; whether it asks for a
        share because the last question did."""
        if turn.is_new:
            return False
        share = False
        elliptic = segment.any("ellipsis") or not (
            segment.any("quantity")
            or segment.has(
                "share", "share_verb", "growth", "change", "difference", "times", "maximum"
            )
        )
        previous = turn.frame
        if segment.any("pronoun") and not frame.terms:
            self._carry_pronoun(segment, frame, turn, carried)
        elif (
            segment.any("pronoun")
            and len(previous.terms) == 1
            and all(self.schema.contains(t.item, previous.terms[0].item) for t in frame.terms)
        ):
            # "因为这个没公开的": the part asked about before, not the whole around it.
            frame.terms = list(previous.terms)
            carried.append(self.schema.label(frame.terms[0]))
        elif frame.is_empty and segment.has("difference", "times", "points", "sum"):
            self._carry_pair(segment, frame, turn, carried)
            if frame.is_empty:
                self._carry_items(frame, previous, turn, carried)
        elif frame.is_empty or (frame.only_aspects and not frame.derived and not frame.groups):
            self._carry_items(frame, previous, turn, carried)
        elif elliptic and frame.terms and not frame.derived:
            frame.terms = self._carried_aspects(frame.terms, previous, carried, segment)
        if segment.has("than", "difference") and len(frame.terms) == 1:
            self._carry_left_side(segment, frame, turn, carried)
        self._carried_total(segment, frame)
        self._settle_whole(segment, frame, turn)
        plain = segment.any("ellipsis") or not segment.ops()
        if elliptic and plain and turn.shared and not segment.any("quantity"):
            share = bool(frame.terms) and not frame.derived
        return share

    def _settle_whole(self, segment: Slots, frame: Frame, turn: Context) -> None:
        """After a question on several terms together, "占多少" is the share of their sum; "占它的"
        is a share of what was asked before; "占办结总数" names only the whole."""
        verb = segment.ops().get("share_verb", [-1])[0]
        if verb < 0 and not segment.has("share"):
            return
        after = [at for at in segment.pieces if at > verb]
        only_after = verb >= 0 and after and len(after) == len(segment.pieces)
        other = turn.frame.terms and set(turn.frame.terms) != set(frame.terms)
        if only_after and other and not frame.whole:
            frame.whole = frame.terms
            sums = segment.ops().get("sum", [])
            summed = bool(sums) and sums[0] < verb and len(turn.terms) > 1
            frame.terms = turn.terms[-2:] if summed else list(turn.frame.terms)
        pronoun = next((at for at, t in enumerate(segment.tags) if t.kind == "pronoun"), -1)
        if pronoun > verb >= 0 and len(turn.terms) > 1 and not segment.pieces:
            frame.terms, frame.whole = [turn.terms[-1]], [turn.terms[-2]]
        together = len(turn.quantities) == 1 and len(turn.quantities[0].terms) > 1
        frame.together = together and frame.terms == list(turn.frame.terms)

    def _carry_pronoun(
        self, segment: Slots, frame: Frame, turn: Context, carried: list[str]
    ) -> None:
        count = {"two": 2, "three": 3, "all": len(turn.terms), "one": 1}[
            next(tag for tag in segment.tags if tag.kind == "pronoun").senses[0].id
        ]
        if count == 1:
            self._carry_items(frame, turn.frame, turn, carried)
            return
        if len(turn.terms) < count:
            raise ScopeError(Clarify(message("which_of_them")))
        frame.terms = turn.terms[-count:]
        carried.append("、".join(self.schema.label(term) for term in frame.terms))

    def _carry_pair(self, segment: Slots, frame: Frame, turn: Context, carried: list[str]) -> None:
        """ "差多少", "一共几件" about what was asked one by one: in this question, or the only two
        measures of the conversation."""
        ops = segment.ops()
        verb = ops.get("share_verb", [len(segment.tags)])[0]
        if "sum" in ops and ops["sum"][0] > verb:
            return  # "占总的多少": the whole, not a sum of what was asked
        if len(turn.frame.terms) > 1 or len(turn.years) > 1:
            return
        asked = turn.now if len(turn.now) > 1 else turn.terms
        if len(asked) < 2:
            return
        if asked is turn.terms and len(asked) > 2:
            raise ScopeError(Clarify(message("which_of_them")))
        frame.terms = list(asked)
        carried.append("、".join(self.schema.label(term) for term in frame.terms))

    def _carry_left_side(
        self, segment: Slots, frame: Frame, turn: Context, carried: list[str]
    ) -> None:
        """ "比予以公开少多少": the left side is what was asked before."""
        at = segment.pieces[0] if segment.pieces else 0
        opens = any(tag.text == "比" or "than" in tag.ids("op") for tag in segment.tags[:at])
        left = [term for term in turn.frame.terms if term not in frame.terms]
        if opens and len(left) == 1:
            frame.terms = [left[0], *frame.terms]
            carried.append(self.schema.label(left[0]))

    def _carry_items(
        self, frame: Frame, previous: Frame, turn: Context, carried: list[str]
    ) -> None:
        if frame.only_aspects:
            items = list(dict.fromkeys(term.item for term in previous.terms))
            fitting = [
                Term(item, aspect)
                for item in items
                for aspect in frame.only_aspects
                if self.schema.allows(item, aspect)
            ]
            if fitting:
                frame.terms, frame.only_aspects = fitting, []
                carried.append("、".join(self.schema.entry(i).name for i in items))
            return
        frame.terms, frame.whole = list(previous.terms), list(frame.whole or previous.whole)
        frame.derived, frame.groups = list(previous.derived), list(previous.groups)
        frame.excluded = list(previous.excluded)
        frame.excluded_aspects = list(previous.excluded_aspects)
        names = [self.schema.label(term) for term in frame.terms]
        names += [self.schema.vocabulary.derived[d].name for d in frame.derived]
        carried += ["、".join(names)] if names else []

    def _carried_total(self, segment: Slots, frame: Frame) -> None:
        """ "那总数呢?" after one applicant kind or outcome asks for the 总计."""
        total = segment.has("sum") or any("总" in tag.text for tag in segment.tags)
        if total and not segment.pieces and len(frame.terms) == 1:
            frame.terms = [
                replace(t, aspect="total") if self.schema.allows(t.item, "total") else t
                for t in frame.terms
            ]

    def _carried_aspects(
        self, terms: list[Term], previous: Frame, carried: list[str], segment: Slots
    ) -> list[Term]:
        """ "予以公开呢?" after a question on 科研机构 asks for 科研机构 again."""
        aspects = {term.aspect for term in previous.terms} - {"total", ""}
        if len(aspects) != 1 or not segment.any("ellipsis"):
            return terms
        (aspect,) = aspects
        fitted = [
            replace(term, aspect=aspect)
            if term.aspect == self.schema.default_aspect(term.item)
            and self.schema.allows(term.item, aspect)
            else term
            for term in terms
        ]
        if fitted != terms:
            carried.append(self.schema.vocabulary.aspects[aspect].name)
        return fitted


def subject_of(reading: Reading) -> str:
    """The words of a question that could name a measure, "" where one is named already: a word
    beside a known name narrows it, and is no other name for it."""
    if any(tag.kind in CONTENT for tag in reading.tags):
        return ""
    kept = list(reading.text)
    for tag in reading.tags:
        if tag.kind not in ("item", "aspect", "derived", "group"):
            kept[tag.start : tag.end] = [""] * (tag.end - tag.start)
    return "".join(kept).strip()


def refuse_out_of_scope(segment: Slots) -> None:
    """Opinions, forecasts and personal data, whatever else is named."""
    for cue in ("opinion", "forecast", "person"):
        if segment.has(cue):
            raise ScopeError(Refuse(message(f"no_{cue}"), "out_of_scope"))


def denied_names(segment: Slots) -> list[str]:
    """Names with an unexplained 没/未/不 right before them: not the same measure."""
    found = []
    for at in segment.pieces:
        before = segment.tags[at - 1] if at else None
        whether = at + 1 < len(segment.tags) and segment.tags[at + 1].kind == "negation"
        if (
            before is not None
            and before.kind == "negation"
            and before.text not in ("不是", "非")
            and not whether
        ):
            found.append(before.text + segment.tags[at].text)
    return found


def replace_context(context: Context) -> Context:
    """A working copy that is thrown away if the question cannot be planned."""
    copy = replace(context)
    copy.terms, copy.points = list(context.terms), list(context.points)
    copy.now = []
    return copy


def remember(turn: Context, frame: Frame, plans: list[Plan], segment: Slots) -> None:
    """Keep for the next turn what this sub-question was about."""
    if not plans:
        return
    turn.plan = plans[-1]
    turn.frame = frame
    for term in frame.terms:
        if term in turn.terms:
            turn.terms.remove(term)
        turn.terms.append(term)
        if term not in turn.now:
            turn.now.append(term)
    if len(plans[-1].points) == 1:
        turn.points = [*turn.points[-3:], plans[-1].points[0]]
    turn.quantities = tuple(dict.fromkeys(p.quantity for p in plans[-1].points))
    turn.shared = any(quantity.is_rate for quantity in turn.quantities) and not frame.derived


def settle(
    segment: Slots,
    whole: Slots,
    catalog: Catalog,
    turn: Context,
    carried: list[str],
    wants: set[str],
) -> Scope:
    """Places and years of a sub-question: named here, elsewhere in the question, carried over,
    the only candidate, or asked back. Raises ScopeError."""
    scope = Scope()
    if not catalog.reports:
        raise ScopeError(Refuse(message("nothing_stored"), "not_in_corpus"))
    scope.publishers = publishers_named(segment, catalog) or publishers_named(whole, catalog)
    scope.named_publishers = bool(scope.publishers)
    if not scope.publishers and ("all_publishers" in wants or whole.any("every_place")):
        both = any(tag.text.startswith("两") for tag in whole.all("every_place"))
        if not both or len(catalog.publishers) == 2:
            scope.publishers = catalog.publishers
            scope.named_publishers = True
    available = catalog.years_of(scope.publishers) if scope.publishers else catalog.years
    source = segment if segment.any("year") or segment.any("year_word") else whole
    anchor = turn.years[-1] if turn.years and not segment.pieces else None
    scope.years, notes, scope.compares_years = years_named(source, available, anchor)
    scope.notes += notes
    _refuse_absent_years(scope, catalog)
    _keep_context_years(scope, segment, turn)
    _leave_out(scope, segment, catalog, available)
    if segment.any("same_year") and turn.years and not scope.years:
        scope.years = turn.years
    scope.named_years = bool(scope.years)
    _settle_publishers(scope, catalog, turn, carried, wants)
    _settle_years(scope, catalog, turn, carried, wants)
    _refuse_missing(scope, catalog)
    scope.pairs = _pairs(segment, catalog)
    return scope


def _refuse_absent_years(scope: Scope, catalog: Catalog) -> None:
    """A single named year that no report is of: never fall back to another."""
    if len(scope.years) == 1 and scope.years[0] not in catalog.years:
        raise ScopeError(
            Refuse(
                message("year_not_stored", years=_years(scope.years), stored=catalog.described()),
                "not_in_corpus",
            )
        )


def _keep_context_years(scope: Scope, segment: Slots, turn: Context) -> None:
    """ "比2020年多多少", "2024年少了几件", "平均每年呢" after a question on other years."""
    if segment.pieces or not turn.years:
        return
    compares = segment.has("than", "more", "less", "difference", "growth", "change", "times")
    if compares and len(scope.years) == 1 and len(turn.years) == 1 and scope.years != turn.years:
        scope.years = tuple(sorted({*scope.years, *turn.years}))
    generic = segment.all("year_word")
    if (
        generic
        and len(turn.years) > 1
        and all("all" in t.ids("year_word") for t in generic)
        and (not segment.any("year"))
    ):
        scope.years = turn.years


def _leave_out(scope: Scope, slots: Slots, catalog: Catalog, available: tuple[int, ...]) -> None:
    """ "除海淀外的其余各区", "除2022年外各年": what stands inside 除…外 is left out."""
    ops = slots.ops()
    start, end = ops.get("except_before", []), ops.get("except_after", [])
    if not start or not end:
        return
    inside = part_of(slots, start[0], end[-1])
    places, years = publishers_named(inside, catalog), years_named(inside, available)[0]
    if places:
        scope.publishers = tuple(p for p in catalog.publishers if p not in places)
        if years_named(slots, available)[0] == ():
            scope.years = ()
    if years:
        named = tuple(y for y in scope.years if y not in years)
        scope.years = named or tuple(y for y in available if y not in years)


def _pairs(slots: Slots, catalog: Catalog) -> tuple[tuple[str, int], ...]:
    """ "海淀2024年是示例区2022年的几倍": each place with the year beside it; () if not so."""
    order = [tag for tag in slots.tags if tag.kind in ("place", "year")]
    kinds = "".join(tag.kind[0] for tag in order)
    if kinds not in ("pypy", "ypyp"):
        return ()
    found = []
    for left, right in zip(order[::2], order[1::2], strict=True):
        place, year = (left, right) if left.kind == "place" else (right, left)
        owners, years = place.value, year.value
        if not (
            isinstance(owners, tuple)
            and isinstance(years, tuple)
            and len(owners) == len(years) == 1
        ):
            return ()
        found.append((owners[0], years[0]))
    return tuple(found)


def _settle_publishers(
    scope: Scope, catalog: Catalog, turn: Context, carried: list[str], wants: set[str]
) -> None:
    if scope.publishers:
        return
    if turn.publishers and set(turn.publishers) <= set(catalog.publishers):
        scope.publishers = turn.publishers
        if len(catalog.publishers) > 1:
            carried.append("、".join(catalog.label(p) for p in turn.publishers[:3]))
        return
    candidates = catalog.publishers
    if len(candidates) > 1 and scope.years:
        stored = [p for p in candidates if set(scope.years) <= set(catalog.years_of([p]))]
        if not stored:
            raise ScopeError(
                Refuse(
                    message(
                        "year_not_stored", years=_years(scope.years), stored=catalog.described()
                    ),
                    "not_in_corpus",
                )
            )
        candidates = tuple(stored)
    if len(candidates) == 1:
        scope.publishers = candidates
        scope.notes.append(message("only_publisher", publisher=candidates[0]))
        return
    if "optional" in wants:
        return
    names = "、".join(catalog.label(p) for p in candidates[:6])
    raise ScopeError(
        Clarify(
            message("which_place", names=names), tuple(catalog.label(p) for p in candidates[:6])
        )
    )


def _settle_years(
    scope: Scope, catalog: Catalog, turn: Context, carried: list[str], wants: set[str]
) -> None:
    available = catalog.years_of(scope.publishers) if scope.publishers else catalog.years
    if scope.years or not available:
        _add_base_year(scope, wants, available)
        return
    if "all_years" in wants:
        kept = "follow_up" in wants and len(turn.years) > 1 and set(turn.years) <= set(available)
        scope.years = turn.years if kept else available
        if kept:
            carried.append(_years(turn.years))
        return
    if "two_years" in wants and len(turn.years) == 2 and set(turn.years) <= set(available):
        scope.years = turn.years
        carried.append(_years(turn.years))
        return
    if ("two_years" in wants or scope.compares_years) and len(available) > 1:
        newest = turn.years[-1] if turn.years else available[-1]
        scope.years = (newest - 1, newest)
        scope.notes.append(message("compared_years", last=newest, first=newest - 1))
        return
    if turn.years and set(turn.years) <= set(available):
        scope.years = turn.years
        if len(available) > 1:
            carried.append(_years(turn.years))
        return
    if len(available) == 1:
        scope.years = available
        scope.notes.append(message("only_year", year=available[0]))
        return
    if "optional" in wants:
        return
    raise ScopeError(
        Clarify(
            message("which_year", years=_years(available)),
            tuple(f"{year}年" for year in reversed(available[-6:])),
        )
    )


def _add_base_year(scope: Scope, wants: set[str], available: tuple[int, ...]) -> None:
    """Growth of one named year is against the year before it."""
    if len(scope.years) == 1 and (scope.compares_years or "two_years" in wants):
        scope.years = (scope.years[0] - 1, scope.years[0])
        scope.notes.append(message("compared_years", last=scope.years[1], first=scope.years[0]))


def _refuse_missing(scope: Scope, catalog: Catalog) -> None:
    """No report at all for what was asked: say what there is."""
    if not scope.years or not scope.publishers:
        return
    stored = [
        (p, y) for p in scope.publishers for y in scope.years if catalog.report(p, y) is not None
    ]
    if not stored:
        raise ScopeError(
            Refuse(
                message(
                    "not_stored",
                    publisher="、".join(catalog.label(p) for p in scope.publishers[:3]),
                    years=_years(scope.years),
                    stored=catalog.described(),
                ),
                "not_in_corpus",
            )
        )


def _years(years: tuple[int, ...]) -> str:
    return "、".join(f"{year}年" for year in years)


def _with_choices(problem: Clarify | Refuse, question: str) -> Clarify | Refuse:
    """Choices as whole questions that can be clicked."""
    if isinstance(problem, Clarify) and problem.choices:
        full = tuple(
            choice if len(choice) > 12 else f"{choice}{question}" for choice in problem.choices
        )
        return replace(problem, choices=full)
    return problem
