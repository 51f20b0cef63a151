"""What a cell looks like by itself and beside its neighbours, before any question."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np

from assistant.tableqa.layout import Floats, Layout
from assistant.tableqa.plain import plain

EMPTY, NUMBER, PERCENT, DATE, MARK, TEXT, LONG, MIXED = range(8)
KINDS = 8

_NUMBER = re.compile(r"[-−+（(]?[¥￥$]?\d[\d,，.． ]*[）)]?")
_PERCENT = re.compile(r"[-−+]?\d[\d,.]*\s*[%％‰]")
_DATE = re.compile(r"(?:19|20)\d{2}\s*[-年./]\s*(?:\d{1,2}\s*[-月./]?\s*(?:\d{1,2}日?)?)?.{0,4}")
_BLANK = re.compile(r"[-—–_/\\\s]*")
_MARK = re.compile(r"[√□■☑✓×是否有无适用不 \s]{1,12}")
_TOTAL = re.compile(r"^[^一-鿿]{0,3}(?:[一-鿿]{0,6})(?:合\s*计|总\s*计|小\s*计|总\s*和|共\s*计)")
_LONG = 25


def kind(text: str) -> int:
    """One of EMPTY … MIXED."""
    stripped = unicodedata.normalize("NFKC", text).strip()
    if _BLANK.fullmatch(stripped):
        return EMPTY
    for pattern, found in ((_NUMBER, NUMBER), (_PERCENT, PERCENT), (_DATE, DATE), (_MARK, MARK)):
        if pattern.fullmatch(stripped):
            return found
    if any(character.isdigit() for character in stripped):
        return MIXED
    return LONG if len(stripped) > _LONG else TEXT


def is_total(text: str) -> bool:
    return len(text) < 20 and _TOTAL.match(text.strip()) is not None


class Profile:
    """Kinds, lengths and the shape features of every cell of a layout; `shape` is [n, features]."""

    def __init__(self, layout: Layout) -> None:
        self.plain = [plain(text) for text in layout.texts]
        self.kinds = np.array([kind(text) for text in layout.texts], dtype=np.int64)
        self.lengths = np.array([len(text) for text in self.plain], dtype=np.float32)
        self.totals = np.array([is_total(text) for text in layout.texts], dtype=bool)
        self.shape = self._shape(layout)

    def _shape(self, layout: Layout) -> Floats:
        r0, r1, c0, c1 = layout.box
        rows, columns = layout.grid.shape
        count = Counter(self.plain)
        one_kind = np.eye(KINDS, dtype=np.float32)[self.kinds]
        same = np.array([count[text] for text in self.plain])
        own = [
            r0, c0, rows - 1 - r1, columns - 1 - c1, r0 / rows, c0 / columns, r1 - r0 + 1,
            c1 - c0 + 1, (c1 - c0 + 1) / columns, (r1 - r0 + 1) / rows, np.full(len(r0), rows),
            np.full(len(r0), columns), self.lengths, same, self.totals,
            _digit_shares(self.plain), _bracketed(layout.texts),
        ]  # fmt: skip
        return np.concatenate(
            [np.column_stack(own).astype(np.float32), one_kind, self._beside(layout)], axis=1
        )

    def _beside(self, layout: Layout) -> Floats:
        """Kinds and lengths of the four neighbours, and the mix of kinds in row and column."""
        r0, r1, c0, c1 = layout.box
        rows, columns = layout.grid.shape
        kinds = np.append(self.kinds, -1)
        lengths = np.append(self.lengths, 0)
        framed = np.full((rows + 2, columns + 2), layout.size)
        framed[1:-1, 1:-1] = layout.grid
        sides = [
            framed[r0 + 1, c0],
            framed[r0 + 1, c1 + 2],
            framed[r0, c0 + 1],
            framed[r1 + 2, c0 + 1],
        ]
        found = [kinds[side] for side in sides] + [lengths[side] for side in sides]
        found += [kinds[side] == self.kinds for side in sides]
        spread = kinds[layout.grid]
        for group in ((NUMBER, PERCENT), (EMPTY,), (TEXT, LONG), (MIXED, DATE), (MARK,)):
            held = np.isin(spread, group)
            found += [held.mean(axis=1)[r0], held.mean(axis=0)[c0]]
        firsts = np.append(c0, 0)[layout.grid] == np.arange(columns)[None, :]
        found.append(firsts.sum(axis=1)[r0])
        return np.column_stack(found).astype(np.float32)


def _digit_shares(texts: Sequence[str]) -> Floats:
    shares = [sum(map(str.isdigit, text)) / max(len(text), 1) for text in texts]
    return np.array(shares, dtype=np.float32)


def _bracketed(texts: Sequence[str]) -> Floats:
    return np.array([text.rstrip()[-1:] in ("）", ")", "：", ":") for text in texts], np.float32)
