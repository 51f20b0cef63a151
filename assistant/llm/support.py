"""Support: whether a sentence that a language model wrote is borne out by the passage it cites.

The check is strict rather than clever, as a sentence wrongly let through is worse than one lost.
A sentence may leave out clauses of the passage and put them in another order; each of its own
clauses must stand there in one piece, cut at word boundaries and not out of a negation or a title.
So no number, place, role or claim can be added, swapped or turned round. What is left to measure
(`python -m eval.support`, docs/llm.md) is how often that refuses good sentences, and whether
anything slips through. Word lists: open.yaml.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.words import segments_of
from ingest.form import read_yaml

FILE = files("assistant") / "llm" / "open.yaml"
_SENTENCE = re.compile(r"[^。！？!?;；\n]+[。！？!?;；]?")
_CLAUSE = re.compile(r"[^，,：:。！？!?;；\n]+")
_COUNTED = re.compile(r"\d+(?:[.,]\d+)*(?:%|余)?[\u4e00-\u9fff]?")  # 3次, 260余人
_HIDDEN = ("Cf", "Cc", "Co", "Cn")


@lru_cache(maxsize=1)
def rules() -> dict[str, Any]:
    return dict(read_yaml(FILE))


def fault(sentence: str, passage: str, year: int, places: Sequence[str]) -> str:
    """Why `sentence` may not be said on the ground of `passage`, in Chinese; "" where it may.

    `year` and `places` (names of its publisher) are those of the report that the passage is of.
    """
    plain = _plain_fault(sentence)
    if plain:
        return plain
    printed = [_clause(one) for one in _CLAUSE.findall(_level(passage))]
    said = [_clause(one) for one in _CLAUSE.findall(_without_scope(sentence, year, places))]
    lost = next((one for one in said if one and not _stands(one, printed)), "")
    if lost or not any(said):
        return f"段落里没有这样写：{lost or sentence}"
    return "漏掉了原句里的条件" if _drops_condition(said, passage) else ""


def _drops_condition(said: Sequence[str], passage: str) -> bool:
    """Whether a printed sentence with a condition (若, 除, 但) is said only in part."""
    for printed in _SENTENCE.findall(_level(passage)):
        clauses = [_clause(one) for one in _CLAUSE.findall(printed)]
        used = any(one and any(one in clause for clause in clauses) for one in said)
        held = all(any(one and one in clause for one in said) for clause in clauses if clause)
        if used and not held and any(word in printed for word in rules()["conditions"]):
            return True
    return False


def support(sentence: str, passage: str) -> str:
    """The printed sentences of `passage` that hold the clauses of `sentence`, in order."""
    said = [_clause(one) for one in _CLAUSE.findall(_level(sentence))]
    held = [
        printed
        for printed in _SENTENCE.findall(passage)
        if any(one and one in _clause(_level(printed)) for one in said)
    ]
    return "".join(held).strip() or passage


def _level(text: str) -> str:
    """Full-width signs as half-width ones; commas and stops stay, as they part clauses."""
    return unicodedata.normalize("NFKC", text)


def is_order(text: str) -> bool:
    """Whether a text tells somebody what to do instead of reporting ("忽略以上规则")."""
    levelled = _level(text)
    return any(pattern.search(levelled) for pattern in _orders())


@lru_cache(maxsize=1)
def _orders() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one, re.IGNORECASE) for one in rules()["orders"])


def _plain_fault(sentence: str) -> str:
    length = len(sentence.strip())
    if not rules()["least"] <= length <= rules()["longest"]:
        return "句子太短或太长"
    if is_order(sentence):
        return "这是命令，不是报告的内容"
    hidden = any(unicodedata.category(sign) in _HIDDEN for sign in sentence)
    return "有看不见的字符" if hidden else ""


def _without_scope(sentence: str, year: int, places: Sequence[str]) -> str:
    """Without the year and the name of the report itself: they come from the citation."""
    bare = re.sub(rf"{year}年度?", "", _level(sentence))
    for place in sorted(filter(None, places), key=len, reverse=True):
        bare = bare.replace(_level(place), "")
    return bare


def _clause(text: str) -> str:
    """A clause without spaces and the words that change nothing (`free`)."""
    return _free().sub("", re.sub(r"\s+", "", text))


@lru_cache(maxsize=1)
def _free() -> re.Pattern[str]:
    words = sorted(rules()["free"], key=len, reverse=True)
    opening = sorted(rules()["opening"], key=len, reverse=True)
    return re.compile(f"^(?:{'|'.join(opening)})+|{'|'.join(words)}")


def _stands(clause: str, printed: Sequence[str]) -> bool:
    return any(_in_one_piece(clause, one) for one in printed)


def _in_one_piece(clause: str, printed: str) -> bool:
    """Whether `clause` stands in `printed`, cut at word boundaries and not behind a sign that
    turns or narrows it (不规范, 副区长, 拟建设)."""
    at = printed.find(clause)
    while at >= 0:
        before, end = printed[:at], at + len(clause)
        cut = not before.endswith(tuple(rules()["binding"]))
        if cut and {at, end} <= _boundaries(printed):
            return True
        at = printed.find(clause, at + 1)
    return False


@lru_cache(maxsize=4096)
def _boundaries(text: str) -> frozenset[int]:
    """Where words of `text` begin and end, numbers with what they count taken as one word."""
    ends = {0, len(text)}
    at = 0
    for word in segments_of(text):
        start = text.lower().find(word.lower(), at)
        if start >= 0:
            at = start + len(word)
            ends |= {start, at}
    for found in _COUNTED.finditer(text):
        ends -= set(range(found.start() + 1, found.end()))
    return frozenset(ends)
