"""Agent tools: the five things that the model may call, and nothing else.

    look_up  one measure, place and year → a figure
    compute  a closed operation over measures, places and years, or over two results → a figure
    list     what is stored, and what the question names
    search   words → sentences of the reports
    check    the identities of one report

Each is answered through the plans and the exact arithmetic of the rules. What comes back holds
names and slots, never a number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Answer
from assistant.catalog import Catalog
from assistant.context import Context
from assistant.draft import Draft
from assistant.llm.agent_results import Result, Results
from assistant.llm.agent_scope import Asked, error, rules
from assistant.llm.candidates import Links
from assistant.llm.fence import fenced
from assistant.llm.plan_draft import Wanted
from assistant.llm.planner import LlmPlanner, same_plan
from assistant.messages import message
from assistant.open_questions import Quoted, citation_of
from assistant.plan import Plan, Term
from ingest.errors import LlmError

Op = Literal["share", "sum", "difference", "times", "growth", "mean", "maximum", "minimum", "rank"]
_ANY_NUMBER = re.compile(r"\d+(?:[.,:：]\d+)*%?")
_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")
LONGEST = 200  # characters of a sentence that is quoted


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class LookUp(_Arguments):
    """查一个单位一年的一个项目。"""

    measure: str = Field(max_length=8, description="项目编号，如 m1")
    place: str = Field(max_length=8, description="单位编号，如 p1")
    year: int = Field(ge=1990, le=2100, description="年份")


class Compute(_Arguments):
    """计算。measures、places、years 里只有一样可以多于一个；whole 只用于 share。
    要比较已有的两个结果，只写 op（difference、times 或 share）和 results（先后即左右）。"""

    op: Op
    measures: list[str] = Field(default_factory=list, max_length=8)
    places: list[str] = Field(default_factory=list, max_length=50)
    years: list[int] = Field(default_factory=list, max_length=20)
    whole: str | None = Field(default=None, max_length=8)
    results: list[str] = Field(default_factory=list, max_length=2)


class ListStored(_Arguments):
    """列出收录的单位、年份和问题里的项目；words 是要找的项目的说法。"""

    words: str = Field(default="", max_length=40)


class Search(_Arguments):
    """在报告正文里按词语找句子。"""

    words: str = Field(min_length=1, max_length=40)
    place: str = Field(max_length=8)
    year: int = Field(ge=1990, le=2100)


class Check(_Arguments):
    """核对一份报告的勾稽关系。"""

    place: str = Field(max_length=8)
    year: int = Field(ge=1990, le=2100)


class Hands(Protocol):
    """What the tools need of the assistant: its own road from a plan to a guarded answer."""

    def drafted(self, question: str, plan: Plan, context: Context) -> Draft | None: ...

    def finished(self, question: str, plan: Plan, draft: Draft) -> Answer: ...

    def checked(self, question: str, plan: Plan) -> Answer: ...

    def hits(self, words: str, report_id: str, k: int) -> Sequence[Any]: ...


@dataclass
class Tools:
    """The tools of one answer. `nonce` fences what comes back."""

    asked: Asked
    catalog: Catalog
    planner: LlmPlanner
    hands: Hands
    links: Callable[[], Links]
    results: Results
    nonce: str

    def all(self) -> list[tuple[str, type[BaseModel], Callable[..., str]]]:
        """(name, arguments, function) of each; a function never raises for what the model did."""
        known: list[tuple[str, type[BaseModel], Callable[..., Any]]] = [
            ("look_up", LookUp, self.look_up),
            ("compute", Compute, self.compute),
            ("list", ListStored, self.list_stored),
            ("search", Search, self.search),
            ("check", Check, self.check),
        ]
        return [(name, shape, self._told(name, tool)) for name, shape, tool in known]

    def _told(self, name: str, tool: Callable[..., Any]) -> Callable[..., str]:
        def called(**arguments: Any) -> str:
            from assistant.llm.core import silent

            try:
                with silent():
                    told = tool(**arguments)
            except LlmError as problem:
                told = {"error": str(problem)}
            return fenced(name, json.dumps(told, ensure_ascii=False), self.nonce)

        return called

    # ---- figures ----

    def look_up(self, measure: str, place: str, year: int) -> dict[str, Any]:
        return self._step("lookup", [measure], [place], [year], None)

    def compute(
        self,
        op: str,
        measures: Sequence[str] = (),
        places: Sequence[str] = (),
        years: Sequence[int] = (),
        whole: str | None = None,
        results: Sequence[str] = (),
    ) -> dict[str, Any]:
        if results:
            from assistant.llm.agent_compare import compared

            self.asked.check_op(op)
            return self._described(compared(op, results, self.results, self.hands))
        return self._step(op, measures, places, years, whole)

    def _step(
        self,
        op: str,
        measures: Sequence[str],
        places: Sequence[str],
        years: Sequence[int],
        whole: str | None,
    ) -> dict[str, Any]:
        wanted = self._wanted(op, measures, places, years, whole)
        self.asked.check(wanted)
        for known in self.results.results.values():
            if known.wanted == wanted:
                return self._described(known)
        question, plan = self._planned(wanted)
        return self._described(self._done(wanted, question, plan))

    def _wanted(
        self,
        op: str,
        measures: Sequence[str],
        places: Sequence[str],
        years: Sequence[int],
        whole: str | None,
    ) -> Wanted:
        if not (measures and places and years) or (op == "share") != bool(whole):
            raise error("not_possible", reason="要写明项目、单位、年份；share 还要 whole")
        wholes = self.asked.measures_of([whole]) if whole else ()
        if len(wholes) > 1:
            raise error("not_possible", reason="whole 只能是一个项目")
        return Wanted(
            op,
            self.asked.measures_of(measures),
            wholes[0] if wholes else None,
            self.asked.places_of(places),
            tuple(sorted(set(years))),
        )

    def _planned(self, wanted: Wanted) -> tuple[str, Plan]:
        """The step in words that the rules understand, and their plan of exactly it."""
        try:
            question = wanted.question(
                lambda one: self.planner.name(one, self.catalog), self.catalog
            )
            way = wanted.way()["plan"]
        except LlmError as problem:
            raise error("not_possible", reason=problem) from problem
        understood = self.planner.rules.understand(question, self.catalog, Context())
        plans = understood.parts
        if understood.problem is not None or len(plans) != 1 or plans[0].op not in way:
            raise error("not_possible", reason="这几项不能这样算")
        if not same_plan(plans[0], wanted, self.planner.rules.schema):
            raise error("not_possible", reason="这几项不能这样算")
        return question, plans[0]

    def _done(self, wanted: Wanted, question: str, plan: Plan) -> Result:
        context = Context()
        draft = self.hands.drafted(question, plan, context)
        if draft is None or not draft.has_answer or draft.missing:
            raise error("no_value", reason=_without_numbers(draft.missing if draft else ""))
        answer = self.hands.finished(question, plan, draft)
        if answer.status != "answered":
            raise error("no_value", reason="")
        return self.results.add(
            wanted.op,
            question,
            answer,
            self._label(wanted),
            draft,
            lead=self._name(wanted.measures[0]) if len(wanted.measures) == 1 else "",
            winners=tuple(context.winners),
            wanted=wanted,
        )

    def _name(self, one: Term | str) -> str:
        return self.planner.name(one, self.catalog)

    def _label(self, wanted: Wanted) -> str:
        known = {
            "scope": "、".join(f"{year}年" for year in wanted.years)
            + "、".join(self.catalog.label(place) for place in wanted.places),
            "measures": "、".join(map(self._name, wanted.measures)),
            "whole": self._name(wanted.whole) if wanted.whole else "",
        }
        pattern = rules()["labels"].get(wanted.op, rules()["labels"]["lookup"])
        return str(pattern).format_map(known)

    def _described(self, result: Result) -> dict[str, Any]:
        told: dict[str, Any] = {"result": result.id, "of": result.label}
        if result.text:
            told["text"] = result.text
        else:
            block = self.results.block_of(result)
            told["block"] = f"{{b{block.id}}}" if block else ""
        if result.unit:
            told["unit"] = result.unit
        if result.winners:
            told["found"] = self.asked.note_found(result.winners)
        return told

    # ---- what else there is ----

    def list_stored(self, words: str = "") -> dict[str, Any]:
        measures, places, years = self.asked.listed(self._name)
        told: dict[str, Any] = {"measures": measures, "places": places, "years": years}
        if words.strip():
            vocabulary = self.asked.schema.vocabulary
            entries: dict[str, Any] = {
                **vocabulary.items,
                **vocabulary.aspects,
                **vocabulary.derived,
            }
            near = [id_.rpartition(":")[2] for id_, _ in self.links().link(words, 6)]
            told["near"] = [entries[id_].name for id_ in near if id_ in entries]
        return told

    def search(self, words: str, place: str, year: int) -> dict[str, Any]:
        report = self._report(place, year)
        found = []
        for hit in self.hands.hits(words, report.id, rules()["found"]):
            sentence = _best(hit.passage.text, words)
            if not sentence:
                continue
            line = message("prose_line", sentence=sentence)
            block = self.results.add_block(
                f"{report.year}年{self.catalog.label(report.publisher)}{line}",
                citations=(citation_of(Quoted(sentence, hit.passage), report),),
            )
            shown = _without_numbers(sentence)
            found.append({"id": hit.passage.id, "block": f"{{b{block.id}}}", "text": shown})
        if not found:
            raise error("nothing")
        return {"sentences": found}

    def check(self, place: str, year: int) -> dict[str, Any]:
        report = self._report(place, year)
        plan = Plan("check", publishers=(report.publisher,), years=(report.year or 0,))
        answer = self.hands.checked(self.asked.question, plan)
        block = self.results.add_block(answer.text, citations=answer.citations, answer=answer)
        holds = {verdict.holds for verdict in answer.verdicts}
        outcome = (
            "有不成立的" if False in holds else "有无法核对的" if None in holds else "全部成立"
        )
        return {"outcome": outcome, "block": f"{{b{block.id}}}"}

    def _report(self, place: str, year: int) -> Any:
        (publisher,) = self.asked.places_of([place])
        known = set(self.asked.years) | self.asked.found_years
        if known and year not in known:
            raise error("not_asked_year", years="、".join(map(str, sorted(known))))
        report = self.catalog.report(publisher, year)
        if report is None:
            raise error("no_report")
        return report


def _best(text: str, words: str) -> str:
    """The sentence that shares most characters with the words."""
    sentences = [one.strip() for one in _SENTENCE.findall(text) if one.strip()]
    sentences = [one for one in sentences if len(one) <= LONGEST]
    return max(sentences, key=lambda one: len(set(one) & set(words)), default="")


def _without_numbers(text: str) -> str:
    return _ANY_NUMBER.sub("□", text)
