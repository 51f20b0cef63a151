"""Fence: text of users and reports, marked as data between signs that it cannot hold itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

_LETTERS = "abcdefghijklmnop"  # letters only: no mask takes them for a number
MARK = "data"


def nonce_of(values: Mapping[str, str]) -> str:
    """Sixteen letters from the hash of all values: the same for the same prompt (so that it can be
    cached), and in none of them. To forge it, a text would have to hold its own hash."""
    basis = "\0".join(f"{name}\1{value}" for name, value in sorted(values.items()))
    turn = 0
    while True:
        digest = hashlib.sha256(f"{turn}\0{basis}".encode(errors="replace")).digest()[:8]
        nonce = "".join(_LETTERS[byte >> 4] + _LETTERS[byte & 15] for byte in digest)
        if not any(nonce in value for value in values.values()):
            return nonce
        turn += 1


def fenced(name: str, value: str, nonce: str) -> str:
    return f"<<<{MARK} {name} {nonce}>>>\n{value}\n<<<end {name} {nonce}>>>"
