"""Answering: questions on procedure, deadlines, fees, refusals and remedies, from the pack."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from assistant.answer import Answer, Item
from assistant.catalog import Listed
from assistant.knowledge.calendar import (
    Due,
    UnknownYearError,
    after_days,
    after_months,
    after_workdays,
)
from assistant.knowledge.cues import cues
from assistant.knowledge.dates import Named, named_day
from assistant.knowledge.fees import MOST, charge
from assistant.knowledge.finding import AHEAD, CLOSE, SURE, Finder, plain
from assistant.knowledge.guides import Source, quoted
from assistant.knowledge.pack import Article, Deadline, Entry, Pack, built_in
from assistant.knowledge.wording import (
    basis,
    citations,
    day_text,
    days_text,
    entry_lines,
    steps,
)
from assistant.messages import message
from assistant.normalize import normalize
from assistant.numbers import number_matches, read_number
from assistant.plan import Plan, Understood

SHORTEST = 5  # characters of a question that is compared by meaning
Clock = Callable[[], date]
Figures = Callable[[str], Answer | None]  # a measure's id → this place's figure, answered

_DIGITS = re.compile(r"\d+")


class Knowledge:
    """Answers from the pack, or None where the question is not about it. Thread-safe.

    `clock` gives today's date; `embedder` opens the model at its first use.
    """

    def __init__(
        self, embedder: Callable[[], Any], clock: Clock = date.today, pack: Pack | None = None
    ) -> None:
        self.clock = clock
        self._pack = pack or built_in()
        self._finder = Finder(self._pack, embedder)

    def answer(self, question: str, understood: Understood, figures: Figures) -> Answer | None:
        """What the pack says to `question`, where the planner found no figure in it."""
        asks_figure = any(
            plan.points and not (plan.op == "explain" and plan.advice) for plan in understood.parts
        )
        if cues().fee_asked.search(question) and not cues().about_report.search(question):
            reckoned = self._fee(question)
            if reckoned is not None:
                return self._guarded(reckoned)
        firm = self._finder.by_firm_words(question)
        if firm and not cues().dated.search(question):
            return self._guarded(self._entry(question, firm[0], figures))
        made = None if asks_figure else self._reckoned(question)
        if made is None and not _asks_figure(question):
            if not asks_figure:
                made = self._told(question, understood, figures)
            elif cues().modal.search(question):  # "企业可以申请吗" asks for no count
                ids = self._finder.by_name(question)
                made = self._entry(question, ids[0], figures) if ids else None
        return None if made is None else self._guarded(made)

    def guide(self, question: str, reports: Sequence[Listed], source: Source) -> Answer | None:
        """What a stored guide says on address, phone or hours; None where that is not asked."""
        return quoted(question, reports, source, self._pack)

    # Deadlines and fees

    def _reckoned(self, question: str) -> Answer | None:
        if cues().about_report.search(question):
            return None
        return self._fee(question) or self._until(question)

    def _fee(self, question: str) -> Answer | None:
        found = cues().counted.search(question)
        if not found or not cues().fee.search(question) or cues().counts.search(question):
            return None
        count = read_number(found[1])
        kind = "pages" if found[3] in cues().pages else "items"
        if count is None or count > MOST:
            return None
        fee, entry = self._pack.fees[kind], self._pack.entries["charges"]
        made = charge(count, fee)
        lines = [
            self._pack.say(f"fee_{kind}", count=count, fee=made.yuan),
            self._pack.say("fee_formula", formula=made.formula, fee=made.yuan),
            self._pack.say("fee_note"),
            basis(entry, self._pack),
            self._pack.say("closing"),
        ]
        answer = self._made(question, entry, "charges", lines, [Article(law=fee.law, at=fee.at)])
        return replace(answer, value=str(made.yuan), unit="元", formula=made.formula)

    def _until(self, question: str) -> Answer | None:
        if (
            not cues().until.search(question)
            or not cues().ours.search(question)
            or cues().counts.search(question)
        ):
            return None
        today = self.clock()
        named = named_day(question, today)
        deadline = next(
            (d for d in self._pack.deadlines.values() if re.search(d.pattern, question)), None
        )
        if named is None or deadline is None:
            return None
        if named.day is None:
            text = self._pack.say("bad_date", phrase=named.phrase)
            return Answer(question, "clarify", text, reason="ambiguous")
        return self._due(question, deadline, named, named.day, today)

    def _due(
        self, question: str, deadline: Deadline, named: Named, start: date, today: date
    ) -> Answer:
        entry = self._pack.entries[deadline.entry]
        try:
            due = _reckon(deadline, start)
        except UnknownYearError as error:
            text = self._pack.say(
                "unknown_year", year=error.year, name=deadline.name, count=deadline.count
            )
            lines = [text, *entry_lines(entry, self._pack), self._pack.say("closing")]
            made = self._made(question, entry, deadline.entry, lines)
            return replace(made, status="refused", reason="not_in_corpus")
        lines = [
            *self._due_lines(deadline, due, named, start, today),
            *entry_lines(entry, self._pack),
        ]
        if deadline.unit == "workday" and deadline.entry in ("reply", "extension"):
            lines.append(self._pack.say("receipt"))
        made = self._made(question, entry, deadline.entry, [*lines, self._pack.say("closing")])
        unit = {"workday": "个工作日", "day": "日", "month": "个月"}[deadline.unit]
        formula = f"{start.isoformat()} + {deadline.count}{unit} = {due.day.isoformat()}"
        return replace(made, formula=formula)

    def _due_lines(
        self, deadline: Deadline, due: Due, named: Named, start: date, today: date
    ) -> list[str]:
        say = self._pack.say
        key = {"workday": "due_work", "day": "due_days", "month": "due_months"}[deadline.unit]
        nominal = due.nominal or due.day
        lines = [
            say(
                key,
                name=deadline.name,
                start=day_text(start),
                count=deadline.count,
                due=day_text(nominal),
            )
        ]
        if due.day != nominal:
            lines.append(say("rolled", day=day_text(nominal), due=day_text(due.day)))
        if not due.sure:
            lines.append(say("not_rolled", day=day_text(nominal)))
        lines.append(say("start", start=day_text(start), word=named.phrase))
        if named.relative:
            lines.append(
                say("today", today=day_text(today), phrase=named.phrase, day=day_text(start))
            )
        if named.guessed:
            lines.append(say("year_taken", day=day_text(start), today=day_text(today)))
        if due.skipped:
            lines.append(say("skipped", count=len(due.skipped), days=days_text(due.skipped)))
        if due.worked:
            lines.append(say("worked", days=days_text(due.worked)))
        return lines

    # Entries

    def _told(self, question: str, understood: Understood, figures: Figures) -> Answer | None:
        if any(plan.op in ("help", "handoff", "stored", "check") for plan in understood.parts):
            return None
        if cues().durations.search(question):
            return None  # how long it took is no rule
        ids = self._finder.by_name(question)
        if not ids:
            ids = self._linked(understood.parts) or self._finder.by_article(question)
        if ids:
            return self._entry(question, ids[0], figures)
        return None

    def nearest(self, question: str, refused: Answer, figures: Figures) -> Answer:
        """The entry nearest in meaning to what nothing else could answer, else `refused`."""
        if refused.status != "refused" or refused.reason != "not_in_corpus" or not refused.plan:
            return refused  # without a plan the refusal says exactly what is lacking
        if len(plain(question)) < SHORTEST or _asks_figure(question):
            return refused
        made = self._near(question, figures)
        return refused if made is None else self._guarded(made)

    def _linked(self, parts: Iterable[Plan]) -> list[str]:
        asked = {
            id_ for plan in parts if plan.op == "explain" for id_ in plan.explain
            if plan.advice or id_.startswith("topic:")
        }  # fmt: skip
        return [
            id_
            for id_, entry in self._pack.entries.items()
            if asked & {f"topic:{name}" for name in entry.topics}
            or asked & {f"item:{name}" for name in entry.items}
        ]

    def _near(self, question: str, figures: Figures) -> Answer | None:
        found = self._finder.by_meaning(question)
        best, score = found[0]
        if score < CLOSE:
            return None
        close = [id_ for id_, other in found if other >= max(CLOSE, score - AHEAD)]
        if score >= SURE and len(close) == 1:
            return self._entry(question, best, figures)
        choices = tuple(self._pack.entries[id_].asks[0] for id_ in close)
        return Answer(
            question, "clarify", self._pack.say("which"), reason="ambiguous", choices=choices
        )

    def _entry(self, question: str, id_: str, figures: Figures) -> Answer:
        entry = self._pack.entries[id_]
        lines = entry_lines(entry, self._pack)
        figure = figures(entry.measure) if entry.measure else None
        if figure is not None:
            lines.append(self._pack.say("figures", text=figure.text))
        lines += [*steps(entry, self._pack), self._pack.say("closing")]
        made = self._made(question, entry, id_, lines)
        if figure is None:
            return made
        # Never as the answer's value: "补正几天" does not ask how many cases there were.
        return replace(
            made,
            items=(
                Item(
                    "、".join(figure.plan.get("measures") or [entry.name]),
                    figure.value,
                    figure.unit,
                ),
            ),
            formula=figure.formula,
            citations=(*made.citations, *figure.citations),
            warnings=figure.warnings,
            verdicts=figure.verdicts,
            plan={**made.plan, "figure": figure.plan, "figure_text": figure.text},
        )

    def _made(
        self,
        question: str,
        entry: Entry,
        id_: str,
        lines: list[str],
        articles: list[Article] | None = None,
    ) -> Answer:
        source = f"assistant/knowledge/pack/{self._pack.file_of[id_]}#{id_}"
        cited = citations(articles or entry.articles, entry.rule, self._pack, source)
        plan = {"op": "knowledge", "entry": id_, "checked": entry.checked.isoformat()}
        return Answer(question, "answered", "\n".join(lines), citations=cited, plan=plan)

    def _guarded(self, answer: Answer) -> Answer:
        """No digit that is not in the question, the formula, the pack or a day reckoned from it."""
        said = [answer.question, answer.formula or "", answer.value or ""]
        said += _numbers_in(answer.question)  # 三十五件 is shown as 35件
        entry = self._pack.entries.get(answer.plan.get("entry", ""))
        if entry:
            said += [*entry_lines(entry, self._pack), *entry.next]
        said += [str(answer.plan.get("figure_text", "")), *self._pack.messages.values()]
        said += self._reckonings(answer.question)
        loose = set(_DIGITS.findall(answer.text)) - set(_DIGITS.findall("\n".join(said)))
        if loose:
            return Answer(answer.question, "error", message("failed_guard"), reason="guard")
        return answer

    def _reckonings(self, question: str) -> list[str]:
        """Today, and the days and counts that a deadline from the named day may show."""
        today = self.clock()
        named = named_day(question, today)
        if named is None or named.day is None:
            return [day_text(today)]
        said = [day_text(today), day_text(named.day)]
        for deadline in self._pack.deadlines.values():
            try:
                due = _reckon(deadline, named.day)
            except UnknownYearError as error:
                said.append(str(error.year))
                continue
            days = [due.day, due.nominal or due.day, *due.skipped, *due.worked]
            said += [*map(day_text, days), str(len(due.skipped)), str(deadline.count)]
        return said


def _asks_figure(question: str) -> bool:
    """A count or a named year is asked of the reports, never of the rules."""
    return bool(cues().about_report.search(question) or cues().counts.search(question))


def _reckon(deadline: Deadline, start: date) -> Due:
    reckon = {"workday": after_workdays, "day": after_days, "month": after_months}[deadline.unit]
    return reckon(start, deadline.count)


def _numbers_in(question: str) -> list[str]:
    """The numbers of a question in digits, however they are written."""
    matches = number_matches(normalize(question))
    return [f"{match.value:f}" for match in matches if match.sense.kind == "number"]
