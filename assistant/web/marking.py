"""Marks in what a person reads: the number that answers, citation numbers, quoted sentences.

Everything here returns Markup: what comes from a report or a question is escaped first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from markupsafe import Markup

from assistant.answer import Answer, Citation, Verdict

NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")
LEAF = re.compile(r"\d[\d,]*(?:\.\d+)?(?!\d*%)")  # of a formula: a sign before it is an operator
REFERENCE = re.compile(r"\[(\d{1,3})\]")
CITE = Markup(
    '<button type="button" class="cite" data-event="cite" data-turn="{turn}" data-cite="{cite}"'
    ' aria-label="{label}">{text}</button>'
)
STRONG = Markup("<strong>{}</strong>")


@dataclass(frozen=True, slots=True)
class Headline:
    """The number that answers, as the guarded text prints it, and where it stands in `body`."""

    number: str
    unit: str
    start: int
    end: int


def body(answer: Answer) -> str:
    """The text without the lines that only repeat a warning or the formula: the page shows
    those by themselves."""
    warned = {_bare(warning) for warning in answer.warnings}
    text = answer.text
    for part in formula_parts(answer):
        text = text.replace(f"（{part}）", "")
    lines = [line for line in text.splitlines() if not _repeats(line, answer, warned)]
    return "\n".join(lines).strip() or answer.text


def _repeats(line: str, answer: Answer, warned: set[str]) -> bool:
    worked = any(part in line for part in formula_parts(answer))
    return bool(line.strip()) and (worked or _bare(line) in warned)


def told(answer: Answer, verdict: Verdict) -> bool:
    """Whether a warning already says that this identity fails."""
    return bool(verdict.detail) and any(verdict.detail in words for words in answer.warnings)


def _bare(line: str) -> str:
    return line.strip().strip("（）()").rstrip("。")


def headline(answer: Answer) -> Headline | None:
    """The number of `answer.text` that is `answer.value`; None where the text has none.

    Only digits of the text are ever shown large: the page never formats a number of its own.
    """
    if answer.status != "answered" or answer.value is None:
        return None
    unit = answer.unit or ""
    text = body(answer)
    found = [m for m in NUMBER.finditer(text) if _same(m.group(), answer.value)]
    united = [m for m in found if _unit_follows(text, m.end(), unit)]
    if not united:
        return None
    first = united[0]
    return Headline(first.group(), unit, first.start(), _unit_end(text, first.end(), unit))


def _unit_follows(text: str, end: int, unit: str) -> bool:
    rest = text[end:].lstrip()
    if unit == "%":
        return rest.startswith("%")
    return bool(unit) and rest.startswith(unit)


def _unit_end(text: str, end: int, unit: str) -> int:
    return text.index("%" if unit == "%" else unit, end) + len(unit)


def _same(printed: str, value: str) -> bool:
    shown, exact = _decimal(printed), _decimal(value)
    if shown is None or exact is None:
        return False
    exponent = shown.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return abs(shown - exact) * 2 <= (step if "." in printed else 0)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", "").replace("−", "-"))
    except InvalidOperation:
        return None


def marked_text(answer: Answer, upto: int | None = None) -> Markup:
    """`body` (its first `upto` characters) with the number strong and [n] clickable."""
    text = body(answer)[:upto]
    strong = headline(answer)
    if strong is None or strong.end > len(text):
        return _referenced(text, answer)
    middle = STRONG.format(text[strong.start : strong.end])
    return (
        _referenced(text[: strong.start], answer) + middle + _referenced(text[strong.end :], answer)
    )


def _referenced(text: str, answer: Answer) -> Markup:
    def button(match: re.Match[str]) -> Markup:
        number = int(match.group(1))
        if not 1 <= number <= len(answer.citations):
            return Markup.escape(match.group())
        return cite_button(answer, number - 1, match.group())

    return _replaced(text, REFERENCE, button)


def short_place(answer: Answer, citation: Citation) -> str:
    """`place`, with publisher and year where the answer cites more than one report."""
    if len({other.report_id for other in answer.citations}) == 1:
        return place(citation)
    return f"{citation.publisher} {citation.year or ''} · {place(citation)}"


def cite_button(answer: Answer, index: int, text: str) -> Markup:
    """A button that opens citation `index` (from 0) of `answer`."""
    label = place(answer.citations[index])
    return CITE.format(turn=answer.turn, cite=index, label=label, text=text)


def formulas(answer: Answer) -> list[Markup]:
    """Each formula of the answer; a number that is the quote of a citation opens that citation.

    Equal quotes are handed out in the order of the citations, as the formula lists its leaves,
    and from the first again when all are out. A number alone is no formula.
    """
    places = _by_value(answer.citations)

    def button(match: re.Match[str]) -> Markup:
        value = _decimal(match.group())
        same = places.get(value, []) if value is not None else []
        if not same:
            return Markup.escape(match.group())
        index = same.pop(0)
        same.append(index)
        return cite_button(answer, index, match.group())

    return [_replaced(part, LEAF, button) for part in formula_parts(answer)]


def formula_parts(answer: Answer) -> list[str]:
    """The formulas as text, one for each value worked out."""
    parts = [part.strip() for part in (answer.formula or "").split("；")]
    return [part for part in parts if part and not NUMBER.fullmatch(part)]


def _by_value(citations: Sequence[Citation]) -> dict[Decimal, list[int]]:
    """Value of the quote → the citations (from 0) that print it, in order."""
    places: dict[Decimal, list[int]] = {}
    for index, citation in enumerate(citations):
        value = _decimal(citation.quote)
        if value is not None:
            places.setdefault(value, []).append(index)
    return places


def _replaced(
    text: str, pattern: re.Pattern[str], make: Callable[[re.Match[str]], Markup]
) -> Markup:
    parts: list[Markup] = []
    last = 0
    for match in pattern.finditer(text):
        parts += [Markup.escape(text[last : match.start()]), make(match)]
        last = match.end()
    return Markup("").join([*parts, Markup.escape(text[last:])])


def place(citation: Citation) -> str:
    """Where a citation stands, in one line: table, row, column (or the section of a passage)."""
    if citation.kind == "text":
        return citation.section
    table = f"表{citation.table}" if citation.table in {"二", "三", "四"} else citation.table
    parts = (table, " › ".join(citation.row), " › ".join(citation.column))
    return " · ".join(part for part in parts if part)


def quoted(passage: str, quotes: Sequence[str]) -> Markup:
    """`passage` with each quote that stands in it marked; white space may differ."""
    words = [_spaced(quote) for quote in quotes if quote.strip()]
    if not words:
        return Markup.escape(passage)
    pattern = re.compile("|".join(sorted(words, key=len, reverse=True)))
    return _replaced(passage, pattern, lambda match: Markup("<mark>{}</mark>").format(match[0]))


def _spaced(quote: str) -> str:
    return r"\s*".join(re.escape(character) for character in "".join(quote.split()))


def searched(text: str, query: str) -> Markup:
    """`text` with the searched words marked."""
    return quoted(text, query.split())
