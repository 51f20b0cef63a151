"""Gold: a question with what a right answer holds, checked row by row.

The keys of `expect` are those of the contract; an unknown key is an error, because a misspelt
`tolerence` would otherwise be judged silently as if it were not there. `cells` is ours: the cells
that the answer should cite, for citation precision and recall; it does not decide rightness.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

from eval.flat_gold import unflatten
from eval.quantity import decimal
from eval.question import Question, read_models
from eval.rows import Row

STATUSES = ("answered", "clarify", "refused", "handoff")
Status = Literal["answered", "clarify", "refused", "handoff"]


def _number(value: Any) -> Decimal:
    if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        raise ValueError(f"须是十进制数（或写成文字的数），不能是 {value!r}")
    number = decimal(value)
    if number is None:
        raise ValueError(f"{str(value)[:60]} 不是十进制数")
    return number


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _statuses(value: Any) -> frozenset[Any]:
    listed = value if isinstance(value, list) else [value]
    wrong = [entry for entry in listed if entry not in STATUSES]
    if wrong or not listed:
        raise ValueError(f"须是 {'、'.join(STATUSES)} 之一或它们的列表，不能是 {value!r}")
    return frozenset(listed)


def _words(value: str) -> str:
    if not value.strip():
        raise ValueError("不能为空：空文字与任何答案都相符")
    return value


Number = Annotated[Decimal, BeforeValidator(_number)]
Tolerance = Annotated[Number, Field(ge=0)]
Words = Annotated[str, AfterValidator(_words)]
AllParts = Annotated[list[Words], Field(min_length=1)]
Alternatives = Annotated[
    list[Words | AllParts], BeforeValidator(_listed), Field(min_length=1, max_length=1000)
]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class ExpectedItem(_Strict):
    """An item that the answer must list: one of `label`'s substrings, and its value if given."""

    label: Annotated[list[Words], BeforeValidator(_listed), Field(min_length=1)]
    value: Number | None = None


class ExpectedCell(_Strict):
    """A cell that the answer should cite: substrings of its row path, column path and quote."""

    row: list[Words] = []
    column: list[Words] = []
    quote: Words | None = None
    year: int | None = None
    publisher: Words | None = None


class Expect(_Strict):
    """What holds in a right answer; a key that is absent is not judged."""

    status: Annotated[frozenset[Status], BeforeValidator(_statuses)]
    value: Number | None = None
    unit: str | None = None
    tolerance: Tolerance | None = None
    value_any: Annotated[list[Number], BeforeValidator(_listed)] = []
    abs: bool = False
    items: Annotated[list[ExpectedItem], Field(max_length=500)] = []
    ordered: bool = False
    contains: Annotated[list[Alternatives], BeforeValidator(_listed)] = []
    not_contains: Annotated[list[Alternatives], BeforeValidator(_listed)] = []
    cites: Annotated[list[Words | AllParts], BeforeValidator(_listed)] = []
    cells: list[ExpectedCell] = []

    @property
    def values(self) -> tuple[Decimal, ...]:
        """The expected value and its further honest readings."""
        first = () if self.value is None else (self.value,)
        return (*first, *self.value_any)


def _tags(value: Any) -> Any:
    if isinstance(value, list):
        return {str(entry): "yes" for entry in value}
    if isinstance(value, dict):
        return {str(name): str(entry) for name, entry in value.items()}
    return value


class GoldRow(Question):
    """A question, its `set`, its tags (type, difficulty, voice, …) and what is expected."""

    set: str | None = None
    tags: Annotated[dict[str, str], BeforeValidator(_tags)] = Field(default_factory=dict)
    expect: Expect


TAGS = ("type", "difficulty", "voice")


def read_gold(path: Path) -> Iterator[tuple[int, GoldRow]]:
    """(row number, gold row) of a .jsonl, .csv or .xlsx gold file.

    Raises QuestionError listing the bad rows with file and row number.
    """
    return read_models(path, GoldRow, prepare=_prepared)


def _prepared(row: Row) -> dict[str, Any]:
    data = unflatten(row.data)
    tags = {name: data[name] for name in TAGS if isinstance(data.get(name), str)}
    if tags and isinstance(data.get("tags", {}), dict):
        data = {**data, "tags": {**tags, **data.get("tags", {})}}
    return data
