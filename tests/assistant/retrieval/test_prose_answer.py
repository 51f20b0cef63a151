"""A number of the prose is found where it is meant, and nowhere else."""

from decimal import Decimal

import pytest

from assistant.prose_answer import ProseMatch, find_prose_figures
from eval.training.corpus import Corpus
from ingest.figure import Figure, Kind, Place
from ingest.prose import mentions
from tests.assistant.retrieval.conftest import BING, JIA, YI


def figures_of(*sentences: str) -> list[Figure]:
    """The numbers of sentences, as ingest would give them."""
    return [
        Figure(
            id=f"r-n{row}-{mention.start}",
            report_id="r",
            table="",
            row=(),
            column=(),
            raw=mention.raw,
            value=mention.value,
            unit=mention.unit,
            kind=Kind.NUMBER,
            place=Place.PROSE,
            sentence=sentence,
            position=(mention.start, mention.end),
        )
        for row, sentence in enumerate(sentences)
        for mention in mentions(sentence)
    ]


def found(question: str, *sentences: str) -> list[str]:
    return [match.figure.raw for match in find_prose_figures(question, figures_of(*sentences))]


FEES = "2024年我区涉及收费的申请11件,发出缴费通知金额15100元,收到缴费金额10100元。"
TASKS = "一是制发《2024年政务公开工作要点》,提出4个方面39项具体任务,形成项目化清单。"
CLAIMS = "在“京策”政策兑现专区发布59个兑现类政策事项,持续向“京策”平台汇集企业数据。"


@pytest.mark.parametrize(
    ("question", "raws"),
    [
        ("京策平台发布了多少个政策兑现事项", ["59个"]),
        ("政务公开工作要点里有多少项任务", ["39项"]),
        ("工作要点有几个方面", ["4个"]),
        ("收费的申请有几件,实际到账多少钱?", ["11件", "10100元"]),
        ("通知缴费金额是多少", ["15100元"]),
        ("收到缴费多少元", ["10100元"]),
    ],
)
def test_two_numbers_of_a_sentence_are_told_apart(question: str, raws: list[str]) -> None:
    assert found(question, FEES, TASKS, CLAIMS) == raws


@pytest.mark.parametrize(
    "question",
    [
        "海淀区2024年有多少名公务员",
        "2024年GDP是多少",
        "京策平台有多少注册用户",
        "京策平台花了多少钱",
        "退费金额多少",
        "不予公开多少件",
        "缴费通知里有多少钱没到账",
        "申请多少",
        "公开了多少?",
        "收了多少钱",
        "明天北京天气怎么样",
        "2024年存在哪些问题",
        "",
        "多少",
    ],
)
def test_what_the_text_does_not_say_is_not_answered(question: str) -> None:
    assert found(question, FEES, TASKS, CLAIMS) == []


def test_a_number_of_several_things_is_not_that_of_one() -> None:
    proposals = "承办人大建议、政协提案共213件,其中人大建议121件、政协提案92件。"
    assert found("政协提案多少件", proposals) == ["92件"]
    assert found("校长有多少名", "参训校长和信息员245人。") == []


def test_a_latin_word_is_met_whole() -> None:
    assert found("AA级企业有几家", "参评企业57家,其中AAA级企业14家。") == []
    assert found("AAA级企业有几家", "参评企业57家,其中AAA级企业14家。") == ["14家"]


def test_the_year_that_governs_a_number() -> None:
    sentence = "2020年全市受理依申请公开1843件,2021年受理2260件,同比增长22.6%。"
    years = {"r": 2021}
    figures = [
        figure if figure.raw != "1843件" else _of_period(figure, 2020)
        for figure in figures_of(sentence)
    ]

    def raws(question: str) -> list[str]:
        return [m.figure.raw for m in find_prose_figures(question, figures, years=years)]

    assert raws("2020年受理依申请公开多少件") == ["1843件"]
    assert raws("2021年受理依申请公开多少件") == ["2260件"]
    assert raws("2019年受理依申请公开多少件") == []
    assert raws("受理依申请公开同比增长百分之几") == ["22.6%"]


def _of_period(figure: Figure, year: int) -> Figure:
    from dataclasses import replace

    return replace(figure, period=year)


def test_a_table_figure_is_never_taken() -> None:
    from dataclasses import replace

    cells = [replace(figure, place=Place.TABLE) for figure in figures_of(FEES)]
    assert find_prose_figures("收费的申请有几件", cells) == []


def ask(corpus: Corpus, report: str, question: str) -> list[ProseMatch]:
    report_id = corpus.report_ids[report]
    info = corpus.library.report(report_id)
    assert info is not None
    figures = corpus.library.figures(report_ids=[report_id], place=Place.PROSE)
    return find_prose_figures(question, figures, years={report_id: info.year})


def test_over_the_store(corpus: Corpus) -> None:
    (match,) = ask(corpus, JIA, "政务公开专区新建了几个")
    assert (match.figure.value, match.figure.unit) == (Decimal(12), "个")
    assert 0.6 <= match.confidence <= 1
    assert ask(corpus, YI, "校长有多少名") == []
    assert ask(corpus, BING, "全市人口多少万人") == []


def test_several_reports_answer_side_by_side(corpus: Corpus) -> None:
    figures = corpus.library.figures(place=Place.PROSE)
    matches = find_prose_figures("规范性文件印发了几件", figures)
    assert [match.figure.report_id for match in matches] == [corpus.report_ids[BING]]


STAFF = "为每个乡镇各配备2名联络员,指定3名专家坐镇热线。"


def test_the_thing_counted_is_the_one_that_follows_the_number() -> None:
    assert found("配备了几名联络员", STAFF) == ["2名"]
    assert found("指定了几名专家", STAFF) == ["3名"]
    assert found("有几个乡镇", STAFF) == []
    assert found("热线有几条", STAFF) == []


def test_persons_are_no_answer_to_a_number_of_things() -> None:
    assert found("有几个乡镇", "各乡镇配备联络员2名。") == []
    assert found("有几个人参加培训", "参加培训30人。") == ["30人"]


MEDIA = "本县号推送微信约2100条，总阅读量近160万；推送微博约3800条，阅读量近60万。"
BOTH_MEDIA = "全县政务微博微信全年发文1.86万篇，总阅读量203万次。"
KINDS = (
    "通过目录系统公开信息11284条（其中概况260条、占2.3%，"
    "动态7886条、占69.89%，其他3138条、占27.81%）。"
)
OFFICES = "各板块、各部门通过门户网站发布信息4583条，其中主动公开各类政府信息2107条。"
VISITS = "对11个乡镇和29个县级部门开展专项督查2次。"


@pytest.mark.parametrize(
    ("question", "raws"),
    [
        ("微信推送了多少条", ["约2100条"]),
        ("微博推送了多少条", ["约3800条"]),
        ("微博阅读量多少", ["近60万"]),
        ("动态类信息占多少", ["69.89%"]),
        ("动态类信息有多少条", ["7886条"]),
        ("通过门户网站发布信息多少条", ["4583条"]),
        ("门户网站发布的信息里主动公开的政府信息有多少条", ["2107条"]),
        ("督查了多少个乡镇", ["11个"]),
        ("督查了多少个部门", ["29个"]),
        ("专项督查了几次", ["2次"]),
    ],
)
def test_a_number_is_that_of_its_own_words(question: str, raws: list[str]) -> None:
    assert found(question, MEDIA, BOTH_MEDIA, KINDS, OFFICES, VISITS) == raws


def test_a_count_is_no_share() -> None:
    assert found("动态类信息占多少", "全年公开动态类信息7886条。") == []


def test_what_stands_behind_a_word_for_inside_is_cut_as_the_question_is() -> None:
    assert found("门户网站发布的信息里头主动公开的有多少条", OFFICES) == ["2107条"]
