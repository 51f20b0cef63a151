"""What is shown, without a browser: marks, tables, charts, evidence, exports."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, Chart
from assistant.web import charts, exports
from assistant.web.conversations import answer_of
from assistant.web.desk.pages import desk_texts
from assistant.web.evidence import evidence, plan_rows, source_of
from assistant.web.marking import body, formulas, headline, marked_text, quoted
from assistant.web.page import Page
from assistant.web.render import environment, render
from assistant.web.screen import Tab
from assistant.web.tables import WINDOW, view
from assistant.web.texts import LANGUAGES, entries, texts
from ingest.figure import Figure, Kind, Table, TableCell

from . import parts


def share(page: Page) -> Answer:
    return page.assistant.ask("予以公开的占多少？")


class TestHeadline:
    def test_is_the_number_of_the_text_and_not_of_the_value(self) -> None:
        found = headline(Answer("?", "answered", "共 1,234.50 万元。", value="1234.5", unit="万元"))
        assert found is not None and (found.number, found.unit) == ("1,234.50", "万元")

    def test_a_rounded_share_is_found(self) -> None:
        answer = Answer("?", "answered", "占 11.48%。", value="11.475913", unit="%")
        assert (found := headline(answer)) and found.number == "11.48"

    @pytest.mark.parametrize(
        ("text", "value", "unit"),
        [
            ("2024年共 375 件。", "374", "件"),  # another number
            ("374 项，共 3 件。", "374", "件"),  # the number with another unit
            ("占 11.5 个百分点", "11.475913", "%"),
            ("共 11 件", "11.4", "件"),  # cut, not the exact count
            ("没有数", "374", "件"),
        ],
    )
    def test_is_absent_where_the_text_does_not_have_it(
        self, text: str, value: str, unit: str
    ) -> None:
        assert headline(Answer("?", "answered", text, value=value, unit=unit)) is None

    def test_a_refusal_has_none(self) -> None:
        assert headline(Answer("?", "refused", "374 件", value="374", unit="件")) is None

    def test_is_not_streamed_in_half(self) -> None:
        answer = Answer("?", "answered", "占 11.48%。", value="11.48", unit="%")
        assert "<strong>" not in marked_text(answer, 5)
        assert "<strong>11.48%</strong>" in marked_text(answer)


class TestFormula:
    def test_numbers_open_their_own_citation(self, page: Page) -> None:
        (html,) = formulas(share(page))
        assert 'data-cite="0"' in html.split(">374<")[0]
        assert 'data-cite="1"' in html.split("÷")[1] and ">100<" not in html

    def test_a_number_used_twice_opens_the_same_cell(self, page: Page) -> None:
        answer = replace(share(page), formula="374 ÷ 3259 × 100%；146 ÷ 3259 × 100%")
        assert ['data-cite="1"' in html for html in formulas(answer)] == [True, True]

    def test_a_subtracted_number_is_found_without_its_sign(self, page: Page) -> None:
        (html,) = formulas(replace(share(page), formula="3259 -374"))
        assert "-<button" in html

    def test_a_number_alone_is_no_formula(self, page: Page) -> None:
        assert formulas(replace(share(page), formula="374")) == []


def test_lines_that_repeat_a_warning_or_the_formula_are_shown_once(page: Page) -> None:
    answer = replace(
        share(page),
        text="占11.48%。\n计算：374 ÷ 3259 × 100% = 11.48%。\n（沿用上文：海淀区）",
        warnings=("沿用上文：海淀区。",),
    )
    assert body(answer) == "占11.48%。"


def test_a_plain_look_up_keeps_its_line() -> None:
    answer = Answer(
        "?", "answered", "共374件。\n（沿用上文）", formula="374", warnings=("沿用上文。",)
    )
    assert body(answer) == "共374件。"


def test_a_reference_beyond_the_citations_stays_text() -> None:
    assert marked_text(Answer("?", "answered", "见[7]")) == "见[7]"


@given(st.text(), st.text(max_size=20))
def test_quoting_loses_nothing_and_escapes_all(passage: str, quote: str) -> None:
    html = quoted(passage, [quote])
    assert html.striptags is not None
    bare = str(html).replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare and html.__class__.escape(passage) == bare


def test_quoting_survives_white_space() -> None:
    assert "<mark>发布 59\n个</mark>" in quoted("共发布 59\n个事项", ["发布59个"])


class TestTable:
    def test_current_used_and_heads_are_marked(self) -> None:
        shown = view(parts.table(), current=(3, 4), used=[(3, 4), (5, 4)])
        marks = {cell.text: cell.mark for row in shown.rows for cell in row if cell.mark}
        assert marks["374"] == "current" and marks["3259"] == "used"
        assert marks["总计"] == "head" and marks["（一）予以公开"] == "head"
        assert "353" not in marks

    def test_only_the_nearest_header_above_is_marked(self) -> None:
        rows = (("第一项", True), ("件数", True), ("8", False), ("第五项", True), ("处理数", True),
                ("7", False), ("9", False))  # fmt: skip
        cells = tuple(TableCell(text, n, 0, header=head) for n, (text, head) in enumerate(rows))
        shown = view(Table("t", "二", "", "", (), 7, 1, cells), current=(6, 0))
        heads = [cell.text for row in shown.rows for cell in row if cell.mark == "head"]
        assert heads == ["第五项", "处理数"]

    def test_a_long_table_is_cut_around_the_cell(self) -> None:
        cells = tuple(TableCell(str(row), row, 0) for row in range(5000))
        shown = view(Table("t", "1", "", "", (), 5000, 1, cells), current=(2500, 0))
        assert len(shown.rows) == WINDOW and shown.cut
        assert [cell.mark for row in shown.rows for cell in row].count("current") == 1

    def test_an_absurd_span_is_clipped(self) -> None:
        cell = TableCell("x", 0, 0, 10**8, 10**8)
        shown = view(Table("t", "1", "", "", (), 3, 2, (cell,)))
        assert (shown.rows[0][0].rowspan, shown.rows[0][0].colspan) == (3, 2)


class TestEvidence:
    def test_opens_the_cited_cell(self, page: Page) -> None:
        shown = evidence(page.library, share(page), 1, texts("zh"))
        assert shown.table and shown.citation and shown.citation.quote == "3259"
        current = [c.text for row in shown.table.rows for c in row if c.mark == "current"]
        assert current == ["3259"]

    def test_an_index_out_of_reach_is_the_last(self, page: Page) -> None:
        assert evidence(page.library, share(page), 99, texts("zh")).index == 1

    def test_a_removed_report_is_said_to_be_gone(self, page: Page) -> None:
        answer = share(page)
        page.library.remove("haidian-2024")
        shown = evidence(page.library, answer, 0, texts("zh"))
        assert not shown.stored and shown.table is None

    def test_the_sentence_is_marked_in_its_passage(self, page: Page) -> None:
        shown = evidence(page.library, page.assistant.ask("平台"), 0, texts("zh"))
        assert shown.passage and "<mark>发布59个兑现类政策事项</mark>" in shown.passage
        assert "<script" not in shown.passage

    def test_a_sentence_without_passage_id_is_found_in_its_report(self, page: Page) -> None:
        answer = page.assistant.ask("平台")
        bare = replace(answer.citations[0], passage_id="", quote="发布59个 兑现类")
        shown = evidence(page.library, replace(answer, citations=(bare,)), 0, texts("zh"))
        assert shown.passage and "<mark>发布59个兑现类</mark>" in shown.passage

    def test_a_thousand_citations_are_still_a_page(self, page: Page) -> None:
        answer = replace(share(page), citations=share(page).citations * 1000)
        shown = evidence(page.library, answer, 1999, texts("zh"))
        html = render("evidence", t=texts("zh"), tab=Tab(turn=1), shown=shown)
        assert html.count("data-cite") < 70 and 'data-cite="1999"' in html

    def test_the_plan_is_put_in_words(self) -> None:
        plan = {
            "op": "rank", "measures": ["予以公开"], "years": [2023, 2024], "k": 3, "notes": ["x"],
            "threshold": {"comparison": ">=", "value": "10", "unit": "件"}, "publishers": [],
        }  # fmt: skip
        rows = dict(plan_rows({"parts": [plan]}, texts("zh")))
        assert rows["算法"] == "排名" and rows["年份"] == "2023、2024"
        assert rows["条件"] == "不少于 10件" and "机关" not in rows


@pytest.mark.parametrize(
    ("source", "name", "link"),
    [
        ("https://www.example.gov.cn/a.html", "https://www.example.gov.cn/a.html", True),
        ("javascript:alert(1)", "javascript:alert(1)", False),
        ("javascript://x.cn/%0aalert(1)", "%0aalert(1)", False),
        ("data:text/html,<script>", "html,<script>", False),
        ("/srv/data/海淀区2024.html", "海淀区2024.html", False),
        ("C:\\reports\\a.html", "a.html", False),
        ("https://", "https:", False),
    ],
)
def test_only_web_addresses_are_links(source: str, name: str, link: bool) -> None:
    found = source_of(source)
    assert (found.name, found.link is not None) == (name, link)


class TestChart:
    def draw(self, kind: str, *values: float) -> charts.Drawing | None:
        labels = tuple(f"项{n}" for n in range(len(values)))
        chart = Chart(kind, "图", labels, values, "件")  # type: ignore[arg-type]
        return charts.drawing(Answer("?", "answered", "", chart=chart))

    @pytest.mark.parametrize("values", [(1.0,), (), (1.0, float("nan")), (1.0, float("inf"))])
    def test_nothing_to_compare_draws_nothing(self, values: tuple[float, ...]) -> None:
        assert self.draw("bar", *values) is None

    def test_a_pie_of_negative_parts_becomes_bars(self) -> None:
        assert (drawn := self.draw("pie", 3, -1)) and drawn.kind == "bar"

    def test_a_pie_of_one_whole_still_has_a_path(self) -> None:
        assert (drawn := self.draw("pie", 5, 0)) and drawn.marks[0].path

    @given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=30))
    def test_a_line_stays_inside_its_frame(self, values: list[float]) -> None:
        drawn = self.draw("line", *values)
        assert drawn and all(52 <= m.x <= 568 and 43.9 <= m.y <= 190.1 for m in drawn.marks)


class TestExport:
    def test_json_holds_the_records(self, page: Page) -> None:
        record = json.loads(exports.conversation_json("题", [share(page)]))
        assert record["turns"][0]["value"] == "11.475913"

    def test_markdown_escapes_what_markup_would_read(self, page: Page) -> None:
        answer = replace(share(page), question=f"[点](javascript:x) {parts.HOSTILE}")
        text = exports.conversation_markdown("题", [answer], texts("zh"))
        assert "374 ÷ 3259" in text and r"\<script\>" in text and r"\[点\](" in text

    def test_csv_keeps_the_print_and_defuses_formulas(self) -> None:
        printed = ("=1+1", "-5", "+8", "@x", "1,234", "")
        cells = tuple(TableCell(text, 0, n) for n, text in enumerate(printed))
        body = exports.table_csv(Table("t", "1", "", "", (), 1, 6, cells)).decode("utf-8-sig")
        assert next(csv.reader(io.StringIO(body))) == ["'=1+1", "-5", "+8", "'@x", "1,234", ""]

    def test_xlsx_numbers_are_numbers_and_blanks_blank(self) -> None:
        from openpyxl import load_workbook

        cells = (TableCell("1,234", 0, 0), TableCell("", 0, 1), TableCell("=1+1", 0, 2))
        table = Table("t1", "一/二", "", "", (), 1, 3, cells)
        figure = Figure(
            "f", "r", "一", (), (), "1,234", Decimal(1234), "", Kind.NUMBER, table_key="t1"
        )
        sheet = load_workbook(io.BytesIO(exports.tables_xlsx([table], [figure]))).worksheets[0]
        assert [cell.value for cell in sheet[1]] == [1234, None, "=1+1"]
        assert sheet["C1"].data_type == "s"


def test_every_text_has_both_languages() -> None:
    assert all(set(text) == set(LANGUAGES) for text in entries().values())


def test_every_text_of_a_template_exists() -> None:
    import re

    made = environment()
    for name in made.list_templates():
        source, _, _ = made.loader.get_source(made, name)  # type: ignore[union-attr]
        used = set(re.findall(r"(?<![\w.])t\('([\w.]+)'[,)]", source))
        known = desk_texts()._entries if name.startswith("desk/") else entries()
        assert used <= set(known), name


def test_an_answer_survives_its_record(page: Page) -> None:
    answer = share(page)
    assert answer_of(json.loads(json.dumps(answer.record()))) == answer
