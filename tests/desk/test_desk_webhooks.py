"""Webhooks: signed, tried again, masked, and never sent to an inner address by a detour."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from desk_parts import Clock, leave
from sqlalchemy import select

from assistant.desk import schema
from assistant.desk.records import Actor
from assistant.desk.sending import send
from assistant.desk.service import Desk
from assistant.desk.webhooks import Worker
from ingest.errors import SettingsError
from ingest.settings import Settings

SECRET = "a secret of the receiver"


@dataclass
class Receiver:
    url: str = ""
    statuses: list[int] = field(default_factory=list)  # to answer with; then 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append((dict(self.headers), body))
            self.send_response(made.statuses.pop(0) if made.statuses else 200)
            self.send_header("Location", f"{made.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def settings_for(folder: Path, url: str, **more: Any) -> Settings:
    hosts = {"webhook_hosts": ("127.0.0.1",), **more}
    return Settings.load(
        environ={}, data_dir=folder, webhook_url=f"{url}/hook", webhook_secret=SECRET, **hosts
    )


@pytest.fixture
def telling_desk(receiver: Receiver, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with Desk.open(settings_for(tmp_path / "data", receiver.url), clock=clock) as desk:
        yield desk


def states(desk: Desk) -> list[str]:
    with desk.ground.reading() as lent:
        return list(lent.execute(select(schema.outbox.c.state)).scalars())


def test_new_tickets_and_replies_are_told_signed_and_masked(
    telling_desk: Desk, receiver: Receiver, admin: Actor
) -> None:
    receipt = leave(telling_desk, "请回电13800138000", contact="a@b.cn")
    telling_desk.staff.reply(admin, receipt.number, "已致电13800138000", version=1)
    telling_desk.staff.note(admin, receipt.number, "内部")
    telling_desk.start_worker()
    deadline = time.monotonic() + 30
    while len(receiver.got) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    telling_desk.stop_worker()

    payloads = [json.loads(body) for _, body in receiver.got]
    assert [one["event"] for one in payloads] == ["ticket.created", "ticket.replied"]
    assert payloads[0]["ticket"] == receipt.number
    assert payloads[0]["text"] == "请回电【电话号码】"
    assert not any(word in repr(receiver.got) for word in ("138001", "a@b.cn", receipt.secret))
    for headers, body in receiver.got:
        at, _, mac = headers["X-Wenbao-Signature"].removeprefix("t=").partition(",v1=")
        expected = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(mac, expected)
    assert states(telling_desk) == ["delivered", "delivered"]


def test_a_failure_is_tried_again_later_and_later(
    telling_desk: Desk, receiver: Receiver, clock: Clock
) -> None:
    receiver.statuses[:] = [500, 302, 503]
    leave(telling_desk)
    worker, tried_at = Worker(telling_desk.ground), list[float]()
    while len(receiver.got) < 4 and clock.now < 1e10:
        if worker.deliver_next():
            tried_at.append(clock.now)
        clock.pass_by(seconds=1)
    waits = [later - earlier for earlier, later in pairwise(tried_at)]
    assert waits[0] < waits[1] < waits[2]
    assert states(telling_desk) == ["delivered"] and len(receiver.got) == 4
    assert len({headers["X-Wenbao-Delivery"] for headers, _ in receiver.got}) == 1
    assert all("elsewhere" not in headers.get("Host", "") for headers, _ in receiver.got)


def test_two_workers_deliver_once(telling_desk: Desk, receiver: Receiver) -> None:
    for n in range(20):
        leave(telling_desk, f"问题{n}")

    def drain() -> None:
        worker = Worker(telling_desk.ground)
        while worker.deliver_next():
            pass

    threads = [threading.Thread(target=drain) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = [json.loads(body)["text"] for _, body in receiver.got]
    assert sorted(told) == sorted(f"问题{n}" for n in range(20))


def test_without_a_receiver_nothing_is_kept(small_desk: Desk) -> None:
    leave(small_desk)
    small_desk.start_worker()
    assert states(small_desk) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://receiver.example/hook", "https"),
        ("https://127.0.0.1:1/hook", "127.0.0.1"),
        ("https://[::1]:1/hook", "::1"),
        ("https://169.254.169.254/latest", "169.254"),
        ("https://[::ffff:10.0.0.1]/hook", "10.0.0.1"),
        ("https://localhost:1/hook", "localhost"),
        ("https://0x7f000001/", "0x7f"),
    ],
)
def test_inner_addresses_are_refused(url: str, said: str) -> None:
    assert said in send(url, b"{}", {}, ())


def test_an_error_is_one_line_without_the_body(receiver: Receiver) -> None:
    receiver.statuses[:] = [418]
    assert send(f"{receiver.url}/x", b"personal", {}, ("127.0.0.1",)) == "HTTP 418"
    assert send("http://127.0.0.1:1/x", b"personal", {}, ("127.0.0.1",)) == "ConnectError"


def test_a_url_needs_a_secret(tmp_path: Path) -> None:
    settings = Settings.load(environ={}, data_dir=tmp_path, webhook_url="https://r.example/")
    with pytest.raises(SettingsError, match="webhook_secret"):
        Desk.open(settings)


def test_an_erased_ticket_is_told_no_more(telling_desk: Desk, admin: Actor) -> None:
    receipt = leave(telling_desk)
    telling_desk.retention.erase(by=admin, ticket=receipt.number)
    assert states(telling_desk) == []
