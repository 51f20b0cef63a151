"""A question cut into names of one sheet, cue words, numbers and what nothing accounts for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache, lru_cache
from typing import Literal

from assistant.general.names import LONGEST, Name, Names
from assistant.general.texts import levelled, listed, words
from ingest.structure.numerals import chinese_number
from ingest.structure.values import units as known_units

TokenKind = Literal[
    "name", "cue", "before", "behind", "number", "date", "many", "ask", "record", "filler", "gap",
    "rank", "into",
]  # fmt: skip
_RANK = re.compile(
    r"(倒数)?(第|前)(\d{1,3}|[一二三四五六七八九十两]{1,3})(?:名|位|个|高|低|多|少|大|小|家|项)?的?"
)
_INTO = re.compile(
    r"(?:换算成|换算为|折算成|折算为|折合成|折合|合|转换成|以)([百千万]?万?亿?元|万人|人|万|亿)(?:为单位)?"
)
_NUMBER = re.compile(
    r"(零下|负|-)?(\d+(?:\.\d+)?|[一二两三四五六七八九十百千零点]{1,8})(%|‰)?(万亿|百万|千万|亿|万|千|百)?"
)
_YEAR = re.compile(r"((?:19|20)\d{2})年?(?:度)?")
_YEAR_SAID = re.compile(r"(?:19|20)\d{2}年")
_YMD = re.compile(r"(?:((?:19|20)\d{2})(?:年|-))?(\d{1,2})(?:月份?|-)(?:(\d{1,2})[日号]?)?")
_LONG = ("小时", "工作日", "月", "百分点", "季度")
_SCALABLE = ("人", "户", "吨", "亩", "头", "只", "株", "辆", "平方米", "人次", "件")
_SCALES = {
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "万亿": 10**12,
}


_COMMON = 100  # of a word in the dictionary: it stands for itself inside another


@dataclass(frozen=True)
class Token:
    """A piece [start, stop) of the question. Of a name: `names` and whether it is `whole`;
    of a cue: `cue` (also of a name that reads as one); of a number: `number` and `unit`."""

    kind: TokenKind
    start: int
    stop: int
    text: str
    names: tuple[Name, ...] = ()
    whole: bool = False
    cue: str = ""
    number: Fraction = Fraction(0)
    unit: str = ""
    date: tuple[int | None, int | None, int | None] = (None, None, None)
    weight: float = 0.0
    scaled: bool = False  # of a number: said with 万 or 亿 and no unit
    joined: bool = False  # behind 和, 与, 、

    def of_kind(self, *kinds: str) -> tuple[Name, ...]:
        return tuple(name for name in self.names if name.kind in kinds)


@dataclass(frozen=True)
class Tokens:
    """The tokens in order; `breaks`: where punctuation stood."""

    text: str
    tokens: tuple[Token, ...]
    breaks: frozenset[int] = field(default_factory=frozenset)

    @property
    def gaps(self) -> list[Token]:
        return [token for token in self.tokens if token.kind == "gap"]

    @property
    def covered(self) -> float:
        """How much of the question the sheet's names account for; whole names count more."""
        return sum(token.weight for token in self.tokens if token.kind == "name")


def tokenize(question: str, names: Names) -> Tokens:
    """The best row of tokens over the whole question."""
    level = levelled(question)
    text = level.text
    best: list[tuple[float, Token | None]] = [(0.0, None)] * (len(text) + 1)
    within = _inside_words(text)
    for start in range(len(text) - 1, -1, -1):
        best[start] = best[start + 1][0], None
        for token in _candidates(text, start, names):
            if _is_torn(token, within):
                continue
            value = token.weight + best[token.stop][0]
            if value > best[start][0]:
                best[start] = value, token
    tokens = tuple(_joined(_walk(best, text)))
    return Tokens(text, tuple(_with_joints(tokens, level.breaks)), level.breaks)


def _with_joints(tokens: Sequence[Token], breaks: frozenset[int]) -> Iterator[Token]:
    """Names behind 和, 与, 、 know that they are joined to what stands before."""
    last = ""
    for token in tokens:
        joint = last in listed("joints") or token.start in breaks
        yield replace(token, joined=True) if joint and token.kind == "name" else token
        last = token.text


def _is_torn(token: Token, within: frozenset[int]) -> bool:
    """印机 of 复印机 is no piece of 打印机: a piece ends with a word, or is one."""
    if token.kind != "name" or token.whole or not {token.start, token.stop} & within:
        return False
    if {token.start, token.start - 1} <= within or token.stop in within:
        return True  # two characters of the word or more are left over (个人 of 个人所得税)
    import jieba

    return int(jieba.dt.FREQ.get(token.text) or 0) < _COMMON


@lru_cache(maxsize=1024)
def _inside_words(text: str) -> frozenset[int]:
    """Places of `text` that stand inside a word of three characters or more of the dictionary."""
    import jieba

    found: set[int] = set()
    for word, start, stop in jieba.tokenize(text, HMM=False):
        if len(word) > 2 and not word.isascii():
            found.update(range(start + 1, stop))
    return frozenset(found)


def _walk(best: list[tuple[float, Token | None]], text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        token = best[at][1]
        if token is None:
            token = Token("gap", at, at + 1, text[at])
        yield token
        at = token.stop


def _joined(tokens: Iterator[Token]) -> Iterator[Token]:
    """Gaps side by side as one."""
    held: Token | None = None
    for token in tokens:
        if held is not None and token.kind == "gap":
            held = Token("gap", held.start, token.stop, held.text + token.text)
            continue
        if held is not None:
            yield held
        held = token if token.kind == "gap" else None
        if held is None:
            yield token
    if held is not None:
        yield held


def _candidates(text: str, start: int, names: Names) -> Iterator[Token]:
    yield from _names(text, start, names)
    yield from _numbers(text, start, names)
    for word, kind, cue in _by_first().get(text[start], ()):
        if text.startswith(word, start):
            stop, unit = start + len(word), ""
            if kind == "many":
                unit = _unit_at(text, stop, asked=True)
                stop += len(unit)
            each = {"filler": 1.0, "record": 1.6, "many": 2.2}.get(kind, 1.95)
            size = stop - start
            weight = size * each + (size - 1) * 0.1
            yield Token(kind, start, stop, text[start:stop], cue=cue, unit=unit, weight=weight)
    yield from _ranks(text, start)


def _ranks(text: str, start: int) -> Iterator[Token]:
    found = _RANK.match(text, start)
    if found:
        place = _value(found[3])
        if place:
            sign = "last" if found[1] else "top" if found[2] == "前" else "nth"
            low = "低" in found[0] or "少" in found[0] or "小" in found[0]
            yield Token("rank", start, found.end(), found[0], cue="last" if low else sign,
                        number=place, unit="top" if found[2] == "前" else "nth",
                        weight=len(found[0]) * 2.1)  # fmt: skip
    into = _INTO.match(text, start)
    if into:
        unit = {"万": "万元", "亿": "亿元"}.get(into[1], into[1])
        yield Token("into", start, into.end(), into[0], unit=unit, weight=len(into[0]) * 2.0)


def _names(text: str, start: int, names: Names) -> Iterator[Token]:
    for stop in range(start + 1, min(len(text), start + LONGEST) + 1):
        found = names.exact.get(text[start:stop])
        if found and not (stop - start == 1 and text[start].isdigit()):
            piece = text[start:stop]
            only_title = all(name.kind == "title" for name in found)
            size = stop - start  # one long name before two short ones
            weight = size * 2 + (size - 1) * 0.3 + (-0.2 if only_title else 0.1)
            yield Token("name", start, stop, piece, tuple(found), True, _cue(piece), weight=weight)
    stop, found = names.partly(text, start)
    for end in range(stop, start + 1, -1):
        if (end == stop and found) or (end - start >= 2 and end < stop):
            held = found if end == stop else names.partly(text[:end], start)[1]
            if held:
                titled = all(name.kind == "title" for name in held)
                weight = (end - start) * (1.75 if titled else 1.9) - 0.6
                weight += 0.2 if all(name.kind == "attribute" for name in held) else 0.0
                piece = text[start:end]
                yield Token("name", start, end, piece, tuple(dict.fromkeys(held)), False,
                            _cue(piece), weight=weight)  # fmt: skip


def _numbers(text: str, start: int, names: Names) -> Iterator[Token]:
    if start and text[start].isdigit() and (text[start - 1].isdigit() or text[start - 1] == "."):
        return
    found = _NUMBER.match(text, start)
    if found and not _YEAR_SAID.match(text, start):
        number = _value(found[2])
        if number is not None:
            number *= _SCALES.get(found[4] or "", 1) * (-1 if found[1] else 1)
            unit = found[3] or _unit_at(text, found.end())
            stop = found.end() + (0 if found[3] else len(unit))
            if found[2][0].isdigit() or found[4] or unit or len(found[2]) > 1:
                yield Token(
                    "number",
                    start,
                    stop,
                    text[start:stop],
                    number=number,
                    unit=unit,
                    weight=(stop - start) * 1.8,
                    scaled=bool(found[4]) and not unit,
                )
    if not _in_a_label(text, start, names):
        yield from _dates(text, start)


def _in_a_label(text: str, start: int, names: Names) -> bool:
    """2022年 of a column 2022年执行数 names that column."""
    year = _YEAR.match(text, start)
    if year is None:
        return False
    stop, held = names.partly(text, start)
    return stop >= year.end() and any(name.kind in ("row", "column") for name in held)


def _dates(text: str, start: int) -> Iterator[Token]:
    for pattern in (_YEAR, _YMD):
        found = pattern.match(text, start)
        if found and pattern is _YEAR:
            yield Token("date", start, found.end(), found[0], date=(int(found[1]), None, None),
                        weight=len(found[0]) * 1.9)  # fmt: skip
        elif found:
            year, month, day = (int(part) if part else None for part in found.groups())
            if month and 1 <= month <= 12:
                yield Token("date", start, found.end(), found[0], date=(year, month, day),
                            weight=len(found[0]) * 1.9)  # fmt: skip


def _value(text: str) -> Fraction | None:
    if text[0].isdigit():
        return Fraction(text)
    try:
        number = chinese_number(text)
    except (ValueError, ArithmeticError):
        return None
    return None if number is None else Fraction(number)


@cache
def _units() -> tuple[str, ...]:
    more = [
        *words()["unit_columns"],
        *words()["counters"],
        "万千瓦时",
        "千瓦时",
        "毫米",
        "℃",
        "微克/立方米",
    ]
    more += [scale + unit for unit in (*_SCALABLE, *words()["counters"]) for scale in "万亿"]
    return tuple(sorted({*known_units(), *more}, key=len, reverse=True))


def _unit_at(text: str, start: int, *, asked: bool = False) -> str:
    found = next((unit for unit in _units() if text.startswith(unit, start)), "")
    longer = next((unit for unit in _LONG if text.startswith("个" + unit, start)), "")
    if longer:
        return "个" + longer
    if asked and not found:
        return next((unit for unit in ("钱", "亿", "万") if text.startswith(unit, start)), "")
    return found


def _cue(piece: str) -> str:
    for word, kind, cue in _by_first().get(piece[0], ()):
        if word == piece and kind == "cue":
            return cue
    return ""


@cache
def _by_first() -> dict[str, tuple[tuple[str, TokenKind, str], ...]]:
    """Every word of the lists by its first character."""
    found: dict[str, list[tuple[str, TokenKind, str]]] = {}
    for word, kind, cue in _all_words():
        found.setdefault(word[0], []).append((word, kind, cue))
    return {first: tuple(entries) for first, entries in found.items()}


def _all_words() -> Iterator[tuple[str, TokenKind, str]]:
    for cue, listing in words()["cues"].items():
        for word in listing:
            yield levelled(str(word)).text, ("many" if cue == "many" else "cue"), cue
    for word, sign in words()["before"].items():
        yield word, "before", sign
    for word, sign in words()["behind"].items():
        yield word, "behind", sign
    for word in words()["asked"]:
        yield word, "ask", word
    for word in listed("filler"):
        yield word, "filler", ""
    for word in listed("records"):
        yield word, "record", ""
