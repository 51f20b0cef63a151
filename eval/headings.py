"""Headings: which column of a sheet is which, from headings.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("headings.yaml")


class Headings:
    """Maps a heading as printed to our column name."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    @classmethod
    @cache
    def load(cls) -> Headings:
        import yaml

        table: dict[str, list[str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        return cls({fold(word): name for name, words in table.items() for word in (name, *words)})

    def name(self, heading: Any) -> str | None:
        return self._names.get(fold(heading))

    def names(self, cells: Iterable[Any], needs: tuple[str, ...]) -> list[str | None] | None:
        """The column names of a heading row; None where a needed one is missing.

        The first of two columns with one meaning counts.
        """
        found: list[str | None] = []
        for cell in cells:
            name = self.name(cell)
            found.append(None if name in found else name)
        return found if all(name in found for name in needs) else None


def fold(heading: Any) -> str:
    text = "" if heading is None else str(heading)
    return "".join(text.split()).replace("_", "").replace("﻿", "").casefold()
