"""Units as printed around a number: in its header, above its table."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.structure.text import half_width, simplified
from ingest.structure.values import scaled

_NAMED = re.compile(r"(?:单位|计量单位|金额单位)\s*[::]\s*(?:人民币)?\s*([^\s)\],;、。]{1,6})")
_PARENTHESISED = re.compile(r"[(\[]\s*([^()\[\]:]{1,5})\s*[)\]]\s*$")


@lru_cache(maxsize=4096)
def printed_unit(text: str) -> str:
    """The unit a label names, as 单位：万元 or at its end as （万元）; "" if none."""
    plain = simplified(half_width(text))
    for pattern in (_NAMED, _PARENTHESISED):
        found = pattern.search(plain)
        if found and _is_unit(found[1].strip()):
            return found[1].strip()
    return ""


def _is_unit(text: str) -> bool:
    from decimal import Decimal

    return scaled(Decimal(1), text) is not None
