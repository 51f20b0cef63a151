"""Operations: which operation a sub-question asks for, over which points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from assistant.catalog import Catalog
from assistant.frame import Frame
from assistant.messages import message
from assistant.plan import Clarify, Op, Over, Plan, Point, Quantity, Refuse, Term, Threshold
from assistant.quantities import (
    children,
    complement,
    counts,
    fits,
    group_terms,
    rate,
    shares,
    summed,
)
from assistant.schema import Schema
from assistant.scope import Scope, ScopeError, publishers_named, years_named
from assistant.slots import Slots, part_of

_MONEY = {"元", "万元", "亿元"}
_DIVISORS = {"per_month": "month", "per_day": "day", "per_week": "week", "per_quarter": "quarter"}
_COMPARISONS = {"at_least": ">", "at_most": "<", "above_after": ">=", "below_after": "<="}


def choose(
    slots: Slots,
    frame: Frame,
    scope: Scope,
    schema: Schema,
    catalog: Catalog,
    share_carried: bool,
) -> list[Plan]:
    """The plans of one sub-question. Raises ScopeError with the question back or the refusal."""
    request = _Request(slots, frame, scope, schema, catalog, share_carried)
    plans = request.plans()
    chart, table = slots.has("chart"), slots.has("table")
    return [
        replace(plan, publishers=scope.publishers, years=scope.years, chart=chart, table=table)
        for plan in plans
    ]


class _Request:
    """One sub-question on its way to a plan."""

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
        self.together = frame.together
        percent = "%" in slots.units() and not (
            slots.has("growth", "change", "more", "less", "difference")
            and (len(scope.years) > 1 or slots.has("than"))
        )
        self.share = share_carried or slots.has("share", "share_verb") or percent

    def plans(self) -> list[Plan]:
        self._refuse_out_of_scope()
        asked = self.slots.any("quantity")
        bare = not self.frame.terms or self.frame.weak_only
        if self.frame.topics and (bare or not asked or self.slots.units() == {"天"}):
            if asked and self.slots.units() <= {"", "件", "个", "%", "人"}:
                name = self.schema.vocabulary.topics[self.frame.topics[0]].name
                raise ScopeError(Refuse(message("no_such_count", name=name), "not_in_corpus"))
            return [Plan("explain", explain=tuple(f"topic:{t}" for t in self.frame.topics))]
        if self.slots.has("check"):
            return [
                Plan(
                    "check",
                    query=" ".join(
                        self.schema.vocabulary.items[t.item].name
                        for t in self.frame.terms
                        if t.item in self.schema.vocabulary.items
                    ),
                )
            ]
        if self.slots.has("explain", "basis", "advice") and not self._is_counted_explain():
            return self._explained()
        if self.slots.has("why"):
            return self._why()
        if self.frame.open_items:
            self._settle_open_items()
        self._refuse_units()
        if not self.scope.publishers or not self.scope.years:
            raise ScopeError(Clarify(message("which_measure")))
        for step in (
            self._portion,
            self._threshold,
            self._extreme,
            self._times,
            self._relative,
            self._change,
            self._difference,
            self._average,
            self._breakdown,
        ):
            plan = step()
            if plan is not None:
                return [plan]
        return [self._lookup()]

    def _refuse_out_of_scope(self) -> None:
        if self.slots.has("among_parties") and len(self.scope.publishers) == 1:
            raise ScopeError(Refuse(message("no_parties"), "not_in_corpus"))

    # ---- meaning ----

    def _is_counted_explain(self) -> bool:
        """ "是什么" beside a ranking word asks which, not what it means."""
        return self.slots.has("maximum", "minimum", "share", "share_verb") or bool(
            self.frame.groups and not self.frame.terms
        )

    def _explained(self) -> list[Plan]:
        ids = [f"aspect:{a}" for a in self.frame.only_aspects]
        ids += [f"item:{term.item}" for term in self.frame.terms if not ids]
        ids += [f"derived:{d}" for d in self.frame.derived]
        ids += [f"group:{g}" for g in self.frame.groups]
        ids += [f"item:{i}" for i in self.frame.open_items]
        if not ids:
            raise ScopeError(Clarify(message("which_measure")))
        points: tuple[Point, ...] = ()
        measured = self.frame.terms or self.frame.derived
        if self.scope.publishers and self.scope.years and measured:
            points = self._points(self._quantities())
        return [
            Plan(
                "explain",
                points,
                explain=tuple(dict.fromkeys(ids)),
                advice=self.slots.has("advice"),
            )
        ]

    def _why(self) -> list[Plan]:
        if not self.frame.terms and not self.frame.derived:
            raise ScopeError(Clarify(message("which_measure")))
        points = self._points(self._quantities())
        parts: list[Term] = []
        for term in self.frame.terms[:1]:
            parts = children(term, self.schema)
        return [Plan("why", (*points, *self._points(counts(parts, self.schema))))]

    def _settle_open_items(self) -> None:
        item = self.frame.open_items[0]
        name = self.schema.entry(item).name
        aspects = [
            self.schema.vocabulary.aspects[a].name
            for a in self.schema.vocabulary.aspects
            if self.schema.allows(item, a)
        ]
        if self.slots.has("breakdown") or not self.slots.any("quantity"):
            self.frame.terms += [
                Term(item, a) for a in self.schema.vocabulary.aspects if self.schema.allows(item, a)
            ]
            return
        raise ScopeError(
            Clarify(
                message("which_aspect", item=name, aspects="、".join(aspects)),
                tuple(f"{name}的{aspect}" for aspect in aspects),
            )
        )

    # ---- quantities and points ----

    def _quantities(self) -> list[Quantity]:
        frame, schema = self.frame, self.schema
        if (frame.excluded or frame.excluded_aspects) and not frame.derived:
            return [self._divided(self._shared_complement())]
        if frame.derived:
            return self._rates()
        terms = frame.terms
        if not terms and frame.groups and self.slots.has("sum") and not self.slots.has("breakdown"):
            terms = [t for group in frame.groups for t in group_terms(group, frame, schema)]
            return [summed(counts(terms, schema))]
        if not terms and frame.groups:
            terms = [t for group in frame.groups for t in group_terms(group, frame, schema)]
        if not terms:
            raise ScopeError(Clarify(message("which_measure")))
        if self.slots.units() & _MONEY:
            terms = [t for t in terms if schema.unit(t) in _MONEY] or terms
        if self.share:
            return shares(terms, frame.whole, schema, together=self._adds())
        found = counts(terms, schema)
        if frame.minus:
            both = summed(found)
            label = message(
                "minus_label",
                left=both.label,
                right="、".join(schema.label(term) for term in frame.minus),
            )
            return [Quantity(label, (*both.terms, *frame.minus))]
        if self._adds() and len(found) > 1:
            found = [summed(found)]
        return [self._divided(quantity) for quantity in found]

    def _rates(self) -> list[Quantity]:
        frame, schema = self.frame, self.schema
        found = []
        for name in frame.derived:
            items = [t.item for t in frame.terms if fits(name, t.item, schema)] or [""]
            aspects = [a for a in frame.only_aspects if a in schema.pairs["new"]] or [""]
            found += [
                rate(name, schema, a, frame.excluded, i)
                for i in dict.fromkeys(items)
                for a in aspects
            ]
        frame.only_aspects = []
        if self.slots.has("both_definitions"):
            return [q for one in found for q in (one, *one.variants)]
        concluded = self.slots.has("on_concluded") or any(
            t.aspect == "concluded" for t in frame.terms
        )
        if concluded:
            found = [
                replace(q.variants[0], variants=(replace(q, variants=()),)) if q.variants else q
                for q in found
            ]
        return found

    def _shared_complement(self) -> Quantity:
        quantity = complement(self.frame, self.schema)
        if not self.share:
            return quantity
        base = tuple(term for term in quantity.terms if term.sign > 0)
        label = " + ".join(self.schema.label(term) for term in base)
        return Quantity(quantity.label, quantity.terms, base, label, unit="%", scale=100)

    def _adds(self) -> bool:
        if self.together:
            return True
        several = len(self.frame.terms) > 1
        return (
            several
            and self.slots.has("sum", "add", "cumulative")
            and not self.slots.has("breakdown", "difference", "times")
        )

    def _divided(self, quantity: Quantity) -> Quantity:
        for cue, divisor in _DIVISORS.items():
            if self.slots.has(cue):
                label = message("per_" + divisor, label=quantity.label)
                return replace(quantity, label=label, divisor=divisor)
        return quantity

    def _points(self, quantities: Sequence[Quantity]) -> tuple[Point, ...]:
        if self.scope.pairs and len(quantities) == 1:
            return tuple(
                Point(quantities[0], publisher, year, self.catalog.label(publisher))
                for publisher, year in self.scope.pairs
                if self.catalog.report(publisher, year) is not None
            )
        return tuple(
            Point(quantity, publisher, year, self.catalog.label(publisher))
            for quantity in quantities
            for publisher in self.scope.publishers
            for year in self.scope.years
            if self.catalog.report(publisher, year) is not None
        )

    def _two_years(self) -> tuple[int, int]:
        years = self.scope.years
        for publisher in self.scope.publishers:
            stored = self.catalog.years_of([publisher])
            missing = [y for y in (years[0], years[-1]) if y not in stored]
            if missing:
                raise ScopeError(
                    Refuse(
                        message("no_base_year", year=missing[0], stored=self.catalog.described()),
                        "not_in_corpus",
                    )
                )
        return years[0], years[-1]

    def _refuse_units(self) -> None:
        """Money asked of a count, or people counted where the form counts applications."""
        units = self.slots.units()
        money_items = {t.item for t in self.frame.terms if self.schema.unit(t) in _MONEY}
        asked = bool(units & _MONEY) or self.slots.has("money")
        if asked and self.frame.terms and not money_items:
            name = self.schema.label(self.frame.terms[0])
            raise ScopeError(Refuse(message("no_money", item=name), "not_in_corpus"))
        if "天" in units:
            raise ScopeError(Refuse(message("no_duration"), "not_in_corpus"))

    def _target_unit(self) -> str:
        words = {
            unit
            for tag in self.slots.all("unit_word")
            for unit in ("亿元", "万元", "亿", "元")
            if unit in tag.text
        }
        named = {"亿元"} if words & {"亿元", "亿"} else {"万元"} if "万元" in words else words
        money = named or self.slots.units() & _MONEY
        return next(iter(sorted(money, key=len, reverse=True)), "") if money else ""

    # ---- operations, in the order in which they are tried ----

    def _portion(self) -> Plan | None:
        """ "示例区占海淀的百分之几", "2024年占五年总量的百分之几": other places or years."""
        verb = self.slots.ops().get("share_verb", [-1])[0]
        other = self.slots.has(
            "points",
            "difference",
            "more",
            "less",
            "than",
            "growth",
            "change",
            "maximum",
            "minimum",
            "rank",
            "which_place",
            "which_year",
        )
        if verb < 0 or other or self.frame.derived or self.frame.whole:
            return None
        before = part_of(self.slots, 0, verb)
        after = part_of(self.slots, verb + 1, len(self.slots.tags))
        sides = [self._side(before), self._side(after)]
        if not any(sides[1]) or sides[0] == sides[1] or len(self.frame.terms) != 1:
            return None
        quantity = counts(self.frame.terms, self.schema)[0]
        points = []
        for places, years in (sides[0], sides[1]):
            points.append(
                [
                    Point(quantity, p, y, self.catalog.label(p))
                    for p in places or sides[0][0] or self.scope.publishers
                    for y in years or sides[0][1] or self.scope.years
                    if self.catalog.report(p, y) is not None
                ]
            )
        if not points[0] or not points[1]:
            raise ScopeError(Clarify(message("two_needed")))
        return Plan("portion", (*points[0], *points[1]), k=len(points[0]), over="publisher")

    def _side(self, slots: Slots) -> tuple[tuple[str, ...], tuple[int, ...]]:
        places = publishers_named(slots, self.catalog)
        if slots.any("every_place"):
            places = self.catalog.publishers
        available = self.catalog.years_of(places or self.scope.publishers)
        return places, years_named(slots, available)[0]

    def _threshold(self) -> Plan | None:
        found = self._comparison()
        if found is None:
            return None
        among = bool(self.frame.groups) or self.slots.has("kinds", "which", "count_of")
        quantities = self._candidates() if among and not self.share else self._quantities()
        points = self._points(quantities)
        over = self._dimension(quantities)
        if len(points) == 1:
            return Plan("lookup", points, yes_no=True, threshold=found)
        return Plan(
            "filter",
            points,
            over=over,
            threshold=found,
            count_only=self.slots.has("count_of") or bool(self.slots.units()),
        )

    def _comparison(self) -> Threshold | None:
        ops = self.slots.ops()
        if self.slots.has("fraction"):
            self.share = True
            return Threshold(">", "50", "%")
        for value, unit, at in self.slots.numbers():
            if unit == "%":
                self.share = True
            if value == 0 and (self.frame.groups or self.slots.has("which", "kinds")):
                return Threshold("=", "0", unit)
            for cue, sign in _COMPARISONS.items():
                for where in ops.get(cue, []):
                    near = where == at - 1 if cue.startswith("at_") else where == at + 1
                    if near:
                        return Threshold(sign, str(value), unit)
        return None

    def _extreme(self) -> Plan | None:
        slots = self.slots
        tops = slots.all("top")
        largest = slots.has("maximum") or any(t.senses[0].id == "top" for t in tops)
        smallest = slots.has("minimum", "bottom") or any(t.senses[0].id == "bottom" for t in tops)
        ranked = slots.has("rank", "rank_up") or bool(slots.all("ordinal"))
        choice = (
            slots.has("which_place", "which_year") and slots.has("more", "less", "compare")
        ) or (slots.has("which") and slots.has("more", "less") and not slots.has("than"))
        if not (largest or smallest or ranked or choice):
            return None
        if largest and smallest and slots.has("difference", "more", "less"):
            quantities = self._candidates()
            return Plan("spread", self._points(quantities), over=self._dimension(quantities))
        number = slots.any("quantity") or any(
            word in tag.text for tag in slots.tags if "share" in tag.ids("op") for word in "几多"
        )
        single = (
            slots.has("share_verb")
            and number
            and not slots.has("which", "which_place", "which_year")
        )
        if (
            slots.has("difference", "times")
            or single
            or (slots.has("share_verb") and slots.has("share") and slots.any("pronoun"))
        ):
            raise ScopeError(Clarify(message("one_by_one")))
        quantities = self._candidates()
        points = self._points(quantities)
        over = self._dimension(quantities)
        position = next((t.value for t in slots.all("ordinal")), None)
        if isinstance(position, int):
            return Plan(
                "rank",
                points,
                over=over,
                k=position,
                position=position,
                direction=-1 if smallest else 1,
            )
        k = next((t.value for t in tops if isinstance(t.value, int)), None)
        if k is None and (largest or smallest):
            # "最多的前三年": the years are what is ranked.
            k = next(
                (
                    t.value
                    for t in slots.all("year_word")
                    if t.text.startswith("前") and isinstance(t.value, int)
                ),
                None,
            )
        if k is not None or ranked:
            ascending = slots.has("rank_up") or (smallest and not largest)
            return Plan("rank", points, over=over, k=k, direction=-1 if ascending else 1)
        less = smallest or (choice and slots.has("less") and not slots.has("more"))
        return Plan("minimum" if less else "maximum", points, over=over)

    def _candidates(self) -> list[Quantity]:
        """What is compared: places or years where there are several, else the parts of a whole."""
        slots, frame, schema = self.slots, self.frame, self.schema
        many_places = len(self.scope.publishers) > 1
        many_years = len(self.scope.years) > 1
        if frame.groups:
            terms = [t for group in frame.groups for t in group_terms(group, frame, schema)]
            out = {t.item for t in frame.excluded} | {*frame.excluded_aspects}
            terms = [t for t in terms if t.item not in out and t.aspect not in out]
            frame.terms = terms
            return self._member_quantities(terms)
        if many_places or many_years or len(frame.terms) > 1 or len(frame.derived) > 1:
            return self._quantities()
        if frame.terms and (
            slots.has("which", "maximum", "minimum", "rank", "kinds") or slots.all("top")
        ):
            parts = children(frame.terms[0], schema)
            if parts:
                return self._member_quantities(parts)
        if slots.has("which_place", "which_year"):
            return self._quantities()
        raise ScopeError(Clarify(message("rank_of_what")))

    def _member_quantities(self, terms: list[Term]) -> list[Quantity]:
        return counts(terms, self.schema)

    def _dimension(self, quantities: Sequence[Quantity]) -> Over:
        if len(quantities) > 1:
            return "measure"
        if len(self.scope.publishers) > 1 and not (
            self.slots.has("which_year") and len(self.scope.years) > 1
        ):
            return "publisher"
        return "year"

    def _times(self) -> Plan | None:
        if not self.slots.has("times"):
            return None
        self._refuse_nested()
        quantities = self._quantities()
        points = self._points(quantities)
        if len(points) != 2:
            raise ScopeError(Clarify(message("two_needed")))
        return Plan("times", self._ordered_pair(points), over=self._dimension(quantities))

    def _refuse_nested(self) -> None:
        """ "…是示例区五年总和的几倍": a sum or mean inside a comparison wants two questions."""
        wide = len(self.scope.publishers) + len(self.scope.years) > 2
        sums = any("sum" in tag.ids("op") and not tag.of("aspect") for tag in self.slots.tags)
        if self.slots.has("cumulative", "mean") or (sums and wide):
            raise ScopeError(Clarify(message("one_by_one_sum")))

    def _ordered_pair(self, points: tuple[Point, ...]) -> tuple[Point, ...]:
        """Years: the later against the earlier one."""
        if points[0].year != points[1].year and points[0].publisher == points[1].publisher:
            return tuple(sorted(points, key=lambda point: -point.year))
        return points

    def _relative(self) -> Plan | None:
        """ "办结比新收多百分之几", "结转下年较上年结转下降百分之几": (A − B) ÷ B."""
        slots = self.slots
        terms = self.frame.terms
        percent = slots.has("growth") or (
            "%" in slots.units() and slots.has("more", "less", "difference", "change")
        )
        if not (
            percent
            and not slots.has("points")
            and len(terms) == 2
            and slots.has("than")
            and len(self.scope.years) == 1
        ):
            return None
        left, right = terms
        quantity = Quantity(
            message("relative_label", left=self.schema.label(left), right=self.schema.label(right)),
            (left, replace(right, sign=-1)),
            (right,),
            self.schema.label(right),
            unit="%",
            scale=100,
        )
        return Plan("lookup", self._points([quantity]))

    def _change(self) -> Plan | None:
        slots = self.slots
        compares = (
            self.scope.compares_years and slots.has("difference", "more", "less", "compare")
        ) or (
            len(self.scope.years) == 2
            and "%" in slots.units()
            and slots.has("difference", "more", "less")
        )
        if not (slots.has("growth", "change", "points") or compares) or slots.has("minus"):
            return None
        if slots.has("change") and slots.has("share_verb"):
            raise ScopeError(Clarify(message("one_growth")))
        if len(self.scope.years) < 2:
            if slots.has("growth") or compares or self.scope.compares_years:
                raise ScopeError(
                    Refuse(
                        message(
                            "no_base_year",
                            year=self.scope.years[0] - 1,
                            stored=self.catalog.described(),
                        ),
                        "not_in_corpus",
                    )
                )
            return None
        if slots.has("growth") and slots.has("mean", "maximum", "minimum"):
            raise ScopeError(Clarify(message("one_growth")))
        if len(self.scope.years) > 2 and slots.has("trend") and slots.has("growth"):
            return self._yearly_growth()
        if len(self.scope.years) > 2 and not slots.has("growth"):
            return Plan("trend", self._points(self._quantities()), over="year")
        first, last = self._two_years()
        quantities = self._quantities()
        points = tuple(
            Point(q, p, y, self.catalog.label(p))
            for q in quantities
            for p in self.scope.publishers
            for y in (first, last)
        )
        counted = slots.units() & {"件", "个", "元", "万元", "亿元", "人"}
        relative = (
            (slots.has("growth") or "%" in slots.units())
            and not counted
            and not any(q.is_rate for q in quantities)
        )
        return Plan("growth", points, over="year", relative=relative, direction=self._direction())

    def _yearly_growth(self) -> Plan:
        """ "每年同比增速": each year against the one before."""
        quantities = self._quantities()
        years = self.scope.years
        points = tuple(
            Point(q, p, y, self.catalog.label(p))
            for q in quantities
            for p in self.scope.publishers
            for pair in pairwise(years)
            for y in pair
            if all(self.catalog.report(p, each) for each in pair)
        )
        return Plan("growth", points, over="year", relative=True)

    def _direction(self) -> int:
        text = "".join(tag.text for tag in self.slots.tags).replace("多少", "")
        less = self.slots.has("less") or any(w in text for w in "少降减低跌")
        more = self.slots.has("more") or any(w in text for w in "多增升高涨")
        return int(more) - int(less)

    def _difference(self) -> Plan | None:
        slots = self.slots
        compared = slots.has("than", "compare") and slots.has("more", "less", "compare")
        if not (slots.has("difference", "points") or compared):
            return None
        self.share = self.share or slots.has("points")
        self._refuse_nested()
        quantities = self._quantities()
        if len(quantities) == 1 and slots.has("points") and quantities[0].variants:
            quantities = [quantities[0], *quantities[0].variants]
        points = self._points(quantities)
        if len(points) != 2:
            if len(points) < 2:
                raise ScopeError(Clarify(message("two_needed")))
            return Plan("lookup", points, over=self._dimension(quantities))
        if points[0].year != points[1].year and points[0].publisher == points[1].publisher:
            points = tuple(sorted(points, key=lambda point: -point.year))
        return Plan(
            "difference",
            points,
            over=self._dimension(quantities),
            direction=self._direction(),
            yes_no=slots.has("compare"),
        )

    def _average(self) -> Plan | None:
        slots = self.slots
        if slots.has("median"):
            return Plan("median", self._several(), over=self._dimension(self._quantities()))
        if slots.has("sum") and slots.has("breakdown") and len(self.frame.terms) > 1:
            quantities = self._quantities()
            return Plan("sum", self._points(quantities), over="measure")
        each = any("per" in tag.ids("op") and "每" in tag.text for tag in slots.tags)
        if (
            slots.has("mean")
            and not slots.has(*_DIVISORS)
            and not each
            and (len(self.scope.publishers) * len(self.scope.years) > 1)
        ):
            return Plan("mean", self._several(), over=self._dimension(self._quantities()))
        if slots.has("cumulative") or (
            slots.has("sum")
            and len(self.frame.terms) <= 1
            and len(self.scope.publishers) * len(self.scope.years) > 1
        ):
            quantities = self._quantities()
            return Plan(
                "sum",
                self._points(quantities),
                over=self._dimension(quantities),
                target_unit=self._target_unit(),
            )
        if slots.has("per") and len(self.frame.terms) == 2:
            top, base = self._per_terms()
            scale = next((int(n) for n, _, _ in slots.numbers() if n in (10, 100, 1000, 10000)), 1)
            quantity = Quantity(
                message(
                    "per_label",
                    part=self.schema.label(top),
                    whole=self.schema.label(base),
                    count=scale,
                ),
                (top,),
                (base,),
                self.schema.label(base),
                unit="per",
                scale=scale,
            )
            return Plan("lookup", self._points([quantity]))
        if slots.has("mean", "per") and not slots.has(*_DIVISORS):
            return Plan("mean", self._several(), over=self._dimension(self._quantities()))
        return None

    def _per_terms(self) -> tuple[Term, Term]:
        """ "平均每件复议对应多少申请": per the term named after 每."""
        at = self.slots.ops()["per"][0]
        after = [i for i in self.slots.pieces if i > at]
        tag = self.slots.tags[after[0]] if after else None
        first = (*tag.ids("item"), *tag.ids("prose")) if tag else ()
        base = next((t for t in self.frame.terms if t.item in first), self.frame.terms[1])
        top = next(t for t in self.frame.terms if t != base)
        return top, base

    def _several(self) -> tuple[Point, ...]:
        points = self._points(self._quantities())
        if len(points) < 2:
            raise ScopeError(Clarify(message("several_needed")))
        return points

    def _breakdown(self) -> Plan | None:
        slots, frame = self.slots, self.frame
        if (
            frame.groups
            and not frame.derived
            and not (slots.has("sum") and not slots.has("breakdown", "which"))
        ):
            terms = [t for group in frame.groups for t in group_terms(group, frame, self.schema)]
            if self.share:
                return Plan(
                    "breakdown",
                    self._points(
                        [
                            *counts(terms, self.schema),
                            *shares(terms, frame.whole, self.schema, together=False),
                        ]
                    ),
                )
            return Plan("breakdown", self._points(counts(terms, self.schema)))
        single = len(frame.terms) == 1 and not frame.excluded
        if not (single and slots.has("breakdown", "which", "kinds")) or self.scope_is_wide():
            return None
        first = frame.terms[0]
        parts = children(first, self.schema)
        divided = bool(self.schema.members(first.item)) or self.schema.tables[first.item] == "四"
        listed = slots.has("breakdown") and not any(
            "哪" in tag.text for tag in slots.tags if "breakdown" in tag.ids("op")
        )
        if not parts or not (divided or listed or (slots.any("quantity") and slots.has("which"))):
            entry = self.schema.vocabulary.items.get(first.item)
            if slots.any("quantity") or entry is None or entry.glossary is None:
                return None
            return Plan(
                "explain",
                self._points(counts(frame.terms, self.schema)),
                explain=(f"item:{first.item}",),
            )
        quantities = counts(parts, self.schema)
        if self.share:
            quantities = shares(parts, [frame.terms[0]], self.schema, together=False)
        return Plan(
            "breakdown",
            self._points(
                [*counts(frame.terms, self.schema), *quantities] if not self.share else quantities
            ),
        )

    def scope_is_wide(self) -> bool:
        return len(self.scope.publishers) * len(self.scope.years) > 1

    def _lookup(self) -> Plan:
        if not self.frame.terms and not self.frame.derived and self.slots.numbers():
            raise ScopeError(Refuse(message("unknown_question"), "out_of_scope"))
        quantities = self._quantities()
        points = self._points(quantities)
        whether = self.slots.has("whether")
        asserted = ""
        numbers = self.slots.numbers()
        if numbers and len(points) == 1:
            asserted = str(Decimal(numbers[0][0]))
        wide = len(self.scope.years) > 2 or self.slots.has("trend")
        op: Op = (
            "trend" if wide and len(self.scope.years) > 1 and len(quantities) == 1 else "lookup"
        )
        return Plan(
            op,
            points,
            over=self._dimension(quantities),
            yes_no=whether,
            asserted=asserted,
            target_unit=self._target_unit(),
        )
