"""Claims: what a text says around its figures, and whether the draft says the same.

A text is read with the words of the rules into a row of marks: measures, years, places,
operations, and the slots of the figures. A slot stands for the same figure only where the marks
in front of it are the same as in the draft; so a year, a place or a measure cannot be swapped.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.catalog import Catalog
from assistant.lexicon import Lexicon
from assistant.normalize import normalize
from assistant.tagger import Tag, read
from ingest.form import read_yaml

FILE = files("assistant") / "llm" / "composing.yaml"
SLOT = re.compile(r"\{f(\d{1,3})\}")
_MEASURES = ("item", "aspect", "derived", "group", "prose", "topic")
_YEARS = re.compile(r"(?:19|20)\d\d(?:[–、至到—-](?:19|20)\d\d)*年")
_ORDINALS = ("year_word", "unknown_place", "sub_year", "number", "quantity")

Mark = tuple[str, str]


@lru_cache(maxsize=1)
def rules() -> dict[str, Any]:
    return dict(read_yaml(FILE))


@dataclass(frozen=True)
class Reader:
    """Reads texts into marks with the words of the rules and the names of one catalog."""

    lexicon: Lexicon
    catalog: Catalog

    def read(self, text: str) -> Said:
        """Piece by piece between the slots: no name reaches across a figure."""
        marks: list[Mark] = []
        rest: list[str] = []
        for at, piece in enumerate(SLOT.split(text)):
            if at % 2:
                marks.append(("slot", piece))
                continue
            levelled = normalize(piece)
            tags = read(levelled, self.lexicon, self.catalog).tags
            marks += [mark for tag in tags for mark in _marks(tag)]
            named = [tag for tag in tags if tag.kind in (*_MEASURES, "place", "year")]
            rest.append(_without(levelled, named))
        return Said(tuple(marks), "|".join(rest))


@dataclass(frozen=True)
class Said:
    """`marks` in order; `rest` is the text without names of measures, places and years."""

    marks: tuple[Mark, ...]
    rest: str

    @property
    def slots(self) -> list[str]:
        return [id_ for kind, id_ in self.marks if kind == "slot"]

    def of(self, *kinds: str) -> Counter[Mark]:
        return Counter(mark for mark in self.marks if mark[0] in kinds)

    def facets(self) -> dict[str, tuple[Any, ...]]:
        """Slot → (the year named last, the place named last, the measures since the slot before,
        in order; where there are none, those of that slot)."""
        found: dict[str, tuple[Any, ...]] = {}
        year, place = "", ""
        measures: list[str] = []
        last: tuple[str, ...] = ()
        for kind, id_ in self.marks:
            if kind == "year":
                year = id_
            elif kind == "place":
                place = id_
            elif kind == "measure":
                measures.append(id_)
            elif kind == "slot":
                last = tuple(measures) or last
                found[id_] = (year, place, last)
                measures = []
        return found

    def operations(self) -> dict[str, frozenset[str]]:
        """Slot → the operations said since the slot before."""
        found: dict[str, frozenset[str]] = {}
        since: set[str] = set()
        for kind, id_ in self.marks:
            if kind == "slot":
                found[id_] = frozenset(since)
                since = set()
            elif kind == "op":
                since.add(id_)
        return found


def _marks(tag: Tag) -> list[Mark]:
    if tag.kind == "year":
        return [("year", str(tag.value))]
    if tag.kind == "place":
        return [("place", str(tag.value))]
    if tag.kind in _MEASURES:
        return [("measure", tag.senses[0].id)]
    if tag.kind in _ORDINALS:
        return [("other", f"{tag.kind}:{tag.text}")]
    return [("op", id_) for id_ in tag.ids("op")]


def _without(text: str, tags: list[Tag]) -> str:
    kept, at = [], 0
    for tag in tags:
        kept += [text[at : tag.start], "|"]
        at = tag.end
    return "".join(kept) + text[at:]


def problem(text: str, draft: str, reader: Reader) -> str:
    """Why `text` may not stand for `draft` (both with their slots), in Chinese; "" where it may.

    The order is from the plain to the subtle, so that the model is told the nearest cause.
    """
    for check in (_foreign_signs, _numbers, _length):
        found = check(text, draft)
        if found:
            return found
    said, meant = reader.read(text), reader.read(draft)
    return _slots(said, meant) or _swapped(said, meant) or _claimed(said, meant)


def unfit_beginning(text: str, draft: str, reader: Reader) -> str:
    """Why `text`, whole sentences, may not be shown before the rest is known; "" where it may.

    As `problem`, of the slots that it has; it ends with a slot, so that nothing is said of figures
    still to come. Whatever follows, each sentence of it is then as true as the draft.
    """
    for check in (_foreign_signs, _numbers, _length):
        found = check(text, draft)
        if found:
            return found
    said, meant = reader.read(text), reader.read(draft)
    if not said.slots or said.slots != meant.slots[: len(said.slots)]:
        return "记号的次序不同"
    tail = SLOT.split(text)[-1]
    if tail.strip("。；！？\n”’） "):
        return "记号之后还有话"
    return _swapped(said, meant) or _claimed(said, meant)


def _foreign_signs(text: str, draft: str) -> str:
    bare = SLOT.sub("", text)
    allowed = set(str(rules()["signs"])) | set(SLOT.sub("", draft))  # no brace but of a slot
    foreign = sorted({sign for sign in bare if sign not in allowed and not _is_han(sign)})
    foreign = [sign for sign in foreign if not unicodedata.category(sign).startswith("N")]
    return f"不能有这些字符：{' '.join(foreign[:5])}" if foreign else ""


def _is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff" or "\u3400" <= sign <= "\u4dbf"


def _numbers(text: str, draft: str) -> str:
    """Any sign with a numeric value, outside slots, years of the draft and harmless words."""
    bare = SLOT.sub("", text)
    years = set(_YEARS.findall(SLOT.sub("", draft)))
    single = {found for year in years for found in re.findall(r"\d{4}", year)}
    bare = _YEARS.sub(
        lambda found: "" if set(re.findall(r"\d{4}", found[0])) <= single else found[0], bare
    )
    for word in rules()["harmless"]:
        bare = bare.replace(word, "")
    found = sorted({sign for sign in bare if unicodedata.numeric(sign, None) is not None})
    found = [sign for sign in found if not _in_draft_word(sign, bare, draft)]
    return f"记号之外不能写数字：{' '.join(found[:5])}" if found else ""


def _in_draft_word(sign: str, bare: str, draft: str) -> bool:
    """Whether each `sign` stands inside a run of three signs that the draft has as well: part of
    a name (三公经费), not a number."""
    if sign.isascii() or unicodedata.category(sign) == "Nd":
        return False
    places = [at for at, one in enumerate(bare) if one == sign]
    return all(
        any(bare[max(0, at - back) : at - back + 3] in draft for back in range(3) if at >= back)
        and len(bare) >= 3
        for at in places
    )


def _length(text: str, draft: str) -> str:
    return "写得太长" if len(text) > 3 * len(draft) + 60 else ""


def _slots(said: Said, meant: Said) -> str:
    if said.slots != meant.slots:
        return "每个记号要用一次，而且次序不变：" + "、".join(f"{{f{id_}}}" for id_ in meant.slots)
    return ""


def _swapped(said: Said, meant: Said) -> str:
    """Marks that differ in front of a slot, and names that the draft has not or not as often."""
    here, there = said.facets(), meant.facets()
    wrong = [id_ for id_ in here if here[id_] != there[id_]]
    if wrong:
        return f"{{f{wrong[0]}}} 前面的年份、单位或项目与草稿不同"
    spoken, known_ops = said.operations(), meant.operations()
    for id_, ops in known_ops.items():
        if id_ not in spoken:  # of a beginning: still to come
            continue
        if bool(ops) != bool(spoken[id_]) or (ops and not ops & spoken[id_]):
            return f"{{f{id_}}} 前面的比较说法与草稿不同"
    for kind in ("year", "place", "measure"):
        new, known = said.of(kind), meant.of(kind)
        if set(new) - set(known) or (len(known) > 1 and new - known):
            return "多写了年份、单位或项目"
    if said.of("other") - meant.of("other"):
        return "多写了数字、时间或单位"
    return ""


def _claimed(said: Said, meant: Said) -> str:
    if set(said.of("op")) - set(meant.of("op")):
        return "多写了草稿没有的比较或说法"
    text = said.rest
    for word in rules()["harmless"]:
        text = text.replace(word, "")
    # Counted: a word that the draft says elsewhere must not be said again of another figure
    # ("{f1}多").
    draft = meant.rest
    for word in rules()["harmless"]:
        draft = draft.replace(word, "")
    new = [word for word in rules()["claims"] if text.count(word) > draft.count(word)]
    return f"草稿没有这样说：{'、'.join(new[:3])}" if new else ""
