"""Lines with pipes → grids: Markdown tables and the flattened kind that pages leave when copied.

The flattened kind lost its spans: each line lists the cells that begin in it, and bare pipes at
its end stand for the places that spans from above or from the left covered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from ingest.document import Cell, Grid
from ingest.errors import LoadError
from ingest.loaders import reasons
from ingest.loaders.limits import DEFAULT_LIMITS, Limits
from ingest.loaders.white_space import fold

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_UNESCAPED = re.compile(r"(?<!\\)\|")
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PADS = re.compile(r"\|\|+\s*$")
_LONE_CELL = re.compile(r"[^|]*\|+\s*")
_LONE_SHARE = 0.9
# A run of lines of one width at least this long is a table of its own beside another width.
_RUN = 2


def is_pipe_row(line: str) -> bool:
    """Whether a line can be a table's row: it begins or ends with a pipe, or has two inside."""
    line = line.strip()
    return line.startswith("|") or line.endswith("|") or line.count("|") >= 2


def is_rule(line: str) -> bool:
    """Whether a line is Markdown's rule under a header, like |---|:--:|."""
    return "-" in line and bool(_RULE.fullmatch(line))


def split_row(line: str) -> list[str]:
    """Texts between the pipes, raw; one pipe at either end is the row's border."""
    line = line.strip()
    line = line[1:] if line.startswith("|") else line
    line = line[:-1] if line.endswith("|") and not line.endswith("\\|") else line
    if "\\" not in line:
        return line.split("|")
    return [part.replace("\\|", "|") for part in _UNESCAPED.split(line)]


def read_pipes(lines: Sequence[str], source: str, limits: Limits = DEFAULT_LIMITS) -> list[Grid]:
    """Grids of consecutive pipe lines; lines of another constant width begin another grid.

    Empty texts stay as cells exactly where they stand. Raises LoadError for oversized tables.
    """
    if len(lines) > limits.grid_rows:
        raise LoadError(source, reasons.TOO_MANY_CELLS)
    lines = _reflowed([line for line in lines if line.strip()])
    return [_grid(part, source, limits) for part in _tables(lines)]


def _reflowed(lines: list[str]) -> list[str]:
    """Lines that hold one cell each, put together to rows.

    Some pages leave the flattened kind with a line break behind every cell. The first bare pipes
    end the first row and so tell how many places each row has.
    """
    single = [line for line in lines if _LONE_CELL.fullmatch(line)]
    if len(single) < _LONE_SHARE * len(lines):
        return lines
    pads = next((i for i, line in enumerate(lines) if not line.strip("| \t")), None)
    places = [place for line in lines for place in line.strip().removesuffix("|").split("|")]
    width = sum(line.count("|") for line in lines[: pads + 1]) if pads is not None else 0
    if width < _RUN or len(places) % width:
        return lines
    rows = (places[start : start + width] for start in range(0, len(places), width))
    return [_as_line(row) for row in rows]


def _as_line(row: Sequence[str]) -> str:
    """A row as flattened text has it: cells, then bare pipes for the places left."""
    kept = len(row)
    while kept and not row[kept - 1].strip():
        kept -= 1
    return (
        "|" + "".join(f" {text.strip()} |" for text in row[:kept]) + " " + "|" * (len(row) - kept)
    )


def _tables(lines: Sequence[str]) -> list[list[str]]:
    """Cut where one constant width gives way to another, as where two tables stand adjacent."""
    runs = [list(run) for _, run in groupby(lines, key=lambda line: len(split_row(line)))]
    body = [run for run in runs if not all(map(is_rule, run))]
    if len(body) < 2 or any(len(run) < _RUN for run in body) or any(map(is_rule, lines[1:])):
        return _at_rules(lines)
    return body


def _at_rules(lines: Sequence[str]) -> list[list[str]]:
    """One table, or more where a second rule shows that another header stands above it."""
    rules = [i for i, line in enumerate(lines) if is_rule(line)]
    starts = [0, *(rule - 1 for rule in rules[1:] if rule - 1 > rules[0] + 1)]
    return [list(lines[a:b]) for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]


def _grid(lines: Sequence[str], source: str, limits: Limits) -> Grid:
    rule = next((i for i, line in enumerate(lines) if is_rule(line)), None)
    rows = [split_row(line) for line in lines if not is_rule(line)]
    width = max(map(len, rows), default=0)
    if width > limits.grid_columns or len(rows) * width > limits.grid_cells:
        raise LoadError(source, reasons.TOO_MANY_CELLS)
    headers = rule if rule is not None else 0
    cells = tuple(
        Cell(_cell_text(text), y, x, header=y < headers)
        for y, row in enumerate(rows)
        for x, text in enumerate(row)
    )
    return Grid(cells, len(rows), width, ragged=_is_ragged(lines, rows, rule is not None))


def _cell_text(text: str) -> str:
    return fold(_BREAK_TAG.sub("\n", text) if "<" in text else text)


def _is_ragged(lines: Sequence[str], rows: Sequence[Sequence[str]], ruled: bool) -> bool:
    """Whether spans were lost: widths differ, or rows end in pads."""
    if len({len(row) for row in rows}) > 1 or any(map(_PADS.search, lines)):
        return True
    return not ruled and any(row and not row[-1].strip() for row in rows)
