"""Several troubles in one file, drawn at random: pages rarely have only one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from random import Random

from eval.synthetic import htmlpage
from eval.synthetic.html_variants import (
    FULL_WIDTH,
    GAPS,
    HALF_WIDTH,
    body,
    cut_raster,
    off_by_one,
    thousands,
)
from eval.synthetic.layout import Raster, Slot
from eval.synthetic.spec import Spec
from eval.synthetic.text_variants import plain_text
from eval.synthetic.variant import VARIANTS, variant

NUMBERS: tuple[Callable[[str], str], ...] = (
    str,
    thousands,
    lambda text: text.translate(FULL_WIDTH),
    lambda text: f" {text} ",
)


def reprinted(spec: Spec, rng: Random) -> Spec:
    """The same report with its numbers written in one of the ways that people write them."""
    write = rng.choice(NUMBERS)
    cells = {
        measure: cell if cell.value is None else replace(cell, raw=write(cell.raw))
        for measure, cell in spec.cells.items()
    }
    return replace(spec, cells=cells)


@variant("mixed_page", ".html")
def page(spec: Spec, rng: Random) -> bytes:
    """Gaps in labels, spans off by one, cut tables, odd numbers, layout table and any encoding."""
    spec = reprinted(spec, rng)
    inside = body(spec, lambda raster: _tables(raster, rng), skip=rng.choice(["", "三", "四"]))
    if rng.random() < 0.5:
        inside = f"<table><tr><td>导航</td><td>{inside}</td></tr></table>"
    encoding = rng.choice(["utf-8", "gb18030", "utf-8-sig"])
    head = rng.choice(['<meta charset="utf-8">', '<meta charset="gb2312">', ""])
    return htmlpage.page(spec.title, inside, head).encode(encoding)


def _tables(raster: Raster, rng: Random) -> str:
    parts = cut_raster(raster, rng, rng.random() < 0.5) if rng.random() < 0.4 else [raster]
    header_cells = rng.random() < 0.3
    return "\n".join(
        htmlpage.table(
            _misspanned(part, rng) if rng.random() < 0.3 else part,
            text=lambda slot: _text(slot, rng),
            header_cells=header_cells,
        )
        for part in parts
    )


def _misspanned(raster: Raster, rng: Random) -> Raster:
    labels = [slot for slot in raster.slots if slot.header and slot.rowspan * slot.colspan > 1]
    if not labels:
        return raster
    wrong = rng.choice(labels)
    slots = tuple(off_by_one(rng, slot) if slot is wrong else slot for slot in raster.slots)
    return replace(raster, slots=slots)


def _text(slot: Slot, rng: Random) -> str:
    if slot.is_data or rng.random() < 0.5:
        return escape(slot.text, quote=False)
    label = rng.choice([slot.text, slot.text.translate(HALF_WIDTH)])
    place = rng.randint(0, len(label))
    halves = (escape(half, quote=False) for half in (label[:place], label[place:]))
    return rng.choice(GAPS).join(halves)


@variant("mixed_text", ".txt")
def text(spec: Spec, rng: Random) -> bytes:
    """Flattened pipes with odd numbers, lost headings and any encoding."""
    spec = reprinted(spec, rng)
    whole = plain_text(spec, skip=rng.choice(["", "三", "二三四"]))
    return whole.encode(rng.choice(["utf-8", "gb18030", "utf-8-sig"]))


@variant("mixed_docx", ".docx")
def docx(spec: Spec, rng: Random) -> bytes:
    return VARIANTS[rng.choice(["docx_merged", "docx_plain", "docx_cut"])].render(
        reprinted(spec, rng), rng
    )


@variant("mixed_xlsx", ".xlsx")
def xlsx(spec: Spec, rng: Random) -> bytes:
    return VARIANTS["xlsx_one"].render(reprinted(spec, rng), rng)


@variant("mixed_md", ".md")
def markdown(spec: Spec, rng: Random) -> bytes:
    return VARIANTS[rng.choice(["md_blank", "md_repeat"])].render(reprinted(spec, rng), rng)


@variant("mixed_csv", ".csv")
def csv(spec: Spec, rng: Random) -> bytes:
    return VARIANTS["csv_blank"].render(reprinted(spec, rng), rng)


@variant("mixed_pdf", ".pdf")
def pdf(spec: Spec, rng: Random) -> bytes:
    return VARIANTS[rng.choice(["pdf_song", "pdf_repeat"])].render(reprinted(spec, rng), rng)
