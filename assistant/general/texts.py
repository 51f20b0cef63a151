"""The matching form of questions and labels, the word lists of general.yaml, and its messages."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from assistant.normalize import simplify
from ingest.structure.text import without_numbering

_BRACKETED = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_DASH = re.compile(r"[-—–―−~～至]")
_MONTH = re.compile(r"(?<![一二三四五六七八九十])(十[一二]?|[一二三四五六七八九])(?=月(?!均))")
_YEAR = re.compile(r"[〇零一二三四五六七八九]{4}(?=年)")
_HAN = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {"〇": "0"}


@cache
def words() -> dict[str, Any]:
    """The parsed general.yaml; its texts are NFKC, as YAML gives them."""
    import yaml

    text = (files("assistant.general") / "general.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@cache
def listed(*path: str) -> frozenset[str]:
    """The word list of general.yaml at `path`, e.g. listed("totals", "whole")."""
    found: Any = words()
    for key in path:
        found = found[key]
    return frozenset(str(word).lower() for word in found)


def say(key: str, **values: object) -> str:
    """The message `key`, filled."""
    return str(words()["messages"][key]).format(**values)


@dataclass(frozen=True)
class Levelled:
    """`text` in matching form; `breaks` are the places in it before which punctuation stood."""

    text: str
    breaks: frozenset[int]


@lru_cache(maxsize=65536)
def levelled(text: str) -> Levelled:
    """Half-width, simplified, lower case; letters and digits only, with a point or a dash between
    two digits, and a per cent sign behind one, kept."""
    plain = simplify(unicodedata.normalize("NFKC", text)).lower()
    plain = _YEAR.sub(lambda found: "".join(_HAN[char] for char in found[0]), plain)
    plain = _MONTH.sub(_month, plain)
    kept: list[str] = []
    breaks: set[int] = set()
    for at, char in enumerate(plain):
        if char.isalnum() or _kept(plain, at, kept):
            kept.append("-" if _DASH.fullmatch(char) and not char.isalnum() else char)
        else:
            breaks.add(len(kept))
    return Levelled("".join(kept), frozenset(breaks))


def _month(found: re.Match[str]) -> str:
    return (
        _HAN[found[0]]
        if len(found[0]) == 1 and found[0] != "十"
        else str(10 + int(_HAN.get(found[0][1:], "0")))
    )


def _kept(plain: str, at: int, kept: list[str]) -> bool:
    char = plain[at]
    after_digit = bool(kept) and kept[-1].isdigit()
    before_digit = at + 1 < len(plain) and plain[at + 1].isdigit()
    if char == "%" or char == "‰":
        return after_digit
    if char == "," and after_digit and re.match(r",\d{3}(?!\d)", plain[at:]):
        return False
    if char == "-" and before_digit and not after_digit:
        return True  # a sign
    return (char == "." or bool(_DASH.fullmatch(char))) and after_digit and before_digit


def key(label: str) -> str:
    """The matching form of a label, without numbering in front."""
    return levelled(without_numbering(label)).text


@lru_cache(maxsize=65536)
def keys(label: str) -> tuple[str, ...]:
    """Every form under which a label is known: whole, without brackets, without 其中."""
    found = [key(label), key(_BRACKETED.sub("", unicodedata.normalize("NFKC", label)))]
    for prefix in words()["prefixes"]:
        found += [form[len(prefix) :] for form in found if form.startswith(prefix)]
    return tuple(dict.fromkeys(form for form in found if form))


def is_total(label: str) -> bool:
    forms = keys(label)
    return any(
        form in listed("totals", "whole")
        or form.endswith(tuple(listed("totals", "ends")))
        or form.startswith(tuple(listed("totals", "begins")))
        for form in forms
    )


def is_average(label: str) -> bool:
    return any(
        form in listed("averages", "whole") or form.endswith(tuple(listed("averages", "ends")))
        for form in keys(label)
    )


def is_code(label: str) -> bool:
    return any(word in form for form in keys(label) for word in listed("codes"))


def is_rate(label: str) -> bool:
    plain = unicodedata.normalize("NFKC", label)
    return any(word in plain for word in words()["rates"])
