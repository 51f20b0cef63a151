"""A form made ready for matching: the label axes of each of its tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from ingest.form import Form, FormTable, built_in_forms
from ingest.structure.labels import Axis, Path
from ingest.structure.text import normal


@dataclass(frozen=True)
class TableIndex:
    """One table of a form."""

    form: Form
    table: FormTable

    @cached_property
    def rows(self) -> Axis:
        return Axis(block.rows for block in self.table.blocks)

    @cached_property
    def columns(self) -> Axis:
        return Axis(block.columns for block in self.table.blocks)

    @cached_property
    def corner(self) -> frozenset[str]:
        return frozenset(normal(label) for label in self.table.corner)

    @cached_property
    def titles(self) -> frozenset[str]:
        """Labels that announce a block; they stand in a line of their own."""
        blocks = (title for block in self.table.blocks for title in block.title)
        return frozenset(normal(title) for title in blocks)

    @cached_property
    def subtotals(self) -> frozenset[str]:
        return frozenset(normal(label) for label in self.form.subtotals)

    @cached_property
    def measures(self) -> dict[str, bool]:
        """Measure id of every printed cell → may it be missing?"""
        found: dict[str, bool] = {}
        for order, block in enumerate(self.table.blocks):
            columns = [path for path in self.columns.paths if path.block == order and path.is_leaf]
            rows = [path for path in self.rows.paths if path.block == order and path.is_leaf]
            for column in columns:
                for row in (*rows,) or (None,):
                    measure = measure_of(block.item_axis == "columns", row, column)
                    if measure:
                        found[measure] = _optional(column) or (row is not None and _optional(row))
        return found

    def measure(self, row: Path | None, column: Path) -> str | None:
        """The measure id of a cell, None where its row and column belong to different blocks."""
        if row is not None and row.block != column.block:
            return None
        items_above = self.table.blocks[column.block].item_axis == "columns"
        return measure_of(items_above, row, column)


def measure_of(items_above: bool, row: Path | None, column: Path) -> str | None:
    """ "item.aspect" from a row and a column; without rows both stand in the column path."""
    if row is None:
        named = [node.id for node in column.nodes if node.id]
        whole = items_above and len(named) > 1 and not column.node.children
        return f"{named[-2]}.{named[-1]}" if whole else None
    item, aspect = (column, row) if items_above else (row, column)
    return f"{item.node.id}.{aspect.node.id}" if item.node.id and aspect.node.id else None


def _optional(path: Path) -> bool:
    return any(node.optional for node in path.nodes)


def form_indexes(forms: tuple[Form, ...] | None) -> dict[str, list[TableIndex]]:
    """Form id → its tables, for the given forms or the built-in ones."""
    if forms is None:
        return _built_in()
    return {form.id: [TableIndex(form, table) for table in form.tables] for form in forms}


@lru_cache(maxsize=1)
def _built_in() -> dict[str, list[TableIndex]]:
    return form_indexes(built_in_forms())
