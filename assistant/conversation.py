"""Conversations: what earlier turns settled, kept on the server by session id."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from assistant.planner import Context

KEPT = 2000  # sessions held in memory; the oldest unused go first


@dataclass
class Conversation:
    """One session: its context and how many turns it has had."""

    context: Context = field(default_factory=Context)
    turns: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Conversations:
    """Sessions by id; safe between threads. An empty id is a conversation of one turn."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[str, Conversation] = OrderedDict()

    def get(self, session: str) -> Conversation:
        if not session:
            return Conversation()
        with self._lock:
            found = self._open.setdefault(session, Conversation())
            self._open.move_to_end(session)
            while len(self._open) > KEPT:
                self._open.popitem(last=False)
            return found

    def drop(self, session: str) -> None:
        with self._lock:
            self._open.pop(session, None)
