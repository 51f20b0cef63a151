"""Contacts: how the same person's contact is found again, however it was typed."""

from __future__ import annotations

import re
import unicodedata

from assistant.desk.keyring import Keyring
from assistant.desk.privacy import personal

_SEPARATORS = re.compile(r"[^\w@.]")
_NOT_DIGITS = re.compile(r"[^0-9xX]")
_CHINA = re.compile(r"^(?:00)?86(?=1\d{10}$)")


def contact_forms(contact: str) -> list[str]:
    """The whole of it and each number or address in it, levelled."""
    plain = unicodedata.normalize("NFKC", contact)
    parts = [plain[found.begin : found.end] for found in personal(plain)]
    forms = [_SEPARATORS.sub("", plain).lower(), *map(_levelled, parts)]
    return list(dict.fromkeys(form for form in forms if form))


def contact_indexes(keyring: Keyring, contact: str) -> list[str]:
    """What is stored to find a contact again, under the key in force."""
    return [keyring.index(form) for form in contact_forms(contact)]


def searched_indexes(keyring: Keyring, contact: str) -> list[str]:
    """What `contact` may have been stored under, by all keys."""
    return [name for form in contact_forms(contact) for name in keyring.indexes(form)]


def _levelled(part: str) -> str:
    """The digits of a number, with or without the word before it; else the part without signs."""
    digits = _NOT_DIGITS.sub("", part)
    if "@" in part or sum(sign.isdigit() for sign in digits) * 2 < len(part):
        return _SEPARATORS.sub("", part).lower()
    return _CHINA.sub("", digits.lower())
