"""Tickets: what citizens and staff do with them, on both databases."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from desk_parts import Clock, leave
from openpyxl import load_workbook
from sqlalchemy import text

from assistant.answer import Answer, Citation
from assistant.desk.records import Actor, Change, Filter, NewTicket
from assistant.desk.service import Desk
from ingest.errors import (
    ConflictError,
    NotAllowedError,
    NotPossibleError,
    StoreError,
    UnknownTicketError,
)

MakeActor = Callable[..., Actor]
KEY = "0123456789abcdef"


def turn() -> dict[str, Any]:
    cell = Citation(
        "cell", "报告", "r1", "甲县", 2024, "三", "374", "a.html", ("予以公开",), ("总计",)
    )
    plan = {"op": "lookup", "measures": ["予以公开"]}
    answer = Answer(
        "公开几件？", "answered", "374件", value="374", unit="件", formula="374",
        citations=(cell,), plan=plan,
    )  # fmt: skip
    return answer.record()


def test_a_ticket_from_question_to_rating(desk: Desk, ann: MakeActor, clock: Clock) -> None:
    staff = ann(desk)
    receipt = leave(desk, owner="browser", conversation="talk", contact="13800138000")
    number, secret = receipt.number, receipt.secret
    clock.pass_by(minutes=30)

    view = desk.staff.take(staff, number, version=desk.staff.ticket(staff, number).row.version)
    assert (view.row.state, view.row.assignee) == ("open", "ann")
    desk.staff.note(staff, number, "先查台账")
    version = desk.staff.ticket(staff, number).row.version
    view = desk.staff.reply(staff, number, "请补充时间", version=version)
    assert view.row.state == "waiting"

    seen = desk.citizens.ticket(number, secret)
    assert [(one.author, one.body) for one in seen.messages] == [("staff", "请补充时间")]
    assert "ann" not in repr(seen) and "先查台账" not in repr(seen)
    assert desk.citizens.in_conversation("browser", "talk") == (seen,)

    assert desk.citizens.add(number, secret, "2023年").state == "open"
    version = desk.staff.ticket(staff, number).row.version
    desk.staff.reply(staff, number, "已寄出", version=version, resolve=True)
    assert desk.citizens.rate(number, secret, 4, "好").rating == 4
    assert desk.citizens.add(number, secret, "没收到").state == "reopened"

    kinds = [event.kind for event in desk.staff.ticket(staff, number).history]
    assert kinds == ["created", "taken", "noted", "replied", "message", "replied", "rated",
                     "message"]  # fmt: skip
    found = desk.staff.statistics(staff, 0, 1e12)
    assert found.total == 1 and found.first_response_minutes == 30
    assert found.satisfaction == 4 and found.by_state == {"reopened": 1}


def test_the_evidence_goes_along(desk: Desk, ann: MakeActor) -> None:
    receipt = leave(desk, turns=[turn()], versions={"software": "1", "data": "7"})
    view = desk.staff.ticket(ann(desk), receipt.number)
    assert view.evidence["formula"] == "374" and view.evidence["versions"]["data"] == "7"
    assert view.evidence["citations"][0]["row"] == ["予以公开"]
    assert view.transcript[0]["text"] == "374件" and view.row.topic == "予以公开"


def test_a_retry_makes_no_second_ticket(desk: Desk, admin: Actor) -> None:
    new = NewTicket(question="问", contact="a@b.cn", owner="o", key=KEY)
    first, again = desk.citizens.create(new), desk.citizens.create(new)
    assert (first.created, again.created) == (True, False)
    assert (first.number, first.secret) == (again.number, again.secret)
    assert desk.citizens.ticket(again.number, again.secret).question == "问"
    with pytest.raises(ConflictError):
        desk.citizens.create(replace(new, question="另一个"))
    other = desk.citizens.create(replace(new, owner="p"))
    assert other.number != first.number and other.secret != first.secret
    assert desk.staff.queue(admin).total == 2


def test_messages_are_stored_once_a_key(desk: Desk, ann: MakeActor) -> None:
    staff, receipt = ann(desk), leave(desk)
    for _ in range(2):
        seen = desk.citizens.add(receipt.number, receipt.secret, "补充", key=KEY)
        desk.staff.reply(staff, receipt.number, "回复", version=2, key=KEY)
    assert [one.body for one in seen.messages] == ["补充", "回复"]
    with pytest.raises(ConflictError):
        desk.citizens.add(receipt.number, receipt.secret, "别的", key=KEY)


def test_nobody_else_sees_a_ticket(desk: Desk) -> None:
    mine, other = leave(desk, owner="a", conversation="t"), leave(desk, owner="b", conversation="t")
    said = set()
    for number, secret in (
        (mine.number, other.secret),
        (mine.number, ""),
        (mine.number, "é\0\ud800"),
        ("WB-0000-0000", mine.secret),
        ("' OR 1=1 --\0", mine.secret),
    ):
        for act in (
            lambda: desk.citizens.ticket(number, secret),  # noqa: B023
            lambda: desk.citizens.add(number, secret, "x"),  # noqa: B023
            lambda: desk.citizens.rate(number, secret, 5),  # noqa: B023
            lambda: desk.citizens.resolve(number, secret),  # noqa: B023
        ):
            with pytest.raises(UnknownTicketError) as caught:
                act()
            said.add(str(caught.value))
    assert len(said) == 1  # never which of the two was wrong
    assert [one.number for one in desk.citizens.in_conversation("a", "t")] == [mine.number]
    assert desk.citizens.in_conversation("", "") == ()
    with pytest.raises(UnknownTicketError):
        desk.citizens.rate_in_conversation("a", "t", other.number, 1)


def test_two_people_editing_is_a_conflict(desk: Desk, ann: MakeActor) -> None:
    staff, receipt = ann(desk), leave(desk)
    desk.staff.change(staff, receipt.number, Change(priority="high"), version=1)
    with pytest.raises(ConflictError) as caught:
        desk.staff.reply(staff, receipt.number, "晚了", version=1)
    assert caught.value.version == 2
    assert desk.staff.ticket(staff, receipt.number).messages == ()


def test_wrong_values_are_refused(desk: Desk, ann: MakeActor) -> None:
    staff, receipt = ann(desk), leave(desk)
    for wrong in (
        NewTicket(question=" \0 "),
        NewTicket(question="长" * 2001),
        NewTicket(question="问", key="short"),
        NewTicket(question="问", reason="mood"),  # type: ignore[arg-type]
    ):
        with pytest.raises(NotPossibleError):
            desk.citizens.create(wrong)
    for change in (
        Change(state="reopened"),
        Change(priority="top"),  # type: ignore[arg-type]
        Change(assignee="nobody"),
        Change(tags=("长" * 61,)),
    ):
        with pytest.raises(NotPossibleError):
            desk.staff.change(staff, receipt.number, change, version=1)
    for stars in (0, 6, True):
        with pytest.raises(NotPossibleError):
            desk.citizens.rate(receipt.number, receipt.secret, stars)
    with pytest.raises(NotPossibleError, match="之后才能评分"):
        desk.citizens.rate(receipt.number, receipt.secret, 5)
    assert desk.staff.ticket(staff, receipt.number).row.version == 1


def test_any_text_that_a_person_can_type_is_kept(desk: Desk) -> None:
    receipt = leave(desk, "a\x00b\ud800𠮷\n'\"%_\\", contact="\x01c", owner="o\x00")
    assert desk.citizens.ticket(receipt.number, receipt.secret).question == "ab𠮷\n'\"%_\\"


def test_search_filters_and_pages(desk: Desk, ann: MakeActor, clock: Clock) -> None:
    staff = ann(desk)
    receipts = [leave(desk, f"第{n}个问题 100%") for n in range(5)]
    numbers = [receipt.number for receipt in receipts]
    desk.citizens.add(numbers[1], receipts[1].secret, "关于Parking费")
    desk.staff.change(staff, numbers[2], Change(tags=("收费", "急")), version=1)
    desk.staff.change(staff, numbers[2], Change(priority="urgent", assignee="ann"), version=2)

    def found(**wanted: Any) -> list[str]:
        page = desk.staff.queue(staff, Filter(**wanted), order="oldest")
        assert page.total == len(page.rows)
        return [row.number for row in page.rows]

    assert found(text="第3个") == [numbers[3]]
    assert found(text="parking") == [numbers[1]]
    assert found(text="收费") == found(tags=("收费", "急")) == [numbers[2]]
    assert found(text="100% 第4个") == [numbers[4]]
    assert found(text="_") == found(text="\\") == [] and found(text="100%") == numbers
    assert found(text=numbers[0].lower()) == [numbers[0]]
    assert found(priorities=("urgent",)) == found(assignee="ann") == [numbers[2]]
    assert len(found(assignee="")) == 4 and found(since=clock.now + 1) == []
    assert desk.staff.queue(staff).rows[0].number == numbers[2]  # due first
    pages = [desk.staff.queue(staff, page=n, size=2, order="newest") for n in (1, 2, 3, 4)]
    assert [row.number for page in pages for row in page.rows] == numbers[::-1]
    assert {page.total for page in pages} == {5} and pages[0].pages == 3


def test_timers(desk: Desk, ann: MakeActor, clock: Clock) -> None:
    """Eight working hours to a first response, forty to a resolution; seven hours a day."""
    staff = ann(desk)
    late, waits = leave(desk), leave(desk)
    clock.pass_by(minutes=60)
    desk.staff.reply(staff, waits.number, "请补充", version=1)
    clock.pass_by(days=1, minutes=1)
    view = desk.staff.queue(staff, Filter(breached=True))
    assert [(row.number, row.breached) for row in view.rows] == [(late.number, ("first",))]

    clock.pass_by(days=20)  # the citizen is awaited: the timer rests
    assert desk.staff.ticket(staff, waits.number).row.breached == ()
    desk.citizens.add(waits.number, waits.secret, "补充")
    assert desk.staff.ticket(staff, waits.number).row.breached == ()
    clock.pass_by(days=20)
    assert desk.staff.ticket(staff, waits.number).row.breached == ("resolution",)
    breached = desk.staff.queue(staff, Filter(breached=True), order="oldest")
    assert [row.breached for row in breached.rows] == [("first", "resolution"), ("resolution",)]


def test_the_assistant_keeps_silent_while_staff_are_there(desk: Desk, ann: MakeActor) -> None:
    speaks = desk.citizens.bot_speaks
    assert speaks("o", "talk", "你好")
    receipt = leave(desk, owner="o", conversation="talk")
    assert not speaks("o", "talk", "你好") and speaks("o", "talk", "@机器人 新收几件")
    assert speaks("other", "talk", "你好") and speaks("o", "else", "你好")
    seen = desk.citizens.add_in_conversation("o", "talk", "补充")
    assert seen is not None and seen.number == receipt.number
    assert desk.citizens.add_in_conversation("other", "talk", "x") is None
    desk.citizens.resolve(receipt.number, receipt.secret)
    assert speaks("o", "talk", "你好")
    assert desk.citizens.add_in_conversation("o", "talk", "再问") is None


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_is_masked_and_runs_nothing(small_desk: Desk, admin: Actor, kind: str) -> None:
    for question in ('=HYPERLINK("http://x")', "\t+1", "＝1+1", "@SUM(A1)", "电话13800138000"):
        leave(small_desk, question, contact="13900139000")
    data = small_desk.staff.export(admin, kind=kind)
    if kind == "csv":
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    else:
        sheet = load_workbook(io.BytesIO(data)).active
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        lines = [[str(value or "") for value in row] for row in sheet.values]
    questions = [line[7] for line in lines[1:]]
    assert questions == [
        '\'=HYPERLINK("http://x")',
        "'+1",
        "'＝1+1",
        "'@SUM(A1)",
        "电话【电话号码】",
    ]
    assert "139" not in str(lines)
    with pytest.raises(NotPossibleError):
        small_desk.staff.export(admin, kind="exe")


def test_statistics_name_unanswered_topics(small_desk: Desk, admin: Actor) -> None:
    leave(small_desk, "公开几件", turns=[turn()], reason="refused")
    leave(small_desk, "停车场收费标准", reason="dislike")
    leave(small_desk, "停车场在哪", reason="clarify_twice")
    leave(small_desk, "停车场转人工", reason="asked")
    found = small_desk.staff.statistics(admin, 0, 1e12)
    assert dict(found.topics)["停车场"] == 2 and dict(found.topics)["予以公开"] == 1
    assert found.by_day == (("2026-06-08", 4),)


def test_history_and_audit_are_append_only(desk: Desk, admin: Actor) -> None:
    leave(desk)
    desk.staff.export(admin)
    for table in ("desk_events", "desk_audit"):
        for change in (f"UPDATE {table} SET at = 0", f"DELETE FROM {table}"):
            with pytest.raises(StoreError, match="append-only"), desk.ground.writing() as lent:
                lent.execute(text(change))


def test_every_role_may_only_what_it_may(desk: Desk, ann: MakeActor, admin: Actor) -> None:
    staff = ann(desk, "bob", "staff")
    leave(desk)
    for act in (
        lambda: desk.staff.export(staff),
        lambda: desk.staff.audit(staff),
        lambda: desk.accounts.add("x", "a long enough one", "admin", by=staff),
        lambda: desk.accounts.set_password("cli2", "a long enough one", by=staff),
        lambda: desk.keys.add("k", ["ask"], by=staff),
        lambda: desk.retention.purge(by=staff),
        lambda: desk.reviewed.approve(staff, 1),
        lambda: desk.reviewed.add_to_gold(staff, "x"),
    ):
        with pytest.raises(NotAllowedError):
            act()
    nobody = Actor(0, "x", "guest")  # type: ignore[arg-type]
    with pytest.raises(NotAllowedError):
        desk.staff.queue(nobody)
    denied = [entry for entry in desk.staff.audit(admin) if entry.what == "denied"]
    assert len(denied) == 9 and {entry.who for entry in denied} == {"bob", "x"}


def test_the_audit_says_who_did_what_from_where(desk: Desk, ann: MakeActor, admin: Actor) -> None:
    staff, receipt = ann(desk), leave(desk, "密谈", contact="13800138000")
    desk.staff.ticket(staff, receipt.number)
    desk.staff.ticket(staff, receipt.number)  # looked at again at once: once is enough
    assert desk.staff.contact(staff, receipt.number) == "13800138000"
    desk.staff.reply(staff, receipt.number, "密答", version=1)
    entries = desk.staff.audit(admin, target=receipt.number)
    assert [entry.what for entry in entries][::-1] == [
        "ticket.viewed", "contact.read", "ticket.replied",
    ]  # fmt: skip
    assert {(entry.who, entry.where) for entry in entries} == {("ann", "10.0.0.1")}
    everything = repr(desk.staff.audit(admin))
    assert "密" not in everything and "138" not in everything
