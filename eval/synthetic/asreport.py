"""A spec as the Report that ingest makes of its page, without the page: to fill large stores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from eval.synthetic.layout import Raster, rasters
from eval.synthetic.spec import Spec
from eval.synthetic.variant import sections
from ingest.figure import Figure, Kind, Passage, Report, Table, TableCell
from ingest.settings import Settings
from ingest.store.library import Library

BATCH = 100


def as_report(spec: Spec) -> Report:
    """Figures of all cells, the three tables and one passage a section of prose."""
    digest = sha256(f"{spec.publisher}/{spec.year}".encode()).hexdigest()
    report_id = f"syn-{digest[:16]}"
    tables = [_table(n, raster) for n, raster in enumerate(rasters(spec.form, spec.printed), 1)]
    return Report(
        id=report_id,
        title=spec.title,
        publisher=spec.publisher,
        year=spec.year,
        form=spec.form,
        source=f"{digest[:16]}.html",
        content_hash=digest,
        figures=tuple(_figures(spec, report_id)),
        passages=tuple(_passages(spec, report_id)),
        tables=tuple(tables),
    )


def _figures(spec: Spec, report_id: str) -> Iterator[Figure]:
    places = {
        slot.measure: (f"t{number}", (slot.row, slot.column))
        for number, raster in enumerate(rasters(spec.form, spec.printed), 1)
        for slot in raster.slots
        if slot.is_data
    }
    for number, cell in enumerate(spec.gold()):
        key, position = places[cell.measure]
        yield Figure(
            id=f"{report_id}-{number}",
            report_id=report_id,
            table=cell.table,
            row=cell.row,
            column=cell.column,
            raw=cell.printed.raw,
            value=cell.printed.value,
            unit="万元" if cell.measure.endswith("amount") else "件",
            kind=Kind(cell.printed.kind),
            measure=cell.measure,
            table_key=key,
            position=position,
        )


def _table(number: int, raster: Raster) -> Table:
    cells = tuple(
        TableCell(slot.text, slot.row, slot.column, slot.rowspan, slot.colspan, slot.header)
        for slot in raster.slots
    )
    return Table(
        key=f"t{number}",
        name=raster.name,
        title="",
        unit="件",
        section=(),
        height=raster.height,
        width=raster.width,
        cells=cells,
    )


def _passages(spec: Spec, report_id: str) -> Iterator[Passage]:
    prose = [section for section in sections(spec) if section.paragraphs]
    for number, section in enumerate(prose):
        text = "".join(section.paragraphs)
        yield Passage(f"{report_id}-p{number}", report_id, number, (section.heading,), text)


def fill(settings: Settings, specs: Iterable[Spec]) -> int:
    """Store all `specs` without vectors, a transaction a hundred. Returns how many there were."""
    library = Library.open(settings)
    batch: list[Report] = []
    count = 0
    with library.writer(command="fill") as writer:
        for spec in specs:
            batch.append(as_report(spec))
            count += 1
            if len(batch) == BATCH:
                writer.publish(writer.stage(batch))
                batch = []
        if batch:
            writer.publish(writer.stage(batch))
    library.close()
    return count
