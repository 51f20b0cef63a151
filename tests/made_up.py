"""Made-up reports for tests of the stores; also used by the processes that tests start."""

from __future__ import annotations

from decimal import Decimal

from ingest.figure import Check, Figure, Kind, Passage, Place, Report, Table, TableCell


def report(
    report_id: str = "示例区-2024",
    *,
    publisher: str = "示例区",
    year: int | None = 2024,
    content: str = "一",
    values: tuple[str | None, ...] = ("374", "0", None),
    texts: tuple[str, ...] = ("存在的问题是公开不够及时。", "下一步将加强培训。"),
    source: str = "示例区.html",
) -> Report:
    """A small report: one table with a figure a value (None: a blank cell), one passage a text."""
    figures = tuple(
        Figure(
            id=f"{report_id}:t1:{row}",
            report_id=report_id,
            table="三",
            row=("三、本年度办理结果", f"({row})"),
            column=("总计",),
            raw=value or "",
            value=None if value is None else Decimal(value),
            unit="件",
            kind=Kind.BLANK if value is None else Kind.ZERO if value == "0" else Kind.NUMBER,
            place=Place.TABLE,
            measure=f"item{row}.total",
            section=("三、收到和处理政府信息公开申请情况",),
            table_key="t1",
            position=(row, 1),
        )
        for row, value in enumerate(values)
    )
    cells = tuple(TableCell(value or "", row, 1) for row, value in enumerate(values))
    return Report(
        id=report_id,
        title=f"{publisher}{year}年政府信息公开工作年度报告",
        publisher=publisher,
        year=year,
        form="zfxxgk-2021",
        source=source,
        content_hash=f"{report_id}/{content}",
        figures=figures,
        passages=tuple(
            Passage(f"{report_id}:p{order}", report_id, order, ("五、存在的主要问题",), text)
            for order, text in enumerate(texts)
        ),
        tables=(Table("t1", "三", "收到和处理", "件", ("三、",), len(values), 2, cells),),
        checks=(
            Check("总计", Decimal(1), Decimal(2), False, "不符", figures=(figures[0].id,)),
            Check("结转", None, None, None, "无法判断"),
        ),
        warnings=("示例",),
        links=("https://example.org/1",),
    )
