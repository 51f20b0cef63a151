"""Radicals → the characters they stand for.

Some fonts draw a radical (⼀ U+2F00) and its character (一 U+4E00) with one glyph, and programs
that write PDF then name the radical. Source: Unicode, EquivalentUnifiedIdeograph.txt.
"""

from __future__ import annotations

import unicodedata
from functools import cache

# The supplement block has no decompositions; these of its signs are whole characters too.
_SUPPLEMENT = dict(
    zip(
        "⺁⺇⺌⺎⺏⺐⺒⺓⺔⺖⺛⺝⺟⺠⺣⺤⺥⺦⺨⺩⺪⺫⺬⺭⺮⺯⺱⺲⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗"
        "⻘⻙⻚⻛⻜⻝⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂几小兀尣尢巳幺彑忄旡月母民灬爫爫丬犭王疋目示礻竹糸罓罒羊羊羋耂肀聿肉臼艹艹艹虎衤覀西见角"
        "角讠贝足车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜龜龟",
        strict=True,
    )
)

# Kangxi radicals whose own character is not the one of simplified text.
_SIMPLIFIED = {0x2F3E: "户", 0x2FAD: "青"}

# Dashes that a font draws as one glyph.
_LIGATURES = {0x2E3A: "——", 0x2E3B: "———"}


@cache
def _table() -> dict[int, str]:
    kangxi = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
    kangxi |= _SIMPLIFIED | _LIGATURES
    return kangxi | {ord(sign): char for sign, char in _SUPPLEMENT.items()}


def unified(text: str) -> str:
    """`text` with radicals replaced by the characters that they look like."""
    return text if text.isascii() else text.translate(_table())
