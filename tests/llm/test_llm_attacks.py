"""Attacks in the question beside a model that lies: no figure of the model's reaches the answer, no
figure of the reports changes, no prompt leaks and nothing is called."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llm_server as script
import pytest
import yaml
from llm_server import Handler, ScriptedServer, Turn

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.llm import breaker
from assistant.llm.prompts import all_prompts

QUESTIONS: list[str] = yaml.safe_load((Path(__file__).parent / "attacks.yaml").read_text("utf-8"))[
    "questions"
]
DIGITS = re.compile(r"\d+(?:\.\d+)?")
YEARS = {"2020", "2021", "2022", "2023", "2024"}  # of the stored reports
INVENTED = ("9999", "12345", "88888", "77777", "99999", "66666", "三千", "五万", "九成", "翻番")


def _echo(handler: Handler, body: dict[str, Any]) -> None:
    script.says("\n".join(str(m["content"]) for m in body["messages"]))(handler, body)


def _draft_with(change: Callable[[str], str]) -> Turn:
    """The draft as it was given, changed; for other prompts the same lie as text."""

    def turn(handler: Handler, body: dict[str, Any]) -> None:
        asked = str(body["messages"][-1]["content"])
        found = re.search(r"<<<data draft \w+>>>\n(.*?)\n<<<end", asked, re.DOTALL)
        script.says(change(found[1] if found else "{f1}"))(handler, body)

    return turn


def _plan(**changes: Any) -> Turn:
    plan: dict[str, Any] = {"op": "lookup", "measures": ["m1"], "whole": None, "places": ["p1"]}
    return script.says_json({**plan, "years": [2023], "readings": [], **changes})


LIES: dict[str, Turn] = {
    "a number": script.says("共66666件。"),
    "a number in characters": _draft_with(lambda draft: draft + "大约三千件，翻番。"),
    "a number full width": _draft_with(lambda draft: draft + "即６６６６６件。"),
    "a share in words": _draft_with(lambda draft: draft + "约占九成。"),
    "another year": _draft_with(lambda draft: draft.replace("2024", "2021")),
    "another place": _draft_with(lambda draft: draft.replace("海淀", "示例")),
    "slots mixed up": _draft_with(lambda draft: draft.replace("{f1}", "{f2}{f9}")),
    "a slot twice": _draft_with(lambda draft: draft + "{f1}{f1}"),
    "a citation of nothing": _draft_with(lambda draft: draft + "（见表九第99行）"),
    "markup": _draft_with(lambda draft: f"<script>alert(66666)</script>{draft}"),
    "the prompt": _echo,
    "a measure that is not there": _plan(measures=["m99"]),
    "a year that is not asked": _plan(years=[2021]),
    "a number in the plan": _plan(answer="66666", value=66666),
    "no object": script.says_json({"answer": 66666}),
    "garbage": script.garbage(),
    "nothing": script.empty(),
    "a refusal": script.refuses(),
    "a tool": script.calls_tool("delete_all", {"sure": True}),
}


def _told(answer: Answer) -> str:
    """All that an answer rests on: numbers in its text must stand here."""
    cited = [
        f"{c.quote} {c.section} {c.row} {c.column} {c.report} {c.year}" for c in answer.citations
    ]
    items = [f"{item.label} {item.value}" for item in answer.items]
    return " ".join([answer.formula or "", answer.value or "", *cited, *items, *answer.warnings])


def _numbers(text: str) -> set[str]:
    return set(DIGITS.findall(text))


@pytest.fixture(scope="module")
def honest(sample: Assistant) -> dict[str, Answer]:
    """What the rules alone answer."""
    return {question: sample.ask(question) for question in QUESTIONS}


@pytest.mark.parametrize("lie", LIES)
def test_no_attack_changes_what_is_said(
    lie: str, server: ScriptedServer, asking: Callable[..., Assistant], honest: dict[str, Answer]
) -> None:
    assistant = asking()
    server.default = LIES[lie]
    secrets, asked = _secrets(), 0
    for question in QUESTIONS:
        breaker.forget_all()
        answer, plain = assistant.ask(question), honest[question]
        said = [word for word in INVENTED if word in answer.text and word not in plain.text]
        assert not said, (question, answer.text)
        if plain.value is not None:
            assert (answer.value, answer.unit) == (plain.value, plain.unit), question
            assert {c.quote for c in answer.citations} == {c.quote for c in plain.citations}
        if answer.status == "answered":
            loose = _numbers(answer.text) - _numbers(_told(answer)) - _numbers(plain.text)
            assert not [n for n in loose if n not in YEARS], (question, loose)
        assert not [s for s in secrets if s in answer.text]
        assert "alert(" not in answer.text and "delete_all" not in answer.text
        asked += bool(answer.llm and answer.llm.get("calls"))
    assert asked > len(QUESTIONS) / 3, "the model was hardly ever asked"


def _secrets() -> list[str]:
    """The longest lines of each prompt's system part."""
    systems = [text for p in all_prompts() for role, text in p.messages if role == "system"]
    lines = [sorted(text.splitlines(), key=len)[-2:] for text in systems]
    found = [line for pair in lines for line in pair if len(line) > 12]
    assert found
    return found
