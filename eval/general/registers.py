"""Further layouts: forms of label and value, several tables in a sheet, ledgers, weather."""

# ruff: noqa: E501  # the rows of the sheets are read as rows

from __future__ import annotations

import datetime as dt

from eval.general.book import LEFT, UP, Book, Percent, total


def petitions() -> Book:
    book = Book("petitions", "practice")
    d = dt.date
    rows = [
        (d(2024, 1, 5), "噪声扰民", "网上", "东街街道", "已办结", 7), (d(2024, 1, 19), "违章停车", "电话", "西桥街道", "已办结", 3),
        (d(2024, 2, 2), "噪声扰民", "来访", "西桥街道", "办理中", None), (d(2024, 2, 27), "物业纠纷", "电话", "河口镇", "已办结", 15),
        (d(2024, 3, 4), "道路积水", "网上", "东街街道", "已办结", 9), (d(2024, 3, 11), "违章停车", "电话", "东街街道", "办理中", None),
        (d(2024, 3, 29), "物业纠纷", "来信", "西桥街道", "已办结", 12), (d(2024, 4, 8), "噪声扰民", "电话", "河口镇", "已办结", 5),
    ]  # fmt: skip
    book.sheet(
        "台账",
        [
            ["2024年群众诉求办理台账", *[LEFT] * 6],
            ["序号", "登记日期", "诉求类别", "来源渠道", "所属地区", "办理状态", "办理时长（天）"],
            *([n, *row] for n, row in enumerate(rows, start=1)),
        ],
    )
    book.ask("噪声扰民的诉求有几件", 3, "件", kind="count")
    book.ask("通过电话反映的有多少件", 4, "件", kind="count")
    book.ask("东街街道办理中的有几件", 1, "件", kind="count")
    book.ask("3月份登记了多少件", 3, "件", kind="count")
    book.ask("办理时长最长的是什么诉求", kind="extreme", contains=["物业纠纷"])
    book.ask("已办结的诉求平均办理时长多少天", 51 / 6, "天", kind="mean")
    book.ask("办理时长超过10天的有几件", 2, "件", kind="count")
    book.ask("西桥街道已经办结了多少件", 2, "件", kind="count")
    book.ask("来信的那件是哪个地区的", kind="text", contains=["西桥街道"])
    book.ask("已办结的占全部诉求的百分之多少", 75, "%", kind="share")
    book.ask("台账里一共登记了几件诉求", 8, "件", kind="count")
    book.ask("河口镇的诉求办理时长合计", 20, "天", kind="sum")
    book.none("南湖街道有几件诉求")
    return book


def application() -> Book:
    book = Book("application", "practice")
    book.sheet(
        "申请表",
        [
            ["项目申报表", *[LEFT] * 5],
            ["项目名称", "社区养老服务站建设", LEFT, LEFT, "申报编号", "YL-2024-017"],
            ["申报单位", "清泉街道办事处", LEFT, LEFT, "负责人", "林晓"],
            ["联系电话", "0512-6611****", "项目类别", "民生", "实施期限", "18个月"],
            ["申请资金", "120.5万元", "自筹资金", "30万元", "总投资", "150.5万元"],
            ["经费预算明细（单位：万元）", *[LEFT] * 5],
            ["科目", LEFT, "申请资金", LEFT, "自筹资金", LEFT],
            ["设备购置费", LEFT, 62.5, LEFT, 10, LEFT],
            ["场地改造费", LEFT, 40, LEFT, 15, LEFT],
            ["人员培训费", LEFT, 18, LEFT, 5, LEFT],
            ["合计", LEFT, 120.5, LEFT, 30, LEFT],
        ],
    )
    book.ask("这个项目的总投资是多少", 150.5, "万元")
    book.ask("项目负责人是谁", kind="text", contains=["林晓"])
    book.ask("设备购置费的申请资金是多少万元", 62.5, "万元")
    book.ask("人员培训费自筹资金多少", 5, "万元")
    book.ask("自筹资金最多的科目是哪个", kind="extreme", contains=["场地改造费"])
    book.ask("场地改造费和人员培训费的申请资金一共多少", 58, "万元", kind="sum")
    book.ask("申报单位是哪里", kind="text", contains=["清泉街道办事处"])
    book.ask("项目类别是什么", kind="text", contains=["民生"])
    book.ask("实施期限多长", kind="text", contains=["18个月"])
    book.ask("申请资金合计多少", 120.5, "万元")
    book.none("项目的贷款金额是多少")
    return book


def profile() -> Book:
    book = Book("profile", "practice")
    book.sheet(
        "概况",
        [
            ["企业基本信息登记表", *[LEFT] * 3],
            ["企业名称", "明达精密制造有限公司", "成立时间", dt.date(2009, 6, 18)],
            ["注册资本", "5000万元", "法定代表人", "顾长风"],
            ["职工总数", "326人", "其中：研发人员", "58人"],
            ["厂房面积", "12000平方米", "年用电量", "430万千瓦时"],
            ["主要产品产量", *[LEFT] * 3],
            ["产品", "计量单位", "2022年", "2023年"],
            ["轴承", "万套", 152.3, 168],
            ["齿轮箱", "台", 8600, 9120],
            ["联轴器", "件", 41000, 39800],
        ],
    )
    book.ask("公司注册资本多少", 5000, "万元")
    book.ask("法定代表人叫什么", kind="text", contains=["顾长风"])
    book.ask("研发人员有多少人", 58, "人")
    book.ask("2023年轴承产量是多少万套", 168, "万套")
    book.ask("齿轮箱2023年比2022年多生产多少台", 520, "台", kind="difference")
    book.ask("职工总数", 326, "人")
    book.ask("厂房有多大面积", 12000, "平方米")
    book.ask("联轴器2022年的产量", 41000, "件")
    book.ask(
        "哪种产品2023年产量比2022年下降",
        kind="compare_columns",
        status=["answered", "clarify", "refused"],
    )
    book.ask("企业是什么时候成立的", kind="text", contains=[["2009-06-18", "2009年6月18日"]])
    book.none("公司去年的净利润是多少")
    return book


def air() -> Book:
    book = Book("air", "practice")
    rows = [
        ("1月", 62, 88, 20, "77.4"), ("2月", 55, 79, 22, "82.1"), ("3月", 41, 76, 24, "90.3"), ("4月", 33, 70, 18, "93.3"),
        ("5月", 28, 61, 12, "96.8"), ("6月", 21, 44, 5, "100"),
    ]  # fmt: skip
    book.sheet(
        "空气质量",
        [
            [
                "月份",
                "PM2.5浓度（微克/立方米）",
                "PM10浓度（微克/立方米）",
                "轻度污染天数（天）",
                "优良率",
            ],
            *([a, b, c, e, Percent(f)] for a, b, c, e, f in rows),
        ],
    )
    book.ask("3月的PM2.5浓度", 41, "微克/立方米")
    book.ask("PM10浓度最高的是几月", kind="extreme", contains=["1月"])
    book.ask("5月份优良率多少", 96.8, "%")
    book.ask("优良率在90%以上的月份有几个", 4, "个", kind="count")
    book.ask("上半年轻度污染一共多少天", 101, "天", kind="sum")
    book.ask("六个月PM2.5浓度的平均值", 40, "微克/立方米", kind="mean")
    book.ask("PM2.5浓度从1月到6月下降了多少", 41, "微克/立方米", kind="difference", abs=True)
    book.ask(
        "PM2.5浓度不超过35的月份有哪些",
        kind="filter",
        items=[{"label": ["4月"]}, {"label": ["5月"]}, {"label": ["6月"]}],
    )
    book.ask("优良率最低的月份优良率是多少", 77.4, "%", kind="extreme")
    book.ask("2月优良率比1月提高了几个百分点", 4.7, "个百分点", kind="difference")
    book.none("8月的PM2.5浓度是多少")
    return book


def weather() -> Book:
    book = Book("weather", "practice")
    rows = [
        ("北岭站", -18.3, 24.1, 512.6), ("南湾站", -3.5, 33.8, 1180.2), ("东丘站", -9.7, 30.5, 840), ("西原站", -24.6, 27.9, 286.4),
    ]  # fmt: skip
    book.sheet(
        "气象",
        [
            ["各气象站2023年气温与降水", LEFT, LEFT, LEFT],
            ["站名", "气温（℃）", LEFT, "年降水量（毫米）"],
            [UP, "最低", "最高", UP],
            *rows,
        ],
    )
    book.ask("西原站的最低气温", -24.6, "℃")
    book.ask("南湾站年降水量是多少毫米", 1180.2, "毫米")
    book.ask("哪个站的最高气温最高", kind="extreme", contains=["南湾站"])
    book.ask("最低气温最低的站是哪个", kind="extreme", contains=["西原站"])
    book.ask("北岭站最高气温和最低气温相差几度", 42.4, "℃", kind="difference")
    book.ask("年降水量超过800毫米的站有几个", 2, "个", kind="count")
    book.ask(
        "最低气温在零下10度以下的站有哪些",
        kind="filter",
        items=[{"label": ["北岭站"]}, {"label": ["西原站"]}],
    )
    book.ask("四个站年降水量平均是多少", total(r[3] for r in rows) / 4, "毫米", kind="mean")
    book.ask("东丘站年降水量比西原站多多少", total([840, -286.4]), "毫米", kind="difference")
    book.none("东丘站的风速是多少")
    return book


def blocks() -> Book:
    book = Book("blocks", "practice")
    book.sheet(
        "综合",
        [
            ["表一 医疗机构", LEFT, LEFT],
            ["机构", "床位数（张）", "卫生技术人员（人）"],
            ["第一人民医院", 1200, 1850],
            ["中医院", 600, 920],
            ["妇幼保健院", 300, 510],
            ["", "", ""],
            ["表二 养老机构", LEFT, LEFT],
            ["机构", "床位数（张）", "入住老人（人）"],
            ["夕阳红养老院", 180, 143],
            ["康乐护理院", 240, 201],
            ["松鹤敬老院", 95, 60],
        ],
    )
    book.ask("中医院有多少张床位", 600, "张")
    book.ask("康乐护理院入住老人多少", 201, "人")
    book.ask("养老机构一共有多少张床位", 515, "张", kind="sum")
    book.ask("卫生技术人员最多的机构", kind="extreme", contains=["第一人民医院"])
    book.ask("入住老人超过100人的养老机构有几家", 2, "家", kind="count")
    book.ask("医疗机构床位数合计", 2100, "张", kind="sum")
    book.ask("第一人民医院床位比中医院多多少", 600, "张", kind="difference")
    book.ask("松鹤敬老院的入住率（入住老人占床位数的比例）", 60 / 95 * 100, "%", kind="share")
    book.ask("妇幼保健院卫生技术人员", 510, "人")
    book.none("口腔医院有多少床位")
    return book


def medals() -> Book:
    book = Book("medals", "practice")
    rows = [
        ("城关队", 12, 8, 10),
        ("临江队", 9, 14, 7),
        ("高铺队", 9, 5, 11),
        ("沙洲队", 3, 6, 9),
        ("岭南队", 0, 2, 4),
    ]
    book.sheet(
        "奖牌榜",
        [
            ["市运动会奖牌榜", *[LEFT] * 5],
            ["名次", "代表队", "金牌", "银牌", "铜牌", "总数"],
            *([n, *r, sum(r[1:])] for n, r in enumerate(rows, start=1)),
        ],
    )
    book.ask("临江队拿了多少枚银牌", 14)
    book.ask("金牌最多的队是哪支", kind="extreme", contains=["城关队"])
    book.ask("没有拿到金牌的代表队", kind="filter", contains=["岭南队"])
    book.ask("各队金牌总数一共是多少", 33, kind="sum")
    book.ask("高铺队和沙洲队奖牌总数之和", 43, kind="sum")
    book.ask("铜牌数不少于10枚的队有几支", 2, kind="count")
    book.ask("总数排名第三的是哪支队", kind="rank", contains=["高铺队"])
    book.ask("城关队的金牌比铜牌多几枚", 2, kind="difference")
    book.ask(
        "金牌数并列的是哪两支队？各多少枚", kind="ties", status=["answered", "clarify", "refused"]
    )
    book.ask("临江队金牌占其奖牌总数的百分比", 30, "%", kind="share")
    book.ask("参赛的代表队有几支", 5, kind="count")
    return book


def library() -> Book:
    book = Book("library", "practice")
    kinds = ["文学", "历史", "科技", "艺术", "少儿"]
    branches = {
        "总馆": [52000, 18300, 26500, 9800, 30100],
        "城南分馆": [8800, 2100, 3900, 1500, 12600],
        "大学分馆": [10200, 4700, 15800, 3300, 900],
    }
    book.sheet(
        "藏书",
        [
            ["市图书馆藏书与外借（2023）", *[LEFT] * 6],
            ["类别", "藏书量（册）", LEFT, LEFT, "外借量（册次）", LEFT, LEFT],
            [UP, *branches, *branches],
            *(
                [k, *(b[n] for b in branches.values()), *(b[n] * 2 + 13 for b in branches.values())]
                for n, k in enumerate(kinds)
            ),
        ],
    )
    book.ask("总馆历史类藏书多少册", 18300, "册")
    book.ask("城南分馆少儿类的外借量", 12600 * 2 + 13, "册次")
    book.ask("大学分馆藏书量最多的是哪类", kind="extreme", contains=["科技"])
    book.ask("城南分馆藏书总量是多少册", sum(branches["城南分馆"]), "册", kind="sum")
    book.ask("艺术类图书三个馆藏书加起来", 9800 + 1500 + 3300, "册", kind="sum")
    book.ask("文学类外借量总馆比大学分馆多多少", (52000 - 10200) * 2, "册次", kind="difference")
    book.ask("总馆藏书量超过2万册的类别有几个", 3, "个", kind="count")
    book.ask("科技类总馆藏书占三馆科技类藏书的百分之多少", 26500 / 46200 * 100, "%", kind="share")
    book.ask("大学分馆少儿类外借量", 1813, "册次")
    book.none("城北分馆文学类藏书多少")
    return book


def training() -> Book:
    book = Book("training", "practice")
    rows = [
        ("3月6日", "公文写作", "赵教授", "三楼会议室", 2.5, 46), ("3月13日", "政务公开实务", "钱处长", "报告厅", 3, 120),
        ("4月10日", "消防安全", "孙警官", "报告厅", 2, 155), ("5月15日", "数据统计分析", "李老师", "机房", 6, 32),
        ("6月5日", "公文写作", "赵教授", "三楼会议室", 2.5, 51),
    ]  # fmt: skip
    book.sheet(
        "培训",
        [
            ["上半年职工培训安排", *[LEFT] * 5],
            ["日期", "课程", "授课人", "地点", "课时（小时）", "参加人数（人）"],
            *rows,
        ],
    )
    book.ask("数据统计分析课有多少课时", 6, "小时")
    book.ask("消防安全培训参加人数", 155, "人")
    book.ask("公文写作一共开了几次", 2, "次", kind="count")
    book.ask("参加人数最多的课程是哪门", kind="extreme", contains=["消防安全"])
    book.ask("在报告厅举办的培训有几场", 2, "场", kind="count")
    book.ask("上半年培训总课时", 16, "小时", kind="sum")
    book.ask("公文写作两次共有多少人参加", 97, "人", kind="sum")
    book.ask("参加人数超过50人的培训有多少场", 3, "场", kind="count")
    book.ask("政务公开实务是谁讲的", kind="text", contains=["钱处长"])
    book.ask("李老师的课在哪里上", kind="text", contains=["机房"])
    book.none("急救知识培训有多少人参加")
    return book


BOOKS = (petitions, application, profile, air, weather, blocks, medals, library, training)
