"""Meaning: questions about what a measure is, whether its sums hold, and why it is so."""

from __future__ import annotations

from assistant.messages import message
from assistant.plan import Clarify, Plan, Point, Refuse, Term
from assistant.quantities import children, counts
from assistant.request import Request
from assistant.schema import Schema
from assistant.scope import ScopeError


def topic(request: Request) -> Plan | None:
    """A subject of the regulations that no cell counts ("几天内答复")."""
    slots, frame, schema = request.slots, request.frame, request.schema
    asked = slots.any("quantity")
    if frame.topics and slots.has("mean", "per", "maximum", "minimum"):
        raise ScopeError(Refuse(message("no_duration"), "not_in_corpus"))
    bare = not frame.terms or frame.weak_only
    checked = any("check" in tag.ids("op") and not tag.of("topic") for tag in slots.tags)
    if checked and frame.terms:
        return None  # "勾稽关系: 新收加结转和办结加转下年对得上吗"
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
    counted = [term.item for term in request.frame.terms if term.item in items]
    printed = request.schema.printed(counted)
    return Plan("check", query=" ".join(dict.fromkeys(items[one].name for one in printed)))


def _only_compares_figure(request: Request) -> bool:
    """ "填报核对：…应为几件" asks for the figure to check against, not whether sums hold."""
    slots = request.slots
    bare = not any("check" in tag.ids("op") and len(tag.text) > 2 for tag in slots.tags)
    return bare and bool(request.frame.terms) and bool(slots.units() & {"件", "个", "元", "万元"})


def explained(request: Request) -> Plan | None:
    """What the measures named mean, with their figures where place and year are known."""
    slots = request.slots
    asked = slots.has("explain", "basis", "advice") and not _asks_which(request)
    if not asked and not _tells_apart(request):
        return None
    ids = _explained_ids(request)
    if not ids:
        raise ScopeError(Clarify(message("which_measure")))
    points: tuple[Point, ...] = ()
    measured = request.frame.terms or request.frame.derived
    if request.scope.publishers and request.scope.years and measured:
        points = request.points(request.quantities())
    return Plan("explain", points, explain=ids, advice=slots.has("advice"))


def _tells_apart(request: Request) -> bool:
    """ "不予处理和不予公开有什么区别": what each of them means; of places or years the figures."""
    named = {(term.item, term.aspect) for term in request.frame.terms}
    named |= {("", aspect) for aspect in request.frame.only_aspects}
    return request.slots.has("differs") and len(named) > 1 and not request.is_wide


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
    parts = slots.has("breakdown") and not (slots.pieces or slots.has("basis", "advice"))
    alone = request.frame.terms[0] if len(request.frame.terms) == 1 else None
    if parts and alone is not None and children(alone, request.schema):
        return True  # "分别是什么" after a question on the whole
    ordered = slots.has("maximum", "minimum", "share", "share_verb") or slots.any("top")
    return ordered or bool(request.frame.groups and not request.frame.terms)


def _explained_ids(request: Request) -> tuple[str, ...]:
    frame = request.frame
    ids = [f"aspect:{aspect}" for aspect in frame.only_aspects]
    if not ids:
        for term in frame.terms:
            ids += [f"aspect:{term.aspect}"] if _outcome(term, request.schema) else []
            ids.append(f"item:{term.item}")
    ids += [f"derived:{name}" for name in frame.derived]
    ids += [f"group:{name}" for name in frame.groups]
    ids += [f"item:{item}" for item in frame.open_items]
    return tuple(dict.fromkeys(ids))


def _every_cell(request: Request) -> list[Term]:
    """ "规章为什么是0", "败诉为什么只有1件": all cells of an item or a column named alone."""
    frame, schema = request.frame, request.schema
    named = [(item, aspect) for item in frame.open_items for aspect in schema.vocabulary.aspects]
    items = schema.vocabulary.items
    named += [(item, aspect) for aspect in frame.only_aspects for item in items]
    frame.open_items, frame.only_aspects, frame.every_column = [], [], True
    return [
        Term(item, aspect)
        for item, aspect in named
        if schema.allows(item, aspect) and not schema.entry(item).sum_of
    ]


def _outcome(term: Term, schema: Schema) -> bool:
    """Whether the column of a term says more than whose applications are counted."""
    entry = schema.vocabulary.aspects[term.aspect]
    own = term.aspect != schema.default_aspect(term.item)
    return own and entry.glossary is not None and term.aspect not in schema.pairs["new"]


def why(request: Request) -> Plan | None:
    """The figure and its parts: the reports give no causes."""
    frame = request.frame
    if not request.slots.has("why") or request.slots.any("top"):
        return None  # "最多的两种原因"
    if not frame.terms and not frame.derived:
        frame.terms = _every_cell(request)
    if not frame.terms and not frame.derived:
        raise ScopeError(Clarify(message("which_measure")))
    points = request.points(request.quantities())
    parts = children(frame.terms[0], request.schema) if len(frame.terms) == 1 else []
    parts = [part for part in parts if part not in frame.terms]
    return Plan("why", (*points, *request.points(counts(parts, request.schema))))
