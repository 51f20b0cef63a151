"""Explain: what a measure means in plain words, with its article, then this place's figure."""

from __future__ import annotations

from assistant.compose import Draft, compose
from assistant.compute import Computer, Result
from assistant.messages import message
from assistant.plan import Plan
from assistant.schema import Schema
from ingest.form import Entry, Glossary


def explain(plan: Plan, schema: Schema, computer: Computer) -> Draft:
    """The glossary entries of `plan.explain`, then the figures of `plan.points`."""
    result = computer.run(plan) if plan.points else Result(plan)
    draft = compose(result, computer) if plan.points else Draft(plan)
    lines = []
    for id_ in plan.explain:
        kind, _, name = id_.partition(":")
        lines += _lines(kind, name, schema, plan.advice)
    for line in lines:
        draft.shown.say(line)
    draft.lines = lines + draft.lines
    return draft


def grounds(plan: Plan, schema: Schema) -> list[str]:
    """What the regulations say of the one ground that a question asks the reason of."""
    items = {term.item for point in plan.points[:1] for term in point.quantity.terms}
    groups = schema.vocabulary.groups.values()
    known = {
        item for group in groups if group.axis == "items" and not group.of for item in group.members
    }
    if len(items) != 1 or not items <= known:
        return []
    entry = schema.vocabulary.items[items.pop()]
    if entry.glossary is None or not entry.glossary.article:
        return []
    return _glossary_lines(entry.name, entry.glossary.model_copy(update={"advice": ""}), False)


def _lines(kind: str, name: str, schema: Schema, advice: bool) -> list[str]:
    if kind == "topic":
        return _glossary_lines(
            schema.vocabulary.topics[name].name, schema.vocabulary.topics[name].glossary, advice
        )
    if kind == "derived":
        return [_rate_meaning(name, schema)]
    if kind == "group":
        group = schema.vocabulary.groups[name]
        return [
            line
            for member in group.members
            for line in _lines(group.axis.removesuffix("s"), member, schema, False)
        ]
    entry: Entry = (schema.vocabulary.items if kind == "item" else schema.vocabulary.aspects)[name]
    if entry.glossary is None:
        return [message("no_meaning", name=entry.name)]
    inside = [message("in_group", group=one) for one in _around(name, schema) if kind == "item"]
    return [*_glossary_lines(entry.name, entry.glossary, advice), *inside]


def _around(item: str, schema: Schema) -> list[str]:
    """The names of the rows of the form that stand around the row `item` ("无法提供")."""
    divided = [set(group.members) for group in schema.vocabulary.groups.values()]
    return [
        entry.name
        for entry in schema.vocabulary.items.values()
        if item in entry.sum_of and set(entry.sum_of) in divided
    ]


def _glossary_lines(name: str, glossary: Glossary | None, advice: bool) -> list[str]:
    if glossary is None:
        return [message("no_meaning", name=name)]
    lines = [message("meaning", name=name, meaning=glossary.meaning)]
    if glossary.article:
        lines.append(message("article", article=glossary.article))
    if glossary.advice:
        lines.append(message("advice", advice=glossary.advice))
        lines.append(message("not_legal_advice"))
    return lines


def _rate_meaning(name: str, schema: Schema) -> str:
    entry = schema.vocabulary.derived[name]
    top = " + ".join(_term_name(term, schema) for term in entry.numerator)
    base = " + ".join(_term_name(term, schema) for term in entry.denominator)
    return message("meaning", name=entry.name, meaning=f"{top} ÷ ({base}) × 100%")


def _term_name(term: str, schema: Schema) -> str:
    item, _, aspect = term.lstrip("-").partition(".")
    words = schema.vocabulary.items[item].name
    if aspect and aspect != "total":
        words += "·" + schema.vocabulary.aspects[aspect].name
    return words
