"""`LearnedAnswerer`: the TableAnswerer of the shipped ranker."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache

from assistant.table_answerer import CellAnswer, CellTable
from assistant.tableqa.features import View
from assistant.tableqa.layout import Floats, Layout
from assistant.tableqa.narrowing import LARGEST, Wide
from assistant.tableqa.plain import plain
from assistant.tableqa.ranker import Ranker, embed
from ingest.embedding import Embedder, open_embedder

_HELD = 8  # tables kept ready for further questions
NOTHING = CellAnswer((), 0.0, False)


@dataclass(frozen=True)
class _Ready:
    view: View
    vectors: Floats


class LearnedAnswerer:
    """Which cells of a table answer a question; safe to share between threads.

    The last tables are kept, so that a second question about one does not read it again. Tables are
    told apart by identity: a CellTable is immutable.
    """

    def __init__(self, ranker: Ranker, embedder: Embedder) -> None:
        self._ranker = ranker
        self._embedder = embedder
        self._held: OrderedDict[int, tuple[CellTable, _Ready | Wide]] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, table: CellTable, question: str) -> CellAnswer:
        """The answering cells with a confidence that is the share of like answers that were right.

        No cells where the table has none or the question says nothing.
        """
        if not plain(question) or not any(table.grid):
            return NOTHING
        ready = self._ready(table)
        narrowed = isinstance(ready, Wide)
        if isinstance(ready, Wide):
            ready = self._read(ready.part(question))
        chosen, confidence = self._ranker.choose(
            ready.view, ready.vectors, self._embedder, question
        )
        cells = tuple(ready.view.layout.ids[cell] for cell in chosen)
        # Of a narrowed table a list may have lost members: nothing of several cells is sure there.
        sure = confidence >= self._ranker.sure and not (narrowed and len(cells) > 1)
        return CellAnswer(cells, round(confidence, 4), sure)

    def _ready(self, table: CellTable) -> _Ready | Wide:
        with self._lock:
            held = self._held.get(id(table))
            if held is not None and held[0] is table:
                self._held.move_to_end(id(table))
                return held[1]
        ready = Wide(table) if _is_large(table) else self._read(table)
        with self._lock:
            self._held[id(table)] = (table, ready)
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
        return ready

    def _read(self, table: CellTable) -> _Ready:
        layout = Layout.of(table)
        view = self._ranker.view(layout)
        return _Ready(view, embed(self._embedder, layout.texts))


def _is_large(table: CellTable) -> bool:
    return sum(map(len, table.grid)) > LARGEST


@cache
def learned_answerer() -> LearnedAnswerer:
    """The answerer of the model in the package; read once a process. Raises SettingsError."""
    return LearnedAnswerer(Ranker.load(), open_embedder())
