"""Text, Markdown and CSV: tables that have lost their spans on the way."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from random import Random

from eval.synthetic.layout import Raster, Slot
from eval.synthetic.spec import Spec
from eval.synthetic.variant import sections, variant

ASCII = str.maketrans("（），：；", "(),:;")


def flat(raster: Raster, text: Callable[[Slot], str] = lambda slot: slot.text) -> list[str]:
    """Rows as copied from a page: the cells that begin in a row, padded with empty ones."""
    lines = []
    for row in raster.rows():
        cells = "".join(f"   {text(slot)} |" for slot in row)
        padding = raster.width - len(row)
        lines.append(f"|{cells}" + (" " + "|" * padding if padding else " "))
    return lines


def filled(raster: Raster, repeat: bool) -> list[list[str]]:
    """The full raster as text; a spanned place is empty or repeats its cell."""
    lines = [[""] * raster.width for _ in range(raster.height)]
    for slot in raster.slots:
        for row in range(slot.row, slot.row + slot.rowspan):
            for column in range(slot.column, slot.column + slot.colspan):
                if repeat or (row, column) == (slot.row, slot.column):
                    lines[row][column] = slot.text
    return lines


def plain_text(spec: Spec, *, skip: str = "", text: Callable[[Slot], str] | None = None) -> str:
    lines = [spec.title, spec.preface]
    for section in sections(spec):
        if section.heading[0] not in skip:
            lines.append(section.heading)
        lines += section.paragraphs
        if section.raster is not None:
            lines += flat(section.raster, text or (lambda slot: slot.text))
    return "\n".join([*lines, "扫一扫在手机打开当前页"]) + "\n"


@variant("txt_pipes", ".txt")
def pipes(spec: Spec, rng: Random) -> bytes:
    return plain_text(spec).encode()


@variant("txt_lost", ".txt")
def lost_headings(spec: Spec, rng: Random) -> bytes:
    """As such pages are copied: a heading lost, ASCII punctuation, spaces inside labels."""

    def text(slot: Slot) -> str:
        if slot.header and 3 < len(slot.text) < 6 and rng.random() < 0.5:
            return f"{slot.text[:2]}   {slot.text[2:]}"
        return slot.text

    skip = rng.choice(["三", "二", "四", "二三四"])
    return plain_text(spec, skip=skip, text=text).translate(ASCII).encode()


@variant("txt_gbk", ".txt")
def text_gbk(spec: Spec, rng: Random) -> bytes:
    return plain_text(spec).replace("\n", "\r\n").encode("gb18030")


@variant("md_blank", ".md")
def markdown(spec: Spec, rng: Random) -> bytes:
    """Pipe tables on the full raster, spanned places left empty."""
    return _markdown(spec, repeat=False).encode()


@variant("md_repeat", ".md")
def markdown_repeated(spec: Spec, rng: Random) -> bytes:
    """Pipe tables as converters write them: a merged cell repeated in every place."""
    return _markdown(spec, repeat=True).encode()


def _markdown(spec: Spec, repeat: bool) -> str:
    lines = [f"# {spec.title}", "", spec.preface, ""]
    for section in sections(spec):
        lines += [f"## {section.heading}", ""]
        for paragraph in section.paragraphs:
            lines += [paragraph, ""]
        if section.raster is not None:
            rows = [f"| {' | '.join(row)} |" for row in filled(section.raster, repeat)]
            rule = f"|{'---|' * section.raster.width}"
            lines += [rows[0], rule, *rows[1:], ""]
    return "\n".join(lines)


@variant("md_flat", ".md")
def markdown_flat(spec: Spec, rng: Random) -> bytes:
    """Headings as Markdown, tables as flattened pipes."""
    text = plain_text(spec)
    for section in sections(spec):
        text = text.replace(f"{section.heading}\n", f"\n## {section.heading}\n\n")
    return f"# {text}".encode()


@variant("csv_blank", ".csv")
def comma_separated(spec: Spec, rng: Random) -> bytes:
    """A spreadsheet saved as CSV: merged cells keep their text in the first place only."""
    encoding = rng.choice(["utf-8", "utf-8-sig", "gb18030"])
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([spec.title])
    writer.writerow([spec.preface])
    for section in sections(spec):
        writer.writerow([section.heading])
        writer.writerows([paragraph] for paragraph in section.paragraphs)
        if section.raster is not None:
            writer.writerows(filled(section.raster, repeat=False))
        writer.writerow([])
    return out.getvalue().encode(encoding)
