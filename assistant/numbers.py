"""Numbers and years as people write them in questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from assistant.lexicon import Match, Sense

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2, "俩": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_SCALE_BELOW = {100: "十", 1000: "百", 10_000: "千", 100_000_000: "千万"}
_NUMERAL = "[〇零一二两三四五六七八九十百千]+"
_FULL = r"(?:19|20)\d\d"
_HAN_YEAR = "[一二][〇零○一二三四五六七八九]{3}"
_SPOKEN_YEAR = "[两二]千零?(?:[二三]?十)?[一二三四五六七八九]?"
_SHORT_HAN_YEAR = f"(?<!{_NUMERAL[:-1]})[一二][〇零○一二三四五六七八九]"
_YEAR = (
    rf"(?:{_FULL}|{_HAN_YEAR})(?:年度|年份|年)?|(?<!\d)\d\d(?:年度|年)"
    rf"|(?:{_SPOKEN_YEAR}|{_SHORT_HAN_YEAR})(?:年度|年)"
)
YEAR = re.compile(_YEAR)
_COUNTER = "[件起次项宗份元万亿家%]|个(?!人)"  # "2000件" is a number, no year
YEAR_RANGE = re.compile(
    rf"({_YEAR}|(?<!\d)\d\d)(?:到|至|—)({_YEAR})(?:这)?(?:(?:几|\d|{_NUMERAL})年)?(?:间|期间)?"
)
AFTER = re.compile(rf"({_YEAR})之?后(?!的?(?:一|两|二|三|四|五|\d|几))")
SINCE = re.compile(
    rf"(?:从|自)?({_YEAR})(及?以来|及以后|及之后|及其后|至今|算起|往后|到现在|到如今|到今天|起|开始|以后)"
    rf"|(?:从|自)({_YEAR})(?!.*[到至—])"
)
BEFORE = re.compile(rf"(?:{_YEAR})(?:以前|之前|前(?![\d一二三四五六七八九十几年]))")
SPAN = re.compile(rf"((?<!\d)\d|{_NUMERAL})(个)?年(来|间|以来|里|内|的|期间|中|当中)?")
RECENT = re.compile(
    rf"(近|最近|过去|前|头|最后|(?<!年)(?<!最)后|这|连续)(\d\d?|{_NUMERAL})(个)?年(度)?(来|间|以来|里|内|的|期间)?"
)
ORDINAL = re.compile(rf"第(\d\d?|{_NUMERAL})(多|大|高|位|名|少|低)?(的)?")
SECOND = re.compile("(?<!人)次[高多大](的)?")
FROM_BELOW = re.compile("倒数第[二三四五六七八九2-9]|仅次于|次[低少小]")
TOP_PLACES = re.compile(
    rf"的(\d+|{_NUMERAL})(?:个|家|名)(?:单位|机关|部门|政府|地方|区县|城市|区|县|市)"
)
TOP = re.compile(rf"(前|后|倒数前|倒数|top ?|bottom ?)(\d+|{_NUMERAL})(名|位|个|家|项|类|种|大)?")
MOST = re.compile(
    rf"(?:最|数量最)(多|高|大|少|低|小|常见|主要)的?(?:前|这|那)?(\d|{_NUMERAL})(?:个|项|类|种|大类|条|家|大)"
)
WHICH_FEW = re.compile(
    rf"哪(\d|{_NUMERAL})(?:个|项|类|种|条|家|大)(?=[^，。？?]{{0,20}}?最(多|高|大|少|低|小))"
)
ZERO = re.compile(
    "(?<=[为是于])零(?=$|[的，。？?呢吗])"
    "|(?:都|从)?(?:没有|没|未)(?:发生|出现|产生)过?(?=的|$|[，。？?呢吗])"
)
ONE_DIGIT = re.compile("(?:个|一|1)位数")
NOT_ONE = re.compile(
    "(?:连)?[一半1](?:件|个|起|宗|例)(?:都|也)(?:没有|没|无)(?=的|$|[，。？?呢吗])"
)
YEAR_END = re.compile(rf"(?<!到)(?:{_YEAR})[底末](?=的?(?:$|[，。？?]))")
FRACTION = re.compile(rf"(?<!百)({_NUMERAL}|\d+)分之({_NUMERAL}|\d+)")
SHARE_OF_TEN = re.compile(r"([一二两三四五六七八九\d])成(?:([一二三四五六七八九])(?!年|个|件))?")
NUMBER = re.compile(
    rf"(?<![\d.])(\d+(?:\.\d+)?|{_NUMERAL}亿{_NUMERAL}万?(?:{_NUMERAL})?|{_NUMERAL}万{_NUMERAL}|{_NUMERAL}|万(?=[件份个起]))(万|亿|百|千)?(%|件|天|个|起|次|项|宗|份|元|万元|亿元|倍|个百分点|家|人)?"
)


def han_number(text: str) -> int | None:
    """一百二十 → 120; a plain row of digits (二〇二四) is read as digits. None if neither."""
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text)) if text else None
    total = section = digit = 0
    last = _SCALES.get(text[-2:-1], 0)
    if last > 10 and _DIGITS.get(text[-1], 0):
        text += _SCALE_BELOW[last]  # 五万五 is 五万五千, 二百五 is 二百五十
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _SCALES:
            scale = _SCALES[char]
            if scale >= 10_000:
                group = section + digit or 1
                total = (total + group) * scale if scale > total else total + group * scale
                section = 0
            else:
                section += (digit or 1) * scale
            digit = 0
        else:
            return None
    return total + section + digit


def read_number(text: str) -> int | None:
    return int(text) if text.isdigit() else han_number(text)


def year_of(text: str) -> int | None:
    """2024年, 二〇二四年, 24年 → 2024; None if it is no year of such reports (1949–2099)."""
    core = re.sub("(年度|年份|年)$", "", text)
    value = read_number(core)
    if value is not None and value < 100 and len(core) == 2:
        value += 2000
    return value if value and 1949 <= value < 2100 else None


def number_matches(text: str) -> Iterator[Match]:
    """Years, year ranges, recent N years, top N and other numbers in `text` (normalized)."""
    yield from _years(text)
    for found in AFTER.finditer(text):
        year = year_of(found[1])
        if year:  # "2023年后": the years behind it
            yield Match(*found.span(), Sense("year", "since"), value=year + 1)
    yield from _spans_of_years(text)
    yield from _positions(text)
    yield from _plain_numbers(text)


def _years(text: str) -> Iterator[Match]:
    for found in YEAR_RANGE.finditer(text):
        first, last = year_of(found[1]), year_of(found[2])
        if first is None and found[1].isdigit():
            first = year_of(found[1] + "年")
        if first and last and first <= last:
            years = tuple(range(first, last + 1))
            yield Match(*found.span(), Sense("year", "range"), value=years)
        elif first and last:
            # "2024-2023": a difference or a range written backwards, never guessed
            yield Match(*found.span(), Sense("narrowing"))
    for found in YEAR.finditer(text):
        year = year_of(found[0])
        counted = text[: found.start()].endswith(("近", "过去", "前", "这", "连续"))
        counter = found[0].isdigit() and re.match(_COUNTER, text[found.end() :])
        if year and not counter and not (counted and not re.match(_FULL, found[0])):
            yield Match(*found.span(), Sense("year", "one"), value=(year,))
    for found in SINCE.finditer(text):
        year = year_of(found[1] or found[3])
        if year:
            yield Match(*found.span(), Sense("year", "since"), value=year)


def _spans_of_years(text: str) -> Iterator[Match]:
    for found in BEFORE.finditer(text):
        # Whether the year itself counts is not settled: left unexplained, never guessed.
        yield Match(*found.span(), Sense("narrowing"))
    for found in YEAR_END.finditer(text):
        yield Match(*found.span(), Sense("narrowing"))  # a day, where a report counts a year
    for found in SPAN.finditer(text):
        count = read_number(found[1])
        if count and 2 <= count <= 30 and not _is_digit_row(found[1]):
            bare = found.start(), found.end() - len(found[3] or "")  # "五年中|位数"
            for span in {found.span(), bare}:
                yield Match(*span, Sense("year_word", "recent"), value=count)
    for found in RECENT.finditer(text):
        count = read_number(found[2])
        if count and count <= 30 and not _is_digit_row(found[2]):
            yield Match(*found.span(), Sense("year_word", "recent"), value=count)


def _is_digit_row(text: str) -> bool:
    """二四年 is 2024年 and 近二三年 "two or three": never twenty-three years."""
    return len(text) > 1 and not text.isdigit() and all(char in _DIGITS for char in text)


def _positions(text: str) -> Iterator[Match]:
    for found in TOP_PLACES.finditer(text):
        count = read_number(found[1])
        if count:
            yield Match(*found.span(), Sense("top", "top"), value=count)
            yield Match(*found.span(), Sense("op", "which_place"), value=count)
    yield from _first_few(text)
    for found in ORDINAL.finditer(text):
        count = read_number(found[1])
        alone = text[found.end() :] in ("", "呢", "的", "的呢")
        placed = found[2] or alone or text[: found.start()].endswith("排")
        if count and count <= 100 and placed:
            yield Match(*found.span(), Sense("ordinal"), value=count)
    yield from _tenths_and_seconds(text)


def _first_few(text: str) -> Iterator[Match]:
    """ "前三名", "最多的三类", "哪两项最少": so many from one end of an order."""
    for found in TOP.finditer(text):
        count = read_number(found[2])
        if count and count <= 1000:
            kind = "bottom" if found[1] in ("后", "倒数", "倒数前", "bottom", "bottom ") else "top"
            yield Match(*found.span(), Sense("top", kind), value=count)
    for found in MOST.finditer(text):
        count = read_number(found[2])
        if count and 2 <= count <= 30:
            kind = "bottom" if found[1] in "少低小" else "top"
            yield Match(*found.span(), Sense("top", kind), value=count)
    for found in WHICH_FEW.finditer(text):
        count = read_number(found[1])
        if count and 2 <= count <= 30:
            kind = "bottom" if found[2] in "少低小" else "top"
            yield Match(*found.span(), Sense("top", kind), value=count)
            yield Match(*found.span(), Sense("op", "which"), value=count)


def _tenths_and_seconds(text: str) -> Iterator[Match]:
    """九成三 is 93%, 次高 the second place; places from below are not ranked."""
    for found in SECOND.finditer(text):
        yield Match(*found.span(), Sense("ordinal"), value=2)
    for found in FROM_BELOW.finditer(text):
        yield Match(*found.span(), Sense("narrowing"))
    for found in SHARE_OF_TEN.finditer(text):
        count = han_number(found[1]) if not found[1].isdigit() else int(found[1])
        if count:
            rest = han_number(found[2]) or 0 if found[2] else 0  # 九成三 is 93%
            yield Match(*found.span(), Sense("number", "%"), value=Decimal(count * 10 + rest))


def _plain_numbers(text: str) -> Iterator[Match]:
    for found in FRACTION.finditer(text):
        # "三分之一" of a measure is no figure of a report, and as a limit no round percentage.
        yield Match(*found.span(), Sense("narrowing"))
    for pattern in (NOT_ONE, ZERO):
        for found in pattern.finditer(text):
            yield Match(*found.span(), Sense("number", "件"), value=Decimal(0))
    for found in ONE_DIGIT.finditer(text):
        yield Match(*found.span(), Sense("number", "件"), value=Decimal(10))
    for found in NUMBER.finditer(text):
        value = Decimal(found[1]) if found[1][0].isdigit() else han_number(found[1])
        if value is None:
            continue
        scale = _SCALES.get(found[2] or "", 1)
        # A lone Chinese numeral without a unit is part of a word far more often than a number.
        if not found[1][0].isdigit() and not (found[2] or found[3]) and len(found[1]) < 2:
            continue
        yield Match(*found.span(), Sense("number", found[3] or ""), value=Decimal(value) * scale)
