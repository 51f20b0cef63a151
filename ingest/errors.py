"""The error tree of 问报. Each message names the file or setting and how to mend it.

WenbaoError
├── SettingsError        a setting has a wrong name or value
├── LoadError            a source could not be read (one line: source, reason)
│   └── UnsafeSourceError   refused before reading: size, address, archive bomb
├── FormError            a form file is malformed
├── StoreError           the database or vector store refused
│   └── StoreLockedError    another process writes to the embedded store
└── QuestionError        a question file or row is malformed
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
