"""The staff console over HTTP: what a form does, who may, and what a stranger gets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.desk.records import Actor, NewTicket, Receipt
from assistant.desk.service import Desk
from assistant.web.desk import session
from assistant.web.desk.router import router
from ingest.settings import Settings
from ingest.store.library import Library

PASSWORDS = {"jing": ("staff", "a long pass 1"), "shen": ("reviewer", "a long pass 2")}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.open(Settings.load(None, environ={}, data_dir=tmp_path))
    by = Actor(0, "cli", "admin", "cli")
    for name, (role, password) in PASSWORDS.items():
        made.accounts.add(name, password, role, by=by)
    yield made
    made.close()


@pytest.fixture
def browser(desk: Desk, tmp_path: Path) -> Iterator[Any]:
    library = Library.open(Settings.load(None, environ={}, data_dir=tmp_path))
    app = FastAPI()
    app.include_router(router(desk, library))

    def entered(name: str = "") -> TestClient:
        client = TestClient(app, follow_redirects=False)
        if name:
            form = {"name": name, "password": PASSWORDS[name][1]}
            answer = client.post("/desk/login", data=form)
            assert answer.status_code == 303
            client.cookies.set(session.COOKIE, answer.cookies[session.COOKIE])
        return client

    yield entered
    library.close()


@pytest.fixture
def ticket(desk: Desk) -> Receipt:
    turn = {"question": "绿化多少", "text": "报告里没有。", "status": "refused", "formula": None}
    new = NewTicket(question="绿化<b>多少</b>", contact="13800001111", owner="o" * 20,
                    conversation="c", turns=(turn,), reason="refused")  # fmt: skip
    return desk.citizens.create(new)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_without_a_session_every_page_leads_to_the_login(browser: Any, ticket: Receipt) -> None:
    client = browser()
    for path in ("", f"/tickets/{ticket.number}", "/statistics", "/reviewed", "/audit", "/export"):
        answer = client.get(f"/desk{path}")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(session.LOGIN)


def test_the_login_leads_nowhere_else(browser: Any) -> None:
    form = {"name": "jing", "password": PASSWORDS["jing"][1], "to": "//evil.example/desk"}
    answer = browser().post("/desk/login", data=form)
    assert answer.headers["location"] == session.HOME
    foreign = browser().post("/desk/login", data=form, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 401 and session.COOKIE not in foreign.cookies


def test_a_wrong_password_is_refused(browser: Any) -> None:
    answer = browser().post("/desk/login", data={"name": "jing", "password": "wrong"})
    assert answer.status_code == 401 and session.COOKIE not in answer.cookies


def test_a_reply_reaches_the_citizen_and_an_old_page_conflicts(
    browser: Any, desk: Desk, ticket: Receipt
) -> None:
    client = browser("jing")
    path = f"/desk/tickets/{ticket.number}"
    page = client.get(path).text
    assert "绿化&lt;b&gt;多少" in page and "13800001111" not in page
    form = {"csrf": hidden(page, "csrf"), "version": hidden(page, "version"), "body": "请看公报。"}
    assert client.post(f"{path}/reply", data=form).status_code == 303
    seen = desk.citizens.ticket(ticket.number, ticket.secret)
    assert [m.body for m in seen.messages if m.author == "staff"] == ["请看公报。"]
    late = client.post(f"{path}/reply", data={**form, "body": "再答一次"})
    assert late.status_code == 409 and "再答一次" in late.text


def test_a_form_of_another_session_is_refused(browser: Any, ticket: Receipt) -> None:
    client = browser("jing")
    form = {"csrf": "x" * 43, "version": "1", "body": "假"}
    for name in ("reply", "note", "take", "change", "contact", "propose", "gold"):
        answer = client.post(f"/desk/tickets/{ticket.number}/{name}", data=form)
        assert answer.status_code == 403


def test_what_a_role_may_not_do_is_refused(browser: Any, ticket: Receipt) -> None:
    client = browser("jing")
    assert client.get("/desk/audit").status_code == 403
    assert client.get("/desk/export").status_code == 403


def test_a_reviewed_answer_needs_a_second_person(browser: Any, desk: Desk, ticket: Receipt) -> None:
    client, other = browser("jing"), browser("shen")
    path = f"/desk/tickets/{ticket.number}"
    page = client.get(path).text
    form = {"csrf": hidden(page, "csrf"), "question": "绿化面积在哪查", "answer": "园林局公报。"}
    assert client.post(f"{path}/propose", data=form).status_code == 303
    assert desk.reviewed.answer("绿化面积在哪查") is None
    csrf = hidden(other.get("/desk/reviewed").text, "csrf")
    assert other.post("/desk/reviewed/1/approve", data={"csrf": csrf}).status_code == 303
    found = desk.reviewed.answer("绿化面积在哪查")
    assert found is not None and "园林局公报" in found.text


def test_logging_out_ends_the_session(browser: Any) -> None:
    client = browser("jing")
    csrf = hidden(client.get("/desk").text, "csrf")
    assert client.post("/desk/logout", data={"csrf": csrf}).status_code == 303
    assert client.get("/desk").status_code == 303
