"""More books as offices keep them: stock, attendance, contracts, a league."""

# ruff: noqa: E501  # the rows of the sheets are read as rows

from __future__ import annotations

from typing import Any

from eval.general.book import LEFT, UP, Book, Percent


def stock() -> Book:
    book = Book("stock", "practice")
    rows: list[tuple[Any, ...]] = [
        ("A区", "大米", "袋", 320, 150, 210, 62.5), ("A区", "面粉", "袋", 180, 90, 120, 48),
        ("A区", "食用油", "桶", 96, 60, 75, 88.8), ("B区", "矿泉水", "箱", 410, 300, 355, 24),
        ("B区", "方便面", "箱", 150, 80, 66, 55), ("C区", "棉被", "床", 75, 0, 12, 130),
    ]  # fmt: skip
    shown, last = [], ""
    for zone, *rest in rows:
        shown.append(
            [UP if zone == last else zone, *rest[:5], rest[2] + rest[3] - rest[4], rest[5]]
        )
        last = zone
    book.sheet(
        "库存",
        [
            ["应急物资库存月报", *[LEFT] * 7],
            [
                "库区",
                "物资名称",
                "计量单位",
                "期初数量",
                "本月入库",
                "本月出库",
                "期末数量",
                "单价（元）",
            ],
            *shown,
        ],
    )
    end = {r[1]: r[3] + r[4] - r[5] for r in rows}
    book.ask("矿泉水的期末数量是多少箱", end["矿泉水"], "箱")
    book.ask("食用油的单价", 88.8, "元")
    book.ask("棉被本月出库多少床", 12, "床")
    book.ask("A区有几种物资", 3, "种", kind="count")
    book.ask("期末数量最多的物资是什么", kind="extreme", contains=["矿泉水"])
    book.ask("大米期末数量比期初数量少多少袋", 60, "袋", kind="difference")
    book.ask("单价高于50元的物资有哪些", kind="filter", items=[{"label": [n]} for n in ("大米", "食用油", "方便面", "棉被")])  # fmt: skip
    book.ask("方便面本月入库是本月出库的几倍", 80 / 66, "倍", kind="ratio")
    book.ask("B区本月出库合计多少箱", 355 + 66, "箱", kind="sum")
    book.ask("本月没有入库的物资是哪种", kind="filter", contains=["棉被"])
    book.none("帐篷的期末数量")
    return book


def sports() -> Book:
    book = Book("sports", "practice")
    rows: list[tuple[Any, ...]] = [
        (1, "蓝鲸队", 18, 12, 4, 2, 38, 15, 40), (2, "猎豹队", 18, 11, 5, 2, 35, 17, 38), (3, "雄鹰队", 18, 9, 3, 6, 29, 24, 30),
        (4, "海豚队", 18, 7, 6, 5, 26, 22, 27), (5, "骏马队", 18, 4, 5, 9, 18, 31, 17), (6, "白虎队", 18, 3, 3, 12, 14, 33, 12),
    ]  # fmt: skip
    book.sheet(
        "积分",
        [
            ["职工足球联赛积分榜", *[LEFT] * 8],
            ["名次", "球队", "比赛场次", "胜", "平", "负", "进球", "失球", "积分"],
            *rows,
        ],
    )
    book.ask("猎豹队的积分是多少", 38, "分", kind="lookup")
    book.ask("海豚队赢了几场", 7, "场", kind="lookup")
    book.ask("骏马队失球数", 31)
    book.ask("进球最多的球队", kind="extreme", contains=["蓝鲸队"])
    book.ask("积分超过30分的球队有几支", 2, "支", kind="count")
    book.ask("蓝鲸队比白虎队多得多少分", 28, "分", kind="difference")
    book.ask("六支球队一共进了多少球", sum(r[6] for r in rows), kind="sum")
    book.ask("雄鹰队的净胜球（进球减失球）是多少", 5, kind="difference")
    book.ask("积分最低的球队是哪支，输了几场", kind="extreme", contains=["白虎队"])
    book.ask("积分榜前三名的球队", kind="rank", items=[{"label": [n]} for n in ("蓝鲸队", "猎豹队", "雄鹰队")])  # fmt: skip
    book.none("狮子队的积分")
    return book


def attendance() -> Book:
    book = Book("attendance", "practice")
    rows: list[tuple[Any, ...]] = [
        ("行政部", "丁岚", 21, 0, 1, None, 300), ("行政部", "葛飞", 22, 2, 0, 3, 250), ("技术部", "秦月", 19, 1, 3, 16.5, 800),
        ("技术部", "毛宇", 22, 0, 0, 24, 1000), ("技术部", "阮晴", 20, 3, 2, 8, 450), ("市场部", "谭杰", 21, 4, 1, None, 150),
    ]  # fmt: skip
    shown, last = [], ""
    for part, *rest in rows:
        shown.append([UP if part == last else part, *rest])
        last = part
    book.sheet(
        "考勤",
        [
            ["9月份考勤汇总", *[LEFT] * 6],
            ["部门", "姓名", "出勤天数", "异常", LEFT, "加班时长（小时）", "奖金（元）"],
            [UP, UP, UP, "迟到（次）", "请假（天）", UP, UP],
            *shown,
            ["制表：人事科", *[LEFT] * 6],
        ],
    )
    book.ask("秦月加班了多少小时", 16.5, "小时")
    book.ask("谭杰迟到几次", 4, "次")
    book.ask("毛宇的奖金是多少元？", 1000, "元")
    book.ask("技术部的奖金总额", 2250, "元", kind="sum")
    book.ask("请假天数最多的人是谁", kind="extreme", contains=["秦月"])
    book.ask("9月没有迟到的有几个人", 2, "人", kind="count")
    book.ask("奖金在400元以上的员工有多少人", 3, "人", kind="count")
    book.ask("技术部平均出勤天数", 61 / 3, "天", kind="mean")
    book.ask("毛宇比阮晴多加班几个小时", 16, "小时", kind="difference")
    book.ask("行政部葛飞的出勤天数", 22, "天")
    book.none("丁岚的加班时长是多少小时", kind="blank")
    return book


def contracts() -> Book:
    book = Book("contracts", "practice")
    rows: list[tuple[Any, ...]] = [
        ("HT-01", "办公楼保洁服务", "绿洁公司", "2022/1/10", "48.60万元", "100%"), ("HT-02", "机房设备采购", "恒信科技", "2022/3/5", "126.00万元", "90%"),
        ("HT-03", "食堂食材配送", "鲜达商贸", "2022/6/20", "75.35万元", "60%"), ("HT-04", "审计咨询", "正则事务所", "2023/2/14", "18.00万元", "100%"),
        ("HT-05", "道路照明改造", "恒信科技", "2023/7/1", "233.20万元", "45%"),
    ]  # fmt: skip
    book.sheet(
        "合同",
        [["合同编号", "合同名称", "供应商", "签订日期", "合同金额", "付款进度"], *rows],
    )
    book.ask("机房设备采购的合同金额是多少万元", 126, "万元")
    book.ask("食堂食材配送付款进度是多少", 60, "%")
    book.ask("审计咨询合同金额是多少元", 180000, "元")
    book.ask("恒信科技的合同金额一共是多少万元", 359.2, "万元", kind="sum")
    book.ask("合同金额最高的合同是哪个", kind="extreme", contains=["道路照明改造"])
    book.ask("2022年签订的合同有几份", 3, "份", kind="count")
    book.ask("付款进度没到100%的合同有几份", 3, "份", kind="count")
    book.ask("合同金额在70万元以上的有哪些", kind="filter", items=[{"label": [n]} for n in ("机房设备采购", "食堂食材配送", "道路照明改造")])  # fmt: skip
    book.ask("HT-03是跟谁签的", kind="text", contains=["鲜达商贸"])
    book.ask("办公楼保洁服务比审计咨询的合同金额多多少", 30.6, "万元", kind="difference")
    book.none("物业管理合同金额是多少")
    return book


def survey() -> Book:
    book = Book("survey", "practice")
    windows: dict[str, list[Any]] = {
        "社保窗口": [420, Percent("96.4"), 9.6, 3], "税务窗口": [615, Percent("93.2"), 9.1, 11],
        "不动产窗口": [288, Percent("89.9"), 8.7, 9], "公安窗口": [502, Percent("98.0"), 9.8, 2],
    }  # fmt: skip
    book.sheet(
        "满意度",
        [
            ["政务大厅满意度测评（2024年第一季度）", *[LEFT] * 4],
            ["窗口", "评价量", "满意率", "平均得分", "投诉件数"],
            *([name, *values] for name, values in windows.items()),
        ],
    )
    book.sheet(
        "叫号",
        [
            ["各窗口叫号量（人次）", *[LEFT] * 3],
            ["窗口", "1月", "2月", "3月"],
            ["社保窗口", 3120, 2245, 3380], ["税务窗口", 4015, 2870, 4402],
            ["不动产窗口", 1530, 1108, 1620], ["公安窗口", 2760, 1995, 2904],
        ],
    )  # fmt: skip
    book.ask("税务窗口的满意率", 93.2, "%")
    book.ask("不动产窗口投诉件数是多少", 9, "件")
    book.ask("公安窗口2月叫号量", 1995, "人次")
    book.ask("3月份税务窗口叫了多少号", 4402, "人次")
    book.ask("满意率最低的窗口", kind="extreme", contains=["不动产窗口"])
    book.ask("满意率在95%以上的窗口有几个", 2, "个", kind="count")
    book.ask("四个窗口投诉件数总和", 25, "件", kind="sum")
    book.ask("社保窗口一季度叫号量合计", 3120 + 2245 + 3380, "人次", kind="sum")
    book.ask("社保窗口3月叫号量比2月增长百分之几", (3380 - 2245) / 2245 * 100, "%", kind="growth")
    book.ask("公安窗口和税务窗口的满意率差几个百分点", 4.8, "个百分点", kind="difference")
    book.none("医保窗口的满意率")
    return book


BOOKS = (stock, sports, attendance, contracts, survey)
