"""Pack: the reviewed entries of `pack/*.yaml`, checked as they are read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import FormError, KnowledgeError
from ingest.form import read_yaml

FOLDER = files("assistant") / "knowledge" / "pack"
M = TypeVar("M", bound=BaseModel)
_OTHERS = {
    "regulations.yaml",
    "deadlines.yaml",
    "fees.yaml",
    "messages.yaml",
    "contacts.yaml",
    "cues.yaml",
}


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"不是正则表达式：{error}") from error
    return value


Text = Annotated[str, Field(min_length=1)]
Pattern = Annotated[str, Field(min_length=1), AfterValidator(_pattern)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Regulation(_Strict):
    """A rule that is cited; `effective` is the first day of the version meant."""

    name: Text
    number: Text
    issuer: Text
    effective: date


class Article(_Strict):
    law: Text
    at: Text


class Entry(_Strict):
    """One thing people ask about. `rule` is our own summary of `articles`.

    `firm` are patterns that ask for the rule even where they name a measure ("哪些信息可以不公开").
    `unless` are patterns of questions that its own patterns are not meant for.
    `topics` and `items` are the vocabulary's names of the same thing; `measure` is the item whose
    figure stands beside the rule.
    """

    name: Text
    asks: list[Text] = Field(min_length=1)
    patterns: list[Pattern] = []
    firm: list[Pattern] = []
    unless: list[Pattern] = []
    topics: list[Text] = []
    items: list[Text] = []
    measure: str = ""
    rule: Text
    articles: list[Article] = Field(min_length=1)
    checked: date
    next: list[Text] = Field(min_length=1)


class Deadline(_Strict):
    """`count` units from the day after the start (Decree 711; 民事诉讼法 art. 85 for the days)."""

    name: Text
    count: Annotated[int, Field(gt=0)]
    unit: Literal["workday", "day", "month"]
    entry: Text
    pattern: Pattern


class Contact(_Strict):
    """What people ask of a guide, and how the sentence that says it is known."""

    name: Text
    ask: Pattern
    said: Pattern


class Step(_Strict):
    upto: Annotated[int, Field(gt=0)]
    each: Annotated[int, Field(ge=0)]


class Open(_Strict):
    each: Annotated[int, Field(ge=0)]
    width: Annotated[int, Field(ge=0)]
    rise: Annotated[int, Field(ge=0)]


class Fee(_Strict):
    """Yuan per item or page, by steps (国办函〔2020〕109号)."""

    law: Text
    at: Text
    checked: date
    steps: list[Step] = Field(min_length=1)
    open: Open


@dataclass(frozen=True)
class Pack:
    """The pack as read. `file_of` names the file in which an entry stands."""

    regulations: dict[str, Regulation]
    entries: dict[str, Entry]
    deadlines: dict[str, Deadline]
    fees: dict[str, Fee]
    contacts: dict[str, Contact]
    file_of: dict[str, str]
    messages: dict[str, str]

    def say(self, key: str, **values: object) -> str:
        return self.messages[key].format_map(values)


@lru_cache(maxsize=1)
def built_in() -> Pack:
    return load(FOLDER)


def load(folder: Any) -> Pack:
    """Read and check every YAML file of `folder`. Raises KnowledgeError with file and entry."""
    regulations = _models(folder / "regulations.yaml", "regulations", Regulation)
    entries: dict[str, Entry] = {}
    file_of: dict[str, str] = {}
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        if not path.name.endswith(".yaml") or path.name in _OTHERS:
            continue
        for id_, entry in _models(path, "entries", Entry).items():
            if id_ in entries:
                raise KnowledgeError(f"{path.name} {id_}：条目重名（{file_of[id_]} 里已有）")
            entries[id_], file_of[id_] = entry, path.name
    pack = Pack(
        regulations,
        entries,
        _models(folder / "deadlines.yaml", "deadlines", Deadline),
        _models(folder / "fees.yaml", None, Fee),
        _models(folder / "contacts.yaml", "contacts", Contact),
        file_of,
        {key: str(text) for key, text in _read(folder / "messages.yaml").items()},
    )
    _check(pack)
    return pack


def _read(path: Any) -> dict[str, Any]:
    try:
        data = read_yaml(path)
    except (OSError, FormError) as error:
        raise KnowledgeError(f"{path.name}：读不出来：{error}") from error
    if not isinstance(data, dict):
        raise KnowledgeError(f"{path.name}：须是“名称: 内容”的表")
    return data


def _models(path: Any, key: str | None, model: type[M]) -> dict[str, M]:
    data = _read(path)
    rows = data.get(key) if key else data
    if not isinstance(rows, dict) or (key and set(data) != {key}):
        raise KnowledgeError(f"{path.name}：最外层须只有 {key}")
    made = {}
    for id_, row in rows.items():
        try:
            made[str(id_)] = model.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise KnowledgeError(f"{path.name} {id_} {where}：{first['msg']}") from error
    return made


def _check(pack: Pack) -> None:
    asked: dict[str, str] = {}
    for id_, entry in pack.entries.items():
        at = f"{pack.file_of[id_]} {id_}"
        _check_laws(at, [article.law for article in entry.articles], pack)
        for law in entry.articles:
            if entry.checked < pack.regulations[law.law].effective:
                raise KnowledgeError(f"{at} checked：早于 {law.law} 的施行日")
        for ask in entry.asks:
            if ask in asked:
                raise KnowledgeError(f"{at} asks：“{ask}”在 {asked[ask]} 里已有")
            asked[ask] = id_
    for id_, fee in pack.fees.items():
        _check_laws(f"fees.yaml {id_}", [fee.law], pack)
        if [s.upto for s in fee.steps] != sorted({s.upto for s in fee.steps}):
            raise KnowledgeError(f"fees.yaml {id_} steps：upto 须逐档增大")
    for id_, deadline in pack.deadlines.items():
        if deadline.entry not in pack.entries:
            raise KnowledgeError(f"deadlines.yaml {id_} entry：没有条目 {deadline.entry}")


def _check_laws(at: str, laws: Iterable[str], pack: Pack) -> None:
    for law in laws:
        if law not in pack.regulations:
            raise KnowledgeError(f"{at} articles：regulations.yaml 里没有 {law}")
