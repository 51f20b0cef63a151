"""Plain HTML of rasters and prose; the messy variants build on these pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from eval.synthetic.layout import Raster, Slot

CellText = Callable[[Slot], str]


def span_attributes(slot: Slot) -> str:
    rows = f' rowspan="{slot.rowspan}"' if slot.rowspan > 1 else ""
    columns = f' colspan="{slot.colspan}"' if slot.colspan > 1 else ""
    return rows + columns


def plain(slot: Slot) -> str:
    return escape(slot.text, quote=False)


def table(
    raster: Raster,
    *,
    text: CellText = plain,
    attributes: Callable[[Slot], str] = span_attributes,
    opening: str = '<table border="1" cellspacing="0">',
    header_cells: bool = False,
) -> str:
    """One <table>. With `header_cells` the labels are <th>."""
    lines = [opening]
    for row in raster.rows():
        lines.append("<tr>")
        for slot in row:
            tag = "th" if header_cells and slot.header else "td"
            lines.append(f"<{tag}{attributes(slot)}>{text(slot)}</{tag}>")
        lines.append("</tr>")
    lines.append("</table>")
    return "\n".join(lines)


def paragraphs(texts: Iterable[str], opening: str = "<p>") -> str:
    return "\n".join(f"{opening}{escape(text, quote=False)}</p>" for text in texts)


def page(title: str, body: str, head: str = '<meta charset="utf-8">') -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n{head}\n'
        f"<title>{escape(title)}</title>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
