"""Chinese numerals to exact numbers: 一百二十, 两千零五, 三点五万, 二〇二四, 1.2万."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "Ｏ": 0, "两": 2, "兩": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4,
    "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = {"万": 10**4, "亿": 10**8, "萬": 10**4, "億": 10**8}
NUMERAL_CHARS = "".join({*_DIGITS, *_SMALL, *_LARGE})
_YEAR = re.compile(r"[零一二三四五六七八九〇○Ｏ0]{4}(?=\s*年)")


def chinese_number(text: str) -> Decimal | None:
    """The number a Chinese numeral stands for; None if it is not well formed.

    A row of bare digits (二〇二四) reads digit by digit. 点 starts decimals.
    """
    whole, point, fraction = text.partition("点")
    number = _whole(whole)
    if number is None or (point and not fraction):
        return None
    if not point:
        return Decimal(number)
    scale = 1
    while fraction and fraction[-1] in _LARGE:
        scale *= _LARGE[fraction[-1]]
        fraction = fraction[:-1]
    if not fraction or any(char not in _DIGITS for char in fraction):
        return None
    digits = "".join(str(_DIGITS[char]) for char in fraction)
    return _plain(Decimal(f"{number}.{digits}") * scale)


def _plain(number: Decimal) -> Decimal:
    return Decimal(int(number)) if number == int(number) else number.normalize()


def _whole(text: str) -> int | None:
    if not text:
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text)) if len(text) != 2 else None
    for unit in ("亿", "億", "万", "萬"):
        above, found, below = text.rpartition(unit)
        if found:
            return _joined(above, _LARGE[unit], below)
    return _section(text)


def _joined(above: str, scale: int, below: str) -> int | None:
    """above × scale + below; 一万二 is 12000, 一万零二 is 10002."""
    high = _whole(above)
    if high is None:
        return None
    if not below:
        return high * scale
    if len(below) == 1 and below in _DIGITS:
        return high * scale + _DIGITS[below] * scale // 10 if _DIGITS[below] else None
    low = _whole(below.removeprefix("零"))
    return None if low is None or low >= scale else high * scale + low


def _section(text: str) -> int | None:
    """A numeral below ten thousand: units falling from 千 to 十, each with its digit."""
    total, digit, last = 0, None, 10**4
    zero = False
    for place, char in enumerate(text):
        if char in _SMALL:
            unit = _SMALL[char]
            if unit >= last or (digit is None and not (unit == 10 and place == 0)):
                return None
            total += (1 if digit is None else digit) * unit
            digit, last, zero = None, unit, False
        elif char in _DIGITS and digit is None:
            if _DIGITS[char] == 0:
                if zero or last == 10**4:
                    return None
                zero = True
            else:
                digit = _DIGITS[char]
        else:
            return None
    if digit is None:
        return None if zero else total
    if not zero and 10 < last < 10**4:  # 一百二: 120
        return total + digit * last // 10
    return total + digit


def western_years(text: str) -> str:
    """`text` with years in Chinese digits written in Arabic ones: 二〇二四年 → 2024年.

    Offsets stay: four characters become four.
    """
    return _YEAR.sub(lambda found: "".join(_year_digit(char) for char in found[0]), text)


def _year_digit(char: str) -> str:
    return char if char.isascii() else str(_DIGITS[char])
