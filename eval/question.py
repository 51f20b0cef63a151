"""Question: one row of a question file, checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from eval.problems import Problems
from eval.rows import Row, read_rows

QUESTION_LIMIT = 20_000


def _identifier(value: Any) -> Any:
    # Excel and JSON both give running numbers as numbers.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _whole(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValueError("is empty")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("holds half of a character (a lone surrogate)") from error
    return text


def _optional(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        return None
    return _identifier(value)


Identifier = Annotated[
    str, BeforeValidator(_identifier), AfterValidator(_whole), Field(max_length=500)
]
OptionalText = Annotated[
    Annotated[str, AfterValidator(_whole)] | None, BeforeValidator(_optional), Field(default=None)
]


class Question(BaseModel):
    """A question as a user asks it. Rows with one `session` are turns of one conversation in file
    order; `source` limits the question to one report. Further keys of the row are ignored."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    id: Identifier
    question: Annotated[str, AfterValidator(_whole), Field(max_length=QUESTION_LIMIT)]
    session: OptionalText
    source: OptionalText


Model = TypeVar("Model", bound=BaseModel)


def read_questions(path: Path) -> Iterator[tuple[int, Question]]:
    """(row number, question) of a question file; a row without an id gets its row number.

    Raises QuestionError listing bad rows; call `check_questions` first to know all before asking.
    """
    return read_models(path, Question, prepare=_with_id)


def _with_id(row: Row) -> dict[str, Any]:
    given = row.data.get("id")
    if given is None or given == "":
        return {**row.data, "id": str(row.number)}
    return row.data


def check_questions(path: Path) -> int:
    """How many questions the file has; raises QuestionError listing its bad rows."""
    return sum(1 for _ in read_questions(path))


def read_models(
    path: Path, model: type[Model], *, prepare: Callable[[Row], dict[str, Any]]
) -> Iterator[tuple[int, Model]]:
    """Checked rows with unique `id`s. Goes on to the end to tell all bad rows at once."""
    problems = Problems(path)
    seen: dict[str, int] = {}
    any_row = False
    for row in read_rows(path):
        any_row = True
        checked = _checked(row, model, problems, prepare)
        if checked is None:
            continue
        key: str = checked.id  # type: ignore[attr-defined]
        first = seen.setdefault(key, row.number)
        if first != row.number:
            problems.add(row.number, f"id {key!r} is already that of row {first}")
        elif not problems.count:
            yield row.number, checked
    if not any_row:
        problems.add(1, "the file has no rows")
    problems.raise_if_any()


def _checked(
    row: Row, model: type[Model], problems: Problems, prepare: Callable[[Row], dict[str, Any]]
) -> Model | None:
    if row.problem:
        problems.add(row.number, row.problem)
        return None
    try:
        return model.model_validate(prepare(row))
    except ValidationError as error:
        for entry in error.errors(include_url=False, include_context=False):
            problems.add(row.number, _sentence(entry))
    return None


def _sentence(entry: Any) -> str:
    where = ".".join(str(part) for part in entry["loc"]) or "row"
    message = str(entry["msg"]).removeprefix("Value error, ")
    if entry["type"] == "missing":
        message = "is missing"
    return f"{where}: {message}"
