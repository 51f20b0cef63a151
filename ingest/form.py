"""Form: what a kind of report looks like and how people name its parts, read from YAML.

A form file (ingest/forms/*.yaml) has a layout (tables → blocks → rows × columns with the labels
printed on them) and points to a vocabulary (items, aspects, derived measures, with the names
people use). Item = what a row of the national form counts (予以公开, 行政复议 …); aspect = which
side of it (总计, 自然人, 结果纠正, 本年制发件数 …). The measure id of a cell is "item.aspect".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import FormError

FORMS = files("ingest") / "forms"


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Glossary(Model):
    """Plain-language meaning, with the article it rests on."""

    meaning: str
    article: str = ""
    advice: str = ""  # what an applicant may do next


class Entry(Model):
    """An item or an aspect: `name` is what answers say, `aliases` what people ask.

    Aliases may use `[a|b]` for alternatives and `(a|b)` for optional parts. `weak` aliases count
    only where no other item of the same table is named ("申请" beside "重复申请").
    """

    name: str
    aliases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()  # aliases that only say how it ended beside one of `gives_way_to`
    gives_way_to: tuple[str, ...] = ()
    meant_beside: tuple[str, ...] = ()  # of a name that two items bear: beside these it means this
    unit: str = ""
    glossary: Glossary | None = None
    patterns: tuple[str, ...] = ()  # of a prose fact: what stands right before its number
    sum_of: tuple[str, ...] = ()  # not printed in the form: the sum of these
    default_aspect: str = ""  # of an item: the aspect meant when none is named
    default_item: str = ""  # of an aspect: the item meant when none is named
    whole: str = ""  # of an item: what its share is taken of when none is named
    year_offset: int = 0  # of an alias that names a year: the report's year minus that year
    priced: str = ""  # of a prose fact in pieces: the one that says their amount in money
    counted: str = ""  # the noun that a unit goes with ("申请"), for answers


class Ratio(Model):
    """numerator ÷ denominator, each a sum of measures; "-x" is subtracted.

    A term is an item id ("granted": the aspect asked about, else the item's default) or a full
    measure id ("review.corrected").
    """

    name: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]


class Derived(Ratio):
    """A rate people ask for. `variants` are other honest definitions, given beside it."""

    aliases: tuple[str, ...] = ()
    unit: str = "%"
    variants: tuple[Ratio, ...] = ()


class Vocabulary(Model):
    """The names of a family of forms."""

    items: dict[str, Entry]
    aspects: dict[str, Entry]
    derived: dict[str, Derived] = Field(default_factory=dict)
    groups: dict[str, Group] = Field(default_factory=dict)
    prose: dict[str, Entry] = Field(default_factory=dict)  # counted in sentences, not in tables
    topics: dict[str, Entry] = Field(default_factory=dict)  # rules people ask about, no figure


class Group(Model):
    """A family of members that people rank or list ("哪类申请人最多", "各种理由")."""

    name: str
    axis: Literal["items", "aspects"]
    members: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    of: str = ""  # the item meant where members are aspects and no item is named


class Node(Model):
    """A header label. `id` is an item or aspect id; a node without id only groups.

    `labels` are the printed variants, without numbering such as （一） or 1. (matching ignores
    numbering, spacing, punctuation and full-width forms). `printed: false` marks a group whose
    own sum is not a row or column of the form; its label still heads its children.
    """

    id: str = ""
    labels: tuple[str, ...]
    printed: bool = True
    optional: bool = False
    signed: bool = False  # may be negative (本年增/减)
    unit: str | None = None  # None: the table's; "": the form itself does not say
    children: tuple[Node, ...] = ()

    def leaves(self, path: tuple[Node, ...] = ()) -> Iterator[tuple[Node, ...]]:
        """Paths (outermost first) to every node that is a printed row or column."""
        here = (*path, self)
        if self.id and self.printed:
            yield here
        for child in self.children:
            yield from child.leaves(here)


class Block(Model):
    """A rectangle of a table with its own header: rows × columns, each leaf a cell.

    `item_axis` says which axis holds the items; the other holds the aspects. In table 四 both
    stand above (columns = items ▸ aspects) and `rows` is empty: one nameless data row.
    """

    title: tuple[str, ...] = ()  # labels that announce the block, e.g. 第二十条第（一）项
    item_axis: Literal["rows", "columns"] = "rows"
    rows: tuple[Node, ...] = ()
    columns: tuple[Node, ...] = ()


class FormTable(Model):
    id: str  # "二", "三", "四": Figure.table
    title: tuple[str, ...]
    unit: str = "件"
    corner: tuple[str, ...] = ()  # labels of the header that head no column of data
    blocks: tuple[Block, ...]


class Identity(Model):
    """left = right, sums of item ids or aspect ids, tried for every `per` (aspect or item)."""

    id: str
    text: str
    table: str
    axis: Literal["items", "aspects"]  # what the terms name; tried along the other axis
    left: tuple[str, ...]
    right: tuple[str, ...]
    only: tuple[str, ...] = ()  # the members of the other axis it is tried for; all if empty


class Carry(Model):
    """Across years: `closing` of year Y equals `opening` of year Y + 1."""

    id: str
    text: str
    closing: str
    opening: str
    hint: bool = False


class Form(Model):
    id: str
    name: str
    basis: str
    first_year: int | None = None
    last_year: int | None = None
    title: tuple[str, ...] = ()  # what titles of such reports contain
    sections: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    subtotals: tuple[str, ...] = ()  # labels that mean the sum of the group they stand under
    vocabulary: Vocabulary
    tables: tuple[FormTable, ...]
    identities: tuple[Identity, ...] = ()
    carries: tuple[Carry, ...] = ()


def read_yaml(path: Any) -> Any:
    """The parsed YAML of `path` (Path or Traversable). Raises FormError with line on bad YAML."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    except yaml.YAMLError as error:
        raise FormError(f"{path}：不是可读的 YAML：{error}") from error


def load_form(path: Any) -> Form:
    """A form from its file; `vocabulary` may be the name of a file beside it, and `extends`
    another form file whose tables, identities and carries it takes where it has none of that id.
    A table with `changes` (node id → keys) is the other file's table with those keys changed.

    Raises FormError naming file and key.
    """
    raw = _extended(path)
    if isinstance(raw.get("vocabulary"), str):
        raw["vocabulary"] = read_yaml(_beside(path, raw["vocabulary"]))
    try:
        return Form.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise FormError(f"{path}：{where}：{first['msg']}") from error


def _extended(path: Any) -> dict[str, Any]:
    raw = read_yaml(path)
    if not isinstance(raw, dict):
        raise FormError(f"{path}：表式文件须是键与值的对应")
    base_name = raw.pop("extends", None)
    if base_name is None:
        return raw
    base = _extended(_beside(path, base_name))
    for key in ("tables", "identities", "carries"):
        raw[key] = _merged(base.get(key) or [], raw.get(key) or [])
    return {**base, **raw}


def _merged(base: list[dict[str, Any]], own: list[dict[str, Any]]) -> list[dict[str, Any]]:
    named = {entry["id"] for entry in own}
    before = {entry["id"]: entry for entry in base}
    own = [_changed(before, entry) if "changes" in entry else entry for entry in own]
    merged = [entry for entry in base if entry["id"] not in named] + own
    return sorted(merged, key=lambda entry: [e["id"] for e in base + own].index(entry["id"]))


def _changed(before: dict[str, dict[str, Any]], entry: dict[str, Any]) -> dict[str, Any]:
    """The table of the extended form with the nodes named in `changes` changed."""
    changes = entry.pop("changes")

    def renewed(value: Any) -> Any:
        if isinstance(value, list):
            return [renewed(part) for part in value]
        if not isinstance(value, dict):
            return value
        return {key: renewed(part) for key, part in value.items()} | changes.get(
            value.get("id"), {}
        )

    return {**renewed(before.get(entry["id"], {})), **entry}


def _beside(path: Any, name: str) -> Any:
    return (path.parent if isinstance(path, Path) else FORMS) / name


@lru_cache(maxsize=1)
def built_in_forms() -> tuple[Form, ...]:
    """Every form shipped in ingest/forms, newest first."""
    found = [load_form(entry) for entry in FORMS.iterdir() if entry.name.endswith(".form.yaml")]
    return tuple(sorted(found, key=lambda form: -(form.first_year or 0)))
