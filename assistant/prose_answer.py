"""Find the number of the prose that a question means, or nothing.

Every content word of the question must be found near the number: in its own words, its clause,
its sentence or its heading, itself or by a synonym; a word found nowhere counts most against it.
The counter, the year and growth words must agree. What is left is a confidence; below `THRESHOLD`
nothing is answered.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

import numpy as np

from assistant.prose_context import Context, Weights, contexts, local_words
from assistant.prose_lexicon import ProseLexicon, prose_lexicon
from assistant.prose_question import Ask, read_question
from assistant.words import levelled, segments_of, words_of
from ingest.embedding import Embedder
from ingest.figure import Figure, Place

THRESHOLD = 0.6
_STATED = re.compile(r"(?<![\d.])\d[\d,]*(?:\.\d+)?")

# How sure a word is when found so far from the number.
_LOCAL, _CLAUSE, _BEFORE, _EARLIER = 1.0, 0.95, 0.8, 0.65
_SECTION, _OTHERS, _AFTER = 0.6, 0.5, 0.35
_SYNONYM = 0.9
_ALIKE = 0.85  # cosine from which two words are alike at all
_FOREIGN = 0.3  # a number whose own words are mostly not the question's
# Confidence: logistic in the score, fitted on eval/gold/retrieval/dev.yaml.
_SLOPE, _MIDDLE = 14.0, 0.62


@dataclass(frozen=True, slots=True)
class ProseMatch:
    """A figure found. `confidence` 0..1; `asked` the part of the question that it answers;
    `reasons` say in words what speaks for and against it; `part` counts the parts from 0."""

    figure: Figure
    confidence: float
    asked: str
    part: int
    reasons: tuple[str, ...] = ()
    score: float = 0.0


def find_prose_figures(
    question: str,
    figures: Sequence[Figure],
    *,
    years: Mapping[str, int | None] | None = None,
    ignore: Sequence[str] = (),
    embedder: Embedder | None = None,
    threshold: float = THRESHOLD,
) -> list[ProseMatch]:
    """For each number that `question` asks for, the figure meant in each report, if any is.

    `figures` are those of the selected reports (others than prose are skipped); `years` gives the
    year of a report by its id; `ignore` are the publisher names in the question; `embedder` lets
    words meet by meaning. In order of the question, then by confidence.
    """
    prose = [
        figure for figure in figures if figure.place is Place.PROSE and figure.value is not None
    ]
    asks = read_question(question, ignore)
    if not asks:
        return []
    matches: list[ProseMatch] = []
    for report_id, own in _by_report(prose).items():
        finder = _finder(tuple(own), (years or {}).get(report_id), embedder)
        for part, ask in enumerate(asks):
            best = finder.best(ask, part)
            if best is not None and best.confidence >= threshold:
                matches.append(best)
    return sorted(matches, key=lambda match: (match.part, -match.confidence))


def _by_report(figures: Sequence[Figure]) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for figure in figures:
        found.setdefault(figure.report_id, []).append(figure)
    return found


@lru_cache(maxsize=64)
def _finder(figures: tuple[Figure, ...], year: int | None, embedder: Embedder | None) -> _Finder:
    """Kept between questions; figures that differ in anything make another."""
    return _Finder(figures, year, embedder)


class _Finder:
    """The prose figures of one report, ready to be asked."""

    def __init__(
        self, figures: Sequence[Figure], year: int | None, embedder: Embedder | None
    ) -> None:
        self._figures = figures
        self._year = year
        self._contexts = contexts(figures)
        self._weights = Weights(figure.sentence for figure in figures)
        self._lexicon = prose_lexicon()
        self._alike = _Alike(embedder, self._contexts) if embedder is not None else None

    def best(self, ask: Ask, part: int) -> ProseMatch | None:
        """The most likely figure, less sure where another comes close."""
        ranked = sorted(
            (
                max(
                    (
                        self._judged(ask, part, figure, one)
                        for one in (context, context.other)
                        if one is not None
                    ),
                    key=lambda match: match.score,
                )
                for figure, context in zip(self._figures, self._contexts, strict=True)
            ),
            key=lambda match: -match.score,
        )
        if not ranked or ranked[0].score <= 0:
            return None
        first = ranked[0]
        rival = next((m for m in ranked[1:] if m.figure.value != first.figure.value), None)
        margin = first.score - (rival.score if rival else 0.0)
        return replace(first, confidence=_confidence(first.score, margin))

    def _judged(self, ask: Ask, part: int, figure: Figure, context: Context) -> ProseMatch:
        fit = _counter_fit(ask, figure, self._lexicon)
        fit *= _year_fit(ask, figure, self._year, self._lexicon)
        fit *= _manner_fit(ask, context, self._lexicon) * _joined_fit(ask, context, self._lexicon)
        fit *= _thing_fit(ask, figure, context, self._lexicon) * _said_fit(ask, figure)
        fit *= _beside_fit(ask, context, self._lexicon)
        fit *= _channel_fit(ask, context, self._lexicon) * _telling_fit(ask, context, self._lexicon)
        if fit == 0:
            return ProseMatch(figure, 0.0, ask.text, part)
        found = {word: self._found(word, context) for word in ask.words}
        covered = self._covered(ask.words, found)
        focus = self._covered(ask.focus, found)
        own = self._own(ask, context)
        score = fit * covered * (0.55 + 0.45 * focus) * (0.8 + 0.2 * own)
        score *= self._noun_fit(ask, context, own, found)
        score *= _foreign_fit(ask, figure, context, self._lexicon)
        if any(found[word] < _SYNONYM * _CLAUSE for word in ask.inside if word in found):
            score *= 0.7  # of "发布4583条，其中主动公开2107条" the part is asked for
        missing = [word for word, level in found.items() if level == 0]
        reasons = (
            f"covered {covered:.2f}",
            f"focus {focus:.2f}",
            f"own words {own:.2f}",
            f"fit {fit:.2f}",
            *(f"missing {word}" for word in missing),
        )
        return ProseMatch(figure, 0.0, ask.text, part, reasons, score)

    def _covered(self, words: Sequence[str], found: Mapping[str, float]) -> float:
        total = sum(map(self._weight, words))
        return sum(self._weight(word) * found[word] for word in words) / total if total else 0.0

    def _weight(self, word: str) -> float:
        return self._weights.of(word) * (0.3 if word in self._lexicon.light else 1.0)

    def _noun_fit(
        self, ask: Ask, context: Context, own: float, found: Mapping[str, float]
    ) -> float:
        """Less than 1 where the number counts another thing than the question's noun."""
        if len(ask.words) == 1 and own < _FOREIGN and ask.words[0] in context.local:
            return 0.7  # "医生多少名" is not "38名医生组成的团队"
        generic = self._lexicon.generic | self._lexicon.light
        sure = own > 0.9 and min(found.values()) >= 0.9
        if generic.issuperset(ask.words) and not sure:
            return 0.0
        counted = local_words(context, self._lexicon.stop | self._lexicon.light)[-1:]
        foreign = bool(counted) and _named(counted[0], ask, self._lexicon) < 0.5
        if "person" in ask.classes and "person_like" not in ask.classes:
            foreign = False  # "覆盖多少人次" is that of "覆盖干部职工180人次", too
        near = max((found[word] for word in ask.focus), default=0.0) >= 0.9 * _CLAUSE
        return 0.8 if foreign and not near else 1.0

    def _found(self, word: str, context: Context) -> float:
        """How surely `word` is said of the number: 0 (nowhere) to 1."""
        best = _level(word, context)
        for synonym in self._lexicon.synonyms.get(word, ()):
            if len(synonym) > 1:  # a single character stands in too many words
                best = max(best, _SYNONYM * _level(synonym, context))
        if best == 0 and len(word) >= 3:
            best = _in_pieces(word, context)
        if best == 0 and self._alike is not None and not self._said_here(word):
            best = self._alike.level(word, context)
        return best

    def _said_here(self, word: str) -> bool:
        """Whether some number is told with `word` itself: then it stands for no other word."""
        return word.isascii() or any(
            word in context.clause or word in context.others for context in self._contexts
        )

    def _own(self, ask: Ask, context: Context) -> float:
        """How much of the number's own words the question names: tells whole from part."""
        own = replace(context, local=self._lexicon.means.sub("", context.local))
        words = local_words(own, self._lexicon.stop | self._lexicon.light)
        if ask.growth:  # the words that say "more" are asked for already
            words = [word for word in words if not self._lexicon.growth_question.search(word)]
        total = sum(map(self._weight, words))
        if not total:
            return 1.0
        named = (self._weight(word) * _named(word, ask, self._lexicon) for word in words)
        return sum(named) / total


def _level(word: str, context: Context) -> float:
    has = _boundary(word).search if word.isascii() else None
    for level, text in (
        (_LOCAL, context.local),
        (_CLAUSE, context.clause),
        (_BEFORE, context.before),
        (_EARLIER, context.earlier),
        (_SECTION, context.section),
        (_OTHERS, context.others),
        (_AFTER, context.after),
    ):
        if has(text) if has else word in text:
            return level
    return 0.0


@lru_cache(maxsize=1024)
def _boundary(word: str) -> re.Pattern[str]:
    """A Latin word or code as a whole: AA is not in AAA."""
    return re.compile(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])")


def _in_pieces(word: str, context: Context) -> float:
    """A long word by its inner words ("专职人员"), else by its pairs of characters."""
    inner = [part for part in words_of(word) if part != word and len(part) > 1]
    if sum(map(len, inner)) >= len(word):
        levels = [_level(part, context) for part in inner]
        return sum(levels) / len(levels) if min(levels) else 0.25 * max(levels)
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    near = context.clause + context.before + context.earlier
    share = sum(pair in near for pair in pairs) / len(pairs)
    return 0.8 * share if share >= 0.5 else 0.0


def _named(word: str, ask: Ask, lexicon: ProseLexicon) -> float:
    """How far the question names one of the number's own words: 0 to 1."""
    if word in ask.text:
        return 1.0
    if any(synonym in ask.text for synonym in lexicon.synonyms.get(word, ())):
        return _SYNONYM
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return 0.8 * sum(pair in ask.text for pair in pairs) / len(pairs) if pairs else 0.0


def _joined_fit(ask: Ask, context: Context, lexicon: ProseLexicon) -> float:
    """A number of "校长和信息员" is not that of 校长 alone."""
    if context.listed and not _means_listed(context, lexicon):
        ahead = [word for word in segments_of(context.listed) if word not in lexicon.stop]
        if ahead and _named(ahead[-1], ask, lexicon) <= 0.5:
            return 0.7  # "人大建议、政协提案共213件" is not that of 政协提案 alone
    words = segments_of(context.local)
    for place in (i for i, word in enumerate(words) if word in lexicon.joined):
        last = "".join(words[place + 1 :])
        if place and 0 < len(last) <= 4:
            sides = (words[place - 1], last)
            if 0 < sum(_named(side, ask, lexicon) > 0.5 for side in sides) < 2:
                return 0.7
    return 1.0


def _means_listed(context: Context, lexicon: ProseLexicon) -> bool:
    """Whether what is listed are channels or those who act, not things counted: "在网站、公报公开
    规章13件", "各板块、各部门通过网站发布4583条"."""
    found = lexicon.channels.search(context.head)
    place = context.head.find(context.listed)
    return found is not None and 0 <= place < found.end()


def _counter_fit(ask: Ask, figure: Figure, lexicon: ProseLexicon) -> float:
    """1 for the same counter, 0 for one that counts something else."""
    if not ask.classes:
        return 1.0
    counted = lexicon.classes(figure.unit)
    if not counted:  # "219万": the text names no counter
        return 0.85
    if figure.unit and ask.counter and _same_counter(figure.unit, ask.counter):
        return 1.0
    if counted & ask.classes:
        return 0.94 if ask.counter else 1.0
    mixed = [lexicon.mix.get(frozenset((a, b)), 0.0) for a in ask.classes for b in counted]
    return max(mixed, default=0.0)


def _thing_fit(ask: Ask, figure: Figure, context: Context, lexicon: ProseLexicon) -> float:
    """0 where the number counts persons and another thing is asked for ("几个街道" is not "为街道
    各配备1名专职人员"), or a thing that it names itself and the question does not."""
    if not ask.focus or not ask.counter or lexicon.classes(figure.unit) & lexicon.abstract:
        return 1.0
    aspect = lexicon.aspects.match(context.tail)
    if aspect and aspect.group() not in ask.text:
        return 0.4  # "几个工作要点" is not "4个方面"
    after = [word for word in segments_of(context.tail) if word not in lexicon.stop]
    things = [word for word in after if len(word) > 1 and word not in lexicon.light][-1:]
    if not things and lexicon.classes(figure.unit) & ask.classes <= {"person_like"}:
        things = local_words(context, lexicon.stop | lexicon.light)[-1:]
    if not things or _named(things[0], ask, lexicon) >= 0.5:
        return 1.0
    return 1.0 if any(_level_in(word, context.tail, lexicon) for word in ask.words) else 0.4


def _foreign_fit(ask: Ask, figure: Figure, context: Context, lexicon: ProseLexicon) -> float:
    """Less than 1 where the noun before the number is another and so is its counter: "一件事办了
    多少件" is not "一件事专题26个"."""
    if not ask.counter or not figure.unit or _same_counter(figure.unit, ask.counter):
        return 1.0
    if "paper" not in lexicon.classes(figure.unit) & ask.classes:
        return 1.0
    own = replace(context, local=context.head[-8:] if not context.tail else context.local)
    last = local_words(own, lexicon.stop | lexicon.light)[-1:]
    return 0.7 if last and _named(last[0], ask, lexicon) < 0.5 else 1.0


def _said_fit(ask: Ask, figure: Figure) -> float:
    """0 where the question itself states the number: "39项任务完成了多少项" asks for another."""
    stated = [Decimal(plain.replace(",", "")) for plain in _STATED.findall(ask.text)]
    return 0.0 if figure.value in stated else 1.0


def _channel_fit(ask: Ask, context: Context, lexicon: ProseLexicon) -> float:
    """A number of several channels together is not that of one of them."""
    means = lexicon.means.match(context.local)
    if means is None or not any(sign in means.group() for sign in "、等和及"):
        return 1.0
    rest = context.local[means.end() :]
    only = [word for word in ask.words if word in means.group() and word not in rest]
    return 0.5 if any(word not in lexicon.light for word in only) else 1.0


def _beside_fit(ask: Ask, context: Context, lexicon: ProseLexicon) -> float:
    """A number of "微博微信" or of "微信、微博" is not that of one of them."""
    for found in lexicon.media_together.finditer(context.before + context.clause):
        named = {word for word in lexicon.media if word in found.group()}
        asked = {word for word in named if word in ask.text}
        if asked and asked != named:
            return 0.6
    return 1.0


def _telling_fit(ask: Ask, context: Context, lexicon: ProseLexicon) -> float:
    """What was done of several things ("保留65件、修改7件"), or what each of some has ("街道各配备
    1名"), is an answer only where the question says so."""
    told = lexicon.telling.findall(context.local)
    if told and not any(_named(word, ask, lexicon) for word in told):
        return 0.5
    each = lexicon.each.search(context.clause)
    whole = lexicon.whole.search(ask.text)
    return 0.5 if each and whole and each["who"] not in ask.text else 1.0


def _level_in(word: str, text: str, lexicon: ProseLexicon) -> bool:
    return word in text or any(other in text for other in lexicon.synonyms.get(word, ()))


def _same_counter(one: str, other: str) -> bool:
    return one == other or (len(one) > 1 and len(other) == 1 and one.startswith(other))


def _year_fit(ask: Ask, figure: Figure, year: int | None, lexicon: ProseLexicon) -> float:
    """0 where the number is of another year than the one asked about."""
    period = figure.period
    if period is None or re.search(f"{period}年{lexicon.span}", levelled(figure.sentence)):
        period = year
    if ask.growth or ask.plan:  # "比上年提高" and "力争明年达到" are said in the report's year
        return 1.0 if ask.year in (None, period, year) else 0.0
    if ask.year is not None and period is not None:
        return 1.0 if ask.year == period else 0.0
    if year is None or period in (None, year):
        return 1.0
    return 0.6 if period == year - 1 else 0.9  # an older year is seldom that of the number


def _manner_fit(ask: Ask, context: Context, lexicon: ProseLexicon) -> float:
    """Growth is no count, a target no result; each only where it is asked for."""
    growth = bool(lexicon.growth_figure.search(context.head))
    plan = bool(lexicon.planned.search(context.local))
    fit = (1.0 if growth == ask.growth else 0.4) * (0.6 if plan and not ask.plan else 1.0)
    if lexicon.negation_question.search(ask.text) and not lexicon.negation_figure.search(
        context.clause
    ):
        fit *= 0.4
    new = lexicon.increment_figure.search(context.local)
    return 0.85 * fit if new and not lexicon.increment_question.search(ask.text) else fit


def _confidence(score: float, margin: float) -> float:
    near = 1.0 if margin >= 0.06 else 0.6 + 0.4 * margin / 0.06
    return near / (1.0 + math.exp(-_SLOPE * (score - _MIDDLE)))


class _Alike:
    """Words of the question against words of the clauses, by embedding."""

    def __init__(self, embedder: Embedder, around: Sequence[Context]) -> None:
        self._embedder = embedder
        stop = prose_lexicon().stop
        self._words = {context.clause: self._content(context, stop) for context in around}
        known = sorted({word for words in self._words.values() for word in words})
        self._rows = dict(zip(known, embedder.embed(known), strict=True))
        self._asked: dict[str, np.ndarray] = {}

    @staticmethod
    def _content(context: Context, stop: frozenset[str]) -> list[str]:
        clause = replace(context, local=context.clause)
        return [word for word in local_words(clause, stop) if len(word) > 1]

    def level(self, word: str, context: Context) -> float:
        words = self._words[context.clause]
        if not words or len(word) < 2:
            return 0.0
        if word not in self._asked:
            self._asked[word] = self._embedder.embed([word])[0]
        cosine = max(float(self._asked[word] @ self._rows[other]) for other in words)
        return 0.8 * cosine if cosine >= _ALIKE else 0.0
