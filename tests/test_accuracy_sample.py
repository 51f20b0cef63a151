"""The bundled sample, read by an HTML reader of its own and checked by plain arithmetic."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[1] / "ingest" / "sample"
SHARED = Path(__file__).parents[1] / ".." / "shared" / "reports" / "haidian-2024.txt"
PAGES = sorted(SAMPLE.glob("*.html"))


class Rows(HTMLParser):
    """Table rows as lists of cell texts, spans ignored."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag == "td":
            self.tables[-1][-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.tables[-1][-1][-1] += data


def tables(path: Path) -> list[list[list[str]]]:
    reader = Rows()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader.tables


def applications(path: Path) -> dict[str, list[int]]:
    """Last label of a row of table 三 → its seven figures."""
    return {row[-8]: [int(cell) for cell in row[-7:]] for row in tables(path)[1][3:]}


def figures(cells: list[str]) -> list[str]:
    texts = (cell.strip() for cell in cells)
    return [text for text in texts if re.fullmatch(r"\d+(\.\d+)?", text)]


def test_six_pages_are_bundled() -> None:
    assert len(PAGES) == 6
    assert sum("示例区" in page.name for page in PAGES) == 5


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_identities_hold(path: Path) -> None:
    rows = applications(path)
    new, carried_in = (
        rows["一、本年新收政府信息公开申请数量"],
        rows["二、上年结转政府信息公开申请数量"],
    )
    handled, carried_out = rows["（七）总计"], rows["四、结转下年度继续办理"]
    outer = ("一、", "二、", "四、", "（七）")
    results = [row for label, row in rows.items() if not label.startswith(outer)]
    assert len(results) == (19 if "2020" in path.name else 21)
    for column in range(7):
        assert new[column] + carried_in[column] == handled[column] + carried_out[column]
        assert handled[column] == sum(row[column] for row in results)
    for row in rows.values():
        assert row[6] == sum(row[:6])
    cases = [int(cell) for cell in tables(path)[2][3]]
    for start in (0, 5, 10):
        assert sum(cases[start : start + 4]) == cases[start + 4]


def test_carries_of_the_fictional_district() -> None:
    pages = [page for page in PAGES if "示例区" in page.name]
    for before, after in pairwise(pages):
        closing = applications(before)["四、结转下年度继续办理"]
        assert closing == applications(after)["二、上年结转政府信息公开申请数量"], after.name


def test_real_report_has_the_published_figures() -> None:
    if not SHARED.exists():
        pytest.skip("the shared report is not beside this checkout")
    lines = [line for line in SHARED.read_text(encoding="utf-8").splitlines() if line[0] == "|"]
    published = [figures(line.split("|")) for line in lines]
    page = next(page for page in PAGES if "海淀" in page.name)
    ours = [figures(row) for table in tables(page) for row in table]
    assert [row for row in ours if row] == [row for row in published if row]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_pages_say_what_is_ours(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ("虚构" in text) if "示例区" in path.name else ("文字由本项目另行撰写" in text)
