"""Files a browser sends: checked, kept under data_dir, read into the library."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO

from ingest.errors import UnsafeSourceError

SUFFIXES = (".html", ".htm", ".txt", ".md", ".docx", ".pdf", ".xlsx", ".csv")
LARGEST = 30 * 2**20  # bytes
LONGEST_NAME = 120
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
UNSAFE = re.compile(r"[^\w.()（）\-]+")
PIECE = 2**20


@dataclass(frozen=True, slots=True)
class Upload:
    """`token` is what the page names the file by; nobody can guess it."""

    token: str
    name: str


class Uploads:
    """Folder data_dir/uploads/<token>/<name>, one file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, name: str, stream: BinaryIO) -> Upload:
        """Keeps one file. Raises UnsafeSourceError for a suffix or a size we do not take."""
        name = _safe_name(name)
        if PurePath(name).suffix.lower() not in SUFFIXES:
            raise UnsafeSourceError(name, f"not one of {' '.join(SUFFIXES)}")
        token = secrets.token_urlsafe(18)
        folder = self._folder / token
        folder.mkdir(parents=True)
        _copy(stream, folder / name)
        return Upload(token, name)

    def path(self, token: str) -> Path | None:
        """The file of a token; None where there is none."""
        if not TOKEN.fullmatch(token):
            return None
        folder = self._folder / token
        return next(iter(sorted(folder.iterdir())), None) if folder.is_dir() else None


def _safe_name(name: str) -> str:
    last = PurePath(name.replace("\\", "/")).name
    cleaned = UNSAFE.sub("_", last).lstrip(".") or "report"
    stem, suffix = PurePath(cleaned).stem, PurePath(cleaned).suffix
    return f"{stem[:LONGEST_NAME]}{suffix}"


def _copy(stream: BinaryIO, path: Path) -> None:
    size = 0
    with path.open("wb") as target:
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > LARGEST:
                break
            target.write(piece)
    if size > LARGEST:
        path.unlink()
        raise UnsafeSourceError(path.name, f"larger than {LARGEST // 2**20} MB")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one uploaded file, for the page; `error` is one line or empty."""

    name: str
    report_id: str = ""
    title: str = ""
    figures: int = 0
    passages: int = 0
    warnings: tuple[str, ...] = ()
    error: str = ""


Ingest = Callable[[Sequence[Path]], "list[Outcome]"]
