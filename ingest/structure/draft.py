"""Draft: a form proposed from a few reports of one kind, as YAML that a domain expert edits.

The reports are read without any form; tables that most of them have (by their column labels)
become tables of the form, rows that only some have become optional. Years in labels are left out,
the labels of each year kept as variants. Ids are the initials of the labels in pinyin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.document import Document
from ingest.errors import FormError
from ingest.figure import Figure, Place, Report, Table
from ingest.read import read_report
from ingest.structure.text import normal, without_numbering

LabelPath = tuple[str, ...]
_YEAR = re.compile(r"(?:19|20)\d{2}年?度?")
_ALIKE = 0.6  # of the column labels of two tables of one kind are the same
_LONGEST_ID = 24
_HEAD = (
    "# 由 {count} 份报告起草的表式，须由熟悉业务的人核对后使用：\n"
    "# 1. id、name 改成看得懂的；2. aliases 补上人们的说法；3. 核对单位与可缺省（optional）的行；\n"
    "# 4. 补上勾稽关系 identities。存为 ingest/forms/<id>.form.yaml 即可使用。\n"
)


@dataclass
class _Kind:
    """Tables of one kind, one from each report that has it, with their figures."""

    members: dict[str, tuple[Table, list[Figure]]] = field(default_factory=dict)

    @property
    def first(self) -> tuple[Table, list[Figure]]:
        return next(iter(self.members.values()))


def draft_form(documents: Sequence[Document], *, form_id: str, name: str) -> str:
    """The YAML of a form that reads these documents.

    Raises FormError where they have no table in common.
    """
    reports = [read_report(document, forms=()) for document in documents]
    kinds = [kind for kind in _kinds(reports) if len(kind.members) * 2 > len(reports)]
    if not kinds:
        raise FormError(f"{form_id}：这些文件没有共同的表，不能起草表式")
    ids = _Ids()
    tables = [_table(number, kind, ids) for number, kind in enumerate(kinds, start=1)]
    form = {
        "id": form_id,
        "name": name,
        "basis": "",
        "title": _common_titles(reports),
        "vocabulary": {"items": ids.entries("items"), "aspects": ids.entries("aspects")},
        "tables": tables,
    }
    return _HEAD.format(count=len(documents)) + _written(form)


def _written(form: dict[str, Any]) -> str:
    import yaml

    return yaml.safe_dump(form, allow_unicode=True, sort_keys=False, width=100)


def _common_titles(reports: Sequence[Report]) -> list[str]:
    """What stands in all titles once years are left out; nothing where they have nothing alike."""
    titles = [_YEAR.sub("", report.title) for report in reports]
    common = titles[0]
    for title in titles[1:]:
        common = _longest_piece(common, title)
    return [common] if len(common) >= 4 else []


def _longest_piece(one: str, other: str) -> str:
    from difflib import SequenceMatcher

    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return one[match.a : match.a + match.size]


# ---- tables of one kind ----


def _kinds(reports: Sequence[Report]) -> list[_Kind]:
    kinds: list[_Kind] = []
    for report in reports:
        for table in report.tables:
            figures = [f for f in report.figures if _is_cell(f, table) and f.row and f.column]
            if not figures:
                continue
            kind = next((k for k in kinds if _fits(k, report.id, table, figures)), None)
            if kind is None:
                kind = _Kind()
                kinds.append(kind)
            kind.members[report.id] = table, figures
    return kinds


def _is_cell(figure: Figure, table: Table) -> bool:
    return figure.place is Place.TABLE and figure.table_key == table.key


def _fits(kind: _Kind, report_id: str, table: Table, figures: list[Figure]) -> bool:
    if report_id in kind.members:
        return False
    other, others = kind.first
    own, known = _labels(figures), _labels(others)
    alike = len(own & known) >= _ALIKE * max(len(own | known), 1)
    return alike and (_plain(table.title) == _plain(other.title) or own == known)


def _labels(figures: Iterable[Figure]) -> set[str]:
    return {_plain(label) for figure in figures for label in figure.column}


def _plain(label: str) -> str:
    """The label as compared: without numbering and years."""
    return normal(_YEAR.sub("", label)) or normal(label)


# ---- one table ----


def _table(number: int, kind: _Kind, ids: _Ids) -> dict[str, Any]:
    table, _ = kind.first
    rows, columns = _Tree(), _Tree()
    for _, figures in kind.members.values():
        rows.add({figure.row for figure in figures}, [f.row for f in figures])
        columns.add({figure.column for figure in figures}, [f.column for f in figures])
    units = {figure.unit for _, figures in kind.members.values() for figure in figures}
    titles = dict.fromkeys(_titled(one) for one, _ in kind.members.values())
    return {
        "id": str(number),
        "title": [title for title in titles if title] or [f"表{number}"],
        "unit": units.pop() if len(units) == 1 else table.unit,
        "corner": _corner(table),
        "blocks": [
            {
                "item_axis": "rows",
                "columns": columns.nodes(ids, "aspects", number, len(kind.members)),
                "rows": rows.nodes(ids, "items", number, len(kind.members)),
            }
        ],
    }


def _titled(table: Table) -> str:
    return _YEAR.sub("", table.title).strip() or table.title


def _corner(table: Table) -> list[str]:
    """Labels above the columns of labels."""
    data = [cell.column for cell in table.cells if not cell.header]
    first = min(data, default=1)
    lines = [c.row for c in table.cells if c.header and c.column >= first and c.colspan < first + 1]
    top = min(lines, default=0)
    found = (
        without_numbering(cell.text)
        for cell in table.cells
        if cell.header and cell.column + cell.colspan <= first and cell.row <= top and cell.text
    )
    return list(dict.fromkeys(found))


class _Tree:
    """Label paths of all reports as one tree, in the order of the first report that has them."""

    def __init__(self) -> None:
        self.order: list[LabelPath] = []
        self.variants: dict[LabelPath, dict[str, None]] = {}
        self.leaves: dict[LabelPath, int] = {}

    def add(self, leaves: set[LabelPath], order: Sequence[LabelPath]) -> None:
        for path in order:
            for depth in range(1, len(path) + 1):
                self._know(path[:depth])
        for key in {_key(path) for path in leaves}:
            self.leaves[key] = self.leaves.get(key, 0) + 1

    def _know(self, path: LabelPath) -> None:
        key = _key(path)
        if key not in self.variants:
            self.order.append(key)
        self.variants.setdefault(key, {})[without_numbering(path[-1]) or path[-1]] = None

    def nodes(self, ids: _Ids, part: str, table: int, reports: int) -> list[dict[str, Any]]:
        return [self._node(key, ids, part, table, reports) for key in self._below(())]

    def _below(self, above: LabelPath) -> list[LabelPath]:
        deep = len(above) + 1
        return [key for key in self.order if len(key) == deep and key[:-1] == above]

    def _node(
        self, key: LabelPath, ids: _Ids, part: str, table: int, reports: int
    ) -> dict[str, Any]:
        labels = list(self.variants[key])
        children = [self._node(child, ids, part, table, reports) for child in self._below(key)]
        node: dict[str, Any] = {"labels": labels}
        if key in self.leaves:
            node = {"id": ids.of(part, table, key, labels[0]), **node}
            if self.leaves[key] < reports:
                node["optional"] = True
        if children:
            node["children"] = children
        return node


def _key(path: LabelPath) -> LabelPath:
    return tuple(_plain(label) for label in path)


class _Ids:
    """Ids of items and aspects: one label under one parent has one id in a table, and items of
    another table have another, so that no two cells share a measure."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, LabelPath], str] = {}
        self._names: dict[str, dict[str, str]] = {"items": {}, "aspects": {}}

    def of(self, part: str, table: int, key: LabelPath, label: str) -> str:
        known = (part, table if part == "items" else 0, key)
        if known not in self._known:
            self._known[known] = self._fresh(part, label)
            name = without_numbering(_YEAR.sub("", label)) or label
            self._names[part][self._known[known]] = name
        return self._known[known]

    def _fresh(self, part: str, label: str) -> str:
        from pypinyin import Style, lazy_pinyin

        initials = "".join(lazy_pinyin(_plain(label), style=Style.FIRST_LETTER, errors="ignore"))
        stem = re.sub(r"[^a-z0-9]", "", initials.lower())[:_LONGEST_ID] or "x"
        taken = self._names[part]
        number = next(n for n in range(1, len(taken) + 2) if _numbered(stem, n) not in taken)
        return _numbered(stem, number)

    def entries(self, part: str) -> dict[str, dict[str, Any]]:
        return {id_: {"name": name, "aliases": []} for id_, name in self._names[part].items()}


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}_{number}"
