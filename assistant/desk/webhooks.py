"""Webhooks: an outbox written with what it tells of, and a thread that delivers it.

A delivery is a POST of JSON, signed: `X-Wenbao-Signature: t=SECONDS,v1=HEX`, where HEX is
HMAC-SHA256 by webhook_secret over "SECONDS.BODY". It may come twice (`id` tells); the receiver
should refuse a time that is long ago. Texts are masked.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, delete, insert, select, update

from assistant.desk import schema
from assistant.desk.base import Ground, packed
from assistant.desk.privacy import mask
from assistant.desk.sending import send
from ingest.errors import WenbaoError

LOG = logging.getLogger(__name__)
O = schema.outbox.c  # noqa: E741
FIRST_WAIT, LONGEST_WAIT = 5.0, 3600.0  # seconds between tries, doubled each time
MOST_TRIES = 14
LEASE = 60.0  # seconds that a delivery belongs to the process that has taken it
LONGEST_TEXT = 2000
PAUSE = 1.0  # seconds between looks into the outbox


def announce(lent: Connection, ground: Ground, event: str, number: str, text: str) -> None:
    """Puts an event into the outbox, in the transaction of what it tells of; nothing where no
    webhook_url is set."""
    if ground.settings.webhook_url is None:
        return
    now, identity = ground.clock(), str(uuid4())
    payload = {"id": identity, "event": event, "at": now, "ticket": number}
    row = {
        "id": identity, "event": event, "created_at": now, "next_at": now, "tries": 0,
        "payload": packed(payload | {"text": mask(text)[:LONGEST_TEXT]}),
        "state": "waiting", "error": "",
    }  # fmt: skip
    lent.execute(insert(schema.outbox), row)


def signature(secret: str, at: int, body: bytes) -> str:
    """The header of a delivery of `body` at `at`."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


class Worker:
    """Delivers what is due, one after the other. Several processes may each have one."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Nothing where no webhook_url is set, or where it runs already."""
        if self._ground.settings.webhook_url is None or self._thread is not None:
            return
        self._ended.clear()
        self._thread = threading.Thread(target=self._run, name="wenbao-webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Returns when the delivery under way has ended."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                delivered = self.deliver_next()
            except WenbaoError as error:  # the database is away: try again later
                LOG.warning("webhooks: %s", error)
                delivered = False
            if not delivered:
                self._ended.wait(PAUSE)

    def deliver_next(self) -> bool:
        """Delivers one event that is due; False where there is none."""
        row = self._taken()
        if row is None:
            return False
        error = self._send(row)
        now, tries = self._ground.clock(), row.tries + 1
        changes: dict[str, Any] = {"tries": tries, "error": error}
        if not error:
            changes |= {"state": "delivered", "payload": "{}"}
        elif tries >= MOST_TRIES:
            changes["state"] = "given_up"
        else:
            changes["next_at"] = now + min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)
        with self._ground.writing() as lent:
            lent.execute(update(schema.outbox).where(O.key == row.key).values(changes))
        if error:
            LOG.warning("webhook %s failed (%d): %s", row.id, tries, error)
        return True

    def _taken(self) -> Row[Any] | None:
        """An event that is due, leased to this process."""
        now = self._ground.clock()
        due = (O.state == "waiting") & (O.next_at <= now)
        with self._ground.writing() as lent:
            query = select(schema.outbox).where(due).order_by(O.next_at, O.key).limit(1)
            row = lent.execute(query.with_for_update(skip_locked=True)).first()
            if row is not None:
                lease = update(schema.outbox).where(O.key == row.key)
                lent.execute(lease.values(next_at=now + LEASE))
        return row

    def _send(self, row: Row[Any]) -> str:
        """What went wrong, "" where nothing did."""
        settings, body = self._ground.settings, row.payload.encode()
        if settings.webhook_url is None or settings.webhook_secret is None:
            return "no webhook_url"
        at = int(self._ground.clock())
        headers = {
            "Content-Type": "application/json",
            "X-Wenbao-Event": row.event,
            "X-Wenbao-Delivery": row.id,
            "X-Wenbao-Signature": signature(settings.webhook_secret.reveal(), at, body),
        }
        return send(settings.webhook_url, body, headers, settings.webhook_hosts)


def forget_delivered(lent: Connection, before: float) -> None:
    """Takes away what was delivered or given up before `before`."""
    done = (O.state != "waiting") & (O.created_at < before)
    lent.execute(delete(schema.outbox).where(done))
