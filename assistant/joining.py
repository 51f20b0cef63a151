"""Joining: the answers of the sub-questions as one, and the reason where there is none."""

from __future__ import annotations

from dataclasses import replace

from assistant.answer import Answer, Item, Status
from assistant.messages import message
from assistant.plan import Clarify, Refuse, Understood


def declined(question: str, problem: Clarify | Refuse) -> Answer:
    status: Status = "clarify" if isinstance(problem, Clarify) else "refused"
    return Answer(question, status, problem.message, reason=problem.reason, choices=problem.choices)


def joined(question: str, answers: list[Answer], understood: Understood) -> Answer:
    """Several sub-answers as one: the texts in order, the value only where one part has one."""
    asked = answers[-1] if understood.parts and understood.parts[-1].of_winner else None
    first = answers[0] if len(answers) == 1 else _one_of(answers, asked)
    carried = [message("carried", what=what) for what in understood.carried]
    warnings = tuple(dict.fromkeys([*understood.notes, *carried, *first.warnings]))
    text = first.text
    # Disclosures are part of what a person reads, not only of the record.
    told = [note for note in warnings if note not in text]
    if told:
        text += "\n" + "\n".join(f"（{note.rstrip('。')}）" for note in told)
    return replace(
        first, question=question, text=text, warnings=warnings, carried=understood.carried
    )


def _one_of(answers: list[Answer], asked: Answer | None) -> Answer:
    """`asked` is the one that the question is about, where the others only lead to it."""
    valued = [answer for answer in answers if answer.value is not None]
    only = asked or (valued[0] if len(valued) == 1 else None)
    return replace(
        only or answers[0],
        text="\n".join(answer.text for answer in answers),
        value=only.value if only else None,
        unit=only.unit if only else None,
        items=tuple(item for answer in answers for item in _as_items(answer)),
        formula="；".join(a.formula for a in answers if a.formula) or None,
        citations=tuple(dict.fromkeys(c for a in answers for c in a.citations)),
        warnings=tuple(dict.fromkeys(w for a in answers for w in a.warnings)),
        verdicts=tuple(dict.fromkeys(v for a in answers for v in a.verdicts)),
        plan={"parts": [answer.plan for answer in answers]},
    )


def _as_items(answer: Answer) -> tuple[Item, ...]:
    if answer.value is None or answer.items:
        return answer.items
    measures = answer.plan.get("measures") or [""]
    return (Item("、".join(measures), answer.value, answer.unit),)
