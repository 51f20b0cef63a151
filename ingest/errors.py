"""The error tree of 问报. Each message names the file or setting and how to mend it.

WenbaoError
├── SettingsError        a setting has a wrong name or value
├── LoadError            a source could not be read (one line: source, reason)
│   └── UnsafeSourceError   refused before reading: size, address, archive bomb
├── FormError            a form file is malformed
├── StoreError           the database or vector store refused
│   └── StoreLockedError    another process writes to the embedded store
├── QuestionError        a question file or row is malformed
├── KnowledgeError       the knowledge pack is malformed, or a date or year it cannot reckon with
├── LlmError             the language model gave nothing usable: `kind` says why
└── DeskError            the help desk refused
    ├── UnknownTicketError  no such ticket, or not with this secret: never said which
    ├── ConflictError       somebody else changed it first
    ├── NotAllowedError     the role or the scope does not permit it
    ├── NotLoggedInError    no session, an expired one, or a wrong password
    ├── TooManyError        back-off: `retry_after` seconds
    └── NotPossibleError    a value or a step that the desk does not take
"""

from __future__ import annotations


class WenbaoError(Exception):
    """Base of all errors that are shown to a person as one line."""


class SettingsError(WenbaoError):
    """A setting has an unknown name or an unusable value."""


class LoadError(WenbaoError):
    """A source could not be read; `source` names it, the message says why."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class UnsafeSourceError(LoadError):
    """A source refused before it was read: size, address or archive bomb."""


class FormError(WenbaoError):
    """A form file is malformed; the message names file and key."""


class StoreError(WenbaoError):
    """The database or the vector store refused."""


class StoreLockedError(StoreError):
    """Another process is writing to the embedded store; the message says which."""


class QuestionError(WenbaoError):
    """A question or gold file or row is malformed; the message names file and row."""


class KnowledgeError(WenbaoError):
    """The knowledge pack is malformed (file and entry named), or a day cannot be reckoned."""


class LlmError(WenbaoError):
    """The language model gave nothing usable; the answer is then made without it.

    `kind`: timeout, stalled, rate_limited, server, unreachable, rejected (4xx), malformed, empty,
    too_long, refused, open (the breaker is), forbidden (a remote host), missing (no package),
    untraced (a number or claim that code cannot trace). `retry_after` is what the server asks for.
    """

    def __init__(self, kind: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after


class DeskError(WenbaoError):
    """The help desk refused."""


class UnknownTicketError(DeskError):
    """No such ticket, or not with this secret; the message never says which of the two."""


class ConflictError(DeskError):
    """Somebody else changed it first; `version` is the one that is stored now."""

    def __init__(self, message: str, version: int = 0) -> None:
        super().__init__(message)
        self.version = version


class NotAllowedError(DeskError):
    """The role, the scope or the second person that it takes is missing."""


class NotLoggedInError(DeskError):
    """No session, an expired one, or a wrong name or password."""


class TooManyError(DeskError):
    """Too many tries; `retry_after` is the seconds to wait."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotPossibleError(DeskError):
    """A value, or a step from this state, that the desk does not take."""
