"""Question: one row of a question file, checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from eval.problems import Problems
from eval.rows import Row, read_rows

QUESTION_LIMIT = 20_000
# What pydantic finds wrong, by its error type, in Chinese.
COMPLAINTS = Path(__file__).with_name("complaints.yaml")


def _identifier(value: Any) -> Any:
    # Excel and JSON both give running numbers as numbers.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _whole(text: str) -> str:
    text = text.strip()
    if not text:
        raise ValueError("不能为空")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("含有半个字符（落单的代理码）") from error
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
            problems.add(row.number, f"id {key} 与第 {first} 行重复")
        elif not problems.count:
            yield row.number, checked
    if not any_row:
        problems.add(1, "文件里没有一行内容")
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
        # The branches of a union complain one by one; the first says enough of a place.
        told = {_where(entry): entry for entry in reversed(error.errors(include_url=False))}
        for entry in reversed(told.values()):
            problems.add(row.number, sentence(entry))
    return None


def sentence(entry: Any) -> str:
    """One error of a pydantic model as a person reads it: where, and what is wrong."""
    where = _where(entry) or "整行"
    known = _complaints().get(str(entry["type"]))
    if known is None:
        return f"{where}：{str(entry['msg']).removeprefix('Value error, ')}"
    return f"{where}：{known.format_map(entry.get('ctx') or {})}"


def _where(entry: Any) -> str:
    """`expect.items.0.label`: without the names that pydantic gives to the branches of a union."""
    loc = takewhile(lambda part: str(part).replace("_", "").isalnum(), entry["loc"])
    return ".".join(str(part) for part in loc).removesuffix(".str")


@cache
def _complaints() -> dict[str, str]:
    import yaml

    found: dict[str, str] = yaml.safe_load(COMPLAINTS.read_text(encoding="utf-8"))
    return found
