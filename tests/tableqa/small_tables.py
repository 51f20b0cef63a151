"""Small tables of our own, and a view of one with roles given instead of learned."""

from __future__ import annotations

import numpy as np

from assistant.table_answerer import CellTable
from assistant.tableqa.cues import Paraphrases
from assistant.tableqa.features import View
from assistant.tableqa.layout import Layout
from assistant.tableqa.profile import Profile
from assistant.tableqa.texts import Texts


def table(*rows: str) -> CellTable:
    """Rows of texts parted by |."""
    lines = [row.split("|") for row in rows]
    grid, start = [], 0
    for line in lines:
        grid.append(tuple(range(start, start + len(line))))
        start += len(line)
    return CellTable(tuple(grid), tuple(text.strip() for line in lines for text in line))


BUDGET = table(
    "项目|预算数|决算数",
    "教育支出|120.5|118.2",
    "卫生健康支出|88.0|90.1",
    "城乡社区支出|45.3|44.0",
    "合计|253.8|252.3",
)
CARD = table(
    "姓名|王小明|性别|男",
    "出生日期|1990年3月2日|籍贯|山东济南",
    "联系电话|010-12345678|职务|科长",
)


def view_of(given: CellTable) -> View:
    """First row heads columns, first column heads rows."""
    layout = Layout.of(given)
    profile = Profile(layout)
    roles = np.zeros((layout.size, 5), dtype=np.float32)
    r0, _, c0, _ = layout.box
    number = np.where(r0 == 0, 1, np.where(c0 == 0, 4, 0))
    roles[np.arange(layout.size), number] = 1
    return View(layout, profile, Texts(profile.plain), Paraphrases(profile.plain), roles)
