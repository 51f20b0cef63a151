"""Repeating: "怎么算的", "哪来的" about what was just answered: the same again, with its formula
and its cells."""

from __future__ import annotations

from dataclasses import replace

from assistant.context import Context
from assistant.messages import message
from assistant.plan import Plan
from assistant.slots import Slots

_BESIDE = ("filler", "pronoun", "ellipsis", "of", "op", "copula", "and", "negation")
_ASKS = ("how_computed", "source")
_MEANT = {*_ASKS, "explain", "which", "why"}  # senses that the same words have elsewhere


def asked_how(
    slots: Slots, gaps: tuple[str, ...], turn: Context, carried: list[str]
) -> Plan | None:
    """The last plan once more where only its formula or its source is asked for."""
    plan = turn.plan
    if plan is None or turn.lost or gaps or slots.pieces or not plan.points:
        return None
    bare = all(tag.kind in _BESIDE for tag in slots.tags)
    others = {op for tag in slots.tags for op in tag.ids("op")} - {
        *_ASKS,
        "explain",
        "which",
        "why",
    }
    if not (bare and slots.has(*_ASKS)) or others:
        return None
    carried += dict.fromkeys(point.quantity.label for point in plan.points[:1])
    key = "from_cells" if slots.has("source") else "computed_so"
    return replace(plan, notes=(message(key),))
