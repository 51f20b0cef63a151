"""Agent fit: whether the steps answer the question that was asked.

All that the rules did recognise in it must be there: its measures, places and years, an operation
for each cue, the extreme of the measure beside its cue, what follows of what was found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.llm.agent_results import Result, Results
from assistant.llm.agent_scope import Asked, refused, rules
from assistant.plan import Point, Term
from assistant.slots import CONTENT
from assistant.tagger import Tag


@dataclass(frozen=True)
class Fit:
    asked: Asked
    results: Results

    def problem(self, used: Sequence[Result]) -> str:
        """What is wrong with a text over these results, in Chinese; "" where nothing is."""
        chain = self._chain(used)
        if len(chain) < 2 or {one.op for one in chain} == {"lookup"}:
            return refused("one_step")
        return (
            self._left_out(chain)
            or self._missing_steps(chain)
            or self._no_percentage(used)
            or self._not_followed(chain)
            or self._of_a_loser(used)
            or self._turned_round(used)
            or self._beside(chain)
        )

    def _chain(self, used: Sequence[Result]) -> list[Result]:
        """The results used and those that they were computed from. What was only tried on the way
        counts for nothing: an extreme that led on must be told."""
        ids = {id_ for one in used for id_ in (one.id, *one.parents)}
        return [one for one in self.results.results.values() if one.id in ids]

    def _left_out(self, chain: Sequence[Result]) -> str:
        """What the question names and no step is about."""
        ids = {id_ for one in chain for id_ in _ids(one)} | self._groups(chain)
        for tag in self.asked.content():
            if not ids & {sense.id for sense in tag.senses}:
                return refused("left_out", word=tag.text)
        points = [point for one in chain for point in one.points]
        for year in self.asked.years:
            if year not in {point.year for point in points}:
                return refused("left_out", word=f"{year}年")
        return self._places_left_out(chain)

    def _places_left_out(self, chain: Sequence[Result]) -> str:
        """A place of several that is named twice stands in two steps (the mean of both, and it)."""
        tags = self.asked.reading.all("place")
        steps = [{point.publisher for point in one.points} for one in chain if one.wanted]
        for place in self.asked.places:
            named = sum(tag.value == (place,) for tag in tags) if len(self.asked.places) > 1 else 1
            if sum(place in one for one in steps) < max(1, min(named, 2)):
                return refused("left_out", word=self.asked.catalog.label(place))
        return ""

    def _groups(self, chain: Sequence[Result]) -> set[str]:
        """Groups whose members stand together in a step."""
        asked = [set(one.wanted.measures) for one in chain if one.wanted]
        return {id_ for id_, terms in self.asked.groups.values() if set(terms) in asked}

    def _missing_steps(self, chain: Sequence[Result]) -> str:
        counted: Counter[str] = Counter()
        for tag in self.asked.reading.tags:
            for cue in tag.ids("op") if tag.kind == "op" else ():
                if cue not in rules()["cues"]:
                    continue
                counted[cue] += 1
                wanted = counted[cue] if cue in rules()["counted"] else 1
                if sum(one.op in rules()["cues"][cue] for one in chain) < wanted:
                    return refused("left_out_step", cue=tag.text)
        return ""

    def _no_percentage(self, used: Sequence[Result]) -> str:
        tags = self.asked.reading.tags
        percent = any(tag.kind == "quantity" and tag.senses[0].id == "%" for tag in tags)
        return refused("no_percentage") if percent and not any("%" in r.unit for r in used) else ""

    def _not_followed(self, chain: Sequence[Result]) -> str:
        """An extreme that did not lead to what else stands in the text."""
        extremes = [one for one in chain if one.op in rules()["extremes"]]
        here = {_key(p) for one in chain if one not in extremes for p in one.points}
        for one in extremes:
            if here and not any(_leads(one, point, here) for point in one.winners):
                return refused("not_followed")
        return ""

    def _of_a_loser(self, used: Sequence[Result]) -> str:
        """ "多的那个": steps beyond the extreme are of what it found, not of what lost."""
        said = [*self.asked.reading.all("pronoun"), *self.asked.reading.all("same_year")]
        lost: set[Facet] = set()
        for one in self.results.results.values():
            if one.op in rules()["extremes"] and one.wanted:
                over = one.wanted.over
                lost |= _facets(one.points, over) - _facets(one.winners, over)
        further = [one for one in used if one.op not in rules()["extremes"]]
        here = {facet for over in _OVER for one in further for facet in _facets(one.points, over)}
        return refused("loser", word=said[0].text) if said and lost & here else ""

    def _turned_round(self, used: Sequence[Result]) -> str:
        """A multiple with its sides the other way round than the question names them."""
        for one in used:
            if one.op != "times":
                continue
            for left, right in zip(*self._sides(one), strict=True):
                if left is not None and right is not None and left != right:
                    if left > right:
                        return refused("order")
                    break  # in what they differ first
        return ""

    def _sides(self, one: Result) -> tuple[list[int | None], list[int | None]]:
        """Where the question names each side: its measure, its extreme, its year, its place."""
        if one.parents:
            left, right = (self.results.of(id_) for id_ in one.parents)
            return self._named(left, left.points), self._named(right, right.points)
        if one.wanted is None:
            return [], []
        first, last = one.wanted.measures[0], one.wanted.measures[-1]
        years, places = one.wanted.years, one.wanted.places
        return (
            [self._place(_of(first)), None, self._year(years[-1]), self._publisher(places[0])],
            [self._place(_of(last)), None, self._year(years[0]), self._publisher(places[-1])],
        )

    def _named(self, one: Result, points: Sequence[Point]) -> list[int | None]:
        years, places = {p.year for p in points}, {p.publisher for p in points}
        return [
            self._place(_ids(one)),
            self._cue(one.op) if one.op in rules()["extremes"] else None,
            self._year(next(iter(years))) if len(years) == 1 else None,
            self._publisher(next(iter(places))) if len(places) == 1 else None,
        ]

    def _first(self, fits: Callable[[Tag], bool]) -> int | None:
        return next((at for at, tag in enumerate(self.asked.reading.tags) if fits(tag)), None)

    def _cue(self, op: str) -> int | None:
        return self._first(lambda tag: op in tag.ids("op"))

    def _year(self, year: int) -> int | None:
        return self._first(lambda tag: tag.kind == "year" and tag.value == (year,))

    def _publisher(self, place: str) -> int | None:
        return self._first(lambda tag: tag.kind == "place" and tag.value == (place,))

    def _place(self, ids: set[str]) -> int | None:
        """Where the question names a measure first; a group stands for its members."""
        members = {
            id_: {term.item for term in terms} | {term.aspect for term in terms} - {"total"}
            for id_, terms in self.asked.groups.values()
        }
        for at, tag in enumerate(self.asked.reading.tags):
            named = {sense.id for sense in tag.senses if sense.kind in CONTENT}
            named |= {id_ for group in tag.ids("group") for id_ in members.get(group, ())}
            if named & (ids - {"total"}):
                return at
        return None

    def _beside(self, chain: Sequence[Result]) -> str:
        """An extreme of a measure that does not stand beside its cue."""
        tags = list(self.asked.reading.tags)
        content = {id(tag) for tag in self.asked.content(weak=True)}
        for at, tag in enumerate(tags):
            for cue in tag.ids("op"):
                if cue not in rules()["extremes"]:
                    continue
                named = {s.id for one in _beside(tags, at, content) for s in one.senses}
                steps = [one for one in chain if one.op == cue]
                groups = self._groups(steps)
                if steps and not any((set(_ids(one)) | groups) & named for one in steps):
                    return refused("beside", word=tag.text)
        return ""


def _beside(tags: Sequence[Tag], at: int, content: set[int]) -> list[Tag]:
    """The measures that the cue at `at` may be about: the last one before it, and the one right
    behind it (最多的办理结果); without one before, the next."""
    before = [tag for tag in tags[:at] if id(tag) in content][-1:]
    after = [tag for tag in tags[at + 1 :] if tag.kind != "filler"]
    right = after[:1] if before else [tag for tag in after if id(tag) in content][:1]
    return [tag for tag in (*before, *right) if id(tag) in content]


def _ids(result: Result) -> set[str]:
    """Ids of the vocabulary that a step is about."""
    found: set[str] = set()
    for point in result.points:
        for term in (*point.quantity.terms, *point.quantity.whole):
            found |= {term.item, term.aspect}
    for one in (*result.wanted.measures, result.wanted.whole) if result.wanted else ():
        found |= _of(one) if one is not None else set()
    return found


def _of(one: Term | str) -> set[str]:
    return {one} if isinstance(one, str) else {one.item, one.aspect}


Facet = tuple[str, object]
_OVER = ("year", "publisher", "measure")


def _facets(points: Sequence[Point], over: str) -> set[Facet]:
    """The years, places or measures of some points."""
    if over == "year":
        return {(over, point.year) for point in points}
    if over == "publisher":
        return {(over, point.publisher) for point in points}
    return {(over, (t.item, t.aspect)) for point in points for t in point.quantity.terms}


Key = tuple[str, int, frozenset[tuple[str, str]]]


def _key(point: Point) -> Key:
    return (
        point.publisher,
        point.year,
        frozenset((term.item, term.aspect) for term in point.quantity.terms),
    )


def _leads(extreme: Result, winner: Point, here: set[Key]) -> bool:
    """Whether what an extreme found (its year, its place or its measure) is gone on with."""
    place, year, terms = _key(winner)
    over = extreme.wanted.over if extreme.wanted else ""
    if over == "year":
        return any(one[1] == year for one in here)
    if over == "publisher":
        return any(one[0] == place for one in here)
    return any(terms & one[2] for one in here)
