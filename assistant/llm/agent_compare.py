"""Agent compare: two results held against each other, exactly, with both trees below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.draft import Draft
from assistant.formula import Node, Quotient, difference
from assistant.llm.agent_results import Result, Results
from assistant.llm.agent_scope import error, rules
from assistant.messages import message
from assistant.plan import Plan

if TYPE_CHECKING:
    from assistant.llm.agent_tools import Hands

_POINTS = {"%": "个百分点"}
_KINDS = {"difference": "差", "times": "倍数", "share": "比例"}


def compared(op: str, ids: Sequence[str], results: Results, hands: Hands) -> Result:
    """The difference or the multiple of two results. Raises LlmError where there is none."""
    if op not in ("difference", "times", "share") or len(set(ids)) != 2:
        raise error("not_possible", reason="两个结果之间只能是 difference、times 或 share")
    left, right = (results.of(id_) for id_ in ids)
    if left.node is None or right.node is None:
        raise error("several")
    if _turned(left, left.node) or _turned(right, right.node):
        raise error("not_possible", reason="少的一边在前的差，不能再比较")
    if left.unit != right.unit:
        raise error("units")
    draft = _drafted(op, left, right, left.node, right.node)
    step = f"{left.label}与{right.label}比较"
    answer = hands.finished(step, draft.plan, draft)
    if answer.status != "answered":
        raise error("no_value", reason="")
    label = f"{left.label}与{right.label}的{_KINDS[op]}"
    return results.add(op, step, answer, label, draft, parents=(left.id, right.id))


def _turned(result: Result, node: Node) -> bool:
    """A difference that was, or may have been, shown without its sign."""
    return result.op == "difference" and (bool(result.parents) or node.value < 0)


def _drafted(op: str, left: Result, right: Result, top: Node, base: Node) -> Draft:
    """Raises LlmError where the right side is 0."""
    draft = Draft(
        Plan("difference" if op == "difference" else "times", (*left.points, *right.points))
    )
    names = {
        "left": draft.shown.say(left.label),
        "right": draft.shown.say(right.label),
        "left_value": draft.shown.number(top, left.unit),
        "right_value": draft.shown.number(base, right.unit),
    }
    if op != "difference":
        if base.value == 0:
            raise error("not_possible", reason="右边的结果为零，不能作除数")
        if op == "share" and not 0 <= top.value <= base.value:
            raise error("not_possible", reason="部分不能大于整体")
        node: Node = Quotient(top, base, 100 if op == "share" else 1)
        line, unit = ("share", "%") if op == "share" else ("times_line", "倍")
    else:
        down = top.value < base.value
        node = difference(base, top) if down else difference(top, base)
        line = "fewer_line" if down else "more_line" if top.value > base.value else "equal_line"
        unit = _POINTS.get(left.unit, left.unit)
    value = names["left_value"] if line == "equal_line" else draft.shown.number(node, unit)
    shares = str(rules()["share_line"])
    said = (
        shares.format(value=value, **names)
        if op == "share"
        else message(line, value=value, **names)
    )
    draft.lines.append(said)
    draft.set_primary(node, unit)
    draft.cited += [top, base]
    return draft
