"""A spreadsheet value as its number format shows it: 374, 1,234.50, 11.48%, 2024年3月1日."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+")
_DASH = re.compile(r"[-—–－]+")
_DATE_TOKEN = re.compile(
    r"yyyy|yy|mmmm|mmm|mm|m|dddd|ddd|dd|d|hh|h|ss|s|am/pm|上午/下午", re.IGNORECASE
)
_PLAIN = ("General", "@", "", "G/通用格式")
_SIGNIFICANT = 15  # spreadsheets keep 15 digits; more are noise of binary floats


def shown(value: object, number_format: str) -> str:
    """Text of a cell as a person sees it; formats beyond numbers, percents and dates as stored."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        return _number(value, number_format)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return _date(value, number_format)
    return str(value)


def plain(value: int | float | Decimal) -> str:
    """Shortest exact decimal text, no exponent and no trailing .0."""
    try:
        number = (
            Decimal(f"{value:.{_SIGNIFICANT}g}") if isinstance(value, float) else Decimal(value)
        )
    except InvalidOperation:
        return str(value)
    if not number.is_finite():
        return str(value)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(value: int | float | Decimal, number_format: str) -> str:
    exact = plain(value)
    try:
        number = Decimal(exact)
    except InvalidOperation:
        return exact
    if number_format in _PLAIN or not number.is_finite():
        return exact
    section, number = _section(number_format, number)
    literal = _QUOTED.sub(lambda found: found[1] or found[2] or "", section)
    bare = _QUOTED.sub("", section)
    if not _DIGITS.search(bare):
        # A sign that stands for zero in accounting formats; the stored number is exactly zero.
        return "0" if number == 0 and _DASH.fullmatch(literal.strip()) else literal.strip()
    if "/" in bare or "e+" in bare.lower() or "E-" in bare:
        return exact
    return _by_pattern(number, section, bare)


def _section(number_format: str, number: Decimal) -> tuple[str, Decimal]:
    """The section of the format that applies (positive;negative;zero) and the number it shows."""
    sections = number_format.split(";")
    if number < 0 and len(sections) > 1:
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], number
    return sections[0], number


def _by_pattern(number: Decimal, section: str, bare: str) -> str:
    found = _DIGITS.search(bare)
    pattern = found[0] if found else "0"
    whole, _, fraction = pattern.partition(".")
    if "%" in bare:
        number *= 100
    scaled = len(whole) - len(whole.rstrip(","))
    number /= Decimal(1000) ** scaled
    rounded = number.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    grouped = "," in whole.rstrip(",")
    text = format(rounded, ",f" if grouped else "f")
    optional = len(fraction) - len(fraction.rstrip("#?"))
    if optional and "." in text:
        kept = text.rstrip("0")
        text = kept.ljust(len(text) - optional, "0").rstrip(".")
    wide = whole.count("0")
    if not grouped and wide > 1:
        sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
        point = digits.find(".")
        text = sign + digits.zfill(wide + (len(digits) - point if point >= 0 else 0))
    return _around(section, text)


def _around(section: str, text: str) -> str:
    """Put the digits into the section's literals (units, percent sign, currency)."""
    parts: list[str] = []
    done = False
    position = 0
    for found in re.finditer(rf"{_QUOTED.pattern}|{_DIGITS.pattern}", section):
        parts.append(section[position : found.start()])
        position = found.end()
        if found[1] is not None or found[2] is not None:
            parts.append(found[1] or found[2] or "")
        elif found[0][0] in "#0?." and not done:
            parts.append(text)
            done = True
    parts.append(section[position:])
    return "".join(parts).strip()


def _date(value: dt.datetime | dt.date | dt.time, number_format: str) -> str:
    literal = _QUOTED.sub(lambda found: found[1] or found[2] or "", number_format.split(";")[0])
    if isinstance(value, dt.time) or not _DATE_TOKEN.search(literal):
        return value.isoformat()
    moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
    out: list[str] = []
    position = 0
    in_time = False
    for found in _DATE_TOKEN.finditer(literal):
        out.append(literal[position : found.start()])
        position = found.end()
        token = found[0].lower()
        out.append(_token(moment, token, in_time))
        in_time = token[0] in "hs" or (in_time and token[0] == "m")
    out.append(literal[position:])
    return "".join(out).strip()


def _token(moment: dt.datetime, token: str, in_time: bool) -> str:
    minute = in_time and token in ("m", "mm")
    value = {
        "y": moment.year,
        "m": moment.minute if minute else moment.month,
        "d": moment.day,
        "h": moment.hour,
        "s": moment.second,
    }.get(token[0])
    if value is None:
        return "上午" if moment.hour < 12 else "下午"
    if token == "yy":
        return f"{value % 100:02d}"
    return f"{value:02d}" if token in ("mm", "dd", "hh", "ss") else str(value)
