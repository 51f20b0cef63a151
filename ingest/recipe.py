"""Which rules read a report: a digest of the reading code and forms.

A stored report is "unchanged" only if the same rules read it; after a repaired loader or an
edited form, the same file is read again instead of keeping yesterday's mistake.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

# These do not decide what a page says.
_NOT_READING = frozenset({"store", "sample", "models", "__pycache__"})
_NOT_READING_FILES = frozenset(
    {"settings.py", "pipeline.py", "embedding.py", "recipe.py", "carries.py"}
)
_SUFFIXES = (".py", ".yaml")


@lru_cache(maxsize=1)
def recipe() -> str:
    """A short hex digest over every file of the package that takes part in reading."""
    digest = sha256()
    for name, data in sorted(_reading_files(files("ingest"), "")):
        digest.update(name.encode())
        digest.update(sha256(data).digest())
    return digest.hexdigest()[:16]


def _reading_files(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name not in _NOT_READING:
                found += _reading_files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(_SUFFIXES) and entry.name not in _NOT_READING_FILES:
            found.append((prefix + entry.name, entry.read_bytes()))
    return found
