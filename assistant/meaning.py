"""Meaning: questions about what a measure is, whether its sums hold, and why it is so."""

from __future__ import annotations

from assistant.messages import message
from assistant.plan import Clarify, Plan, Point, Refuse
from assistant.quantities import children, counts
from assistant.request import Request
from assistant.scope import ScopeError


def topic(request: Request) -> Plan | None:
    """A subject of the regulations that no cell counts ("几天内答复")."""
    slots, frame, schema = request.slots, request.frame, request.schema
    asked = slots.any("quantity")
    if frame.topics and slots.has("mean", "per", "maximum", "minimum"):
        raise ScopeError(Refuse(message("no_duration"), "not_in_corpus"))
    bare = not frame.terms or frame.weak_only
    if not frame.topics or not (bare or not asked or slots.units() == {"天"}):
        return None
    if asked and slots.units() <= {"", "件", "个", "%", "人"}:
        name = schema.vocabulary.topics[frame.topics[0]].name
        raise ScopeError(Refuse(message("no_such_count", name=name), "not_in_corpus"))
    return Plan("explain", explain=tuple(f"topic:{name}" for name in frame.topics))


def check(request: Request) -> Plan | None:
    """Whether the identities of the form hold."""
    if not request.slots.has("check") or _only_compares_figure(request):
        return None
    items = request.schema.vocabulary.items
    named = [items[term.item].name for term in request.frame.terms if term.item in items]
    return Plan("check", query=" ".join(named))


def _only_compares_figure(request: Request) -> bool:
    """ "填报核对：…应为几件" asks for the figure to check against, not whether sums hold."""
    slots = request.slots
    bare = not any("check" in tag.ids("op") and len(tag.text) > 2 for tag in slots.tags)
    return bare and bool(request.frame.terms) and bool(slots.units() & {"件", "个", "元", "万元"})


def explained(request: Request) -> Plan | None:
    """What the measures named mean, with their figures where place and year are known."""
    slots = request.slots
    if not slots.has("explain", "basis", "advice") or _asks_which(request):
        return None
    ids = _explained_ids(request)
    if not ids:
        raise ScopeError(Clarify(message("which_measure")))
    points: tuple[Point, ...] = ()
    measured = request.frame.terms or request.frame.derived
    if request.scope.publishers and request.scope.years and measured:
        points = request.points(request.quantities())
    return Plan("explain", points, explain=ids, advice=slots.has("advice"))


def _asks_which(request: Request) -> bool:
    """ "是什么" beside a ranking word asks which, not what it means."""
    slots = request.slots
    if request.frame.derived and slots.has("on_concluded", "on_all"):
        return True  # "复议纠错率（分母剔除未审结）" asks for the rate in that definition
    if slots.has("kinds") and slots.has("breakdown"):
        return True  # "办理结果分别是什么"
    kinds = slots.has("kinds") and not slots.pieces and not slots.has("basis", "advice")
    if kinds and len(request.frame.terms) == 1 and children(request.frame.terms[0], request.schema):
        return True  # "主要理由是什么" after a question on the whole
    ordered = slots.has("maximum", "minimum", "share", "share_verb") or slots.any("top")
    return ordered or bool(request.frame.groups and not request.frame.terms)


def _explained_ids(request: Request) -> tuple[str, ...]:
    frame = request.frame
    ids = [f"aspect:{aspect}" for aspect in frame.only_aspects]
    ids += [f"item:{term.item}" for term in frame.terms if not ids]
    ids += [f"derived:{name}" for name in frame.derived]
    ids += [f"group:{name}" for name in frame.groups]
    ids += [f"item:{item}" for item in frame.open_items]
    return tuple(dict.fromkeys(ids))


def why(request: Request) -> Plan | None:
    """The figure and its parts: the reports give no causes."""
    frame = request.frame
    if not request.slots.has("why") or request.slots.any("top"):
        return None  # "最多的两种原因"
    if not frame.terms and not frame.derived:
        raise ScopeError(Clarify(message("which_measure")))
    points = request.points(request.quantities())
    parts = children(frame.terms[0], request.schema) if frame.terms else []
    return Plan("why", (*points, *request.points(counts(parts, request.schema))))
