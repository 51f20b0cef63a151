"""Writing: an Outcome as an Answer, every number traced, every cell cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant import guard
from assistant.answer import Answer, Chart, Citation, Item
from assistant.catalog import Listed
from assistant.citing import cite, formula_text, value_text
from assistant.formula import Cell, Node, plain
from assistant.general.outcome import Counted, Entry, Outcome
from assistant.general.texts import say
from assistant.messages import message
from assistant.wording import Shown
from ingest.figure import Figure
from ingest.store.library import Library

LISTED = 20  # entries written in the text
CITED = 200
_READ_AGAIN = 2000  # figures; beyond, that the store has its version still says the same


@dataclass
class Writer:
    """Writes the answers of one library."""

    library: Library

    def answer(self, question: str, outcome: Outcome, report: Listed, version: int) -> Answer:
        """The answer with formula, items and citations, or an error where the guard finds a
        number that it cannot trace."""
        shown = Shown()
        text = self._text(outcome, report, shown)
        nodes = [n for n in (outcome.node, *(e.node for e in outcome.entries)) if n is not None]
        years = [report.year] if report.year else []
        if guard.untraced(text, shown, years) or self._altered(nodes, version):
            return Answer(question, "error", message("failed_guard"), reason="guard")
        formula = [outcome.node] if outcome.node is not None and _computed(outcome.node) else []
        return Answer(
            question,
            "answered",
            text,
            value=value_text(outcome.node),
            unit=outcome.unit if outcome.node is not None else None,
            items=tuple(_items(outcome)),
            formula=formula_text(formula),
            citations=tuple(self._citations(outcome, nodes, report)),
            warnings=tuple(_notes(outcome)),
            chart=_chart(outcome),
            plan=_plan(outcome, report),
        )

    def _altered(self, nodes: Sequence[Node], version: int) -> bool:
        figures = {figure.id for node in nodes for figure in node.figures()}
        if len(figures) > _READ_AGAIN:
            return self.library.version != version
        return bool(guard.altered(nodes, self.library))

    # ---- text ----

    def _text(self, outcome: Outcome, report: Listed, shown: Shown) -> str:
        lines = [self._main(outcome, shown)]
        if outcome.listed or outcome.op in ("count",):
            lines += self._list(outcome, shown)
        lines += [shown.say(note) for note in _notes(outcome)]
        table = outcome.sheet.title
        lines.append(shown.say(say("from_table", report=report.title, table=table)))
        return "\n".join(line for line in lines if line)

    def _main(self, outcome: Outcome, shown: Shown) -> str:
        if outcome.text:
            return shown.say(say("text", label=outcome.label, value=outcome.text))
        if outcome.op in ("maximum", "minimum", "rank") and outcome.node is not None:
            names = "、".join(shown.say(entry.name) for entry in outcome.entries)
            value = shown.number(outcome.node, outcome.unit)
            word = shown.say(outcome.label)
            return say("extreme", scope="", label="", word=word, names=names, value=value)
        if outcome.node is None:
            head = shown.say(outcome.sheet.title)
            if not outcome.entries:
                return say("none_meet", table=head)
            return say("list_head", scope="", label=head)
        value = shown.number(outcome.node, outcome.unit)
        label = shown.say(outcome.label)
        if outcome.op == "count":
            return say("count", scope="", label=shown.say(outcome.sheet.title), value=value)
        if _computed(outcome.node):
            formula = shown.formula(outcome.node)
            word = say(f"op_{outcome.op}")
            return say("computed", scope="", label=label, op=word, formula=formula, value=value)
        return say("value", scope="", label=label, value=value)

    def _list(self, outcome: Outcome, shown: Shown) -> list[str]:
        lines = []
        for entry in outcome.entries[:LISTED]:
            value = shown.number(entry.node, entry.unit) if entry.node else entry.text.strip()
            name = shown.say(entry.name)
            shown.say(value)
            lines.append(f"- {say('item', name=name, value=value)}" if value else f"- {name}")
        more = len(outcome.entries)
        if more > LISTED:
            lines.append(shown.say(say("shown_part", count=more, shown=LISTED)))
        return lines

    # ---- citations ----

    def _citations(self, outcome: Outcome, nodes: Sequence[Node], report: Listed) -> list[Citation]:
        figures = {figure.id: figure for node in nodes for figure in node.figures()}
        found = [self._cited(outcome, figure, report) for figure in list(figures.values())[:CITED]]
        places = [e.place for e in outcome.entries if e.place is not None] + outcome.places
        known = {(c.table_key, c.position) for c in found}
        for place in dict.fromkeys(places[:CITED]):
            citation = _cell_citation(outcome, place, report)
            if (citation.table_key, citation.position) not in known:
                found.append(citation)
        return found

    def _cited(self, outcome: Outcome, figure: Figure, report: Listed) -> Citation:
        return cite(figure, report)


def _cell_citation(outcome: Outcome, place: tuple[int, int], report: Listed) -> Citation:
    """The citation of any cell: a figure's own, else one of a label."""
    sheet = outcome.sheet
    figure = sheet.cells.get(place)
    if figure is not None:
        return cite(figure, report)
    attribute = next((a for a in sheet.attributes if a.column == place[1]), None)
    quote = attribute.texts.get(place[0], "") if attribute else ""
    return Citation(
        "cell", report.title, report.id, report.publisher, report.year,
        " ▸ ".join(sheet.table.section), quote, report.source, sheet.rows.get(place[0], ()),
        attribute.labels if attribute else (), sheet.table.name, sheet.table.key, place,
    )  # fmt: skip


def _computed(node: Node) -> bool:
    return not isinstance(node, Cell | Counted) and node.show() != plain(node.value)


def _items(outcome: Outcome) -> list[Item]:
    return [_item(entry) for entry in outcome.entries[:CITED]]


def _item(entry: Entry) -> Item:
    if entry.node is not None:
        return Item(entry.name, plain(entry.node.value), entry.unit)
    text = entry.text.strip()
    return Item(f"{entry.name}：{text}" if text else entry.name, None, None)


_NOTES = {
    "blanks": "blanks_left_out",
    "totals": "total_left_out",
    "unit": "unit_from_question",
    "ties": "ties",
}


def _notes(outcome: Outcome) -> list[str]:
    found = []
    for note in outcome.notes:
        kind, _, value = note.partition(":")
        found.append(say(_NOTES[kind], count=value, names=value, unit=value))
    return found


def _chart(outcome: Outcome) -> Chart | None:
    values = [entry for entry in outcome.entries if entry.node is not None]
    if len(values) < 3 or len({entry.unit for entry in values}) > 1:
        return None
    shown = values[:LISTED]
    numbers = tuple(float(entry.node.value) for entry in shown if entry.node is not None)
    return Chart("bar", outcome.sheet.title, tuple(e.name for e in shown), numbers, shown[0].unit)


def _plan(outcome: Outcome, report: Listed) -> dict[str, Any]:
    return {
        "op": outcome.op, "over": "measure", "measures": [outcome.label or outcome.sheet.title],
        "publishers": [report.publisher] if report.publisher else [],
        "years": [report.year] if report.year else [], "k": None, "threshold": None, "notes": [],
        "table": outcome.sheet.table.key, "table_title": outcome.sheet.title,
    }  # fmt: skip
