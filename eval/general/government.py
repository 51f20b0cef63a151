"""Books as public bodies publish them: bulletins, budgets, statistics."""

# ruff: noqa: E501  # the rows of the sheets are read as rows

from __future__ import annotations

from typing import Any

from eval.general.book import LEFT, UP, Book, Percent, total


def districts() -> Book:
    book = Book("districts", "practice")
    names = ["东湖区", "西山区", "南岭区", "北塘区", "临港新区", "青云县", "白石县"]
    gdp = [1286.4, 932.7, 755.3, 1104.9, 486.2, 213.8, 178.5]
    growth = ["5.8", "4.9", "6.3", "5.1", "9.4", "3.7", "-1.2"]
    income = [98.21, 76.4, 51.33, 84.05, 40.9, 12.6, 9.87]
    rise = ["4.1", "2.2", "7.5", "-0.8", "12.3", "1.5", "0.6"]
    rows = list(zip(names, gdp, growth, income, rise, strict=True))
    book.sheet(
        "主要指标",
        [
            ["2023年各区县主要经济指标", LEFT, LEFT, LEFT, LEFT],
            ["区县", "地区生产总值", LEFT, "一般公共预算收入", LEFT],
            [UP, "总量（亿元）", "增速（%）", "总量（亿元）", "增速（%）"],
            ["全市", total(gdp), 5.4, total(income), 3.6],
            *([n, g, float(r), i, float(s)] for n, g, r, i, s in rows),
        ],
    )
    by = {row[0]: row for row in rows}
    book.ask("南岭区的地区生产总值是多少？", by["南岭区"][1], "亿元")
    book.ask("帮我看看青云县一般公共预算收入增速", float(by["青云县"][4]), "%")
    book.ask("全市地区生产总值有多少亿", total(gdp), "亿元")
    book.ask(
        "地区生产总值增速超过5%的区县有几个？",
        sum(float(r) > 5 for r in growth),
        "个",
        kind="count",
    )
    book.ask("哪个区县的GDP最高", kind="extreme", contains=["东湖区"])
    book.ask("一般公共预算收入最少的是哪个县区？", kind="extreme", contains=["白石县"])
    book.ask("东湖区GDP比西山区多多少亿元", total([1286.4, -932.7]), "亿元", kind="difference")
    book.ask("东湖区和北塘区的地区生产总值合计多少", total([1286.4, 1104.9]), "亿元", kind="sum")
    book.ask(
        "临港新区的一般公共预算收入占全市的比重是多少",
        40.9 / total(income) * 100,
        "%",
        kind="share",
    )
    book.ask("哪些区县的地区生产总值增速是负的", kind="filter", items=[{"label": ["白石县"]}])
    book.ask("一般公共预算收入增速下降的区有哪些", kind="filter", items=[{"label": ["北塘区"]}])
    book.ask(
        "地区生产总值增速排前三的是哪几个区县",
        kind="rank",
        ordered=True,
        items=[{"label": ["临港新区"]}, {"label": ["南岭区"]}, {"label": ["东湖区"]}],
    )
    book.ask("各区县地区生产总值的平均值是多少亿元？", total(gdp) / 7, "亿元", kind="mean")
    book.none("南岭区的常住人口有多少")
    return book


def budget() -> Book:
    book = Book("budget", "practice")
    lines = [
        ("一、税收收入", 52000, 49870.5), ("  增值税", 21000, 20115.2), ("  企业所得税", 12500, 13020.8),
        ("  个人所得税", 3800, 3655), ("  房产税", 6200, 5980.5), ("  其他税收", 8500, 7099),
        ("二、非税收入", 18000, 20130), ("  专项收入", 4600, 4210), ("  罚没收入", 5200, 7080.6),
        ("  国有资源（资产）有偿使用收入", 8200, 8839.4),
    ]  # fmt: skip
    done = {name.strip(): (plan, real) for name, plan, real in lines}
    book.sheet(
        "收入",
        [
            ["2022年一般公共预算收入执行情况表", LEFT, LEFT, LEFT],
            ["", "", "", "单位：万元"],
            ["项目", "预算数", "决算数", "完成预算%"],
            *([n, p, r, round(r / p * 100, 1)] for n, p, r in lines),
            ["收入合计", 70000, 70000.5, 100.0],
        ],
    )
    book.ask("增值税决算数是多少", 20115.2, "万元")
    book.ask("罚没收入完成预算的百分之多少？", round(7080.6 / 5200 * 100, 1), "%")
    book.ask("2022年税收收入预算数", 52000, "万元")
    book.ask("收入合计的决算数", 70000.5, "万元")
    book.ask("非税收入的决算比预算多了多少？", 2130, "万元", kind="difference")
    book.ask("个人所得税决算数占税收收入的百分之几", 3655 / 49870.5 * 100, "%", kind="share")
    book.ask(
        "增值税和企业所得税的决算数一共是多少万元", total([20115.2, 13020.8]), "万元", kind="sum"
    )
    book.ask("税收收入里哪一项决算数最高", kind="extreme", contains=["增值税"])
    book.ask("房产税预算数换算成亿元是多少", 0.62, "亿元")
    book.ask("专项收入比罚没收入的决算数少多少", total([7080.6, -4210]), "万元", kind="difference")
    book.ask("企业所得税的决算数是预算数的多少倍", 13020.8 / 12500, "倍", kind="ratio")
    book.ask(
        "非税收入中各项的决算数分别是多少",
        kind="several",
        items=[
            {"label": ["专项收入"], "value": "4210"},
            {"label": ["罚没收入"], "value": "7080.6"},
            {"label": ["有偿使用"], "value": str(done["国有资源（资产）有偿使用收入"][1])},
        ],
    )
    book.none("增值税2021年的决算数是多少")
    return book


def power() -> Book:
    book = Book("power", "practice")
    months = [f"{m}月" for m in range(1, 7)]
    use = {
        "全社会用电量": [812, 690, 775, 748, 803, 921],
        "第一产业": [12, 11, 14, 16, 15, 17],
        "第二产业": [455, 362, 441, 437, 450, 472],
        "  其中：制造业": [380, 300, 372, 365, 377, 391],
        "第三产业": [190, 172, 181, 176, 199, 248],
        "城乡居民生活": [155, 145, 139, 119, 139, 184],
    }
    book.sheet(
        "用电",
        [
            ["全市用电量情况（2024年上半年）", *[LEFT] * 6],
            ["计量单位：万千瓦时", *[LEFT] * 6],
            ["指标", *months],
            *([name, *values] for name, values in use.items()),
        ],
    )
    book.ask("3月份第二产业用电量是多少万千瓦时", 441, "万千瓦时")
    book.ask("制造业6月的用电量", 391, "万千瓦时")
    book.ask("城乡居民生活用电量最高的是哪个月", kind="extreme", contains=["6月"])
    book.ask("全社会用电量最低的月份用了多少", 690, "万千瓦时", kind="extreme")
    book.ask("上半年第三产业一共用了多少电", sum(use["第三产业"]), "万千瓦时", kind="sum")
    book.ask("第一产业平均每月用电多少", sum(use["第一产业"]) / 6, "万千瓦时", kind="mean")
    book.ask("第二产业5月比2月多用多少万千瓦时", 450 - 362, "万千瓦时", kind="difference")
    book.ask("6月第三产业用电量占全社会用电量的比重", 248 / 921 * 100, "%", kind="share")
    book.ask("有几个月全社会用电量超过800万千瓦时", 3, "个", kind="count")
    book.ask("4月份用电量最大的产业是哪个？", kind="extreme", contains=["第二产业"])
    book.ask("全社会用电量6月比1月增长了百分之几", (921 - 812) / 812 * 100, "%", kind="growth")
    book.ask("1月和2月城乡居民生活用电量合计", 300, "万千瓦时", kind="sum")
    book.none("7月份制造业用电量是多少")
    return book


def accounts() -> Book:
    book = Book("accounts", "practice")
    rows = [
        ("201", "一般公共服务支出", 3120.45, 2800.45, 320.0), ("205", "教育支出", 18230.6, 15011.2, 3219.4),
        ("206", "科学技术支出", 640.0, 0, 640.0), ("208", "社会保障和就业支出", 2210.38, 2102.38, 108.0),
        ("210", "卫生健康支出", 1150.72, 1150.72, 0), ("221", "住房保障支出", 986.1, 986.1, 0),
    ]  # fmt: skip
    whole = [total(row[n] for row in rows) for n in (2, 3, 4)]
    book.sheet(
        "支出决算",
        [
            ["一般公共预算财政拨款支出决算表", *[LEFT] * 4],
            ["部门：某市教育局", LEFT, "", "", "金额单位：万元"],
            ["功能分类科目", LEFT, "本年支出", LEFT, LEFT],
            ["科目编码", "科目名称", "小计", "基本支出", "项目支出"],
            ["合计", LEFT, *whole],
            *rows,
        ],
    )
    book.ask("教育支出的项目支出是多少", 3219.4, "万元")
    book.ask("科目编码208的基本支出有多少", 2102.38, "万元")
    book.ask("合计的基本支出是多少万元", whole[1], "万元")
    book.ask("项目支出最多的是哪个科目？", kind="extreme", contains=["教育支出"])
    book.ask("没有项目支出的科目有几个", 2, "个", kind="count")
    book.ask("教育支出小计占合计的百分比", 18230.6 / whole[0] * 100, "%", kind="share")
    book.ask(
        "卫生健康支出和住房保障支出的小计加起来多少", total([1150.72, 986.1]), "万元", kind="sum"
    )
    book.ask(
        "小计超过1000万元的科目有哪些",
        kind="filter",
        items=[
            {"label": [n]}
            for n in ("一般公共服务支出", "教育支出", "社会保障和就业支出", "卫生健康支出")
        ],
    )
    book.ask(
        "一般公共服务支出的基本支出比项目支出多多少",
        total([2800.45, -320]),
        "万元",
        kind="difference",
    )
    book.ask("科学技术支出的小计是多少元", 6400000, "元")
    book.ask("基本支出最高的科目，基本支出是多少", 15011.2, "万元", kind="extreme")
    book.none("国防支出是多少")
    return book


def census() -> Book:
    book = Book("census", "practice")
    rows: list[tuple[Any, ...]] = [
        ("东街街道", 41230, 20110, 21120, 6320, 27110, 7800),
        ("西桥街道", 52784, 26033, 26751, 8455, 35210, 9119),
        ("河口镇", 33918, 17405, 16513, 4820, 20988, 8110),
        ("松林乡", 12056, 6230, 5826, 1702, 7004, 3350),
    ]
    whole = [sum(row[n] for row in rows) for n in range(1, 7)]
    book.sheet(
        "人口",
        [
            ["第七次人口普查分街道（乡镇）常住人口", *[LEFT] * 6],
            ["单位：人", *[LEFT] * 6],
            ["地区", "常住人口", "按性别分", LEFT, "按年龄分", LEFT, LEFT],
            [UP, UP, "男", "女", "0-14岁", "15-59岁", "60岁及以上"],
            ["总计", *whole],
            *rows,
        ],
    )
    book.ask("西桥街道的常住人口", 52784, "人")
    book.ask("河口镇60岁及以上的有多少人？", 8110, "人")
    book.ask("松林乡男的比女的多几个", 6230 - 5826, "人", kind="difference")
    book.ask("全部地区0-14岁人口总计", whole[3], "人")
    book.ask("常住人口最多的街道是哪个", kind="extreme", contains=["西桥街道"])
    book.ask("西桥街道60岁及以上人口占常住人口的比例", 9119 / 52784 * 100, "%", kind="share")
    book.ask("常住人口超过4万人的有几个地区", 2, "个", kind="count")
    book.ask("东街街道和河口镇女性加起来多少人", 21120 + 16513, "人", kind="sum")
    book.ask(
        "哪些地方男的比女的多", kind="compare_columns", status=["answered", "clarify", "refused"]
    )
    book.ask("15-59岁人口最少的地区有多少人", 7004, "人", kind="extreme")
    book.ask("河口镇的男女比例是多少", 17405 / 16513, kind="ratio", status=["answered", "clarify"])
    book.ask("东街街道常住人口里女性占百分之几", 21120 / 41230 * 100, "%", kind="share")
    book.none("松林乡的户籍人口是多少")
    return book


def schools() -> Book:
    book = Book("schools", "practice")
    rows: list[tuple[Any, ...]] = [
        ("幼儿园", "公办", 46, 12830, 1120), ("幼儿园", "民办", 58, 10422, 1306),
        ("小学", "公办", 62, 51240, 2985), ("小学", "民办", 7, 6130, 402),
        ("初中", "公办", 24, 20985, 1788), ("初中", "民办", 5, 3310, 296),
        ("高中", "公办", 9, 11876, 1041), ("高中", "民办", 3, 1980, 177),
    ]  # fmt: skip
    book.sheet(
        "教育",
        [
            ["2023年全县各级各类学校基本情况", *[LEFT] * 4],
            ["学段", "办学性质", "学校数（所）", "在校生数（人）", "专任教师数（人）"],
            *([a if b == "公办" else UP, b, c, d, e] for a, b, c, d, e in rows),
            ["合计", LEFT, *(sum(row[n] for row in rows) for n in (2, 3, 4))],
        ],
    )
    book.ask("公办小学的在校生有多少人", 51240, "人")
    book.ask("民办幼儿园有几所？", 58, "所")
    book.ask("初中一共有多少名专任教师", 1788 + 296, "人", kind="sum")
    book.ask("全县民办学校总共多少所", 73, "所", kind="sum")
    book.ask("全县在校生合计多少", sum(row[3] for row in rows), "人")
    book.ask("公办学校里在校生最少的是哪个学段", kind="extreme", contains=["高中"])
    book.ask("小学公办比民办多多少所", 55, "所", kind="difference")
    book.ask("民办高中专任教师多少", 177, "人")
    book.ask("民办初中在校生占初中在校生的百分之多少", 3310 / 24295 * 100, "%", kind="share")
    book.ask(
        "公办小学平均每所学校多少学生",
        51240 / 62,
        "人",
        kind="ratio",
        status=["answered", "clarify", "refused"],
    )
    book.ask("在校生超过1万人的有几类", 5, kind="count")
    book.none("全县有多少所大学")
    return book


def permits() -> Book:
    book = Book("permits", "practice")
    rows = [
        ("市场监管局", 15230, 15102, "99.2"), ("住建局", 4210, 3986, "94.7"), ("交通局", 2874, 2801, "97.5"),
        ("卫健局", 1963, 1963, "100.0"), ("人社局", 6120, 6055, "98.9"), ("城管局", 845, 790, "93.5"),
    ]  # fmt: skip
    book.sheet(
        "办件",
        [
            ["表3 2023年政务服务办件统计", LEFT, LEFT, LEFT, LEFT],
            ["序号", "部门", "受理量（件）", "办结量（件）", "按时办结率"],
            *([n, a, b, c, Percent(d)] for n, (a, b, c, d) in enumerate(rows, start=1)),
            ["合计", LEFT, sum(r[1] for r in rows), sum(r[2] for r in rows), Percent("98.2")],
        ],
    )
    book.ask("住建局受理了多少件", 4210, "件")
    book.ask("人社局的按时办结率", 98.9, "%")
    book.ask("哪个部门受理量最大？", kind="extreme", contains=["市场监管局"])
    book.ask("按时办结率低于95%的部门有几个", 2, "个", kind="count")
    book.ask(
        "按时办结率不到98%的部门是哪些",
        kind="filter",
        items=[{"label": ["住建局"]}, {"label": ["交通局"]}, {"label": ["城管局"]}],
    )
    book.ask("交通局还有多少件没办结（受理减办结）", 73, "件", kind="difference")
    book.ask("市场监管局和住建局办结量之和", 15102 + 3986, "件", kind="sum")
    book.ask("办结量最少的部门办结了多少件", 790, "件", kind="extreme")
    book.ask("全部部门共受理多少件", sum(r[1] for r in rows), "件")
    book.ask(
        "人社局受理量占总受理量的比例", 6120 / sum(r[1] for r in rows) * 100, "%", kind="share"
    )
    book.ask("受理量第二多的部门是谁", kind="rank", contains=["人社局"])
    book.ask("办结率达到100%的部门", kind="filter", contains=["卫健局"])
    book.none("教育局受理了多少件")
    return book


def yearly() -> Book:
    book = Book("yearly", "practice")
    sectors = ["农业", "工业", "建筑业", "批发零售业", "住宿餐饮业"]
    data = {
        2021: [120.5, 880.2, 210.3, 165.8, 33.4],
        2022: [124.1, 905.6, 198.7, 160.2, 28.9],
        2023: [128.9, 951.3, 205.5, 178.6, 36.7],
    }
    for year, values in data.items():
        book.sheet(
            f"{year}年",
            [
                [f"{year}年分行业增加值", LEFT, LEFT],
                ["行业", "增加值（亿元）", "从业人员（万人）"],
                *(
                    [s, v, round(v / 40 + n, 1)]
                    for n, (s, v) in enumerate(zip(sectors, values, strict=True))
                ),
            ],
        )
    book.ask("2022年工业增加值是多少", 905.6, "亿元")
    book.ask("2023年建筑业的增加值", 205.5, "亿元")
    book.ask("2021年哪个行业增加值最低", kind="extreme", contains=["住宿餐饮业"])
    book.ask("2023年农业和工业增加值合计", total([128.9, 951.3]), "亿元", kind="sum")
    book.ask("2022年增加值超过150亿元的行业有几个", 3, "个", kind="count")
    book.ask("工业增加值2023年比2021年多多少", total([951.3, -880.2]), "亿元", kind="difference")
    book.ask(
        "住宿餐饮业增加值2023年比2022年增长百分之几", (36.7 - 28.9) / 28.9 * 100, "%", kind="growth"
    )
    book.ask("2021年批发零售业的从业人员有多少万人", round(165.8 / 40 + 3, 1), "万人")
    book.ask("2023年各行业增加值总和", total(data[2023]), "亿元", kind="sum")
    book.ask(
        "农业增加值是多少",
        kind="which_table",
        status=["clarify", "answered"],
        items=[{"label": ["2021"]}, {"label": ["2022"]}, {"label": ["2023"]}],
    )
    book.none("2020年工业增加值是多少")
    book.none("2023年金融业增加值")
    return book


BOOKS = (districts, budget, power, accounts, census, schools, permits, yearly)
