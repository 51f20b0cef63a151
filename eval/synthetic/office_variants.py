"""DOCX and XLSX, written with python-docx and openpyxl."""

from __future__ import annotations

import io
from collections.abc import Iterable
from random import Random
from typing import Any

from eval.synthetic.html_variants import cut_raster, thousands
from eval.synthetic.layout import Raster, Slot
from eval.synthetic.spec import Spec
from eval.synthetic.variant import Section, sections, variant


@variant("docx_merged", ".docx")
def docx_merged(spec: Spec, rng: Random) -> bytes:
    return _docx(spec, sections(spec), styled=True)


@variant("docx_plain", ".docx")
def docx_plain(spec: Spec, rng: Random) -> bytes:
    """Headings are ordinary paragraphs, labels broken over lines."""
    return _docx(spec, sections(spec), styled=False, broken=rng)


@variant("docx_cut", ".docx")
def docx_cut(spec: Spec, rng: Random) -> bytes:
    """Table 三 in two tables, with or without its header again."""
    parts: list[Section] = []
    header = rng.random() < 0.5
    for section in sections(spec):
        if section.raster is None:
            parts.append(section)
            continue
        first, *more = cut_raster(section.raster, rng, header)
        parts.append(Section(section.heading, (), first))
        parts += [Section("", (), raster) for raster in more]
    return _docx(spec, parts, styled=True)


def _docx(
    spec: Spec, parts: Iterable[Section], *, styled: bool, broken: Random | None = None
) -> bytes:
    from docx import Document

    document = Document()
    document.core_properties.title = spec.title if styled else ""
    if styled:
        document.add_heading(spec.title, 0)
    else:
        document.add_paragraph(spec.title)
    document.add_paragraph(spec.preface)
    for section in parts:
        if section.heading and styled:
            document.add_heading(section.heading, 1)
        elif section.heading:
            document.add_paragraph(section.heading)
        for paragraph in section.paragraphs:
            document.add_paragraph(paragraph)
        if section.raster is not None:
            _docx_table(document, section.raster, broken)
            document.add_paragraph("")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _docx_table(document: Any, raster: Raster, broken: Random | None) -> None:
    table = document.add_table(raster.height, raster.width)
    table.style = "Table Grid"
    grid = [list(row.cells) for row in table.rows]
    for slot in raster.slots:
        cell = grid[slot.row][slot.column]
        if slot.rowspan * slot.colspan > 1:
            last = grid[slot.row + slot.rowspan - 1][slot.column + slot.colspan - 1]
            cell = cell.merge(last)
        cell.text = _broken(slot, broken) if broken else slot.text


def _broken(slot: Slot, rng: Random) -> str:
    if slot.is_data or len(slot.text) < 4 or rng.random() < 0.5:
        return slot.text
    place = rng.randint(1, len(slot.text) - 1)
    return f"{slot.text[:place]}\n{slot.text[place:]}"


@variant("xlsx_one", ".xlsx")
def xlsx_one(spec: Spec, rng: Random) -> bytes:
    """The whole report on one sheet, numbers as numbers, merged cells merged."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append([spec.title])
    sheet.append([spec.preface])
    for section in sections(spec):
        sheet.append([section.heading])
        for paragraph in section.paragraphs:
            sheet.append([paragraph])
        if section.raster is not None:
            _xlsx_table(sheet, section.raster, sheet.max_row + 1, as_text=False)
    return _saved(book)


@variant("xlsx_sheets", ".xlsx")
def xlsx_sheets(spec: Spec, rng: Random) -> bytes:
    """One sheet a section; numbers as text with thousands separators."""
    from openpyxl import Workbook

    book = Workbook()
    cover = book.active
    cover.title = "说明"
    cover.append([spec.title])
    cover.append([spec.preface])
    for section in sections(spec):
        sheet = book.create_sheet(section.heading[:31].replace("、", ""))
        sheet.append([section.heading])
        for paragraph in section.paragraphs:
            sheet.append([paragraph])
        if section.raster is not None:
            _xlsx_table(sheet, section.raster, 2, as_text=True)
    return _saved(book)


def _xlsx_table(sheet: Any, raster: Raster, top: int, *, as_text: bool) -> None:
    for slot in raster.slots:
        row, column = top + slot.row, 1 + slot.column
        cell = sheet.cell(row, column)
        if slot.text and slot.is_data and as_text:
            cell.value = thousands(slot.text)
        elif slot.text:
            cell.value = _native(slot)
            cell.number_format = "#,##0" if isinstance(cell.value, int) else "General"
        if slot.rowspan * slot.colspan > 1:
            sheet.merge_cells(
                start_row=row,
                start_column=column,
                end_row=row + slot.rowspan - 1,
                end_column=column + slot.colspan - 1,
            )


def _native(slot: Slot) -> str | int | float:
    if not slot.is_data:
        return slot.text
    try:
        return float(slot.text) if "." in slot.text else int(slot.text)
    except ValueError:
        return slot.text


def _saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
