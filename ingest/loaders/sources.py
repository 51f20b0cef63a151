"""Sources: which files a path means, and the bytes of one file, without ever blocking."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.errors import LoadError, UnsafeSourceError
from ingest.loaders import reasons
from ingest.loaders.limits import DEFAULT_LIMITS, Limits

SUFFIXES = frozenset(
    {".html", ".htm", ".xhtml", ".shtml", ".mht", ".mhtml", ".txt", ".text", ".md", ".markdown"}
    | {".docx", ".pdf", ".xlsx", ".csv", ".tsv"}
)
# Named here although unreadable: a person who has them in a folder should be told.
LEGACY_SUFFIXES = frozenset((".doc", ".xls", ".wps", ".et"))
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)


def is_url(source: str | os.PathLike[str]) -> bool:
    """Whether `source` is an address; of any scheme, so that others are refused by name."""
    return isinstance(source, str) and bool(_URL.match(source))


def display_name(source: str | os.PathLike[str]) -> str:
    """`source` as one printable line: control characters and undecodable bytes escaped."""
    name = os.fspath(source)
    if name.isprintable():
        return name
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in name)


def find_sources(paths: Iterable[str | Path] | str | Path) -> Iterator[str]:
    """Sources to load, in order: URLs and files as given, folders walked in sorted order.

    Inside a folder other formats and hidden files are passed over and symlinked folders are
    entered once; a path given by name is always yielded, so that loading it tells what is wrong.
    """
    if isinstance(paths, str | Path):
        paths = [paths]
    for path in paths:
        if not is_url(path) and _is_folder(path):
            yield from _walk(os.fspath(path), set())
        else:
            yield os.fspath(path)


def _is_folder(path: str | Path) -> bool:
    try:
        return os.path.isdir(path)  # noqa: PTH112 - a name may hold bytes that are no path
    except ValueError:
        return False


def _walk(folder: str, seen: set[tuple[int, int]]) -> Iterator[str]:
    """Files below `folder`; each real folder once, so that links cannot loop."""
    stack = [folder]
    while stack:
        here = stack.pop()
        try:
            info = os.stat(here)  # noqa: PTH116
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError:
            yield here  # loading it names the reason
            continue
        if (info.st_dev, info.st_ino) in seen:
            continue
        seen.add((info.st_dev, info.st_ino))
        yield from (entry.path for entry in entries if _is_wanted(entry))
        stack.extend(entry.path for entry in reversed(entries) if _is_subfolder(entry))


def _is_subfolder(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and entry.is_dir()


def _is_wanted(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    if name.startswith((".", "~$")):
        return False
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122
    if suffix not in SUFFIXES and suffix not in LEGACY_SUFFIXES:
        return False
    return not entry.is_dir()


def read_bytes(path: str | Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The whole of a regular file.

    Raises LoadError for anything else (folder, device, pipe, broken link, no permission) and
    UnsafeSourceError beyond `limits.file_bytes`. Opened non-blocking: a pipe cannot hold us up.
    """
    name = display_name(path)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError) as error:
        raise LoadError(name, _why(path, error)) from error
    try:
        _check_kind(os.fstat(handle), name, limits)
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(limits.file_bytes + 1)
    except OSError as error:
        raise LoadError(name, reasons.IO_FAILED.format(detail=error.strerror)) from error
    finally:
        os.close(handle)
    if len(data) > limits.file_bytes:
        raise UnsafeSourceError(name, _too_large(limits))
    if not data:
        raise LoadError(name, reasons.EMPTY)
    return data


def _check_kind(info: os.stat_result, name: str, limits: Limits) -> None:
    if stat.S_ISDIR(info.st_mode):
        raise LoadError(name, reasons.DIRECTORY)
    if not stat.S_ISREG(info.st_mode):
        raise LoadError(name, reasons.NOT_REGULAR)
    if info.st_size > limits.file_bytes:
        raise UnsafeSourceError(name, _too_large(limits))


def _too_large(limits: Limits) -> str:
    return reasons.TOO_LARGE.format(limit=limits.file_bytes // 1024 // 1024)


def _why(path: str | Path, error: OSError | ValueError) -> str:
    if isinstance(error, ValueError):
        return reasons.BAD_NAME
    if isinstance(error, FileNotFoundError):
        return reasons.BROKEN_LINK if os.path.islink(path) else reasons.MISSING  # noqa: PTH114
    if isinstance(error, PermissionError):
        return reasons.NO_PERMISSION
    if isinstance(error, IsADirectoryError):
        return reasons.DIRECTORY
    if error.errno == 40:  # ELOOP
        return reasons.LINK_LOOP
    if error.errno == 36:  # ENAMETOOLONG
        return reasons.BAD_NAME
    if error.errno == 6:  # ENXIO: a socket or a device without its driver
        return reasons.NOT_REGULAR
    return reasons.IO_FAILED.format(detail=error.strerror)
