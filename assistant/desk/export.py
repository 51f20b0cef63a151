"""Tickets as CSV or Excel: personal data masked, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from assistant.desk.base import Ground
from assistant.desk.hours import CHINA
from assistant.desk.privacy import mask
from assistant.desk.records import TicketRow
from ingest.errors import NotPossibleError

KINDS = ("csv", "xlsx")
COLUMNS = (
    "工单号", "状态", "优先级", "负责人", "标签", "转交原因", "主题", "问题", "提交时间",
    "首次回复时间", "办结时间", "首次回复期限", "办结期限", "超期", "满意度",
)  # fmt: skip
_BREACHED = {"first": "首次回复", "resolution": "办结"}
_FORMULA = re.compile(r"^\s*[=+\-@\t\r＝＋－＠|%]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # XML takes none of them


def write_tickets(ground: Ground, rows: Sequence[TicketRow], kind: str) -> bytes:
    """A file of `kind`. Raises NotPossibleError for another kind."""
    if kind not in KINDS:
        raise NotPossibleError(f"只能导出为 {'、'.join(KINDS)}，不能是 {kind}")
    lines = [COLUMNS, *(tuple(map(safe, _line(ground, row))) for row in rows)]
    return _csv(lines) if kind == "csv" else _xlsx(lines)


def safe(cell: str) -> str:
    """`cell` as text whatever a spreadsheet would make of it."""
    plain = _UNPRINTABLE.sub("", mask(cell))
    return f"'{plain}" if _FORMULA.match(plain) else plain


def _line(ground: Ground, row: TicketRow) -> Iterator[str]:
    priority = ground.rules.priority_names[row.priority]
    yield from (row.number, row.state_name, priority, row.assignee or "")
    yield from (" ".join(row.tags), ground.rules.reasons[row.reason], row.topic, row.question)
    times = (row.created_at, row.first_response_at, row.resolved_at, row.first_due, row.resolve_due)
    yield from map(_time, times)
    yield "、".join(_BREACHED[name] for name in row.breached)
    yield str(row.rating or "")


def _time(at: float | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at, CHINA).strftime("%Y-%m-%d %H:%M")


def _csv(lines: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue().encode("utf-8-sig")  # with the mark by which Excel knows UTF-8


def _xlsx(lines: Sequence[Sequence[str]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("工单")
    for line in lines:
        cells = []
        for text in line:
            cell = WriteOnlyCell(sheet, value=text[:32_767])
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
