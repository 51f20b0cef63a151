"""勾稽: identities of the form on one report, printed sub-totals, counts, prose against table,
and carries across two years. Nothing is mended; a check only says whether the source agrees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ingest.figure import Check, Figure, Kind, Place
from ingest.form import Carry, Form, FormTable, Identity, Node
from ingest.structure.text import normal

_TERM = re.compile(r"([+-]?)\s*([a-z_]+\.[a-z_]+)")
_COUNTED = re.compile(r"^(?:件|项|个|条|次|人|份|篇)$")
# Between a label and its number in prose, and what a label may leave out before it.
_LINK = re.compile(r"(?:的)?(?:共|共计|总计|合计|计|为|了|有|达|是|:|：)*$")
_COUNTED_WORDS = re.compile(r"(?:的)?(?:政府信息公开)?(?:申请)?(?:数量|总数|总量|件数|数)?$")
_YEAR_AHEAD = re.compile(r"^(?:(?:19|20)\d{2}年度?|全年)")
_SHORTEST_LABEL = 4
_LONGEST_LEAD = 4


@dataclass(frozen=True, slots=True)
class Amount:
    """An operand: its value, None where a part is blank or missing, and the figures in it."""

    value: Decimal | None
    figures: tuple[Figure, ...] = ()

    def __add__(self, other: Amount) -> Amount:
        both = (*self.figures, *other.figures)
        if self.value is None or other.value is None:
            return Amount(None, both)
        return Amount(self.value + other.value, both)


_NOTHING = Amount(Decimal(0))


@dataclass
class Ledger:
    """Figures by measure; a group that is not printed is the sum of its children."""

    figures: dict[str, Figure]
    children: dict[str, tuple[str, ...]]
    report_id: str = ""
    publisher: str = ""
    year: int | None = None
    _cache: dict[tuple[str, str], Amount] = field(default_factory=dict)

    def amount(self, item: str, aspect: str) -> Amount:
        key = (item, aspect)
        if key not in self._cache:
            self._cache[key] = self._amount(item, aspect)
        return self._cache[key]

    def _amount(self, item: str, aspect: str) -> Amount:
        printed = self.figures.get(f"{item}.{aspect}")
        if printed is not None and printed.kind is not Kind.BLANK:
            return Amount(printed.value, (printed,))
        for name, parts in ((item, self.children.get(item)), (aspect, self.children.get(aspect))):
            if parts:
                sums = [
                    self.amount(part, aspect) if name == item else self.amount(item, part)
                    for part in parts
                ]
                return _total(sums)
        return Amount(None, (printed,) if printed else ())

    def sum_of_children(self, item: str, aspect: str) -> Amount:
        return _total(self.amount(part, aspect) for part in self.children[item])

    def check(
        self, rule: str, left: Amount, right: Amount, detail: str, *, where: str = ""
    ) -> Check:
        known = left.value is not None and right.value is not None
        ids = dict.fromkeys(figure.id for figure in (*left.figures, *right.figures))
        return Check(
            rule=f"{where}：{rule}" if where else rule,
            left=left.value,
            right=right.value,
            holds=left.value == right.value if known else None,
            detail=detail,
            report_id=self.report_id,
            publisher=self.publisher,
            year=self.year,
            figures=tuple(ids),
        )


def _total(amounts: Iterable[Amount]) -> Amount:
    return sum(amounts, _NOTHING)


def check_report(
    figures: Sequence[Figure],
    form: Form | None,
    *,
    report_id: str = "",
    publisher: str = "",
    year: int | None = None,
) -> list[Check]:
    """Every check of one report, identities first. Without a form there is nothing to check."""
    if form is None:
        return []
    ledger = ledger_of(figures, form, report_id=report_id, publisher=publisher, year=year)
    return [
        *(check for identity in form.identities for check in _identity(identity, form, ledger)),
        *_printed_subtotals(form, ledger),
        *_counts(figures, form, ledger),
        *_prose_against_table(figures, form, ledger),
    ]


def ledger_of(
    figures: Iterable[Figure],
    form: Form,
    *,
    report_id: str = "",
    publisher: str = "",
    year: int | None = None,
) -> Ledger:
    """The figures of one report, ready to be summed along the groups of its form."""
    by_measure = {figure.measure: figure for figure in figures if figure.measure}
    return Ledger(by_measure, _children(form), report_id, publisher, year)


def _children(form: Form) -> dict[str, tuple[str, ...]]:
    """Group id → ids of its children, for groups that have an id."""
    return {
        node.id: tuple(child.id for child in node.children if child.id)
        for table in form.tables
        for block in table.blocks
        for root in (*block.rows, *block.columns)
        for node in _nodes(root)
        if node.id and node.children
    }


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


# Identities


def _identity(identity: Identity, form: Form, ledger: Ledger) -> Iterator[Check]:
    table = next(table for table in form.tables if table.id == identity.table)
    others = identity.only or _others(table, identity)
    for other in others:
        if not _touched(identity, other, ledger):
            continue
        left = _side(identity.left, identity.axis, other, ledger)
        right = _side(identity.right, identity.axis, other, ledger)
        where = _name(form, other)
        names = (_plus(form, identity.left), _plus(form, identity.right))
        detail = f"表{table.id} {where}：{names[0]} {_shown(left)}，{names[1]} {_shown(right)}"
        yield ledger.check(identity.text, left, right, detail, where=where)


def _others(table: FormTable, identity: Identity) -> list[str]:
    """Printed members of the axis along which the identity is tried, in form order."""
    found: dict[str, None] = {}
    for block in table.blocks:
        if not block.rows:
            leaves = (path for node in block.columns for path in node.leaves())
            items = [path[-2].id for path in leaves if len(path) > 1]
            aspects = [p[-1].id for node in block.columns for p in node.leaves()]
            found |= dict.fromkeys(items if identity.axis == "aspects" else aspects)
            continue
        items_in_rows = block.item_axis == "rows"
        other = block.rows if items_in_rows == (identity.axis == "aspects") else block.columns
        found |= dict.fromkeys(path[-1].id for node in other for path in node.leaves())
    return list(found)


def _touched(identity: Identity, other: str, ledger: Ledger) -> bool:
    """Is there anything of this row or column in the report at all?"""
    ids = (*identity.left, *identity.right)
    pairs = ((i, other) if identity.axis == "items" else (other, i) for i in ids)
    return any(ledger.amount(*pair).figures for pair in pairs)


def _side(ids: Sequence[str], axis: str, other: str, ledger: Ledger) -> Amount:
    return _total(
        ledger.amount(name, other) if axis == "items" else ledger.amount(other, name)
        for name in ids
    )


def _name(form: Form, name: str) -> str:
    for entries in (form.vocabulary.items, form.vocabulary.aspects):
        if name in entries:
            return entries[name].name
    return name


def _plus(form: Form, ids: Sequence[str]) -> str:
    return "＋".join(_name(form, name) for name in ids)


def _shown(amount: Amount) -> str:
    return "＝ 无法计算（有空格或缺格）" if amount.value is None else f"＝ {amount.value}"


# Sub-totals and counts


def _printed_subtotals(form: Form, ledger: Ledger) -> Iterator[Check]:
    for measure, figure in ledger.figures.items():
        item, _, aspect = measure.partition(".")
        for name, by_item in ((item, True), (aspect, False)):
            parts = ledger.children.get(name)
            if not parts:
                continue
            pairs = [(part, aspect) if by_item else (item, part) for part in parts]
            if not any(".".join(pair) in ledger.figures for pair in pairs):
                continue  # 其他处理 of 2019 has no children printed
            right = _total(ledger.amount(*pair) for pair in pairs)
            left = Amount(figure.value, (figure,))
            where = f"{_name(form, item)} {_name(form, aspect)}"
            detail = f"{where}：印作 {figure.raw}，各项之和 {_shown(right)}"
            yield ledger.check(f"{_name(form, name)} = 各项之和", left, right, detail)


def _counts(figures: Sequence[Figure], form: Form, ledger: Ledger) -> Iterator[Check]:
    """A count that is negative or has decimals; sound counts make no row."""
    signed = {
        node.id
        for table in form.tables
        for block in table.blocks
        for root in (*block.rows, *block.columns)
        for node in _nodes(root)
        if node.signed
    }
    for figure in figures:
        if not figure.measure or figure.value is None or not _COUNTED.match(figure.unit):
            continue
        negative = figure.value < 0 and not signed & set(figure.measure.split("."))
        if negative or figure.value != figure.value.to_integral_value():
            where = " ▸ ".join((*figure.row, *figure.column))
            amount = Amount(figure.value, (figure,))
            check = ledger.check(
                "件数应为非负整数", amount, Amount(None), f"{where} 印作 {figure.raw}"
            )
            yield replace(check, holds=False)


# Prose against table


def _prose_against_table(figures: Sequence[Figure], form: Form, ledger: Ledger) -> Iterator[Check]:
    """A number that stands right behind the printed label of a total, against that total."""
    labels = _totals(form, ledger)
    for figure in figures:
        if figure.place is not Place.PROSE or figure.value is None:
            continue
        if figure.period not in (None, ledger.year) or not _plain(figure):
            continue
        item = _named_item(figure, labels)
        if item is None:
            continue
        table = ledger.amount(item, "total")
        if table.value is None or (table.figures and table.figures[0].unit != figure.unit):
            continue
        prose = Amount(figure.value, (figure,))
        detail = (
            f"正文“{figure.clause}”为 {figure.value}，表中{_name(form, item)}总计为 {table.value}"
        )
        yield ledger.check(f"正文与表格一致：{_name(form, item)}", prose, table, detail)


def _plain(figure: Figure) -> bool:
    """Is the number exact, not 约 or 余?"""
    return bool(figure.raw) and figure.raw[0].isnumeric() and "余" not in figure.raw


def _totals(form: Form, ledger: Ledger) -> dict[str, str]:
    """Label in normal form → item, for items that have a 总计 column; ambiguous ones left out."""
    found: dict[str, set[str]] = {}
    for table in form.tables:
        for block in table.blocks:
            if not any(node.id == "total" for node in block.columns):
                continue
            for node in (n for root in block.rows for n in _nodes(root) if n.id):
                for text in map(normal, (*node.labels, _name(form, node.id))):
                    if len(text) >= _SHORTEST_LABEL:
                        found.setdefault(_COUNTED_WORDS.sub("", text), set()).add(node.id)
    return {label: min(items) for label, items in found.items() if label and len(items) == 1}


def _named_item(figure: Figure, labels: dict[str, str]) -> str | None:
    """The item whose label ends right before the number, with next to nothing before it."""
    before = figure.sentence[: figure.position[0]]
    piece = re.split(r"[,，;；。、]", before)[-1]
    whole = _YEAR_AHEAD.sub("", normal(_LINK.sub("", piece.replace(" ", ""))))
    if len(whole) < _SHORTEST_LABEL or "其中" in whole:
        return None
    head = _COUNTED_WORDS.sub("", whole)
    best = max((label for label in labels if head.endswith(label)), key=len, default=None)
    return labels[best] if best and len(head) - len(best) <= _LONGEST_LEAD else None


# Across years


def cross_checks(
    earlier: Iterable[Figure],
    later: Iterable[Figure],
    form: Form,
    *,
    publisher: str = "",
    year: int | None = None,
    earlier_form: Form | None = None,
) -> list[Check]:
    """The carries of `form` between the figures of two successive years of one publisher.

    `year` is the later one, to which the checks belong. A hint (≈) says so in its detail.
    """
    before = ledger_of(earlier, earlier_form or form)
    after = ledger_of(later, form, publisher=publisher, year=year)
    after.report_id = next((f.report_id for f in after.figures.values()), "")
    return [check for carry in form.carries if (check := _carry(carry, before, after))]


def _carry(carry: Carry, before: Ledger, after: Ledger) -> Check | None:
    closing = before.amount(*carry.closing.split(".", 1))
    opening = _expression(carry.opening, after)
    if not closing.figures or not opening.figures:
        return None
    hint = "（参考，非必然相等）" if carry.hint else ""
    detail = f"上年 {_shown(closing)}，本年 {_shown(opening)}{hint}"
    return after.check(carry.text, closing, opening, detail)


def _expression(text: str, ledger: Ledger) -> Amount:
    """a.b - c.d + e.f over the figures of one report."""
    total = _NOTHING
    for sign, measure in _TERM.findall(text):
        amount = ledger.amount(*measure.split(".", 1))
        if sign == "-" and amount.value is not None:
            amount = Amount(-amount.value, amount.figures)
        total += amount
    return total
