"""Score: one answer against one gold row, by the rules of the contract.

A row is right when everything that its `expect` names holds. Where the status is allowed but is
not "answered", nothing else is judged. An answer that is an error is not graded at all.
A wrong figure is an answer whose value is not the expected one, or that gives a value where a
refusal or a question back was due.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from eval.gold import Expect, ExpectedCell, ExpectedItem
from eval.match import assign, cites, first_cited, holds, holds_any, in_order
from eval.quantity import decimal, same_kind, same_value

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Miss:
    """One expectation that does not hold: its key in `expect`, what was due, what came."""

    key: str
    expected: str
    given: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was judged of one answer. Fields are None where the gold row does not name them.

    `graded` is false for an error row; such a row is neither right nor wrong.
    `cited` is (gold cells cited, gold cells, cell citations that are gold cells, cell citations).
    """

    graded: bool
    misses: tuple[Miss, ...] = ()
    wrong_figure: bool = False
    status_right: bool | None = None
    value_right: bool | None = None
    unit_right: bool | None = None
    items_right: bool | None = None
    cited: tuple[int, int, int, int] | None = None
    citation_rank: int | None = None
    ranked: bool = False

    @property
    def right(self) -> bool:
        return self.graded and not self.misses


def judge(expect: Expect, answer: Record) -> Judgement:
    """Judge one answer record. Reads status, value, unit, items, text and citations."""
    status = str(answer.get("status"))
    if status == "error":
        return Judgement(graded=False)
    if status not in expect.status:
        miss = Miss("status", " / ".join(sorted(expect.status)), status)
        return Judgement(
            graded=True,
            misses=(miss,),
            wrong_figure=_figure_not_due(expect, answer) or _figure_differs(expect, answer),
            status_right=False,
        )
    if status != "answered":
        return Judgement(graded=True, status_right=True)
    return _judge_answered(expect, answer)


def _judge_answered(expect: Expect, answer: Record) -> Judgement:
    value = _value_misses(expect, answer)
    unit = _unit_misses(expect, answer)
    items = _item_misses(expect, answer)
    rest = (*_text_misses(expect, answer), *_citation_misses(expect, answer))
    return Judgement(
        graded=True,
        misses=(*value, *unit, *items, *rest),
        wrong_figure=_figure_differs(expect, answer),
        status_right=True,
        value_right=not value if expect.values else None,
        unit_right=not unit if expect.unit is not None else None,
        items_right=not items if expect.items else None,
        cited=cited_cells(expect.cells, answer),
        citation_rank=first_cited(_citations(answer), expect.cites) if expect.cites else None,
        ranked=bool(expect.cites),
    )


def _figure_not_due(expect: Expect, answer: Record) -> bool:
    """A value was given, and only refusing or asking back was allowed."""
    if answer.get("status") != "answered" or "answered" in expect.status:
        return False
    listed = any(item.get("value") is not None for item in _items(answer))
    return answer.get("value") is not None or listed


def _figure_differs(expect: Expect, answer: Record) -> bool:
    """A value was given that is none of the expected ones."""
    if answer.get("status") != "answered" or not expect.values:
        return False
    return answer.get("value") is not None and not _value_holds(expect, answer)


def _value_holds(expect: Expect, answer: Record) -> bool:
    given = decimal(answer.get("value"))
    return given is not None and any(
        same_value(
            value,
            given,
            unit=expect.unit,
            given_unit=_unit(answer),
            tolerance=expect.tolerance,
            absolute=expect.abs,
        )
        for value in expect.values
    )


def _value_misses(expect: Expect, answer: Record) -> tuple[Miss, ...]:
    if not expect.values or _value_holds(expect, answer):
        return ()
    expected = " / ".join(f"{value}" for value in expect.values) + (expect.unit or "")
    given = "—" if answer.get("value") is None else f"{answer['value']}{answer.get('unit') or ''}"
    return (Miss("value", expected, given),)


def _unit_misses(expect: Expect, answer: Record) -> tuple[Miss, ...]:
    if expect.unit is None or same_kind(expect.unit, _unit(answer)):
        return ()
    return (Miss("unit", expect.unit, str(answer.get("unit") or "—")),)


def _item_misses(expect: Expect, answer: Record) -> tuple[Miss, ...]:
    if not expect.items:
        return ()
    given = _items(answer)
    edges = [
        [number for number, item in enumerate(given) if _item_holds(expect, wanted, item)]
        for wanted in expect.items
    ]
    taken = in_order(edges) if expect.ordered else assign(edges)
    shown = "、".join(f"{item.get('label')}={item.get('value')}" for item in given[:20]) or "—"
    return tuple(
        Miss("items", _item_text(wanted, expect.ordered), shown)
        for wanted, number in zip(expect.items, taken, strict=True)
        if number is None
    )


def _item_text(item: ExpectedItem, ordered: bool) -> str:
    value = "" if item.value is None else f"={item.value}"
    return f"{' / '.join(item.label)}{value}{'(依次)' if ordered else ''}"


def _item_holds(expect: Expect, wanted: ExpectedItem, item: Record) -> bool:
    label = str(item.get("label") or "")
    if not any(holds(label, word) for word in wanted.label):
        return False
    if wanted.value is None:
        return True
    given: Decimal | None = decimal(item.get("value"))
    return given is not None and same_value(
        wanted.value,
        given,
        unit=expect.unit,
        given_unit=_unit(item),
        tolerance=expect.tolerance,
        absolute=expect.abs,
    )


def _text_misses(expect: Expect, answer: Record) -> Iterator[Miss]:
    text = str(answer.get("text") or "")
    for alternatives in expect.contains:
        if not holds_any(text, alternatives):
            yield Miss("contains", _alternatives(alternatives), text[:300])
    for alternatives in expect.not_contains:
        if holds_any(text, alternatives):
            yield Miss("not_contains", _alternatives(alternatives), text[:300])


def _citation_misses(expect: Expect, answer: Record) -> Iterator[Miss]:
    if expect.cites and first_cited(_citations(answer), expect.cites) is None:
        quotes = "、".join(str(entry.get("quote"))[:40] for entry in _citations(answer)[:20])
        yield Miss("cites", _alternatives(expect.cites), quotes or "—")


def _alternatives(alternatives: Any) -> str:
    return " / ".join(
        entry if isinstance(entry, str) else " + ".join(entry) for entry in alternatives
    )


def cited_cells(cells: list[ExpectedCell], answer: Record) -> tuple[int, int, int, int] | None:
    """(gold cells cited, gold cells, cell citations that are gold, cell citations)."""
    if not cells:
        return None
    given = [entry for entry in _citations(answer) if entry.get("kind") == "cell"]
    hits = [[_is_cell(cell, citation) for citation in given] for cell in cells]
    found = sum(any(row) for row in hits)
    precise = sum(any(row[number] for row in hits) for number in range(len(given)))
    return found, len(cells), precise, len(given)


def _is_cell(cell: ExpectedCell, citation: Record) -> bool:
    row, column = {"row": citation.get("row")}, {"column": citation.get("column")}
    return (
        all(cites(row, label) for label in cell.row)
        and all(cites(column, label) for label in cell.column)
        and (cell.quote is None or holds(str(citation.get("quote") or ""), cell.quote))
        and (cell.year is None or citation.get("year") == cell.year)
        and (cell.publisher is None or holds(str(citation.get("publisher") or ""), cell.publisher))
    )


def _unit(holder: Record) -> str | None:
    unit = holder.get("unit")
    return unit if isinstance(unit, str) else None


def _items(answer: Record) -> list[Record]:
    items = answer.get("items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _citations(answer: Record) -> list[Record]:
    given = answer.get("citations")
    return [entry for entry in given if isinstance(entry, dict)] if isinstance(given, list) else []
