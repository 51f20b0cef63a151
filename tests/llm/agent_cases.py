"""Questions of several steps over the bundled sample, which the rules leave: the calls that answer
each, which of the results to tell, and what must stand in any answer to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Call = tuple[str, dict[str, Any]]
YEARS = [2020, 2021, 2022, 2023, 2024]


@dataclass(frozen=True)
class Case:
    question: str
    calls: tuple[Call, ...]
    told: tuple[int, ...]
    expected: tuple[str, ...]


def look(measure: str, year: int, place: str = "p1") -> Call:
    return "look_up", {"measure": measure, "place": place, "year": year}


def compute(
    op: str, *measures: str, years: list[int] = YEARS, places: tuple[str, ...] = ("p1",)
) -> Call:
    known = {"op": op, "measures": list(measures), "places": list(places), "years": years}
    return "compute", known


def both(op: str, left: str, right: str) -> Call:
    return "compute", {"op": op, "results": [left, right]}


CASES = (
    Case(
        "先找到示例区予以公开率哪年最高，然后找到那一年新收了多少申请",
        (compute("maximum", "m1"), look("m2", 2020)),
        (0, 1),
        ("40.56%", "188件"),
    ),
    Case(
        "先找到示例区予以公开率哪年最低，然后找到那一年新收了多少申请",
        (compute("minimum", "m1"), look("m2", 2023)),
        (0, 1),
        ("28.69%", "245件"),
    ),
    Case(
        "先找到示例区予以公开率哪年最高，然后找到那一年不予公开了多少件",
        (compute("maximum", "m1"), look("m2", 2020)),
        (0, 1),
        ("40.56%", "17件"),
    ),
    Case(
        "示例区三年新收申请的平均数比2024年少多少",
        (
            compute("mean", "m1", years=[2022, 2023, 2024]),
            look("m1", 2024),
            both("difference", "r1", "r2"),
        ),
        (2,),
        ("308.33件", "328件", "19.67件"),
    ),
    Case(
        "2024年示例区处罚和五年处罚合计，前者占后者的百分之几",
        (look("m1", 2024), compute("sum", "m1"), both("share", "r1", "r2")),
        (2,),
        ("4709件", "21914件", "21.49%"),
    ),
    Case(
        "2024年示例区办理结果里最多的一项是行政诉讼总数的几倍",
        (
            compute("maximum", "g1", years=[2024]),
            compute("times", "m3", "m1", years=[2024]),
        ),
        (0, 1),
        ("110件", "74件", "1.49倍"),
    ),
    Case(
        "2024年示例区行政许可和行政处罚哪个多，多的那个是2023年的几倍",
        (
            compute("maximum", "m1", "m2", years=[2024]),
            compute("times", "m1", years=[2023, 2024]),
        ),
        (0, 1),
        ("11890件", "10816件", "1.10倍"),
    ),
    Case(
        "示例区行政处罚最多的一年是行政处罚最少的一年的几倍",
        (compute("maximum", "m1"), compute("minimum", "m1"), both("times", "r1", "r2")),
        (0, 1, 2),
        ("4714件", "4110件", "1.15倍"),
    ),
    Case(
        "2024年海淀区和示例区平均新收多少申请，示例区比平均少多少",
        (
            compute("mean", "m1", years=[2024], places=("p1", "p2")),
            look("m1", 2024, "p2"),
            both("difference", "r2", "r1"),
        ),
        (0, 2),
        ("1709.5件", "328件", "1381.5件"),
    ),
    Case(
        "2024年示例区自然人申请比法人申请多多少，是2023年差距的几倍",
        (
            compute("difference", "m2", "m3", years=[2024]),
            compute("difference", "m2", "m3", years=[2023]),
            both("times", "r1", "r2"),
        ),
        (0, 2),
        ("196件", "121件", "1.62倍"),
    ),
)
