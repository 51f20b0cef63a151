"""Alias notation of the YAML lexicons: `[a|b]` one of them, `(a|b)` one of them or nothing.

"[收到|接到](了)申请" stands for 收到申请, 收到了申请, 接到申请, 接到了申请. Groups nest.
`{year}` is any year, `{n}` any whole number.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.errors import FormError

_CLOSE = {"[": "]", "(": ")"}
# {year} stands for a written year, {n} for a whole number.
_TOKENS = {"{year}": r"(?:(?:19|20)\d\d年?)", "{n}": r"\d+"}
_SIGNS = re.compile(r"\{[a-z]+\}|.", re.DOTALL)
Branches = list[list["str | Group"]]


class Group:
    """A bracketed part: its alternatives, each a sequence of literals and groups."""

    def __init__(self, branches: Branches, optional: bool) -> None:
        self.branches = branches
        self.optional = optional


def is_plain(alias: str) -> bool:
    """Whether `alias` is a literal string, without groups."""
    return not any(char in alias for char in "[](|){")


@lru_cache(maxsize=8192)
def to_regex(alias: str) -> str:
    """The regular expression for `alias`, longer alternatives first. Raises FormError."""
    return _regex(_parse(alias))


def expand(alias: str, limit: int = 64) -> tuple[str, ...]:
    """The strings `alias` stands for, without the empty one; () if more than `limit`."""
    if "{" in alias:
        return ()
    found = _strings(_parse(alias), limit)
    return tuple(dict.fromkeys(text for text in found if text)) if found else ()


def _parse(alias: str) -> Branches:
    stack: list[tuple[Branches, str]] = [([[]], "")]
    for char in _SIGNS.findall(alias):
        branches, close = stack[-1]
        if char in _CLOSE:
            stack.append(([[]], _CLOSE[char]))
        elif char in "])":
            if char != close:
                raise FormError(f"alias {alias!r}: unbalanced {char}")
            stack.pop()
            stack[-1][0][-1].append(Group(branches, optional=char == ")"))
        elif char == "|":
            branches.append([])
        else:
            branches[-1].append(char)
    if len(stack) > 1:
        raise FormError(f"alias {alias!r}: {stack[-1][1]} is missing")
    return stack[0][0]


def _length(branch: list[str | Group]) -> int:
    return sum(
        max(map(_length, part.branches)) if isinstance(part, Group) else 1 for part in branch
    )


def _regex(branches: Branches) -> str:
    longest_first = sorted(branches, key=_length, reverse=True)
    return "|".join("".join(map(_part, branch)) for branch in longest_first)


def _part(part: str | Group) -> str:
    if isinstance(part, Group):
        return f"(?:{_regex(part.branches)}){'?' if part.optional else ''}"
    return _TOKENS.get(part, re.escape(part))


def _strings(branches: Branches, limit: int) -> list[str]:
    """All strings of `branches`; [] once there are more than `limit`."""
    found: list[str] = []
    for branch in branches:
        heads = [""]
        for part in branch:
            tails = [part] if isinstance(part, str) else _strings(part.branches, limit)
            if isinstance(part, Group) and part.optional:
                tails = [*tails, ""]
            heads = [head + tail for head in heads for tail in tails]
            if not heads or len(heads) + len(found) > limit:
                return []
        found += heads
    return found
