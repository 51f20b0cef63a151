"""Gate: before a request of the interface is read: its size, its key and scope, its rate."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.callers import NO_KEY, Buckets, Caller
from assistant.api.problems import problem_response
from assistant.desk.service import Desk
from ingest.errors import DeskError, NotLoggedInError, StoreError, WenbaoError
from ingest.settings import Settings

LARGEST_BODY = 64 * 1024  # bytes
LARGEST_CHAT = 256 * 1024
# The scope that an address takes, the longest beginning first; what stands in none is open.
SCOPES = (
    ("/api/ask", "ask"),
    ("/api/feedback", "feedback"),
    ("/api/tickets", "tickets"),
    ("/v1/", "chat"),
    ("/metrics", "metrics"),
)
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")


class BodyTooLargeError(WenbaoError):
    """The body of a request has more bytes than the interface takes."""


class Gate:
    """ASGI middleware. Puts a Caller into scope["state"]; refuses with one clear 4xx."""

    def __init__(self, app: ASGIApp, *, desk: Desk, settings: Settings, buckets: Buckets) -> None:
        self._app = app
        self._desk = desk
        self._settings = settings
        self._buckets = buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = scope_of(scope["path"]) if scope["type"] == "http" else None
        if wanted is None:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            caller = await run_in_threadpool(self._caller, scope, headers, wanted)
            largest = LARGEST_CHAT if wanted == "chat" else LARGEST_BODY
            receive = await _bounded(receive, headers, largest)
        except (DeskError, StoreError, BodyTooLargeError) as error:
            status = 413 if isinstance(error, BodyTooLargeError) else None
            await problem_response(scope["path"], error, status)(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)

    def _caller(self, scope: Scope, headers: Headers, wanted: str) -> Caller:
        """Raises TooManyError, NotLoggedInError, NotAllowedError."""
        address = address_of(scope, headers, trusted=self._settings.trust_forwarded)
        plain = key_in(headers)
        if plain is None:
            self._buckets.take(f"client:{address}", self._settings.rate_limit)
            if self._needs_key(headers, address, wanted):
                raise NotLoggedInError("需要 API 密钥：Authorization: Bearer wb_…")
            return Caller(address=address)
        # Guessing keys costs the address, a key that is good costs only itself.
        try:
            key = self._desk.keys.verify(plain, wanted)
        except DeskError:
            self._buckets.take(f"client:{address}", self._settings.rate_limit)
            raise
        self._buckets.take(f"key:{key.id}", key.rate)
        return Caller(f"key:{key.id}", address)

    def _needs_key(self, headers: Headers, address: str, wanted: str) -> bool:
        if wanted != "metrics":
            return self._settings.api_key_required
        # Behind a proxy on this machine everybody would seem to be on this machine.
        return any(name in headers for name in _FORWARDED) or not is_loopback(address)


def scope_of(path: str) -> str | None:
    return next((scope for start, scope in SCOPES if path.startswith(start)), None)


def key_in(headers: Mapping[str, str]) -> str | None:
    """The API key of a request: Authorization: Bearer … or X-API-Key."""
    kind, _, rest = headers.get("authorization", "").partition(" ")
    plain = rest.strip() if kind.lower() == "bearer" else headers.get("x-api-key", "").strip()
    return plain if plain and plain.lower() != NO_KEY else None


def address_of(scope: Scope, headers: Mapping[str, str], *, trusted: bool) -> str:
    """The client's address. X-Forwarded-For counts only where a proxy of ours is trusted, and of
    it only the last entry, which that proxy wrote."""
    peer = scope.get("client") or ("", 0)
    return believed(str(peer[0]), headers, trusted=trusted)


def believed(peer: str, headers: Mapping[str, str], *, trusted: bool) -> str:
    if trusted and headers.get("x-forwarded-for"):
        last = headers["x-forwarded-for"].rpartition(",")[2].strip()
        try:
            return str(ipaddress.ip_address(last))
        except ValueError:
            return peer
    return peer


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


async def _bounded(receive: Receive, headers: Mapping[str, str], largest: int) -> Receive:
    """`receive` over a body that was read whole. Raises BodyTooLargeError."""
    declared = headers.get("content-length", "")
    if declared.isdigit() and len(declared) < 20 and int(declared) > largest:
        raise BodyTooLargeError(f"请求太大：最多 {largest} 字节")
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":  # the client has gone
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > largest:
            raise BodyTooLargeError(f"请求太大：最多 {largest} 字节")
    whole: list[dict[str, Any]] = [{"type": "http.request", "body": bytes(body)}]

    async def again() -> Message:
        return whole.pop() if whole else await receive()

    return again
