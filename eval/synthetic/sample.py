"""Writes the bundled sample, ingest/sample/*.html, from sample.yaml.

Run with `python -m eval.synthetic.sample`.

The figures of the real report are the published ones; the prose is ours. 示例区 is made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import yaml

from eval.synthetic import htmlpage
from eval.synthetic.layout import layouts, measures, rasters

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "ingest" / "sample"


def main() -> None:
    """Write every page of the sample."""
    TARGET.mkdir(exist_ok=True)
    for report in sample_reports():
        (TARGET / report["file"]).write_text(page(report), encoding="utf-8")


def sample_reports() -> list[dict[str, Any]]:
    """The reports of sample.yaml, as plain data."""
    return list(yaml.safe_load((HERE / "sample.yaml").read_text(encoding="utf-8"))["reports"])


def printed_cells(report: dict[str, Any]) -> dict[str, str]:
    """measure → printed text, from the report's rows of figures."""
    columns: dict[str, int] = {}
    cells: dict[str, str] = {}
    for _, measure, _, _ in measures(report["form"]):
        item = measure.split(".")[0]
        column = columns.get(item, 0)
        cells[measure] = str(report["figures"][item][column])
        columns[item] = column + 1
    return cells


def page(report: dict[str, Any]) -> str:
    """One report as a clean HTML page."""
    return htmlpage.page(report["title"], "\n".join(_body(report)))


def _body(report: dict[str, Any]) -> Iterator[str]:
    yield f"<h1>{escape(report['title'])}</h1>"
    yield htmlpage.paragraphs([report["notice"]], '<p class="notice">')
    yield htmlpage.paragraphs([report["preface"]])
    tables = [htmlpage.table(raster) for raster in rasters(report["form"], printed_cells(report))]
    contents = [report["overview"], *tables, report["problems"], report["other"]]
    for heading, content in zip(layouts()["headings"], contents, strict=True):
        yield f"<h2>{heading}</h2>"
        yield content if isinstance(content, str) else _prose(content)


def _prose(lines: list[str]) -> str:
    """Short lines that begin with （一） … are sub-headings."""
    return "\n".join(
        f"<h3>{escape(line)}</h3>" if line.startswith("（") else htmlpage.paragraphs([line])
        for line in lines
    )


if __name__ == "__main__":
    main()
