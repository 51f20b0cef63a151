"""Two numbers of the prose of one report put together: their sum, or a part of a whole.

A question for a sum or a share is never answered with one of its two numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.draft import Draft
from assistant.formula import Cell, Quotient, difference, total
from assistant.messages import message
from assistant.prose_lexicon import LEXICON, prose_lexicon
from assistant.words import levelled
from ingest.figure import Figure
from ingest.form import read_yaml

Matches = Callable[[str], Sequence[Any]]  # a question → its prose matches, best first


@dataclass(frozen=True, slots=True)
class Pair:
    """What is asked of two numbers: `op` sum, difference or share; `first` and `second` name them;
    `verb` is what both were ("发布")."""

    op: str
    first: str
    second: str
    unit: str = ""
    verb: str = ""


def read_pair(question: str) -> Pair | None:
    """None where the question does not name two numbers of which one is made."""
    text = levelled(question)
    for op, pattern in _patterns().items():
        found = pattern.search(text)
        if found:
            named = found.groupdict()
            unit, verb = named.get("unit") or "", named.get("verb") or ""
            return Pair(op, found["a"], found["b"], unit, verb.strip("有是了的"))
    return None


def together(asked: Pair, question: str, matches: Matches, draft: Draft) -> bool | None:
    """Write the sum or share into `draft`; None where one number says it itself ("校长和信息员共
    38人", "占比50%"), False where the two cannot be told or put together."""
    said = matches(question)
    if said and _says_itself(asked, said[0].figure):
        return None
    first, second = (_told(name, asked, matches) for name in (asked.first, asked.second))
    if not first or not second:
        return False
    figures = (first[0].figure, second[0].figure)
    if figures[0].id == figures[1].id or figures[0].unit != figures[1].unit:
        return False
    _write(asked, figures, draft)
    return draft.node is not None


def _told(name: str, asked: Pair, matches: Matches) -> Sequence[Any]:
    """The number called `name`; one of money may leave out 金额."""
    if asked.verb:
        return matches(f"{name}{asked.verb}了多少{asked.unit}")
    plain = matches(f"{name}有多少{asked.unit}")
    return plain or (matches(f"{name}金额有多少元") if not asked.unit else [])


def _says_itself(asked: Pair, figure: Figure) -> bool:
    if asked.op == "share":
        return figure.unit in ("%", "％")
    if asked.op == "difference":
        return bool(prose_lexicon().growth_figure.search(_before(figure)))
    before = _before(figure)
    clause = re.split(r"[,，;；。、]", before)[-1] if "、" not in asked.first else before
    both = all(name[-2:] in before for name in (asked.first, asked.second))
    return both and bool(re.search(_joined(), clause + "共"))


def _before(figure: Figure) -> str:
    return levelled(figure.sentence[: figure.position[0]])


def _write(asked: Pair, figures: tuple[Figure, Figure], draft: Draft) -> None:
    cells = [Cell(figure) for figure in figures]
    names = [draft.shown.say(name) for name in (asked.first, asked.second)]
    draft.cited += cells
    unit = figures[0].unit
    if asked.op == "share":
        if not cells[1].value or cells[0].value > cells[1].value:
            return
        draft.node, draft.unit = Quotient(cells[0], cells[1], 100), "%"
        value = draft.shown.number(draft.node, "%")
        draft.lines.append(message("prose_share", part=names[0], whole=names[1], value=value))
    elif asked.op == "difference":
        more = cells[0].value >= cells[1].value
        draft.node = difference(cells[0], cells[1]) if more else difference(cells[1], cells[0])
        draft.unit = unit
        value = draft.shown.number(draft.node, unit)
        key = "prose_more" if more else "prose_less"
        draft.lines.append(message(key, first=names[0], second=names[1], value=value))
    else:
        draft.node, draft.unit = total(cells), unit
        value = draft.shown.number(draft.node, unit)
        line = message("sum_line", scope="", label=draft.shown.say("、".join(names)), value=value)
        draft.lines.append(line)
    formula = draft.shown.formula(draft.node)
    draft.lines.append(message("formula_line", formula=formula, value=value))
    for figure in figures:
        draft.lines.append(message("prose_line", sentence=draft.shown.say(figure.sentence)))
    draft.lines = list(dict.fromkeys(draft.lines))
    draft.formula_nodes = [draft.node]


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    return {op: re.compile(text) for op, text in read_yaml(LEXICON)["pairs"].items()}


@lru_cache(maxsize=1)
def _joined() -> str:
    return "[和与及暨、][^,，;；。]{1,16}共"
