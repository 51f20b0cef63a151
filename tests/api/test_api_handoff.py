"""Hand-over over HTTP: when it is offered, silence, reviewed answers, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_site import ADMIN, Site, serving
from postgres_server import postgres_database, postgres_url

__all__ = ["postgres_database", "postgres_url"]
FIGURE = "2024年海淀区新收政府信息公开申请多少件？"
UNKNOWN = "2024年海淀区门头沟路改造花了多少钱？"
PASSWORD = "a long enough one"


def asked(http: httpx.Client, question: str, session: str = "") -> dict[str, object]:
    body = {"question": question} | ({"session": session} if session else {})
    return dict(http.post("/api/ask", json=body).raise_for_status().json())


def chatted(http: httpx.Client, *questions: str) -> dict[str, object]:
    messages = [{"role": "user", "content": question} for question in questions]
    answer = http.post("/v1/chat/completions", json={"messages": messages}).raise_for_status()
    return dict(answer.json()["wenbao"])


def test_handoff_says_when_and_why(http: httpx.Client) -> None:
    assert asked(http, FIGURE)["handoff"] == {"offered": False, "reason": None, "text": ""}
    refused = asked(http, UNKNOWN)
    assert refused["status"] == "refused"
    assert refused["handoff"]["offered"] and refused["handoff"]["reason"] == "refused"
    assert asked(http, "转人工")["handoff"]["reason"] == "asked"
    assert chatted(http, UNKNOWN, FIGURE)["handoff"]["offered"] is False
    assert chatted(http, FIGURE, UNKNOWN)["handoff"]["reason"] == "refused"


def test_a_dislike_offers_a_person(http: httpx.Client) -> None:
    answer = asked(http, FIGURE)
    vote = {"session": answer["session"], "turn": answer["turn"], "vote": "dislike"}
    assert http.post("/api/feedback", json=vote).json()["handoff"]["reason"] == "dislike"
    vote["vote"] = "like"
    assert http.post("/api/feedback", json=vote).json()["handoff"]["offered"] is False


def told_and_answered(site: Site, http: httpx.Client) -> None:
    """A conversation from a refusal to a ticket, its silence and its end."""
    session = str(asked(http, UNKNOWN)["session"])
    made = http.post("/api/tickets", json={"question": UNKNOWN, "session": session}).json()
    proof = {"X-Ticket-Secret": made["secret"]}
    path = f"/api/tickets/{made['ticket']}"
    told = asked(http, "是三号楼。", session)
    assert (told["status"], told["reason"], told["turn"]) == ("handoff", "with_staff", 0)
    assert told["handoff"]["offered"] is False and told["session"] == session
    assert asked(http, f"问报，{FIGURE}", session)["value"] == "3091"
    assert asked(http, FIGURE)["value"] == "3091"  # another conversation
    [message] = http.get(path, headers=proof).json()["messages"]
    assert message["body"] == "是三号楼。"
    staff = site.desk.accounts.login("jing", PASSWORD, "").actor
    kept = site.desk.staff.ticket(staff, made["ticket"])
    assert kept.row.reason == "refused" and kept.transcript[-1]["question"] == UNKNOWN
    site.desk.staff.reply(staff, made["ticket"], "本月。", version=kept.row.version, resolve=True)
    assert http.get(path, headers=proof).json()["messages"][-1]["body"] == "本月。"
    rated = http.post(f"{path}/rating", headers=proof, json={"stars": 5}).json()
    assert rated["rating"] == 5 and rated["state"] == "resolved"
    assert asked(http, FIGURE, session)["value"] == "3091"


def test_the_assistant_is_silent_while_staff_are_on_it(site: Site, http: httpx.Client) -> None:
    site.desk.accounts.add("jing", PASSWORD, "staff", by=ADMIN)
    told_and_answered(site, http)


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_database: str) -> Iterator[Site]:
    yield from serving(tmp_path, database_url=postgres_database, rate_limit=100_000)


@pytest.mark.server
def test_the_same_over_postgresql(on_postgres: Site) -> None:
    on_postgres.desk.accounts.add("jing", PASSWORD, "staff", by=ADMIN)
    with on_postgres.client() as http:
        told_and_answered(on_postgres, http)
        assert 'wenbao_tickets{state="resolved"} 1.0' in http.get("/metrics").text


def approve(site: Site, question: str, answer: str) -> int:
    for name in ("ping", "shen"):
        if name not in {account.name for account in site.desk.accounts.list()}:
            site.desk.accounts.add(name, PASSWORD, "reviewer", by=ADMIN)
    ping, shen = (site.desk.accounts.login(name, PASSWORD, "").actor for name in ("ping", "shen"))
    made = site.desk.reviewed.propose(ping, question=question, answer=answer)
    site.desk.reviewed.approve(shen, made.id)
    return made.id


def hits(site: Site, which: int) -> int:
    actor = site.desk.accounts.login("shen", PASSWORD, "").actor
    return next(one.hits for one in site.desk.reviewed.list(actor) if one.id == which)


def test_a_reviewed_answer_only_where_there_is_none(site: Site, http: httpx.Client) -> None:
    question = "办公楼的电梯坏了找谁？"
    assert asked(http, question)["status"] == "refused"
    which = approve(site, question, "请打物业值班电话。")
    over_figure = approve(site, FIGURE, "请看公报，有5000件。")
    answer = asked(http, question)
    assert answer["status"] == "answered" and "物业值班电话" in str(answer["text"])
    [citation] = answer["citations"]
    assert citation["source"] == f"reviewed:{which}" and "审核" in citation["section"]
    assert answer["handoff"]["offered"] is False and answer["turn"] == 1
    assert "物业值班电话" in str(chatted(http, question)["text"])
    assert hits(site, which) == 2
    assert asked(http, FIGURE)["value"] == "3091"  # what is computed is never replaced
    assert hits(site, over_figure) == 0


def test_an_expired_key_is_refused(site: Site, http: httpx.Client) -> None:
    from sqlalchemy import update

    from assistant.desk import schema

    plain = site.key("ask", days=1)
    with site.client(plain) as client:
        assert client.post("/api/ask", json={"question": "转人工"}).status_code == 200
        with site.desk.ground.writing() as lent:
            mine = update(schema.api_keys).where(schema.api_keys.c.id == plain.split("_")[1])
            lent.execute(mine.values(expires_at=1.0))
        refused = client.post("/api/ask", json={"question": "转人工"})
    assert refused.status_code == 401 and plain not in refused.text
