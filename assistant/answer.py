"""Answer: the record of the command-line contract, with what the evidence panel needs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

ChartKind = Literal["bar", "pie", "line"]
Status = Literal["answered", "clarify", "refused", "handoff", "error"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a number or a sentence stands. `figure_id`, `table_key` and `position` open the cell;
    `passage_id` opens the passage."""

    kind: Literal["cell", "text"]
    report: str
    report_id: str
    publisher: str
    year: int | None
    section: str
    quote: str
    source: str
    row: tuple[str, ...] = ()
    column: tuple[str, ...] = ()
    table: str = ""
    table_key: str = ""
    position: tuple[int, int] | None = None
    figure_id: str = ""
    passage_id: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One labelled value of a list, ranking or breakdown; `value` is a decimal string."""

    label: str
    value: str | None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """What a picture of the answer would show; drawn by the web chat."""

    kind: ChartKind
    title: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """An identity that touches a used figure, and whether it holds in the source."""

    rule: str
    holds: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `value` is exact, in `unit`; `text` is what a person reads.

    `choices` are questions a person can click (a clarification's options, or follow-ups).
    `plan` is what was understood, as plain data; `carried` says which slots came from earlier
    turns; `llm` says which path spoke and what the language model cost, where one is set.
    """

    question: str
    status: Status
    text: str
    reason: str | None = None
    value: str | None = None
    unit: str | None = None
    items: tuple[Item, ...] = ()
    formula: str | None = None
    citations: tuple[Citation, ...] = ()
    warnings: tuple[str, ...] = ()
    latency_ms: float = 0.0
    choices: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    chart: Chart | None = None
    carried: tuple[str, ...] = ()
    plan: dict[str, Any] = field(default_factory=dict)
    session: str = ""
    turn: int = 0
    llm: dict[str, Any] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """The contract's JSON object (tuples become lists); `llm` only where one is set."""
        found: dict[str, Any] = _plain(asdict(self))
        if not self.llm:
            del found["llm"]
        return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value
