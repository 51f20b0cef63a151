"""Request: a sub-question with all settled but its operation; its quantities and points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.catalog import Catalog
from assistant.frame import DIVISORS, Frame
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.plan import Clarify, Over, Point, Quantity, Term
from assistant.quantities import (
    MONEY_UNITS,
    complement,
    counts,
    group_terms,
    rate,
    share_of_kind,
    shares,
    summed,
)
from assistant.schema import Schema
from assistant.scope import Scope, ScopeError
from assistant.sharing import summands
from assistant.slots import Slots

_DAYS = re.compile(r"(\d+)天")


class Request:
    """One sub-question on its way to a plan. `share`: its values are wanted as percentages."""

    def __init__(
        self,
        slots: Slots,
        frame: Frame,
        scope: Scope,
        schema: Schema,
        catalog: Catalog,
        share_carried: bool,
    ) -> None:
        self.slots = slots
        self.frame = frame
        self.scope = scope
        self.schema = schema
        self.catalog = catalog
        percent = "%" in slots.units() and not (
            slots.has("growth", "change", "more", "less", "difference")
            and (len(scope.years) > 1 or slots.has("than"))
        )
        self.share = share_carried or _asks_portion(slots) or percent or frame.on_basis

    # ---- what is asked for ----

    def quantities(self) -> list[Quantity]:
        """The measures as counts, shares or rates. Raises ScopeError where none is named."""
        frame = self.frame
        self._refuse_miscounted()
        of_rest = self._share_of_rest()
        if of_rest:
            return of_rest
        if (frame.excluded or frame.excluded_aspects) and not frame.derived:
            return [self._divided(self._complement())]
        if frame.derived:
            return self._rates()
        if not frame.terms and frame.groups and self._sums_group():
            return [summed(counts(self.group_terms(), self.schema))]
        terms = self._terms()
        if self.share:
            whole = self._concluded_whole(terms, frame.whole) or frame.whole
            if not whole and self._is_rate_of_kind(terms):
                return [share_of_kind(term, self.schema) for term in terms]
            return self._own_shares(terms, whole) or shares(
                terms, whole, self.schema, together=self._adds()
            )
        if self._adds():
            terms = summands(terms, self.schema)  # "新收的和结转的加一起，总共要办": once
        found = counts(terms, self.schema)
        if frame.minus:
            return [self._minus(summed(found))]
        if self._adds() and len(found) > 1:
            found = [summed(found)]
        return [self._divided(quantity) for quantity in found]

    def _refuse_miscounted(self) -> None:
        """ "不给的、说没有的、不搭理的，这三样合起来": where not three were understood, one was
        lost. Raises ScopeError."""
        named, slots = len(self.frame.terms), self.slots
        if named < 2 or not (slots.has("sum") and slots.pieces) or self.frame.excluded:
            return  # "无法提供三个小项合计": one, with three parts
        counted = {"two": 2, "three": 3}
        for at, tag in enumerate(slots.tags):
            wanted = [counted[id_] for id_ in tag.ids("pronoun") if id_ in counted]
            if wanted and at > slots.pieces[-1] and wanted[0] != named and not self.frame.whole:
                raise ScopeError(Clarify(message("which_of_them")))

    def _concluded_whole(self, terms: list[Term], whole: list[Term]) -> list[Term]:
        """ "以审结案件为分母": all cases of the item without the pending ones; `whole` is what was
        named or carried as the whole."""
        items = {term.item for term in (*terms, *whole)}
        other = any(term.aspect != "total" for term in whole)
        itself = any(term.aspect == "concluded" for term in terms)
        if not self.slots.has("on_concluded") or len(items) != 1 or other or itself:
            return []
        (item,) = items
        if not self.schema.allows(item, "pending"):
            return []
        if self.schema.allows(item, "concluded"):
            return [Term(item, "concluded")]
        return [Term(item, "total"), Term(item, "pending", -1)]

    def _share_of_rest(self) -> list[Quantity]:
        """ "除无法提供外，予以公开占剩下的多少": of the whole without what is left out; [] where
        that is no part of it."""
        frame, schema = self.frame, self.schema
        terms, out = frame.terms or self._counted_by_rate(), frame.excluded
        if frame.excluded_aspects and self.share and not frame.derived:
            return self._share_of_other_sides()
        if not (terms and out) or not (self.share or frame.derived) or frame.excluded_aspects:
            return []
        bases = {schema.whole_of(term.item) for term in (*terms, *out)}
        held = any(schema.contains(t.item, e.item) or t == e for t in terms for e in out)
        aspects = {term.aspect for term in (*terms, *out)}
        if held or len(bases) != 1 or not all(bases) or len(aspects) != 1:
            return []
        whole = [Term(item, aspect) for base in bases for item in base for aspect in aspects]
        whole += [replace(term, sign=-1) for term in out]
        return shares(terms, whole, schema, together=self._adds() or bool(frame.derived))

    def _share_of_other_sides(self) -> list[Quantity]:
        """ "复议去掉没审结的，结果纠正的占多少": of all cases but those; [] where the whole is
        named, or what is asked about is left out itself."""
        frame, out = self.frame, self.frame.excluded_aspects
        items = {term.item for term in frame.terms}
        held = any(
            term.aspect == side or self.schema.aspect_contains(term.aspect, side)
            for term in frame.terms
            for side in ("total", *out)
        )
        if frame.whole or held or len(items) != 1:
            return []
        (item,) = items
        if not all(self.schema.allows(item, side) for side in ("total", *out)):
            return []
        whole = [Term(item, "total"), *(Term(item, side, -1) for side in out)]
        return shares(frame.terms, whole, self.schema, together=self._adds())

    def _counted_by_rate(self) -> list[Term]:
        """What the one rate named counts, where no item stands beside it."""
        if len(self.frame.derived) != 1:
            return []
        names = self.schema.vocabulary.derived[self.frame.derived[0]].numerator
        if any("." in name or name.startswith("-") for name in names):
            return []
        return [Term(item, self.schema.default_aspect(item)) for item in names]

    def _is_rate_of_kind(self, terms: Sequence[Term]) -> bool:
        """ "企业重复申请率", "自然人被无法提供的比例": of all results of that kind of applicant,
        where a share "of the row" would be said with 里 or 占."""
        tags, pieces = self.slots.tags, self.slots.pieces
        rated = any(tag.text in ("率", "概率") for tag in tags if "share" in tag.ids("op"))
        passive = any(
            tag.text in Lexicon.built_in().words["passive"]
            and any(at < place and tags[at].of("aspect") for at in pieces)
            and any(at > place and tags[at].of("item") for at in pieces)
            for place, tag in enumerate(tags)
        )
        kinds = self.schema.pairs["new"] - {"total"}
        held = all(t.aspect in kinds and self.schema.whole_of(t.item) for t in terms)
        inside = self.slots.has("of_which", "share_verb")
        rated = rated or self._looks_only_at_kind()
        return bool(terms) and held and not inside and (rated or passive)

    def _looks_only_at_kind(self) -> bool:
        """ "只算企业，不掌握占比": of the results of that kind alone."""
        only = Lexicon.built_in().pattern("only_looks")
        first = min((at for at in self.slots.pieces if self.slots.tags[at].of("aspect")), default=0)
        said = "".join(tag.text for tag in self.slots.tags[:first] if tag.kind == "filler")
        return bool(first and only.search(said))

    def group_terms(self) -> list[Term]:
        """The members of the groups named."""
        groups = self.frame.groups
        return [t for group in groups for t in group_terms(group, self.frame, self.schema)]

    def _sums_group(self) -> bool:
        return self.slots.has("sum") and not self.slots.has("breakdown")

    def _terms(self) -> list[Term]:
        """Terms of the frame or of its groups; those in money where money is asked for."""
        terms = self.frame.terms or self.group_terms()
        if not terms:
            raise ScopeError(Clarify(message("which_measure")))
        if self.slots.has("on_concluded") and not self.share:
            terms = [self._concluded(term) for term in terms]  # "复议结案了多少"
        if self.slots.units() & MONEY_UNITS:
            return [t for t in terms if self.schema.unit(t) in MONEY_UNITS] or terms
        return terms

    def _concluded(self, term: Term) -> Term:
        fits = term.aspect == "total" and self.schema.allows(term.item, "concluded")
        return replace(term, aspect="concluded") if fits else term

    def take_money_per_count(self) -> bool:
        """ "集中采购平均一个项目多少万元": the money by the count; whether that is so."""
        terms = self.frame.terms
        if len(terms) != 1 or not self.slots.has("mean", "per"):
            return False
        priced = self._priced(terms[0], other=True)
        if priced == terms[0] or self.schema.unit(terms[0]) in MONEY_UNITS:
            return False
        self.frame.terms = [priced, terms[0]]
        return True

    def take_money(self) -> None:
        """ "集中采购金额": of an item that is counted and priced, the aspect in money; both where
        the count is asked for, too ("缴费通知发了几件，金额多少", "平均每件缴费通知多少钱")."""
        terms, priced = self.frame.terms, [self._priced(term) for term in self.frame.terms]
        if priced == terms and self.slots.any("and") and not self.slots.units():
            other = [self._priced(term, other=True) for term in terms]
            self.frame.terms = list(dict.fromkeys([*terms, *other]))  # "项目数量和金额"
            return
        counted = any(
            tag.of("prose") and Lexicon.built_in().pattern("how_many").search(tag.text)
            for tag in self.slots.tags
        )
        if priced != terms and len(terms) == 1 and terms[0].item in self.schema.vocabulary.prose:
            per = self.slots.has("per")
            priced = [*priced, *terms] if per else [*terms, *priced] if counted else priced
        self.frame.terms = priced

    def _priced(self, term: Term, other: bool = False) -> Term:
        fact = self.schema.vocabulary.prose.get(term.item)
        if fact is not None and fact.priced:
            return replace(term, item=fact.priced)
        priced = [
            aspect
            for aspect in sorted(self.schema.pairs.get(term.item, ()))
            if self.schema.unit(Term(term.item, aspect)) in MONEY_UNITS
        ]
        default = term.aspect == self.schema.default_aspect(term.item) or self.slots.is_empty
        default = default or other
        return replace(term, aspect=priced[0]) if default and len(priced) == 1 else term

    def _minus(self, quantity: Quantity) -> Quantity:
        """ "新收减去自然人": the terms before the sign without those after it."""
        minus = self.frame.minus
        right = "、".join(self.schema.label(term) for term in minus)
        label = message("minus_label", left=quantity.label, right=right)
        return Quantity(label, (*quantity.terms, *minus))

    def _rates(self) -> list[Quantity]:
        """The named rates, of each applicant kind and item named with them."""
        frame, schema = self.frame, self.schema
        self._without_pending()
        found = []
        for name in frame.derived:
            items = [t.item for t in frame.terms if schema.rate_fits(name, t.item)] or [""]
            if items == [""]:
                narrowed = self._rate_of_named(name)
                if narrowed is not None:
                    found.append(narrowed)
                    continue
            kinds = self._kinds_of_applicant()
            sides = [t.aspect for t in frame.terms if t.aspect != "total"]
            own = [side for side in frame.only_aspects if side not in sides]
            named = [*kinds, *own, *sides]  # "比自然人高多少" after 企业: 企业 first
            aspects = [a for a in dict.fromkeys(named) if a in schema.pairs["new"]] or [""]
            found += [
                rate(name, schema, aspect, frame.excluded, item)
                for item in dict.fromkeys(items)
                for aspect in aspects
            ]
        frame.only_aspects = []
        if self.slots.has(*DIVISORS):
            raise ScopeError(Clarify(message("no_rate_a_month", rate=found[0].label)))
        if self.share:
            found = [_as_share(quantity, schema) for quantity in found]
        if self.slots.has("both_definitions"):
            return [q for one in found for q in (one, *one.variants)]
        concluded = any(term.aspect == "concluded" for term in frame.terms)
        if self.slots.has("on_concluded") or concluded or frame.on_concluded:
            return [_on_concluded(quantity) for quantity in found]
        return found

    def _kinds_of_applicant(self) -> list[str]:
        """ "各类申请人的公开率": the members of a group of applicants."""
        groups = [self.schema.vocabulary.groups[name] for name in self.frame.groups]
        return [kind for group in groups if group.axis == "aspects" for kind in group.members]

    def _without_pending(self) -> None:
        """ "去掉未审结的，直接起诉的胜诉率": the rate over closed cases."""
        frame, pending = self.frame, {"pending"}
        excluded = {term.aspect for term in frame.excluded} | set(frame.excluded_aspects)
        if excluded == pending:
            if not frame.terms:
                frame.terms = [replace(term, aspect="total") for term in frame.excluded]
            frame.excluded, frame.excluded_aspects = [], []
            frame.on_concluded = True

    def _rate_of_named(self, name: str) -> Quantity | None:
        """The definition of a rate that the items named with it pick ("公开率，只算予以公开").

        Raises ScopeError where an item is named that the rate has nothing to do with: the item
        must not be dropped in silence.
        """
        named = {term.item for term in self._printed(self.frame.terms)}
        if not named or self.frame.only_aspects:
            return None  # an applicant kind alone: its item is only a default
        aspects = {term.aspect for term in self.frame.terms} & self.schema.pairs["new"]
        aspect = next(iter(aspects - {"total"}), "") if len(aspects) == 1 else ""
        whole = rate(name, self.schema, aspect)
        for quantity in (whole, *whole.variants):
            if {term.item for term in self._printed(quantity.terms)} == named:
                return replace(quantity, variants=())
        sides = [t for q in (whole, *whole.variants) for t in (*q.terms, *q.whole)]
        inside = {term.item for term in self._printed(sides)}
        if not named <= inside:
            labels = "、".join(self.schema.label(term) for term in self.frame.terms)
            raise ScopeError(Clarify(message("no_such_rate", item=labels, rate=whole.label)))
        return None

    def _printed(self, terms: Sequence[Term]) -> list[Term]:
        """Each term, those that no form prints as the terms that they are the sum of."""
        return [part for term in terms for part in self.schema.sum_parts(term) or [term]]

    def _complement(self) -> Quantity:
        quantity = complement(self.frame, self.schema)
        if not self.share:
            return quantity
        base = tuple(self.frame.whole) or tuple(t for t in quantity.terms if t.sign > 0)
        label = " + ".join(self.schema.label(term) for term in base)
        return Quantity(quantity.label, quantity.terms, base, label, unit="%", scale=100)

    def _own_shares(self, terms: Sequence[Term], whole: Sequence[Term]) -> list[Quantity]:
        """ "占各自新收的": each kind of applicant of its own row; [] where not so asked."""
        kinds = {term.aspect for term in terms}
        verb = self.slots.ops().get("share_verb", [len(self.slots.tags)])[0]
        behind = self.slots.tags[verb:]
        own = any("各自" in tag.text for tag in behind) or self._of_each_own(whole)
        own = own and len(whole) == 1
        if not own or len(kinds) != len(terms) or len(terms) < 2:
            return []
        item = whole[0].item
        if whole[0].aspect != "total" or not all(self.schema.allows(item, k) for k in kinds):
            return []
        wholes = [Term(item, term.aspect) for term in terms]
        return [
            share
            for term, base in zip(terms, wholes, strict=True)
            for share in shares([term], [base], self.schema, together=False)
        ]

    def _of_each_own(self, whole: Sequence[Term]) -> bool:
        """ "在各自办结的申请里": the whole stands behind 各自 and before 里."""
        tags = self.slots.tags
        items = {term.item for term in whole}
        return any(
            "各自" in tag.text
            and any(items & set(near.ids("item")) for near in tags[at + 1 : at + 3])
            and any("of_which" in near.ids("op") for near in tags[at + 2 : at + 5])
            for at, tag in enumerate(tags)
        )

    def _adds(self) -> bool:
        """Whether several terms are meant as one sum."""
        if self.frame.together or (self.share and self._as_one()):
            return True
        return (
            len(self.frame.terms) > 1
            and self.slots.has("sum", "add", "cumulative")
            and not self.slots.has("breakdown", "difference", "times")
        )

    def _as_one(self) -> bool:
        """ "内部事务和过程性信息两类占…": the number of terms behind them takes them together."""
        counted = {"two": 2, "three": 3}
        verb = self.slots.ops().get("share_verb", [0])[0]
        return any(
            counted.get(id_) == len(self.frame.terms) and at < verb
            for at, tag in enumerate(self.slots.tags)
            for id_ in tag.ids("pronoun")
        ) and not self.slots.has("breakdown")

    def _divided(self, quantity: Quantity) -> Quantity:
        """ "平均每月": the quantity divided by the months of the year. Raises ScopeError for
        working days, which no report counts."""
        if self.slots.has("per_workday"):
            raise ScopeError(Clarify(message("no_workdays")))
        for cue, divisor in DIVISORS.items():
            if self.slots.has(cue):
                label = message("per_" + divisor, label=quantity.label)
                days = self._days() if divisor == "day" else 0
                if days:
                    label = message("per_days", label=quantity.label, days=days)
                return replace(quantity, label=label, divisor=divisor, days=days)
        return quantity

    def _days(self) -> int:
        """How many days the asker divides by ("按365天算"), 0 where no number is said."""
        said = {int(n) for n, unit, _ in self.slots.numbers() if unit == "天" and n > 1}
        for tag in self.slots.tags:
            found = _DAYS.search(tag.text) if "per_day" in tag.ids("op") else None
            said |= {int(found.group(1))} if found else set()
        return said.pop() if len(said) == 1 else 0

    # ---- where and when ----

    def points(self, quantities: Sequence[Quantity]) -> tuple[Point, ...]:
        """Each quantity at each place and year that a report is stored of."""
        places: Sequence[tuple[str, int]] = [
            (publisher, year) for publisher in self.scope.publishers for year in self.scope.years
        ]
        if self.scope.pairs and len(quantities) == 1:
            places = self.scope.pairs
        return tuple(
            self.point(quantity, publisher, year)
            for quantity in quantities
            for publisher, year in places
            if self.catalog.report(publisher, year) is not None
        )

    def point(self, quantity: Quantity, publisher: str, year: int) -> Point:
        return Point(quantity, publisher, year, self.catalog.label(publisher))

    def dimension(self, quantities: Sequence[Quantity]) -> Over:
        """Along what the points of `quantities` differ."""
        if len(quantities) > 1:
            return "measure"
        by_year = self.slots.has("which_year") and len(self.scope.years) > 1
        return "publisher" if len(self.scope.publishers) > 1 and not by_year else "year"

    @property
    def is_wide(self) -> bool:
        """Whether the question is about more than one report."""
        return len(self.scope.publishers) * len(self.scope.years) > 1

    # ---- how the answer is wanted ----

    @property
    def target_unit(self) -> str:
        """The unit of money asked for, "" where none is."""
        words = {
            unit
            for tag in self.slots.all("unit_word")
            for unit in ("亿元", "万元", "亿", "元")
            if unit in tag.text
        }
        named = {"亿元"} if words & {"亿元", "亿"} else {"万元"} if "万元" in words else words
        asked = {  # "多少钱" names no unit
            tag.senses[0].id
            for tag in self.slots.tags
            if tag.kind == "quantity" and any(char in tag.text for char in "元万亿")
        }
        money = named or asked & MONEY_UNITS
        return next(iter(sorted(money, key=len, reverse=True)), "") if money else ""

    def unit_said(self, number: str) -> str:
        """ "超过两亿" of money is in 元, however the cell counts it; "" for other numbers."""
        terms = self.frame.terms
        money = bool(terms) and all(self.schema.unit(term) in MONEY_UNITS for term in terms)
        return "元" if money and any(char in number for char in "万亿") else ""

    @property
    def direction(self) -> int:
        """+1 where the asker expects more, −1 where less, 0 where neither."""
        text = "".join(tag.text for tag in self.slots.tags).replace("多少", "")
        less = self.slots.has("less") or any(word in text for word in "少降减低跌")
        more = self.slots.has("more") or any(word in text for word in "多增升高涨")
        return int(more) - int(less)


def _asks_portion(slots: Slots) -> bool:
    """Whether a part of a whole is asked for; "同比变化（百分比）" wants growth in per cent."""
    verb = slots.has("share_verb") and not slots.has("times")  # "海淀÷示例区是几倍"
    if verb and not (slots.units() & {"件"} and not slots.has("share")):
        return True  # but "个人的占多少件" asks for a number
    return slots.has("share") and not asks_growth_in_percent(slots)


def asks_growth_in_percent(slots: Slots) -> bool:
    """ "同比变化（百分比）", "比2023年多几成": the word for a portion only says the unit."""
    ops = slots.ops()
    shares, growths = ops.get("share", []), ops.get("growth", [])
    if not shares or slots.has("share_verb"):
        return False
    more = [*ops.get("more", []), *ops.get("less", []), *ops.get("change", [])]
    compared = slots.has("than") and any(at < shares[0] for at in more)
    return compared or bool(growths and shares[0] > growths[-1])


def _as_share(quantity: Quantity, schema: Schema) -> Quantity:
    """ "没收上来的占通知的百分之几": what is no rate, as a share of its first term."""
    if quantity.whole:
        return quantity
    first = quantity.terms[0]
    whole = schema.label(first)
    return replace(quantity, whole=(first,), whole_label=whole, unit="%", scale=100)


def _on_concluded(quantity: Quantity) -> Quantity:
    """The definition over concluded cases first, the other one beside it."""
    if not quantity.variants:
        return quantity
    return replace(quantity.variants[0], variants=(replace(quantity, variants=()),))
