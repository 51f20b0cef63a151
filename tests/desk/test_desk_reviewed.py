"""Reviewed answers: two people, the same question in other words, and never another question."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import yaml
from desk_parts import Clock, leave

from assistant.desk.records import Actor
from assistant.desk.reviewed import _rules, asks_for_figure, telling
from assistant.desk.service import Desk
from assistant.normalize import normalize
from eval.gold import read_gold
from ingest.embedding import Embedder, open_embedder
from ingest.errors import NotAllowedError, NotPossibleError
from ingest.settings import Settings

MakeActor = Callable[..., Actor]
QUESTION, REPLY = "申请被答复本机关不掌握怎么办？", "可以向掌握该信息的机关申请，详询13800138000。"
PARAPHRASES = Path(__file__).with_name("paraphrases.yaml")
GOLD = Path(__file__).parents[2] / "eval" / "gold"


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return open_embedder()


def approved(desk: Desk, ann: MakeActor, question: str = QUESTION) -> int:
    one, two = ann(desk, "olga", "staff"), ann(desk, "rolf")
    made = desk.reviewed.propose(one, question=question, answer=REPLY)
    desk.reviewed.approve(two, made.id)
    return made.id


def test_it_takes_two_people(desk: Desk, ann: MakeActor) -> None:
    receipt, both = leave(desk), ann(desk)
    made = desk.reviewed.propose(both, question=QUESTION, answer=REPLY, ticket=receipt.number)
    assert made.state == "proposed" and desk.reviewed.match(QUESTION) is None
    with pytest.raises(NotAllowedError, match="另一人"):
        desk.reviewed.approve(both, made.id)
    with pytest.raises(NotAllowedError):
        desk.reviewed.approve(ann(desk, "bob", "staff"), made.id)
    other = ann(desk, "eve")
    assert desk.reviewed.approve(other, made.id).reviewed_by == "eve"
    with pytest.raises(NotPossibleError):
        desk.reviewed.approve(other, made.id)
    found = desk.reviewed.match("申请被答复「本机关不掌握」，怎么办")
    assert found is not None and found.exact and "138" not in found.reviewed.answer


def test_an_answer_is_cited_counted_and_expires(desk: Desk, ann: MakeActor, clock: Clock) -> None:
    key = approved(desk, ann)
    answer = desk.reviewed.answer(QUESTION)
    assert answer is not None and answer.status == "answered" and answer.value is None
    [citation] = answer.citations
    assert citation.section == "审核人员审核，2026-06-08" and citation.source == f"reviewed:{key}"
    assert "有效至2027-06-08" in answer.text and "olga" not in answer.text
    desk.reviewed.answer(QUESTION)
    [listed] = desk.reviewed.list(ann(desk, "eve"), state="approved")
    assert listed.hits == 2
    clock.pass_by(days=365)
    assert desk.reviewed.answer(QUESTION) is None


def test_a_retired_or_rejected_one_answers_nothing(desk: Desk, ann: MakeActor) -> None:
    reviewer = ann(desk)
    desk.reviewed.retire(reviewer, approved(desk, ann))
    assert desk.reviewed.match(QUESTION) is None
    made = desk.reviewed.propose(reviewer, question=QUESTION, answer=REPLY)
    assert desk.reviewed.reject(reviewer, made.id).state == "rejected"
    assert desk.reviewed.match(QUESTION) is None


def test_a_near_question_is_answered_and_says_so(
    small_desk: Desk, ann: MakeActor, embedder: Embedder, clock: Clock
) -> None:
    with Desk.open(small_desk.ground.settings, embedder=embedder, clock=clock) as desk:
        approved(desk, ann)
        answer = desk.reviewed.answer("申请被答复本机关不掌握，应该怎么办呢")
        assert answer is not None and QUESTION in answer.warnings[0]
        for other in (
            "申请被答复不予公开怎么办",
            "海淀区2024年新收几件",
            "今天天气怎么样",
            "",
            "？",
        ):
            assert desk.reviewed.answer(other) is None


def test_the_likeness_is_measured(embedder: Embedder) -> None:
    """At the threshold no question takes another's answer, and a fair part of the paraphrases is
    recognised, more than by the normal form alone."""
    groups = yaml.safe_load(PARAPHRASES.read_text(encoding="utf-8"))
    questions = [(n, question) for n, group in enumerate(groups) for question in group]
    vectors = embedder.embed([question for _, question in questions])
    right, wrong, same = 0, [], 0
    for one, two in combinations(range(len(questions)), 2):
        (n, asked), (m, other) = questions[one], questions[two]
        same += n == m
        likeness = vectors[one] @ vectors[two]
        if asks_for_figure(asked) or likeness < _rules()["closest"]:
            continue
        if telling(asked) != telling(other):
            continue
        right += n == m
        wrong += [(asked, other)] if n != m else []
    assert wrong == []
    assert right / same > 0.4, (right, same)


def test_practice_questions_never_take_each_others_answers(embedder: Embedder) -> None:
    """Questions for different figures, as near as questions get, and not known as such."""
    rows = [
        row
        for path in sorted(GOLD.glob("practice-*.jsonl"))
        for _, row in read_gold(path)
        if row.expect.value is not None and not row.session and not asks_for_figure(row.question)
    ]
    vectors = embedder.embed([row.question for row in rows])
    near = np.argwhere(np.triu(vectors @ vectors.T >= _rules()["closest"], 1))
    told = [(telling(row.question), normalize(row.question)) for row in rows]
    wrong = [
        (rows[one].question, rows[two].question)
        for one, two in near
        if told[one] == told[two] and rows[one].expect.value != rows[two].expect.value
    ]
    assert wrong == []


def test_a_ticket_becomes_a_gold_question(small_desk: Desk, ann: MakeActor) -> None:
    reviewer = ann(small_desk)
    receipt = leave(small_desk, "海淀区2024年新收几件？电话13800138000")
    add = small_desk.reviewed.add_to_gold
    path = add(reviewer, receipt.number, value="3091", unit="件")
    assert add(reviewer, receipt.number, status="refused") == path
    rows = [row for _, row in read_gold(path)]
    assert [row.question for row in rows] == ["海淀区2024年新收几件？电话【电话号码】"] * 2
    assert rows[0].expect.value == 3091 and rows[1].expect.status == {"refused"}
    with pytest.raises(NotPossibleError):
        add(reviewer, receipt.number, status="maybe")


def test_settings_are_enough(tmp_path: Path) -> None:
    with Desk.open(Settings.load(environ={}, data_dir=tmp_path)) as desk:
        assert desk.reviewed.answer("任何问题") is None
