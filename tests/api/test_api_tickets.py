"""Tickets over HTTP: the contract, and that nobody reads another's."""

from __future__ import annotations

import secrets
import threading

import httpx
import pytest
from api_site import ADMIN, Site

CASE = {"question": "我的申请多久答复？", "contact": "13800138000"}


def made(http: httpx.Client) -> tuple[str, dict[str, str]]:
    response = http.post("/api/tickets", json=CASE)
    assert response.status_code == 201
    return response.json()["ticket"], {"X-Ticket-Secret": response.json()["secret"]}


def test_a_ticket_is_left_looked_up_added_to_and_rated(http: httpx.Client, site: Site) -> None:
    number, proof = made(http)
    seen = http.get(f"/api/tickets/{number}", headers=proof)
    assert seen.json()["state"] == "new" and seen.json()["messages"] == []
    assert seen.headers["cache-control"] == "no-store" and "13800138000" not in seen.text
    early = http.post(f"/api/tickets/{number}/rating", json={"stars": 5}, headers=proof)
    assert early.status_code == 422
    more = http.post(f"/api/tickets/{number}/messages", json={"message": "补充"}, headers=proof)
    assert more.status_code == 201 and more.json()["messages"][0]["body"] == "补充"
    version = site.desk.staff.ticket(ADMIN, number).row.version
    site.desk.staff.note(ADMIN, number, "内部")
    version = site.desk.staff.ticket(ADMIN, number).row.version
    site.desk.staff.reply(ADMIN, number, "二十个工作日内", version=version)
    rated = http.post(f"/api/tickets/{number}/rating", json={"stars": 4}, headers=proof).json()
    assert rated["rating"] == 4 and rated["state"] == "waiting"
    assert [one["body"] for one in rated["messages"]] == ["补充", "二十个工作日内"]


def test_wrong_secret_no_secret_and_unknown_ticket_look_the_same(http: httpx.Client) -> None:
    number, proof = made(http)
    _, other = made(http)
    wrong = [
        (number, {}),
        (number, {"X-Ticket-Secret": "x"}),
        (number, {"X-Ticket-Secret": ""}),
        (number, other),
        ("WB-0000-0000", proof),
        ("WB-%00-0000", proof),
        ("' OR 1=1 --", proof),
        ("号", proof),
    ]
    for body in (None, "messages", "rating"):
        answers = set()
        for name, headers in wrong:
            url = f"/api/tickets/{name}" + (f"/{body}" if body else "")
            sent = {"message": "x"} if body == "messages" else {"stars": 1}
            got = http.get(url, headers=headers) if body is None else None
            got = got or http.post(url, json=sent, headers=headers)
            answers.add((got.status_code, got.text))
        assert len(answers) == 1 and answers.pop()[0] == 404
    assert http.get(f"/api/tickets/{number}", headers=proof).json()["messages"] == []


def test_a_ticket_takes_the_turns_of_its_own_session_only(http: httpx.Client, site: Site) -> None:
    session = secrets.token_hex(16)
    http.post("/api/ask", json={"question": "转人工", "session": session})

    def transcript(client: httpx.Client, name: str) -> int:
        number = client.post("/api/tickets", json={**CASE, "session": name}).json()["ticket"]
        return len(site.desk.staff.ticket(ADMIN, number).transcript)

    assert transcript(http, session) == 1
    assert transcript(http, f"api:{session}") == 0
    with site.client(site.key("tickets")) as other:
        assert transcript(other, session) == 0


def test_the_same_key_makes_one_ticket(http: httpx.Client) -> None:
    key = {"Idempotency-Key": secrets.token_hex(16)}
    first = http.post("/api/tickets", json=CASE, headers=key)
    again = http.post("/api/tickets", json=CASE, headers=key)
    assert (first.status_code, again.status_code) == (201, 200) and first.json() == again.json()
    changed = http.post("/api/tickets", json={"question": "别的"}, headers=key)
    assert changed.status_code == 409
    assert http.post("/api/tickets", json=CASE, headers={"Idempotency-Key": "x"}).status_code == 422


@pytest.mark.slow
def test_two_hundred_clients_lose_and_double_nothing(site: Site) -> None:
    """Each sends its ticket twice, as after a lost reply: one ticket a client is there."""
    got: list[tuple[int, str, str]] = []
    failed: list[object] = []

    def one(client: httpx.Client, number: int) -> None:
        body = {"question": f"负载 {number}"}
        key = {"Idempotency-Key": f"load-{number:04d}-{secrets.token_hex(8)}"}
        try:
            replies = [client.post("/api/tickets", json=body, headers=key) for _ in range(2)]
            first, again = (reply.json() for reply in replies)
            assert first == again, (first, again)
            got.append((number, first["ticket"], first["secret"]))
        except (httpx.HTTPError, AssertionError, KeyError) as error:
            failed.append(error)

    limits = httpx.Limits(max_connections=200)
    with httpx.Client(base_url=site.url, trust_env=False, timeout=120, limits=limits) as client:
        threads = [threading.Thread(target=one, args=(client, n)) for n in range(200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert not failed
        assert len({ticket for _, ticket, _ in got}) == 200
        for number, ticket, secret in got:
            seen = client.get(f"/api/tickets/{ticket}", headers={"X-Ticket-Secret": secret})
            assert seen.json()["question"] == f"负载 {number}"
    rows = [row for n in (1, 2, 3, 4, 5, 6) for row in site.desk.staff.queue(ADMIN, page=n).rows]
    stored = [row.question for row in rows if row.question.startswith("负载 ")]
    assert len(stored) == 200 and len(set(stored)) == 200
