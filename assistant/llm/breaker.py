"""Breaker: after several failures in a row a server is left alone for a while, by every thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

FAILURES = 5  # in a row, until it opens
PAUSE = 30.0  # seconds until one call may try again


@dataclass
class Breaker:
    """Closed: all may call. Open: nobody. After the pause: one call tries, and decides."""

    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    _opened: float | None = None
    _trying: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_open(self) -> bool:
        return self._opened is not None

    def admits(self) -> bool:
        """Whether a call may be made now; the one call after the pause is counted as admitted."""
        with self._lock:
            if self._opened is None:
                return True
            if self._trying or self.clock() - self._opened < PAUSE:
                return False
            self._trying = True
            return True

    def note(self, *, ill: bool) -> None:
        """What became of an admitted call."""
        with self._lock:
            self._trying = False
            if not ill:
                self.failures, self._opened = 0, None
                return
            self.failures += 1
            if self._opened is not None or self.failures >= FAILURES:
                self._opened = self.clock()


_breakers: dict[tuple[str, str], Breaker] = {}
_lock = threading.Lock()


def breaker_of(model: str, base_url: str) -> Breaker:
    """The one breaker of this process for a model at a server."""
    with _lock:
        return _breakers.setdefault((model, base_url), Breaker())


def forget_all() -> None:
    """Close every breaker, as a new process would (for tests and after new settings)."""
    with _lock:
        _breakers.clear()
