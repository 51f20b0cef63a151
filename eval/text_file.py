"""Text files of people: UTF-8 with or without BOM, UTF-16 with BOM, GBK/GB18030."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import TextIO

from ingest.errors import QuestionError

CHUNK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def open_text(path: Path, *, newline: str | None = None) -> TextIO:
    """The file opened in its encoding, found by decoding it once in chunks.

    Raises QuestionError with the row of the first byte that fits no known encoding.
    """
    encoding = encoding_of(path)
    return path.open(encoding=encoding, newline=newline)


def encoding_of(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(4096)
    for bom, name in _BOMS:
        if head.startswith(bom):
            _check(path, name)
            return name
    if b"\0" in head:
        raise QuestionError(f"{path.name}：是二进制文件，不是文本")
    in_utf8 = _failing_row(path, "utf-8")
    if in_utf8 is None:
        return "utf-8"
    # The encoding that got further is the one that the file was meant to be in.
    _check(path, "gb18030", at_least=in_utf8)
    return "gb18030"


def _check(path: Path, encoding: str, at_least: int = 1) -> None:
    row = _failing_row(path, encoding)
    if row is not None:
        raise QuestionError(
            f"{path.name} 第 {max(row, at_least)} 行：既不是 UTF-8 也不是 GB18030，请另存为 UTF-8"
        )


def _failing_row(path: Path, encoding: str) -> int | None:
    """The line (from 1) of the first undecodable byte, None where all decode."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(CHUNK)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return lines + error.object[: error.start].count(b"\n") + 1
            if not chunk:
                return None
            lines += chunk.count(b"\n")
