"""Plan draft: what the model says that a question asks, and the same in words of the rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.catalog import Catalog
from assistant.llm.candidates import Candidates
from assistant.plan import Term
from assistant.schema import Schema
from ingest.errors import LlmError
from ingest.form import read_yaml

FILE = files("assistant") / "llm" / "planning.yaml"
Op = Literal[
    "lookup",
    "share",
    "sum",
    "difference",
    "times",
    "growth",
    "mean",
    "maximum",
    "minimum",
    "rank",
    "trend",
    "none",
]


class Said(BaseModel):
    """Words of the question, and the candidate that they mean."""

    model_config = ConfigDict(extra="forbid", strict=True)
    words: str = Field(min_length=1, max_length=60)
    means: str = Field(max_length=20)


class PlanDraft(BaseModel):
    """Ids stand for candidates; a place or year that is left out is settled by the rules."""

    model_config = ConfigDict(extra="forbid", strict=True)
    op: Op
    measures: list[str] = Field(default_factory=list, max_length=8)
    whole: str | None = None
    places: list[str] = Field(default_factory=list, max_length=8)
    years: list[int] = Field(default_factory=list, max_length=12)
    readings: list[Said] = Field(default_factory=list, max_length=30)


@lru_cache(maxsize=1)
def rules() -> dict[str, Any]:
    return dict(read_yaml(FILE))


@dataclass(frozen=True)
class Wanted:
    """A draft with its candidates put in: closed, but not yet understood."""

    op: str
    measures: tuple[Term | str, ...]
    whole: Term | str | None
    places: tuple[str, ...]
    years: tuple[int, ...]

    @classmethod
    def of(cls, draft: PlanDraft, among: Candidates) -> Wanted:
        """Raises LlmError (malformed) for an id or a year that was not offered."""
        offered = {*among.measures, *among.places}
        named = {*draft.measures, *([draft.whole] if draft.whole else [])}
        wrong = sorted((named - set(among.measures)) | (set(draft.places) - set(among.places)))
        wrong += [str(year) for year in draft.years if year not in among.years]
        wrong += [said.means for said in draft.readings if said.means not in offered]
        if wrong:
            raise LlmError("malformed", f"候选里没有 {'、'.join(wrong[:5])}")
        if not draft.measures or (draft.op == "share") != bool(draft.whole):
            raise LlmError("malformed", "measures 不能为空；whole 只用于 share，且 share 必须有")
        whole = among.measures[draft.whole] if draft.whole else None
        return cls(
            draft.op,
            tuple(dict.fromkeys(among.measures[id_] for id_ in draft.measures)),
            whole,
            tuple(dict.fromkeys(among.places[id_] for id_ in draft.places)),
            tuple(sorted(set(draft.years))),
        )

    @property
    def over(self) -> str:
        """Along which dimension the values differ."""
        sizes = {"measure": self.measures, "publisher": self.places, "year": self.years}
        several = [name for name, values in sizes.items() if len(values) > 1]
        return several[0] if len(several) == 1 else "several" if several else "none"

    def way(self) -> dict[str, Any]:
        """How to say it. Raises LlmError (malformed) where the operation has no such form."""
        ways = rules()["ops"][self.op]
        found = ways.get("any") or ways.get(self.over)
        if found is None:
            raise LlmError("malformed", f"{self.op} 的项目、单位、年份个数不合")
        return dict(found)

    def question(self, name: Callable[[Term | str], str], catalog: Catalog) -> str:
        """The same in words that the rules understand."""
        names = [name(one) for one in self.measures]
        places = [catalog.label(place) for place in self.places]
        years = [f"{year}年" for year in self.years]
        said = {
            "scope": "、".join(years) + "、".join(places),
            "place": "、".join(places),
            "places": "、".join(places),
            "years": "、".join(years),
            "measures": "、".join(names),
            "whole": name(self.whole) if self.whole else "",
            "first": names[0],
            "second": names[-1],
            "first_year": years[0] if years else "",
            "last_year": years[-1] if years else "",
            "first_place": places[0] if places else "",
            "second_place": places[-1] if places else "",
        }
        return str(self.way()["say"]).format_map(said)


def called(one: Term | str, schema: Schema) -> list[str]:
    """What a measure may be called in such a question, best first."""
    if isinstance(one, str):
        return [schema.vocabulary.derived[one].name]
    aspect = schema.vocabulary.aspects.get(one.aspect)
    known = {
        "label": schema.label(one),
        "item": schema.entry(one.item).name,
        "aspect": aspect.name if aspect else "",
    }
    return [pattern.format_map(known) for pattern in rules()["names"]]
