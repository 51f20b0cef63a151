"""PDF with a text layer → blocks: prose by lines, tables by ruling lines or column gaps."""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ingest.document import Block, Paragraph
from ingest.errors import LoadError, UnsafeSourceError
from ingest.loaders import reasons
from ingest.loaders.limits import Limits
from ingest.loaders.parts import Parts
from ingest.loaders.pdf_columns import column_grid, stretches
from ingest.loaders.pdf_join import continues, join
from ingest.loaders.pdf_tables import PageTable, ruled_tables
from ingest.loaders.pdf_text import Line, lines_of, paragraphs, without_running_lines
from ingest.loaders.white_space import fold

_STREAM = re.compile(rb"stream\r?\n")
_ZLIB_HEADS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_FAKE_BOLD = 1.0  # points: the same character printed again this close is one character


@dataclass(frozen=True, slots=True)
class _Page:
    """What stands on one page: lines outside of tables, and tables."""

    number: int
    height: float
    lines: list[Line]
    tables: list[PageTable]


def read_pdf(data: bytes, source: str, limits: Limits) -> Parts:
    """Blocks of a PDF. Raises LoadError (damaged, encrypted, no text layer, too many pages),
    UnsafeSourceError (streams that unpack beyond the limits)."""
    _check_streams(data, source, limits)
    with _quiet(), _opened(data, source) as document:
        if len(document.pages) > limits.pdf_pages:
            raise LoadError(source, reasons.TOO_MANY_PAGES.format(limit=limits.pdf_pages))
        pages, blank = _pages(document, source, limits)
        title = document.metadata.get("Title")
    if not any(page.lines or page.tables for page in pages):
        raise LoadError(source, reasons.NO_TEXT_LAYER)
    warnings = []
    if blank:
        numbers = "、".join(map(str, blank))
        warnings.append(reasons.PAGES_WITHOUT_TEXT.format(pages=numbers))
    blocks, notes = _blocks(pages, source, limits)
    title = fold(title) if isinstance(title, str) else ""
    return Parts(blocks, title=title or None, warnings=[*warnings, *notes])


def _check_streams(data: bytes, source: str, limits: Limits) -> None:
    """Unpack each compressed stream in pieces before a library unpacks it whole."""
    total = 0
    for found in _STREAM.finditer(data):
        start = found.end()
        if data[start : start + 2] not in _ZLIB_HEADS:
            continue
        unpacker = zlib.decompressobj()
        piece = data[start:] if len(data) - start < 1 << 20 else data[start : start + (1 << 20)]
        position = start + len(piece)
        try:
            while piece and not unpacker.eof:
                total += len(unpacker.decompress(piece, 1 << 22))
                if total > limits.zip_total_bytes:
                    raise UnsafeSourceError(source, reasons.ZIP_BOMB)
                piece = unpacker.unconsumed_tail
                if not piece:
                    piece = data[position : position + (1 << 20)]
                    position += len(piece)
        except zlib.error:
            continue


@contextmanager
def _quiet() -> Iterator[None]:
    """pdfminer logs about every oddity of a file; a report's oddities are not ours to print."""
    logger = logging.getLogger("pdfminer")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextmanager
def _opened(data: bytes, source: str) -> Iterator[Any]:
    """The document; every error of the library translated, raised while it is read or opened."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException
    from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            yield document
    except (PdfminerException, PDFException, PSException, MalformedPDFException) as error:
        cause = error.args[0] if error.args else error
        locked = isinstance(error, PDFPasswordIncorrect | PDFEncryptionError) or isinstance(
            cause, PDFPasswordIncorrect | PDFEncryptionError
        )
        raise LoadError(source, reasons.ENCRYPTED if locked else reasons.DAMAGED) from error
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        AssertionError,
        RecursionError,
        OverflowError,
        NotImplementedError,
        zlib.error,
    ) as error:
        # pdfminer has no error of its own for many kinds of damage.
        raise LoadError(source, reasons.DAMAGED) from error


def _pages(document: Any, source: str, limits: Limits) -> tuple[list[_Page], list[int]]:
    """Pages, and the numbers of those that show something but have no text."""
    pages, blank = [], []
    for page in document.pages:
        if len(page.chars) > limits.pdf_objects_per_page or (
            len(page.rects) + len(page.lines) + len(page.curves) > limits.pdf_objects_per_page
        ):
            raise LoadError(source, reasons.PAGE_TOO_COMPLEX.format(page=page.page_number))
        if page.images and not page.chars:
            blank.append(page.page_number)
        pages.append(_page(page, source, limits))
        page.close()
    texts = without_running_lines([page.lines for page in pages], [page.height for page in pages])
    kept = [
        _Page(page.number, page.height, lines, page.tables)
        for page, lines in zip(pages, texts, strict=True)
    ]
    return kept, blank


def _page(page: Any, source: str, limits: Limits) -> _Page:
    page = page.dedupe_chars(tolerance=_FAKE_BOLD)
    chars = page.chars
    tables = ruled_tables(page, chars, source, limits)
    outside = [char for char in chars if not any(_is_inside(char, table) for table in tables)]
    return _Page(page.page_number, float(page.height), lines_of(outside), tables)


def _is_inside(char: dict[str, Any], table: PageTable) -> bool:
    x0, top, x1, bottom = table.box
    middle = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(x0 <= middle[0] <= x1 and top <= middle[1] <= bottom)


def _blocks(pages: Sequence[_Page], source: str, limits: Limits) -> tuple[list[Block], list[str]]:
    """Blocks over all pages: prose runs on over a page break, and so do tables."""
    writer = _Writer(source, limits, _margins(pages))
    for page in pages:
        items: list[Line | PageTable] = sorted(
            [*page.lines, *page.tables],
            key=lambda item: item.top if isinstance(item, Line) else item.box[1],
        )
        for place, item in enumerate(items):
            if isinstance(item, Line):
                writer.line(item, page.number)
            else:
                writer.table(item, first=place == 0)
    return writer.finish(), writer.notes


def _margins(pages: Sequence[_Page]) -> tuple[float, float]:
    """Left and right margin of the text body over all pages, in points."""
    left = [line.x0 for page in pages for line in page.lines]
    right = [line.x1 for page in pages for line in page.lines]
    left += [table.box[0] for page in pages for table in page.tables]
    right += [table.box[2] for page in pages for table in page.tables]
    return min(left, default=0.0), max(right, default=0.0)


class _Writer:
    def __init__(self, source: str, limits: Limits, margins: tuple[float, float]) -> None:
        self._source = source
        self._limits = limits
        self._margins = margins
        self._blocks: list[Block] = []
        self._lines: list[Line] = []
        self._page = 0
        self._open: PageTable | None = None  # a table that the next page may continue
        self.notes: list[str] = []

    def line(self, line: Line, page: int) -> None:
        self._close_table()
        if page != self._page and any(len(kept.segments) > 1 for kept in self._lines[-1:]):
            self._close_prose()  # a table by gaps is not joined over pages
        self._lines.append(line)
        self._page = page

    def table(self, table: PageTable, *, first: bool) -> None:
        self._close_prose()
        if first and self._open is not None and continues(self._open, table):
            self.notes.append(reasons.CONTINUED_TABLE.format(page=table.grid.page))
            self._open = join(self._open, table)
            return
        self._close_table()
        self._open = table

    def finish(self) -> list[Block]:
        self._close_prose()
        self._close_table()
        return self._blocks

    def _close_table(self) -> None:
        if self._open is not None:
            self._blocks.append(self._open.grid)
            self._open = None

    def _close_prose(self) -> None:
        if not self._lines:
            return
        for stretch in stretches(self._lines):
            if stretch.is_table:
                grid = column_grid(stretch.lines, self._page, self._source, self._limits)
                self._blocks.append(grid)
                continue
            texts = paragraphs(stretch.lines, *self._margins)
            self._blocks.extend(Paragraph(text) for text in texts if text)
        self._lines = []
