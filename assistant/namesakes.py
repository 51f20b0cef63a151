"""Namesakes: a short name that two rows of the form bear ("结转"), and which one is meant."""

from __future__ import annotations

from dataclasses import replace

from assistant.context import Context
from assistant.frame import Frame
from assistant.messages import message
from assistant.plan import Clarify, Term
from assistant.schema import Schema
from assistant.scope import ScopeError
from assistant.slots import Slots
from assistant.tagger import Tag


def settle_namesakes(segment: Slots, frame: Frame, turn: Context, schema: Schema) -> None:
    """Put the row that is meant into `frame`: the one talked about, or the one that is named with
    what stands beside the short name (the form's YAML, `meant_beside`). Raises ScopeError with
    both as choices where neither tells."""
    for at in segment.pieces:
        names = borne_by(segment.tags[at])
        if len(names) < 2 or not any(term.item in names for term in _terms(frame)):
            continue
        meant = _meant(at, names, segment, turn, schema)
        if not meant:
            rows = [schema.entry(name).name for name in names]
            text = message("which_namesake", word=segment.tags[at].text, rows="”还是“".join(rows))
            raise ScopeError(Clarify(text, tuple(rows)))
        others = [segment.tags[place] for place in segment.pieces if place != at]
        if not any(tag.ids("item") == names[:1] for tag in others):
            _replace(frame, names[0], meant)


def borne_by(tag: Tag) -> tuple[str, ...]:
    """The rows that bear the name of `tag`, where it is a name of rows only."""
    kinds = {sense.kind for sense in tag.senses}
    return tuple(dict.fromkeys(tag.ids("item"))) if kinds == {"item"} else ()


def _meant(at: int, names: tuple[str, ...], segment: Slots, turn: Context, schema: Schema) -> str:
    asked = {term.item for term in turn.now} & {*names}
    dated = at > 0 and segment.tags[at - 1].kind == "year_word"
    shares = segment.has("share", "share_verb") or "%" in segment.units()
    counts = segment.any("quantity") and not shares and len(segment.pieces) == 1
    if (dated or counts) and len(asked) == 1 and len(names) == len(asked) + 1:
        return next(name for name in names if name not in asked)  # "上年结转几件，今年结转几件"
    others = [p for p in segment.pieces if p != at and segment.tags[p].of("item")]
    nearest = sorted(others, key=lambda place: (place > at, abs(place - at)))
    beside = [segment.tags[place].ids("item")[0] for place in nearest]
    last = [term.item for term in reversed(turn.terms)]
    beside += [item for item in last if item in names][:1] or (last[:1] if turn.now else [])
    for item in beside:
        if item in names:
            return item
        for name in names:
            if item in schema.entry(name).meant_beside:
                return name
    return ""


def _terms(frame: Frame) -> list[Term]:
    return [*frame.terms, *frame.whole, *frame.excluded, *frame.minus]


def _replace(frame: Frame, read: str, meant: str) -> None:
    """`read` is the row that the short name was read as."""

    def settled(terms: list[Term]) -> list[Term]:
        return [replace(term, item=meant) if term.item == read else term for term in terms]

    frame.terms, frame.whole = settled(frame.terms), settled(frame.whole)
    frame.excluded, frame.minus = settled(frame.excluded), settled(frame.minus)
