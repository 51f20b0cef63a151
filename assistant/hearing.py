"""Hearing: who listens to an answer while it is written, sentence by sentence.

Set around `ask` by whoever shows answers; what is told has been verified and is not taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str], object]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def listener() -> Listener | None:
    """Who listens to the answer in work; None where it is shown only when it is whole."""
    return _listener.get()


@contextmanager
def hearing(told: Listener | None) -> Iterator[None]:
    """Inside, `told` gets each verified sentence of the answer; None: nobody listens."""
    token = _listener.set(told)
    try:
        yield
    finally:
        _listener.reset(token)
