"""Context: what the earlier turns of a conversation settled, for the next question to lean on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.frame import Frame
from assistant.plan import Plan, Point, Quantity, Term

_RANKINGS = ("maximum", "minimum", "rank")  # of these only what was found is spoken of again


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
    pending: str = ""  # a question that was asked back about
    prose_query: str = ""

    @property
    def is_new(self) -> bool:
        return self.plan is None


def note_winners(context: Context, plan: Plan, winners: Sequence[Point]) -> None:
    """Keep what an extreme was found to be, for "它占多少" and "两者差多少"."""
    context.winners = tuple(winners) if plan.op in _RANKINGS else ()
    if len(context.winners) == 1:
        won = context.winners[0].quantity.terms
        context.terms = [*(term for term in context.terms if term not in won), *won]
    said = bool(context.winners) and context.winners[0] in context.points[-2:]
    if len(context.winners) == 1 and plan.op != "rank" and not said:
        context.points = [*context.points[-3:], context.winners[0]]


def working_copy(context: Context) -> Context:
    """A working copy that is thrown away if the question cannot be planned."""
    copy = replace(context)
    copy.terms, copy.points = list(context.terms), list(context.points)
    copy.now = []
    return copy


def remember(turn: Context, frame: Frame, plan: Plan) -> None:
    """Keep for the next turn what this sub-question was about."""
    turn.plan = plan
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
        turn.points = [*turn.points[-3:], plan.points[0]]
    turn.quantities = tuple(dict.fromkeys(p.quantity for p in plan.points))
    turn.shared = any(quantity.is_rate for quantity in turn.quantities) and not frame.derived
