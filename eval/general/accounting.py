"""Books as an office keeps its accounts: sales of shops, assets, a balance sheet."""

# ruff: noqa: E501  # the rows of the sheets are read as rows

from __future__ import annotations

from eval.general.book import LEFT, UP, Book, total


def shops() -> Book:
    book = Book("shops", "practice")
    rows = [
        ("中心店", 210.5, 198.3, 225.8, 240.1), ("高新店", 156.2, 160.9, 171.4, 180), ("大学城店", 88.8, 64.3, 97.5, 70.2),
        ("机场店", 45.6, 39.9, 80.4, 92.7), ("老街店", 61, 63.2, 55.1, 50.8),
    ]  # fmt: skip
    book.sheet(
        "门店",
        [
            ["门店", "2022年", LEFT, "2023年", LEFT],
            [UP, "上半年", "下半年", "上半年", "下半年"],
            *rows,
            ["合计", *(total(r[n] for r in rows) for n in range(1, 5))],
            ["注：销售额，单位：万元", *[LEFT] * 4],
        ],
    )
    book.ask("高新店2023年上半年销售额", 171.4, "万元")
    book.ask("机场店2022年下半年卖了多少", 39.9, "万元")
    book.ask("中心店2023年全年合计是多少", total([225.8, 240.1]), "万元", kind="sum")
    book.ask("2022年上半年合计", total(r[1] for r in rows), "万元")
    book.ask(
        "老街店2023年下半年比2022年下半年少多少",
        total([63.2, -50.8]),
        "万元",
        kind="difference",
        abs=True,
    )
    book.ask("2023年下半年哪家店最差", kind="extreme", contains=["老街店"])
    book.ask("2023年上半年超过90万的店有几家", 3, "家", kind="count")
    book.ask(
        "大学城店2023年上半年同比2022年上半年增长了百分之几",
        (97.5 - 88.8) / 88.8 * 100,
        "%",
        kind="growth",
    )
    book.ask("2022年上半年销售额最高的门店是多少", 210.5, "万元", kind="extreme")
    book.ask("机场店四个半年的平均销售额", total(rows[3][1:]) / 4, "万元", kind="mean")
    book.ask(
        "哪些门店2022年上半年不足100万元",
        kind="filter",
        items=[{"label": [n]} for n in ("大学城店", "机场店", "老街店")],
    )
    book.none("火车站店2023年上半年销售额")
    return book


def assets() -> Book:
    book = Book("assets", "practice")
    rows = [
        ("FA-01", "服务器", "信息中心", 186000, -93000), ("FA-02", "公务车", "办公室", 215000, -172000),
        ("FA-03", "空调机组", "后勤处", 98500, -19700), ("FA-04", "显微镜", "检验科", 64200, -6420),
        ("FA-05", "存储阵列", "信息中心", 240000, -36000),
    ]  # fmt: skip
    book.sheet(
        "固定资产",
        [
            ["固定资产明细表", *[LEFT] * 5],
            ["金额单位：元", *[LEFT] * 5],
            ["资产编号", "资产名称", "使用部门", "原值", "累计折旧", "净值"],
            *([a, b, c, f"{d:,.2f}", f"({-e:,.2f})", f"{d + e:,.2f}"] for a, b, c, d, e in rows),
        ],
    )
    book.ask("公务车的原值是多少", 215000, "元")
    book.ask("显微镜净值多少元", 57780, "元")
    book.ask("信息中心的资产原值合计", 426000, "元", kind="sum")
    book.ask("净值最高的资产", kind="extreme", contains=["存储阵列"])
    book.ask("服务器的累计折旧", -93000, "元", abs=True)
    book.ask("原值在10万元以上的资产有几件", 3, kind="count")
    book.ask(
        "全部资产净值总和是多少万元",
        total([sum(r[3] + r[4] for r in rows) / 10000]),
        "万元",
        kind="sum",
    )
    book.ask("FA-03是什么资产", kind="text", contains=["空调机组"])
    book.ask("信息中心有几项资产", 2, kind="count")
    book.ask("存储阵列原值比服务器高多少", 54000, "元", kind="difference")
    book.none("打印机的净值是多少")
    return book


def balance() -> Book:
    book = Book("balance", "practice")
    left = [
        ("货币资金", 3520.4, 2810.6),
        ("应收账款", 1866, 2040.3),
        ("存货", 940.2, 1105.8),
        ("固定资产", 5210, 4988.7),
        ("资产总计", 11536.6, 10945.4),
    ]
    right = [
        ("短期借款", 1500, 1800),
        ("应付账款", 2210.5, 1990.4),
        ("应交税费", 180.1, 155),
        ("长期借款", 2600, 2600),
        ("负债合计", 6490.6, 6545.4),
    ]
    book.sheet(
        "资产负债表",
        [
            ["资产负债表", *[LEFT] * 5],
            ["编制单位：某水务公司", LEFT, LEFT, "", "", "单位：万元"],
            ["资产", "期末余额", "年初余额", "负债", "期末余额", "年初余额"],
            *([*a, *b] for a, b in zip(left, right, strict=True)),
        ],
    )
    book.ask("货币资金期末余额", 3520.4, "万元")
    book.ask("应付账款的年初余额是多少", 1990.4, "万元")
    book.ask("资产总计期末是多少万元", 11536.6, "万元")
    book.ask("短期借款期末比年初减少了多少", 300, "万元", kind="difference", abs=True)
    book.ask(
        "存货期末余额比年初余额下降了百分之几",
        (1105.8 - 940.2) / 1105.8 * 100,
        "%",
        kind="growth",
        abs=True,
    )
    book.ask("应收账款和存货的期末余额之和", total([1866, 940.2]), "万元", kind="sum")
    book.ask(
        "负债合计的期末余额占资产总计期末余额的比例", 6490.6 / 11536.6 * 100, "%", kind="share"
    )
    book.ask("长期借款年初余额", 2600, "万元")
    book.ask("固定资产期末余额是货币资金期末余额的几倍", 5210 / 3520.4, "倍", kind="ratio")
    book.ask("应交税费期末是多少元", 1801000, "元")
    book.none("无形资产期末余额是多少")
    return book


BOOKS = (shops, assets, balance)
