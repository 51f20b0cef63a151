"""Planner (language model): a second reading of a question that the rules are not sure of.

The model fills a small draft from a closed list of candidates. Code checks it against all that the
rules did recognise, says it in words that the rules understand, and lets the rules plan that: so
the plan is of the same kind, under the same checks, and the answer tells what was understood.
Which side is right where they differ: always the rules (docs/llm.md).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant import gap_words
from assistant.answer import Answer
from assistant.catalog import Catalog, is_organ
from assistant.context import Context, working_copy
from assistant.lexicon import FOLDER
from assistant.linker import Linker
from assistant.llm import candidates
from assistant.llm.candidates import Candidates, Links
from assistant.llm.client import Client, Reply
from assistant.llm.ledger import Ledger
from assistant.llm.plan_draft import PlanDraft, Wanted, called, rules
from assistant.llm.prompts import prompt
from assistant.llm.shape import response_format, shaped
from assistant.mending import mend
from assistant.messages import _messages
from assistant.normalize import normalize
from assistant.plan import Clarify, Plan, Term, Understood
from assistant.planner import Planner
from assistant.quantities import MONEY_UNITS
from assistant.schema import Schema
from assistant.scope import ScopeError
from assistant.tagger import Reading, read
from ingest.errors import LlmError
from ingest.form import read_yaml

_log = logging.getLogger(__name__)
USE = "plan"


@dataclass(frozen=True)
class LlmPlanner:
    client: Client
    rules: Planner
    links: Callable[[], Links]

    def plan(
        self, question: str, answer: Answer, catalog: Catalog, context: Context, ledger: Ledger
    ) -> Understood | None:
        """Plans for a question that the rules answered with `answer`; None where that stands.
        Changes `context` on success."""
        if not unsure(answer):
            return None
        try:
            return self._planned(question, catalog, context, ledger)
        except LlmError as error:
            ledger.gave_up(USE, error.kind)
            _log.info("no plan from the language model: %s", error)
        except ScopeError as error:
            _log.info("the language model is not asked: %s", error)
        return None

    def _planned(
        self, question: str, catalog: Catalog, context: Context, ledger: Ledger
    ) -> Understood | None:
        reading = self._read(question, catalog)
        gaps = [gap.word for gap in gap_words.gap_words(reading)]
        if not self._may_ask(reading, gaps):
            return None
        schema = self.rules.schema
        among = candidates.find(question, reading, gaps, catalog, context, schema, self.links())
        if not among.measures:
            return None

        def accepted(reply: Reply) -> Understood | None:
            draft = shaped(reply, PlanDraft)
            if draft.op == "none":
                return None
            wanted = Wanted.of(draft, among)
            check_readings(draft, wanted, question, gaps)
            check_recognised(wanted, reading, among)
            tagged = {sense.id for tag in reading.tags for sense in tag.senses}
            close = is_close(draft, self._untagged(among, tagged), gaps, self.links())
            close = close and self._named(draft, wanted, among, reading, context)
            return self._understood(wanted, catalog, context, sure=close)

        asked = prompt("plan").render(
            question=question,
            measures=among.listed_measures(lambda one: called(one, schema)[0]),
            places=among.listed_places(catalog),
            years="、".join(map(str, among.years)) or "（无）",
        )
        way = response_format(PlanDraft, self.client.settings.llm_json)
        understood = self.client.checked(asked, ledger, accepted, response_format=way)
        if understood is not None:
            ledger.spoke(USE)
        return understood

    def _read(self, question: str, catalog: Catalog) -> Reading:
        lexicon = self.rules.lexicon
        return mend(read(normalize(question), lexicon, catalog), lexicon, catalog).reading

    def _may_ask(self, reading: Reading, gaps: list[str]) -> bool:
        """Not where a word is known to make it another subject, or may name another place, or a
        number or an operation stands there that no draft can hold."""
        never = set(rules()["never"])
        ops = {id_ for tag in reading.tags for id_ in tag.ids("op")}
        narrowing = any(
            match.sense.kind == "narrowing" for match in self.rules.lexicon.matches(reading.text)
        )
        kinds = {tag.kind for tag in reading.tags}
        money = any(sense.id in MONEY_UNITS for tag in reading.tags for sense in tag.senses)
        return not (
            narrowing
            or money
            or ops & never
            or kinds & {"number", "unknown_place", "sub_year"}
            or any(_names_place(gap) for gap in (*gaps, *reading.gaps))
        )

    def _understood(
        self, wanted: Wanted, catalog: Catalog, context: Context, *, sure: bool
    ) -> Understood:
        """The plan of the rules for the draft, or where not `sure` the question back whether that
        was meant. Raises LlmError (malformed) where the rules do not come to exactly the measures,
        places and years of the draft."""
        question = wanted.question(lambda one: self.name(one, catalog), catalog)
        turn = working_copy(context)
        turn.pending = ""
        understood = self.rules.understand(question, catalog, turn)
        if isinstance(understood.problem, Clarify) and sure:
            context.__dict__.update(turn.__dict__)
            return understood
        if understood.problem is not None or len(understood.parts) != 1:
            raise LlmError("malformed", "这个组合在报告里不成立")
        plan = understood.parts[0]
        if plan.op not in wanted.way()["plan"] or not same_plan(plan, wanted, self.rules.schema):
            raise LlmError("malformed", "这个组合在报告里不成立")
        if not sure:
            ask = str(rules()["ask"]).format(question=question)
            return Understood(problem=Clarify(ask, (question,)))
        context.__dict__.update(turn.__dict__)
        note = str(rules()["note"]).format(question=question)
        return replace(understood, parts=(replace(plan, notes=(note, *plan.notes)),))

    def _untagged(self, among: Candidates, tagged: set[str]) -> dict[str, Term | str]:
        schema = self.rules.schema
        return {
            id_: one for id_, one in among.measures.items() if not _is_tagged(one, tagged, schema)
        }

    def _named(
        self,
        draft: PlanDraft,
        wanted: Wanted,
        among: Candidates,
        reading: Reading,
        context: Context,
    ) -> bool:
        """Whether each measure of the draft is named in the question, in a word that is near to it
        or in the conversation: a measure out of nowhere is asked back."""
        tagged = {sense.id for tag in reading.tags for sense in tag.senses}
        for one in (*wanted.measures, wanted.whole):
            if one is None or one in context.terms or _is_tagged(one, tagged, self.rules.schema):
                continue
            said = [said for said in draft.readings if among.measures.get(said.means) == one]
            if not any(_near(words.words, one, self.links()) for words in said):
                return False
        return True

    def name(self, one: Term | str, catalog: Catalog) -> str:
        """The first name that the rules read as exactly this measure."""
        names = called(one, self.rules.schema)
        if isinstance(one, str):
            return names[0]
        for name in names:
            scope = f"{catalog.years[-1]}年{catalog.label(catalog.publishers[0])}"
            plans = self.rules.understand(f"{scope}{name}是多少", catalog, Context()).parts
            if len(plans) == 1 and plans[0].op == "lookup" and terms_of(plans[0]) == {one}:
                return name
        raise LlmError("malformed", f"不能单独问 {names[0]}")


def _names_place(gap: str) -> bool:
    """Whether an unknown word may be a place or an organ that is not stored (火星市)."""
    return is_organ(gap) or bool(_place_ending().search(gap))


@lru_cache(maxsize=1)
def _place_ending() -> re.Pattern[str]:
    endings = read_yaml(FOLDER / "places.yaml")["place_endings"]
    return re.compile(rf".(?:{'|'.join(map(re.escape, endings))})$")


def unsure(answer: Answer) -> bool:
    """Whether the rules ended in one of the ways after which the model may be asked."""
    return answer.status in ("clarify", "refused") and any(
        pattern.fullmatch(answer.text) for pattern in _unsure_messages()
    )


@lru_cache(maxsize=1)
def _unsure_messages() -> tuple[re.Pattern[str], ...]:
    """The messages of `ask_for` with anything in their slots."""
    found = []
    for key in rules()["ask_for"]:
        parts = re.split(r"\{\w+\}", _messages()[key])
        found.append(re.compile(".*".join(map(re.escape, parts)), re.DOTALL))
    return tuple(found)


# ---- what stands against a draft ----


def check_readings(draft: PlanDraft, wanted: Wanted, question: str, gaps: list[str]) -> None:
    """Every word that the rules do not know must be read as a measure that the draft uses; words
    that do not stand in the question are no reading. Raises LlmError (malformed)."""
    text = normalize(question)
    used = {*draft.measures, draft.whole}
    said = [(normalize(one.words), one.means) for one in draft.readings]
    invented = [words for words, _ in said if words not in text]
    if invented:
        raise LlmError("malformed", f"问题里没有这些字：{'、'.join(invented[:3])}")
    covered = [words for words, means in said if means in used]
    open_ = [gap for gap in gaps if not any(gap in words for words in covered)]
    if open_:
        raise LlmError("malformed", f"没有解释这些字：{'、'.join(open_[:3])}")


def is_close(
    draft: PlanDraft, untagged: dict[str, Term | str], gaps: list[str], links: Links
) -> bool:
    """Whether each word that the rules do not know is the name of a measure that no other word
    names, and near to it by the linker's measured threshold. Beside a measure that is named
    already (城管的行政处罚) it narrows the question, whatever the model makes of it."""
    for gap in gaps:
        said = [one for one in draft.readings if gap in normalize(one.words)]
        if not any(_near(one.words, untagged.get(one.means), links) for one in said):
            return False
    return True


def _near(words: str, measure: Term | str | None, links: Links) -> bool:
    ids = {measure} if isinstance(measure, str) else set()
    if isinstance(measure, Term):
        ids = {measure.item, measure.aspect} - {"total"}
    found = links.link(normalize(words), 3)
    return any(id_.rpartition(":")[2] in ids and score >= Linker.THRESHOLD for id_, score in found)


def _is_tagged(one: Term | str, tagged: set[str], schema: Schema) -> bool:
    if isinstance(one, str):
        return one in tagged
    usual = one.aspect == schema.default_aspect(one.item)
    return one.item in tagged and (usual or one.aspect in tagged)


def check_recognised(wanted: Wanted, reading: Reading, among: Candidates) -> None:
    """What the rules did recognise stands: measures, places, years, the operation asked for.

    Raises LlmError (malformed).
    """
    terms = [one for one in (*wanted.measures, wanted.whole) if one is not None]
    known = {
        id_ for one in terms for id_ in ([one] if isinstance(one, str) else [one.item, one.aspect])
    }
    for tag in reading.tags:
        ids = {s.id for s in tag.senses if s.kind in ("item", "aspect", "derived", "group")}
        if ids and not tag.senses[0].weak and not ids & known:
            raise LlmError("malformed", f"漏掉了问题里的“{tag.text}”")
    if among.named_years and wanted.years != among.named_years:
        raise LlmError("malformed", "年份与问题里的不同")
    if among.named_places and set(wanted.places) != set(among.named_places):
        raise LlmError("malformed", "单位与问题里的不同")
    percent = any(tag.kind == "quantity" and tag.senses[0].id == "%" for tag in reading.tags)
    if percent and wanted.op not in ("share", "growth") and Term in map(type, wanted.measures):
        raise LlmError("malformed", "问的是百分比")
    ops = [id_ for tag in reading.tags for id_ in tag.ids("op") if id_ in rules()["cues"]]
    for cue in ops:
        if wanted.op not in rules()["cues"][cue]:
            raise LlmError("malformed", f"op 与问题的说法不合（{cue}）")


def terms_of(plan: Plan) -> set[Term]:
    return {
        term for point in plan.points for term in (*point.quantity.terms, *point.quantity.whole)
    }


def same_plan(plan: Plan, wanted: Wanted, schema: Schema) -> bool:
    """Whether the plan of the rules is of exactly the measures, places and years drafted."""
    drafted = [one for one in (*wanted.measures, wanted.whole) if isinstance(one, Term)]
    rates = [one for one in (*wanted.measures, wanted.whole) if isinstance(one, str)]
    labels = {point.quantity.label for point in plan.points}
    measures = labels == {schema.vocabulary.derived[id_].name for id_ in rates}
    if not rates:
        measures = terms_of(plan) == set(drafted)
    places = {point.publisher for point in plan.points}
    years = {point.year for point in plan.points}
    return bool(
        plan.points
        and measures
        and not (rates and drafted)
        and (not wanted.places or places == set(wanted.places))
        and (not wanted.years or years == set(wanted.years))
    )
