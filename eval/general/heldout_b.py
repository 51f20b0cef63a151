"""Books never tuned on, of offices and firms: only their totals are looked at."""

# ruff: noqa: E501  # the rows of the sheets are read as rows

from __future__ import annotations

from typing import Any

from eval.general.book import LEFT, UP, Book, total


def trips() -> Book:
    book = Book("trips", "heldout")
    rows: list[tuple[Any, ...]] = [
        ("贺敏", "2024-03-04", "上海", 3, 1860, 1200, 300), ("贺敏", "2024-04-15", "成都", 5, 2640, 2000, 500), ("邱阳", "2024-03-20", "北京", 2, 1106, 960, 200),
        ("罗晶", "2024-05-08", "广州", 4, 2218.5, 1680, 400), ("邱阳", "2024-06-12", "成都", 1, 1390, 0, 100),
    ]  # fmt: skip
    book.sheet(
        "差旅",
        [
            ["2024年上半年差旅费报销明细", *[LEFT] * 7],
            ["出差人", "出发日期", "目的地", "天数", "费用明细（元）", LEFT, LEFT, "合计（元）"],
            [UP, UP, UP, UP, "交通费", "住宿费", "补助", UP],
            *([*r, total(r[4:])] for r in rows),
        ],
    )
    book.ask("罗晶去广州的交通费是多少元", 2218.5, "元")
    book.ask("邱阳一共出差几次", 2, "次", kind="count")
    book.ask("贺敏的住宿费总共多少元", 3200, "元", kind="sum")
    book.ask("去成都的出差有几次", 2, "次", kind="count")
    book.ask("上半年补助合计多少元", 1500, "元", kind="sum")
    book.ask("交通费最高的是谁", kind="extreme", contains=["贺敏"])
    book.ask("出差天数超过2天的有几次", 3, "次", kind="count")
    book.ask("2024年4月以后出发的有几次", 3, "次", kind="count", value_any=["2"])
    book.ask("交通费平均每次多少元", 1842.9, "元", kind="mean")
    book.none("贺敏的餐费是多少")
    return book


def lab() -> Book:
    book = Book("lab", "heldout")
    rows: list[tuple[Any, ...]] = [
        ("河东水厂", "出厂水", 0.12, 7.6, 0.45, "合格"), ("河东水厂", "管网水", 0.31, 7.4, 0.22, "合格"), ("西郊水厂", "出厂水", 0.18, 7.9, 0.52, "合格"),
        ("西郊水厂", "管网水", 1.25, 7.7, 0.04, "不合格"), ("白沙水厂", "出厂水", 0.2, 8.1, 0.6, "合格"),
    ]  # fmt: skip
    shown, last = [], ""
    for plant, *rest in rows:
        shown.append([UP if plant == last else plant, *rest])
        last = plant
    book.sheet(
        "水质",
        [
            ["供水水质检测结果公示（2024年5月）", *[LEFT] * 5],
            ["水厂", "水样类型", "检测项目", LEFT, LEFT, "评价"],
            [UP, UP, "浑浊度（NTU）", "pH值", "余氯（mg/L）", UP],
            *shown,
        ],
    )
    book.ask("西郊水厂出厂水的余氯是多少", 0.52, "mg/L")
    book.ask("白沙水厂出厂水pH值", 8.1)
    book.ask("河东水厂管网水的浑浊度", 0.31, "NTU")
    book.ask("不合格的水样有几个", 1, "个", kind="count")
    book.ask("出厂水余氯最高的是哪个水厂", kind="extreme", contains=["白沙水厂"])
    book.ask("浑浊度超过1的水样是哪个水厂的", kind="filter", contains=["西郊水厂"])
    book.ask("三个水厂出厂水余氯的平均值", 1.57 / 3, "mg/L", kind="mean")
    book.ask("西郊水厂管网水浑浊度比出厂水高多少", 1.07, "NTU", kind="difference")
    book.none("南山水厂出厂水的余氯")
    return book


def rent() -> Book:
    book = Book("rent", "heldout")
    rows: list[tuple[Any, ...]] = [
        ("1号楼", "101室", 86.5, 45, "2025-12-31", "在租", "甲科技"), ("1号楼", "102室", 120, 42, "2024-09-30", "在租", "乙传媒"),
        ("1号楼", "201室", 95.2, 40, "", "空置", ""), ("2号楼", "101室", 210, 38.5, "2026-06-30", "在租", "丙物流"), ("2号楼", "301室", 64.8, 36, "", "空置", ""),
    ]  # fmt: skip
    book.sheet(
        "房源",
        [
            ["楼栋", "房号", "建筑面积（㎡）", "租金单价（元/㎡·月）", "到期日", "状态", "承租方"],
            *rows,
        ],
    )
    book.ask("2号楼101室的建筑面积是多少平方米", 210, "平方米")
    book.ask("1号楼102室的租金单价是多少", 42, "元/㎡·月")
    book.ask("空置的房间有几间", 2, "间", kind="count")
    book.ask("1号楼总建筑面积多少", 301.7, "㎡", kind="sum")
    book.ask("面积最大的房间租给了谁", kind="text", contains=["丙物流"])
    book.ask("租金单价最低的是哪间", kind="extreme", contains=["301室"])
    book.ask("在租房源的建筑面积合计", 416.5, "㎡", kind="sum")
    book.ask("乙传媒租的房间什么时候到期", kind="text", contains=["2024-09-30"])
    book.none("3号楼101室的建筑面积")
    return book


def quarterly() -> Book:
    book = Book("quarterly", "heldout")
    book.sheet(
        "一厂",
        [
            ["一分厂产量与成本", *[LEFT] * 4],
            ["", "一季度", "二季度", "三季度", "四季度"],
            ["产量（吨）", 520, 610, 585, 640], ["单位成本（元/吨）", 3120, 3055, 3098, 2990], ["销售收入（万元）", 208.5, 247.1, 236, 259.8],
        ],
    )  # fmt: skip
    book.sheet(
        "二厂",
        [
            ["二分厂产量与成本", *[LEFT] * 4],
            ["", "一季度", "二季度", "三季度", "四季度"],
            ["产量（吨）", 310, 295, 342, 360], ["单位成本（元/吨）", 3340, 3402, 3288, 3251], ["销售收入（万元）", 124.4, 118.6, 138.9, 147.2],
        ],
    )  # fmt: skip
    book.ask("一分厂三季度产量多少吨", 585, "吨")
    book.ask("二分厂四季度销售收入是多少万元", 147.2, "万元")
    book.ask("二分厂全年产量合计", 1307, "吨", kind="sum")
    book.ask("一分厂哪个季度单位成本最低", kind="extreme", contains=["四季度"])
    book.ask("一分厂四季度产量比一季度增长百分之几", 120 / 520 * 100, "%", kind="growth")
    book.ask("二分厂二季度销售收入比一季度减少多少万元", 5.8, "万元", kind="difference", abs=True)
    book.ask("一分厂产量超过600吨的季度有几个", 2, "个", kind="count")
    book.ask("一分厂四个季度平均销售收入是多少", 951.4 / 4, "万元", kind="mean")
    book.ask("三季度产量是多少吨", status=["clarify"], kind="which_table")
    book.none("三分厂三季度产量")
    return book


BOOKS = (trips, lab, rent, quarterly)
