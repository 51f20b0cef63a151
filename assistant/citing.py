"""Citing: a computed value and its formula as text, its figures as citations."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Citation
from assistant.catalog import Listed
from assistant.formula import Node, decimal_of
from ingest.figure import Figure, Place


def cite(figure: Figure, report: Listed) -> Citation:
    if figure.place is Place.PROSE:
        return Citation(
            "text",
            report.title,
            report.id,
            report.publisher,
            report.year,
            " ▸ ".join(figure.section),
            figure.sentence,
            report.source,
            figure_id=figure.id,
            position=figure.position,
        )
    return Citation(
        "cell",
        report.title,
        report.id,
        report.publisher,
        report.year,
        " ▸ ".join(figure.section),
        figure.raw,
        report.source,
        figure.row,
        figure.column,
        figure.table,
        figure.table_key,
        figure.position,
        figure.id,
    )


def value_text(node: Node | None) -> str | None:
    return None if node is None else format(decimal_of(node.value).normalize(), "f")


def formula_text(nodes: Sequence[Node]) -> str | None:
    shown = [node.show() for node in nodes]
    return "；".join(dict.fromkeys(shown)) or None
