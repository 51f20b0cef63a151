"""Found year: "最少的那年办结多少", where the order is of what was asked before."""

from __future__ import annotations

from itertools import pairwise

from assistant.context import Context
from assistant.going_on import orders_years
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.plan import Clarify
from assistant.scope import ScopeError
from assistant.slots import Slots, part_of


def parted_at_year(parts: list[Slots], turn: Context) -> list[Slots]:
    """`parts`, the only one cut behind the year that an order is to find. Raises ScopeError where
    neither it nor the talk names the measure of that order: the one behind is asked of the year."""
    for part in parts:
        _refuse_two_spans(part)
    end = _end_of_year(parts[0]) if len(parts) == 1 else 0
    if not end:
        return parts
    if turn.lost or not orders_years(turn.plan):
        raise ScopeError(Clarify(message("rank_of_what")))
    whole = parts[0]
    return [part_of(whole, 0, end), part_of(whole, end, len(whole.tags))]


def _end_of_year(segment: Slots) -> int:
    """Where "最少的那年" ends that opens a question and has a measure only behind it; 0 where none
    does."""
    ops = segment.ops()
    extreme = min([*ops.get("maximum", []), *ops.get("minimum", [])], default=-1)
    if extreme < 0 or not segment.pieces or segment.pieces[0] < extreme:
        return 0
    first = segment.pieces[0]
    said = "".join(tag.text for tag in segment.tags[extreme:first])
    return first if Lexicon.built_in().pattern("extreme_year").fullmatch(said) else 0


def _refuse_two_spans(segment: Slots) -> None:
    """ "前三年合计和后两年合计", "后两年比前三年多吗": two rows of years at once. Raises
    ScopeError."""
    tags = segment.tags
    rows = {tag.text.rstrip("的") for tag in tags if "recent" in tag.ids("year_word")}
    ends = [
        tag for tag, after in pairwise(tags) if tag.kind == "top" and after.text.startswith("年")
    ]
    if len(rows) + len(ends) > 1:
        raise ScopeError(Clarify(message("one_by_one")))
