"""Candidates: the measures, places and years that a draft may name, found by linking; never all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.catalog import Catalog
from assistant.context import Context
from assistant.plan import Term
from assistant.schema import Schema
from assistant.scope import publishers_named, years_named
from assistant.slots import Slots
from assistant.tagger import Reading

ITEMS, ASPECTS, MOST = 10, 4, 40


class Links(Protocol):
    def link(self, phrase: str, k: int = 5) -> list[tuple[str, float]]: ...


@dataclass(frozen=True)
class Candidates:
    """`measures`: m1 → a term, or the id of a named rate; `places`: p1 → a stored publisher;
    `named_years` are those that the question itself names."""

    measures: dict[str, Term | str]
    places: dict[str, str]
    years: tuple[int, ...]
    named_places: tuple[str, ...]
    named_years: tuple[int, ...]

    def listed_measures(self, name: Callable[[Term | str], str]) -> str:
        return "\n".join(f"{id_}：{name(one)}" for id_, one in self.measures.items())

    def listed_places(self, catalog: Catalog) -> str:
        lines = [f"{id_}：{catalog.label(one)}" for id_, one in self.places.items()]
        return "\n".join(lines) or "（无）"


def find(
    question: str,
    reading: Reading,
    gaps: Iterable[str],
    catalog: Catalog,
    context: Context,
    schema: Schema,
    links: Links,
) -> Candidates:
    """The nearest measures of the question and of each word that the rules do not know, those
    that the rules did recognise, and the places and years named or talked about before.

    Raises ScopeError where the question names a place that is not stored.
    """
    slots = Slots()
    for tag in reading.tags:
        slots.add(tag)
    places = publishers_named(slots, catalog)
    available = catalog.years_of(places) if places else catalog.years
    years = years_named(slots, available, context.years[-1] if context.years else None)[0]
    known = [id_ for tag in reading.tags for sense in tag.senses for id_ in _measure(sense)]
    ranked = [*known, *_linked([*gaps, question], links)]
    return Candidates(
        _measures(dict.fromkeys(ranked), schema),
        {f"p{at}": one for at, one in enumerate(places or context.publishers, 1)},
        years or context.years,
        places,
        years,
    )


def _measure(sense: Any) -> list[str]:
    return [sense.id] if sense.kind in ("item", "aspect", "derived") else []


def _linked(phrases: Iterable[str], links: Links) -> list[str]:
    return [id_.rpartition(":")[2] for phrase in phrases for id_, _ in links.link(phrase, 6)]


def _measures(ids: Iterable[str], schema: Schema) -> dict[str, Term | str]:
    """Each item with its usual aspect, and crossed with the aspects that were found too."""
    ids = list(ids)
    vocabulary = schema.vocabulary
    items = [id_ for id_ in ids if id_ in schema.pairs and id_ in vocabulary.items][:ITEMS]
    aspects = [id_ for id_ in ids if id_ in vocabulary.aspects][:ASPECTS]
    items += [item for aspect in aspects if (item := schema.default_item(aspect))]
    found: dict[Term | str, None] = {}
    for item in dict.fromkeys(items):
        usual = schema.default_aspect(item)
        for aspect in [*([usual] if usual else []), *aspects]:
            if schema.allows(item, aspect):
                found[Term(item, aspect)] = None
    rates: dict[Term | str, None] = {id_: None for id_ in ids if id_ in vocabulary.derived}
    return {f"m{at}": one for at, one in enumerate([*rates, *found][:MOST], 1)}
