"""Parts for the tests of the web chat: a small stored report and an assistant that answers from
it by plain look-up, slow or broken where a test wants it so."""

from __future__ import annotations

import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from assistant.answer import Answer, Chart, Citation, Item, Verdict
from assistant.web.uploads import Outcome
from ingest.figure import Check, Figure, Kind, Passage, Report, Table, TableCell
from ingest.settings import Settings
from ingest.store.library import Library

HOSTILE = "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'>"
ROWS = ("一、本年新收政府信息公开申请数量", "（一）予以公开", "（二）部分公开", "（七）总计")
COLUMNS = ("自然人", "商业企业", "总计")
VALUES = ((3014, 42, 3091), (353, 14, 374), (143, 1, 146), (3182, 43, 3259))


def settings_of(folder: Path) -> Settings:
    return Settings.load(environ={}, data_dir=folder)


def table() -> Table:
    """Table 三, cut down to what the tests look at, with one row of hostile text."""
    cells = [
        TableCell("", 0, 0, 2, 2, header=True),
        TableCell("申请人情况", 0, 2, 1, 3, header=True),
    ]
    cells += [TableCell(name, 1, 2 + n, header=True) for n, name in enumerate(COLUMNS)]
    cells += [TableCell("三、本年度办理结果", 3, 0, 3, 1, header=True)]
    for row, (name, values) in enumerate(zip(ROWS, VALUES, strict=True), start=2):
        first = row == 2
        cells += [TableCell(name, row, 0 if first else 1, 1, 2 if first else 1, header=True)]
        cells += [TableCell(str(value), row, 2 + n) for n, value in enumerate(values)]
    cells += [TableCell(HOSTILE, 6, 0, 1, 5, header=True)]
    return Table(
        "t1", "三", "三、收到和处理政府信息公开申请情况", "件", ("三",), 7, 5, tuple(cells)
    )


def report(report_id: str = "haidian-2024", year: int = 2024, source: str = "") -> Report:
    figures = tuple(
        Figure(
            f"{report_id}:{row}:{column}", report_id, "三", (ROWS[row],), (COLUMNS[column],),
            str(value), Decimal(value), "件", Kind.NUMBER,
            table_key="t1", position=(row + 2, column + 2),
        )
        for row, values in enumerate(VALUES)
        for column, value in enumerate(values)
    )  # fmt: skip
    words = "本年在政策兑现专区发布59个兑现类政策事项，" + HOSTILE
    return Report(
        report_id, f"北京市海淀区人民政府{year}年政府信息公开工作年度报告", "海淀区", year,
        "zfxxgk-2021", source or "javascript:alert(1)", f"hash-{report_id}",
        figures=figures, tables=(table(),),
        passages=(Passage(f"{report_id}:p1", report_id, 1, ("一、总体情况",), words),),
        checks=(Check("新收 + 结转", Decimal(1), Decimal(1), True, "1 = 1", report_id),),
    )  # fmt: skip


def cited(library: Library, row: int, column: int) -> Citation:
    info = library.reports()[0]
    return Citation(
        "cell", info.title, info.id, info.publisher, info.year, "三、收到和处理",
        str(VALUES[row][column]), info.source,
        (ROWS[row],), (COLUMNS[column],), "三", "t1", (row + 2, column + 2),
    )  # fmt: skip


class LookUp:
    """An assistant over `library` that knows a few questions; the text holds the session, so
    that a test can see which conversation an answer belongs to."""

    def __init__(self, library: Library, *, delay: float = 0.0) -> None:
        self.library = library
        self.delay = delay
        self.asked: list[tuple[str, str, str | None]] = []

    def starters(self) -> list[str]:
        return ["2024年海淀区予以公开的占多少？"] if self.library.reports() else []

    def ask(self, question: str, *, session: str = "", source: str | None = None) -> Answer:
        self.asked.append((question, session, source))
        time.sleep(self.delay)
        if "崩溃" in question:
            raise RuntimeError("broken on purpose")
        if not self.library.reports():
            return Answer(question, "refused", "还没有收录报告。", reason="not_in_corpus")
        for words, answer in (("占", self.share), ("多少件", self.clarify), ("平台", self.prose)):
            if words in question:
                return answer(question)
        return Answer(question, "refused", f"报告中没有：{question}", reason="not_in_corpus")

    def share(self, question: str) -> Answer:
        return Answer(
            question, "answered", "2024年海淀区予以公开374件，占办理结果总计3259件的11.48%[1][2]。",
            value="11.475913", unit="%", formula="374 ÷ 3259 × 100%",
            items=(Item("予以公开", "374", "件"),),
            citations=(cited(self.library, 1, 2), cited(self.library, 3, 2)),
            warnings=("题中未写年份时按2024年计。",),
            verdicts=(
                Verdict("总计 = 各项之和", True, "3259 = 3259"),
                Verdict("跨年结转", False, "425 ≠ 430"),
            ),
            chart=Chart("bar", "办理结果", ("予以公开", "部分公开"), (374.0, 146.0), "件"),
            choices=("予以公开的有多少件？",),
            plan={"op": "lookup", "measures": ["予以公开占比"], "years": [2024]},
        )  # fmt: skip

    def clarify(self, question: str) -> Answer:
        return Answer(
            question, "clarify", "您问的是占比还是件数？", reason="ambiguous",
            choices=("予以公开占多少？", "部分公开占多少？"),
        )  # fmt: skip

    def prose(self, question: str) -> Answer:
        info = self.library.reports()[0]
        citation = Citation(
            "text", info.title, info.id, info.publisher, info.year, "一、总体情况",
            "发布59个兑现类政策事项", info.source, passage_id=f"{info.id}:p1",
        )  # fmt: skip
        return Answer(
            question, "answered", "发布了59个兑现类政策事项[1]。", value="59", unit="个",
            citations=(citation,),
        )  # fmt: skip


def reader(library: Library) -> object:
    """Reads an upload: stores the small report for any file that says 报告, refuses others."""

    def read(paths: Sequence[Path]) -> list[Outcome]:
        return [_read(library, path) for path in paths]

    return read


def _read(library: Library, path: Path) -> Outcome:
    if "报告" not in path.read_text(encoding="utf-8"):
        return Outcome(path.name, error="no report found in it")
    made = report("uploaded-2023", 2023, str(path))
    library.put(made)
    return Outcome(path.name, made.id, made.title, len(made.figures), len(made.passages))
