"""Taxonomy: what kind of mistake a wrong answer is, so that the right part gets mended.

Judged from the gold row and the record alone. The rules stand in order; the first that holds names
the mistake. With gold `cells` the cited place and year are compared with them; without, with the
year and the places that the question names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from eval.gold import GoldRow
from eval.match import holds, seen
from eval.quantity import decimal, same_kind
from eval.score import Judgement, Record

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
SHIFTS = tuple(Decimal(10) ** power for power in (-8, -4, -3, -2, 2, 3, 4, 8))

CATEGORIES = {
    "error": "出错，没有得到答案",
    "should_have_refused": "应当拒答却作答",
    "should_have_asked": "应当反问却作答",
    "should_have_answered": "应当作答却拒答或反问",
    "refused_or_asked": "拒答与反问弄反",
    "place": "单位(地区)错",
    "year": "年份错",
    "unit": "计量单位或数量级错",
    "operation": "运算错(取了数，算法不对)",
    "arithmetic": "算式与结果不符",
    "measure": "指标错(取了别的行)",
    "cell": "单元格错(行对列错)",
    "items": "明细不全或次序错",
    "citation": "引用不对",
    "text": "文字缺少或含有不当内容",
    "missing_value": "作答但没有给出数值",
}


def category(gold: GoldRow, answer: Record, judged: Judgement) -> str | None:
    """The mistake's name in CATEGORIES; None for a right answer."""
    if judged.right:
        return None
    if not judged.graded:
        return "error"
    keys = {miss.key for miss in judged.misses}
    if "status" in keys:
        return _status(gold, answer)
    for name, rule in _RULES:
        if rule(gold, answer, keys):
            return name
    return "text"


def _status(gold: GoldRow, answer: Record) -> str:
    allowed = gold.expect.status
    if answer.get("status") == "answered":
        return "should_have_refused" if "refused" in allowed else "should_have_asked"
    return "should_have_answered" if "answered" in allowed else "refused_or_asked"


def _place(gold: GoldRow, answer: Record, _keys: set[str]) -> bool:
    cited = _cited(answer, "publisher")
    due = {cell.publisher for cell in gold.expect.cells if cell.publisher}
    if due and cited:
        return not any(holds(given, place) for given in cited for place in due)
    return False


def _year(gold: GoldRow, answer: Record, _keys: set[str]) -> bool:
    cited = _cited(answer, "year")
    due = {str(cell.year) for cell in gold.expect.cells if cell.year is not None}
    due = due or set(YEAR.findall(seen(gold.question)))
    return bool(due and cited) and not due & cited


def _cited(answer: Record, name: str) -> set[str]:
    return {str(entry[name]) for entry in answer.get("citations") or [] if entry.get(name)}


def _missing(_gold: GoldRow, answer: Record, keys: set[str]) -> bool:
    return "value" in keys and answer.get("value") is None


def _unit(gold: GoldRow, answer: Record, keys: set[str]) -> bool:
    """A unit of the right kind is missing, or the value is off by a power of ten."""
    given = decimal(answer.get("value"))
    if keys == {"unit"} or given is None or "value" not in keys:
        return keys == {"unit"}
    if gold.expect.unit and not same_kind(gold.expect.unit, answer.get("unit")):
        return False
    return any(value and given / value in SHIFTS for value in gold.expect.values)


def _operation(gold: GoldRow, answer: Record, keys: set[str]) -> bool:
    """The right cell is among the cited but the value is another, or its kind is."""
    if "value" not in keys:
        return False
    if gold.expect.unit and not same_kind(gold.expect.unit, answer.get("unit")):
        return True
    given = decimal(answer.get("value"))
    if given is not None and -given in gold.expect.values:
        return True
    quotes = {decimal(quote) for quote in _cited(answer, "quote")}
    return bool(quotes & set(gold.expect.values)) or _cells_cited(gold, answer)


def _cells_cited(gold: GoldRow, answer: Record) -> bool:
    from eval.score import cited_cells

    cited = cited_cells(gold.expect.cells, answer)
    return cited is not None and cited[0] == cited[1]


def _arithmetic(_gold: GoldRow, answer: Record, keys: set[str]) -> bool:
    """The formula, worked out anew, gives another value than the answer does."""
    from eval.formula import formula_value

    given = decimal(answer.get("value"))
    worked = formula_value(str(answer.get("formula") or ""))
    if "value" not in keys or given is None or worked is None:
        return False
    return abs(worked - given) > max(abs(given), Decimal(1)) * Decimal("0.0001")


def _cell(gold: GoldRow, answer: Record, keys: set[str]) -> bool:
    """A cell of a due row was cited, in a column that was not due."""
    if "value" not in keys:
        return False
    rows = [label for cell in gold.expect.cells for label in cell.row]
    cited = [str(label) for entry in answer.get("citations") or [] for label in entry["row"] or ()]
    return any(holds(given, label) for given in cited for label in rows)


def _has(key: str) -> Callable[[GoldRow, Record, set[str]], bool]:
    return lambda _gold, _answer, keys: key in keys


_RULES: tuple[tuple[str, Callable[[GoldRow, Record, set[str]], bool]], ...] = (
    ("missing_value", _missing),
    ("place", _place),
    ("year", _year),
    ("unit", _unit),
    ("arithmetic", _arithmetic),
    ("operation", _operation),
    ("cell", _cell),
    ("measure", _has("value")),
    ("items", _has("items")),
    ("citation", _has("cites")),
)
