"""Gold questions with a model that always takes the first measure for what was asked, explains any
word away and rewrites to mislead: no wrong figure, and what was right stays right."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llm_server as script
from llm_server import Handler, ScriptedServer, Turn

from assistant.assistant import Assistant
from eval.gold import read_gold
from eval.score import judge

GOLD = Path(__file__).parents[2] / "eval" / "gold"
OPS = ("lookup", "maximum", "sum", "mean", "trend")


def hostile() -> Turn:
    count = itertools.count()

    def turn(handler: Handler, body: dict[str, Any]) -> None:
        asked, at = body["messages"][1]["content"], next(count)
        if "候选项目" in asked:
            script.says_json(_draft(asked, OPS[at % len(OPS)]))(handler, body)
        else:
            script.says(_rewritten(asked, at))(handler, body)

    return turn


def _draft(asked: str, op: str) -> dict[str, Any]:
    question = re.search(r"<<<data question \w+>>>\n(.*?)\n<<<end", asked, re.DOTALL)
    years = re.search("候选年份：(.*)", asked)
    assert question
    assert years
    return {
        "op": op,
        "measures": re.findall(r"^(m\d+)：", asked, re.MULTILINE)[:1],
        "whole": None,
        "places": re.findall(r"^(p\d+)：", asked, re.MULTILINE),
        "years": [int(year) for year in re.findall(r"\d{4}", years[1])],
        "readings": [{"words": question[1][:60], "means": "m1"}],
    }


def _rewritten(asked: str, at: int) -> str:
    found = re.search(r"<<<data draft \w+>>>\n(.*?)\n<<<end", asked, re.DOTALL)
    assert found
    draft = found[1]
    lies = [draft.replace("{f1}", "{f2}"), draft.replace("2024", "2023"), f"{draft}约三成。"]
    lies += [draft.replace("{f1}", "999件"), draft.replace("示例区", "海淀区"), draft]
    return lies[at % len(lies)]


def test_no_wrong_figure_and_nothing_right_is_lost(
    server: ScriptedServer, asking: Callable[..., Assistant], sample: Assistant
) -> None:
    server.default = hostile()
    assistant = asking()
    rows = [
        row for path in sorted(GOLD.glob("practice-multi-*.jsonl")) for _, row in read_gold(path)
    ]
    rows = [row for row in rows if not row.session][::4]
    lost, wrong = [], []
    for row in rows:
        judged = judge(row.expect, assistant.ask(row.question).record())
        if judged.wrong_figure:
            wrong.append(row.question)
        if not judged.right and judge(row.expect, sample.ask(row.question).record()).right:
            lost.append(row.question)

    assert len(rows) > 60
    assert len(server.requests) > len(rows) / 2
    assert not wrong
    # A question back instead of a refusal is what a hostile reading can still bring about.
    assert len(lost) <= len(rows) * 0.03, lost
