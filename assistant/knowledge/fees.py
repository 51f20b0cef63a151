"""Fees: by item or by page, each step on the part above the one before (国办函〔2020〕109号)."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.knowledge.pack import Fee

MOST = 1_000_000  # items or pages; more is a slip of the keys


@dataclass(frozen=True, slots=True)
class Charge:
    """`parts` are (how many, yuan each); their sum of products is `yuan`."""

    yuan: int
    parts: tuple[tuple[int, int], ...]

    @property
    def formula(self) -> str:
        return " + ".join(f"{count}×{each}" for count, each in self.parts) or "0"


def charge(count: int, fee: Fee) -> Charge:
    """The fee for `count` items or pages. Raises ValueError outside 0..`MOST`."""
    if not 0 <= count <= MOST:
        raise ValueError(count)
    parts = []
    done = 0
    for step in fee.steps:
        here = min(count, step.upto) - done
        if here <= 0:
            break
        parts.append((here, step.each))
        done += here
    each = fee.open.each
    while done < count:
        here = min(count - done, fee.open.width or count - done)
        parts.append((here, each))
        done, each = done + here, each + fee.open.rise
    return Charge(sum(many * price for many, price in parts), tuple(parts))
