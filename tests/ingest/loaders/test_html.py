"""Pages as they really are: Word exports, layout tables, noise, hidden parts, broken labels."""

from __future__ import annotations

import pytest
from helpers_loaders import page, places, read_html, rows_of, texts

from ingest.document import Grid, Heading, Paragraph
from ingest.loaders import load_bytes

DATA = "<table><tr><th>项目</th><th>数量</th></tr><tr><td>甲</td><td>374</td></tr></table>"


def test_blocks_come_in_reading_order_with_title_and_meta() -> None:
    document = read_html(
        f"<h1>某区报告</h1><p>一、总体情况</p>{DATA}<p>完</p>",
        "<title> 某区 报告 </title><meta name=PubDate content='2025-01-20'>"
        "<meta name='SiteName' content='某区政府网'><meta name=viewport content=x>",
    )
    kinds = [type(block) for block in document.blocks]
    assert kinds == [Heading, Paragraph, Grid, Paragraph]
    assert document.title == "某区 报告"
    assert document.meta == {"PubDate": "2025-01-20", "SiteName": "某区政府网"}
    assert [cell.header for cell in document.grids[0].cells] == [True, True, False, False]


def test_a_word_export_reads_as_it_prints() -> None:
    document = read_html(
        "<!--[if gte mso 9]><xml><o:p>9</o:p></xml><![endif]-->"
        "<p class=MsoNormal><span lang=EN-US>2024</span><span>年共收到申请"
        "<span lang=EN-US>12<o:p></o:p></span>件，其中网\n络申请</span>"
        "<![if !supportEmptyParas]>&nbsp;<![endif]></p><p><o:p>&nbsp;</o:p></p>"
    )
    assert texts(document) == ["2024年共收到申请12件，其中网络申请"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("商业<br>企业", "商业企业"),
        ("商业<br/>\n  企业", "商业企业"),
        ("<p>商业</p><p>企业</p>", "商业企业"),
        ("商业&nbsp;&nbsp;企业", "商业 企业"),
        ("\u3000商业\u3000企业\u3000", "商业 企业"),
        ("科\u200b研\ufeff机构", "科研机构"),
        ("12<br>34", "12 34"),
        ("１２３", "１２３"),
        ("1,234件", "1,234件"),
        ("&nbsp;", ""),
        ("374<sup>1</sup>", "374"),
        ("374<sup>[2]</sup>", "374"),
        ("m<sup>2</sup>", "m2"),
        ("<del>5</del>6", "6"),
        ("<span style='display:none'>9</span>5", "5"),
        ("<span hidden>9</span>5", "5"),
        ("5<script>6</script><!--7--><style>8</style>", "5"),
        ("<table><tr><td>374</td></tr></table>", "374"),
        ("NaN", "NaN"),
        ("inf", "inf"),
        ("—", "—"),
    ],
)
def test_a_cell_reads_as_printed(cell: str, expected: str) -> None:
    table = f"<table><tr><td>甲乙丙</td><td>丁</td></tr><tr><td>戊</td><td>{cell}</td></tr></table>"
    assert rows_of(read_html(table).grids[0])[1] == ["戊", expected]


def test_blank_cells_keep_their_place() -> None:
    grid = read_html("<table><tr><td>a<td>b<td>c<tr><td><td>&nbsp;<td>3</table>").grids[0]
    assert rows_of(grid) == [["a", "b", "c"], ["", "", "3"]]
    assert [cell.column for cell in grid.rows()[1]] == [0, 1, 2]


def test_layout_tables_are_unpacked_around_the_innermost_data() -> None:
    document = read_html(
        "<table><tr><td><a href=a>首页</a></td><td><a href=b>政务公开</a></td></tr></table>"
        f"<table><tr><td><table><tr><td><p>一、总体情况</p>{DATA}<p>六、其他</p></td></tr></table>"
        "</td></tr></table>"
    )
    assert texts(document) == ["一、总体情况", "六、其他"]
    assert [rows_of(grid) for grid in document.grids] == [[["项目", "数量"], ["甲", "374"]]]


def test_a_table_of_prose_is_unpacked() -> None:
    prose = "本年度坚持以公开为常态。" * 30
    document = read_html(
        f"<table><tr><td>问题</td><td><p>{prose}</p><p>又一段</p></td></tr></table>"
    )
    assert texts(document) == ["问题", prose, "又一段"]
    assert not document.grids


def test_tables_with_tags_left_open_read_the_same() -> None:
    closed = "<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>"
    left_open = "<table><tr><td>甲<td>1<tr><td>乙<td>2</table>"
    assert read_html(closed).blocks == read_html(left_open).blocks


NOISE_TOP = (
    "<div class='top-nav'><a href=1>首页</a><a href=2>政务公开</a></div>"
    "<div class='breadcrumb'>您的位置：<a href=1>首页</a> &gt; 年报</div>"
)
NOISE_END = "<div class=share>分享到</div><div id=footer><p>主办单位 备案号 12345</p></div>"


def test_the_main_container_is_preferred_and_its_page_title_kept() -> None:
    prose = "<p>一、总体情况</p><p>" + "公开工作有序推进。" * 30 + "</p>"
    document = read_html(
        f"{NOISE_TOP}<h1>某区年度报告</h1><div>字号：大 中 小</div>"
        f"<div class='TRS_Editor'>{prose}{DATA}</div>{NOISE_END}"
    )
    found = texts(document)
    assert found[0] == "某区年度报告"
    assert found[1] == "一、总体情况"
    assert not any("备案号" in text or "首页" in text or "字号" in text for text in found)
    assert len(document.grids) == 1


def test_the_report_is_never_lost_to_a_wrong_container() -> None:
    long = "公开工作有序推进。" * 30
    document = read_html(
        f"<div class=content><p>一、总体情况</p><p>{long}</p>{DATA}</div>"
        "<div><p>六、其他需要报告的事项</p><p>收费 0 元。</p></div>"
    )
    assert "六、其他需要报告的事项" in texts(document)
    assert "收费 0 元。" in texts(document)


def test_noise_by_name_with_content_in_it_is_kept() -> None:
    document = read_html(
        f"<div class='header'><p>一、总体情况</p></div><div class=bottom>{DATA}</div>"
    )
    assert texts(document) == ["一、总体情况"]
    assert len(document.grids) == 1


def test_a_hidden_copy_of_a_table_is_not_read() -> None:
    document = read_html(f"{DATA}<div style='display: none'>{DATA}</div>")
    assert len(document.grids) == 1


def test_headings_broken_by_br_are_one() -> None:
    assert texts(read_html("<h1>某区<br>2024年报告</h1><p>x</p>"))[0] == "某区2024年报告" or (
        texts(read_html("<h1>某区<br>2024年报告</h1><p>x</p>"))[0] == "某区 2024年报告"
    )


def test_html_without_its_suffix_is_read_by_content() -> None:
    document = load_bytes(page(f"<p>甲</p>{DATA}"), "报告.xls")
    assert document.media_type == "text/html"
    assert len(document.grids) == 1
    assert any(".xls" in warning for warning in document.warnings)


def test_mhtml_is_read_as_its_page() -> None:
    mhtml = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/html; charset=gb2312\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n\r\n"
        + f"<p>某区</p>{DATA}".encode("gbk")
        + b"\r\n--b--"
    )
    document = load_bytes(mhtml, "报告.doc")
    assert rows_of(document.grids[0])[1] == ["甲", "374"]
    assert document.encoding == "gb18030"


def test_header_rows_in_thead_come_first_and_feet_last() -> None:
    grid = read_html(
        "<table><thead><tr><td>a<td>b</thead><tfoot><tr><td>合计<td>3</tfoot>"
        "<tbody><tr><td>x<td>1<tr><td>y<td>2</tbody></table>"
    ).grids[0]
    assert [row[0] for row in rows_of(grid)] == ["a", "x", "y", "合计"]
    assert places(grid)["合计"][0] == 3
