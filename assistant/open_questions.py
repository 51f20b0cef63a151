"""Open questions: numbers and passages of the prose, quoted, never retold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from assistant.answer import Citation
from assistant.catalog import Catalog, Listed, names_of, short_name
from assistant.draft import Draft
from assistant.formula import Cell, plain
from assistant.messages import message
from assistant.normalize import normalize
from assistant.notation import to_regex
from assistant.numbers import YEAR
from assistant.plan import Plan
from assistant.prose_beside import Told, figure_beside, figure_named, sentences_beside
from assistant.prose_lexicon import prose_lexicon
from assistant.prose_question import asks_number, counts_kinds, lists, read_question
from assistant.prose_reports import MOST_QUOTED, first_and_last, narrowed
from assistant.prose_sums import read_pair, together
from assistant.prose_topics import asks_topic
from assistant.prose_years import Across, across, read_across
from assistant.quote_question import asks_whole_part, says_nothing, without
from assistant.quotes import sentences_of, states_number, with_number
from assistant.schema import Schema
from assistant.section_question import Section, report_asked, section_asked
from assistant.wording import number_text
from assistant.words import levelled
from ingest.figure import Figure, Passage, Place
from ingest.store.library import Library

if TYPE_CHECKING:
    from assistant.quotes import Quote


@dataclass(frozen=True)
class Quoted:
    """A sentence of a passage, for a citation."""

    sentence: str
    passage: Passage


class ProseReader:
    """Answers from the prose of the stored reports."""

    def __init__(
        self,
        library: Library,
        schema: Schema,
        retriever: Callable[[], Any],
        embedder: Callable[[], Any],
    ) -> None:
        self._library = library
        self._schema = schema
        self._retriever = retriever
        self._embedder = embedder

    def answer(self, plan: Plan, catalog: Catalog) -> tuple[Draft, list[Quoted]] | None:
        """A draft from prose figures or quoted sentences; None where nothing is sure enough."""
        found = self._answer(plan, catalog)
        again = self._wants_number(plan) or asks_topic(plan.query) or lists(plan.query)
        if found is None and plan.told != plan.query and again:
            found = self._answer(replace(plan, query=plan.told), catalog)
        return found

    def beside(
        self, plan: Plan, catalog: Catalog, told: Sequence[Told]
    ) -> tuple[Draft, list[Quoted]] | None:
        """What the sentences just quoted say beside what was asked before; None where it is not
        sure that they are meant."""
        report = next((r for r in catalog.reports if told and r.id == told[0].report_id), None)
        if report is None or len({one.report_id for one in told}) > 1:
            return None
        other = (plan.publishers and report.publisher not in plan.publishers) or (
            plan.years and report.year not in plan.years
        )
        if other:
            return None
        names, draft = self._names([report]), Draft(plan)
        sentences = {one.sentence for one in told}
        if plan.count_only or asks_number(plan.query):
            figures = self._library.figures(report_ids=[report.id], place=Place.PROSE)
            near = [f for f in figures if f.sentence in sentences and f.value is not None]
            found = figure_beside(plan.query, near, names) or figure_named(plan.query, near, names)
            if found is None:
                return None
            self._add(draft, found, report, False)
            draft.node, draft.unit = Cell(found), found.unit
            return draft, []
        passages = self._library.passages(report.id)
        placed = [(s, p) for p in passages for s in sentences_of(p.text) if s in sentences]
        quoted = [Quoted(*one) for one in sentences_beside(plan.query, placed, names)]
        self._write(draft, report, quoted)
        return (draft, quoted) if quoted else None

    def _answer(self, plan: Plan, catalog: Catalog) -> tuple[Draft, list[Quoted]] | None:
        reports = [
            report
            for report in catalog.reports
            if (not plan.publishers or report.publisher in plan.publishers)
            and (not plan.years or report.year in plan.years)
        ]
        if not reports or len(reports) > _MOST_REPORTS:
            return None
        section = section_asked(plan.query, self._names(reports))
        if section and len(reports) == 1:
            told = self._section(plan, reports[0], section)
            if told is not None:
                return told
        if len(reports) == 1 and report_asked(plan.query, self._names(reports)):
            return self._outline(plan, reports[0])
        asked = read_across(plan.query) if len(reports) > 1 else None
        if asked is not None and (asked.op not in _OF_YEARS or len(plan.years) > 1):
            if asked.op == "ends":
                reports = first_and_last(reports)
            found = self._across(plan, reports, asked)
            if found is not None or asked.op not in _SAID:
                return (found, []) if found is not None else None
            newest = max(report.year or 0 for report in reports)  # whose prose may say the change
            reports = [report for report in reports if report.year == newest]
            plan = replace(plan, years=(newest,))
        return self._found(plan, reports, catalog)

    def _found(
        self, plan: Plan, reports: Sequence[Listed], catalog: Catalog
    ) -> tuple[Draft, list[Quoted]] | None:
        """A number, what is said of a number, or sentences."""
        found = self._figures(plan, reports) or self._grown(plan, reports, catalog)
        if found is not None:
            return found, []
        named = self._of_number(plan, reports)
        if named is not None:
            return named
        understood = not any(id_.startswith("gap:") for id_ in plan.explain)
        if understood and states_number(plan.query):
            return None  # its number stands nowhere: what else is said of its words is no answer
        counted = counts_kinds(plan.query) or asks_whole_part(plan.query, self._names(reports))
        if self._wants_number(plan) and not counted:
            return None  # a number was asked for; sentences without it are no answer
        return self._quotes(plan, reports)

    def _of_number(
        self, plan: Plan, reports: Sequence[Listed]
    ) -> tuple[Draft, list[Quoted]] | None:
        """The sentences with the number that is asked about ("15100元是什么钱")."""
        if asks_number(plan.query) or len(reports) > MOST_QUOTED:
            return None
        draft, quoted = Draft(plan), list[Quoted]()
        for report in reports:
            passage_of = {
                sentence: passage
                for passage in self._library.passages(report.id)
                for sentence in sentences_of(passage.text)
            }
            found = with_number(plan.query, list(passage_of))[:_SENTENCES]
            if found:
                told = [Quoted(sentence, passage_of[sentence]) for sentence in found]
                self._write(draft, report, told)
                quoted += told
        return (draft, quoted) if quoted else None

    def said_without_number(self, words: Sequence[str], plan: Plan, catalog: Catalog) -> str:
        """The longest of `words` that the prose says, where a number of it was asked for; "" where
        it says none of them, or more than MOST_QUOTED reports are asked about."""
        reports = [
            report
            for report in catalog.reports
            if report.publisher in plan.publishers and report.year in plan.years
        ]
        if not reports or len(reports) > MOST_QUOTED or not self._wants_number(plan):
            return ""
        texts = [levelled(p.text) for report in reports for p in self._library.passages(report.id)]
        telling = [word for word in words if len(word) > 1 and not says_nothing(word)]
        longest = sorted(telling, key=len, reverse=True)
        return next((w for w in longest if any(levelled(w) in text for text in texts)), "")

    def _grown(self, plan: Plan, reports: Sequence[Listed], catalog: Catalog) -> Draft | None:
        """Growth of one year against the year before, where its own prose does not say it."""
        asked = read_across(plan.query)
        if asked is None or asked.op != "rate" or len(reports) != 1 or not plan.years:
            return None
        before = catalog.report(reports[0].publisher, plan.years[0] - 1)
        return self._across(plan, [before, *reports], asked) if before is not None else None

    def causes(self, plan: Plan, catalog: Catalog, question: str) -> list[Quoted]:
        """What the prose of the reports of `plan` gives as the cause of what is asked."""
        publishers = set(plan.publishers) | {point.publisher for point in plan.points}
        years = set(plan.years) | {point.year for point in plan.points}
        reports = [
            report
            for report in catalog.reports
            if report.publisher in publishers and report.year in years
        ]
        if not reports or len(reports) > MOST_QUOTED:
            return []
        found = [
            one for report in reports for one in self._said(question + _CAUSE, report, reports)
        ]
        return [Quoted(quote.sentence, quote.passage) for quote in found]

    @staticmethod
    def _wants_number(plan: Plan) -> bool:
        if lists(plan.query):
            return False  # "讲了哪几条": the list itself
        by_units = plan.count_only and bool(set(plan.explain_units) - {"天", ""})
        return by_units or asks_number(plan.query)

    def _matches(self, question: str, reports: Sequence[Listed]) -> list[Any]:
        from assistant.prose_answer import find_prose_figures

        figures = self._library.figures(report_ids=[r.id for r in reports], place=Place.PROSE)
        return find_prose_figures(
            question,
            figures,
            years={r.id: r.year for r in reports},
            ignore=self._names(reports),
            embedder=self._embedder(),
        )

    def _names(self, reports: Sequence[Listed]) -> list[str]:
        names = {r.publisher for r in reports} | {short_name(r.publisher) for r in reports}
        names |= {name for r in reports for name in names_of(r.publisher)}
        return sorted(names | {name.rstrip("市区县") for name in names if len(name) > 2})

    def fact(self, id_: str, report_id: str) -> Figure | None:
        """The figure of a fact that the form asks for in prose ("收到缴费金额"), if it is sure."""
        report = self._library.report(report_id)
        if report is None:
            return None
        entry = self._schema.vocabulary.prose[id_]
        before = _before_number(entry.patterns)
        found = [
            figure
            for figure in self._library.figures(report_ids=[report_id], place=Place.PROSE)
            if figure.unit == entry.unit
            and figure.value is not None
            and before.search(normalize(figure.sentence[: figure.position[0]]))
        ]
        return found[0] if len({figure.value for figure in found}) == 1 else None

    def _figures(self, plan: Plan, reports: Sequence[Listed]) -> Draft | None:
        if not (plan.count_only or asks_number(plan.query)):
            return None
        paired = self._paired(plan, reports)
        if paired is not None:
            return paired if paired.has_answer else None
        matches = self._matches(plan.query, reports)
        if not matches:
            return None
        draft = self._listed(plan, matches, reports)
        if self._unanswered(plan, matches, reports, draft):
            return draft
        if len(matches) == 1 and not self._lacks(plan, draft, reports):
            draft.node, draft.unit = Cell(matches[0].figure), matches[0].figure.unit
        return draft

    def _unanswered(
        self, plan: Plan, matches: Sequence[Any], reports: Sequence[Listed], draft: Draft
    ) -> bool:
        """Whether a part of the question found no number; says which."""
        told = {match.part for match in matches}
        parts = enumerate(read_question(plan.query, self._names(reports)))
        open_parts = [ask.text for part, ask in parts if part not in told]
        for text in open_parts:
            draft.lines.append(message("prose_part_missing", part=text.strip("，,。？?、 ")))
        return bool(open_parts)

    def _paired(self, plan: Plan, reports: Sequence[Listed]) -> Draft | None:
        """The sum or share of two numbers of one report; an empty draft where it is asked for and
        cannot be made, None where it is not asked for."""
        question = without(levelled(YEAR.sub("", plan.query)), self._names(reports))
        asked = read_pair(question)
        if asked is None:
            return None
        draft = Draft(plan)
        made = together(asked, question, lambda text: self._matches(text, reports), draft)
        if len(reports) == 1 and made is not False:
            return draft if made else None
        return Draft(plan)

    def _across(self, plan: Plan, reports: Sequence[Listed], asked: Across) -> Draft | None:
        """The numbers of several reports put together; only listed where one of them is missing
        or they are not of a kind."""
        best: dict[str, Any] = {}
        for match in self._matches(asked.question, reports):
            best.setdefault(match.figure.report_id, match)
        if len(best) < 2:
            return None
        draft = self._listed(plan, list(best.values()), reports)
        by_id = {report.id: report for report in reports}
        told = [(by_id[id_], match.figure) for id_, match in best.items()]
        if not self._lacks(plan, draft, reports):
            across(asked, told, draft)
        return draft

    def _listed(self, plan: Plan, matches: Sequence[Any], reports: Sequence[Listed]) -> Draft:
        draft = Draft(plan)
        by_id = {report.id: report for report in reports}
        matches = sorted(matches, key=lambda match: by_id[match.figure.report_id].year or 0)
        for match in matches:
            self._add(draft, match.figure, by_id[match.figure.report_id], len(reports) > 1)
        if len({item.label for item in draft.items}) < len(draft.items):  # several numbers a year
            draft.items = [
                replace(item, label=f"{item.label}{match.figure.clause}")
                for item, match in zip(draft.items, matches, strict=True)
            ]
        return draft

    @staticmethod
    def _lacks(plan: Plan, draft: Draft, reports: Sequence[Listed]) -> bool:
        """Whether a report that was named or is to be compared has no such number; says so."""
        known = len({f.report_id for node in draft.cited for f in node.figures()})
        named = len(plan.years) > 1 or len(plan.publishers) > 1
        across_several = known > 1 and read_across(plan.query) is not None
        lacks = known < len(reports) and (named or across_several)
        if lacks:
            line = message("coverage", total=len(reports), known=known)
            draft.lines.append(draft.shown.say(line))
        return lacks

    def _add(self, draft: Draft, figure: Figure, report: Listed, several: bool) -> None:
        from assistant.answer import Item

        node = Cell(figure)
        value = draft.shown.number(node, figure.unit)
        draft.shown.say(figure.sentence)
        head = f"{report.year}年{short_name(report.publisher)}：" if several else ""
        line = message("prose_line", sentence=figure.sentence)
        draft.lines.append(head + message("prose_value", value=value, line=line))
        draft.cited.append(node)
        label = f"{report.year}年" if several else (figure.clause or figure.sentence)
        draft.items.append(Item(label, plain(node.value), figure.unit))

    def _section(
        self, plan: Plan, report: Listed, section: Section
    ) -> tuple[Draft, list[Quoted]] | None:
        """The headings and first sentences of a section that the question names."""
        passages = [
            p
            for p in self._library.passages(report.id)
            if p.section and section.holds(normalize(p.section[0]))
        ]
        quoted = [
            Quoted(sentence, passage)
            for passage in passages
            for sentence in _first(passage.text, len(passages))
        ]
        if not quoted:
            return None
        draft = Draft(plan)
        self._write(draft, report, quoted)
        return draft, quoted

    def _outline(self, plan: Plan, report: Listed) -> tuple[Draft, list[Quoted]] | None:
        """What opens each part of the prose, under its heading."""
        passages = [p for p in self._library.passages(report.id) if p.section]
        quoted = [
            Quoted(sentence, passage)
            for passage in passages[:_SENTENCES]
            for sentence in passage.text.split("\n")[:1]
            if sentence.strip()
        ]
        draft = Draft(plan)
        self._write(draft, report, quoted)
        return (draft, quoted) if quoted else None

    def _quotes(self, plan: Plan, reports: Sequence[Listed]) -> tuple[Draft, list[Quoted]] | None:
        reports, doubt = narrowed(plan, reports)
        draft = Draft(plan, doubt=doubt)
        if doubt:
            return draft, []
        quoted: list[Quoted] = []
        for report in reports:
            found = self._said(plan.query, report, reports)
            told = [Quoted(quote.sentence, quote.passage) for quote in found]
            if told:
                self._write(draft, report, told)
                quoted += told
        numbers = any(char.isdigit() for one in quoted for char in one.sentence)
        if prose_lexicon().measured.search(levelled(plan.query)) and not numbers:
            return None  # "政策意见采纳率": nothing is said of how much
        return (draft, quoted) if quoted else None

    def _said(self, question: str, report: Listed, reports: Sequence[Listed]) -> list[Quote]:
        from assistant.quotes import quote_sentences

        passages = self._library.passages(report.id)
        return quote_sentences(question, passages, ignore=self._names(reports))

    @staticmethod
    def _write(draft: Draft, report: Listed, quoted: Sequence[Quoted]) -> None:
        """The sentences of one report in reading order, under the headings they stand under."""
        scope = f"{report.year}年{short_name(report.publisher)}"
        draft.lines.append(message("passage_head", scope=scope))
        heading: tuple[str, ...] = ()
        for one in quoted:
            if one.passage.section != heading:
                heading = one.passage.section
                draft.lines += [draft.shown.say(name) for name in heading[-1:]]
            draft.lines.append(draft.shown.say(one.sentence))


def _first(text: str, passages: int) -> list[str]:
    """The paragraphs of one of `passages` that are quoted together: some of each."""
    told = [sentence for sentence in text.split("\n") if sentence.strip()]
    return told[: max(_SENTENCES // passages, 1)]


def told_by(plan: Plan, draft: Draft, quoted: Sequence[Quoted]) -> tuple[Told, ...]:
    """The sentences that an answer from the prose quotes; none of any other answer."""
    if plan.op != "prose":
        return ()
    figures = [figure for node in draft.cited for figure in node.figures()]
    told = [Told(figure.report_id, figure.sentence) for figure in figures]
    told += [Told(one.passage.report_id, one.sentence) for one in quoted]
    return tuple(dict.fromkeys(told))


_OF_YEARS = ("sum", "ends")  # only of years that are named
_SAID = ("more", "rate")  # what the prose of one report may say itself
_MOST_REPORTS = 60  # of which the prose is read for one question
_CAUSE = "原因"  # makes any question one that only a cause answers (lexicon/topics.yaml, needs)
_SENTENCES = 12  # of a section that is asked for whole


@lru_cache(maxsize=64)
def _before_number(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(map(to_regex, patterns)) + ")$")


def citation_of(quoted: Quoted, report: Listed) -> Citation:
    return Citation(
        "text",
        report.title,
        report.id,
        report.publisher,
        report.year,
        " ▸ ".join(quoted.passage.section),
        quoted.sentence,
        report.source,
        passage_id=quoted.passage.id,
    )


def value_text(figure: Figure) -> str:
    return number_text(Cell(figure).value, figure.unit)
