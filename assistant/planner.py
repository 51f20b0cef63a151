"""Planner (rules): a question, the catalog and the conversation make a row of plans.

The road: level the text → mark spans → mend slips → cut into sub-questions → per sub-question
settle place and year, name the quantities, choose the operation. A word that nothing explains is
never dropped: the question then goes to the prose of the reports, and is refused if that has no
answer either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant import mending
from assistant.carrying import carry
from assistant.catalog import Catalog, is_organ
from assistant.context import Context, remember, remember_asked, working_copy
from assistant.found_year import parted_at_year
from assistant.frame import Frame, build
from assistant.going_on import gone_on, orders_years, per_again, refuse_unlike
from assistant.last_values import about_last_two, said_at_both
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.namesakes import settle_namesakes
from assistant.normalize import normalize
from assistant.numbers import FROM_BELOW
from assistant.operations import choose
from assistant.plan import Clarify, Plan, Refuse, Understood
from assistant.prose_plan import prose_plan
from assistant.repeating import asked_how
from assistant.schema import Schema
from assistant.scope import ScopeError
from assistant.settling import (
    refuse_absent,
    refuse_out_of_scope,
    refuse_part_of_year,
    settle,
    wants_of,
)
from assistant.sharing import takes_inside
from assistant.short_names import with_full_names
from assistant.slots import CONTENT, Slots, split
from assistant.small_talk import CLAUSES, is_reply, social_op, without_chatter
from assistant.tagger import Reading, read
from assistant.unused import refuse_unused

__all__ = ["Context", "Planner"]

Embed = Callable[[Sequence[str]], Any]


# Brackets beside a sign, or a sum that also subtracts: the words alone do not hold such a formula.
_ARITHMETIC = re.compile(
    r"[)）]\s*[/÷*×]\s*[(（]|[^\W\d][+＋][^\W\d][^，。,？?]*[^\W\d)）][-−－–][^\W\d(（]"
)


# A stroke between two names: "不予公开/办结".
_OVER = re.compile(r"(?<=[\u4e00-\u9fff])\s*[/／]\s*(?=[\u4e00-\u9fff])")


@dataclass(frozen=True)
class Planner:
    """Understands questions with the words of `lexicon` and the measures of `schema`."""

    lexicon: Lexicon
    schema: Schema
    embed: Embed | None = None  # for a second opinion on questions with unknown words

    def understand(self, question: str, catalog: Catalog, context: Context) -> Understood:
        """Plans for `question`, or the reason why there is none. Changes `context` on success."""
        if _OVER.search(question):
            trial = working_copy(context)
            divided = self._understand(_OVER.sub("除以", question), catalog, trial)
            plain = self._understand(question, catalog, working_copy(context))
            if _is_part_of_whole(divided, plain):
                context.__dict__.update(trial.__dict__)
                return divided
        return self._understand(question, catalog, context)

    def _understand(self, question: str, catalog: Catalog, context: Context) -> Understood:
        notes: list[str] = []
        question, text, reading = self._read(question, catalog, context, notes)
        social = social_op(reading)
        if social:
            return Understood((Plan(social),))
        known = self._without_unknown(question, reading, catalog, context)
        if known is not None:
            return replace(known, notes=(*known.notes, *notes))
        return self._understood(question, text, reading, catalog, context, notes)

    def _without_unknown(
        self, question: str, reading: Reading, catalog: Catalog, context: Context
    ) -> Understood | None:
        """The question read without words that no list explains, where known questions of its
        meaning ask for the same; the answer then says which words were not used."""
        if self.embed is None or not reading.gaps or not _names_measure(reading):
            return None
        if any(match.sense.kind == "narrowing" for match in self.lexicon.matches(reading.text)):
            return None  # known to make it another subject
        if FROM_BELOW.search(reading.text):
            return None
        if any(is_organ(part) for part in CLAUSES.split(question)):
            return None
        from assistant import gap_words, known_questions

        text = gap_words.without_gaps(reading)
        kept = self._mended(text, catalog, [])
        if kept.gaps:
            return None
        trial = replace(context)
        understood = self._understood(text, text, kept, catalog, trial, [])
        if not known_questions.confirms(question, reading, understood, self.embed):
            return None
        context.__dict__.update(trial.__dict__)
        words = "、".join(gap.word for gap in gap_words.gap_words(reading))
        return replace(understood, notes=(message("words_not_used", words=words),))

    def _understood(
        self,
        question: str,
        text: str,
        reading: Reading,
        catalog: Catalog,
        context: Context,
        notes: list[str],
    ) -> Understood:
        turn, carried = working_copy(context), list[str]()
        try:
            plans = self._plans(question, reading, catalog, turn, carried)
        except ScopeError as error:
            # A follow-up of a question without an answer is not to be joined to a reply.
            asks_back = isinstance(error.problem, Clarify) and not context.lost
            context.pending = text if asks_back else ""
            named = any(tag.kind in (*CONTENT, "op", "pronoun") for tag in reading.tags)
            context.lost = context.lost or named or bool(reading.gaps)
            if turn.asked is not None:
                remember_asked(context, error, turn.asked)
            return Understood(problem=_with_choices(error.problem, question))
        turn.pending, turn.lost = "", False
        context.__dict__.update(turn.__dict__)
        return Understood(tuple(plans), carried=tuple(dict.fromkeys(carried)), notes=tuple(notes))

    def _read(
        self, question: str, catalog: Catalog, context: Context, notes: list[str]
    ) -> tuple[str, str, Reading]:
        """(question as written, text, its tags): a reply to a question back joined to that
        question, slips mended, small talk left out. What was mended is added to `notes`."""
        text = normalize(question)
        if context.pending and is_reply(text, self.lexicon, catalog):
            text, context.lost = context.pending + " " + text, False
        text = with_full_names(text, context)
        reading = self._mended(text, catalog, notes)
        kept = without_chatter(question, self.lexicon, catalog) if reading.gaps else ""
        if kept:
            text = normalize(kept)
            return kept, text, self._mended(text, catalog, notes)
        return question, text, reading

    def _mended(self, text: str, catalog: Catalog, notes: list[str]) -> Reading:
        mended = mending.mend(read(text, self.lexicon, catalog), self.lexicon, catalog)
        notes += mended.notes
        return mended.reading

    def _plans(
        self, question: str, reading: Reading, catalog: Catalog, turn: Context, carried: list[str]
    ) -> list[Plan]:
        """One plan over the prose, or those of each sub-question; `turn` goes along."""
        if _ARITHMETIC.search(question):
            raise ScopeError(Clarify(message("not_put_together")))
        whole = Slots()
        for tag in reading.tags:
            whole.add(tag)
        refuse_part_of_year(whole, follows=not turn.is_new and not reading.gaps)
        how = asked_how(whole, reading.gaps, turn, carried)
        if how:
            return [how]
        prose = prose_plan(whole, reading, catalog, turn, carried, question)
        if prose:
            remember(turn, Frame(), prose)
            return [prose]
        parts = parted_at_year(split(reading), turn)
        plans = [self._part(segment, whole, catalog, turn, carried) for segment in parts]
        if len(plans) == 2 and orders_years(plans[0]) and _waits_for_year(parts[1], plans):
            if plans[1].op not in ("lookup", "trend"):
                raise ScopeError(Clarify(message("one_by_one")))
            plans[1] = replace(plans[1], op="lookup", of_winner=True)
        return plans

    def _part(
        self, segment: Slots, whole: Slots, catalog: Catalog, turn: Context, carried: list[str]
    ) -> Plan:
        """The plan of one sub-question; updates `turn` for the next one."""
        refuse_out_of_scope(segment)
        pair = None if turn.lost else about_last_two(segment, turn, carried)
        if pair:
            refuse_unused(segment, pair, Frame(), self.schema)
            turn.plan, turn.implied = pair, True
            return pair
        turn = said_at_both(segment, turn)
        frame, told = build(segment, self.schema), len(carried)
        try:
            share_carried = carry(segment, frame, turn, self.schema, carried)
        except ScopeError:
            refuse_absent(segment, whole, catalog, turn)  # "朝阳区呢": whatever was asked of it
            raise
        try:
            scope = settle(segment, whole, catalog, turn, carried, wants_of(segment))
        except ScopeError as error:
            if error.absent and not frame.is_empty:
                turn.asked = frame
            raise
        settle_namesakes(segment, frame, turn, self.schema)
        try:
            plan = choose(segment, frame, scope, self.schema, catalog, share_carried)
        except ScopeError as error:
            if error.absent:
                turn.asked = frame
            raise
        refuse_unlike(segment, plan, turn)
        plan = gone_on(segment, plan, turn) if told < len(carried) else plan
        plan = per_again(segment, plan, turn)
        refuse_unused(segment, plan, frame, self.schema)
        turn.publishers, turn.years = scope.publishers, scope.years
        remember(turn, frame, plan)
        return replace(plan, notes=(*scope.notes, *plan.notes), inside=takes_inside(segment))


def _waits_for_year(segment: Slots, plans: list[Plan]) -> bool:
    """ "处罚最多的那一年新收了多少": which year is meant is known only after the first answer."""
    dated = any(segment.any(kind) for kind in ("year", "year_word", "same_year"))
    measures = [{point.quantity for point in plan.points} for plan in plans[:2]]
    years = {point.year for point in plans[1].points}
    return not dated and len(years) > 2 and bool(segment.pieces) and measures[0] != measures[1]


def _is_part_of_whole(divided: Understood, plain: Understood) -> bool:
    """ "不予公开/办结": one named inside the other is a share of it, where the sign read as a comma
    would drop the whole."""
    if len(divided.parts) != 1 or len(plain.parts) != 1:
        return False
    (share,), (alone,) = divided.parts, plain.parts
    if len(share.points) != 1 or len(alone.points) != 1:
        return False
    part, said = share.points[0].quantity, alone.points[0].quantity
    return bool(part.whole) and not said.whole and part.terms == said.terms


def _names_measure(reading: Reading) -> bool:
    return any(tag.kind in CONTENT and not tag.senses[0].weak for tag in reading.tags)


def _with_choices(problem: Clarify | Refuse, question: str) -> Clarify | Refuse:
    """Choices as whole questions that can be clicked."""
    if isinstance(problem, Clarify) and problem.choices:
        full = tuple(
            choice if len(choice) > 12 else f"{choice}{question}" for choice in problem.choices
        )
        return replace(problem, choices=full)
    return problem
