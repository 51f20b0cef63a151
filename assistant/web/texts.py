"""Every text of the page, by language, from texts.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

from ingest.form import read_yaml

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Texts:
    """The texts of one language; called with a key and the values its braces name."""

    def __init__(self, language: Language, entries: Mapping[str, str]) -> None:
        self.language = language
        self._entries = entries

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key`; raises KeyError for one that texts.yaml does not have."""
        return self._entries[key].format(**values)

    def either(self, key: str, fallback: str) -> str:
        """The text of `key`, or that of `fallback` where there is none."""
        return self._entries.get(key) or self._entries[fallback]

    def name(self, prefix: str, value: str) -> str:
        """The text of `prefix.value`, or `value` itself where there is none."""
        return self._entries.get(f"{prefix}.{value}", value)


@lru_cache(maxsize=1)
def entries() -> dict[str, dict[str, str]]:
    """key → {language: text}, as written in texts.yaml."""
    return cast("dict[str, dict[str, str]]", read_yaml(files("assistant") / "web" / "texts.yaml"))


@lru_cache(maxsize=len(LANGUAGES))
def texts(language: Language) -> Texts:
    return Texts(language, {key: text[language] for key, text in entries().items()})


def language_of(value: object) -> Language:
    """A language the page has; anything else means Chinese."""
    return "en" if value == "en" else "zh"
