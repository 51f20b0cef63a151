"""The national form of 2021 laid out in every way a writer may lay it out, from one set of cells.

The labels stand here again, apart from the form file, so that a slip in the file fails a test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from structure_grids import spanned

from ingest.document import Grid

COLUMNS = ("natural", "company", "research", "charity", "legal_service", "other_org", "total")
HEAD = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
ORGS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
GROUPS = {
    "（三）不予公开": {
        "refused_secret": "1.属于国家秘密",
        "refused_law": "2.其他法律行政法规禁止公开",
        "refused_security": "3.危及“三安全一稳定”",
        "refused_third_party": "4.保护第三方合法权益",
        "refused_internal": "5.属于三类内部事务信息",
        "refused_process": "6.属于四类过程性信息",
        "refused_enforcement": "7.属于行政执法案卷",
        "refused_query": "8.属于行政查询事项",
    },
    "（四）无法提供": {
        "unable_not_held": "1.本机关不掌握相关政府信息",
        "unable_not_ready": "2.没有现成信息需要另行制作",
        "unable_unclear": "3.补正后申请内容仍不明确",
    },
    "（五）不予处理": {
        "unprocessed_petition": "1.信访举报投诉类申请",
        "unprocessed_repeat": "2.重复申请",
        "unprocessed_publication": "3.要求提供公开出版物",
        "unprocessed_excessive": "4.无正当理由大量反复申请",
        "unprocessed_confirm": "5.要求行政机关确认或重新出具已获取信息",
    },
    "（六）其他处理": {
        "other_not_corrected": "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        "other_not_paid": "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其申请",
        "other_other": "3.其他",
    },
}
TOP = {
    "new": "一、本年新收政府信息公开申请数量",
    "carried_in": "二、上年结转政府信息公开申请数量",
}
RESULTS = "三、本年度办理结果"
LAST = {"carried_out": "四、结转下年度继续办理"}
ITEMS = (
    *TOP,
    "granted",
    "partial",
    *(item for group in GROUPS.values() for item in group),
    "handled",
    *LAST,
)
OUTCOMES = ("upheld", "corrected", "other_outcome", "pending", "total")
OUTCOME_LABELS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
SUITS = ("review", "suit_direct", "suit_after_review")

Numbers = Mapping[str, str]
Line = list[str | tuple[str, int, int]]


def consistent() -> dict[str, str]:
    """Figures of table 三 and 四 by measure for which every identity holds, all different enough
    that a shifted column cannot go unnoticed."""
    cells: dict[str, int] = {}
    for place, aspect in enumerate(COLUMNS[:-1]):
        leaves = [item for item in ITEMS if item not in (*TOP, "handled", "carried_out")]
        for order, item in enumerate(leaves):
            cells[f"{item}.{aspect}"] = (order * 7 + place * 3) % 11 * (10 if place == 0 else 1)
        cells[f"handled.{aspect}"] = sum(cells[f"{item}.{aspect}"] for item in leaves)
        cells[f"carried_in.{aspect}"] = place
        cells[f"carried_out.{aspect}"] = place + 2
        cells[f"new.{aspect}"] = cells[f"handled.{aspect}"] + 2
    for item in ITEMS:
        cells[f"{item}.total"] = sum(cells[f"{item}.{aspect}"] for aspect in COLUMNS[:-1])
    for place, item in enumerate(SUITS):
        for order, outcome in enumerate(OUTCOMES[:-1]):
            cells[f"{item}.{outcome}"] = place * 5 + order
        cells[f"{item}.total"] = sum(cells[f"{item}.{outcome}"] for outcome in OUTCOMES[:-1])
    return {measure: str(number) for measure, number in cells.items()}


def applications(numbers: Numbers) -> list[Line]:
    """Table 三 as rows of (text, rowspan, colspan), as in the published form."""

    def data(item: str) -> Line:
        return [numbers[f"{item}.{aspect}"] for aspect in COLUMNS]

    lines: list[Line] = [
        [(HEAD, 3, 3), ("申请人情况", 1, 7)],
        [("自然人", 2, 1), ("法人或其他组织", 1, 5), ("总计", 2, 1)],
        [*ORGS],
    ]
    lines += [[(text, 1, 3), *data(item)] for item, text in TOP.items()]
    children = sum(len(group) for group in GROUPS.values())
    lines.append([(RESULTS, children + 3, 1), ("（一）予以公开", 1, 2), *data("granted")])
    partial = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
    lines.append([(partial, 1, 2), *data("partial")])
    for head, group in GROUPS.items():
        for order, (item, text) in enumerate(group.items()):
            lead: Line = [(head, len(group), 1)] if order == 0 else []
            lines.append([*lead, text, *data(item)])
    lines.append([("（七）总计", 1, 2), *data("handled")])
    lines += [[(text, 1, 3), *data(item)] for item, text in LAST.items()]
    return lines


def reviews(numbers: Numbers) -> list[Line]:
    """Table 四."""
    return [
        [("行政复议", 1, 5), ("行政诉讼", 1, 10)],
        [
            *((text, 2, 1) for text in OUTCOME_LABELS),
            ("未经复议直接起诉", 1, 5),
            ("复议后起诉", 1, 5),
        ],
        [*OUTCOME_LABELS, *OUTCOME_LABELS],
        [numbers[f"{item}.{outcome}"] for item in SUITS for outcome in OUTCOMES],
    ]


Layouter = Callable[[list[Line]], Grid]


def flattened(lines: list[Line]) -> Grid:
    """Spans lost: each line lists the cells that begin in it, padded at the end."""
    from structure_grids import ragged

    grid = spanned(lines)
    text = "\n".join(
        "|" + "|".join([cell.text for cell in line] + [""] * (grid.width - len(line))) + "|"
        for line in grid.rows()
    )
    return ragged(text)


def filled(lines: list[Line], *, copy: bool) -> Grid:
    """Spans written out on the raster: by copies of the text, or by blanks."""
    grid = spanned(lines)
    raster = [[""] * grid.width for _ in range(grid.height)]
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.rowspan):
            for column in range(cell.column, cell.column + cell.colspan):
                if copy or (row, column) == (cell.row, cell.column):
                    raster[row][column] = cell.text
    return spanned(raster)


def copied(lines: list[Line]) -> Grid:
    return filled(lines, copy=True)


def blanked(lines: list[Line]) -> Grid:
    return filled(lines, copy=False)


LAYOUTS: dict[str, Layouter] = {
    "spans": spanned,
    "flattened": flattened,
    "copied": copied,
    "blanked": blanked,
}
