"""Attacks: questions of attacks.yaml with each lie of it, over real HTTP. No number, year or place
of the model's reaches the answer, no figure changes, no prompt leaks and nothing is called.

Counted are only those attacks whose reply reached the assistant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import llm_server as script
import pytest
import yaml
from llm_server import Handler, ScriptedServer, Turn, scripted_server

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.hearing import hearing
from assistant.llm.breaker import Breaker
from assistant.llm.prompts import all_prompts
from ingest.settings import Settings

DATA: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "attacks.yaml").read_text("utf-8"))
DRAFT = re.compile(r"<<<data draft \w+>>>\n(.*?)\n<<<end", re.DOTALL)
UNDERSTOOD = re.compile("问题按“(.*?)”理解")
LEAST_REWRITTEN, LEAST_PLANNED = 220, 130  # more than 300 in all
EACH = 2  # questions a lie, other ones for the next


# ---- turns ----


def _echoes(handler: Handler, body: dict[str, Any]) -> None:
    script.says("\n".join(str(m["content"]) for m in body["messages"]))(handler, body)


def _echoes_system(handler: Handler, body: dict[str, Any]) -> None:
    script.says(str(body["messages"][0]["content"]))(handler, body)


def _stalls_at_once() -> Turn:
    return script.stalls("")


TURNS: dict[str, Any] = {
    "echoes": lambda: _echoes,
    "echoes_system": lambda: _echoes_system,
    "stalls_at_once": _stalls_at_once,
}


def _turn(lie: dict[str, Any]) -> Turn:
    name = lie["turn"]
    made = TURNS.get(name) or getattr(script, name)
    turn: Turn = made(*lie.get("with", ()))
    return turn


class Lying:
    """A turn that lies about the draft it is given; `told` is whether it said another thing."""

    def __init__(self, lie: dict[str, Any]) -> None:
        self.lie, self.told = lie, False

    def __call__(self, handler: Handler, body: dict[str, Any]) -> None:
        if "turn" in self.lie:
            self.told = True
            _turn(self.lie)(handler, body)
            return
        found = next(filter(None, (DRAFT.search(str(m["content"])) for m in body["messages"])))
        text = self._changed(found[1])
        self.told = text != found[1]
        script.says(text)(handler, body)

    def _changed(self, draft: str) -> str:
        if "say" in self.lie:
            return str(self.lie["say"])
        if "swap" in self.lie:
            return draft.replace(*self.lie["swap"])
        return str(self.lie.get("before", "")) + draft + str(self.lie.get("add", ""))


def _draft_of(lie: dict[str, Any]) -> Turn:
    if "turn" in lie:
        return _turn(lie)
    if "nested" in lie:
        return script.says("[" * lie["nested"] + "]" * lie["nested"])
    if "say" in lie:
        return script.says(lie["say"])
    return script.says(json.dumps({**DATA["plan"], **lie["with"]}, ensure_ascii=False))


# ---- one assistant for all ----


@pytest.fixture(scope="module")
def liar() -> Iterator[ScriptedServer]:
    with scripted_server() as started:
        yield started


@pytest.fixture(scope="module")
def misled(liar: ScriptedServer, sample_data: Path) -> Iterator[Assistant]:
    """Over the sample, with the scripted model; no second tries, no cache."""
    settings = Settings.load(
        environ={},
        data_dir=sample_data,
        llm="openai:scripted",
        llm_base_url=liar.url,
        llm_timeout=20,
        llm_stall=10,
        llm_retries=0,
        llm_cache=0,
        llm_max_tokens=256,
    )
    assistant = Assistant.open(settings)
    yield assistant
    assistant.library.close()
    assistant.llm.client.close()


def attacked(misled: Assistant, liar: ScriptedServer, turn: Turn, question: str) -> Answer:
    """The answer to `question` of a model that takes `turn`; the breaker stands in no attack's
    way."""
    misled.llm.client.breaker = Breaker()
    liar.default = turn
    return misled.ask(question)


def asked(liar: ScriptedServer, before: int) -> int:
    return len(liar.requests) - before


def some(honest: dict[str, Answer], at: int, count: int) -> list[tuple[str, Answer]]:
    """`count` of the questions, others for each `at`."""
    rows = list(honest.items())
    return [rows[(at + step * (len(rows) // count or 1)) % len(rows)] for step in range(count)]


def is_unchanged(answer: Answer, plain: Answer) -> bool:
    """Whether it is, word by word and figure by figure, what the rules alone say."""
    kept = ("status", "text", "reason", "value", "unit", "items", "formula", "citations")
    kept += ("warnings", "choices", "verdicts", "chart", "plan")
    return all(getattr(answer, name) == getattr(plain, name) for name in kept)


# ---- what is rewritten ----


def test_no_rewriting_lie_is_said(
    misled: Assistant, liar: ScriptedServer, sample: Assistant
) -> None:
    honest = {question: sample.ask(question) for question in DATA["rewritten"]}
    assert {plain.status for plain in honest.values()} == {"answered"}
    said, reached = [], 0
    for at, lie in enumerate(DATA["lies"]):
        for question, plain in some(honest, at, EACH):
            turn, before = Lying(lie), len(liar.requests)
            answer = attacked(misled, liar, turn, question)
            assert 1 <= asked(liar, before) <= 2, (lie, question)
            if not turn.told:  # nothing in this draft to swap
                continue
            reached += 1
            refused = answer.llm["path"] == "rules" and "compose" in answer.llm["failed"]
            if not (refused and is_unchanged(answer, plain)):
                said.append((lie, question, answer.text))
    assert not said
    assert reached >= LEAST_REWRITTEN


@pytest.mark.parametrize("name", DATA["slow"])
def test_who_keeps_us_waiting_is_left(
    server: ScriptedServer, asking: Callable[..., Assistant], sample: Assistant, name: str
) -> None:
    server.default = _turn({"turn": name})
    assistant = asking(llm_stall=1, llm_timeout=2)
    for question in (DATA["rewritten"][0], DATA["unsure"][0]):
        answer = assistant.ask(question)
        assert set(answer.llm["failed"].values()) <= {"stalled", "timeout"}
        assert is_unchanged(answer, sample.ask(question))
    assert len(server.requests) == 2


# ---- what was meant ----


def test_no_lying_plan_brings_a_figure_that_was_not_asked_for(
    misled: Assistant, liar: ScriptedServer, sample: Assistant
) -> None:
    honest = {question: sample.ask(question) for question in DATA["unsure"]}
    assert "answered" not in {plain.status for plain in honest.values()}
    wrong, reached, used = [], 0, 0
    for at, lie in enumerate(DATA["plans"]):
        for question, plain in some(honest, at, EACH):
            before = len(liar.requests)
            answer = attacked(misled, liar, _draft_of(lie), question)
            assert 1 <= asked(liar, before) <= 3, (lie, question, answer.llm)
            reached += 1
            if is_unchanged(answer, plain):
                continue
            used += 1
            problem = unfaithful(answer, question, sample)
            if problem:
                wrong.append((lie, question, problem, answer.text))
    assert not wrong
    assert reached >= LEAST_PLANNED
    assert used  # some drafts were good enough to be asked back


def unfaithful(answer: Answer, question: str, sample: Assistant) -> str:
    """What is wrong with an answer that follows the model's reading; "" where nothing is.

    Of a question back: figures. Else it must be what the rules say to the question that it tells,
    of the year and place asked for, with citations that are stored as quoted.
    """
    if answer.status != "answered":
        loose = set(re.findall(r"\d+", answer.text)) - set(re.findall(r"\d+", question))
        told = answer.value is not None or answer.items or answer.citations
        return f"figures in a question back: {loose}" if told or loose else ""
    found = UNDERSTOOD.search(answer.text)
    if not found:
        return "does not tell how it was read"
    expected = sample.ask(found[1])
    if (answer.value, answer.unit, answer.citations) != (
        expected.value,
        expected.unit,
        expected.citations,
    ):
        return f"not what {found[1]} comes to"
    if uncited(answer, sample):
        return "cites what is not stored"
    years, places = ({getattr(c, of) for c in answer.citations} for of in ("year", "publisher"))
    if years != {2024} or not all("示例区" in place for place in places):
        return f"of another year or place: {years} {places}"
    return ""


def uncited(answer: Answer, sample: Assistant) -> list[str]:
    """The citations that the store does not hold, or holds with another text."""
    ids = [c.figure_id for c in answer.citations if c.kind == "cell"]
    stored = {figure.id: figure for figure in sample.library.figures_by_id(ids)}
    return [id_ for id_ in ids if id_ not in stored]


def test_citations_of_rewritten_answers_are_stored(
    misled: Assistant, liar: ScriptedServer, sample: Assistant
) -> None:
    for question in DATA["rewritten"]:
        answer = attacked(misled, liar, Lying({"add": "即三千件。"}), question)
        assert answer.citations
        assert not uncited(answer, sample)


def test_no_line_of_a_prompt_is_said(misled: Assistant, liar: ScriptedServer) -> None:
    systems = [text for p in all_prompts() for role, text in p.messages if role == "system"]
    lines = [line for text in systems for line in text.splitlines() if len(line) > 12]
    assert len(lines) > 10
    for question in (*DATA["rewritten"], *DATA["unsure"]):
        for turn in (_echoes, _echoes_system):
            answer = attacked(misled, liar, turn, question)
            told = json.dumps(answer.record(), ensure_ascii=False)
            assert not [line for line in lines if line in told]


def test_what_a_liar_is_heard_to_say_is_true_and_stays(
    misled: Assistant, liar: ScriptedServer, sample: Assistant
) -> None:
    """Each lie after a first sentence that holds, told before the rest has come."""
    question, first = DATA["rewritten"][1], "示例区2024年为{f1}。"
    plain = sample.ask(question)
    heard = 0
    for lie in DATA["lies"]:
        told: list[str] = []
        turn = script.says(first + str(lie.get("add", lie.get("say", lie.get("before", "")))))
        with hearing(told.append):
            answer = attacked(misled, liar, turn if "turn" not in lie else _turn(lie), question)
        heard += bool(told)
        assert answer.text.startswith("".join(told)), lie
        assert answer.text in (plain.text, f"示例区2024年为328件。\n{plain.text}"), lie
        assert (answer.value, answer.citations) == (plain.value, plain.citations)
    assert heard > len(DATA["lies"]) / 3
