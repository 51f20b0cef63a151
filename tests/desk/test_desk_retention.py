"""Erasing leaves numbers and no text: not in a table, not in the database file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from desk_parts import Clock, leave
from sqlalchemy import text

from assistant.answer import Answer
from assistant.desk import schema
from assistant.desk.records import Actor, Change
from assistant.desk.service import Desk
from assistant.web.conversations import Conversations
from assistant.web.database import ChatDatabase
from assistant.web.feedback import FeedbackBox
from ingest.errors import NotPossibleError, UnknownTicketError

MakeActor = Callable[..., Actor]
SECRET_WORD = "绝密之词"


def everything(desk: Desk) -> str:
    with desk.ground.reading() as lent:
        return "".join(
            str(tuple(row))
            for table in schema.metadata.sorted_tables
            for row in lent.execute(table.select())
        )


def leave_much(desk: Desk, ann: MakeActor) -> tuple[str, str, Actor]:
    """A ticket with the word in every place where a person may write it."""
    chat = ChatDatabase(desk.engine)
    kept = Conversations(chat).add("o", "talk", Answer(SECRET_WORD, "answered", SECRET_WORD))
    FeedbackBox(chat).feedback("talk", 1, "dislike", SECRET_WORD)
    receipt = leave(
        desk, SECRET_WORD, contact=f"{SECRET_WORD} 13800138000", owner="o", conversation="talk",
        turns=[kept.record()], key="k" * 16,
    )  # fmt: skip
    staff = ann(desk)
    desk.citizens.add(receipt.number, receipt.secret, SECRET_WORD, key="m" * 16)
    desk.staff.note(staff, receipt.number, SECRET_WORD)
    desk.staff.change(staff, receipt.number, Change(tags=(SECRET_WORD,)), version=2)
    desk.staff.reply(staff, receipt.number, SECRET_WORD, version=3, resolve=True)
    desk.citizens.rate(receipt.number, receipt.secret, 3, SECRET_WORD)
    return receipt.number, receipt.secret, staff


@pytest.mark.parametrize("by", ["ticket", "conversation", "contact"])
def test_erase(desk: Desk, ann: MakeActor, admin: Actor, clock: Clock, by: str) -> None:
    other = leave(desk, "别人的问题", contact="13900139000", owner="p", conversation="other")
    number, secret, _ = leave_much(desk, ann)
    before = desk.staff.statistics(admin, 0, 1e12)
    assert SECRET_WORD in everything(desk)
    clock.pass_by(minutes=5)
    given = {"ticket": number, "conversation": "talk", "contact": "+86 138-0013-8000"}[by]
    assert desk.retention.erase(by=admin, **{by: given}) == 1

    assert SECRET_WORD not in everything(desk)
    after = desk.staff.statistics(admin, 0, 1e12)
    assert (after.total, after.by_day, after.ratings, after.resolution_minutes) == (
        before.total, before.by_day, before.ratings, before.resolution_minutes,
    )  # fmt: skip
    seen = desk.citizens.ticket(number, secret)
    assert seen.erased and seen.question == "" and not seen.can_rate
    with pytest.raises(NotPossibleError):
        desk.citizens.add(number, secret, "x")
    assert desk.citizens.ticket(other.number, other.secret).question == "别人的问题"
    whats = [entry.what for entry in desk.staff.audit(admin)]
    assert whats[:2] == ["erased", "ticket.erased"]


def test_nothing_is_left_in_the_file(small_desk: Desk, ann: MakeActor, admin: Actor) -> None:
    number, _, _ = leave_much(small_desk, ann)

    def on_disk() -> bool:
        words = [SECRET_WORD.encode(), SECRET_WORD.encode("unicode_escape")]
        folder = Path(small_desk.ground.settings.data_dir)
        files = [path.read_bytes() for path in folder.glob("wenbao.sqlite3*")]
        return any(word in data for word in words for data in files)

    assert on_disk()
    small_desk.retention.erase(by=admin, ticket=number)
    assert not on_disk()


def test_purge_takes_what_is_too_old(
    desk: Desk, ann: MakeActor, admin: Actor, clock: Clock
) -> None:
    old, _, staff = leave_much(desk, ann)
    clock.pass_by(days=600)
    live = leave(desk, "还没办结", owner="q", conversation="live")
    assert desk.retention.purge(by=admin) == 0
    clock.pass_by(days=600)  # the first is past 1095 days, the second is live
    assert desk.retention.purge(by=admin) == 1
    assert SECRET_WORD not in everything(desk)
    assert desk.staff.ticket(staff, old).row.erased
    assert desk.citizens.ticket(live.number, live.secret).question == "还没办结"
    assert desk.retention.purge(by=admin) == 0


def test_what_is_asked_for_must_be_clear(small_desk: Desk, admin: Actor) -> None:
    erase = small_desk.retention.erase
    for given in ({}, {"ticket": "WB-1", "contact": "a@b.cn"}, {"contact": "1"}):
        with pytest.raises(NotPossibleError):
            erase(by=admin, **given)
    with pytest.raises(UnknownTicketError):
        erase(by=admin, ticket="WB-0000-0000")
    leave(small_desk, "100%", contact="a_b@c.cn")
    assert erase(by=admin, contact="%%%%%%") == erase(by=admin, contact="_____") == 0
    with small_desk.ground.reading() as lent:
        count = "SELECT count(*) FROM desk_tickets WHERE erased_at IS NOT NULL"
        assert lent.execute(text(count)).scalar_one() == 0
