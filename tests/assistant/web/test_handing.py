"""Handing over without a browser: offers, one ticket a form, silence, and what strangers get."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.api.callers import Buckets
from assistant.api.reviewed import ReviewedAsker
from assistant.desk.records import Actor, Change, CitizenTicket
from assistant.desk.service import Desk
from assistant.web.page import Page
from assistant.web.screen import Held, Screen, Tab
from assistant.web.tickets import TicketWindow
from ingest.errors import TooManyError

from . import parts
from .conftest import make_page

SHARE = "2024年海淀区予以公开的占多少？"
REFUSED = "绿化花了多少钱"
KEY = "k" * 24


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(parts.settings_of(tmp_path)) as opened:
        yield opened


@pytest.fixture
def page(tmp_path: Path, desk: Desk) -> Iterator[Page]:
    made, _, library = make_page(tmp_path)
    yield replace(made, desk=TicketWindow(desk, library), pause=0.0)
    made.close()
    library.close()


@pytest.fixture
def staff(desk: Desk) -> Actor:
    desk.accounts.add("jing", "a long enough one", "staff", by=Actor(0, "cli", "admin", "cli"))
    return desk.accounts.login("jing", "a long enough one", "").actor


def asked(page: Page, owner: str, tab: Tab, text: str) -> Screen:
    return list(page.ask(owner, tab, {"text": text}))[-1]


def handed(page: Page, owner: str = "ann", question: str = REFUSED) -> Tab:
    """A tab whose conversation was just handed over."""
    tab = asked(page, owner, page.arrive(owner, Tab(), {}).tab, question).tab
    tab = page.handover(owner, tab, {"turn": tab.turn}).tab
    form = {"turn": tab.turn, "question": question, "contact": "13800001111", "key": tab.key}
    return page.send(owner, tab, form).tab


def ticket_of(page: Page, owner: str, tab: Tab) -> CitizenTicket:
    assert page.desk is not None
    [ticket] = page.desk.of(owner, tab.conversation)
    return ticket


def html(screen: Screen) -> str:
    return (screen.thread or "") + (screen.browse or "")


def test_a_person_is_offered_by_the_status_and_only_then(page: Page) -> None:
    tab = page.arrive("ann", Tab(), {}).tab
    assert 'class="offer"' not in html(asked(page, "ann", tab, SHARE))
    refused = asked(page, "ann", tab, REFUSED)
    assert html(refused).count('class="offer"') == 1
    assert 'class="offer"' not in html(asked(page, "ann", tab, SHARE))
    page.votes.feedback(tab.conversation, 1, "dislike")
    disliked = page.refresh("ann", replace(tab, turn=0), {})
    assert 'data-event="handover" data-turn="1"' in html(disliked)


def test_two_questions_back_in_a_row(page: Page) -> None:
    tab = page.arrive("ann", Tab(), {}).tab
    assert 'class="offer"' not in html(asked(page, "ann", tab, "多少件"))
    assert 'class="offer"' in html(asked(page, "ann", tab, "多少件呢"))


def test_the_wish_for_a_person_opens_the_form_with_the_question_before(page: Page) -> None:
    tab = asked(page, "ann", page.arrive("ann", Tab(), {}).tab, REFUSED).tab
    screen = asked(page, "ann", tab, "转人工")
    assert 'class="handover"' in html(screen) and f">{REFUSED}</textarea>" in html(screen)


def test_the_evidence_goes_along(page: Page, desk: Desk, staff: Actor) -> None:
    tab = page.arrive("ann", Tab(), {}).tab
    tab = asked(page, "ann", tab, SHARE).tab
    tab = asked(page, "ann", tab, "转人工").tab
    form = {"turn": tab.turn, "question": "对吗？", "contact": "", "key": tab.key}
    tab = page.send("ann", tab, form).tab
    kept = desk.staff.ticket(staff, ticket_of(page, "ann", tab).number)
    assert [turn["question"] for turn in kept.transcript] == [SHARE]
    assert kept.evidence["formula"] == "374 ÷ 3259 × 100%" and kept.evidence["versions"]["store"]
    assert kept.evidence["citations"] and kept.evidence["verdicts"] and kept.evidence["plan"]
    assert kept.row.reason == "asked"


def test_one_form_makes_one_ticket(page: Page, desk: Desk) -> None:
    tab = asked(page, "ann", page.arrive("ann", Tab(), {}).tab, REFUSED).tab
    tab = page.handover("ann", tab, {"turn": tab.turn}).tab
    form = {"turn": tab.turn, "question": REFUSED, "contact": "", "key": tab.key}
    first, again = page.send("ann", tab, form), page.send("ann", tab, form)
    assert first.tab.receipt == again.tab.receipt is not None
    assert len(desk.citizens.in_conversation("ann", tab.conversation)) == 1


@pytest.mark.parametrize("question", ["", " \n", "问" * 2001])
def test_what_cannot_be_sent_says_why_and_keeps_the_form(page: Page, question: str) -> None:
    tab = asked(page, "ann", page.arrive("ann", Tab(), {}).tab, REFUSED).tab
    tab = page.handover("ann", tab, {"turn": tab.turn}).tab
    screen = page.send("ann", tab, {"turn": tab.turn, "question": question, "key": tab.key})
    assert 'role="alert"' in html(screen) and 'class="handover"' in html(screen)
    assert screen.tab.receipt is None and page.desk and not page.desk.of("ann", tab.conversation)


def test_the_secret_is_shown_until_it_is_put_away(page: Page) -> None:
    tab = handed(page)
    assert tab.receipt is not None
    secret = tab.receipt.secret
    assert secret in html(page.refresh("ann", tab, {}))
    away = page.stow("ann", tab, {})
    assert secret not in html(away) and away.tab.receipt is None


def test_while_staff_are_on_it_the_assistant_is_silent(
    page: Page, desk: Desk, staff: Actor
) -> None:
    tab = handed(page)
    before = len(page.assistant.asked)  # type: ignore[attr-defined]
    screen = asked(page, "ann", tab, "请问报告什么时候发布？")
    assert len(page.assistant.asked) == before  # type: ignore[attr-defined]
    assert "已发给工作人员" in html(screen)
    assert "11.48" in html(asked(page, "ann", tab, f"@问报 {SHARE}"))
    assert page.assistant.asked[-1][0] == SHARE  # type: ignore[attr-defined]
    ticket = ticket_of(page, "ann", tab)
    kept = desk.staff.ticket(staff, ticket.number)
    desk.staff.note(staff, ticket.number, "内部的话")
    desk.staff.reply(staff, ticket.number, "<b>答</b>", version=kept.row.version, resolve=True)
    seen = html(page.refresh("ann", tab, {}))
    assert "&lt;b&gt;答" in seen and "内部的话" not in seen and "jing" not in seen
    assert 'class="rate"' in seen and "13800001111" not in seen
    assert "11.48" in html(asked(page, "ann", tab, SHARE))


def test_what_was_handed_over_is_not_offered_again(page: Page) -> None:
    tab = handed(page)
    solved = page.solve("ann", tab, {"number": ticket_of(page, "ann", tab).number})
    assert 'class="offer"' not in html(solved)
    assert 'class="offer"' in html(asked(page, "ann", tab, "别的花了多少钱"))


def test_resolved_it_is_rated_and_opened_again(page: Page, desk: Desk, staff: Actor) -> None:
    tab = handed(page)
    number = ticket_of(page, "ann", tab).number
    early = page.rate("ann", tab, {"number": number, "stars": "5"})
    assert 'role="alert"' in html(early)
    page.solve("ann", tab, {"number": number})
    none = page.rate("ann", tab, {"number": number})
    assert "请选择" in html(none)
    assert "您的评价" in html(page.rate("ann", tab, {"number": number, "stars": "5"}))
    page.say("ann", tab, {"number": number, "body": "还有一问", "key": KEY})
    page.say("ann", tab, {"number": number, "body": "还有一问", "key": KEY})
    ticket = ticket_of(page, "ann", tab)
    assert ticket.state == "reopened" and len(ticket.messages) == 1 and ticket.rating == 5


def test_a_stranger_with_the_same_tab_gets_nothing(page: Page, desk: Desk) -> None:
    tab = handed(page)
    assert tab.receipt is not None
    number, secret = tab.receipt.number, tab.receipt.secret
    before = ticket_of(page, "ann", tab)
    gestures = (
        ("refresh", {}),
        ("say", {"number": number, "body": "假的", "key": KEY}),
        ("rate", {"number": number, "stars": "1"}),
        ("solve", {"number": number}),
        ("send", {"turn": 1, "question": "假的", "key": KEY}),
        ("handover", {"turn": 1}),
        ("stow", {}),
        ("open", {"conversation": tab.conversation}),
    )
    for name, data in gestures:
        shown = html(getattr(page, name)("bob", tab, data))
        assert REFUSED not in shown and secret not in shown
        assert name in ("say", "rate", "solve") or number not in shown
    assert ticket_of(page, "ann", tab) == before
    assert desk.citizens.in_conversation("bob", tab.conversation) == ()
    assert page.news("bob", tab.conversation) == "" != page.news("ann", tab.conversation)


def test_look_up_by_number_and_secret_alone(page: Page) -> None:
    tab = handed(page)
    assert tab.receipt is not None
    number, secret = tab.receipt.number, tab.receipt.secret
    bob = page.show("bob", page.arrive("bob", Tab(), {}).tab, {"place": "ticket"}).tab
    texts = set()
    for wrong in ((number, "x" * 40), ("WB-0000-0000", secret), (number, ""), ("", secret)):
        screen = page.lookup("bob", bob, {"number": wrong[0], "secret": wrong[1]})
        assert REFUSED not in html(screen) and screen.tab.looked is None
        texts.add(screen.tab.problem)
    assert len(texts) == 1  # which of the two was wrong is not told
    found = page.lookup("bob", bob, {"number": f" {number.lower()}", "secret": secret})
    assert REFUSED in html(found) and secret not in html(found)
    said = page.say("bob", found.tab, {"number": number, "body": "补充", "key": KEY})
    assert "补充" in html(said)
    eve = page.refresh("eve", found.tab, {})
    assert REFUSED not in html(eve) and number not in html(eve)


def test_forged_numbers_on_the_look_up_page_change_only_what_was_proved(page: Page) -> None:
    mine, other = handed(page, "bob"), handed(page, "ann")
    assert mine.receipt is not None and other.receipt is not None
    looked = Held("bob", mine.receipt.number, mine.receipt.secret)
    tab = replace(mine, place="ticket", looked=looked)
    page.solve("bob", tab, {"number": other.receipt.number})
    assert ticket_of(page, "ann", other).state == "new"
    assert ticket_of(page, "bob", mine).state == "resolved"


def test_an_erased_ticket_shows_nothing_and_takes_nothing(page: Page, desk: Desk) -> None:
    tab = handed(page)
    assert tab.receipt is not None
    desk.retention.erase(by=Actor(0, "cli", "admin", "cli"), ticket=tab.receipt.number)
    assert REFUSED not in html(page.refresh("ann", tab, {}))
    tab = page.show("ann", tab, {"place": "ticket"}).tab
    data = {"number": tab.receipt.number, "secret": tab.receipt.secret} if tab.receipt else {}
    found = page.lookup("ann", tab, data)
    assert "已按要求删除" in html(found) and REFUSED not in html(found)
    assert 'data-event="rate"' not in html(found) and 'data-event="solve"' not in html(found)


def test_without_a_desk_nothing_is_offered(page: Page) -> None:
    bare = replace(page, desk=None)
    tab = asked(bare, "ann", bare.arrive("ann", Tab(), {}).tab, REFUSED).tab
    assert 'class="offer"' not in html(bare.refresh("ann", tab, {}))
    assert "查询工单" not in (bare.arrive("ann", Tab(), {}).sidebar or "")
    assert bare.send("ann", tab, {"turn": 1, "question": "问", "key": KEY}).tab.receipt is None


def test_a_refused_client_is_told(page: Page) -> None:
    buckets = Buckets()
    tab = page.arrive("ann", Tab(), {}).tab
    buckets.take("client:x", 1)
    with pytest.raises(TooManyError) as caught:
        buckets.take("client:x", 1)
    assert "太频繁" in html(page.refused("ann", tab, caught.value))


def test_a_change_by_staff_changes_the_stamp(page: Page, desk: Desk, staff: Actor) -> None:
    tab = handed(page)
    number, before = ticket_of(page, "ann", tab).number, page.news("ann", tab.conversation)
    row = desk.staff.ticket(staff, number).row
    desk.staff.change(staff, number, Change(priority="high"), version=row.version)
    assert page.news("ann", tab.conversation) == before
    row = desk.staff.ticket(staff, number).row
    desk.staff.reply(staff, number, "答", version=row.version)
    assert page.news("ann", tab.conversation) != before


def test_a_reviewed_answer_is_shown_with_its_review_and_no_missing_report(
    page: Page, desk: Desk
) -> None:
    by = Actor(0, "cli", "admin", "cli")
    actors = []
    for name in ("ping", "shen"):
        desk.accounts.add(name, "a long enough one", "reviewer", by=by)
        actors.append(desk.accounts.login(name, "a long enough one", "").actor)
    made = desk.reviewed.propose(actors[0], question=REFUSED, answer="请看决算。")
    desk.reviewed.approve(actors[1], made.id)
    page = replace(page, assistant=ReviewedAsker(page.assistant, desk.reviewed))
    screen = asked(page, "ann", page.arrive("ann", Tab(), {}).tab, REFUSED)
    assert "请看决算" in html(screen) and 'class="offer"' not in html(screen)
    assert "审核" in (screen.evidence or "") and "不在库中" not in (screen.evidence or "")
    assert f"reviewed:{made.id}" not in (screen.evidence or "")
