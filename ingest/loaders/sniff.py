"""What a file is, by its bytes; the suffix only breaks ties between kinds of text."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import PurePath

from ingest.errors import LoadError
from ingest.loaders import reasons
from ingest.loaders.pipes import is_pipe_row


class Format(StrEnum):
    """A format that can be read; the value is what a person is told."""

    HTML = "HTML"
    MHTML = "MHTML"
    TEXT = "纯文本"
    MARKDOWN = "Markdown"
    DOCX = "Word(docx)"
    XLSX = "Excel(xlsx)"
    PDF = "PDF"
    DELIMITED = "CSV"


SUFFIX_FORMATS = {
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".shtml": Format.HTML,
    ".mht": Format.MHTML,
    ".mhtml": Format.MHTML,
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".docx": Format.DOCX,
    ".xlsx": Format.XLSX,
    ".pdf": Format.PDF,
    ".csv": Format.DELIMITED,
    ".tsv": Format.DELIMITED,
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_PDF_WINDOW = 1_024
_OPENING = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*)*"
    r"<(?:!doctype\s+html|html|head|body|title|meta|link|style|script|table|tbody|tr|div|p|span|h[1-6]|center|font|article|section|main|ul|ol)\b",
    re.IGNORECASE | re.DOTALL,
)
_STRUCTURE = re.compile(r"</(?:html|body|table|tr|td|div|p|span|h[1-6])\s*>", re.IGNORECASE)
_TABLE_TAG = re.compile(r"<t[dh]\b", re.IGNORECASE)
_TABLE = re.compile(r"<table\b.*?</table\s*>", re.IGNORECASE | re.DOTALL)
_FEW = 3
_MHTML = re.compile(
    r"\s*(?:From:|MIME-Version:|Subject:|Content-Type:\s*multipart/)", re.IGNORECASE
)
_TEXT_WINDOW = 200_000


def sniff_binary(data: bytes, source: str) -> Format | None:
    """The binary format of `data`, None if it is text. Raises LoadError for unreadable kinds."""
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _office(data, source)
    if b"%PDF-" in data[:_PDF_WINDOW]:
        return Format.PDF
    if data.startswith(_OLE):
        encrypted = _ENCRYPTED_STREAM in data
        raise LoadError(source, reasons.ENCRYPTED if encrypted else reasons.LEGACY_OFFICE)
    return None


def _office(data: bytes, source: str) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
        raise LoadError(source, reasons.DAMAGED) from error
    if any(name.startswith("word/") for name in names):
        return Format.DOCX
    if any(name.startswith("xl/") for name in names):
        return Format.XLSX
    raise LoadError(source, reasons.ZIP_UNKNOWN)


def sniff_text(text: str, suffix: str) -> Format:
    """The kind of a text; `suffix` (lower case, with its dot) decides between plain kinds."""
    head = text[:_TEXT_WINDOW]
    if _MHTML.match(head) and "content-type:" in head[:4_096].lower():
        return Format.MHTML
    if _OPENING.match(head):
        return Format.HTML
    named = SUFFIX_FORMATS.get(suffix)
    if named in (Format.TEXT, Format.MARKDOWN):
        # Tables of HTML inside a text are read where they stand.
        return Format.HTML if _is_all_markup(_TABLE.sub("", head)) else named
    if _has_markup(head, named):
        return Format.HTML
    if named is Format.DELIMITED or _is_delimited(head):
        return Format.TEXT if _has_pipes(head) else Format.DELIMITED
    return Format.TEXT


def _has_markup(text: str, named: Format | None) -> bool:
    """Markup without an opening that tells: a fragment, or text before the first tag."""
    if len(_STRUCTURE.findall(text)) < _FEW:
        return False
    return named is Format.HTML or bool(_TABLE_TAG.search(text)) or _is_all_markup(text)


def _is_all_markup(text: str) -> bool:
    return len(_STRUCTURE.findall(text)) > max(text.count("\n"), _FEW)


def _has_pipes(text: str) -> bool:
    lines = [line.strip() for line in text.splitlines() if line.strip()][:200]
    return sum(line[0] == "|" and is_pipe_row(line) for line in lines) > len(lines) / 2


def _is_delimited(text: str) -> bool:
    """Whether nearly all lines have the same number (at least one) of commas or tabs."""
    lines = [line for line in text.splitlines() if line.strip()][:200]
    if len(lines) < _FEW:
        return False
    for mark in (",", "\t"):
        counts = [line.count(mark) for line in lines]
        usual = max(set(counts), key=counts.count)
        if usual and counts.count(usual) >= 0.9 * len(lines):
            return True
    return False


def suffix_of(name: str) -> str:
    """Lower-case suffix of a file name or of a URL's path."""
    return PurePath(name).suffix.lower()


def is_wrong_suffix(suffix: str, found: Format) -> bool:
    """Whether a known suffix promises another kind than the content is."""
    named = SUFFIX_FORMATS.get(suffix)
    if named is None:
        return suffix in (".doc", ".xls", ".wps", ".et")
    plain = (Format.TEXT, Format.MARKDOWN)
    pages = (Format.HTML, Format.MHTML)
    return named is not found and not any(
        named in kinds and found in kinds for kinds in (plain, pages)
    )
