"""Slips are read as the words they stand for, and words that only look like slips are left."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from assistant import sounds
from assistant.catalog import Catalog
from assistant.lexicon import Lexicon
from assistant.mending import Mended, mend
from assistant.normalize import normalize
from assistant.tagger import read

PUBLISHERS = (
    "北京市海淀区人民政府",
    "示例市清溪区人民政府",
    "云梯县教育局",
    "天津市和平区人民政府",
)


def _catalog(publishers: tuple[str, ...] = PUBLISHERS) -> Catalog:
    return Catalog.of(
        SimpleNamespace(id=str(at), title=name, publisher=name, year=2024, source="")
        for at, name in enumerate(publishers)
    )


CATALOG = _catalog()


def _mend(question: str, catalog: Catalog = CATALOG) -> Mended:
    lexicon = Lexicon.built_in()
    return mend(read(normalize(question), lexicon, catalog), lexicon, catalog)


# the question as typed, and the words that the mended question must hold
SLIPS = """
2024年海电区新收了多少申请 海淀区
海店区予以公开多少 海淀区
海殿2024年新收申请多少 海淀
2024海定区行政处罚 海淀区
淀海区行政处罚多少 海淀区
海淀区予已公开多少件 予以公开
予依公开有几件 予以公开
于以公开多少 予以公开
与以公开的占比 予以公开
予以工开率 予以公开率
予以公凯多少件 予以公开
不与公开一共多少件 不予公开
不于公开一共多少件 不予公开
部予公开多少 不予公开
不予功开有多少 不予公开
不予公开绿 不予公开率
部份公开多少件 部分公开
步分公开多少 部分公开
部分公凯几件 部分公开
不与处理的合计 不予处理
不予出理多少 不予处理
不予处里的件数 不予处理
布予处理多少 不予处理
无法题供的有多少 无法提供
无发提供多少件 无法提供
无法提共多少件 无法提供
其他处里多少件 其他处理
形政处罚有多少件 行政处罚
行政处伐多少 行政处罚
行政罚处多少 行政处罚
行正处罚多少件 行政处罚
行政许克多少件啊 行政许可
海淀区行政需可 行政许可
行证许可多少 行政许可
行政许许可多少 行政许可
行政强致数量 行政强制
行政强治措施 行政强制
行正强制多少件 行政强制
行正复议总数 行政复议
行政复意多少件 行政复议
行政付议多少件 行政复议
复意维持了几件 复议
行政素讼多少件 行政诉讼
行政诉送多少件 行政诉讼
行证诉讼案件总数 行政诉讼
未经复意直接起诉 未经复议直接起诉
复议后启诉几件 复议后起诉
结过维持有几件 结果维持
结果为持有几件 结果维持
结果就正几件 结果纠正
行政复议维吃 维持
商业企业新手申请多少 新收申请
新收申清数量 新收申请
新收申情多少 新收申请
上年结转政府信息公开申情 申请
政府信息公凯申请多少 信息公开
结赚下年度的有多少 结转下年度
结转夏年度多少件 结转下年度
结转下念度继续办理 结转下年度
继续办里的多少 继续办理
2024年上年节转多少 上年结转
上年接转多少件 上年结转
信仿举报投诉类申请几件 信访
信房举报投诉类 信访
从复申请多少 重复申请
重副申请多少 重复申请
规范性文见现行有效几件 规范性文件
行政规范姓文件现行有效 规范性文件
规范性闻件多少 规范性文件
现行有笑的规范性文件 现行有效
本年费止件数 废止
行政事业性受费金额 事业性收费
行政是业性收费 事业性收费
自燃人申请多少 自然人
自然仁申请多少 自然人
商业起业新收申请 商业企业
科研机沟多少件 科研机构
科言机构多少件 科研机构
社会公议组织有几件 公益组织
法律服物机构新收多少 法律服务机构
法律服务构多少 法律服务机构
不章握的多少 不掌握
本机关不掌我相关政府信息 不掌握
属于国家密秘的多少 国家秘密
属于国家蜜密的多少 国家秘密
行政执法按卷多少 执法案卷
行政执法案倦多少 执法案卷
过程性信系多少 过程性信息
内部事物信息多少 内部事务信息
第三放合法权益 第三方合法权益
办结律多少 办结率
"""

LATIN = """
haidian 2024 xinshou shenqing duoshao jian|海淀2024新收申请多少件
xinshoushenqingduoshaojian|新收申请多少件
xingzheng xuke 多少件|行政许可多少件
haidian yuyi gongkai 占比|海淀予以公开占比
buyu gongkai zhan duoshao|不予公开占多少
zi ran ren xin shou duo shao|自然人新收多少
xíngzhèng xǔkě duōshǎo|行政许可多少
haidian qu 2024 nian xingzhengchufa duoshao|海淀区2024年行政处罚多少
Haidian XZXK 2024|海淀行政许可2024
xzcf多少件|行政处罚多少件
Haidian admin licenses number 2024|海淀行政许可数量2024
"""

# Words, real or meaningful, that sound or look like names and are none.
NEAR_MISSES = """
公务员 行政拘留 行政处分 科技局 海南区 朝阳 朝阳区 潮阳区 淀粉 海店 新手
新手司机 重复意见 先行先试 公信力 公证处 公积金 供暖 工会 攻坚 公交 公园
公安局 公厕 会议 附议 争议 复印 复印件 复习 服役 副业 负债 律诗 绿地 旅游
强迫症 强度 墙纸 强直 处方 厨房 触发 出发 除法 惩罚 诉苦 起诉书 启示 气势
骑士 机电 基金 激光 鸡蛋 机床 权威 权利 全力 拳击 投石 头饰 偷税 信用 信仰
新房 新冠 辛勤 心情 深情 神情 自燃 自热 资源 自然资源 自然保护区 法国 发热
法宝 罚站 规则 轨迹 贵州 归还 闺蜜 国家机器 国家公园 案件卷 安全 暗号 岸线
现形 现钱 县级 闲置 非法 废水 肥料 指发 直发 止付 致富 年度体检 年夜饭 学校
医院 养老院 公租房 停车位 老旧小区 垃圾分类 河长 清晰 清洗 清晰度 轻信 和平鸽
喝瓶 拨款 播放 政务开放日 信息化 信息系统 信心 新西兰 政府采购云 证件 政见
文件柜 问卷 稳健 门牌 接转 结账 节约 街道 截止阀 洁净 引发的纠纷 因公出国
长波 重工 重工业 正副 正负电子 张维赤 吕师囊 瞠呼其后 信房 企业家 起夜 器械
"""


@pytest.mark.parametrize("line", SLIPS.strip().splitlines())
def test_slip_is_read_as_the_word(line: str) -> None:
    typed, word = line.split()
    mended = _mend(typed)
    assert word in mended.reading.text
    assert mended.notes, "a correction is said"


@pytest.mark.parametrize("line", LATIN.strip().splitlines())
def test_pinyin_english_and_initials(line: str) -> None:
    typed, chinese = line.split("|")
    mended = _mend(typed)
    assert mended.reading.text == chinese
    assert mended.notes
    assert not mended.reading.gaps


@pytest.mark.parametrize("word", NEAR_MISSES.split())
@pytest.mark.parametrize("frame", ["{}有多少", "2024年海淀区{}多少件", "关于{}的申请有几件"])
def test_a_word_that_is_no_slip_stays(word: str, frame: str) -> None:
    question = frame.format(word)
    mended = _mend(question)
    assert mended.reading.text == normalize(question)
    assert mended.notes == ()


@pytest.mark.parametrize(
    "typed",
    [
        "不分公开多少",
        "不公开的多少",
        "没有公开多少",
        "未公开的多少",
        "非现行有效几件",
        "不予公开多少",
        "不公凯多少",
        "未予公开几件",
    ],
)
def test_a_no_is_never_made_a_yes(typed: str) -> None:
    text = _mend(typed).reading.text
    assert text[0] in "不没未非"
    assert "部分" not in text


def test_a_question_without_slips_is_untouched() -> None:
    lexicon = Lexicon.built_in()
    reading = read(normalize("2024年海淀区行政处罚多少件"), lexicon, CATALOG)
    assert mend(reading, lexicon, CATALOG) == Mended(reading)


def test_english_question() -> None:
    mended = _mend("How many FOI requests did Haidian receive in 2024?")
    assert not mended.reading.gaps
    assert all(word in mended.reading.text for word in ("海淀", "2024", "申请", "收到"))


@pytest.mark.parametrize(
    "question",
    [
        "How many schools are there in Haidian?",
        "what is the population of haidian",
        "How many requests were about land expropriation?",
        "FOI requests of Chaoyang in 2024",
        "haidian xuexiao duoshao",
    ],
)
def test_unknown_latin_words_stay_unexplained(question: str) -> None:
    assert any(
        char.isascii() and char.isalpha() for gap in _mend(question).reading.gaps for char in gap
    )


def test_two_places_that_sound_the_same_are_not_guessed() -> None:
    catalog = _catalog(("示例市玉州区人民政府", "示例市禹州区人民政府"))
    assert _mend("2024年育州区新收申请多少", catalog).notes == ()
    assert _mend("2024年育州区新收申请多少", _catalog(("示例市玉州区人民政府",))).notes


def test_a_place_that_exists_is_not_taken_for_a_stored_one() -> None:
    catalog = _catalog(("天津市和平区人民政府", "广东省汕头市潮阳区人民政府"))
    assert _mend("2024年朝阳区新收申请多少", catalog).notes == ()


def test_every_slip_of_a_question_is_mended() -> None:
    mended = _mend("2024年海电区形政处罚和行政许克各多少")
    assert mended.reading.text == "2024年海淀区行政处罚和行政许可各多少"
    assert len(mended.notes) == 3


@pytest.mark.parametrize("word", ["清晰", "张维赤", "一", "意见", "龟裂"])
def test_dictionary_words_are_found(word: str) -> None:
    assert sounds.is_word(word)
    assert not sounds.is_word(word + "复意")
