"""Books never tuned on, of public bodies: only their totals are looked at."""

# ruff: noqa: E501  # the rows of the sheets are read as rows

from __future__ import annotations

from typing import Any

from eval.general.book import LEFT, UP, Book, Percent, total


def transfers() -> Book:
    book = Book("transfers", "heldout")
    rows: list[tuple[Any, ...]] = [
        ("均衡性转移支付", 45200, 12800, 58000), ("县级基本财力保障奖补", 18600, 4300, 22900), ("义务教育补助", 9750, 6120, 15870),
        ("城乡居民医保补助", 20480, 8815, 29295), ("农村综合改革", 3310, None, 3310),
    ]  # fmt: skip
    book.sheet(
        "转移支付",
        [
            ["某市2024年对下转移支付分级次预算表", LEFT, LEFT, LEFT],
            ["编制单位：某市财政局", "", "", "单位：万元"],
            ["项 目", "资金来源", LEFT, "合 计"],
            [UP, "中央资金", "省级资金", UP],
            *rows,
            ["总 计", *(total(r[n] or 0 for r in rows) for n in (1, 2, 3))],
        ],
    )
    book.ask("义务教育补助里省级资金是多少", 6120, "万元")
    book.ask("城乡居民医保补助合计多少万元", 29295, "万元")
    book.ask("中央资金总计多少亿元", 9.734, "亿元")
    book.ask("均衡性转移支付的中央资金比省级资金多几万元", 32400, "万元", kind="difference")
    book.ask("中央资金最多的项目是什么", kind="extreme", contains=["均衡性转移支付"])
    book.ask("省级资金在5000万元以上的项目有几个", 3, "个", kind="count")
    book.ask("均衡性转移支付占总计的比例", 58000 / 129375 * 100, "%", kind="share")
    book.ask("县级基本财力保障奖补和义务教育补助的中央资金共多少", 28350, "万元", kind="sum")
    book.none("农村综合改革的省级资金是多少", kind="blank")
    book.none("生态补偿的中央资金")
    return book


def inspections() -> Book:
    book = Book("inspections", "heldout")
    kinds = ["餐饮单位", "药品经营", "特种设备", "广告"]
    data: dict[str, list[Any]] = {
        "检查户次（户次）": [1260, 384, 215, 96], "发现问题（个）": [318, 52, 77, 11], "立案数（件）": [46, 9, 12, 5],
        "罚没金额（万元）": [38.4, 12.15, 27.6, 8.05], "整改率（%）": [97.2, 100, 93.5, 90.9],
    }  # fmt: skip
    book.sheet(
        "执法",
        [
            ["2023年市场监管执法检查情况", *[LEFT] * 5],
            ["指标", *kinds, "合计"],
            *([n, *v, total(v) if "率" not in n else None] for n, v in data.items()),
        ],
    )
    book.ask("药品经营的检查户次有多少", 384, "户次")
    book.ask("特种设备整改率是多少？", 93.5, "%")
    book.ask("广告类罚没金额多少万元", 8.05, "万元")
    book.ask("罚没金额合计是多少元", 862000, "元")
    book.ask("立案数最多的是哪个领域", kind="extreme", contains=["餐饮单位"])
    book.ask("餐饮单位发现的问题占全部的百分之几", 318 / 458 * 100, "%", kind="share")
    book.ask("餐饮单位和药品经营一共立案多少件", 55, "件", kind="sum")
    book.ask("整改率超过95%的领域有几个", 2, "个", kind="count")
    book.ask("特种设备的罚没金额比药品经营多多少万元", 15.45, "万元", kind="difference")
    book.none("计量器具的检查户次")
    return book


def schools_list() -> Book:
    book = Book("campus", "heldout")
    rows: list[tuple[Any, ...]] = [
        ("实验小学", "小学", 1985, 36, 1620, 98, 2.6), ("育红小学", "小学", 1998, 24, 1045, 63, 1.8), ("第一中学", "初中", 1956, 30, 1480, 121, 4.2),
        ("希望中学", "初中", 2003, 18, 806, 70, 3.1), ("外国语学校", "高中", 2010, 42, 2105, 176, 6.5),
    ]  # fmt: skip
    book.sheet(
        "学校",
        [
            ["全区中小学一览", *[LEFT] * 6],
            [
                "学校名称",
                "学段",
                "建校年份",
                "班级数（个）",
                "学生数（人）",
                "教师数（人）",
                "校园面积（万平方米）",
            ],
            *rows,
        ],
    )
    book.ask("希望中学有多少学生", 806, "人")
    book.ask("外国语学校校园面积多大", 6.5, "万平方米")
    book.ask("育红小学的班级数", 24, "个")
    book.ask("小学共有多少名学生", 2665, "人", kind="sum")
    book.ask("教师最多的学校是哪所", kind="extreme", contains=["外国语学校"])
    book.ask("学生数超过1000人的学校有几所", 4, "所", kind="count")
    book.ask("初中学段平均每校多少学生", 1143, "人", kind="mean")
    book.ask("第一中学的学生数比希望中学多多少人", 674, "人", kind="difference")
    book.ask("学生数排名第二的学校是哪所", kind="rank", contains=["实验小学"])
    book.ask("班级数不到30个的学校有哪些", kind="filter", items=[{"label": ["育红小学"]}, {"label": ["希望中学"]}])  # fmt: skip
    book.none("阳光小学有多少学生")
    return book


def tourism() -> Book:
    book = Book("tourism", "heldout")
    spots: dict[str, list[Any]] = {
        "古城景区": [85.2, 102.6, 20.4, 6120], "翠湖公园": [143.8, 151.1, 5.1, 980], "红色纪念馆": [36.5, 41.9, 14.8, 0],
        "云顶滑雪场": [12.3, 9.7, -21.1, 2875],
    }  # fmt: skip
    book.sheet(
        "景区",
        [
            ["重点景区接待情况", *[LEFT] * 4],
            ["景区", "接待游客（万人次）", LEFT, LEFT, "2023年门票收入（万元）"],
            [UP, "2022年", "2023年", "同比（%）", UP],
            *([n, *v] for n, v in spots.items()),
        ],
    )
    book.ask("翠湖公园2023年接待游客多少万人次", 151.1, "万人次")
    book.ask("古城景区的门票收入", 6120, "万元")
    book.ask("2022年红色纪念馆接待多少人次", 365000, "人次")
    book.ask("红色纪念馆2023年门票收入是多少", 0, "万元")
    book.ask("哪个景区游客同比下降", kind="filter", contains=["云顶滑雪场"])
    book.ask("同比增速最快的景区", kind="extreme", contains=["古城景区"])
    book.ask(
        "四个景区2023年接待游客总数", total(v[1] for v in spots.values()), "万人次", kind="sum"
    )
    book.ask("云顶滑雪场2023年比2022年少接待多少万人次", 2.6, "万人次", kind="difference", abs=True)
    book.ask("2023年接待超过100万人次的景区有几家", 2, "家", kind="count")
    book.none("大佛寺2023年接待游客多少")
    return book


def roads() -> Book:
    book = Book("roads", "heldout")
    rows: list[tuple[Any, ...]] = [
        ("一", "续建项目", None, None, None, None), (1, "环城北路改造", 8.2, 36500, 28400, Percent("77.8")), (2, "滨江大桥", 1.6, 52800, 39600, Percent("75.0")),
        ("二", "新建项目", None, None, None, None), (3, "工业园连接线", 5.4, 18200, 4550, Percent("25.0")), (4, "南站枢纽通道", 3.1, 24100, 2410, Percent("10.0")),
    ]  # fmt: skip
    book.sheet(
        "道路",
        [
            ["城建道路项目投资完成情况（截至2024年6月底）", *[LEFT] * 5],
            [
                "序号",
                "项目名称",
                "里程（公里）",
                "总投资（万元）",
                "累计完成投资（万元）",
                "完成率",
            ],
            *rows,
        ],
    )
    book.ask("滨江大桥总投资多少万元", 52800, "万元")
    book.ask("工业园连接线的完成率", 25, "%")
    book.ask("环城北路改造有多少公里", 8.2, "公里")
    book.ask("四个项目总投资合计多少亿元", 13.16, "亿元", kind="sum")
    book.ask("累计完成投资最少的项目是哪个", kind="extreme", contains=["南站枢纽通道"])
    book.ask("完成率低于50%的项目有几个", 2, "个", kind="count")
    book.ask("滨江大桥还差多少万元没完成（总投资减累计完成投资）", 13200, "万元", kind="difference")
    book.ask("环城北路改造的累计完成投资比滨江大桥少多少万元", 11200, "万元", kind="difference")
    book.none("西外环的总投资")
    return book


BOOKS = (transfers, inspections, schools_list, tourism, roads)
