"""One number of the prose over several reports: its sum, its change, its highest and lowest.

Only where every report has the number, in one unit and for one thing; else nothing is computed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.catalog import Listed, short_name
from assistant.compose import Draft
from assistant.formula import Cell, Constant, Node, Quotient, difference, total
from assistant.messages import message
from assistant.prose_context import contexts
from assistant.prose_lexicon import LEXICON, prose_lexicon
from assistant.wording import years_text
from assistant.words import levelled, segments_of
from ingest.figure import Figure
from ingest.form import read_yaml

_YEAR = re.compile(r"(?:19|20)\d{2}(?:[-—–~～到至](?:19|20)\d{2})?(?:年度?)?(?:到|至|和|与|、)?")
_ALIKE = 0.5  # of the words that belong to the numbers alone


@dataclass(frozen=True, slots=True)
class Across:
    """What is asked of the numbers of several reports, and the question for each of them.

    `op` is sum, mean, most, least, more, ends (the last year against the first), rate or times;
    `fewer` says that "more" was asked the other way round; `text` is the whole question, of which
    the order of the names tells what is compared.
    """

    op: str
    question: str
    label: str
    text: str
    fewer: bool = False


Told = tuple[Listed, Figure]
_OF_TWO = ("more", "ends", "rate", "times")


def read_across(question: str) -> Across | None:
    """None where the question does not set several reports against each other."""
    text = levelled(question)
    found = next(((n, m) for n, cue in _cues().items() if (m := cue.search(text))), None)
    if found is None:
        return None
    op, cue = found[0], found[1].group()
    unit = _unit(text)
    bare = _YEAR.sub("", _cues()[op].sub(" ", text))
    label = re.sub(_rest(), "", bare).strip(" ,;?。的")
    fewer = op in ("more", "ends") and bool(_fewer().search(cue.replace("多少", "")))
    return Across(op, f"{label}有多少{unit}", label, text, fewer) if label else None


def across(asked: Across, told: Sequence[Told], draft: Draft) -> bool:
    """Write what `asked` wants of `told` (one number a report) into `draft`; False where the
    numbers cannot be put together."""
    told = sorted(told, key=lambda pair: (pair[0].year or 0, pair[0].publisher))
    if len(told) < 2 or not _comparable([figure for _, figure in told], asked.op):
        return False
    if asked.op in _OF_TWO:
        if len(told) != 2:
            return False
        if asked.op in ("rate", "ends") and len({report.publisher for report, _ in told}) > 1:
            return False
        if asked.op not in ("rate", "ends"):
            several = len({report.publisher for report, _ in told}) > 1
            told = sorted(told, key=lambda pair: _asked_last(asked.text, pair[0], several))
    unit = told[0][1].unit
    cells: list[Node] = [Cell(figure) for _, figure in told]
    if asked.op in ("most", "least"):
        return _extreme(asked, told, cells, draft)
    if asked.op in ("rate", "times") and not cells[0].value:
        return False
    _WRITERS[asked.op](asked, told, cells, unit, draft)
    draft.formula_nodes = [draft.node] if draft.node else []
    return True


def _asked_last(text: str, report: Listed, several: bool) -> tuple[int, int]:
    """Sorts what the other is compared with first: it is named second, or is of before. Where
    there are `several` publishers their names tell, too; one that both bear does not."""
    own = levelled(short_name(report.publisher)) if several else str(report.year)
    names = [text.find(name) for name in (str(report.year), own)]
    named = [place for place in names if place >= 0]
    return -max(named, default=len(text)), report.year or 0


def _sum(asked: Across, told: Sequence[Told], cells: list[Node], unit: str, draft: Draft) -> None:
    draft.node, draft.unit = total(cells), unit
    scope = years_text([report.year for report, _ in told if report.year])
    publishers = {report.publisher for report, _ in told}
    scope += short_name(publishers.pop()) if len(publishers) == 1 else ""
    draft.shown.say(asked.label)
    value = draft.shown.number(draft.node, unit)
    draft.lines.insert(0, message("sum_line", scope=scope, label=asked.label, value=value))
    draft.lines.insert(1, _formula(draft, unit))


def _more(asked: Across, told: Sequence[Told], cells: list[Node], unit: str, draft: Draft) -> None:
    first, last = cells
    larger = last.value >= first.value
    node = difference(first, last) if asked.fewer else difference(last, first)
    key = "equal_line" if last.value == first.value else "more_line" if larger else "fewer_line"
    draft.node, draft.unit = node, "个百分点" if unit == "%" else unit
    against = message("not_as_asked") if node.value < 0 else ""
    draft.lines.insert(0, against + _compared(draft, key, told, cells, unit, draft.unit))
    draft.lines.insert(1, _formula(draft, draft.unit))


def _rate(asked: Across, told: Sequence[Told], cells: list[Node], unit: str, draft: Draft) -> None:
    first, last = cells
    draft.node, draft.unit = Quotient(difference(last, first), first, 100), "%"
    change = draft.shown.number(draft.node, "%")
    (before, _), (after, _) = told
    line = message(
        "growth_line",
        place=short_name(after.publisher),
        label=draft.shown.say(asked.label),
        first=before.year,
        first_value=draft.shown.number(first, unit),
        last=after.year,
        last_value=draft.shown.number(last, unit),
        change=message("growth_rate", value=change),
    )
    draft.lines.insert(0, line)
    draft.lines.insert(1, _formula(draft, "%"))


def _times(asked: Across, told: Sequence[Told], cells: list[Node], unit: str, draft: Draft) -> None:
    draft.node, draft.unit = Quotient(cells[1], cells[0]), "倍"
    draft.lines.insert(0, _compared(draft, "times_line", told, cells, unit, "倍"))
    draft.lines.insert(1, _formula(draft, "倍"))


def _mean(asked: Across, told: Sequence[Told], cells: list[Node], unit: str, draft: Draft) -> None:
    draft.node, draft.unit = Quotient(total(cells), Constant(len(cells))), unit
    scope = years_text([report.year for report, _ in told if report.year])
    draft.shown.say(asked.label)
    value = draft.shown.number(draft.node, unit)
    draft.lines.insert(0, message("mean_line", scope=scope, label=asked.label, value=value))
    draft.lines.insert(1, _formula(draft, unit))


_WRITERS = {
    "sum": _sum,
    "mean": _mean,
    "more": _more,
    "ends": _more,
    "rate": _rate,
    "times": _times,
}


def _extreme(asked: Across, told: Sequence[Told], cells: list[Node], draft: Draft) -> bool:
    pick = max if asked.op == "most" else min
    best = pick(cell.value for cell in cells)
    winners = [at for at, cell in enumerate(cells) if cell.value == best]
    unit = told[0][1].unit
    draft.node, draft.unit = cells[winners[0]], unit
    key = "maximum_line" if asked.op == "most" else "minimum_line"
    draft.shown.say(asked.label)
    name = "、".join(_name(told[at][0], told) for at in winners)
    value = draft.shown.number(cells[winners[0]], unit)
    draft.lines.insert(0, message(key, scope=asked.label, name=name, value=value))
    return True


def _compared(
    draft: Draft, key: str, told: Sequence[Told], cells: list[Node], unit: str, result: str
) -> str:
    (first, _), (last, _) = told
    assert draft.node is not None  # set by the caller
    return message(
        key,
        left=_name(last, told),
        left_value=draft.shown.number(cells[1], unit),
        right=_name(first, told),
        right_value=draft.shown.number(cells[0], unit),
        value=draft.shown.number(_shown_value(key, cells, draft.node), result),
    )


def _shown_value(key: str, cells: list[Node], node: Node) -> Node:
    """A line that says more or fewer shows how much, without a sign."""
    if key == "equal_line":
        return cells[1]
    if key in ("more_line", "fewer_line") and node.value < 0:
        return difference(cells[0], cells[1]) if key == "fewer_line" else difference(*cells[::-1])
    return node


def _formula(draft: Draft, unit: str) -> str:
    assert draft.node is not None  # set by the caller
    value = draft.shown.number(draft.node, unit)
    return message("formula_line", formula=draft.shown.formula(draft.node), value=value)


def _name(report: Listed, told: Sequence[Told]) -> str:
    several = len({one.publisher for one, _ in told}) > 1
    year = f"{report.year}年" if len({one.year for one, _ in told}) > 1 else ""
    return year + (short_name(report.publisher) if several or not year else "")


def _comparable(figures: Sequence[Figure], op: str) -> bool:
    """One unit, one thing counted, and for a sum a number that adds up over years."""
    if len({figure.unit for figure in figures}) != 1:
        return False
    around = contexts(figures)
    if op in ("sum", "mean"):
        running = any(_running().search(context.clause) for context in around)
        if running or prose_lexicon().classes(figures[0].unit) & {"percent", "score"}:
            return False
    stop = prose_lexicon().stop
    words = [{w for w in segments_of(c.local) if len(w) > 1 and w not in stop} for c in around]
    return all(_alike(words[0], other) for other in words[1:])


def _alike(one: set[str], other: set[str]) -> bool:
    return not one | other or len(one & other) >= _ALIKE * len(one | other)


def _unit(text: str) -> str:
    found = re.search(_asked_unit(), text)
    unit = found.group("unit") if found else ""
    return "" if unit in ("倍", "年") else unit


@lru_cache(maxsize=1)
def _cues() -> dict[str, re.Pattern[str]]:
    ops = read_yaml(LEXICON)["across"]["ops"]
    return {name: re.compile(f"(?:{cue})(?:{_units()})?") for name, cue in ops.items()}


@lru_cache(maxsize=1)
def _fewer() -> re.Pattern[str]:
    return re.compile(read_yaml(LEXICON)["across"]["fewer"])


@lru_cache(maxsize=1)
def _rest() -> str:
    return str(read_yaml(LEXICON)["across"]["rest"])


@lru_cache(maxsize=1)
def _running() -> re.Pattern[str]:
    return re.compile(read_yaml(LEXICON)["across"]["running"])


@lru_cache(maxsize=1)
def _units() -> str:
    units = {unit for words in prose_lexicon().counters.values() for unit in words}
    return "|".join(map(re.escape, sorted(units, key=len, reverse=True)))


@lru_cache(maxsize=1)
def _asked_unit() -> str:
    return f"(?:多少|几)(?P<unit>{_units()})"
