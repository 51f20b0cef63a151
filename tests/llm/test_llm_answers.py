"""Whole answers with a scripted model: the figure is ours whatever it says, and the record tells
which path spoke."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import llm_server as script
import pytest
from llm_server import ScriptedServer, Turn

from assistant.answer import Answer
from assistant.assistant import Assistant

Make = Callable[..., Assistant]
COUNT = "2024年示例区新收申请多少件"
MORE = "2024年示例区新收申请比2023年多多少"


def plain(answer: Answer) -> dict[str, Any]:
    """All of an answer but the time it took and the path."""
    record = answer.record()
    return {key: record[key] for key in record if key not in ("latency_ms", "llm", "turn")}


def test_without_a_model_nothing_changes(sample: Assistant) -> None:
    answer = sample.ask(COUNT)
    assert answer.llm == {}
    assert "llm" not in answer.record()
    assert sample.llm is None


# ---- compose ----


def test_better_prose_around_our_figure(
    server: ScriptedServer, asking: Make, sample: Assistant
) -> None:
    server.enqueue(script.says("根据年度报告，2024年示例区本年新收政府信息公开申请为{f1}。"))

    answer = asking(llm_uses="compose").ask(COUNT)

    assert answer.text == "根据年度报告，2024年示例区本年新收政府信息公开申请为328件。"
    assert replace(answer, text="", llm={}, latency_ms=0, turn=0) == replace(
        sample.ask(COUNT), text="", latency_ms=0, turn=0
    )
    record = answer.record()["llm"]
    assert (record["path"], record["calls"], record["tokens_in"]) == ("compose", 1, 100)
    assert set(record["prompts"]) == {"compose"}
    assert "328" not in server.seen()  # the model never sees a figure


LIES: list[Turn] = [
    script.says("2024年示例区新收申请为329件。"),  # invents a number
    script.says("2024年示例区新收申请为{f1}，其中三成来自自然人。"),
    script.says("2023年示例区新收申请为{f1}。"),  # swaps the year
    script.says("2024年海淀区新收申请为{f1}。"),  # and the place
    script.says("2024年示例区新收申请为{f7}。"),  # cites what does not exist
    script.says("2024年示例区新收申请如下。"),  # leaves the figure out
    script.says("抱歉，我不能回答这个问题。"),  # refuses in words
    script.says('{"text": "2024年示例区新收申请为{f1}。"'),
    script.calls_tool("delete_reports", {}),
    script.refuses(),
    script.empty(),
    script.nothing(),
    script.garbage(),
    script.broken_event(),
    script.status(500),
    script.status(429, retry_after=1),
    script.status(401),
    script.endless(),
]


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_or_a_failure_leads_to_the_plain_answer(
    server: ScriptedServer, asking: Make, sample: Assistant, lie: Turn
) -> None:
    server.default = lie

    answer = asking(llm_uses="compose").ask(COUNT)

    assert plain(answer) == plain(sample.ask(COUNT))
    record = answer.record()["llm"]
    assert record["path"] == "rules"
    assert set(record["failed"]) == {"compose"}
    assert 1 <= record["calls"] == len(server.requests) <= 2


def test_it_is_asked_again_once_and_told_why(server: ScriptedServer, asking: Make) -> None:
    server.enqueue(
        script.says("2024年示例区新收申请为329件。"),
        script.says("2024年，示例区新收申请为{f1}。"),
    )

    answer = asking(llm_uses="compose").ask(COUNT)

    assert answer.text == "2024年，示例区新收申请为328件。"
    assert answer.llm["calls"] == 2
    assert "记号之外不能写数字" in server.requests[1]["messages"][-1]["content"]


def test_formula_and_warnings_stay(server: ScriptedServer, asking: Make, sample: Assistant) -> None:
    server.enqueue(script.says("示例区2024年为{f1}，比2023年的{f2}多{f3}。"))

    answer = asking(llm_uses="compose").ask(MORE)

    expected = sample.ask(MORE)
    assert answer.text.splitlines()[0] == "示例区2024年为328件，比2023年的245件多83件。"
    assert answer.text.splitlines()[1:] == expected.text.splitlines()[1:]
    assert (answer.value, answer.formula, answer.citations, answer.warnings) == (
        expected.value,
        expected.formula,
        expected.citations,
        expected.warnings,
    )


def test_a_stalled_model_and_then_a_dead_one(
    server: ScriptedServer, asking: Make, sample: Assistant
) -> None:
    server.default = script.stalls()
    answer = asking(llm_uses="compose", llm_stall=1).ask(COUNT)
    assert answer.llm["failed"]["compose"] in ("timeout", "stalled")
    assert plain(answer) == plain(sample.ask(COUNT))

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        dead = asking(llm_uses="compose", llm_base_url=url)
        kinds = [dead.ask(COUNT).llm["failed"]["compose"] for _ in range(7)]
    assert kinds == ["unreachable"] * 5 + ["open"] * 2


def test_an_accepted_text_is_kept_and_a_rejected_one_is_not(
    server: ScriptedServer, asking: Make, own_data: Path
) -> None:
    assistant = asking(llm_uses="compose", llm_cache=10, data_dir=own_data)
    server.enqueue(script.says("假话。"), script.says("假话。"))
    assert assistant.ask(COUNT).llm["path"] == "rules"
    server.enqueue(script.says("2024年，示例区新收申请为{f1}。"))
    assert assistant.ask(COUNT).llm["path"] == "compose"

    again = assistant.ask(COUNT)

    assert (again.llm["calls"], again.llm["cached"], again.llm["path"]) == (0, 1, "compose")
    assert len(server.requests) == 3


def test_personal_data_of_the_asker_stays_here(server: ScriptedServer, asking: Make) -> None:
    asking().ask("我的手机13800138000，2024年示例区的东西有多少")
    asking().ask(COUNT + "，我的电话是13800138000")

    assert "13800138000" not in server.seen()


# ---- plan ----


def drafted(op: str = "lookup", measures: tuple[str, ...] = ("m1",), **more: Any) -> dict[str, Any]:
    known = {"whole": None, "places": ["p1"], "years": [2024], "readings": []}
    return {"op": op, "measures": list(measures), **known, **more}


UNSURE = "2024年示例区那个数是多少"


def candidates_of(server: ScriptedServer, request: int = 0) -> dict[str, str]:
    content = server.requests[request]["messages"][-1]["content"]
    lines = [line.split("：") for line in content.splitlines() if line[:1] in "mp" and "：" in line]
    return {name: id_ for id_, name in lines}


def test_the_model_is_not_asked_where_the_rules_are_sure(
    server: ScriptedServer, asking: Make
) -> None:
    answer = asking(llm_uses="plan").ask(COUNT)
    assert not server.requests
    assert answer.llm["path"] == "rules"


@pytest.mark.parametrize(
    "question",
    [
        "2024年火星市新收申请多少件",  # a place that is not stored
        "2031年示例区新收申请多少件",  # a year that is not stored
        "示例区明年会收到多少申请",  # a forecast
        "2024年示例区新收申请罚款多少元",
        "2024年示例区网上申请多少件",  # a word that narrows it to what no table counts
        "",
    ],
)
def test_a_refusal_for_a_reason_stands(
    server: ScriptedServer, asking: Make, sample: Assistant, question: str
) -> None:
    server.default = script.says_json(drafted())
    answer = asking(llm_uses="plan").ask(question)
    assert not server.requests
    assert plain(answer) == plain(sample.ask(question))


@pytest.mark.parametrize(("words", "name"), [("部分给的", "部分公开")])
def test_a_draft_becomes_a_plan_of_the_rules(
    server: ScriptedServer, asking: Make, sample: Assistant, words: str, name: str
) -> None:
    question = f"2024年示例区{words}有多少件"
    server.enqueue(script.says_json(drafted("none")))
    asking(llm_uses="plan").ask(question)
    meant = candidates_of(server)[name]
    readings = [{"words": words, "means": meant}]
    server.enqueue(script.says_json(drafted(measures=(meant,), readings=readings)))

    answer = asking(llm_uses="plan").ask(question)

    expected = sample.ask(f"2024年示例区{name}是多少")
    assert sample.ask(question).status != "answered"
    assert answer.status == "answered"
    assert (answer.value, answer.citations) == (expected.value, expected.citations)
    assert answer.llm["path"] == "plan"
    assert any("语言模型" in warning for warning in answer.warnings)
    assert "语言模型" in answer.text


def test_a_measure_out_of_nowhere_is_asked_back(server: ScriptedServer, asking: Make) -> None:
    server.enqueue(script.says_json(drafted("none")))
    asking(llm_uses="plan").ask(UNSURE)
    granted = candidates_of(server)["予以公开"]
    server.enqueue(script.says_json(drafted(measures=(granted,))))

    answer = asking(llm_uses="plan").ask(UNSURE)

    assert answer.status == "clarify"
    assert answer.value is None
    assert answer.choices == ("2024年示例区予以公开是多少",)
    assert asking(llm_uses="plan").ask(answer.choices[0]).value == "110"


BAD_DRAFTS: list[Turn] = [
    script.says_json(drafted(measures=("m99",))),  # not offered
    script.says_json(drafted(years=[2023])),  # not the year asked
    script.says_json(drafted(places=["p2"])),
    script.says_json(drafted(places=[])),  # the place named is dropped
    script.says_json(drafted(op="drop_table")),
    script.says_json(drafted(measures=())),
    script.says_json(drafted(op="share")),  # of what?
    script.says_json(drafted(op="growth")),  # of one year
    script.says_json({**drafted(), "value": "999"}),  # an extra key
    script.says_json(drafted(readings=[{"words": "教育类申请", "means": "m1"}])),  # not said
    script.says_json(drafted(years=["2024"])),
    script.says_json([drafted()]),
    script.says('{"op": "lookup", "measures": ["m1"'),
    script.says("示例区2024年有999件。"),
    script.calls_tool("look_up", {"measure": "m1"}),
    script.refuses(),
    script.status(500),
    script.empty(),
]


@pytest.mark.parametrize("bad", BAD_DRAFTS)
def test_a_bad_draft_leaves_the_answer_of_the_rules(
    server: ScriptedServer, asking: Make, sample: Assistant, bad: Turn
) -> None:
    server.default = bad

    answer = asking(llm_uses="plan").ask(UNSURE)

    assert plain(answer) == plain(sample.ask(UNSURE))
    assert answer.llm["path"] == "rules"
    assert set(answer.llm["failed"]) == {"plan"}
    assert len(server.requests) <= 2


def test_a_word_that_is_not_near_its_measure_is_asked_back(
    server: ScriptedServer, asking: Make
) -> None:
    """A model that takes a narrowing word for another name of the measure."""
    question = "2024年示例区蓝皮样的条子有多少"
    server.enqueue(script.says_json(drafted("none")))
    asking(llm_uses="plan").ask(question)
    assert server.requests
    readings = [{"words": "蓝皮样的条子", "means": "m1"}]
    server.enqueue(script.says_json(drafted(readings=readings)))

    answer = asking(llm_uses="plan").ask(question)

    assert answer.status in ("clarify", "refused")
    assert answer.value is None


def test_broken_json_is_repaired_once(server: ScriptedServer, asking: Make) -> None:
    server.enqueue(script.says("不是 JSON"), script.says_json(drafted("none")))
    answer = asking(llm_uses="plan").ask(UNSURE)
    assert answer.llm["calls"] == 2
    assert "failed" not in answer.llm
    assert "JSON" in server.requests[1]["messages"][-1]["content"]


@pytest.mark.parametrize("way", ["object", "schema", "text"])
def test_how_json_is_asked_for(server: ScriptedServer, asking: Make, way: str) -> None:
    server.enqueue(script.says_json(drafted("none")))
    asking(llm_uses="plan", llm_json=way).ask(UNSURE)
    asked = server.requests[0].get("response_format", {}).get("type")
    assert asked == {"object": "json_object", "schema": "json_schema", "text": None}[way]


def test_a_use_that_is_not_named_is_off(server: ScriptedServer, asking: Make) -> None:
    answer = asking(llm_uses="plan").ask(COUNT)  # sure by the rules: only a composer would write
    assert not server.requests
    assert answer.llm["path"] == "rules"
    asking(llm_uses="compose").ask(UNSURE)  # nothing to write, and no planner
    assert not server.requests


@pytest.mark.parametrize(
    "question",
    [
        "2024年海淀区城管的行政处罚有多少件",
        "2024年海淀区教育收费金额多少",
        "2024年海淀区工作日收到的申请多少件",
    ],
)
def test_a_word_beside_a_named_measure_is_never_explained_away(
    server: ScriptedServer, asking: Make, question: str
) -> None:
    assistant = asking(llm_uses="plan")
    server.enqueue(script.says_json(drafted("none")))
    assistant.ask(question)
    offered = candidates_of(server).values() if server.requests else ()
    for id_ in offered:
        readings = [{"words": question, "means": id_}]
        server.enqueue(script.says_json(drafted(measures=(id_,), readings=readings)))
        server.enqueue(script.says_json(drafted("none")))
        assert assistant.ask(question).value is None
