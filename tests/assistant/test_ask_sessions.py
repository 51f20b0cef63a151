"""Conversations: what is carried over is said, sessions never mix, threads change nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from assistant.assistant import Assistant

TALKS = {
    "甲": ("2024年海淀区予以公开多少件?", "那部分公开呢?", "两个加起来占多少?"),
    "乙": ("2023年示例区新收多少件?", "那2022年呢?", "自然人呢?"),
    "丙": ("2024年海淀区科研机构新收几件", "社会公益组织呢"),
    "丁": ("2021年示例区不予公开多少件", "占多少", "海淀区2024年呢"),
}


@pytest.fixture
def fresh(sample_settings: Any) -> Any:
    assistant = Assistant.open(sample_settings)
    yield assistant
    assistant.library.close()


def talk(assistant: Assistant, session: str) -> list[dict[str, Any]]:
    records = [assistant.ask(question, session=session).record() for question in TALKS[session]]
    for record in records:
        del record["latency_ms"]
    return records


def test_a_measure_is_carried_to_another_year_and_said(fresh: Assistant) -> None:
    first, second, _ = talk(fresh, "乙")

    assert (first["value"], second["value"]) == ("245", "352")
    assert first["carried"] == []
    assert second["carried"]
    for what in second["carried"]:
        assert any(what in warning for warning in second["warnings"])
        assert what in second["text"]
    assert any("新收" in what for what in second["carried"])
    assert any("示例区" in what for what in second["carried"])


def test_place_and_year_are_carried_to_another_measure(fresh: Assistant) -> None:
    first, second, third = talk(fresh, "甲")

    assert [first["value"], second["value"]] == ["374", "146"]
    assert third["value"].startswith("15.95581")
    assert "沿用上文" in second["text"]
    assert "沿用上文" in third["text"]


def test_an_applicant_is_replaced(fresh: Assistant) -> None:
    assert [record["value"] for record in talk(fresh, "丙")] == ["1", "6"]


def test_without_a_session_nothing_is_carried(fresh: Assistant) -> None:
    fresh.ask("2023年示例区新收多少件?")
    answer = fresh.ask("那2022年呢?")

    assert answer.value is None
    assert answer.carried == ()


def test_another_session_knows_nothing(fresh: Assistant) -> None:
    fresh.ask("2023年示例区新收多少件?", session="一")
    answer = fresh.ask("那2022年呢?", session="二")

    assert answer.value is None


def test_a_forgotten_session_knows_nothing(fresh: Assistant) -> None:
    fresh.ask("2023年示例区新收多少件?", session="一")
    fresh.forget("一")
    answer = fresh.ask("那2022年呢?", session="一")

    assert answer.value is None
    assert answer.turn == 1


def test_turns_are_counted_by_session(fresh: Assistant) -> None:
    turns = [fresh.ask("你好", session=session).turn for session in ("一", "二", "一", "一")]

    assert turns == [1, 1, 2, 3]


def test_a_question_of_its_own_carries_nothing(fresh: Assistant) -> None:
    fresh.ask("2023年示例区新收多少件?", session="一")
    answer = fresh.ask("2024年海淀区予以公开多少件?", session="一")

    assert answer.value == "374"
    assert answer.carried == ()


def test_a_refused_turn_does_not_spoil_the_next(fresh: Assistant) -> None:
    fresh.ask("2023年示例区新收多少件?", session="一")
    assert fresh.ask("2010年呢?", session="一").status == "refused"
    answer = fresh.ask("2022年呢?", session="一")

    assert answer.value == "352"


def test_interleaved_sessions_are_as_if_alone(fresh: Assistant, sample: Assistant) -> None:
    alone = {session: talk(sample, session) for session in TALKS}
    mixed: dict[str, list[dict[str, Any]]] = {session: [] for session in TALKS}
    for turn in range(3):
        for session, questions in TALKS.items():
            if turn < len(questions):
                record = fresh.ask(questions[turn], session=session).record()
                del record["latency_ms"]
                mixed[session].append(record)
    for session in TALKS:
        sample.forget(session)

    assert mixed == alone


def test_threads_give_what_one_after_another_gives(fresh: Assistant, sample: Assistant) -> None:
    alone = {session: talk(sample, session) for session in TALKS}
    for session in TALKS:
        sample.forget(session)
    sessions = list(TALKS) * 3

    def run(at: int) -> list[dict[str, Any]]:
        session = sessions[at]
        records = []
        for question in TALKS[session]:
            record = fresh.ask(question, session=f"{session}{at}").record()
            del record["latency_ms"]
            records.append({**record, "session": session})
        return records

    with ThreadPoolExecutor(8) as pool:
        answered = list(pool.map(run, range(len(sessions))))

    assert answered == [alone[session] for session in sessions]
