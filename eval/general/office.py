"""Books as offices keep them: pay, rosters, marks, stock, registers."""

# ruff: noqa: E501  # the rows of the sheets are read as rows

from __future__ import annotations

import datetime as dt
from typing import Any

from eval.general.book import LEFT, UP, Book, Percent, total


def pay() -> Book:
    book = Book("pay", "practice")
    rows = [
        ("张伟", "销售部", 6000, 2300.5, 800, 120), ("李娜", "销售部", 5500, None, 760, 60),
        ("王芳", "财务部", 7000, 1500, 900, 210), ("赵磊", "研发部", 12000, 3200, 1500, 680),
        ("陈静", "研发部", 11000, 2800, 1400, 555.5), ("刘洋", "研发部", 9800, 1900, 1300, 402),
        ("孙悦", "人事部", 6200, 900, 820, 75),
    ]  # fmt: skip
    net = [total([b, p or 0, -s, -t]) for _, _, b, p, s, t in rows]
    book.sheet(
        "3月工资",
        [
            ["2024年3月员工工资表", *[LEFT] * 7],
            ["单位：元", *[LEFT] * 7],
            ["序号", "姓名", "部门", "应发项", LEFT, "应扣项", LEFT, "实发工资"],
            [UP, UP, UP, "基本工资", "绩效", "社保", "个税", UP],
            *([n, *row, net[n - 1]] for n, row in enumerate(rows, start=1)),
            ["合计", LEFT, LEFT, 57500, 12600.5, 7480, 2102.5, total(net)],
        ],
    )
    book.ask("王芳的绩效是多少钱", 1500, "元")
    book.ask("赵磊实发工资多少？", net[3], "元")
    book.ask("研发部有几个人", 3, "人", kind="count")
    book.ask("研发部基本工资总共多少", 32800, "元", kind="sum")
    book.ask("谁的实发工资最高", kind="extreme", contains=["赵磊"])
    book.ask("销售部的平均基本工资", 5750, "元", kind="mean")
    book.ask(
        "基本工资一万以上的有谁", kind="filter", items=[{"label": ["赵磊"]}, {"label": ["陈静"]}]
    )
    book.ask("个税最少的员工交了多少个税", 60, "元", kind="extreme")
    book.ask("陈静的社保比刘洋多交多少", 100, "元", kind="difference")
    book.ask("所有人的绩效合计是多少元", 12600.5, "元")
    book.ask("李娜的绩效是多少", kind="blank", status=["refused", "clarify"])
    book.ask("孙悦在哪个部门", kind="text", contains=["人事部"])
    book.ask("公司一共有多少名员工", 7, "人", kind="count")
    book.ask("基本工资低于6500元的员工人数", 3, "人", kind="count")
    book.ask("实发工资第二高的是谁", kind="rank", contains=["陈静"])
    book.none("周杰的基本工资是多少")
    return book


def roster() -> Book:
    book = Book("roster", "practice")
    d = dt.date
    rows = [
        ("A001", "周敏", "女", 34, "本科", "行政部", d(2015, 3, 2)), ("A002", "吴强", "男", 45, "大专", "后勤部", d(2008, 7, 15)),
        ("A003", "郑洁", "女", 29, "硕士", "技术部", d(2020, 9, 1)), ("A004", "冯涛", "男", 38, "本科", "技术部", d(2013, 5, 20)),
        ("A005", "褚云", "女", 31, "博士", "技术部", d(2022, 11, 8)), ("A006", "卫东", "男", 52, "高中", "后勤部", d(1999, 4, 1)),
        ("A007", "蒋丽", "女", 27, "本科", "市场部", d(2023, 2, 13)), ("A008", "沈浩", "男", 41, "硕士", "市场部", d(2016, 10, 9)),
    ]  # fmt: skip
    book.sheet("花名册", [["工号", "姓名", "性别", "年龄", "学历", "部门", "入职日期"], *rows])
    book.ask("技术部有多少人", 3, "人", kind="count")
    book.ask("女员工有几个", 4, "人", kind="count")
    book.ask("冯涛多大了", 38, kind="lookup")
    book.ask("年龄最大的是谁？", kind="extreme", contains=["卫东"])
    book.ask("员工平均年龄是多少", sum(r[3] for r in rows) / 8, kind="mean")
    book.ask("2015年以后入职的有几人", 5, "人", kind="count", value_any=["4"])
    book.ask(
        "学历是硕士的员工有哪些", kind="filter", items=[{"label": ["郑洁"]}, {"label": ["沈浩"]}]
    )
    book.ask("35岁以上的男员工有几名", 4, "人", kind="count")
    book.ask("蒋丽是什么时候入职的", kind="text", contains=[["2023-02-13", "2023年2月13日"]])
    book.ask("工号A005是谁", kind="text", contains=["褚云"])
    book.ask("本科学历的人数", 3, "人", kind="count")
    book.ask("后勤部年龄最小的员工几岁", 45, kind="extreme")
    book.ask("入职最早的员工是哪位", kind="extreme", contains=["卫东"])
    book.ask("市场部的女员工是谁", kind="text", contains=["蒋丽"])
    book.none("财务部有哪些人")
    return book


def marks() -> Book:
    book = Book("marks", "practice")
    names = ["何雨", "吕鑫", "施诗", "孔令", "曹阳", "严冬"]
    scores = {"语文": [92, 85, 78, 88, 95, 60], "数学": [99, 76, 91, 58, 84, 73], "英语": [88, 90, 65, 82, 97, 71],
              "物理": [94, 70, 83, 66, 79, 55]}  # fmt: skip
    sums = [sum(s[n] for s in scores.values()) for n in range(6)]
    book.sheet(
        "成绩",
        [
            ["八年级（2）班期末成绩", *[LEFT] * 6],
            ["学号", "姓名", *scores, "总分"],
            *(
                [20240 + n, name, *(s[n] for s in scores.values()), sums[n]]
                for n, name in enumerate(names)
            ),
            [
                "平均分",
                LEFT,
                *(round(sum(s) / 6, 2) for s in scores.values()),
                round(sum(sums) / 6, 2),
            ],
        ],
    )
    book.ask("何雨数学考了多少分", 99)
    book.ask("英语最高分是多少", 97, kind="extreme")
    book.ask("物理不及格（低于60分）的有几人", 1, "人", kind="count")
    book.ask("数学成绩低于60分的学生是谁", kind="filter", contains=["孔令"])
    book.ask("总分第一名是谁", kind="rank", contains=["何雨"])
    book.ask("曹阳的语文和英语一共多少分", 192, kind="sum")
    book.ask(
        "语文90分以上的同学有哪些", kind="filter", items=[{"label": ["何雨"]}, {"label": ["曹阳"]}]
    )
    book.ask("吕鑫的总分比施诗高多少", sums[1] - sums[2], kind="difference")
    book.ask("全班语文平均分", round(sum(scores["语文"]) / 6, 2))
    book.ask("严冬哪门课考得最好", kind="extreme", contains=["数学"])
    book.ask("数学最高分和最低分相差多少", 41, kind="difference")
    book.ask("总分超过330分的有多少个学生", sum(s > 330 for s in sums), "人", kind="count")
    book.ask(
        "孔令的各科成绩分别是多少",
        kind="several",
        items=[
            {"label": ["语文"], "value": "88"},
            {"label": ["数学"], "value": "58"},
            {"label": ["英语"], "value": "82"},
            {"label": ["物理"], "value": "66"},
        ],
    )
    book.none("何雨的化学成绩")
    return book


def purchase() -> Book:
    book = Book("purchase", "practice")
    rows: list[tuple[str, str, str, int, Any]] = [
        ("办公设备", "激光打印机", "台", 6, 1850), ("办公设备", "台式电脑", "台", 20, 4399), ("办公设备", "投影仪", "台", 2, 5280),
        ("办公家具", "办公桌", "张", 15, 760), ("办公家具", "文件柜", "个", 8, 520),
        ("耗材", "A4复印纸", "箱", 120, 165.5), ("耗材", "硒鼓", "支", 40, 289),
    ]  # fmt: skip
    shown, last = [], ""
    for kind, *rest in rows:
        shown.append([UP if kind == last else kind, *rest, total([rest[2] * rest[3]])])
        last = kind
    money = [total([r[3] * r[4]]) for r in rows]
    book.sheet(
        "采购",
        [
            ["2024年第一季度办公用品采购清单", *[LEFT] * 5],
            ["类别", "名称", "单位", "数量", "单价（元）", "金额（元）"],
            *shown,
            ["总计", LEFT, LEFT, sum(r[3] for r in rows), "/", total(money)],
        ],
    )
    book.ask("投影仪的单价是多少", 5280, "元")
    book.ask("办公桌买了多少张", 15, "张")
    book.ask("耗材一共花了多少钱", total(money[5:]), "元", kind="sum")
    book.ask("采购金额最高的是什么", kind="extreme", contains=["台式电脑"])
    book.ask("办公设备类有几种物品", 3, kind="count")
    book.ask("单价超过1000元的物品有几样", 3, kind="count")
    book.ask("总计金额是多少元", total(money), "元")
    book.ask(
        "硒鼓和A4复印纸的金额差多少",
        abs(total([money[5], -money[6]])),
        "元",
        kind="difference",
        abs=True,
    )
    book.ask(
        "办公家具的金额占总金额的百分之几",
        total(money[3:5]) / total(money) * 100,
        "%",
        kind="share",
    )
    book.ask("文件柜的金额", money[4], "元")
    book.ask("单价最便宜的是哪样东西", kind="extreme", contains=["A4复印纸"])
    book.ask(
        "数量不少于20的有哪些",
        kind="filter",
        items=[{"label": ["台式电脑"]}, {"label": ["A4复印纸"]}, {"label": ["硒鼓"]}],
    )
    book.none("复印机买了几台")
    return book


def projects() -> Book:
    book = Book("projects", "practice")
    d = dt.date
    rows = [
        ("城东污水处理厂扩建", "环保", 12800, d(2022, 3, 1), d(2024, 6, 30), "在建", "75"),
        ("滨河路改造", "交通", 5600, d(2021, 9, 10), d(2023, 5, 31), "完工", "100"),
        ("第三中学新校区", "教育", 21500, d(2023, 2, 18), d(2025, 8, 31), "在建", "42"),
        ("智慧停车平台", "信息化", 980, d(2023, 6, 5), d(2023, 12, 20), "完工", "100"),
        ("人民医院外科楼", "卫生", 18600, d(2022, 11, 7), d(2025, 3, 15), "在建", "58"),
        ("老旧小区加装电梯", "住房", 3200, d(2024, 1, 8), d(2024, 12, 31), "未开工", "0"),
    ]
    book.sheet(
        "项目台账",
        [
            ["重点项目进度台账", *[LEFT] * 7],
            [
                "编号",
                "项目名称",
                "类别",
                "总投资（万元）",
                "开工日期",
                "计划完工日期",
                "状态",
                "完成进度",
            ],
            *(
                [n, a, b, c, s, e, f, Percent(g)]
                for n, (a, b, c, s, e, f, g) in enumerate(rows, start=1)
            ),
        ],
    )
    book.ask("第三中学新校区总投资多少万元", 21500, "万元")
    book.ask("在建的项目有几个？", 3, "个", kind="count")
    book.ask(
        "已经完工的项目有哪些",
        kind="filter",
        items=[{"label": ["滨河路改造"]}, {"label": ["智慧停车平台"]}],
    )
    book.ask("总投资超过1亿元的项目有多少个", 3, "个", kind="count")
    book.ask("所有项目的总投资加起来是多少", total(r[2] for r in rows), "万元", kind="sum")
    book.ask("投资最大的项目叫什么", kind="extreme", contains=["第三中学新校区"])
    book.ask("人民医院外科楼完成进度", 58, "%")
    book.ask("2023年开工的项目有几个", 2, "个", kind="count")
    book.ask(
        "完成进度不到60%的在建项目有哪些",
        kind="filter",
        items=[{"label": ["第三中学新校区"]}, {"label": ["人民医院外科楼"]}],
    )
    book.ask("在建项目的总投资合计是多少万元", 12800 + 21500 + 18600, "万元", kind="sum")
    book.ask("滨河路改造什么时候开工的", kind="text", contains=[["2021-09-10", "2021年9月10日"]])
    book.ask("智慧停车平台属于哪一类", kind="text", contains=["信息化"])
    book.ask("哪个项目开工最晚", kind="extreme", contains=["老旧小区加装电梯"])
    book.ask(
        "交通类项目总投资占全部总投资的比例",
        5600 / total(r[2] for r in rows) * 100,
        "%",
        kind="share",
    )
    book.none("体育馆项目投资多少")
    return book


def sales() -> Book:
    book = Book("sales", "practice")
    rows = [
        ("华东", "手机", 320, 355, 298, 410), ("华东", "平板", 88, 92, 105, 97), ("华东", "耳机", 45, 51, 39, 66),
        ("华南", "手机", 276, 301, 312, 388), ("华南", "平板", 61, 73, 70, 82), ("华南", "耳机", 52, 48, 57, 71),
        ("西部", "手机", 140, 155, 149, 190), ("西部", "平板", 25, 31, 28, 36), ("西部", "耳机", 18, 22, 20, 31),
    ]  # fmt: skip
    book.sheet(
        "销售",
        [
            ["2023年各大区分产品销售额（万元）", *[LEFT] * 6],
            ["大区", "产品", "2023年", LEFT, LEFT, LEFT, "全年"],
            [UP, UP, "一季度", "二季度", "三季度", "四季度", UP],
            *([a if b == "手机" else UP, b, *q, sum(q)] for a, b, *q in rows),
        ],
    )

    def pick(region: str, product: str) -> tuple[int, int, int, int]:
        return next(tuple(r[2:]) for r in rows if r[:2] == (region, product))  # type: ignore[return-value]

    book.ask("华南手机三季度销售额是多少", 312, "万元")
    book.ask("西部大区平板全年卖了多少万元", sum(pick("西部", "平板")), "万元")
    book.ask("华东二季度总销售额", 355 + 92 + 51, "万元", kind="sum")
    book.ask(
        "各大区手机全年销售额合计",
        sum(sum(r[2:]) for r in rows if r[1] == "手机"),
        "万元",
        kind="sum",
    )
    book.ask("四季度耳机卖得最好的是哪个大区", kind="extreme", contains=["华南"])
    book.ask("华东手机哪个季度最高", kind="extreme", contains=["四季度"])
    book.ask("华南平板四季度比一季度增长百分之多少", (82 - 61) / 61 * 100, "%", kind="growth")
    book.ask("一季度销售额在100万元以上的有几行", 3, kind="count")
    book.ask("华东手机四季度比华南手机四季度多多少万元", 22, "万元", kind="difference")
    book.ask(
        "西部全年各产品销售额分别是多少",
        kind="several",
        items=[
            {"label": ["手机"], "value": "634"},
            {"label": ["平板"], "value": "120"},
            {"label": ["耳机"], "value": "91"},
        ],
    )
    book.ask("华东手机四个季度平均销售额", sum(pick("华东", "手机")) / 4, "万元", kind="mean")
    book.ask("全年销售额最低的是哪个大区的哪个产品", kind="extreme", contains=["西部", "耳机"])
    book.none("华北手机全年销售额是多少")
    return book


BOOKS = (pay, roster, marks, purchase, projects, sales)
