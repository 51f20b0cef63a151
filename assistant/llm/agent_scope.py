"""Agent scope: what a question of several steps names, and so what its steps may be about.

Nothing outside what the question names, or what a step before has found, may enter a step; and
what the rules did recognise in the question must all be answered (docs/llm.md, "agent").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant import gap_words
from assistant.answer import Answer
from assistant.catalog import Catalog
from assistant.frame import Frame
from assistant.llm.plan_draft import Wanted
from assistant.mending import mend
from assistant.messages import _messages
from assistant.normalize import normalize
from assistant.plan import Point, Term
from assistant.planner import Planner
from assistant.quantities import MONEY_UNITS, group_terms
from assistant.schema import Schema
from assistant.scope import publishers_named, years_named
from assistant.slots import CONTENT, Slots
from assistant.tagger import Reading, Tag, read
from ingest.errors import LlmError
from ingest.form import read_yaml

FILE = files("assistant") / "llm" / "agent.yaml"
Measure = Term | str  # a term, or the id of a named rate


@lru_cache(maxsize=1)
def rules() -> dict[str, Any]:
    return dict(read_yaml(FILE))


def error(key: str, **values: object) -> LlmError:
    """What the model is told of a call that cannot be done."""
    return LlmError("malformed", str(rules()["errors"][key]).format_map(values))


def refused(key: str, **values: object) -> str:
    """What the model is told of a text that may not stand."""
    return str(rules()["refused"][key]).format_map(values)


@dataclass
class Asked:
    """The names of one question. `measures`: m1 → a measure; `groups`: g1 → its members; both
    grow by what a step finds. `year_sets` are the sets of years that the question speaks of."""

    question: str
    reading: Reading
    catalog: Catalog
    schema: Schema
    places: tuple[str, ...]
    years: tuple[int, ...]
    year_sets: tuple[frozenset[int], ...]
    measures: dict[str, Measure] = field(default_factory=dict)
    groups: dict[str, tuple[str, tuple[Term, ...]]] = field(default_factory=dict)  # g1 → id, terms
    place_ids: dict[str, str] = field(default_factory=dict)
    found_years: set[int] = field(default_factory=set)
    found_places: set[str] = field(default_factory=set)

    # ---- ids ----

    def measures_of(self, ids: Iterable[str]) -> tuple[Measure, ...]:
        """The measures behind ids, a group as its members. Raises LlmError."""
        found: list[Measure] = []
        for id_ in ids:
            if id_ in self.groups:
                found += self.groups[id_][1]
            elif id_ in self.measures:
                found.append(self.measures[id_])
            else:
                raise error("unknown_measure", id=id_[:20])
        return tuple(dict.fromkeys(found))

    def places_of(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Raises LlmError for an id that was not given out."""
        ids = list(ids)
        wrong = [id_ for id_ in ids if id_ not in self.place_ids]
        if wrong:
            raise error("unknown_place", id=wrong[0][:20])
        return tuple(dict.fromkeys(self.place_ids[id_] for id_ in ids))

    def id_of(self, one: Measure) -> str:
        """The id of a measure, a new one where it has none."""
        for id_, known in self.measures.items():
            if known == one:
                return id_
        id_ = f"m{len(self.measures) + 1}"
        self.measures[id_] = one
        return id_

    def note_found(self, points: Sequence[Point]) -> dict[str, Any]:
        """Let later steps be about what an extreme was found to be; what the model is told."""
        told: dict[str, Any] = {}
        for point in points:
            self.found_years.add(point.year)
            self.found_places.add(point.publisher)
            terms = point.quantity.terms
            if len(terms) == 1 and not point.quantity.whole:
                told.setdefault("项目", []).append(self.id_of(Term(terms[0].item, terms[0].aspect)))
            told.setdefault("年份", []).append(point.year)
            places = [id_ for id_, one in self.place_ids.items() if one == point.publisher]
            told.setdefault("单位", []).extend(places[:1])
        return {name: list(dict.fromkeys(values)) for name, values in told.items()}

    # ---- what a step may be about ----

    def check_op(self, op: str) -> None:
        """Raises LlmError for an operation that no word of the question calls for."""
        if op != "lookup" and not any(self._calls_for(tag, op) for tag in self.reading.tags):
            raise error("not_called_for")

    @staticmethod
    def _calls_for(tag: Tag, op: str) -> bool:
        cues, ways = tag.ids("op"), rules()["ways"]
        if op in cues:
            return True
        called = any(op in rules()["calls_for"].get(cue, ()) for cue in cues)
        return called and (op not in ways or any(sign in tag.text for sign in ways[op]))

    def check(self, wanted: Wanted) -> None:
        """Raises LlmError where a step leaves what was asked, or takes a part for the whole."""
        self.check_op(wanted.op)
        if not set(wanted.places) <= set(self.places) | self.found_places:
            raise error("not_asked_place")
        if not self._may_use(set(wanted.years), wanted.places):
            raise error("not_asked_year", years="、".join(map(str, self.years)) or "全部年份")
        for place in wanted.places:
            for year in wanted.years:
                if self.catalog.report(place, year) is None:
                    raise error("no_report")
        if wanted.op in rules()["whole_sets"] and not self._is_whole(wanted):
            raise error("not_whole")

    def _may_use(self, years: set[int], places: Sequence[str]) -> bool:
        """Years named one by one and found ones in any mixture; a run of years (近三年) or, where
        none is named, all of them only together: a single one of those was not asked for."""
        values = [tag.value for tag in self.reading.tags if tag.kind == "year"]
        single = {one[0] for one in values if isinstance(one, tuple) and len(one) == 1}
        runs = self.year_sets or (frozenset(self.catalog.years_of(places)),)
        rest = years - single - self.found_years
        return not rest or any(rest | (years & one) == one for one in runs)

    def _is_whole(self, wanted: Wanted) -> bool:
        if wanted.over == "year":
            every = frozenset(self.catalog.years_of(wanted.places))
            sets = self.year_sets or (every,)
            return frozenset(wanted.years) in sets
        if wanted.over == "publisher":
            return set(wanted.places) == set(self.places)
        if wanted.over == "measure" and wanted.op in rules()["extremes"]:
            members = {frozenset(terms) for _, terms in self.groups.values()}
            return not members or frozenset(wanted.measures) in members
        return True

    # ---- names ----

    def content(self, *, weak: bool = False) -> list[Tag]:
        """The tags of measures; without `weak` only those that mean nothing else."""
        found = [tag for tag in self.reading.tags if tag.kind in CONTENT]
        return [tag for tag in found if weak or not tag.senses[0].weak]

    def listed(self, name: Callable[[Measure], str]) -> tuple[str, str, str]:
        """Measures, places and years as the prompt shows them."""
        vocabulary = self.schema.vocabulary
        lines = [f"{id_}：{name(one)}" for id_, one in self.measures.items()]
        for id_, (group, terms) in self.groups.items():
            members = "、".join(name(one) for one in terms)
            lines.append(f"{id_}：{vocabulary.groups[group].name}（{members}）")
        places = [f"{id_}：{self.catalog.label(one)}" for id_, one in self.place_ids.items()]
        years = self.years or self.catalog.years_of(self.places)
        return "\n".join(lines), "\n".join(places), "、".join(map(str, years))


# ---- which questions ----


def may_go_on(answer: Answer) -> bool:
    """Whether the rules ended in one of the ways after which steps may be tried."""
    return answer.status in ("clarify", "refused") and _cues_after(answer) is not None


def _cues_after(answer: Answer) -> Sequence[str] | None:
    """The cues of which the question must have one; () any; None: the answer stands."""
    for pattern, cues in _messages_of():
        if pattern.fullmatch(answer.text):
            return cues
    return None


@lru_cache(maxsize=1)
def _messages_of() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    found = []
    for key, cues in rules()["ask_for"].items():
        parts = re.split(r"\{\w+\}", _messages()[key])
        pattern = re.compile(".*".join(map(re.escape, parts)), re.DOTALL)
        found.append((pattern, () if cues == "any" else tuple(cues)))
    return tuple(found)


def asked_of(question: str, answer: Answer, catalog: Catalog, planner: Planner) -> Asked | None:
    """What `question` names, which the rules ended with `answer`; None where it is none for steps:
    a word in it is unknown, narrows it to what no table counts, or is one that no tool can express;
    or it names no measure or no place.

    Raises ScopeError where it names a place that is not stored.
    """
    lexicon = planner.lexicon
    reading = mend(read(normalize(question), lexicon, catalog), lexicon, catalog).reading
    needed = _cues_after(answer) or ()
    cues = {id_ for tag in reading.tags for id_ in tag.ids("op")}
    if (needed and not cues & set(needed)) or not _expressible(reading, planner):
        return None
    slots = Slots()
    for tag in reading.tags:
        slots.add(tag)
    places = publishers_named(slots, catalog)
    if not places and (len(catalog.publishers) == 1 or slots.any("every_place")):
        places = catalog.publishers
    if not places and slots.has("which_place"):
        places = catalog.publishers
    if not places:
        return None
    year_sets = _year_sets(reading, slots, catalog.years_of(places))
    years = tuple(sorted(set().union(*year_sets)))
    if not set(years) <= set(catalog.years_of(places)):
        return None
    asked = Asked(question, reading, catalog, planner.schema, places, years, year_sets)
    asked.place_ids = {f"p{at}": one for at, one in enumerate(places, 1)}
    _take_measures(asked, slots)
    return asked if asked.measures or asked.groups else None


def _expressible(reading: Reading, planner: Planner) -> bool:
    known = rules()
    gaps = {gap.word for gap in gap_words.gap_words(reading)} | set(reading.gaps)
    harmless = set(known["harmless_cues"])
    yields = known["yields"]
    ops = {
        cue
        for tag in reading.tags
        if tag.text not in harmless
        for cue in tag.ids("op")
        if yields.get(cue) not in tag.ids("op")
    }
    numbers = {tag.text for tag in reading.tags if tag.kind == "number"}
    money = any(sense.id in MONEY_UNITS for tag in reading.tags for sense in tag.senses)
    narrowing = any(m.sense.kind == "narrowing" for m in planner.lexicon.matches(reading.text))
    return not (
        gaps - set(known["step_words"])
        or ops & set(known["never"])
        or {tag.kind for tag in reading.tags} & set(known["never_kinds"])
        or numbers - set(known["harmless_numbers"])
        or money
        or narrowing
    )


def _year_sets(
    reading: Reading, slots: Slots, available: tuple[int, ...]
) -> tuple[frozenset[int], ...]:
    """All the years named, and those of each expression that names some (2021到2023年, 近三年)."""
    named = years_named(slots, available)[0]
    found = [frozenset(named)]
    for tag in reading.tags:
        if tag.kind == "year" and isinstance(tag.value, tuple):
            found.append(frozenset(tag.value))
        if tag.kind == "year_word":
            alone = years_named(Slots([tag]), available, min(named, default=None))[0]
            found.append(frozenset(alone))
    found.append(frozenset().union(*found))
    return tuple(dict.fromkeys(one for one in found if one))


def _take_measures(asked: Asked, slots: Slots) -> None:
    """Each item named, on its usual aspect and on the aspects named; rates; groups with their
    members and their whole."""
    schema, vocabulary = asked.schema, asked.schema.vocabulary
    tags = asked.content(weak=True)
    items = [id_ for tag in tags for id_ in tag.ids("item")]
    aspects = [id_ for tag in tags for id_ in tag.ids("aspect")]
    rates = [id_ for tag in tags for id_ in tag.ids("derived")]
    groups = [id_ for tag in tags for id_ in tag.ids("group")]
    wholes = [vocabulary.groups[id_].of for id_ in groups]
    if slots.has("share", "share_verb"):
        wholes += [whole for item in items for whole in schema.whole_of(item)]
    items += [item for aspect in aspects if (item := schema.default_item(aspect))]
    found: list[Measure] = [id_ for id_ in rates if id_ in vocabulary.derived]
    for item in dict.fromkeys([*items, *filter(None, wholes)]):
        if item not in vocabulary.items:
            continue
        crossed = dict.fromkeys([schema.default_aspect(item), *aspects])
        found += [Term(item, one) for one in crossed if one and schema.allows(item, one)]
    asked.measures = {f"m{at}": one for at, one in enumerate(dict.fromkeys(found), 1)}
    for at, (id_, terms) in enumerate(_groups(groups, items, aspects, schema), 1):
        asked.groups[f"g{at}"] = (id_, terms)


def _groups(
    groups: Iterable[str], items: Sequence[str], aspects: Sequence[str], schema: Schema
) -> list[tuple[str, tuple[Term, ...]]]:
    """The members of each group as the rules read it: of an item named that has such results
    (行政诉讼的结果), of an aspect named (自然人的办理结果)."""
    found = []
    for group in dict.fromkeys(groups):
        entry = schema.vocabulary.groups[group]
        own = [i for i in items if all(schema.allows(i, aspect) for aspect in entry.members)]
        if entry.axis == "items":
            frames = [Frame(only_aspects=[aspect]) for aspect in aspects] or [Frame()]
        else:
            frames = [Frame(terms=[Term(item, "total")]) for item in dict.fromkeys(own)]
        for frame in frames or [Frame()]:
            terms = tuple(dict.fromkeys(group_terms(group, frame, schema)))
            if len(terms) > 1:
                found.append((group, terms))
    return found
