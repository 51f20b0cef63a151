"""Numbers in sentences to figures: value, unit, sentence, clause and the year they are of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from ingest.document import Grid
from ingest.figure import Figure, Kind, Place
from ingest.passages import sentences
from ingest.structure.numerals import NUMERAL_CHARS, chinese_number, western_years
from ingest.structure.outline import Outlined
from ingest.structure.patterns import patterns
from ingest.structure.text import fold, half_width, simplified
from ingest.structure.values import scaled, units

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年(?:度|底|末)?(?!\s*[-—–~至]\s*(?:19|20)\d{2})")
_CLAUSE_END = re.compile(r"[,，;；。:：!！?？、\n]")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A number in a sentence at [start, end); `value` None where the text gives a range."""

    raw: str
    start: int
    end: int
    value: Decimal | None
    unit: str


@dataclass(frozen=True, slots=True)
class _Context:
    """What is carried from sentence to sentence of one paragraph."""

    period: int | None = None


def read_prose(
    outlined: Sequence[Outlined], report_id: str, year: int | None = None
) -> list[Figure]:
    """Every number of the prose, in reading order; headings and titles count nothing."""
    figures: list[Figure] = []
    for entry in outlined:
        if entry.is_heading or isinstance(entry.block, Grid):
            continue
        context = _Context()
        for sentence in sentences(fold(entry.block.text)):
            context = _read_sentence(sentence, entry, report_id, year, context, figures)
    return figures


def _read_sentence(
    sentence: str,
    entry: Outlined,
    report_id: str,
    year: int | None,
    context: _Context,
    figures: list[Figure],
) -> _Context:
    periods = _periods(sentence, year)
    for mention in mentions(sentence):
        governing = [period for place, period in periods if place <= mention.start]
        number = mention.value
        kind = Kind.TEXT if number is None else Kind.ZERO if number == 0 else Kind.NUMBER
        figures.append(
            Figure(
                id=f"{report_id}-n{len(figures) + 1}",
                report_id=report_id,
                table="",
                row=(),
                column=(),
                raw=mention.raw,
                value=number,
                unit=mention.unit,
                kind=kind,
                place=Place.PROSE,
                section=entry.section,
                sentence=sentence,
                clause=clause_of(sentence, mention),
                period=governing[-1] if governing else context.period,
                position=(mention.start, mention.end),
            )
        )
    return _Context(periods[-1][1]) if periods else context


def _periods(sentence: str, year: int | None) -> list[tuple[int, int]]:
    """(offset, year) of each year that governs what follows it, in order of the text."""
    plain = western_years(_simple(half_width(sentence)))
    rules = patterns()["prose"]
    found = [
        (spot.start(), int(spot[1]))
        for spot in _YEAR.finditer(plain)
        if not re.search(rules["compared"], plain[: spot.start()])
    ]
    for rule, shift in ((rules["last_year"], -1), (rules["this_year"], 0)):
        found.extend(
            (spot.start(), (year or 0) + shift)
            for spot in re.finditer(rule, plain)
            if year is not None and not re.search(rules["compared"], plain[: spot.start()])
        )
    return sorted(found)


# Numbers


def mentions(sentence: str) -> list[Mention]:
    """The numbers of a sentence that count or measure something."""
    plain = _masked(western_years(_simple(half_width(sentence))))
    found: list[Mention] = []
    for spot in _pattern().finditer(plain):
        mention = _mention(sentence, spot)
        if mention is not None and not (found and mention.start < found[-1].end):
            found.append(mention)
    return found


def _simple(text: str) -> str:
    """In simplified characters, if that keeps every character's place."""
    plain = simplified(text)
    return plain if len(plain) == len(text) else text


def _masked(plain: str) -> str:
    rules = patterns()["prose"]
    for mask in _masks():
        plain = mask.sub(lambda found: " " * len(found[0]), plain)
    for idiom in rules["idioms"]:
        if idiom in plain:
            plain = plain.replace(idiom, "＿" * len(idiom))
    return _YEAR.sub(lambda found: "年" * len(found[0]), plain)


@lru_cache(maxsize=1)
def _masks() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(mask) for mask in patterns()["prose"]["masks"])


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    rules = patterns()["prose"]
    arabic = r"\d{1,3}(?:[,'’ ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
    chinese = rf"(?:百分之)?[{NUMERAL_CHARS}]+(?:点[{NUMERAL_CHARS}]+)?"
    number = rf"(?:(?:{arabic})|{chinese})"
    about = "|".join(sorted(rules["keep_about"], key=len, reverse=True))
    after = "|".join(rules["about_after"])
    named = "|".join(re.escape(unit) for unit in sorted(units(), key=len, reverse=True))
    return re.compile(
        rf"(?<![\d.A-Za-z])(?<!\d[, ])(?P<about>{about})?\s?"
        rf"(?:(?P<low>{number})\s?(?P<lowunit>{named})?\s?[-—–~～至到]{{1,2}}\s?)?"
        rf"(?P<number>{number})\s?(?P<scale>[万亿千百]{{0,2}})(?P<more>余|多)?(?P<scale2>[万亿]?)\s?"
        rf"(?P<unit>{named})?(?P<after>{after})?"
    )


def _mention(sentence: str, spot: re.Match[str]) -> Mention | None:
    number = _exact(spot["number"])
    unit = (spot["scale"] or "") + (spot["scale2"] or "") + (spot["unit"] or "")
    if spot["number"].startswith("百分之"):
        unit = "%"
    if number is None or not unit:
        return None
    known = scaled(number, unit)
    if known is None or (not known[1] and not (spot["scale"] or spot["scale2"])):
        return None
    start, end = spot.start(), spot.end()
    while sentence[start] == " ":
        start += 1
    raw = sentence[start:end].rstrip()
    value = None if spot["low"] else known[0]
    return Mention(raw, start, start + len(raw), value, known[1])


def _exact(text: str) -> Decimal | None:
    """The number as written; a figure with a leading zero (0123) is a code."""
    if text[0].isdigit() and text[0].isascii():
        digits = re.sub("[,'’ ]", "", text)
        return None if re.match(r"0\d", digits) else Decimal(digits)
    return chinese_number(text.removeprefix("百分之"))


# Clause


def clause_of(sentence: str, mention: Mention) -> str:
    """The part of the sentence around the number; where it opens without a subject of its own,
    the subject of the part before stands in front."""
    pieces = _pieces(sentence)
    place = next(i for i, (start, stop) in enumerate(pieces) if start <= mention.start < stop)
    start, stop = pieces[place]
    own = sentence[start:stop].strip().rstrip(",，;；。:：、")
    before = sentence[start : mention.start]
    if place == 0 or not _lacks_subject(before):
        return own
    return f"{_subject(sentence, pieces[:place])}，{own}"


def _pieces(sentence: str) -> list[tuple[int, int]]:
    """(start, stop) of the parts between commas; a comma inside a number parts nothing."""
    starts = [0]
    for spot in _CLAUSE_END.finditer(sentence):
        around = sentence[spot.start() - 1 : spot.start()] + sentence[spot.end() : spot.end() + 1]
        if not (len(around) == 2 and around.isdigit()):
            starts.append(spot.end())
    stops = [*(start - 1 for start in starts[1:]), len(sentence)]
    return list(zip(starts, [stop + 1 for stop in stops], strict=True))


def _lacks_subject(before: str) -> bool:
    carried = re.search(patterns()["prose"]["carried"], before)
    return bool(carried) or len(_HAN.findall(before)) < 2


def _subject(sentence: str, pieces: list[tuple[int, int]]) -> str:
    """What the nearest part with a subject says before its first number."""
    for start, stop in reversed(pieces):
        text = sentence[start:stop]
        first = next(_first_numbers(text), None)
        head = text[:first] if first is not None else text.rstrip(",，;；:：、 ")
        if not _lacks_subject(head):
            return head.strip()
    return sentence[slice(*pieces[0])].rstrip(",，;；:：、 ")


def _first_numbers(text: str) -> Iterator[int]:
    return (mention.start for mention in mentions(text))
