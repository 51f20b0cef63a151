"""CSV and TSV → blocks. Positions are kept: an empty field is a blank cell where it stands."""

from __future__ import annotations

import csv
import io

from ingest.document import Cell
from ingest.errors import LoadError
from ingest.loaders import reasons
from ingest.loaders.limits import Limits
from ingest.loaders.parts import Parts
from ingest.loaders.regions import cut
from ingest.loaders.white_space import fold

DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_LINES = 200


def read_delimited(text: str, source: str, limits: Limits) -> Parts:
    """Blocks of delimited text. Raises LoadError for broken quoting or oversized tables."""
    rows = _rows(text, source, limits)
    width = max(map(len, rows), default=0)
    if width > limits.grid_columns or len(rows) * width > limits.grid_cells:
        raise LoadError(source, reasons.TOO_MANY_CELLS)
    cells = [
        Cell(fold(row[x]) if x < len(row) else "", y, x)
        for y, row in enumerate(rows)
        for x in range(width)
    ]
    return Parts(cut(cells, source, limits))


def _rows(text: str, source: str, limits: Limits) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        for row in reader:
            rows.append(row)
            if len(rows) > limits.grid_rows:
                raise LoadError(source, reasons.TOO_MANY_CELLS)
    except csv.Error as error:
        raise LoadError(source, reasons.DAMAGED) from error
    return rows


def _delimiter(text: str) -> str:
    """The mark that cuts the sample into the most rows of one common width."""
    sample = "\n".join(text.splitlines()[:_SAMPLE_LINES])

    def score(mark: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=mark) if row]
        except csv.Error:
            return (0, 0)
        cut_rows = [width for width in widths if width > 1]
        usual = max((cut_rows.count(width) for width in set(cut_rows)), default=0)
        return (usual, sum(cut_rows))

    return max(DELIMITERS, key=score)
