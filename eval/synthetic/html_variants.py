"""HTML as organs really publish it: clean, exported from Word, nested, cut, mis-spanned, noisy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from html import escape
from random import Random

from eval.synthetic import htmlpage
from eval.synthetic.layout import Raster, Slot
from eval.synthetic.spec import Spec, words
from eval.synthetic.variant import Section, sections, variant

TableWriter = Callable[[Raster], str]
GAPS = ("<br>", "<br/>", "　", "&nbsp;", "\n   ")
HALF_WIDTH = str.maketrans("（）：，", "():,")
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


def body(
    spec: Spec,
    write_table: TableWriter = htmlpage.table,
    *,
    heading: str = "h2",
    skip: Iterable[str] = (),
) -> str:
    """The report's own part of a page; sections whose numeral is in `skip` lose their heading."""
    parts = [f"<h1>{escape(spec.title)}</h1>", htmlpage.paragraphs([spec.preface])]
    for section in sections(spec):
        if section.heading[0] not in skip:
            parts.append(f"<{heading}>{section.heading}</{heading}>")
        parts.append(_content(section, write_table))
    return "\n".join(parts)


def _content(section: Section, write_table: TableWriter) -> str:
    if section.raster is not None:
        return write_table(section.raster)
    return htmlpage.paragraphs(section.paragraphs)


def utf8(spec: Spec, inside: str) -> bytes:
    return htmlpage.page(spec.title, inside).encode()


def data_text(change: Callable[[str], str]) -> TableWriter:
    """Tables whose data cells (and only they) are printed through `change`."""

    def text(slot: Slot) -> str:
        shown = htmlpage.plain(slot)
        return change(shown) if slot.is_data else shown

    return lambda raster: htmlpage.table(raster, text=text)


def thousands(text: str) -> str:
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole.isdigit() else text


@variant("html_clean", ".html")
def clean(spec: Spec, rng: Random) -> bytes:
    return utf8(spec, body(spec))


@variant("html_th", ".html")
def header_cells(spec: Spec, rng: Random) -> bytes:
    def write(raster: Raster) -> str:
        return htmlpage.table(raster, header_cells=True, opening='<table class="t">')

    return utf8(spec, body(spec, write, heading="h3"))


@variant("html_word", ".htm")
def word(spec: Spec, rng: Random) -> bytes:
    """Saved from Word: mso styles, <o:p>, numbers cut into spans, gb2312."""

    def text(slot: Slot) -> str:
        cut = rng.randint(0, len(slot.text))
        halves = [escape(part, quote=False) for part in (slot.text[:cut], slot.text[cut:]) if part]
        spans = "".join(
            f'<span lang=EN-US style="font-size:10.5pt;mso-bidi-font-size:12.0pt">{half}</span>'
            for half in halves
        )
        return f"<p class=MsoNormal align=center>{spans or '&nbsp;'}<o:p></o:p></p>"

    def write(raster: Raster) -> str:
        opening = '<table class=MsoTableGrid border=1 cellspacing=0 style="mso-yfti-tbllook:1184">'
        return htmlpage.table(raster, text=text, opening=opening)

    inside = body(spec, write, heading="p").replace(
        "<p>", '<p class=MsoNormal style="text-indent:32.0pt"><o:p>&nbsp;</o:p>'
    )
    head = (
        '<meta http-equiv=Content-Type content="text/html; charset=gb2312">\n'
        "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Print</w:View></w:WordDocument></xml>"
        '<![endif]-->\n<style><!-- p.MsoNormal {mso-style-parent:"";} --></style>'
    )
    return htmlpage.page(spec.title, f"<div class=Section1>{inside}</div>", head).encode("gb18030")


@variant("html_layout", ".html")
def layout_tables(spec: Spec, rng: Random) -> bytes:
    """The old portal: everything in nested layout tables."""
    menu = "".join(f'<tr><td><a href="#">{name}</a></td></tr>' for name in words()["navigation"])
    inside = (
        '<table width="1000" align="center"><tr><td colspan="2"><table><tr><td>'
        f'<img src="logo.gif" alt=""></td><td>{escape(spec.site)}门户网站</td></tr></table>'
        "</td></tr>"
        f'<tr><td width="200" valign="top"><table>{menu}</table></td>'
        f'<td valign="top"><table><tr><td><div>{body(spec, heading="div")}</div></td></tr></table>'
        f'</td></tr><tr><td colspan="2" align="center">{_footer(spec)}</td></tr></table>'
    )
    return utf8(spec, inside)


def _footer(spec: Spec) -> str:
    return escape(words()["footers"][0].format(site=spec.site, phone=spec.phone))


@variant("html_spans", ".html")
def wrong_spans(spec: Spec, rng: Random) -> bytes:
    """One or two label cells whose rowspan or colspan is off by one."""

    def write(raster: Raster) -> str:
        labels = [slot for slot in raster.slots if slot.header and slot.rowspan * slot.colspan > 1]
        chosen = {id(slot): off_by_one(rng, slot) for slot in rng.sample(labels, 1)}
        return htmlpage.table(
            raster,
            attributes=lambda slot: htmlpage.span_attributes(chosen.get(id(slot), slot)),
        )

    return utf8(spec, body(spec, write))


def off_by_one(rng: Random, slot: Slot) -> Slot:
    """The same cell with a rowspan or colspan that is one too small or too large."""
    step = rng.choice([-1, 1])
    if slot.rowspan > 1 and (slot.colspan == 1 or rng.random() < 0.5):
        return replace(slot, rowspan=slot.rowspan + step)
    return replace(slot, colspan=slot.colspan + step)


@variant("html_labels", ".html")
def spaced_labels(spec: Spec, rng: Random) -> bytes:
    """<br>, full-width spaces, &nbsp; and other punctuation inside labels; padded numbers."""

    def text(slot: Slot) -> str:
        if slot.is_data:
            frame = rng.choice(["{}", "&nbsp;{}", " {}　", "<p>{}</p>", "<span>{}</span>"])
            return frame.format(htmlpage.plain(slot))
        shown = rng.choice([slot.text, slot.text.translate(HALF_WIDTH)])
        places = sorted(rng.sample(range(len(shown) + 1), min(len(shown), rng.randint(0, 2))))
        ends = [*places, len(shown)]
        pieces = [shown[a:b] for a, b in zip([0, *places], ends, strict=True)]
        return "".join(
            (rng.choice(GAPS) if number else "") + escape(piece, quote=False)
            for number, piece in enumerate(pieces)
        )

    return utf8(spec, body(spec, lambda raster: htmlpage.table(raster, text=text)))


@variant("html_fullwidth", ".html")
def full_width(spec: Spec, rng: Random) -> bytes:
    return utf8(spec, body(spec, data_text(lambda text: text.translate(FULL_WIDTH))))


@variant("html_thousands", ".html")
def separators(spec: Spec, rng: Random) -> bytes:
    comma = rng.choice([",", ",", "，"])
    return utf8(spec, body(spec, data_text(lambda text: thousands(text).replace(",", comma))))


@variant("html_cut", ".html")
def cut(spec: Spec, rng: Random) -> bytes:
    """Table 三 goes on as a second table without a header."""
    return utf8(spec, body(spec, lambda raster: "\n<p></p>\n".join(cut_table(raster, rng, False))))


@variant("html_cuthead", ".html")
def cut_with_header(spec: Spec, rng: Random) -> bytes:
    """Table 三 goes on as a second table that repeats the header."""
    return utf8(spec, body(spec, lambda raster: "\n<p></p>\n".join(cut_table(raster, rng, True))))


def cut_table(raster: Raster, rng: Random, header: bool) -> list[str]:
    return [htmlpage.table(part) for part in cut_raster(raster, rng, header)]


def cut_raster(raster: Raster, rng: Random, header: bool) -> list[Raster]:
    """The parts of a table 三 cut somewhere below its header; other tables stay whole."""
    if raster.name != "三":
        return [raster]
    place = rng.randint(raster.head + 2, raster.height - 2)
    rest = raster.part(place, raster.height, again=rng.random() < 0.5)
    if header:
        head = raster.part(0, raster.head)
        moved = tuple(replace(slot, row=slot.row + raster.head) for slot in rest.slots)
        rest = replace(rest, height=rest.height + raster.head, slots=(*head.slots, *moved))
    return [raster.part(0, place), rest]


@variant("html_blocks", ".html")
def blocks(spec: Spec, rng: Random) -> bytes:
    """Table 二 as one table for each clause of article 20."""

    def write(raster: Raster) -> str:
        if raster.name != "二":
            return htmlpage.table(raster)
        starts = [slot.row for slot in raster.slots if slot.text.startswith("第二十条")]
        ends = [*starts[1:], raster.height]
        parts = [raster.part(first, last) for first, last in zip(starts, ends, strict=True)]
        return "\n".join(htmlpage.table(part) for part in parts)

    return utf8(spec, body(spec, write))


@variant("html_nohead", ".html")
def no_headings(spec: Spec, rng: Random) -> bytes:
    return utf8(spec, body(spec, skip=rng.choice(["三", "二三四", "一二三四五六"])))


@variant("html_noise", ".html")
def noise(spec: Spec, rng: Random) -> bytes:
    """Menus, a calendar, other reports' links, a visitor count."""
    data = words()
    menu = "".join(
        f'<li><a href="/{n}">{name}</a></li>' for n, name in enumerate(data["navigation"])
    )
    others = "".join(
        f'<li><a href="#">{spec.publisher}{spec.year - n}年政府信息公开工作年度报告</a>'
        f"<span>{spec.year - n + 1}-01-2{n}</span></li>"
        for n in range(1, 4)
    )
    days = "".join(
        "<tr>" + "".join(f"<td>{7 * week + day}</td>" for day in range(1, 8)) + "</tr>"
        for week in range(4)
    )
    inside = (
        f'<div id="header"><a href="/">{spec.site}</a><ul class="nav">{menu}</ul></div>'
        f'<div class="crumbs">当前位置：首页 &gt; 政务公开 &gt; 政府信息公开年报</div>'
        f'<div class="meta">发布日期：{spec.year + 1}-01-2{rng.randint(0, 9)} '
        f'来源：{spec.publisher} 浏览次数：<span id="hits">{rng.randint(100, 9999)}</span>'
        "字号：[大 中 小]</div>"
        f'<div class="article">{body(spec)}</div>'
        f"<div class='related'><h3>相关文章</h3><ul>{others}</ul></div>"
        f"<table class='calendar'><tr><th>日</th><th>一</th><th>二</th><th>三</th><th>四</th>"
        f"<th>五</th><th>六</th></tr>{days}</table>"
        f'<div id="footer">{_footer(spec)}</div><script>var year=2019;document.write(year)</script>'
    )
    head = (
        '<meta charset="utf-8">'
        f'<meta name="SiteName" content="{spec.site}">'
        f'<meta name="ArticleTitle" content="{spec.title}">'
    )
    return htmlpage.page(f"{spec.title}_{spec.site}", inside, head).encode()


@variant("html_traditional", ".html")
def traditional(spec: Spec, rng: Random) -> bytes:
    from opencc import OpenCC

    return str(OpenCC("s2t").convert(htmlpage.page(spec.title, body(spec)))).encode()


@variant("html_gbk", ".html")
def gbk(spec: Spec, rng: Random) -> bytes:
    head = '<meta http-equiv="Content-Type" content="text/html; charset=gbk">'
    return htmlpage.page(spec.title, body(spec), head).encode("gb18030")


@variant("html_gbkwrong", ".html")
def gbk_said_utf8(spec: Spec, rng: Random) -> bytes:
    return htmlpage.page(spec.title, body(spec)).encode("gb18030")


@variant("html_gbkmissing", ".html")
def gbk_unsaid(spec: Spec, rng: Random) -> bytes:
    return htmlpage.page(spec.title, body(spec), "").encode("gb18030")


@variant("html_utf8wrong", ".html")
def utf8_said_gbk(spec: Spec, rng: Random) -> bytes:
    return htmlpage.page(spec.title, body(spec), '<meta charset="gb2312">').encode()


@variant("html_bom", ".html")
def bom(spec: Spec, rng: Random) -> bytes:
    return b"\xef\xbb\xbf" + utf8(spec, body(spec))


@variant("html_unclosed", ".html")
def unclosed(spec: Spec, rng: Random) -> bytes:
    """Hand-written: no closing tags for rows, cells and paragraphs."""
    inside = body(spec)
    for tag in ("</td>", "</tr>", "</p>"):
        inside = inside.replace(tag, "")
    return utf8(spec, inside.replace("<td", "<TD").replace("<tr>", "<TR>"))


@variant("html_spacers", ".html")
def spacers(spec: Spec, rng: Random) -> bytes:
    """Empty rows between blocks, sections in <thead>/<tbody>, columns declared."""

    def write(raster: Raster) -> str:
        lines = htmlpage.table(raster).split("\n")
        empty = f'<tr><td colspan="{raster.width}">&nbsp;</td></tr>'
        columns = "<colgroup>" + "<col>" * raster.width + "</colgroup><tbody>"
        return "\n".join([lines[0], columns, empty, *lines[1:-1], empty, "</tbody></table>"])

    return utf8(spec, body(spec, write))


@variant("html_onecell", ".html")
def heading_rows(spec: Spec, rng: Random) -> bytes:
    """Section headings stand as a full-width first row inside each table."""

    def write(raster: Raster) -> str:
        headings = {
            "二": "二、主动公开政府信息情况",
            "三": "三、收到和处理政府信息公开申请情况",
            "四": "四、政府信息公开行政复议、行政诉讼情况",
        }
        lines = htmlpage.table(raster).split("\n")
        first = f'<tr><td colspan="{raster.width}">{headings[raster.name]}</td></tr>'
        return "\n".join([lines[0], first, *lines[1:]])

    return utf8(spec, body(spec, write, skip="二三四"))
