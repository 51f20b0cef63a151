"""Tab and Screen: what the server knows of a browser tab, and what it draws there."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from assistant.web.texts import Language, Texts, texts

Place = Literal["chat", "browse", "ticket"]


@dataclass(frozen=True, slots=True)
class Held:
    """Number and secret of a ticket, kept for the browser that made it or proved to know them.
    `owner` is that browser: a tab of the server shows them to nobody else."""

    owner: str
    number: str
    secret: str
    conversation: str = ""
    expected_at: float = 0.0


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
    handing: int = 0  # the turn whose form for the staff is open
    key: str = ""  # of that form: sent twice, it makes one ticket
    receipt: Held | None = None  # of the ticket just made, until it is put away
    looked: Held | None = None  # the ticket looked up by number and secret
    problem: str = ""  # what went wrong with the last form …
    failed: str = ""  # … and which it was: "send", "say:NUMBER", …

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
