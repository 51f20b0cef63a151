"""Gaps: what of a question neither the table nor the word lists know, and whether it matters."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from assistant.general.texts import keys
from assistant.general.tokens import Token, Tokens

# jieba's parts of speech that name nothing: verbs, adverbs, particles, pronouns, numerals …
_IDLE = ("v", "d", "p", "u", "c", "r", "y", "m", "q", "f", "o", "e", "a")
_NAMING = ("vn", "an", "ad")


def blocking(asked: Tokens, heads: Iterable[str] = ()) -> str:
    """The first gap that may name something the table does not have; "" if there is none.

    `heads`: headers of its columns of words; 村 says nothing beside one headed 村名.
    """
    known = "".join(heads)
    for at, token in enumerate(asked.tokens):
        if token.kind == "gap" and token.text not in known and _matters(asked, at, token):
            return token.text
    return ""


def settled(asked: Tokens) -> bool:
    """Whether the table accounts for the question beyond doubt: no word of two characters is left
    over, pieces stand for most of a label, and two labels (or one and the title) are whole."""
    names = [token for token in asked.tokens if token.kind == "name"]
    if any(token.kind == "gap" and len(token.text) > 1 for token in asked.tokens):
        return False
    if any(not token.whole and not _most_of_a_label(token) for token in names):
        return False
    whole = [token for token in names if token.whole and len(token.text) > 1]
    lines = [token for token in whole if any(name.kind != "title" for name in token.names)]
    return len(lines) > 1 or (len(lines) == 1 and len(whole) > 1)


def _most_of_a_label(token: Token) -> bool:
    shortest = min(min(map(len, keys(name.label)), default=0) for name in token.names)
    return len(token.text) * 2 > shortest


def _matters(asked: Tokens, at: int, token: Token) -> bool:
    if len(token.text) == 1:
        before = asked.tokens[at - 1] if at else None
        behind = asked.tokens[at + 1] if at + 1 < len(asked.tokens) else None
        return any(t is not None and t.kind == "name" for t in (before, behind)) and not idle(
            token.text
        )
    return not idle(token.text)


@lru_cache(maxsize=4096)
def idle(text: str) -> bool:
    """Whether `text` is made of words that name nothing."""
    if text.isascii():
        return False
    import jieba.posseg

    for word in jieba.posseg.cut(text, HMM=False):
        flag = word.flag
        if not flag.startswith(_IDLE) or flag in _NAMING:
            return False
    return True
