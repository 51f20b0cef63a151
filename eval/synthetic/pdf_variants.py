"""PDF with a text layer: printed by Chromium, or set with ReportLab in a standard Song font."""

from __future__ import annotations

import io
import shutil
from functools import lru_cache
from random import Random
from typing import Any

from eval.synthetic import htmlpage
from eval.synthetic.html_variants import body, cut_raster
from eval.synthetic.layout import Raster
from eval.synthetic.spec import Spec
from eval.synthetic.variant import sections, variant

WIDTHS = {"三": [58, 62, 143, *[36] * 7]}
STYLE = (
    "<style>body{font-family:'Noto Serif CJK SC',serif;font-size:12px}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #000;padding:2px}</style>"
)


@variant("pdf_print", ".pdf", browser=True)
def printed(spec: Spec, rng: Random) -> bytes:
    """A clean page sent to Chromium's printer; tables break over pages where they fall."""
    filler = f"<div style='height:{rng.randint(0, 900)}px'></div>"
    page = htmlpage.page(spec.title, body(spec), '<meta charset="utf-8">' + STYLE)
    return print_page(page.replace("<h2>三、", filler + "<h2>三、"))


def print_page(html: str) -> bytes:
    """The page as PDF, by one Chromium that stays open for the run."""
    page = _browser().new_page()
    try:
        page.set_content(html)
        return bytes(page.pdf(format="A4", margin={"top": "1.5cm", "bottom": "1.5cm"}))
    finally:
        page.close()


@lru_cache(maxsize=1)
def _browser() -> Any:
    import atexit

    from playwright.sync_api import sync_playwright

    driver = sync_playwright().start()
    browser = driver.chromium.launch(executable_path=shutil.which("chromium"))
    atexit.register(driver.stop)
    atexit.register(browser.close)
    return browser


@variant("pdf_song", ".pdf")
def song(spec: Spec, rng: Random) -> bytes:
    """Ruled tables set with ReportLab; table 三 goes on on the next page without a header."""
    return _reportlab(spec, rng, repeat=False)


@variant("pdf_repeat", ".pdf")
def song_repeated(spec: Spec, rng: Random) -> bytes:
    """The same, with the header rows again on the next page."""
    return _reportlab(spec, rng, repeat=True)


def _reportlab(spec: Spec, rng: Random, repeat: bool) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import PageBreak, SimpleDocTemplate

    out = io.BytesIO()
    template = SimpleDocTemplate(out, pagesize=A4, title=spec.title, leftMargin=40, rightMargin=40)
    story: list[Any] = [_paragraph(spec.title, 16), _paragraph(spec.preface)]
    for section in sections(spec):
        story.append(_paragraph(section.heading, 13))
        story += [_paragraph(text) for text in section.paragraphs]
        if section.raster is not None:
            first, *more = cut_raster(section.raster, rng, repeat)
            story.append(_reportlab_table(first))
            for rest in more:
                story += [PageBreak(), _reportlab_table(rest)]
    template.build(story)
    return out.getvalue()


def _paragraph(text: str, size: int = 10) -> Any:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "song", fontName=_font(), fontSize=size, leading=size * 1.5, wordWrap="CJK"
    )
    return Paragraph(text.replace("&", "&amp;").replace("<", "&lt;"), style)


@lru_cache(maxsize=1)
def _font() -> str:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light"


def _reportlab_table(raster: Raster) -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import Table

    cells: list[list[Any]] = [[""] * raster.width for _ in range(raster.height)]
    style: list[Any] = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
    for slot in raster.slots:
        cells[slot.row][slot.column] = _paragraph(slot.text, 8) if slot.text else ""
        corner = (slot.column + slot.colspan - 1, slot.row + slot.rowspan - 1)
        if slot.rowspan * slot.colspan > 1:
            style.append(("SPAN", (slot.column, slot.row), corner))
    even = [515 / raster.width] * raster.width
    return Table(cells, colWidths=WIDTHS.get(raster.name, even), style=style)
