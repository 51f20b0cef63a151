"""The library, over SQLite and over PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal

import pytest

from ingest.errors import StoreError
from ingest.figure import Figure, Kind, Place, Report
from ingest.store.library import Library

Make = Callable[..., Report]


def test_everything_of_a_report_comes_back(library: Library, make_report: Make) -> None:
    report = make_report()

    assert library.put(report) == "stored"

    assert library.figures() == list(report.figures)
    assert library.tables(report.id) == list(report.tables)
    assert library.table(report.id, "t1") == report.tables[0]
    assert library.passages() == list(report.passages)
    assert library.passage(report.passages[1].id) == report.passages[1]
    stamped = {"report_id": report.id, "publisher": report.publisher, "year": report.year}
    assert library.checks() == [replace(check, **stamped) for check in report.checks]
    info = library.report(report.id)
    assert info is not None
    assert (info.title, info.year, info.form) == (report.title, report.year, report.form)
    assert (info.figures, info.passages) == (3, 2)
    assert (info.warnings, info.links) == (report.warnings, report.links)


def test_no_field_of_a_figure_is_lost(library: Library, make_report: Make) -> None:
    """Every field gets a value that is not its default, so that a new one cannot be forgotten."""
    figure = Figure(
        id="a",
        report_id="示例区-2024",
        table="总体情况",
        row=("甲", "乙"),
        column=("丙",),
        raw="1.20万件",
        value=Decimal("1.20"),
        unit="万件",
        kind=Kind.NUMBER,
        place=Place.PROSE,
        measure="received.total",
        section=("一", "二"),
        sentence="收到1.20万件。",
        clause="收到1.20万件",
        period=2023,
        table_key="t9",
        position=(2, 6),
    )
    optional = [entry for entry in fields(Figure) if entry.default is not entry.default_factory]
    assert all(getattr(figure, entry.name) != entry.default for entry in optional)

    library.put(replace(make_report(), figures=(figure,)))

    [back] = library.figures()
    assert back == figure
    assert str(back.value) == "1.20"


@pytest.mark.parametrize(
    "text", ["0", "-5", "0.1", "12345678901234567890.123456789", "1E+3", "0.0000000001"]
)
def test_a_value_keeps_every_digit(library: Library, make_report: Make, text: str) -> None:
    library.put(make_report(values=(text,)))

    assert library.figures()[0].value == Decimal(text)
    assert library.values(["item0.total"])[0].value == Decimal(text)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+999999")])
def test_what_is_no_number_is_refused(library: Library, make_report: Make, value: Decimal) -> None:
    report = make_report()
    bad = replace(report.figures[0], value=value)

    with pytest.raises(StoreError, match="数值不能存储"):
        library.put(replace(report, figures=(bad,)))

    assert library.reports() == []


def test_blank_is_not_zero(library: Library, make_report: Make) -> None:
    library.put(make_report(values=("0", None)))

    zero, blank = library.figures()

    assert (zero.value, zero.kind) == (Decimal(0), Kind.ZERO)
    assert (blank.value, blank.kind) == (None, Kind.BLANK)


def test_characters_that_a_database_refuses_do_not_stop_a_report(
    library: Library, make_report: Make
) -> None:
    odd = "前\0后\ud800。"
    report = make_report(texts=(odd,), source=odd)

    library.put(report)

    assert library.passages()[0].text == "前后?。"


def test_same_again_is_unchanged(library: Library, make_report: Make) -> None:
    library.put(make_report())
    version = library.version

    assert library.put(make_report()) == "unchanged"

    assert library.version == version


def test_same_content_under_another_name_replaces(library: Library, make_report: Make) -> None:
    """A person corrects the publisher by --publisher: the wrong one must not stay beside it."""
    library.put(make_report())
    corrected = replace(make_report("新-2024", publisher="新"), content_hash="示例区-2024/一")

    assert library.put(corrected) == "replaced"

    assert [info.id for info in library.reports()] == ["新-2024"]


def test_republication_replaces_everything(library: Library, make_report: Make) -> None:
    library.put(make_report(values=("1", "2", "3"), texts=("旧", "旧二")))

    assert library.put(make_report(content="二", values=("9",), texts=("新",))) == "replaced"

    assert [figure.value for figure in library.figures()] == [Decimal(9)]
    assert [passage.text for passage in library.passages()] == ["新"]
    assert library.figures_by_id(["示例区-2024:t1:1"]) == []
    assert len(library.reports()) == 1


def test_remove(library: Library, make_report: Make) -> None:
    library.put(make_report())
    library.put(make_report("示例区-2023", year=2023))
    version = library.version

    assert library.remove("示例区-2024")
    assert not library.remove("示例区-2024")

    assert library.version > version
    assert [info.year for info in library.reports()] == [2023]
    assert {figure.report_id for figure in library.figures()} == {"示例区-2023"}
    assert library.table("示例区-2024", "t1") is None
    assert library.passages("示例区-2024") == []


def test_filters(library: Library, make_report: Make) -> None:
    for publisher in ("甲", "乙"):
        for year in (2022, 2023, 2024):
            name = f"{publisher}-{year}"
            library.put(make_report(name, publisher=publisher, year=year, content=name))

    def found(**filters: object) -> set[tuple[str, str | None]]:
        return {(f.report_id, f.measure) for f in library.figures(**filters)}  # type: ignore[arg-type]

    assert found(measures=["item1.total"], years=[2023], publishers=["甲"]) == {
        ("甲-2023", "item1.total")
    }
    assert len(found(measures=["item1.total", "item2.total"])) == 12
    assert len(found(items=["item0"], aspects=["total"], years=[2022, 2024])) == 4
    assert found(report_ids=["乙-2022", "没有"], items=["item0"]) == {("乙-2022", "item0.total")}
    assert found(aspects=["other"]) == set()
    assert found(report_ids=[]) == set()
    assert found(measures=[]) == set()
    assert found(place=Place.PROSE) == set()
    assert len(found(place=Place.TABLE)) == 18
    # a pair is a pair: item1.x and y.total do not make item1.total
    assert found(measures=["item1.x", "y.total"]) == set()


def test_more_filter_values_than_a_statement_takes(library: Library, make_report: Make) -> None:
    library.put(make_report())
    many = [f"没有{number}" for number in range(50_000)]

    assert len(library.figures(report_ids=[*many, "示例区-2024"])) == 3
    assert len(library.figures(publishers=[*many, "示例区"])) == 3
    assert len(library.figures_by_id([*many[:1000], "示例区-2024:t1:0"])) == 1
    assert len(library.passages_by_id([*many[:1000], "示例区-2024:p0"])) == 1


def test_figures_by_id_in_the_order_asked(library: Library, make_report: Make) -> None:
    library.put(make_report())

    found = library.figures_by_id(["示例区-2024:t1:2", "没有", "示例区-2024:t1:0"])

    assert [figure.position[0] for figure in found] == [2, 0]


def test_measures(library: Library, make_report: Make) -> None:
    assert library.measures() == frozenset()
    library.put(make_report(values=("1", None)))

    assert library.measures() == {"item0.total", "item1.total"}


def test_another_process_sees_what_was_written(library: Library, make_report: Make) -> None:
    with Library.open(library.settings) as other:
        assert other.reports() == []
        library.put(make_report())

        assert [info.id for info in other.reports()] == ["示例区-2024"]
        assert other.version == library.version
        assert other.store_id == library.store_id


def test_a_database_of_another_version_is_refused(library: Library) -> None:
    from sqlalchemy import update

    from ingest.store import schema
    from ingest.store.sql import writing

    with writing(library._engine) as connection:
        connection.execute(
            update(schema.meta).where(schema.meta.c.name == "schema").values(number=99)
        )

    with pytest.raises(StoreError, match="第 99 版"):
        Library.open(library.settings)
