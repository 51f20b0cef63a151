"""Open questions (language model): sentences out of the passages of a report, each held against
the passage that it cites.

Only where the rules found nothing. The model sees passages with numbers P1, P2 …, and names for
every sentence those that it rests on; code looks whether they exist and bear the sentence out
(support.py), drops what they do not, and attaches the citations. It gives no value: what is
counted in tables is never answered here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Answer
from assistant.catalog import Catalog, Listed, short_name
from assistant.context import Context
from assistant.gap_words import gap_words
from assistant.lexicon import Lexicon
from assistant.llm.client import Client, Reply
from assistant.llm.ledger import Ledger
from assistant.llm.prompts import prompt
from assistant.llm.shape import response_format, shaped
from assistant.llm.support import fault, is_order, rules, support
from assistant.mending import mend
from assistant.messages import _messages
from assistant.normalize import normalize
from assistant.open_questions import Quoted, citation_of
from assistant.scope import ScopeError, publishers_named, years_named
from assistant.slots import Slots
from assistant.tagger import Reading, read
from ingest.errors import LlmError
from ingest.figure import Passage

_log = logging.getLogger(__name__)
USE = "open"
_DIGITS = re.compile(r"\d|[一二三四五六七八九十百千万亿两]+[个项次件条篇场期人名家份处种类]")


class OpenSentence(BaseModel):
    """One sentence and the passages it rests on."""

    model_config = ConfigDict(extra="forbid")
    text: str
    passages: list[str] = Field(min_length=1, max_length=3)


class OpenDraft(BaseModel):
    """What the model writes; no sentence: the passages do not tell."""

    model_config = ConfigDict(extra="forbid")
    sentences: list[OpenSentence] = Field(max_length=12)


@dataclass(frozen=True)
class Backed:
    """A sentence and the passage that bears it out."""

    text: str
    passage: Passage


@dataclass(frozen=True)
class LlmOpen:
    client: Client
    lexicon: Lexicon
    retriever: Callable[[], Any]

    def answer(
        self, question: str, answer: Answer, catalog: Catalog, context: Context, ledger: Ledger
    ) -> Answer:
        """Sentences with their citations; `answer` itself wherever that is not safe."""
        if not _unanswered(answer):
            return answer
        reading = self._read(question, catalog)
        reports = self._reports(reading, catalog, context)
        if not reports or not self._may_ask(reading):
            return answer
        passages = self._passages(question, reports)
        if not passages:
            return answer
        try:
            backed = self._backed(question, reading, passages, reports, ledger)
        except LlmError as error:
            ledger.gave_up(USE, error.kind)
            _log.info("no open answer: %s", error)
            return answer
        ledger.spoke(USE)
        return _told(question, backed, reports) if backed else _nothing(answer, passages)

    # ---- what may be asked, of which reports ----

    def _read(self, question: str, catalog: Catalog) -> Reading:
        return mend(read(normalize(question), self.lexicon, catalog), self.lexicon, catalog).reading

    def _may_ask(self, reading: Reading) -> bool:
        never_kinds, never = set(rules()["never_kinds"]), set(rules()["never"])
        strong = {tag.kind for tag in reading.tags if not tag.senses[0].weak}
        ops = {id_ for tag in reading.tags for id_ in tag.ids("op")}
        return not (strong & never_kinds or ops & never or is_order(reading.text))

    def _reports(self, reading: Reading, catalog: Catalog, context: Context) -> list[Listed]:
        """Those of the place and years that are named, else of the conversation, else of the only
        place and its newest year; none where it is not known which."""
        slots = Slots()
        for tag in reading.tags:
            slots.add(tag)
        try:
            places = publishers_named(slots, catalog) or context.publishers
        except ScopeError:
            return []
        places = places or (catalog.publishers if len(catalog.publishers) == 1 else ())
        available = catalog.years_of(places) if places else ()
        years = years_named(slots, available)[0] or context.years or available[-1:]
        found = [catalog.report(place, year) for place in places for year in years]
        return [report for report in found if report is not None]

    def _passages(self, question: str, reports: Sequence[Listed]) -> list[Passage]:
        ids = [report.id for report in reports]
        hits = self.retriever().search(question, report_ids=ids, k=2 * rules()["passages"])
        kept = [hit.passage for hit in hits if not is_order(hit.passage.text)]
        return kept[: rules()["passages"]]

    # ---- what the model says ----

    def _backed(
        self,
        question: str,
        reading: Reading,
        passages: Sequence[Passage],
        reports: Sequence[Listed],
        ledger: Ledger,
    ) -> list[Backed]:
        by_id = {f"P{at}": passage for at, passage in enumerate(passages, 1)}
        owners = {report.id: report for report in reports}
        gaps = [gap.word for gap in gap_words(reading)]
        tries = {"left": 1}

        def accepted(reply: Reply) -> list[Backed]:
            draft = shaped(reply, OpenDraft)
            checked = [_checked(one, by_id, owners, gaps) for one in draft.sentences]
            faults = [said for _, said in checked if said]
            backed = [one for one, _ in checked if one is not None]
            if faults and tries["left"]:
                tries["left"] -= 1
                raise LlmError("untraced", "；".join(faults[:3]))
            if draft.sentences and not backed:
                raise LlmError("untraced", "；".join(faults[:3]))
            return backed[: rules()["sentences"]]

        asked = prompt("open").render(
            question=question,
            passages="\n".join(f"{id_}：{passage.text}" for id_, passage in by_id.items()),
        )
        way = response_format(OpenDraft, self.client.settings.llm_json)
        return self.client.checked(asked, ledger, accepted, response_format=way)


def _checked(
    sentence: OpenSentence,
    by_id: dict[str, Passage],
    owners: dict[str, Listed],
    gaps: Sequence[str],
) -> tuple[Backed | None, str]:
    """(the sentence with the first passage that bears it out, ""), or (None, what is wrong)."""
    unknown = [id_ for id_ in sentence.passages if id_ not in by_id]
    if unknown:
        return None, f"没有编号为 {unknown[0][:8]} 的段落"
    text = sentence.text.strip()
    if _DIGITS.search(text) and not all(word in text for word in gaps if len(word) > 1):
        return None, "带数字的句子没有说到所问的事"
    said = ""
    for id_ in sentence.passages:
        passage = by_id[id_]
        report = owners[passage.report_id]
        names = (report.publisher, short_name(report.publisher))
        said = fault(text, passage.text, report.year or 0, names)
        if not said:
            return Backed(text, passage), ""
    return None, said


def _told(question: str, backed: Sequence[Backed], reports: Sequence[Listed]) -> Answer:
    """The sentences, each with the mark of its citation."""
    owners = {report.id: report for report in reports}
    passages = list(dict.fromkeys(one.passage.id for one in backed))
    lines = [
        str(rules()["numbered"]).format(text=one.text, marks=passages.index(one.passage.id) + 1)
        for one in backed
    ]
    scopes = dict.fromkeys((short_name(r.publisher), r.year) for r in reports)
    scope = "、".join(str(rules()["scope_note"]).format(place=p, year=y) for p, y in scopes)
    citations = []
    for id_ in passages:
        held = [one for one in backed if one.passage.id == id_]
        words = support("，".join(one.text for one in held), held[0].passage.text)
        quoted = Quoted(words, held[0].passage)
        citations.append(citation_of(quoted, owners[held[0].passage.report_id]))
    notes = (scope, str(rules()["note"]))
    text = "\n".join([*lines, *(f"（{note}）" for note in notes)])
    plan = {"op": "open", "passages": passages}
    return Answer(question, "answered", text, citations=tuple(citations), warnings=notes, plan=plan)


def _nothing(answer: Answer, passages: Sequence[Passage]) -> Answer:
    """The refusal of the rules, with the sections that were looked at."""
    from dataclasses import replace

    sections = dict.fromkeys(passage.section[-1] for passage in passages if passage.section)
    looked = "、".join(f"“{name}”" for name in list(sections)[:4])
    line = str(rules()["none"]).format(sections=looked) if looked else ""
    return replace(answer, text="\n".join(filter(None, [answer.text, line])))


def _unanswered(answer: Answer) -> bool:
    return answer.status == "refused" and any(
        pattern.fullmatch(answer.text) for pattern in _open_messages()
    )


@lru_cache(maxsize=1)
def _open_messages() -> tuple[re.Pattern[str], ...]:
    """The messages of `ask_for` with anything in their slots."""
    found = []
    for key in rules()["ask_for"]:
        parts = re.split(r"\{\w+\}", _messages()[key])
        found.append(re.compile(".*".join(map(re.escape, parts)), re.DOTALL))
    return tuple(found)
