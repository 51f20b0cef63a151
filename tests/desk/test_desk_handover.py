"""When a person is offered, and when the assistant is spoken to."""

from __future__ import annotations

import pytest

from assistant.answer import Answer, Status
from assistant.desk.handover import addresses_bot, asks_for_person, handoff


def answers(*statuses: Status) -> list[Answer]:
    return [Answer("问", status, "答") for status in statuses]


@pytest.mark.parametrize(
    ("statuses", "disliked", "reason"),
    [
        ((), False, None),
        (("answered",), False, None),
        (("answered",), True, "dislike"),
        (("refused",), False, "refused"),
        (("refused", "answered"), False, None),
        (("clarify",), False, None),
        (("clarify", "clarify"), False, "clarify_twice"),
        (("clarify", "answered", "clarify"), False, None),
        (("clarify", "clarify", "answered"), False, None),
        (("handoff",), False, "asked"),
        (("error",), False, None),
    ],
)
def test_when_it_is_offered(
    statuses: tuple[Status, ...], disliked: bool, reason: str | None
) -> None:
    found = handoff("新收几件", answers(*statuses), disliked=disliked)
    assert (found.offered, found.reason) == (reason is not None, reason)
    assert bool(found.text) == found.offered and found.record()["reason"] == reason


@pytest.mark.parametrize(
    "text",
    ["转人工", "我要转 人工！", "人工客服在吗", "找个真人", "能不能联系工作人员？", "人工",
     "转接一下人工", "叫客服", "我想跟工作人员谈谈", "human"],
)  # fmt: skip
def test_a_person_is_asked_for(text: str) -> None:
    assert asks_for_person(text)
    assert handoff(text, answers("answered")).reason == "asked"


@pytest.mark.parametrize(
    "text",
    ["不用转人工", "别转人工了", "人工智能方面公开了几件", "报告里有多少工作人员", "人工成本多少",
     "联系电话是多少", "找一下工作人员培训的内容", "客服中心受理几件", "转送其他机关几件"],
)  # fmt: skip
def test_no_person_is_asked_for(text: str) -> None:
    assert not asks_for_person(text)


@pytest.mark.parametrize(
    ("text", "addressed"),
    [("@问报 新收几件", True), ("机器人，公开几件", True), ("请机器人回答", True),
     ("麻烦问报算一下", True),
     ("你们的机器人答错了", False), ("谢谢", False), ("刚才问报的数字不对", False)],
)  # fmt: skip
def test_who_is_spoken_to(text: str, addressed: bool) -> None:
    assert addresses_bot(text) == addressed
