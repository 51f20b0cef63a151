"""Small talk: greetings, thanks, asking for a person; clauses that only lead up to a question."""

from __future__ import annotations

import re

from assistant.catalog import Catalog, is_organ
from assistant.lexicon import Lexicon
from assistant.normalize import normalize
from assistant.plan import Op
from assistant.slots import CONTENT
from assistant.tagger import Reading, Tag, read

CLAUSES = re.compile(r"[,，。.!！?？;；\n:：]+")
_SOCIAL: dict[str, Op] = {
    "greeting": "help",
    "thanks": "help",
    "meta": "help",
    "stored": "stored",
    "human": "handoff",
}
# A clause with one of these says something of the question, whatever else is in it.
_OURS = (
    *CONTENT,
    "year",
    "place",
    "unknown_place",
    "sub_year",
    "number",
    "negation",
    "quantity",
)
_SENTENCES = re.compile(r"[。!！?？\n…~～]+")
_PLACES = ("place", "unknown_place", "every_place")
_AROUND = ("negation", "place")  # these stand in small talk, too
_REPLIES = {"place", "year", "year_word", "every_place"}


def social_op(reading: Reading) -> Op | None:
    """What to do with a message that asks for no figure; None where it may ask for one."""
    if reading.gaps:
        return None
    content = any(
        tag.kind in (*CONTENT, "year", "quantity") and not tag.senses[0].weak
        for tag in reading.tags
    )
    for tag in reading.tags:
        for op in tag.ids("op"):
            if op in _SOCIAL and (not content or op == "human"):
                return _SOCIAL[op]
    return None


def without_chatter(question: str, lexicon: Lexicon, catalog: Catalog) -> str:
    """The question, as written, without sentences and clauses of small talk ("我爷爷让我问"); ""
    if it has none."""
    asked = _without_background(question, lexicon, catalog)
    if asked != question:
        shorter = _without_clauses(asked, lexicon, catalog) or asked
        if _is_whole(shorter, lexicon, catalog):
            return shorter
    return _without_clauses(question, lexicon, catalog)


def _without_background(question: str, lexicon: Lexicon, catalog: Catalog) -> str:
    """Only the last of several sentences, with a year that those before it name, where they tell a
    story ("我们队站岗三千小时。我就想问，…") and name nothing that is counted."""
    *before, last = [part for part in _SENTENCES.split(question) if part.strip()] or [""]
    points = bool(lexicon.pattern("pointing").search(normalize(last)))
    placed = any(tag.kind == "place" for tag in read(normalize(last), lexicon, catalog).tags)
    stories = (_is_story(part, points, lexicon, catalog) for part in before)
    if not before or not all(stories) or (not placed and any(map(is_organ, before))):
        return question
    named = [tag.text for part in before for tag in _scope_of(part, lexicon, catalog)]
    return last if _scope_of(last, lexicon, catalog) else "，".join([*named, last])


def _scope_of(text: str, lexicon: Lexicon, catalog: Catalog) -> list[Tag]:
    tags = read(normalize(text), lexicon, catalog).tags
    return [tag for tag in tags if tag.kind == "year"]


def _is_story(sentence: str, points: bool, lexicon: Lexicon, catalog: Catalog) -> bool:
    """Whether a sentence names nothing that is counted, no place and no part of a subject; one of
    the asker ("我在医院陪床") may, unless what follows `points` back."""
    text = normalize(sentence)
    reading = read(text, lexicon, catalog)
    named = any(tag.kind in (*CONTENT, *_PLACES) and not tag.senses[0].weak for tag in reading.tags)
    narrows = any(match.sense.kind == "narrowing" for match in lexicon.matches(text))
    own = bool(lexicon.pattern("teller").search(text)) and not points
    opens = bool(lexicon.pattern("opening").search(text))
    return not (named or opens or ((narrows or is_organ(sentence)) and not own))


def _without_clauses(question: str, lexicon: Lexicon, catalog: Catalog) -> str:
    clauses = [clause for clause in CLAUSES.split(question) if clause.strip()]
    kept = [clause for clause in clauses if not _is_chatter(clause, lexicon, catalog)]
    asked = [_asked_of(clause, lexicon, catalog) for clause in kept]
    if asked != kept and _is_whole("，".join(filter(None, asked)), lexicon, catalog):
        kept = [clause for clause in asked if clause]
    return "，".join(kept) if kept and kept != clauses else ""


def _asked_of(clause: str, lexicon: Lexicon, catalog: Catalog) -> str:
    """`clause`, or only the place that it names where it speaks of the asker ("我在海淀住了十年"),
    "" where it names none."""
    if not _is_about_asker(clause, lexicon, catalog):
        return clause
    return "".join(tag.text for tag in read(normalize(clause), lexicon, catalog).all("place"))


def _is_whole(text: str, lexicon: Lexicon, catalog: Catalog) -> bool:
    """Whether `text` names a measure of its own and nothing in it is unexplained."""
    reading = read(normalize(text), lexicon, catalog)
    named = any(tag.kind in CONTENT and not tag.senses[0].weak for tag in reading.tags)
    return named and not reading.gaps


def _is_about_asker(clause: str, lexicon: Lexicon, catalog: Catalog) -> bool:
    """ "我眼神不好", "审计底稿需要：", "一件都别漏": what somebody does or feels, nothing counted.

    A clause that could limit the subject ("涉及教育", "网上提的") never is.
    """
    text = normalize(clause)
    reading = read(text, lexicon, catalog)
    names = any(tag.kind in _OURS and tag.kind not in _AROUND for tag in reading.tags)
    names = names or any("dictate" in tag.ids("op") for tag in reading.tags)
    if names or not reading.gaps:
        return False
    said = lexicon.pattern("asker")
    if lexicon.pattern("asking_end").search(text):
        return True
    narrows = any(match.sense.kind == "narrowing" for match in lexicon.matches(text))
    limits = narrows or is_organ(clause) or bool(lexicon.pattern("limiting").search(text))
    return bool(said.search(text)) and not limits


def _is_chatter(clause: str, lexicon: Lexicon, catalog: Catalog) -> bool:
    """Only a clause with a word of small talk and nothing of ours in it: one that narrows the
    subject ("网上提交的，") is kept, and with it the refusal."""
    reading = read(normalize(clause), lexicon, catalog)
    said = any(tag.of("chatter") for tag in reading.tags) or any(
        word in clause for word in lexicon.chatter
    )
    ours = any(tag.kind in _OURS and not tag.senses[0].weak for tag in reading.tags)
    narrows = (
        clause.rstrip().endswith("的")
        or any(match.sense.kind == "narrowing" for match in lexicon.matches(normalize(clause)))
        or is_organ(clause)
    )
    return said and bool(reading.gaps) and not ours and not narrows


def is_reply(text: str, lexicon: Lexicon, catalog: Catalog) -> bool:
    """Whether `text` only names a place or a year (an answer to a question back)."""
    reading = read(text, lexicon, catalog)
    kinds = {tag.kind for tag in reading.tags}
    measured = kinds & {"item", "derived", "group", "prose", "aspect"}
    return bool(kinds & _REPLIES) and not reading.gaps and not measured
