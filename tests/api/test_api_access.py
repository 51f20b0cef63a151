"""Who may: keys, scopes, rates, sizes; hostile bodies; metrics without personal data."""

from __future__ import annotations

import secrets
from typing import Any

import httpx
import pytest
from api_site import ADMIN, Site

from assistant.api.callers import Buckets, Caller
from assistant.api.gate import LARGEST_BODY, LARGEST_CHAT
from ingest.errors import TooManyError

ASK = {"question": "转人工"}
SCOPED = {
    "ask": ("POST", "/api/ask", ASK),
    "tickets": ("POST", "/api/tickets", {"question": "问"}),
    "feedback": ("POST", "/api/feedback", {"session": "s", "turn": 1, "vote": "like"}),
    "chat": ("POST", "/v1/chat/completions", {"messages": [{"role": "user", "content": "问"}]}),
    "metrics": ("GET", "/metrics", None),
}


def sent(client: httpx.Client, scope: str, **more: Any) -> httpx.Response:
    method, path, body = SCOPED[scope]
    return client.request(method, path, json=body, **more)


@pytest.mark.parametrize("scope", SCOPED)
def test_a_key_opens_its_scope_alone(site: Site, scope: str) -> None:
    with site.client(site.key(scope)) as client:
        assert sent(client, scope).status_code in (200, 201, 404)
        for other in SCOPED.keys() - {scope}:
            assert sent(client, other).status_code == 403


@pytest.mark.parametrize("scope", SCOPED)
def test_keys_that_are_no_longer_good_or_never_were(site: Site, scope: str) -> None:
    gone = site.key(scope)
    site.desk.keys.revoke(gone.split("_")[1], by=ADMIN)
    good = site.key(scope)
    for plain in (gone, good[:-1], good + "x", good.replace("wb_", "xx_"), "wb__", "sk-x", "wb_\0"):
        headers = {"X-API-Key": plain} if "\0" not in plain else {"Authorization": "Bearer wb_"}
        with site.client() as client:
            refused = sent(client, scope, headers=headers)
            assert refused.status_code == 401 and refused.headers["www-authenticate"] == "Bearer"


def test_without_a_key_a_shut_server_says_so_and_then_to_wait(shut: Site) -> None:
    who = {"X-Forwarded-For": "1.1.1.1, 203.0.113.7"}
    with shut.client() as client:
        codes = [sent(client, "ask", headers=who).status_code for _ in range(4)]
        assert codes == [401, 401, 401, 429]
        waiting = sent(client, "chat", headers=who)
        assert 1 <= int(waiting.headers["retry-after"]) <= 60 and waiting.json()["error"]
        # Another client is not held up, a forged first entry makes nobody another client.
        other = {"X-Forwarded-For": "203.0.113.7, 203.0.113.8"}
        assert sent(client, "ask", headers=other).status_code == 401
        forged = {"X-Forwarded-For": "9.9.9.9, 203.0.113.7"}
        assert sent(client, "ask", headers=forged).status_code == 429
        assert (
            sent(client, "metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401
        )
    with shut.client(shut.key("ask", rate=2)) as client:
        codes = [sent(client, "ask").status_code for _ in range(3)]
        assert codes == [200, 200, 429]


def test_forwarded_addresses_are_not_believed_unless_told(site: Site) -> None:
    with site.client() as client:
        assert sent(client, "metrics").status_code == 200
        proxied = sent(client, "metrics", headers={"X-Forwarded-For": "127.0.0.1"})
        assert proxied.status_code == 401


def test_buckets_fill_evenly() -> None:
    now = [0.0]
    buckets = Buckets(lambda: now[0])
    for _ in range(2):
        buckets.take("a", 2)
    with pytest.raises(TooManyError) as caught:
        buckets.take("a", 2)
    assert caught.value.retry_after == 30
    buckets.take("b", 2)
    now[0] = 30.0
    buckets.take("a", 2)
    with pytest.raises(TooManyError):
        buckets.take("a", 2)


def test_no_caller_forms_the_name_of_another() -> None:
    names = {Caller(owner).inner("x") for owner in ("api", "key:ab", "key:cd")}
    assert len(names) == 3
    assert not Caller().inner("key:ab:x").startswith("key:")


def test_sessions_of_keys_are_apart(site: Site) -> None:
    """Neither the context nor the turns of a session reach whoever names it from elsewhere."""
    session = secrets.token_hex(8)
    mine, other = site.key("ask", "feedback"), site.key("ask", "feedback")
    identity = mine.split("_")[1]
    with site.client(mine) as client:
        assert client.post("/api/ask", json={**ASK, "session": session}).json()["turn"] == 1
        assert client.post("/api/ask", json={**ASK, "session": session}).json()["turn"] == 2
    for name in (session, f"key:{identity}:{session}", f"{identity}:{session}"):
        for key in (other, ""):
            with site.client(key) as client:
                vote = {"session": name, "turn": 2, "vote": "dislike"}
                assert client.post("/api/feedback", json=vote).status_code == 404
                got = client.post("/api/ask", json={**ASK, "session": name}).json()
                assert got["turn"] in (1, 2) and got["carried"] == []


def test_a_cookie_gives_nothing(site: Site) -> None:
    """No route of the interface reads one, so no page elsewhere can ride on a browser's."""
    with site.client() as client:
        client.cookies.set("wenbao_browser", "x" * 43)
        form = client.post("/api/tickets", content=b'{"question":"x"}', headers={
            "Content-Type": "text/plain"})  # fmt: skip
        assert form.status_code == 422
        answer = client.get("/api/health", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in answer.headers


DEEP = b'{"question":' + b"[" * 20_000 + b"]" * 20_000 + b"}"


@pytest.mark.parametrize(
    "path", ["/api/ask", "/api/tickets", "/api/feedback", "/v1/chat/completions"]
)
@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b"1", b'"x"', DEEP, b"\xff\xfe{}", b'{"question": "\xff"}',
        b'{"question": "\\u0000"}', b'{"question": "\\ud800"}', b'{"\\ud800": 1}',
        b'{"question": NaN}', b'{"question": ' + b"9" * 5000 + b"}", b'{"question": true}',
        b'{"question": {"a": 1}}', b'{"question": "x", "unknown": 1}',
        b'{"messages": [{"role": "user", "content": "\\ud800"}]}',
    ],
    ids=range(18),
)  # fmt: skip
def test_hostile_bodies_get_one_clear_refusal(http: httpx.Client, path: str, body: bytes) -> None:
    response = http.post(path, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422), response.text
    assert response.json().get("detail") or response.json()["error"]["message"]


def test_nul_inside_a_text_is_dropped(http: httpx.Client) -> None:
    body = {"question": "\0x", "session": "s\0", "source": "\0"}
    assert http.post("/api/ask", json=body).json()["question"] == "x"
    left = {"question": "\0x", "contact": "\0"}
    assert http.post("/api/tickets", json=left).status_code == 201


@pytest.mark.parametrize(
    ("path", "size"), [("/api/ask", LARGEST_BODY), ("/v1/chat/completions", LARGEST_CHAT)]
)
def test_large_bodies_are_413_declared_or_not(http: httpx.Client, path: str, size: int) -> None:
    headers = {"Content-Type": "application/json"}
    body = b'{"question":"' + b"x" * size + b'"}'
    assert http.post(path, content=body, headers=headers).status_code == 413
    chunked = http.post(path, content=iter([body[:1000], body[1000:]]), headers=headers)
    assert chunked.status_code == 413


def test_metrics_count_and_tell_nothing_personal(http: httpx.Client) -> None:
    http.post("/api/ask", json={"question": "张三13800138000电话"})
    http.post("/api/tickets", json={"question": "李四的问题", "contact": "13900139000"})
    http.get("/api/tickets/WB-AAAA-BBBB", headers={"X-Ticket-Secret": "geheim"})
    http.get("/no/such/13700137000")
    text = http.get("/metrics").text
    assert 'route="/api/ask",status="200"' in text
    assert 'route="/api/tickets/{ticket}",status="404"' in text
    assert "wenbao_answers_total{reason=" in text and 'wenbao_tickets{state="new"}' in text
    for personal in ("张三", "李四", "138001", "139001", "137001", "AAAA", "geheim", "127.0.0.1"):
        assert personal not in text
