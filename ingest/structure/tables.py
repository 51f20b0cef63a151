"""All grids of a document to stored tables and figures: forms first, general tables else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ingest.document import Cell, Grid
from ingest.figure import Figure, Kind, Table, TableCell
from ingest.form import Form
from ingest.structure.form_index import TableIndex, form_indexes
from ingest.structure.form_table import Placed, Reading, Segment, find_segments, read_segment
from ingest.structure.general import GeneralTable, general_tables
from ingest.structure.layout import Layout, has_inner_blank, label, value
from ingest.structure.text import fold, half_width, normal
from ingest.structure.units import printed_unit

_LONGEST_COLUMN_LABEL = 60


@dataclass(frozen=True, slots=True)
class PlacedGrid:
    """A grid with what stands around it: section path, the paragraph just above, its unit."""

    grid: Grid
    section: tuple[str, ...] = ()
    title: str = ""
    unit: str = ""


@dataclass
class Tables:
    """What the grids of one document yield."""

    form: Form | None = None
    tables: list[Table] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_tables(
    grids: Sequence[PlacedGrid],
    *,
    report_id: str,
    year: int | None = None,
    forms: tuple[Form, ...] | None = None,
) -> Tables:
    """Tables and figures of all grids, through the form that fits them best."""
    indexes = form_indexes(forms)
    flat = [placed.grid for placed in grids if placed.grid.ragged]
    kept = any(has_inner_blank(grid) for grid in flat)
    layouts = [Layout(placed.grid, kept) for placed in grids]
    candidates = [_Reader(grids, layouts, tables, report_id) for tables in indexes.values()]
    most = max((reader.known_labels for reader in candidates), default=0)
    results = [reader.read() for reader in candidates if most and reader.known_labels == most]
    if not results:
        return _Reader(grids, layouts, [], report_id).read()
    return max(results, key=lambda result: _fit(result, year))


def _fit(result: Tables, year: int | None) -> tuple[int, bool]:
    """Most measures found, fewest complaints; the year decides only between equals."""
    measures = sum(1 for figure in result.figures if figure.measure)
    return measures * 4 - len(result.warnings), _in_years(result.form, year)


def _in_years(form: Form | None, year: int | None) -> bool:
    if form is None or year is None:
        return False
    return (form.first_year or 0) <= year <= (form.last_year or 9999)


class _Reader:
    """One pass over all grids with the tables of one form."""

    def __init__(
        self,
        grids: Sequence[PlacedGrid],
        layouts: Sequence[Layout],
        tables: list[TableIndex],
        report_id: str,
    ) -> None:
        self.grids = grids
        self.layouts = layouts
        self.indexes = tables
        self.report_id = report_id
        self.readings: dict[str, Reading] = {}
        self.result = Tables(form=tables[0].form if tables else None)
        self.ids: set[str] = set()

    @cached_property
    def known_labels(self) -> int:
        """How many different labels of the grids are exactly labels of this form's columns."""
        texts = {
            cell.text
            for layout in self.layouts
            for cell in layout.grid.cells
            if cell.text and len(cell.text) < _LONGEST_COLUMN_LABEL
        }
        return sum(any(index.columns.known(text) for index in self.indexes) for text in texts)

    def read(self) -> Tables:
        for placed, layout in zip(self.grids, self.layouts, strict=True):
            self._read_grid(placed, layout)
        self._drop_contradictions()
        self._report_missing()
        if not any(figure.measure for figure in self.result.figures):
            self.result.form = None
        return self.result

    def _read_grid(self, placed: PlacedGrid, layout: Layout) -> None:
        segments = find_segments(layout, self.indexes, self.readings) if self.indexes else []
        if not segments:
            self._add_general(placed, layout)
            return
        for start, stop, parts in _parts(segments, layout.grid.height):
            self._add_form_table(placed, layout, start, stop, parts)

    # Tables of the form

    def _add_form_table(
        self, placed: PlacedGrid, layout: Layout, start: int, stop: int, parts: list[Segment]
    ) -> None:
        index = parts[0].index
        name = index.table.id
        reading = self.readings.setdefault(name, Reading(index))
        cells = [
            cell
            for part in parts
            for cell in read_segment(layout, part, reading, self.result.warnings)
        ]
        headers = {row for part in parts for row in part.header}
        data = {(cell.cell.row, cell.cell.column) for cell in cells}
        key = f"t{len(self.result.tables) + 1}"
        section = _section_of(index, placed.section)
        table = Table(
            key=key,
            name=name,
            title=index.table.title[0] if index.table.title else name,
            unit=index.table.unit,
            section=section,
            height=stop - start,
            width=layout.grid.width,
            cells=_stored_cells(layout, start, stop, headers, data),
            form=index.form.id,
        )
        self.result.tables.append(table)
        for cell in cells:
            self._add_figure(table, cell, start, index)

    def _add_figure(self, table: Table, placed: Placed, start: int, index: TableIndex) -> None:
        parsed = value(placed.cell)
        printed = printed_unit(placed.unit_source)
        default = placed.unit if placed.unit is not None else index.table.unit
        unit = parsed.unit or printed or default
        position = (placed.cell.row - start, placed.cell.column)
        suffix = "" if placed.measure is None else f"-{placed.measure}"
        figure = Figure(
            id=f"{self.report_id}-{table.key}-{position[0]}-{position[1]}",
            report_id=self.report_id,
            table=table.name,
            row=placed.row,
            column=placed.column,
            raw=label(placed.cell),
            value=parsed.number,
            unit=unit,
            kind=parsed.kind,
            measure=placed.measure,
            section=table.section,
            table_key=table.key,
            position=position,
        )
        if figure.id in self.ids:
            figure = replace(figure, id=figure.id + suffix)  # one mark under several columns
        self.ids.add(figure.id)
        self.result.figures.append(figure)
        if parsed.number is not None and placed.measure:
            self._say_odd_unit(figure, default)

    def _say_odd_unit(self, figure: Figure, default: str) -> None:
        where = f"表{figure.table}“{' ▸ '.join((*figure.row, *figure.column))}”"
        if not figure.unit:
            self.result.warnings.append(f"{where}未注明单位")
        elif default and figure.unit != default:
            self.result.warnings.append(f"{where}的单位印作{figure.unit}，格式规定为{default}")

    def _drop_contradictions(self) -> None:
        """A measure printed in two places is taken once if both agree, else from neither."""
        first: dict[str, Figure] = {}
        twice: set[str] = set()
        for figure in self.result.figures:
            known = first.setdefault(figure.measure, figure) if figure.measure else figure
            if known is not figure and (known.value, known.kind) != (figure.value, figure.kind):
                twice.add(figure.measure or "")
        for measure in sorted(twice):
            where = first[measure]
            name = " ▸ ".join((*where.row, *where.column))
            self.result.warnings.append(f"表{where.table}“{name}”出现两次且数不同，未作指标")
        self.result.figures = [
            replace(figure, measure=None)
            if figure.measure and (figure.measure in twice or first[figure.measure] is not figure)
            else figure
            for figure in self.result.figures
        ]

    def _report_missing(self) -> None:
        found = {figure.measure for figure in self.result.figures if figure.measure}
        if not found:
            return
        for index in self.indexes:
            name = index.table.id
            items = {m.split(".")[0] for m, optional in index.measures.items() if not optional}
            missing = [
                measure
                for measure, optional in index.measures.items()
                if not optional and measure not in found
            ]
            if not missing:
                continue
            if not found & index.measures.keys():
                title = index.table.title[0] if index.table.title else ""
                self.result.warnings.append(f"没有读到表{name}“{title}”的任何数字")
                continue
            gone = sorted(i for i in items if not any((f or "").startswith(f"{i}.") for f in found))
            names = [self._item_name(index, item) for item in gone]
            what = f"缺少行：{'、'.join(names)}" if names else f"缺少{len(missing)}格"
            self.result.warnings.append(f"表{name}{what}")

    @staticmethod
    def _item_name(index: TableIndex, item: str) -> str:
        for path in (*index.rows.paths, *index.columns.paths):
            if path.node.id == item:
                return path.node.labels[0]
        return item

    # General tables

    def _add_general(self, placed: PlacedGrid, layout: Layout) -> None:
        grid = layout.grid
        parts = general_tables(grid, layout.rows)
        key = f"t{len(self.result.tables) + 1}"
        title = _general_title(placed, parts[0])
        cells = [] if grid.ragged else [c for part in parts for c in part.cells(placed.unit)]
        if grid.ragged:
            self.result.warnings.append(f"表“{title or key}”失去了行列对应，只存原文")
        data = {(cell.cell.row, cell.cell.column) for cell in cells}
        headers = {part.offset + row for part in parts for row in range(part.header_rows)}
        table = Table(
            key=key,
            name=title or f"表{len(self.result.tables) + 1}",
            title=title,
            unit=placed.unit,
            section=placed.section,
            height=grid.height,
            width=grid.width,
            cells=_stored_cells(layout, 0, grid.height, headers, data),
        )
        self.result.tables.append(table)
        for cell in cells:
            parsed = value(cell.cell)
            self.result.figures.append(
                Figure(
                    id=f"{self.report_id}-{key}-{cell.cell.row}-{cell.cell.column}",
                    report_id=self.report_id,
                    table=table.name,
                    row=cell.row,
                    column=cell.column,
                    raw=label(cell.cell),
                    value=parsed.number,
                    unit=cell.unit if parsed.number is not None else "",
                    kind=parsed.kind,
                    section=placed.section,
                    table_key=key,
                    position=(cell.cell.row, cell.cell.column),
                )
            )


def _parts(segments: list[Segment], height: int) -> list[tuple[int, int, list[Segment]]]:
    """Runs of segments of one form table, with the rows they take of the grid."""
    runs: list[list[Segment]] = []
    for segment in segments:
        if runs and runs[-1][0].index is segment.index:
            runs[-1].append(segment)
        else:
            runs.append([segment])
    starts = [0, *(run[0].start for run in runs[1:]), height]
    return [(starts[place], starts[place + 1], run) for place, run in enumerate(runs)]


def _section_of(index: TableIndex, section: tuple[str, ...]) -> tuple[str, ...]:
    """The section as printed if it is the table's own, else the one the form gives it."""
    titles = [normal(title) for title in index.table.title]
    if any(normal(part) in titles for part in section) or not titles:
        return section
    return (f"{index.table.id}、{index.table.title[0]}",)


def _stored_cells(
    layout: Layout, start: int, stop: int, headers: set[int], data: set[tuple[int, int]]
) -> tuple[TableCell, ...]:
    """Cells for showing; all but the data cells of a row with data are labels."""
    return tuple(
        TableCell(
            text=label(cell),
            row=cell.row - start,
            column=cell.column,
            rowspan=min(cell.rowspan, stop - cell.row),
            colspan=cell.colspan,
            header=cell.row in headers or _is_header(cell, data),
        )
        for cell in layout.grid.cells
        if start <= cell.row < stop
    )


def _is_header(cell: Cell, data: set[tuple[int, int]]) -> bool:
    return bool(label(cell)) and (cell.row, cell.column) not in data and value(cell).number is None


def _general_title(placed: PlacedGrid, general: GeneralTable) -> str:
    for cell in general.top:
        text = half_width(label(cell))
        if text and not printed_unit(text):
            return label(cell)
    return fold(placed.grid.caption) or placed.title


__all__ = ["Kind", "PlacedGrid", "Tables", "read_tables"]
