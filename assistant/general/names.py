"""Names: what the lines of a sheet are called, found in a question whole or in part."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Literal

from assistant.general.sheet import Attribute, Sheet
from assistant.general.texts import is_average, is_code, is_total, key, keys, listed, words

Kind = Literal["column", "row", "attribute", "title"]
LONGEST = 40  # characters of a label that a question is compared with
_YEAR = re.compile(r"(?:19|20)\d{2}年")
_MOST = 400  # labels that share two characters; more tell nothing


@dataclass(frozen=True)
class Name:
    """One thing a label stands for. `group`: labels of one group exclude each other, those of
    different groups narrow each other down."""

    kind: Kind
    group: tuple[str, int]
    lines: frozenset[int]
    label: str
    total: bool = False
    code: bool = False


@dataclass
class Names:
    """The names of a sheet by matching form, and which forms hold a pair of characters."""

    exact: dict[str, list[Name]] = field(default_factory=lambda: defaultdict(list))
    pairs: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, label: str, name: Name) -> None:
        for form in _forms(label):
            if form not in self.exact and not name.code:
                for pair in {form[at : at + 2] for at in range(len(form) - 1)}:
                    self.pairs[pair].append(form)
            if name not in self.exact[form]:
                self.exact[form].append(name)

    def partly(self, asked: str, start: int) -> tuple[int, list[Name]]:
        """The longest piece of `asked` from `start` on that stands inside some label: its end and
        the names of those labels; (start, []) where not even two characters do."""
        forms = self.pairs.get(asked[start : start + 2], [])
        if not forms or len(forms) > _MOST:
            return start, []
        stop = start + 2
        while stop < len(asked) and stop - start < LONGEST:
            longer = [form for form in forms if asked[start : stop + 1] in form]
            if not longer:
                break
            forms, stop = longer, stop + 1
        return stop, [name for form in forms for name in self.exact[form]]


def _forms(label: str) -> list[str]:
    forms = [form[:LONGEST] for form in keys(label)]
    synonyms = words()["synonyms"]
    forms += [key(other) for other, own in synonyms.items() if key(own) in forms]
    forms += [form[:-1] for form in forms if _YEAR.fullmatch(form)]
    forms += [f"{form}份" for form in forms if form.endswith("月")]
    return list(dict.fromkeys(form for form in forms if form))


def names_of(sheet: Sheet) -> Names:
    """Every label of a sheet."""
    names = Names()
    _add_columns(sheet, names)
    for attribute in sheet.attributes:
        _add_attribute(sheet, attribute, names)
    _add_sections(sheet, names)
    for text in sheet.named_by:
        names.add(text, Name("title", ("t", 0), frozenset(), text))
    return names


def _add_columns(sheet: Sheet, names: Names) -> None:
    found: dict[tuple[int, str], set[int]] = defaultdict(set)
    for column, path in sheet.columns.items():
        for level, label in enumerate(path):
            found[level, label].add(column)
    for (level, label), columns in found.items():
        total = is_total(label) or is_average(label)
        names.add(label, Name("column", ("c", level), frozenset(columns), label, total))
    _add_joined(sheet, names)


@cache
def _extremes() -> frozenset[str]:
    return listed("cues", "max") | listed("cues", "min")


def _add_joined(sheet: Sheet, names: Names) -> None:
    """A lower level that reads as a cue, with the upper one: 最高气温 for 气温 ▸ 最高."""
    for column, path in sheet.columns.items():
        for level, (above, below) in enumerate(pairwise(path)):
            short = min(keys(above), key=len, default=""), min(keys(below), key=len, default="")
            if not all(short) or short[1] not in _extremes():
                continue
            name = Name("column", ("c", level + 1), frozenset([column]), below)
            for form in ("".join(short), "".join(short[::-1])):
                if form not in names.exact:
                    names.exact[form].append(name)


def _add_attribute(sheet: Sheet, attribute: Attribute, names: Names) -> None:
    code = is_code(attribute.name)
    found: dict[str, set[int]] = defaultdict(set)
    for row, text in attribute.texts.items():
        found[text].add(row)
    group = ("r", attribute.column)
    for text, rows in found.items():
        if len(text) < 2 and (code or key(attribute.name) in words()["unit_heads"]):
            continue
        total = is_total(text) or is_average(text)
        names.add(text, Name("row", group, frozenset(rows), text, total, code))
    for label in attribute.labels:
        lines = frozenset([attribute.column])
        names.add(label, Name("attribute", group, lines, label))


def _add_sections(sheet: Sheet, names: Names) -> None:
    """Labels of row paths that stand in no label column: sections over the whole width."""
    known = {text for attribute in sheet.attributes for text in attribute.texts.values()}
    found: dict[str, set[int]] = defaultdict(set)
    for row, path in sheet.rows.items():
        for label in path:
            if label and label not in known:
                found[label].add(row)
    for label, rows in found.items():
        names.add(label, Name("row", ("r", -1), frozenset(rows), label))
