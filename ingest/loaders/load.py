"""load: one source → one Document. Each step is a function; each format a module."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ingest.document import Document
from ingest.errors import LoadError
from ingest.loaders import reasons
from ingest.loaders.encoding import decode
from ingest.loaders.limits import DEFAULT_LIMITS, Limits
from ingest.loaders.parts import Parts
from ingest.loaders.sniff import Format, is_wrong_suffix, sniff_binary, sniff_text, suffix_of
from ingest.loaders.sources import display_name, is_url, read_bytes

MEDIA_TYPES = {
    Format.HTML: "text/html",
    Format.MHTML: "multipart/related",
    Format.TEXT: "text/plain",
    Format.MARKDOWN: "text/markdown",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PDF: "application/pdf",
    Format.DELIMITED: "text/csv",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """Bytes of a source. `name` is printable; `charset` is what a server declared."""

    name: str
    data: bytes
    suffix: str
    charset: str | None = None


def load(
    source: str | Path, *, limits: Limits = DEFAULT_LIMITS, allow_private_hosts: bool = False
) -> Document:
    """Read a file or http(s) URL into a Document.

    `allow_private_hosts` lets a URL point into the own network (off: refused). Raises LoadError,
    or UnsafeSourceError for what is refused unread, with one line naming source and reason.
    """
    fetched = _fetch(source, limits, allow_private_hosts)
    return load_bytes(
        fetched.data, fetched.name, suffix=fetched.suffix, charset=fetched.charset, limits=limits
    )


def load_bytes(
    data: bytes,
    name: str,
    *,
    suffix: str | None = None,
    charset: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Document:
    """Read bytes already at hand (an upload) as the source called `name`; raises as load."""
    if not data.strip(b"\x00 \r\n\t"):
        raise LoadError(name, reasons.EMPTY)
    suffix = suffix_of(name) if suffix is None else suffix
    binary = sniff_binary(data, name)
    if binary is not None:
        kind, encoding, parts = binary, None, _reader(binary)(data, name, limits)
    else:
        kind, encoding, parts = _read_text(data, name, suffix, charset, limits)
    if not parts.blocks:
        raise LoadError(name, reasons.NO_CONTENT)
    return _document(name, suffix, data, kind, encoding, parts)


def _fetch(source: str | Path, limits: Limits, allow_private_hosts: bool) -> Fetched:
    if is_url(source):
        from ingest.loaders.fetch import fetch

        page = fetch(str(source), limits=limits, allow_private_hosts=allow_private_hosts)
        return Fetched(
            display_name(source), page.data, suffix_of(urlsplit(page.url).path), page.charset
        )
    name = display_name(source)
    return Fetched(name, read_bytes(source, limits), suffix_of(name))


def _reader(kind: Format) -> Callable[[bytes, str, Limits], Parts]:
    """The reader of a binary format, imported only when such a file comes."""
    if kind is Format.PDF:
        from ingest.loaders.pdf import read_pdf

        return read_pdf
    if kind is Format.DOCX:
        from ingest.loaders.docx import read_docx

        return read_docx
    from ingest.loaders.xlsx import read_xlsx

    return read_xlsx


def _read_text(
    data: bytes, name: str, suffix: str, charset: str | None, limits: Limits
) -> tuple[Format, str, Parts]:
    decoded = decode(data, name, charset)
    kind = sniff_text(decoded.text, suffix)
    if kind is Format.MHTML:
        from ingest.loaders.mhtml import html_part

        decoded = html_part(data, name)
    parts = _read_decoded(decoded.text, name, kind, suffix, limits)
    warnings = (*decoded.warnings, *parts.warnings)
    return kind, decoded.encoding, Parts(parts.blocks, parts.title, parts.meta, warnings)


def _read_decoded(text: str, name: str, kind: Format, suffix: str, limits: Limits) -> Parts:
    if kind in (Format.HTML, Format.MHTML):
        from ingest.loaders.html import read_html

        return read_html(text, name, limits)
    if kind is Format.DELIMITED:
        from ingest.loaders.delimited import read_delimited

        return read_delimited(text, name, limits)
    from ingest.loaders.plain_text import read_text

    return read_text(text, name, limits, markdown=kind is Format.MARKDOWN)


def _document(
    name: str, suffix: str, data: bytes, kind: Format, encoding: str | None, parts: Parts
) -> Document:
    warnings = list(parts.warnings)
    if is_wrong_suffix(suffix, kind):
        warnings.insert(0, reasons.WRONG_SUFFIX.format(suffix=suffix, kind=kind.value))
    return Document(
        source=name,
        blocks=tuple(parts.blocks),
        content_hash=hashlib.sha256(data).hexdigest(),
        media_type=MEDIA_TYPES[kind],
        encoding=encoding,
        title=parts.title,
        meta=dict(parts.meta),
        warnings=tuple(warnings),
    )
