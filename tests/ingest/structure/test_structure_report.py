"""Whole reports: identities, checks, and the one real report beside the repository."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from structure_grids import Heading, document, spanned
from structure_national import applications, consistent, reviews

from ingest.checks import cross_checks
from ingest.document import Document
from ingest.figure import Check, Figure, Report
from ingest.form import built_in_forms
from ingest.loaders import load
from ingest.read import read_report

HAIDIAN = Path(__file__).parents[3] / "../shared/reports/haidian-2024.txt"
TITLE = Heading("示例市示例区人民政府2024年政府信息公开工作年度报告")


def page(numbers: dict[str, str], *prose: str, title: Heading = TITLE) -> Document:
    return document(
        title,
        "一、总体情况",
        *prose,
        "三、收到和处理政府信息公开申请情况",
        spanned(applications(numbers)),
        "四、政府信息公开行政复议、行政诉讼情况",
        spanned(reviews(numbers)),
    )


def failed(report: Report) -> list[Check]:
    return [check for check in report.checks if check.holds is False]


def test_a_sound_report_holds_everywhere() -> None:
    report = read_report(page(consistent()))
    assert len(report.checks) == 7 + 7 + 25 + 3
    assert all(check.holds for check in report.checks)
    assert not [warning for warning in report.warnings if "勾稽" in warning]
    assert (report.publisher, report.year, report.form) == (
        "示例市示例区人民政府",
        2024,
        "zfxxgk-2021",
    )


@pytest.mark.parametrize(
    ("measure", "rules"),
    [
        ("new.natural", {"本年新收 + 上年结转", "总计列"}),
        ("refused_law.company", {"各项办理结果之和", "总计列"}),
        ("suit_direct.pending", {"尚未审结"}),
    ],
)
def test_a_broken_figure_is_found_by_its_identities(measure: str, rules: set[str]) -> None:
    numbers = consistent()
    numbers[measure] = str(int(numbers[measure]) + 1)
    report = read_report(page(numbers))
    broken = failed(report)
    assert len(broken) == len(rules)
    for rule in rules:
        assert any(rule in check.rule for check in broken)
    figure = next(figure for figure in report.figures if figure.measure == measure)
    assert all(figure.id in check.figures for check in broken)
    assert figure.raw == numbers[measure]  # said, not mended
    assert sum("勾稽" in warning for warning in report.warnings) == len(broken)


def test_a_blank_operand_leaves_the_identity_open() -> None:
    numbers = consistent() | {"carried_in.natural": ""}
    checks = read_report(page(numbers)).checks
    open_ones = [check for check in checks if check.holds is None]
    assert len(open_ones) == 2  # the balance of its column and the total of its row
    assert all(check.left is None or check.right is None for check in open_ones)
    assert not [check for check in checks if check.holds is False]


def test_counts_are_whole_and_not_negative() -> None:
    numbers = consistent() | {"suit_direct.pending": "-3", "suit_direct.total": "2.5"}
    broken = [check for check in failed(read_report(page(numbers))) if "非负整数" in check.rule]
    assert len(broken) == 2


def test_prose_against_the_table() -> None:
    numbers = consistent()
    new = numbers["new.total"]
    report = read_report(page(numbers, f"2024年，本年新收政府信息公开申请{new}件。"))
    assert [c.holds for c in report.checks if "正文" in c.rule] == [True]
    report = read_report(page(numbers, f"本年新收政府信息公开申请{int(new) + 1}件。"))
    (check,) = [c for c in report.checks if "正文" in c.rule]
    assert check.holds is False
    assert (check.left, check.right) == (Decimal(new) + 1, Decimal(new))
    other = read_report(
        page(numbers, f"2023年，新收政府信息公开申请{int(new) + 1}件，其中予以公开3件。")
    )
    assert not [c for c in other.checks if "正文" in c.rule]


def test_the_carry_between_two_years() -> None:
    earlier, later = consistent(), consistent()
    later["carried_in.total"] = earlier["carried_out.total"]
    form = built_in_forms()[0]

    def figures(numbers: dict[str, str]) -> tuple[Figure, ...]:
        return read_report(page(numbers)).figures

    (check,) = cross_checks(figures(earlier), figures(later), form, publisher="示例区", year=2025)
    assert (check.holds, check.year, check.publisher) == (True, 2025, "示例区")
    later["carried_in.total"] = "77777"
    (check,) = cross_checks(figures(earlier), figures(later), form)
    assert check.holds is False


def test_a_report_keeps_its_id_when_it_is_published_again() -> None:
    first = read_report(page(consistent()))
    again = read_report(page(consistent() | {"new.total": "1"}, "更正说明。"))
    other = read_report(
        page(consistent(), title=Heading("示例市示例区人民政府2023年政府信息公开工作年度报告"))
    )
    assert first.id == again.id
    assert first.id != other.id
    ids = [figure.id for figure in first.figures]
    assert len(set(ids)) == len(ids)


def test_reports_in_doubt_do_not_replace_each_other() -> None:
    one = read_report(document("某项工作的说明。"))
    two = read_report(document("另一项工作的说明。"))
    assert one.id != two.id


def test_a_table_whose_heading_is_lost_stands_in_its_own_section() -> None:
    report = read_report(
        document(TITLE, "二、主动公开政府信息情况", spanned(applications(consistent())))
    )
    (table,) = report.tables
    assert table.section == ("三、收到和处理政府信息公开申请情况",)


def test_traditional_characters_are_matched_and_kept() -> None:
    import opencc

    to_traditional = opencc.OpenCC("s2t")
    lines = [
        [
            (to_traditional.convert(e[0]), *e[1:])
            if isinstance(e, tuple)
            else to_traditional.convert(e)
            for e in line
        ]
        for line in applications(consistent())
    ]
    report = read_report(document(TITLE, spanned(lines)))
    found = {figure.measure: figure for figure in report.figures}
    assert found["granted.total"].raw == consistent()["granted.total"]
    assert found["granted.total"].row == ("三、本年度辦理結果", "（一）予以公開")
    assert len(found) == 175


@pytest.mark.skipif(not HAIDIAN.exists(), reason="the shared real report is not beside the repo")
def test_every_figure_of_the_real_report() -> None:
    report = read_report(load(HAIDIAN))
    lines = HAIDIAN.read_text(encoding="utf-8").splitlines()
    printed = [
        text
        for line in lines
        if line.startswith("|")
        for text in (part.strip() for part in line.split("|"))
        if text.replace(".", "").isdigit()
    ]
    cells = [figure for figure in report.figures if figure.measure]
    assert len(cells) == 200
    assert sorted(figure.raw for figure in cells) == sorted(printed)
    found = {figure.measure: str(figure.value) for figure in cells}
    expected = {
        "new.total": "3091", "new.company": "42", "carried_in.total": "425",
        "granted.total": "374", "partial.total": "146", "refused_enforcement.total": "84",
        "unable_not_held.total": "2270", "unprocessed_repeat.company": "5",
        "other_other.natural": "83", "handled.total": "3259", "carried_out.total": "257",
        "review.total": "423", "review.corrected": "33", "suit_direct.corrected": "1",
        "suit_after_review.total": "127", "licence.decisions": "53994",
        "normative.in_force": "140", "fees.amount": "22010.3538",
    }  # fmt: skip
    assert {measure: found[measure] for measure in expected} == expected
    assert all(check.holds for check in report.checks)
    assert len(report.checks) == 42
    assert report.warnings == ()
    assert (report.publisher, report.year) == ("北京市海淀区人民政府", 2024)
    prose = {(str(f.value), f.unit) for f in report.figures if not f.measure}
    assert {("59", "个"), ("39", "项"), ("11", "件"), ("15100", "元"), ("10100", "元")} <= prose
