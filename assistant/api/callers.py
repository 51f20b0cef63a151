"""Caller: who sends a request, by API key or by address, and how often it may."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from ingest.errors import TooManyError

ANONYMOUS = "api"  # the owner of what callers without a key leave
NO_KEY = "none"  # what clients send that cannot send nothing
MOST_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Caller:
    """`owner` keeps the conversations of one key apart from those of all others."""

    owner: str = ANONYMOUS
    address: str = ""

    def inner(self, session: str) -> str:
        """The name under which `session` of this caller is kept: no other caller can form it, for
        neither ANONYMOUS nor an owner "key:ID" begins the other."""
        return f"{self.owner}:{session}"


class Buckets:
    """Token buckets: each holds a minute's worth of requests and fills up evenly.

    Of this process; the oldest unused go first. Safe between threads.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, at

    def take(self, name: str, per_minute: int) -> None:
        """Raises TooManyError with the seconds until the next token."""
        now = self._clock()
        with self._lock:
            tokens, at = self._held.get(name, (float(per_minute), now))
            tokens = min(float(per_minute), tokens + (now - at) * per_minute / 60)
            enough = tokens >= 1
            self._held[name] = (tokens - 1 if enough else tokens, now)
            self._held.move_to_end(name)
            while len(self._held) > MOST_BUCKETS:
                self._held.popitem(last=False)
        if not enough:
            wait = max(1, int((1 - tokens) * 60 / per_minute + 0.999))
            raise TooManyError(f"请求太频繁，请 {wait} 秒后再试", wait)
