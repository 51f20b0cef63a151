"""Guides: quotes from the stored 政府信息公开指南 (Decree 711 art. 12) on address, phone and hours.

A guide has no year and counts nothing, so it is kept out of the catalog of reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from assistant.answer import Answer, Citation
from assistant.catalog import Listed, names_of
from assistant.knowledge.finding import plain
from assistant.knowledge.pack import Pack
from assistant.normalize import normalize
from ingest.figure import Passage

_TITLE = re.compile("公开(工作)?指南")
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")
_MOST = 3


class Source(Protocol):
    """What is needed of ingest.store.library.Library."""

    def passages(self, report_id: str | None = None) -> list[Passage]: ...


def is_guide(report: Listed) -> bool:
    return bool(_TITLE.search(report.title)) and "报告" not in report.title


def quoted(question: str, reports: Sequence[Listed], source: Source, pack: Pack) -> Answer | None:
    """What the guide of the one place meant says; None where it is not asked or not said."""
    text = plain(question)
    contact = next((c for c in pack.contacts.values() if re.search(c.ask, text)), None)
    guides = [report for report in reports if is_guide(report)]
    if contact is None or not guides:
        return None
    guides = _of_place(question, guides, reports)
    found = [(g, p, s) for g in guides for p, s in _said(source.passages(g.id), contact.said)]
    if not found:
        return None
    if len({guide.id for guide, _, _ in found}) > 1:
        choices = tuple(f"{guide.title}：{contact.name}" for guide in guides)
        return Answer(
            question, "clarify", pack.say("which_guide"), reason="ambiguous", choices=choices
        )
    lines = [pack.say("quote", title=found[0][0].title, text=s) for _, _, s in found[:_MOST]]
    cited = tuple(_cite(*one) for one in found[:_MOST])
    plan = {"op": "guide", "contact": contact.name}
    return Answer(question, "answered", "\n".join(lines), citations=cited, plan=plan)


def _of_place(question: str, guides: list[Listed], reports: Iterable[Listed]) -> list[Listed]:
    """The guides of the place that is named; all where none is."""
    asked = normalize(question)
    titled = [guide for guide in guides if normalize(guide.title) in asked]
    if titled:
        return titled
    names = {n for r in reports if r.publisher for n in names_of(r.publisher) if n in asked}
    if not names:
        return guides
    return [guide for guide in guides if any(name in normalize(guide.title) for name in names)]


def _said(passages: Iterable[Passage], pattern: str) -> list[tuple[Passage, str]]:
    return [
        (passage, sentence.strip())
        for passage in passages
        for sentence in _SENTENCE.findall(passage.text)
        if re.search(pattern, sentence)
    ]


def _cite(guide: Listed, passage: Passage, sentence: str) -> Citation:
    return Citation(
        "text",
        guide.title,
        guide.id,
        guide.publisher,
        guide.year,
        " ▸ ".join(passage.section),
        sentence,
        guide.source,
        passage_id=passage.id,
    )
