"""Tab and Screen: what the server knows of a browser tab, and what it draws there."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from assistant.web.texts import Language, Texts, texts

Place = Literal["chat", "browse"]


@dataclass(frozen=True, slots=True)
class Tab:
    """One browser tab. Kept by the server for each page load; two tabs never share one."""

    conversation: str = ""
    language: Language = "zh"
    turn: int = 0  # the turn whose evidence is open; 0: none
    cite: int = 0  # the citation open there, from 0
    place: Place = "chat"
    report: str = ""  # the report open in the browser of tables
    search: str = ""
    removed: str = ""  # the conversation that can still be brought back
    commenting: int = 0  # the turn whose comment form is open

    @property
    def t(self) -> Texts:
        return texts(self.language)


@dataclass(frozen=True, slots=True)
class Screen:
    """The tab, and the HTML of each part that changed; None leaves a part as it is."""

    tab: Tab
    sidebar: str | None = None
    thread: str | None = None
    composer: str | None = None
    evidence: str | None = None
    browse: str | None = None

    @classmethod
    def parts(cls) -> tuple[str, ...]:
        return tuple(field.name for field in fields(cls) if field.name != "tab")
