"""Pages whose tables are damaged or changed: the reader may give up on a row, never misread it.

Variants of family `odd` can be read in full; those of family `hazard` lost something that the
reader cannot know, and are judged on wrong cells and on being told alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from random import Random

from eval.synthetic import htmlpage
from eval.synthetic.html_variants import body, utf8
from eval.synthetic.layout import Raster, Slot
from eval.synthetic.spec import Spec
from eval.synthetic.text_variants import plain_text
from eval.synthetic.variant import variant

# How organs retype the labels of the form.
DRIFT = {
    "行政规范性文件": "规范性文件",
    "现行有效件数": "现行有效数",
    "本年废止件数": "本年废止数",
    "法人或其他组织": "法人和其他组织",
    "3.危及“三安全一稳定”": '3.危及"三安全一稳定"',
    "1.本机关不掌握相关政府信息": "1.本机关不掌握",
    "（七）总计": "（七） 总 计",
    "1.属于国家秘密": "1．属于国家秘密",
    "2.重复申请": "2、重复申请",
    "一、本年新收政府信息公开申请数量": "一、本年度新收政府信息公开申请数量",
    "（二）部分公开（区分处理的，只计这一情形，不计其他情形）": "（二）部分公开",
    "5.要求行政机关确认或重新出具已获取信息": "5.要求确认或重新出具已获取信息",
}


def _page(change: Callable[[Raster], Raster | str]) -> Callable[[Spec], bytes]:
    def write(raster: Raster) -> str:
        changed = change(raster)
        return changed if isinstance(changed, str) else htmlpage.table(changed)

    return lambda spec: utf8(spec, body(spec, write))


def _data_rows(raster: Raster) -> list[int]:
    return sorted({slot.row for slot in raster.slots if slot.is_data})


def _moved(slot: Slot, row: int = 0, column: int = 0) -> Slot:
    return replace(slot, row=slot.row + row, column=slot.column + column)


@variant("odd_labels", ".html")
def drifting_labels(spec: Spec, rng: Random) -> bytes:
    """Labels retyped by the organ."""

    def text(slot: Slot) -> str:
        label = DRIFT.get(slot.text, slot.text) if slot.header and rng.random() < 0.7 else slot.text
        return escape(label, quote=False)

    return utf8(spec, body(spec, lambda raster: htmlpage.table(raster, text=text)))


@variant("odd_units", ".html")
def units_in_cells(spec: Spec, rng: Random) -> bytes:
    """12件 in the cells of table 三."""

    def write(raster: Raster) -> str:
        def text(slot: Slot) -> str:
            counts = raster.name == "三" and slot.is_data and slot.text.isdigit()
            return f"{slot.text}件" if counts else htmlpage.plain(slot)

        return htmlpage.table(raster, text=text)

    return utf8(spec, body(spec, write))


@variant("odd_columns", ".html")
def columns_moved(spec: Spec, rng: Random) -> bytes:
    """总计 stands before 自然人."""

    def change(raster: Raster) -> Raster:
        if raster.name != "三":
            return raster
        order = {9: 3, **{column: column + 1 for column in range(3, 9)}}
        slots = tuple(
            replace(slot, column=order.get(slot.column, slot.column))
            if slot.row > 0 or slot.column == 0
            else slot
            for slot in raster.slots
        )
        return replace(raster, slots=slots)

    return _page(change)(spec)


@variant("odd_remarks", ".html")
def remark_column(spec: Spec, rng: Random) -> bytes:
    """A column 备注 at the right end of table 三."""

    def change(raster: Raster) -> Raster:
        if raster.name != "三":
            return raster
        remark = Slot("备注", 0, 10, rowspan=3, header=True)
        rest = tuple(Slot("", row, 10) for row in _data_rows(raster))
        return replace(raster, width=11, slots=(*raster.slots, remark, *rest))

    return _page(change)(spec)


@variant("odd_split", ".html")
def reviews_apart(spec: Spec, rng: Random) -> bytes:
    """行政复议 and 行政诉讼 as two tables."""

    def change(raster: Raster) -> Raster | str:
        if raster.name != "四":
            return raster
        left = tuple(slot for slot in raster.slots if slot.column < 5)
        right = tuple(_moved(slot, column=-5) for slot in raster.slots if slot.column >= 5)
        parts = (replace(raster, width=5, slots=left), replace(raster, width=10, slots=right))
        return "\n<p>&nbsp;</p>\n".join(htmlpage.table(part) for part in parts)

    return _page(change)(spec)


@variant("odd_twice", ".html")
def desktop_and_phone(spec: Spec, rng: Random) -> bytes:
    """The same content twice, for wide and for narrow screens."""
    inside = body(spec)
    phone = f'<div class="phone" style="display:none">{inside}</div>'
    return utf8(spec, f'<div class="desktop">{inside}</div>{phone}')


@variant("hazard_rowless", ".html")
def row_left_out(spec: Spec, rng: Random) -> bytes:
    """An organ left out a row that was all zero: nothing else may move."""

    def change(raster: Raster) -> Raster:
        if raster.name != "三":
            return raster
        rows = [
            row
            for row in _data_rows(raster)
            if all(not s.is_data or s.text in ("", "0") for s in raster.slots if s.row == row)
            and not any(s.header and s.rowspan > 1 for s in raster.slots if s.row == row)
        ]
        return _without_row(raster, rng.choice(rows)) if rows else raster

    return _page(change)(spec)


def _without_row(raster: Raster, gone: int) -> Raster:
    slots = []
    for slot in raster.slots:
        if slot.row == gone and slot.rowspan == 1:
            continue
        covers = slot.row <= gone < slot.row + slot.rowspan
        up = -1 if slot.row > gone else 0
        slots.append(replace(slot, row=slot.row + up, rowspan=slot.rowspan - covers))
    return replace(raster, height=raster.height - 1, slots=tuple(slots))


@variant("hazard_lostcell", ".html")
def lost_cell(spec: Spec, rng: Random) -> bytes:
    """One <td> of a row of table 三 is missing, so that the rest of the row moves left."""

    def change(raster: Raster) -> Raster:
        if raster.name != "三":
            return raster
        row = rng.choice(_data_rows(raster))
        data = [slot for slot in raster.slots if slot.row == row and slot.is_data]
        gone = rng.choice(data[:-1])
        return replace(raster, slots=tuple(slot for slot in raster.slots if slot is not gone))

    return _page(change)(spec)


@variant("hazard_extracell", ".html")
def extra_cell(spec: Spec, rng: Random) -> bytes:
    """One empty <td> too many inside a row of table 三."""

    def change(raster: Raster) -> Raster:
        if raster.name != "三":
            return raster
        row = rng.choice(_data_rows(raster))
        place = rng.randint(4, 9)
        slots = tuple(
            _moved(slot, column=1) if slot.row == row and slot.column >= place else slot
            for slot in raster.slots
        )
        return replace(raster, width=11, slots=(*slots, Slot("", row, place)))

    return _page(change)(spec)


@variant("hazard_vanished", ".txt")
def vanished_blanks(spec: Spec, rng: Random) -> bytes:
    """Copied text in which blank cells have vanished."""
    lines = [
        line.replace("    |", "") if line.startswith("|") else line
        for line in plain_text(spec).split("\n")
    ]
    return "\n".join(lines).encode()


@variant("hazard_image", ".html")
def image_of_table(spec: Spec, rng: Random) -> bytes:
    """Table 三 is a picture."""

    def change(raster: Raster) -> Raster | str:
        return '<p><img src="/t3.png" alt=""></p>' if raster.name == "三" else raster

    return _page(change)(spec)


@variant("hazard_headless", ".html")
def header_lost(spec: Spec, rng: Random) -> bytes:
    """Table 三 without its three header rows."""

    def change(raster: Raster) -> Raster:
        return raster.part(3, raster.height) if raster.name == "三" else raster

    return _page(change)(spec)
