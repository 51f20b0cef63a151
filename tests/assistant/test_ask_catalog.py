"""Names of publishers: the ways people shorten them, namesakes, and what is stored."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from assistant.catalog import Catalog, names_of, short_name


@dataclass(frozen=True)
class Stored:
    publisher: str
    year: int | None
    source: str = ""

    @property
    def id(self) -> str:
        return f"{self.publisher}/{self.year}"

    @property
    def title(self) -> str:
        return f"{self.publisher}{self.year}年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("publisher", "short"),
    [
        ("北京市海淀区人民政府", "海淀区"),
        ("浙江省杭州市西湖区人民政府", "西湖区"),
        ("上海市浦东新区人民政府", "浦东新区"),
        ("上海市人民政府办公厅", "上海市"),
        ("杭州市人民政府", "杭州市"),
        ("海州区人民政府", "海州区"),
        ("广西壮族自治区人民政府", "广西壮族自治区"),
        ("某市某区财政局", "某区财政局"),
        ("云梯县教育局", "云梯县教育局"),
        ("国家税务总局", "国家税务总局"),
        ("香港特别行政区政府", "香港特别行政区"),
        ("新疆生产建设兵团", "新疆生产建设兵团"),
    ],
)
def test_short_names(publisher: str, short: str) -> None:
    assert short_name(publisher) == short


@pytest.mark.parametrize(
    ("publisher", "names"),
    [
        (
            "北京市海淀区人民政府",
            "北京市海淀区人民政府 北京市海淀区 海淀区人民政府 海淀区政府 海淀区 海淀 北京海淀 "
            "北京海淀区",
        ),
        ("浙江省杭州市西湖区人民政府", "西湖区 西湖 杭州西湖 杭州市西湖区 浙江杭州西湖"),
        ("上海市浦东新区人民政府", "浦东新区 浦东 上海浦东 上海市浦东新区"),
        ("杭州市人民政府", "杭州 杭州市 杭州市政府"),
        ("海州区人民政府", "海州 海州区"),
        ("示例市示例县教育局", "示例市示例县教育局 示例县教育局 示例教育局"),
        ("国家税务总局", "国家税务总局"),
        ("香港特别行政区政府", "香港 香港特别行政区"),
    ],
)
def test_names_people_use(publisher: str, names: str) -> None:
    assert set(names.split()) <= set(names_of(publisher))


@pytest.mark.parametrize(
    ("publisher", "name"),
    [
        ("广西壮族自治区人民政府", "广西"),
        ("内蒙古自治区人民政府", "内蒙古"),
        ("新疆维吾尔自治区人民政府", "新疆"),
        ("延边朝鲜族自治州人民政府", "延边州"),
        ("延边朝鲜族自治州人民政府", "延边"),
    ],
)
def test_names_of_autonomous_places(publisher: str, name: str) -> None:
    assert name in names_of(publisher)


@pytest.mark.parametrize(
    ("publisher", "name"),
    [
        ("浙江省杭州市西湖区人民政府", "杭州"),
        ("浙江省杭州市西湖区人民政府", "浙江省"),
        ("北京市海淀区财政局", "海淀区"),
        ("北京市海淀区财政局", "财政局"),
        ("示例县教育局", "教育局"),
        ("市中区人民政府", "中区"),
    ],
)
def test_no_name_of_something_else(publisher: str, name: str) -> None:
    """The upper division, the district of a bureau or a bureau anywhere is another publisher."""
    assert name not in names_of(publisher)


def test_no_name_is_one_character() -> None:
    assert all(len(name) >= 2 for name in (*names_of("区"), *names_of("甲县人民政府")))


def test_namesakes_share_a_name_and_keep_their_own() -> None:
    catalog = Catalog.of([Stored("甲市城关区人民政府", 2024), Stored("乙市城关区人民政府", 2024)])

    assert len(catalog.names["城关区"]) == 2
    assert catalog.names["甲市城关区"] == ("甲市城关区人民政府",)
    assert catalog.names["乙市城关区"] == ("乙市城关区人民政府",)


def test_publishers_years_and_reports() -> None:
    rows = [
        Stored("乙县人民政府", 2022),
        Stored("甲县人民政府", 2024),
        Stored("甲县人民政府", 2023),
    ]
    catalog = Catalog.of([*rows, Stored("甲县人民政府", None)])

    assert catalog.years == (2022, 2023, 2024)
    assert catalog.years_of(["甲县人民政府"]) == (2023, 2024)
    assert set(catalog.publishers) == {"甲县人民政府", "乙县人民政府"}
    assert catalog.report("甲县人民政府", 2023) is rows[2]
    assert catalog.report("乙县人民政府", 2024) is None


@pytest.mark.parametrize("source", ["甲.html", "/else/甲.html", "甲县人民政府/2024"])
def test_limited_to_a_source(source: str) -> None:
    rows = [
        Stored("甲县人民政府", 2024, "/data/甲.html"),
        Stored("乙县人民政府", 2024, "/data/乙.html"),
    ]

    assert Catalog.of(rows).limited(source).reports == (rows[0],)


def test_limited_to_nothing() -> None:
    assert Catalog.of([Stored("甲县人民政府", 2024, "甲.html")]).limited("丙.html").reports == ()


def test_described_groups_years() -> None:
    years = (2020, 2021, 2022, 2024)
    catalog = Catalog.of([Stored("示例市示例区人民政府", year) for year in years])

    described = catalog.described()

    assert "示例区" in described
    assert "2020–2022" in described
    assert "2024" in described
    assert "2023" not in described


def test_described_counts_what_it_leaves_out() -> None:
    catalog = Catalog.of([Stored(f"{sign}县人民政府", 2024) for sign in "甲乙丙丁戊己庚辛"])

    assert "8" in catalog.described(3)
