"""Wire: the HTTP client under an OpenAI-compatible model, watched byte by byte.

A read time-out alone does not end a stream that trickles on for ever; here every piece that
arrives is held against the deadline, the time since the last word, and a total length.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from assistant.llm.hosts import is_loopback, require_local
from ingest.errors import LlmError

MOST_BYTES = 20_000_000
CONNECT = 5.0  # seconds


@dataclass
class Limits:
    """Of one call: `deadline` on `clock`, `stall` seconds between two words. `touch` at a word."""

    deadline: float
    stall: float
    clock: Callable[[], float] = time.monotonic
    _last: float = field(default=0.0)

    def __post_init__(self) -> None:
        self.touch()

    def touch(self) -> None:
        self._last = self.clock()

    def check(self) -> None:
        """Raises LlmError (timeout, stalled)."""
        now = self.clock()
        if now > self.deadline:
            raise LlmError("timeout", "语言模型：超过了总时限")
        if now - self._last > self.stall:
            raise LlmError("stalled", "语言模型：回复中断")


limits_now: ContextVar[Limits | None] = ContextVar("limits_now", default=None)


def http_client(base_url: str, *, stall: float, local_only: bool) -> Any:
    """An httpx2 client without redirects, which could lead to another host; proxies of the
    environment only where a remote host is allowed and meant."""
    import httpx2

    def guard(request: Any) -> None:
        if local_only:
            require_local(str(request.url))

    def watch(response: Any) -> None:
        limits = limits_now.get()
        if limits is not None:
            response.stream = _watched(response.stream, limits)

    return httpx2.Client(
        timeout=httpx2.Timeout(stall, connect=min(CONNECT, stall)),
        follow_redirects=False,
        trust_env=not (local_only or is_loopback(base_url)),
        event_hooks={"request": [guard], "response": [watch]},
    )


def _watched(stream: Any, limits: Limits) -> Any:
    import httpx2

    class Watched(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            size = 0
            for piece in stream:
                size += len(piece)
                limits.check()
                if size > MOST_BYTES:
                    raise LlmError("too_long", "语言模型：回复过长")
                yield piece

        def close(self) -> None:
            stream.close()

    return Watched()
