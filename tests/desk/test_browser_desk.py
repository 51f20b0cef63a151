"""Citizen and staff in two real browsers: asked, handed over, replied, seen, rated."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from api_site import ADMIN, Site, serving

pytestmark = pytest.mark.browser
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FIGURE = "2024年海淀区新收政府信息公开申请多少件？"
REFUSED = "2024年海淀区门头沟路改造花了多少钱？"
PASSWORD = "a long enough one"
DONE = ".thread[data-busy='false'] .turn >> nth={n} >> .tools"
PICTURES = os.environ.get("WENBAO_TEST_PICTURES", "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    for made in serving(tmp_path_factory.mktemp("desk"), rate_limit=100_000):
        for name, role in (("jing", "staff"), ("shen", "reviewer")):
            made.desk.accounts.add(name, PASSWORD, role, by=ADMIN)
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def person(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Makes browser profiles of their own."""
    made = []

    def profile(width: int = 1440, height: int = 900) -> Any:
        made.append(chromium.new_context(viewport={"width": width, "height": height}))
        return made[-1].new_page()

    yield profile
    for context in made:
        context.close()


def picture(tab: Any, name: str) -> None:
    if PICTURES:
        tab.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def arrived(tab: Any, site: Site) -> Any:
    tab.goto(site.url)
    tab.wait_for_selector(".thread[data-conversation]")
    return tab


def ask(tab: Any, question: str, turn: int) -> None:
    tab.fill("#question", question)
    tab.press("#question", "Enter")
    tab.wait_for_selector(DONE.format(n=turn))


def hand_over(tab: Any, contact: str = "") -> tuple[str, str]:
    """Number and secret of the ticket that the last turn's offer leads to."""
    tab.click(".offer button")
    tab.wait_for_selector("form.handover")
    tab.fill("#hand-contact", contact)
    tab.click("form.handover [type='submit']")
    tab.wait_for_selector(".receipt")
    number, secret = tab.locator(".receipt code").all_inner_texts()
    return number, secret


def logged_in(tab: Any, site: Site, name: str) -> Any:
    tab.goto(f"{site.url}/desk")
    tab.fill("[name='name']", name)
    tab.fill("[name='password']", PASSWORD)
    tab.click("button[type='submit'], button.primary")
    tab.wait_for_selector("table.list, .empty")
    return tab


def test_from_a_refusal_to_a_rated_reply(person: Any, site: Site) -> None:
    citizen, staff = arrived(person(), site), person()
    ask(citizen, FIGURE, 0)
    assert citizen.query_selector(".offer") is None
    ask(citizen, REFUSED, 1)
    picture(citizen, "offer")
    citizen.click(".offer button")
    assert citizen.input_value("#hand-question") == REFUSED
    picture(citizen, "form")
    citizen.fill("#hand-contact", "13800001111")
    citizen.dblclick("form.handover [type='submit']")
    citizen.wait_for_selector(".receipt")
    number, secret = citizen.locator(".receipt code").all_inner_texts()
    assert len(site.desk.citizens.in_conversation(*who(citizen))) == 1
    assert "预计" in citizen.inner_text(".opened .due")
    picture(citizen, "receipt")
    citizen.click("[data-event='stow']")
    citizen.wait_for_selector(".receipt", state="detached")
    assert secret not in citizen.content()

    logged_in(staff, site, "jing")
    picture(staff, "queue")
    staff.click(f"text={number}")
    evidence = staff.inner_text("main")
    assert REFUSED in evidence and FIGURE in evidence and "13800001111" not in evidence
    picture(staff, "staff")
    citizen.fill("#question", "还没写完的一句")
    staff.fill("form.reply textarea", "这个数不在年报里，请看部门决算。")
    staff.click("form.reply button.primary")
    staff.wait_for_selector(".done")

    citizen.wait_for_selector(".from-staff", timeout=30_000)
    assert "部门决算" in citizen.inner_text(".from-staff") and "工作人员" in citizen.inner_text(
        ".from-staff .meta"
    )
    assert citizen.input_value("#question") == "还没写完的一句"
    citizen.click(f"label:has(#stars-{number}-4)")
    citizen.fill(f"#why-{number}", "清楚")
    picture(citizen, "reply")
    citizen.click("form.rate button")
    citizen.wait_for_selector(".rated")
    assert site.desk.citizens.ticket(number, secret).rating == 4
    picture(citizen, "rated")


def who(tab: Any) -> tuple[str, str]:
    """Owner and conversation of a tab, as the server knows them."""
    cookies = {cookie["name"]: cookie["value"] for cookie in tab.context.cookies()}
    return cookies["wenbao_browser"], tab.get_attribute(".thread", "data-conversation")


def test_the_assistant_is_silent_while_a_ticket_is_open(person: Any, site: Site) -> None:
    citizen = arrived(person(), site)
    ask(citizen, REFUSED, 0)
    number, secret = hand_over(citizen)
    citizen.fill("#question", "补充：是2024年的。")
    citizen.press("#question", "Enter")
    citizen.wait_for_selector(".letter.citizen")
    assert citizen.locator(".turn").count() == 1
    assert "是2024年的" in site.desk.citizens.ticket(number, secret).messages[-1].body
    ask(citizen, f"问报，{FIGURE}", 1)
    assert "3091" in citizen.inner_text(".turn >> nth=1")
    picture(citizen, "silent")
    citizen.click("[data-event='solve']")
    citizen.wait_for_selector(".after[data-state='resolved']")
    ask(citizen, FIGURE, 2)
    assert "3091" in citizen.inner_text(".turn >> nth=2")


def test_another_browser_sees_nothing_of_it(person: Any, site: Site) -> None:
    citizen, stranger = arrived(person(), site), arrived(person(), site)
    ask(citizen, REFUSED, 0)
    number, secret = hand_over(citizen)
    _, conversation = who(citizen)
    fetch = "(c) => fetch('/chat/news?conversation=' + c).then(r => r.json())"
    assert citizen.evaluate(fetch, conversation)["stamp"]
    assert stranger.evaluate(fetch, conversation) == {"stamp": ""}
    stranger.evaluate("(c) => sessionStorage.setItem('wenbao-conversation', c)", conversation)
    stranger.reload()
    stranger.wait_for_selector(".thread[data-conversation]")
    assert number not in stranger.content() and REFUSED not in stranger.content()
    stranger.click("[data-place='ticket']")
    stranger.fill("#lookup-number", number)
    stranger.fill("#lookup-secret", "x" * len(secret))
    stranger.click(".find-ticket [type='submit']")
    stranger.wait_for_selector(".find-ticket .wrong")
    assert REFUSED not in stranger.content()


def test_a_ticket_is_looked_up_on_a_phone_by_keyboard(person: Any, site: Site) -> None:
    citizen, phone = arrived(person(), site), arrived(person(390, 800), site)
    ask(citizen, "转人工", 0)
    citizen.fill("#hand-question", "办公地址在哪里？")
    citizen.press("#hand-contact", "Enter")
    citizen.wait_for_selector(".receipt")
    number, secret = citizen.locator(".receipt code").all_inner_texts()
    phone.click(".menu")
    phone.click("[data-place='ticket']")
    phone.fill("#lookup-number", f" {number.lower()} ")
    phone.fill("#lookup-secret", secret)
    phone.press("#lookup-secret", "Enter")
    phone.wait_for_selector(".opened")
    assert "办公地址在哪里" in phone.inner_text(".opened .what")
    phone.fill(".say textarea", "急用。")
    phone.click(".say button")
    phone.wait_for_selector(".letter.citizen")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    picture(phone, "lookup")
    citizen.wait_for_selector(".letter.citizen", timeout=30_000)
    citizen.set_viewport_size({"width": 390, "height": 800})
    assert citizen.evaluate("document.documentElement.scrollWidth") <= 390
    picture(citizen, "phone")


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[Site]:
    yield from serving(tmp_path, rate_limit=2)


def test_who_asks_too_much_is_told_and_loses_nothing(person: Any, narrow: Site) -> None:
    citizen = arrived(person(), narrow)
    ask(citizen, FIGURE, 0)
    ask(citizen, FIGURE, 1)
    citizen.fill("#question", FIGURE)
    citizen.press("#question", "Enter")
    citizen.wait_for_selector(".thread .wrong")
    assert "太频繁" in citizen.inner_text(".thread .wrong")
    assert citizen.locator(".turn").count() == 2
    assert citizen.input_value("#question") == FIGURE
