"""Carrying: what a follow-up takes over from the conversation, each time told to the asker."""

from __future__ import annotations

from dataclasses import replace

from assistant.comparing import asks_universal
from assistant.context import Context
from assistant.follow_up import FollowUp, named
from assistant.frame import Frame
from assistant.going_on import orders_years
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.plan import Clarify, Term
from assistant.quantities import MONEY_UNITS, default_whole, whole_of_parts
from assistant.schema import Schema
from assistant.scope import ScopeError
from assistant.sharing import of_kind_beside
from assistant.slots import Slots


def carry(segment: Slots, frame: Frame, turn: Context, schema: Schema, carried: list[str]) -> bool:
    """Fill what the sub-question leaves out from the conversation; whether it asks for a share
    because the last question did. What was taken over is added to `carried`."""
    follow_up = _FollowUp(segment, frame, turn, schema, carried)
    if turn.lost:
        follow_up.refuse_lost()
    return not turn.is_new and follow_up.fill()


CONCLUDED = "concluded"  # the aspect of closed cases
_CASES = "四"  # the table of cases
NUMERALS = "零一二三四五六七八九"


class _FollowUp(FollowUp):
    """Fills the frame of a follow-up from the conversation."""

    def fill(self) -> bool:
        self._refuse_received()
        if self.segment.has("rest") and not self.segment.pieces:
            self._rest()
            return self.turn.shared and self.segment.any("ellipsis")
        ordered = self.segment.has("maximum", "minimum") and self.segment.any("same_year")
        if ordered and self.frame.is_empty and not orders_years(self.turn.plan):
            raise ScopeError(Clarify(message("rank_of_what")))  # of which measure the least
        self._place_found()
        self._refuse_net()
        self._refuse_outside()
        self._keep_namesake()
        self._left_out_of_last()
        self._counted_in_last()
        self._all_of_last()
        self._results_of_last()
        self._kinds_of_last()
        if not self._take_winner():
            self._take_terms()
        sided = self.segment.has("than", "difference", "times", "ratio")
        if sided and len(self.frame.terms) == 1:
            self._left_side()
        self._item_for_kinds()
        self._whole_around_kind()
        self._take_rate()
        self._rate_of_last()
        self._total()
        self._take_whole_before()
        self._take_sum_before()
        self._settle_whole()
        self._note_around()
        names_item = any(self.segment.tags[at].of("item") for at in self.segment.pieces)
        plain = self.segment.any("ellipsis") or not (self.segment.ops() or names_item)
        again = self._asks_again()
        shared = (
            (self.is_elliptic or again)
            and plain
            and self.turn.shared
            and (again or not self.segment.any("quantity"))
            and bool(self.frame.terms)
            and not self.frame.derived
        )
        if shared or self.same_share:
            self._take_whole()
        return shared or self._orders_shares()

    def _place_found(self) -> None:
        """ "它的行政许可呢" after "哪个区处罚最多": of the place or year that was found."""
        turn, segment = self.turn, self.segment
        ranked = turn.plan is not None and turn.plan.op in ("maximum", "minimum", "rank")
        across = turn.plan is not None and turn.plan.over in ("publisher", "year")
        named = any(segment.any(kind) for kind in ("place", "year", "year_word", "every_place"))
        if not (ranked and across) or named or len(turn.winners) != 1 or turn.lost:
            return
        if self.points_at_one and segment.pieces and not segment.has("share", "share_verb"):
            (found,) = turn.winners
            turn.publishers, turn.years = (found.publisher,), (found.year,)

    def _asks_again(self) -> bool:
        """ "2024年又是多少" after a share: of another year, with no counter and no new measure."""
        again = Lexicon.built_in().pattern("again")
        said = [tag.text for tag in self.segment.tags if tag.kind in ("quantity", "filler")]
        scoped = any(self.segment.any(kind) for kind in ("year", "year_word", "place"))
        bare = not (self.segment.pieces or self.segment.ops() or self.segment.units() - {""})
        return scoped and bare and bool(again.search("".join(said)))

    def _left_out_of_last(self) -> None:
        """ "除了不掌握还有多少" after 无法提供: of that; "不算部分公开呢" after a rate: of it."""
        frame, last = self.frame, self.turn.frame
        if frame.terms or frame.derived or frame.groups or not frame.excluded:
            return
        out = [term.item for term in frame.excluded]
        rates = [self.schema.vocabulary.derived[name] for name in last.derived]
        counted = {name.split(".")[0] for rate in rates for name in rate.numerator}
        if len(rates) == 1 and {*out} <= counted and not self.segment.any("quantity"):
            frame.derived = list(last.derived)
            self.carried.append(rates[0].name)
        elif len(last.terms) == 1 and not last.derived:
            (around,) = last.terms
            if all(self.schema.contains(around.item, item) for item in out):
                frame.terms = [around]
                self.tell([around])

    def _counted_in_last(self) -> None:
        """ "算上部分公开呢" after a rate that counts it: the rate again; "按新收算呢": over that
        basis. Raises ScopeError where the rate has no such definition."""
        frame, last, segment = self.frame, self.turn.frame, self.segment
        basis = segment.has("on_base", "on_all")
        said = (basis or segment.has("including")) and segment.any("ellipsis")
        if not (said and segment.pieces) or len(last.derived) != 1 or frame.derived:
            return
        if segment.any("quantity"):
            return
        tags = [segment.tags[at] for at in segment.pieces]
        names = {id_ for tag in tags for kind in ("item", "aspect") for id_ in tag.ids(kind)[:1]}
        rate = self.schema.vocabulary.derived[last.derived[0]]
        sides = rate.denominator if basis else rate.numerator
        if len(tags) != 1 or not names & {part for side in sides for part in side.split(".")}:
            raise ScopeError(Clarify(message("not_put_together")))
        if basis:
            pairs = [side.partition(".") for side in rate.numerator]
            frame.whole, frame.on_basis, frame.together = list(frame.terms), True, True
            frame.terms = [Term(i, side or self.schema.default_aspect(i)) for i, _, side in pairs]
        else:
            frame.terms, frame.only_aspects, frame.derived = [], [], list(last.derived)
        self.carried.append(rate.name)

    def _all_of_last(self) -> None:
        """ "都是自然人申请的吗" in a talk about 行政执法案卷: of these, not of all applications."""
        frame, last = self.frame, self.turn.frame.terms
        sides = {term.aspect for term in frame.terms} - {"total"}
        if not asks_universal(self.segment) or not frame.weak_only or len(last) != 1:
            return
        if len(sides) == 1 and self.schema.allows(last[0].item, next(iter(sides))):
            frame.terms = [replace(last[0], aspect=next(iter(sides)))]
            self.tell([last[0]])

    def _results_of_last(self) -> None:
        """ "直接起诉几件，结果如何": its own results, not those of the applications; after 企业
        those of that kind."""
        frame, last = self.frame, self.turn.frame.terms
        results = Lexicon.built_in().pattern("its_results")
        how = [tag for tag in self.segment.all("group") if results.fullmatch(tag.text)]
        if len(how) != 1 or frame.terms or frame.only_aspects or len(last) != 1:
            return
        entry, term = self.schema.vocabulary.groups[how[0].senses[0].id], last[0]
        if entry.axis != "items" or self.segment.any("place"):
            return
        if self.schema.tables.get(term.item) == self.schema.tables.get(entry.of):
            if self.schema.allows(entry.of, term.aspect) and term.aspect != "total":
                frame.only_aspects = [term.aspect]
                self.carried.append(self.schema.vocabulary.aspects[term.aspect].name)
            return
        outcomes = self._outcomes(term.item)
        if not outcomes:
            raise ScopeError(Clarify(message("which_measure")))
        frame.groups, frame.terms = [], outcomes
        self.tell([Term(term.item, self.schema.default_aspect(term.item))])

    def _kinds_of_last(self) -> None:
        """ "都是谁的" after 结转下年: who applied for these."""
        frame, last = self.frame, self.turn.frame.terms
        asked = [tag for tag in self.segment.all("group") if "谁" in tag.text or "人的" in tag.text]
        if len(asked) != 1 or frame.terms or len(last) != 1 or len(self.segment.pieces) != 1:
            return
        entry = self.schema.vocabulary.groups[asked[0].senses[0].id]
        if entry.axis == "aspects" and self.schema.allows(last[0].item, entry.members[0]):
            frame.terms = [Term(last[0].item, self.schema.default_aspect(last[0].item))]
            self.tell(frame.terms)

    def _outcomes(self, item: str) -> list[Term]:
        """The ways a case of `item` can end; [] where no form tells them."""
        for group in self.schema.vocabulary.groups.values():
            sides = group.members if group.axis == "aspects" else ()
            if sides and all(self.schema.allows(item, side) for side in sides):
                return [Term(item, side) for side in sides]
        return []

    def _refuse_received(self) -> None:
        """ "2023年收到多少" in a talk of money: money or applications, which is not said. Raises
        ScopeError."""
        tags = [self.segment.tags[at] for at in self.segment.pieces]
        received = Lexicon.built_in().pattern("received")
        bare = len(tags) == 1 and bool(received.fullmatch(tags[0].text))
        units = {self.schema.unit(term) for term in self.turn.frame.terms}
        now = {self.schema.unit(term) for term in self.frame.terms}
        bare = bare and bool(now) and not now & MONEY_UNITS
        if bare and units & MONEY_UNITS and not self.segment.units() & {"件", "个"}:
            raise ScopeError(Clarify(message("which_measure")))

    def _refuse_net(self) -> None:
        """ "净增多少" after 制发 and 废止: of the two, or against the year before. Raises
        ScopeError."""
        text = "".join(tag.text for tag in self.segment.tags)
        if Lexicon.built_in().pattern("net").search(text) and not self.segment.pieces:
            raise ScopeError(Clarify(message("two_needed")))

    def _refuse_outside(self) -> None:
        """ "其中复议后" after 诉讼: a case of another kind lies not inside. Raises ScopeError."""
        named = [self.segment.tags[at].ids("item")[:1] for at in self.segment.pieces]
        items, last = {id_ for ids in named for id_ in ids}, self.turn.frame.terms
        if not self.opens_inside or len(items) != 1 or len(last) != 1:
            return
        (item,), around = items, last[0].item
        cases = {self.schema.tables.get(one) for one in (item, around)} == {_CASES}
        if cases and item != around and not self.schema.contains(around, item):
            raise ScopeError(Clarify(message("which_measure")))

    def _keep_namesake(self) -> None:
        """ "2023年结转的呢" after 结转下年度: a short name that the last measure bears, too, is its
        name again."""
        tags = [self.segment.tags[at] for at in self.segment.pieces]
        last = self.turn.frame.terms
        if len(tags) != 1 or not tags[0].senses[0].weak or tags[0].kind != "item" or len(last) != 1:
            return
        if self.turn.now:
            return  # "上年结转里…，今年结转里…": held against the one just named
        short, name = tags[0].text.rstrip("的"), self.schema.label(last[0])
        if len(short) > 1 and short in name and len(self.frame.terms) == 1:
            self.frame.terms = [last[0]]

    def _orders_shares(self) -> bool:
        """ "三年里哪年最高" after shares: of the shares, not of the numbers behind them."""
        ordered = self.segment.has("maximum", "minimum", "rank", "rank_up", "trend", "mean")
        bare = not (self.segment.pieces or self.segment.units() or self.segment.any("place"))
        return ordered and bare and self.turn.shared and not self.frame.derived

    def _whole_for_kind(self) -> list[Term]:
        """The whole of the last share, of the kind that is asked about now ("企业呢" after
        "自然人的不予公开占自然人办结的比例")."""
        last = {term.aspect for term in self.turn.frame.terms}
        now = {term.aspect for term in self.frame.terms}
        whole = self.turn.frame.whole
        if len(last) != 1 or len(now) != 1 or last == now or {w.aspect for w in whole} != last:
            return whole
        (kind,) = now
        return [replace(w, aspect=kind) for w in whole if self.schema.allows(w.item, kind)]

    def _item_for_kinds(self) -> None:
        """ "法人里企业的占比" in a talk about what was closed: of that, not of what came in."""
        frame, last = self.frame, self.turn.frame.terms
        named = any(self.segment.tags[at].of("item") for at in self.segment.pieces)
        items = {term.item for term in last}
        used = {term.item for term in (*frame.terms, *frame.whole)}
        if named or not frame.whole or len(items) != 1 or len(used) != 1 or used == items:
            return
        (item,) = items
        terms = [replace(term, item=item) for term in frame.terms]
        whole = [replace(term, item=item) for term in frame.whole]
        if all(self.schema.allows(term.item, term.aspect) for term in (*terms, *whole)):
            frame.terms, frame.whole = terms, whole
            self.tell([Term(item, "total")])

    def _whole_around_kind(self) -> None:
        """ "企业占几成" after 法人一共多少: of these, not of all."""
        frame, last, segment = self.frame, self.turn.frame.terms, self.segment
        asks = segment.has("share", "share_verb") or "%" in segment.units()
        if not asks or frame.whole or frame.derived or len(frame.terms) != 1 or len(last) != 1:
            return
        term, around = frame.terms[0], last[0]
        held = term.item == around.item and around.aspect != "total"
        if held and self.schema.aspect_contains(around.aspect, term.aspect):
            frame.whole = [around]
            self.tell([around])

    def _take_rate(self) -> None:
        """ "诉讼的呢" after a rate of 复议: the same rate of the item named now."""
        frame, last = self.frame, self.turn.frame.derived
        again = self.is_elliptic and not self.segment.any("quantity")
        plain = len(frame.terms) == 1 and not (frame.derived or frame.whole or frame.groups)
        if not (again and plain and len(last) == 1):
            return
        term = frame.terms[0]
        named = term.aspect == self.schema.default_aspect(term.item)
        if named and self.schema.rate_fits(last[0], term.item):
            frame.derived = list(last)
            self.carried.append(self.schema.vocabulary.derived[last[0]].name)

    def _rate_of_last(self) -> None:
        """ "维持率" in a talk about 复议后起诉: its own; "公开率" in one about 科研机构: theirs."""
        frame, last = self.frame, self.turn.frame
        alone = len(frame.derived) == 1 and not (frame.terms or frame.only_aspects or frame.groups)
        if not alone or frame.derived == last.derived:
            return
        said = "".join(tag.text for tag in self.segment.all("derived"))
        if Lexicon.built_in().pattern("own_rate").search(said):
            return  # "败诉率" is of lawsuits, whatever was spoken of
        items, kinds = {t.item for t in last.terms}, {t.aspect for t in last.terms}
        if last.derived and not items:  # "纠正率" after "诉讼维持率"
            rates = self.schema.vocabulary.derived
            items = {rates[name].numerator[0].split(".")[0] for name in last.derived}
        own = self.schema.vocabulary.derived[frame.derived[0]].numerator[0].split(".")[0]
        if len(items) == 1 and own not in items and not self.schema.is_named(own, said):
            (item,) = items
            if self.schema.rate_fits(frame.derived[0], item):
                frame.terms = [Term(item, self.schema.default_aspect(item))]
                self.tell(frame.terms)
        other = len(items) > 1 and own not in items and not self.schema.is_named(own, said)
        if other and all(self.schema.rate_fits(frame.derived[0], item) for item in items):
            named_items = dict.fromkeys(term.item for term in last.terms)
            frame.terms = [Term(i, self.schema.default_aspect(i)) for i in named_items]
            self.tell(frame.terms)
        applicants = kinds & set(self.schema.pairs["new"]) - {"total"}
        applicants = {kind for kind in applicants if self.schema.allows(own, kind)}
        if len(kinds) == 1 and applicants and not frame.terms:
            frame.only_aspects = list(kinds)
            self.carried.append(self.schema.vocabulary.aspects[frame.only_aspects[0]].name)

    def _take_whole(self) -> None:
        """ "出版物那类呢" after "信访类占不予处理多少": a share of 不予处理 again."""
        whole, terms = self._whole_for_kind(), self.frame.terms
        inside = all(self._holds(w, t) for w in whole for t in terms)
        last = self.turn.frame.terms
        apart = not any(
            w.item == t.item or self.schema.contains(w.item, t.item) for w in whole for t in last
        )  # "结转占新收的": neither holds the other, and the whole stays what it was
        if whole and (inside or apart) and not self.frame.whole and terms != whole:
            self.frame.whole = list(whole)

    def _holds(self, around: Term, term: Term) -> bool:
        kinds = term.item == around.item and around.aspect != "total"
        within = kinds and self.schema.aspect_contains(around.aspect, term.aspect)
        return within or self.schema.contains(around.item, term.item)

    def _take_terms(self) -> None:
        """The measures that are not named: what a pronoun stands for, what was asked one by one,
        or those of the last question."""
        segment, frame = self.segment, self.frame
        if segment.has("former", "latter") and not segment.pieces:
            self._former_and_latter()
        elif segment.has("add") and frame.terms and self.adds_to_last():
            added = list(self._added_to())
            frame.terms = [*added, *of_kind_beside(frame.terms, added, self.schema)]
            frame.together = True
        elif segment.any("pronoun") and not (frame.terms or frame.derived):
            self._pronoun()
        elif self.compares_with_it():
            self._beside_it()
        elif self._points() and self.names_whole_of_last():
            # "因为这个没公开的": the part asked about before, not the whole around it.
            frame.terms = list(self.turn.frame.terms)
            self.carried.append(self.schema.label(frame.terms[0]))
        elif frame.is_empty and segment.has("difference", "times", "points", "sum"):
            self._pair()
            if frame.is_empty:
                self._items()
        elif frame.is_empty or (frame.only_aspects and not frame.derived and not frame.groups):
            self._items()
        elif (
            frame.terms
            and not frame.derived
            and (
                self.is_elliptic
                or self.segment.any("correction")
                or self.same_share
                or self.points_at_one
                or self.is_bare
                or self.opens_inside
            )
        ):
            frame.terms = self._with_last_aspect(frame.terms)

    def _points(self) -> bool:
        """Whether a pronoun points at what was said; 那 that opens a question does not."""
        tags = self.segment.tags
        return any(
            tag.kind == "pronoun" and not (at == 0 and tag.of("ellipsis"))
            for at, tag in enumerate(tags)
        )

    def _former_and_latter(self) -> None:
        """ "后者是前者的百分之几", "比前者多几件", "前者占比": the last two measures asked.
        Raises ScopeError where not two were."""
        if len(self.turn.terms) < 2:
            raise ScopeError(Clarify(message("which_of_them")))
        former, latter = self.turn.terms[-2:]
        ops = self.segment.ops()
        named = sorted(
            (at, term)
            for op, term in (("former", former), ("latter", latter))
            for at in ops.get(op, [])
        )
        terms = [term for _, term in named]
        if len(terms) == 1 and self.segment.has("than", "difference", "times", "ratio"):
            terms = [latter if terms[0] == former else former, *terms]
        shares = self.segment.has("share", "share_verb") or "%" in self.segment.units()
        if shares and len(terms) == 2:
            self.frame.terms, self.frame.whole = terms[:1], terms[1:]
        else:
            self.frame.terms = terms
        self.tell(terms)

    def _added_to(self) -> list[Term]:
        """The last sum, or the one measure asked. Raises ScopeError where it is not known which."""
        last = self.turn.quantities
        if len(last) == 1 and len(last[0].terms) > 1 and not last[0].whole:
            found = list(last[0].terms)
        elif len(self.turn.terms) == 1:
            found = list(self.turn.terms)
        else:
            raise ScopeError(Clarify(message("which_of_them")))
        self.tell(found)
        return found

    def _beside_it(self) -> None:
        tags, last = self.segment.tags, list(self.turn.frame.terms)
        at = next(at for at, tag in enumerate(tags) if "one" in tag.ids("pronoun"))
        before = at < self.segment.pieces[0]
        self.frame.terms = [*last, *self.frame.terms] if before else [*self.frame.terms, *last]
        self.tell(last)

    def _take_winner(self) -> bool:
        """ "它占多少", "占不予公开的多少" after "哪种最多": about the one that was found.
        Raises ScopeError where several were found or it is not known which."""
        segment, turn = self.segment, self.turn
        if turn.plan is None or turn.plan.op not in ("maximum", "minimum", "rank"):
            return False
        verb = segment.ops().get("share_verb", [-1])[0]
        within = {at - 1 for at in segment.ops().get("of_which", []) if at + 1 == verb}
        opens = verb >= 0 and not any(at < verb for at in segment.pieces if at not in within)
        one = any("one" in tag.ids("pronoun") for tag in segment.tags) and not segment.pieces
        bare = all(tag.kind in ("quantity", "filler") for tag in segment.tags)
        one = one or (bare and segment.any("quantity") and turn.plan.op != "rank")
        several = any({"two", "three", "all"} & set(tag.ids("pronoun")) for tag in segment.tags)
        scoped = segment.any("place") or (segment.any("year") and not one)
        if not (opens or one) or several or scoped:
            return False
        if len(turn.winners) != 1:
            raise ScopeError(Clarify(message("one_by_one")))
        winner = turn.winners[0]
        asked = segment.has("share", "share_verb") or "%" in segment.units()
        scopes = {(point.publisher, point.year) for point in turn.plan.points}
        if asked and len(scopes) > 1 and not winner.quantity.is_rate:
            raise ScopeError(Clarify(message("share_of_which_sum")))  # of all years, or of its own
        self.frame.whole = list(self.frame.terms) if opens else []
        self.frame.terms = list(winner.quantity.terms)
        if not opens or not self.frame.whole:
            self._whole_of_ranked()
        turn.years, turn.publishers = (winner.year,), (winner.publisher,)
        self.tell(self.frame.terms)
        return True

    def _whole_of_ranked(self) -> None:
        """ "占多少" after "最多的理由": of what the parts that were ranked add up to."""
        plan = self.turn.plan
        points = plan.points if plan is not None else ()
        if len({(point.publisher, point.year) for point in points}) == 1:
            parts = [term for point in points for term in point.quantity.terms]
            self.frame.whole = whole_of_parts(list(dict.fromkeys(parts)), self.schema)

    def _rest(self) -> None:
        """ "剩下的几种加起来多少": the whole that was asked about, without the parts asked since.
        Raises ScopeError where no measure holds them all."""
        asked = [*self.turn.terms, *self.turn.frame.whole]
        wholes = [
            term
            for term in asked
            if any(self.schema.contains(term.item, other.item) for other in asked)
        ]
        if not wholes:
            raise ScopeError(Clarify(message("rest_of_what")))
        whole = wholes[-1]
        parts = [term for term in asked if self.schema.contains(whole.item, term.item)]
        self.frame.terms, self.frame.excluded = [whole], parts
        self.tell([whole, *parts])

    def _pronoun(self) -> None:
        count = self.pointed_at
        if count == 1:
            self._items()
            return
        asked = self._first_ones(count) or self.turn.terms
        if self.segment.has("sum") and any("all" in t.ids("pronoun") for t in self.segment.tags):
            asked = self._alike(asked)
            count = len(asked)
        if len(asked) < max(count, 2):
            raise ScopeError(Clarify(message("which_of_them")))
        if self._of_their_sum():
            raise ScopeError(Clarify(message("not_put_together")))
        self.frame.terms = asked[-count:]
        self.tell(self.frame.terms)

    def _alike(self, asked: list[Term]) -> list[Term]:
        """ "它们加起来": the last ones asked of which none is a part of another."""
        found: list[Term] = []
        for term in reversed(asked):
            inside = any(
                self.schema.contains(one.item, other.item)
                or (
                    one.item == other.item and self.schema.aspect_contains(one.aspect, other.aspect)
                )
                for held in found
                for one, other in ((term, held), (held, term))
            )
            if inside:
                break
            found.insert(0, term)
        return found

    def _first_ones(self, count: int) -> list[Term]:
        """ "三项加起来" after "最多的三项": those; [] where not as many were ranked first."""
        won = [term for point in self.turn.winners for term in point.quantity.terms]
        plan = self.turn.plan
        few = plan is not None and plan.op == "rank" and plan.k == count == len(won)
        return won if few else []

    def _of_their_sum(self) -> bool:
        """ "占两项总数": of the totals of both, which are no numbers said before."""
        ops = self.segment.ops()
        verb = ops.get("share_verb", [len(self.segment.tags)])[0]
        return any(at > verb for at in ops.get("sum", [])) and any(
            tag.kind == "pronoun" for tag in self.segment.tags[verb:]
        )

    def _pair(self) -> None:
        """ "差多少", "一共几件" about what was asked one by one: in this question, or the only two
        measures of the conversation."""
        turn, ops = self.turn, self.segment.ops()
        verb = ops.get("share_verb", [len(self.segment.tags)])[0]
        if "sum" in ops and ops["sum"][0] > verb:
            return  # "占总的多少": the whole, not a sum of what was asked
        if max(len(turn.frame.terms), len(turn.years), len(turn.publishers)) > 1:
            return
        count = self.counted
        if count and "sum" in ops and not self.segment.any("pronoun"):
            if len(turn.terms) < count:
                raise ScopeError(Clarify(message("which_of_them")))
            self.frame.terms = turn.terms[-count:]  # "四个加起来"
            self.tell(self.frame.terms)
            return
        asked = turn.now if len(turn.now) > 1 else turn.terms
        if len(asked) < 2:
            return
        said = turn.points[-2:]
        if asked is turn.terms and len(said) == 2 and said[0].quantity == said[1].quantity:
            raise ScopeError(Clarify(message("which_of_them")))  # of other places or years
        if asked is turn.terms and len(asked) > 2:
            raise ScopeError(Clarify(message("which_of_them")))
        against = self.segment.has("than") and len(asked) == 2
        self.frame.terms = list(asked[::-1] if against else asked)  # "比上一个少多少"
        self.tell(asked)

    def _items(self) -> None:
        """Everything that the last question asked about, or its items with the aspects named."""
        if self.frame.only_aspects == [CONCLUDED] and self.turn.frame.derived:
            self.frame.only_aspects = []  # "只看审结的呢" after a rate: that of the closed cases
            self.frame.on_concluded = True
        if self.frame.only_aspects:
            self._items_with_aspects()
            return
        self.refuse_unread()
        frame, previous = self.frame, self.turn.frame
        frame.terms, frame.whole = list(previous.terms), list(frame.whole or previous.whole)
        frame.derived, frame.groups = list(previous.derived), list(previous.groups)
        if len(frame.terms) > 1:
            frame.groups = []  # the members of the group, of the kind that was asked about
        self._as_many_as_said()
        frame.excluded = list(previous.excluded)
        frame.excluded_aspects = list(previous.excluded_aspects)
        summed = len(self.turn.quantities) == 1 and len(self.turn.quantities[0].terms) > 1
        several = len(frame.terms) > 1 and not (frame.whole or frame.derived or frame.excluded)
        several = several and not self.segment.has("breakdown")
        frame.together = summed and several  # "比2022年少几件" after "加起来"
        names = [self.schema.label(term) for term in frame.terms]
        names += [self.schema.vocabulary.derived[name].name for name in frame.derived]
        self.carried += [named(names)] if names else []

    def _as_many_as_said(self) -> None:
        """ "八种里最少的" after three of the eight: the eight. Raises ScopeError where nothing has
        as many."""
        frame, so_many = self.frame, Lexicon.built_in().pattern("so_many")
        ordered = self.segment.has("maximum", "minimum", "rank")
        said = [tag.text[0] for tag in self.segment.tags if so_many.fullmatch(tag.text)]
        items = {term.item for term in frame.terms}
        if not (said and ordered) or len(items) < 2 or len(items) == NUMERALS.index(said[0]):
            return
        found = [
            name
            for name, entry in self.schema.vocabulary.groups.items()
            if entry.axis == "items" and items < set(entry.members)
            if len(entry.members) == NUMERALS.index(said[0])
        ]
        if len(found) != 1:
            raise ScopeError(Clarify(message("which_of_them")))
        frame.terms, frame.whole, frame.groups = [], [], found

    def _items_with_aspects(self) -> None:
        """ "科研机构呢?": the items of the last question, with the aspect named now."""
        frame = self.frame
        if self.turn.frame.derived and self._outcome_after_rate():
            return
        if self.turn.frame.derived and not self.pointed_at > 1:
            frame.derived = list(self.turn.frame.derived)  # "法律服务机构的呢" after a rate
            frame.excluded = frame.excluded or list(self.turn.frame.excluded)
            self.carried.append(self.schema.vocabulary.derived[frame.derived[0]].name)
            return
        items = list(dict.fromkeys(term.item for term in self._spoken_of()))
        fitting = [
            Term(item, aspect)
            for item in items
            for aspect in frame.only_aspects
            if self.schema.allows(item, aspect)
        ]
        if fitting:
            frame.terms, frame.only_aspects = fitting, []
            # "企业的呢" after the share of a sum: of the same sum
            frame.together = frame.together or (self.is_elliptic and self._was_sum)
            self.carried.append(named([self.schema.entry(item).name for item in items]))

    def _outcome_after_rate(self) -> bool:
        """ "纠正的呢" after 维持率: its share of the same cases; "没审完的几件": their number."""
        frame, last = self.frame, self.turn.frame
        rates = self.schema.vocabulary.derived
        items = {t.item for t in last.terms} or {
            name.partition(".")[0] for id_ in last.derived for name in rates[id_].numerator
        }
        if len(items) != 1 or len(frame.only_aspects) != 1:
            return False
        (item,), (side,) = items, frame.only_aspects
        if "total" in (side, item) or self.schema.tables.get(item) != "四":
            return False
        if not self.schema.allows(item, side):
            return False
        frame.terms, frame.only_aspects = [Term(item, side)], []
        if not self.segment.units() & {"件", "个"}:
            frame.whole, frame.on_basis = [Term(item, "total")], True
        self.carried.append(self.schema.entry(item).name)
        return True

    @property
    def _was_sum(self) -> bool:
        return len(self.turn.quantities) == 1 and len(self.turn.quantities[0].terms) > 1

    def _spoken_of(self) -> list[Term]:
        """The terms of the last question, or, behind "这两个", so many of those asked last.
        Raises ScopeError where fewer were asked."""
        count = self.pointed_at
        if count < 2:
            return self.turn.frame.terms
        if len(self.turn.terms) < count:
            raise ScopeError(Clarify(message("which_of_them")))
        self.frame.together = self.segment.has("sum")
        return self.turn.terms[-count:]

    def _left_side(self) -> None:
        """ "比予以公开少多少": the left side is what was asked before."""
        tags, frame = self.segment.tags, self.frame
        at = self.segment.pieces[0] if self.segment.pieces else 0
        opens = any("than" in tag.ids("op") or tag.of("copula") for tag in tags[:at])
        held = self.segment.has("than", "difference", "times")
        beside = bool(at) and tags[0].of("and") is not None and held
        opens = opens or beside  # "和个人比差多少"
        left = [term for term in self.turn.frame.terms if term not in frame.terms]
        if not left and self.turn.terms[-1:] == frame.terms:
            left = self.turn.terms[-2:-1]  # "是法人的多少倍" right after 法人
        if opens and len(left) == 1:
            frame.terms = [left[0], *(self._of_same_kind(left[0], term) for term in frame.terms)]
            self.tell(left)

    def _of_same_kind(self, left: Term, right: Term) -> Term:
        """ "比上年结转的多吗" in a talk about 企业: the same kind on both sides."""
        wide = self.segment.has("sum") or any("总" in tag.text for tag in self.segment.tags)
        named = any(self.segment.tags[at].of("aspect") for at in self.segment.pieces)
        kind = left.item != right.item and left.aspect in self.schema.pairs["new"]
        plain = right.aspect == "total" != left.aspect and not (wide or named)
        fits = kind and plain and self.schema.allows(right.item, left.aspect)
        return replace(right, aspect=left.aspect) if fits else right

    def _total(self) -> None:
        """ "那总数呢?" after one applicant kind or outcome asks for the 总计."""
        segment, frame = self.segment, self.frame
        total = any("总" in tag.text for tag in segment.tags) and not segment.has("sum")
        total = total or (segment.has("sum") and len(frame.terms) == 1)
        shares = segment.has("share", "share_verb") or "%" in segment.units()
        alike = len({term.aspect for term in frame.terms}) == 1
        named = [tag.value for tag in segment.all("year") if isinstance(tag.value, tuple)]
        years = {year for value in named for year in value}
        alike = alike and len(years) < 2 and not segment.any("year_word")  # a sum over the years
        wide = len(self.turn.years) * len(self.turn.publishers) > 1
        alike = alike and not (wide and segment.has("sum"))
        if total and not shares and not segment.pieces and alike:
            frame.terms = [
                replace(term, aspect="total") if self.schema.allows(term.item, "total") else term
                for term in frame.terms
            ]

    def _with_last_aspect(self, terms: list[Term]) -> list[Term]:
        """ "予以公开呢?" after a question on 科研机构 asks for 科研机构 again."""
        won = [term for point in self.turn.winners for term in point.quantity.terms]
        last = won if len(self.turn.winners) == 1 else self.turn.frame.terms
        aspects = {term.aspect for term in last} - {"total", ""}
        again = self.segment.any("ellipsis") or self.turn.shared or self.points_at_one
        again = again or self.opens_inside or self.is_bare or self.segment.any("correction")
        if len(aspects) != 1 or not again:
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
            self.carried.append(self.schema.vocabulary.aspects[aspect].name)
        return fitted

    def _take_sum_before(self) -> None:
        """ "占多少" after "复议和诉讼一共多少", "其中复议呢": of that sum, where a share of it
        is taken of nothing else."""
        segment, frame, summed = self.segment, self.frame, self.turn.summed
        again = self.is_elliptic and self.turn.shared and not segment.ops()
        shared = segment.has("share", "share_verb") or "%" in segment.units() or again
        named = frame.whole or frame.derived or frame.excluded or len(frame.terms) != 1
        if not shared or named or segment.has("than", "difference", "growth", "change"):
            return
        if frame.terms[0] in summed and not default_whole(frame.terms[0], self.schema):
            frame.whole = list(summed)
            self.tell(frame.whole)

    def _take_whole_before(self) -> None:
        """ "予以公开在这个剩下的里面能占…": the whole is what was computed before.
        Raises ScopeError where that was not one number."""
        segment, frame = self.segment, self.frame
        inside = segment.ops().get("of_which", [])
        near = segment.tags[max(inside[0] - 3, 0) : inside[0]] if inside else []
        verb = segment.ops().get("share_verb", [-1])[0]
        pieces = segment.pieces
        summed = verb + 1 in segment.ops().get("sum", []) and all(at < verb for at in pieces)
        points = bool(pieces) and (summed or inside == [verb + 1])  # "占其中几成", "占合计的"
        shared = segment.has("share", "share_verb") or "%" in segment.units()
        points = points or any(tag.kind == "pronoun" for tag in near)
        if not shared or frame.whole or not points:
            return
        if len(self.turn.quantities) != 1 or self.turn.quantities[0].is_rate:
            raise ScopeError(Clarify(message("which_of_them")))
        frame.whole = list(self.turn.quantities[0].terms)

    def _whole_of_last_sum(self) -> None:
        """ "处罚占了几成" after the sum of three: of that sum."""
        frame, last = self.frame, self.turn.quantities
        alone = len(frame.terms) == 1 and not (frame.whole or frame.derived or frame.groups)
        asked = [*(t for t in self.turn.terms if t not in frame.terms), *frame.terms]
        if alone and self._sums_all(len(asked)):
            frame.whole = asked  # "行政强制占三项合计的多少" after the other two
            self.tell(asked)
            return
        if not (alone and len(last) == 1 and not last[0].whole and len(last[0].terms) > 2):
            return
        if frame.terms[0] in last[0].terms and all(term.sign > 0 for term in last[0].terms):
            frame.whole = list(last[0].terms)
            self.tell(frame.whole)

    def _sums_all(self, count: int) -> bool:
        """Whether what stands behind 占 is the sum of as many measures as were asked."""
        segment, verb = self.segment, self.segment.ops().get("share_verb", [-1])[0]
        numbers = [int(value) for value, unit, at in segment.numbers() if at > verb and unit]
        named = {"three": 3, "four": 4, "five": 5, "six": 6}
        numbers += [named[i] for tag in segment.tags for i in tag.ids("pronoun") if i in named]
        summed = any(at > verb for at in segment.ops().get("sum", []))
        return verb >= 0 and summed and count > 2 and count in numbers

    def _whole_inside(self) -> None:
        """ "里面企业占多少" after 法人: of those, not of all."""
        frame, last = self.frame, self.turn.frame.terms
        shared = self.segment.has("share", "share_verb") or "%" in self.segment.units()
        single = len(frame.terms) == 1 == len(last) and not (frame.whole or frame.derived)
        if not (shared and single) or not (self.opens_inside or self._asks_on()):
            return
        base = self.turn.frame.whole if self.turn.shared else []
        if base and all(self.schema.contains(one.item, frame.terms[0].item) for one in base):
            frame.whole = list(base)  # "国家秘密占百分之几" after a share of 不予公开
            self.tell(base)
            return
        part, around = frame.terms[0], last[0]
        if part.item != around.item and part.aspect == self.schema.default_aspect(part.item):
            kind = around.aspect if self.schema.allows(part.item, around.aspect) else part.aspect
            part = replace(part, aspect=kind)  # "重复的占多少" in a talk about 自然人
        inside = part.item == around.item and self.schema.aspect_contains(
            around.aspect, part.aspect
        )
        if inside or (
            self.schema.contains(around.item, part.item) and part.aspect == around.aspect
        ):
            frame.terms, frame.whole = [part], [around]
            self.tell([around])

    def _asks_on(self) -> bool:
        """ "重复的占多少" after 不予处理: a short question without place or year of its own."""
        named = any(self.segment.any(kind) for kind in ("place", "year", "year_word"))
        parts = [at for at in self.segment.pieces if self.segment.tags[at].of("item")]
        return not named and len(parts) == 1 == len(self.segment.pieces)

    def _whole_around(self) -> None:
        """ "比例" after "自然人办结多少件", "其中公开的": of what it was said to lie inside."""
        frame, around = self.frame, self.turn.around
        bare = not (self.segment.pieces or frame.whole or frame.derived)
        if bare and around and frame.terms == self.turn.frame.terms and len(frame.terms) == 1:
            frame.whole = list(around)
            self.tell(around)

    def _note_around(self) -> None:
        """Remember what "其中…" is asked inside of."""
        frame, last = self.frame, self.turn.frame.terms
        if self.opens_inside and len(frame.terms) == 1 == len(last) and not frame.whole:
            part, whole = frame.terms[0], last[0]
            inside = self.schema.contains(whole.item, part.item) and whole.aspect == part.aspect
            sides = part.item == whole.item
            sides = sides and self.schema.aspect_contains(whole.aspect, part.aspect)
            self.turn.around = [whole] if inside or sides else []
        elif self.segment.pieces:
            self.turn.around = []

    def _whole_of_kinds(self, verb: int) -> None:
        """ "占全部的呢" after a share of some kinds: of the total of what was asked about."""
        segment, turn = self.segment, self.turn
        after = verb >= 0 and any(at > verb for at in segment.ops().get("sum", []))
        items = {term.item for term in turn.frame.terms}
        if segment.pieces or not after or len(items) != 1 or not turn.shared:
            return
        whole = [Term(item, "total") for item in items if self.schema.allows(item, "total")]
        if whole and whole != turn.frame.whole and whole != turn.frame.terms:
            self.frame.whole = whole
            self.frame.together = self._was_sum

    def _parts_asked(self, verb: int) -> list[Term]:
        """What stands before 占 was asked earlier: the last question, both of a sum, or as many
        as a pronoun says. Raises ScopeError where fewer were asked."""
        turn, count = self.turn, self.pointed_at
        if count < 2:
            return turn.terms[-2:] if self.sums_before(verb) else list(turn.frame.terms)
        asked = self._first_ones(count) or turn.terms
        apart = [term for term in asked if term not in self.frame.whole]
        if len(apart) < count:
            raise ScopeError(Clarify(message("which_of_them")))
        self.tell(apart[-count:])
        return apart[-count:]

    def _settle_whole(self) -> None:
        """After a question on several terms together, "占多少" is the share of their sum; "占它的"
        is a share of what was asked before; "占办结总数" names only the whole."""
        turn, frame = self.turn, self.frame
        verb = self.segment.ops().get("share_verb", [self.opening_copula()])[0]
        if verb < 0 and not self.segment.has("share"):
            return
        if self.names_only_whole(verb):
            frame.whole = frame.terms
            frame.terms = [term for term in self._parts_asked(verb) if term not in frame.whole]
        tags = self.segment.tags
        pronoun = next((at for at, tag in enumerate(tags) if tag.kind == "pronoun"), -1)
        if pronoun > verb >= 0 and len(turn.terms) > 1 and not self.segment.pieces:
            frame.terms, frame.whole = [turn.terms[-1]], [turn.terms[-2]]
            sides = turn.plan.points if turn.plan is not None else ()
            terms = [p.quantity.terms[0] for p in sides if len(p.quantity.terms) == 1]
            if turn.plan is not None and turn.plan.op == "difference" and len(terms) == 2:
                frame.terms, frame.whole = terms[:1], terms[1:]  # 它: what was held against
        self._whole_of_last_sum()
        self._whole_inside()
        self._whole_around()
        self._whole_of_kinds(verb)
        together = self._was_sum
        opens = verb >= 0 and bool(self.segment.pieces) and min(self.segment.pieces) > verb
        if opens and not frame.whole and not frame.derived:
            raise ScopeError(Clarify(message("which_measure")))  # a share of it, but of what part
        same = together and frame.terms == list(turn.frame.terms)
        both = self.pointed_at > 1 and len(frame.terms) == self.pointed_at
        frame.together = (same or both) and not self.segment.has("breakdown")
