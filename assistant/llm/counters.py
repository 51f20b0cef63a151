"""Counters: what the language model was used for in this process, for the metrics page."""

from __future__ import annotations

import threading
from collections import Counter

_counts: Counter[tuple[str, str]] = Counter()
_lock = threading.Lock()


def count(name: str, label: str = "", by: int = 1) -> None:
    """Names: calls, retries, cached, failed (label: the kind), tokens_in, tokens_out, paths."""
    with _lock:
        _counts[name, label] += by


def read() -> dict[tuple[str, str], int]:
    """(name, label) → number since the process began."""
    with _lock:
        return dict(_counts)
