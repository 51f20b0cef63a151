"""More books as public bodies print them: revenue, hospitals, harvests, registers."""

# ruff: noqa: E501  # the rows of the sheets are read as rows

from __future__ import annotations

from typing import Any

from eval.general.book import LEFT, UP, Book, total


def revenue() -> Book:
    book = Book("revenue", "practice")
    rows: list[tuple[Any, ...]] = [
        ("一、本级一般公共预算收入", 318600, 302415, 296330, 2.1), ("（一）税收收入", 236400, 221086, 219870, 0.6),
        ("其中：增值税", 92500, 88431, 85220, 3.8), ("企业所得税", 41200, 38650, 40318, -4.1),
        ("城市维护建设税", 15800, 14975, 14602, 2.6), ("契税", 22600, 18204, 21055, -13.5),
        ("（二）非税收入", 82200, 81329, 76460, 6.4), ("二、上级补助收入", 174000, 181260, 168904, 7.3),
        ("三、债务转贷收入", 60000, 65000, 52000, 25.0),
    ]  # fmt: skip
    sums = [318600 + 174000 + 60000, 302415 + 181260 + 65000, 296330 + 168904 + 52000]
    book.sheet(
        "收入表",
        [
            ["附表1", "", "", "", ""],
            ["2023年县级一般公共预算收入执行情况表", LEFT, LEFT, LEFT, LEFT],
            ["", "", "", "", "金额单位：万元"],
            ["收入项目", "年初预算", "2023年执行数", "2022年执行数", "比上年增长（%）"],
            *rows,
            ["收入总计", *sums, 6.1],
        ],
    )
    book.ask("契税2023年执行数是多少万元", 18204, "万元")
    book.ask("企业所得税比上年增长多少？", -4.1, "%")
    book.ask("城建税，哦不，城市维护建设税的年初预算数", 15800, "万元")
    book.ask("收入总计的年初预算数折合多少亿元", 55.26, "亿元")
    book.ask("2022年非税收入执行数", 76460, "万元")
    book.ask("契税2023年执行数比年初预算少了多少万元", 22600 - 18204, "万元", kind="difference")
    book.ask("增值税占税收收入的比重（2023年执行数）", 88431 / 221086 * 100, "%", kind="share")
    book.ask("增值税和企业所得税2023年执行数加起来是多少", 88431 + 38650, "万元", kind="sum")
    book.ask("债务转贷收入2023年执行数是2022年执行数的多少倍", 1.25, "倍", kind="ratio")
    book.ask("比上年增长最快的是哪一项", kind="extreme", contains=["债务转贷收入"])
    book.ask("上级补助收入2023年比2022年增加了多少万元", 181260 - 168904, "万元", kind="difference")
    book.none("2023年个人所得税执行数是多少")
    return book


def hospitals() -> Book:
    book = Book("hospitals", "practice")
    rows: list[tuple[Any, ...]] = [
        ("三级", "市人民医院", 1200, 1864, 1523600, 61200, 5.32), ("三级", "市中医院", 800, 1102, 893400, 35800, 3.06),
        ("二级", "城西医院", 350, 468, 402100, 13900, 1.12), ("二级", "妇幼保健院", 420, 590, 611800, 20400, 1.88),
        ("二级", "第三人民医院", 300, 377, 268900, 9600, 0.85), ("一级", "河东社区卫生服务中心", 60, 98, 156700, 820, 0.21),
        ("一级", "白云镇卫生院", 45, 71, 88200, 1150, 0.13),
    ]  # fmt: skip
    shown, last = [], ""
    for grade, *rest in rows:
        shown.append([UP if grade == last else grade, *rest])
        last = grade
    book.sheet(
        "医疗",
        [
            ["2022年全市公立医疗机构基本情况统计表", *[LEFT] * 6],
            ["等级", "机构名称", "资源", LEFT, "服务量", LEFT, "医疗收入"],
            [UP, UP, "编制床位(张)", "卫生技术人员(人)", "门急诊人次", "出院人次", "(亿元)"],
            *shown,
            ["合计", LEFT, *(total(r[n] for r in rows) for n in range(2, 7))],
        ],
    )
    book.ask("市中医院有多少张编制床位", 800, "张")
    book.ask("妇幼保健院的卫生技术人员人数", 590, "人")
    book.ask("城西医院医疗收入是多少亿元", 1.12, "亿元")
    book.ask("全市编制床位一共多少张？", sum(r[2] for r in rows), "张", kind="sum")
    book.ask("二级医院共有几家", 3, "家", kind="count")
    book.ask("二级医院的编制床位总数", 350 + 420 + 300, "张", kind="sum")
    book.ask("医疗收入最少的机构是哪家", kind="extreme", contains=["白云镇卫生院"])
    book.ask("编制床位在400张以上的机构有几家？", 3, "家", kind="count")
    book.ask("市人民医院比市中医院多多少名卫生技术人员", 1864 - 1102, "人", kind="difference")
    book.ask("市人民医院的医疗收入占全市的百分之几", 5.32 / total(r[6] for r in rows) * 100, "%", kind="share")  # fmt: skip
    book.ask("一级机构的平均编制床位是多少张", 52.5, "张", kind="mean")
    book.ask("出院人次超过1万的有哪些机构", kind="filter", items=[{"label": [n]} for n in ("市人民医院", "市中医院", "城西医院", "妇幼保健院")])  # fmt: skip
    book.none("口腔医院有多少床位")
    return book


def grain() -> Book:
    book = Book("grain", "practice")
    towns: dict[str, list[float]] = {
        "石桥镇": [32.5, 13.81, 12.4, 5.02], "大河乡": [28.1, 11.66, 15.9, 6.71], "高岭镇": [19.6, 7.45, 21.3, 8.2],
        "柳林镇": [41.2, 18.13, 9.8, 3.92], "三岔乡": [12.7, 4.57, 18.5, 7.03],
    }  # fmt: skip
    book.sheet(
        "粮食",
        [
            ["各乡镇粮食作物播种面积和产量（2023年）", *[LEFT] * 4],
            ["单位：千亩、万吨", *[LEFT] * 4],
            ["乡 镇", "小麦", LEFT, "玉米", LEFT],
            [UP, "面积（千亩）", "产量（万吨）", "面积（千亩）", "产量（万吨）"],
            *([name, *values] for name, values in towns.items()),
            ["全 县", *(total(v[n] for v in towns.values()) for n in range(4))],
        ],
    )
    book.ask("柳林镇小麦产量是多少万吨", 18.13, "万吨")
    book.ask("高岭镇的玉米面积", 21.3, "千亩")
    book.ask("全县玉米产量多少", total(v[3] for v in towns.values()), "万吨")
    book.ask("小麦面积最大的乡镇是哪个？", kind="extreme", contains=["柳林镇"])
    book.ask("玉米产量超过6万吨的乡镇有几个", 3, "个", kind="count")
    book.ask("石桥镇小麦产量比大河乡多多少万吨", 2.15, "万吨", kind="difference")
    book.ask("石桥镇和三岔乡的小麦面积合计是多少千亩", 45.2, "千亩", kind="sum")
    book.ask("三岔乡的小麦产量占全县小麦产量的多少", 4.57 / 55.62 * 100, "%", kind="share")
    book.ask("玉米面积排第二的是哪个乡镇", kind="rank", contains=["三岔乡"])
    book.none("石桥镇水稻产量是多少")
    return book


def approvals() -> Book:
    book = Book("approvals", "practice")
    rows: list[tuple[Any, ...]] = [
        (1, "XK-2023-018", "建筑工程施工许可", "住建局", "2023-02-17", 12, "准予"), (2, "XK-2023-025", "食品经营许可", "市场监管局", "2023-03-02", 5, "准予"),
        (3, "XK-2023-031", "排污许可", "生态环境局", "2023-03-29", 18, "不予"), (4, "XK-2023-044", "食品经营许可", "市场监管局", "2023-05-11", 4, "准予"),
        (5, "XK-2023-052", "户外广告设置许可", "城管局", "2023-06-08", 7, "准予"), (6, "XK-2023-067", "排污许可", "生态环境局", "2023-08-21", 15, "准予"),
        (7, "XK-2023-070", "食品经营许可", "市场监管局", "2023-09-14", 6, "不予"), (8, "XK-2023-088", "建筑工程施工许可", "住建局", "2023-11-30", 10, "准予"),
    ]  # fmt: skip
    book.sheet(
        "许可台账",
        [
            ["行政许可办理台账", *[LEFT] * 6],
            ["序号", "许可编号", "许可事项", "承办部门", "办结日期", "办理时长（天）", "办理结果"],
            *rows,
        ],
    )
    book.ask("XK-2023-031的办理时长是多少天", 18, "天")
    book.ask("食品经营许可办了几件", 3, "件", kind="count")
    book.ask("不予许可的有多少件", 2, "件", kind="count")
    book.ask("市场监管局承办的许可平均办理时长是多少天", 5, "天", kind="mean")
    book.ask("办理时长最长的是哪一件（编号）", kind="extreme", contains=["XK-2023-031"])
    book.ask("2023年6月以后办结的有多少件？", 4, "件", kind="count", value_any=["3"])
    book.ask("办理时长在10天以上的许可有几件", 4, "件", kind="count")
    book.ask("生态环境局办理的排污许可中准予的有几件", 1, "件", kind="count")
    book.ask("XK-2023-052是哪个部门办的", kind="text", contains=["城管局"])
    book.ask("所有许可的办理时长总共多少天", 77, "天", kind="sum")
    book.none("卫健局承办的许可有几件")
    return book


def population() -> Book:
    book = Book("population", "practice")
    years = ["2018年", "2019年", "2020年", "2021年", "2022年"]
    data: dict[str, list[float]] = {
        "年末常住人口（万人）": [86.2, 87.5, 91.3, 92.1, 91.8], "  城镇人口": [51.4, 53.3, 58.2, 59.6, 60.1],
        "  乡村人口": [34.8, 34.2, 33.1, 32.5, 31.7], "出生率（‰）": [11.2, 10.6, 8.9, 7.8, 6.9],
        "死亡率（‰）": [6.1, 6.2, 6.4, 6.6, 7.3], "户籍户数（户）": [264310, 268022, 271955, 274100, 275890],
    }  # fmt: skip
    book.sheet(
        "人口",
        [
            ["5-1 主要年份人口情况", *[LEFT] * 5],
            ["指标", *years],
            *([name, *values] for name, values in data.items()),
        ],
    )
    book.ask("2020年末常住人口是多少万人", 91.3, "万人")
    book.ask("2022年的出生率", 6.9, "‰")
    book.ask("2019年城镇人口有多少", 53.3, "万人")
    book.ask("2021年户籍户数", 274100, "户")
    book.ask("常住人口最多的是哪一年", kind="extreme", contains=["2021"])
    book.ask("2022年常住人口比2018年增加了多少万人", 5.6, "万人", kind="difference")
    book.ask("有几年的出生率低于10‰", 3, "年", kind="count", value_any=["3"])
    book.ask("2018到2022年死亡率的平均值", 6.52, "‰", kind="mean")
    book.ask("2022年城镇人口占常住人口的比重是多少", 60.1 / 91.8 * 100, "%", kind="share")
    book.ask("乡村人口2022年比2018年减少了多少万人", 3.1, "万人", kind="difference", abs=True)
    book.none("2017年末常住人口")
    return book


BOOKS = (revenue, hospitals, grain, approvals, population)
