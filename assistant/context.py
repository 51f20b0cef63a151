"""Context: what the earlier turns of a conversation settled, for the next question to lean on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from assistant.frame import Frame
from assistant.plan import Plan, Point, Quantity, Term
from assistant.prose_beside import Told
from assistant.result import Value
from assistant.scope import ScopeError

_RANKINGS = ("maximum", "minimum", "rank")  # of these only what was found is spoken of again


_KEPT = 7  # values answered earlier that are kept beside the new one
_COMPARED = ("maximum", "minimum", "difference", "times")


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
    lost: bool = False  # the last question got no answer: nothing can be taken from it
    winners: tuple[Point, ...] = ()  # what the last extreme was found to be
    ranking: Plan | None = None  # the last order, while one of those in it is spoken of
    numbers: dict[Point, Fraction] = field(default_factory=dict)  # what was told last
    implied: bool = False  # the last question named no side of what it compared ("差多少")
    met: tuple[int, ...] = ()  # the years that the last limit was met in
    spoken: tuple[int, ...] = ()  # years of single answers, the one spoken of last at the end
    summed: tuple[Term, ...] = ()  # what the last sum added up, while its parts are spoken of
    absent: ScopeError | None = None  # the last question was of a place or year not stored
    asked: Frame | None = None  # what a sub-question in work was about, where none is answered
    around: list[Term] = field(default_factory=list)  # what "其中…" was asked inside of
    calendar: int = 0  # the year that 去年 and 前年 were last counted from; 0 if the year was named
    pending: str = ""  # a question that was asked back about
    prose_query: str = ""
    told: tuple[Told, ...] = ()  # sentences of the prose that the last answer quoted

    @property
    def is_new(self) -> bool:
        return self.plan is None


def note_numbers(context: Context, values: Iterable[Value]) -> None:
    """Keep what the last few points came to, for "少了百分之几"."""
    told = {value.point: value.number for value in values if value.node is not None}
    kept = {**context.numbers, **told}
    context.numbers = dict(list(kept.items())[-_KEPT:])


def note_winners(context: Context, plan: Plan, winners: Sequence[Point]) -> None:
    """Keep what an extreme was found to be, for "它占多少" and "两者差多少"."""
    context.winners = tuple(winners) if plan.op in _RANKINGS else ()
    if plan.op == "filter" and plan.over == "year":
        context.met = tuple(sorted({point.year for point in winners}))
    if len(context.winners) == 1:
        won = context.winners[0].quantity.terms
        context.terms = [*(term for term in context.terms if term not in won), *won]
    said = bool(context.winners) and context.winners[0] in context.points[-2:]
    if context.winners and plan.op != "rank" and not said:  # of several that are alike the first
        context.points = [*context.points[-_KEPT:], context.winners[0]]


def of_winners(plan: Plan, context: Context) -> Plan:
    """`plan` of only the years and places that the part before it found."""
    if not plan.of_winner or not context.winners:
        return plan
    found = {(point.publisher, point.year) for point in context.winners}
    points = tuple(point for point in plan.points if (point.publisher, point.year) in found)
    context.years = tuple(sorted({year for _, year in found}))
    if len(points) == 1:
        context.points = [*context.points[-_KEPT:], points[0]]
    return replace(plan, points=points) if points else plan


def remember_asked(context: Context, error: ScopeError, frame: Frame) -> None:
    """Keep what a question of a place or year that is not stored was about, for "那海淀呢"."""
    context.absent, context.lost = error, False
    context.frame, context.plan = frame, Plan("lookup")
    context.publishers = error.scope.publishers or (
        () if error.absent == "place" else context.publishers
    )
    context.years = error.scope.years or context.years
    context.points, context.quantities, context.winners = [], (), ()
    context.terms = [*(t for t in context.terms if t not in frame.terms), *frame.terms]
    context.shared = False


def working_copy(context: Context) -> Context:
    """A working copy that is thrown away if the question cannot be planned."""
    copy = replace(context)
    copy.terms, copy.points = list(context.terms), list(context.points)
    copy.now, copy.asked = [], None
    return copy


def _order_spoken_of(plan: Plan, ranking: Plan | None) -> Plan | None:
    """The order that `plan` makes, or the last one while one of those in it is spoken of ("它占
    多少" after the largest)."""
    if plan.op in _RANKINGS or ranking is None:
        return plan if plan.op in _RANKINGS else None
    terms = {(p.quantity.terms, p.publisher, p.year) for p in ranking.points}
    points = {(p.quantity.terms, p.publisher, p.year) for p in plan.points}
    return ranking if len(points) == 1 and points <= terms else None


def remember(turn: Context, frame: Frame, plan: Plan) -> None:
    """Keep for the next turn what this sub-question was about."""
    turn.plan, turn.absent, turn.implied = plan, None, False
    turn.ranking = _order_spoken_of(plan, turn.ranking)
    years = {point.year for point in plan.points}
    if len(years) == 1 and plan.op in ("lookup", "growth", "difference", "times"):
        turn.spoken = (*(year for year in turn.spoken if year not in years), *years)
    elif years:
        turn.spoken = ()
    turn.frame = frame
    for term in frame.terms if plan.op not in _RANKINGS else ():
        if term in turn.terms:
            turn.terms.remove(term)
        turn.terms.append(term)
        if term not in turn.now:
            turn.now.append(term)
    if plan.op in _COMPARED and len(plan.points) == 2:
        # The side that the other was held against comes first.
        turn.points = [*turn.points[-2:], *reversed(plan.points)]
    if len(plan.points) == 1:
        turn.points = [*turn.points[-_KEPT:], plan.points[0]]
    elif plan.op == "lookup" and len(plan.points) == 2:
        turn.points = [*turn.points[-2:], *plan.points]
    elif len(plan.points) > 2 and plan.op not in _RANKINGS:
        turn.points = []  # what was answered last is no pair
    turn.quantities = tuple(dict.fromkeys(p.quantity for p in plan.points))
    turn.summed = _summed(turn)
    turn.shared = any(quantity.is_rate for quantity in turn.quantities) and not frame.derived


def _summed(turn: Context) -> tuple[Term, ...]:
    """What the last sum added up, as long as only its parts are asked about."""
    counts = [quantity for quantity in turn.quantities if not quantity.whole]
    if len(counts) == 1 and len(turn.frame.terms) > 1 and len(counts[0].terms) > 1:
        added = counts[0].terms
        return added if all(term.sign > 0 for term in added) else ()
    return turn.summed if set(turn.frame.terms) <= {*turn.summed} else ()
