"""Harvest: gold rows from answers that people corrected, and from answers that people disliked.

A corrected answer file (`wenbao batch`, then Excel) gives a row for every answer with a verdict. A
marked turn of a conversation brings its earlier turns along, expected to keep their status, so
that it is asked in its context again. The chat's database gives the disliked answers: as a workbook
for a person to correct (an .xlsx target), or at once as drafts that say only what is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eval.answer_sheet import CORRECTIONS, Corrections, read_corrected
from eval.answers import read_answers, replacing, write_answers
from eval.asking import Record
from eval.disliked import disliked_answers, is_chat_database
from eval.flat_gold import nested
from eval.gold import GoldRow
from eval.question import sentence
from eval.rows import read_rows
from ingest.errors import QuestionError

VERDICTS = Path(__file__).with_name("verdicts.yaml")
CELLS_KEPT = 20
ANY = ["answered", "clarify", "refused"]


@dataclass(slots=True)
class Harvest:
    """`problems` are marked rows that could not become gold, one sentence each."""

    written: int = 0
    skipped: int = 0
    problems: list[str] = field(default_factory=list)


def harvest(source: Path, target: Path) -> Harvest:
    """Turn `source` (corrected .xlsx or .csv, or the chat's database) into gold rows at `target`.

    Raises QuestionError for a file of another kind.
    """
    if not source.is_file():
        raise QuestionError(f"{source}：没有这个文件")
    if is_chat_database(source):
        return _from_chat(source, target)
    if target.suffix.lower() != ".jsonl":
        raise QuestionError(f"{target}：标准答案要写到 .jsonl 文件")
    found = Harvest()
    rows = _with_context(_corrected(source), found)
    _write_gold(target, rows, found, tag="batch")
    return found


def _corrected(source: Path) -> Iterator[tuple[Record, Corrections]]:
    if source.suffix.lower() == ".xlsx":
        return read_corrected(source)
    if source.suffix.lower() == ".csv":
        return _corrected_csv(source)
    raise QuestionError(f"{source}：更正只能从 .xlsx、.csv 或问答网页的数据库读取")


def _corrected_csv(source: Path) -> Iterator[tuple[Record, Corrections]]:
    answers = read_answers(source)
    for row, record in zip(read_rows(source, needs=("id", "status")), answers, strict=True):
        cells = {name: str(row.data[name]) for name in CORRECTIONS if name in row.data}
        yield record, Corrections(row.number, cells)


def _with_context(
    rows: Iterable[tuple[Record, Corrections]], found: Harvest
) -> Iterator[dict[str, Any]]:
    """Gold for marked rows, with the unmarked earlier turns of their sessions before them."""
    waiting: dict[str, list[Record]] = {}
    for record, corrections in rows:
        session = record.get("session")
        expect = _expect(record, corrections, found)
        if expect is None:
            found.skipped += 1
            if session:
                waiting.setdefault(session, []).append(record)
            continue
        for earlier in waiting.pop(session, []) if session else []:
            yield _row(earlier, {"status": earlier["status"]})
        yield _row(record, expect)


def _row(record: Record, expect: Record) -> dict[str, Any]:
    names = ("id", "question", "session", "source")
    return {**{name: record[name] for name in names if record.get(name)}, "expect": expect}


def _expect(record: Record, corrections: Corrections, found: Harvest) -> Record | None:
    cells = corrections.cells
    if not any(name in cells for name in CORRECTIONS if name != "comment"):
        return None
    verdict = _verdict(cells.get("verdict"))
    corrected = _correction(record, cells)
    if verdict is False and corrected is None:
        found.problems.append(f"第 {corrections.row} 行：标为错，但没有写出正确的答案")
        return None
    if cells.get("verdict") and verdict is None:
        found.problems.append(f"第 {corrections.row} 行：不认得评判“{cells['verdict']}”")
        return None
    if record.get("status") == "error" and corrected is None:
        found.problems.append(f"第 {corrections.row} 行：出错的行不能标为对")
        return None
    return corrected or expect_of(record)


def _verdict(text: str | None) -> bool | None:
    words = _words()
    folded = (text or "").strip().casefold()
    if folded in words["right"]:
        return True
    return False if folded in words["wrong"] else None


@cache
def _words() -> dict[str, Any]:
    import yaml

    data: dict[str, Any] = yaml.safe_load(VERDICTS.read_text(encoding="utf-8"))
    return data


def _correction(record: Record, cells: dict[str, str]) -> Record | None:
    """What the filled-in columns say; None where they say nothing."""
    expect: Record = {}
    if "right_value" in cells:
        expect["value"] = cells["right_value"]
        unit = cells.get("right_unit") or record.get("unit")
        if unit:
            expect["unit"] = unit
    if "right_contains" in cells:
        expect["contains"] = nested(cells["right_contains"])
    if "right_not_contains" in cells:
        expect["not_contains"] = nested(cells["right_not_contains"])
    if "right_status" in cells:
        expect["status"] = _status(cells["right_status"])
    if not expect:
        return None
    return {"status": "answered", **expect}


def _status(text: str) -> str:
    folded = text.strip().casefold()
    found = (name for name, words in _words()["status"].items() if folded in words)
    return next(found, text)


def expect_of(record: Record) -> Record:
    """What an answer found to be right gives as gold, with the cells that it cites."""
    expect: Record = {"status": record["status"]}
    if record["status"] != "answered":
        return expect
    if record.get("value") is not None:
        expect["value"] = str(record["value"])
        if record.get("unit"):
            expect["unit"] = record["unit"]
    items = [
        {"label": [item["label"]], **({"value": item["value"]} if item.get("value") else {})}
        for item in record.get("items") or []
        if item.get("label")
    ]
    cells = _cells(record)
    return {
        **expect,
        **({"items": items} if items else {}),
        **({"cells": cells} if cells else {}),
    }


def _cells(record: Record) -> list[Record]:
    """The cited cells by their innermost labels; none where they are many (a whole ranking)."""
    cited = [entry for entry in record.get("citations") or [] if entry.get("kind") == "cell"]
    if len(cited) > CELLS_KEPT:
        return []
    return [
        {
            name: value
            for name, value in (
                ("row", list(entry.get("row") or [])[-1:]),
                ("column", list(entry.get("column") or [])),
                ("quote", str(entry.get("quote") or "")),
                ("year", entry.get("year")),
                ("publisher", entry.get("publisher")),
            )
            if value
        }
        for entry in cited
    ]


def _from_chat(source: Path, target: Path) -> Harvest:
    found = Harvest()
    if target.suffix.lower() == ".xlsx":
        records = list(disliked_answers(source))
        write_answers(target, records)
        found.written = len(records)
        return found
    if target.suffix.lower() != ".jsonl":
        raise QuestionError(f"{target}：草稿写到 .jsonl，供更正的工作簿写到 .xlsx")
    _write_gold(target, _drafts(source, found), found, tag="feedback")
    return found


def _drafts(source: Path, found: Harvest) -> Iterator[dict[str, Any]]:
    for record in disliked_answers(source):
        if not record["disliked"]:
            yield _row(record, {"status": record["status"]})
            continue
        expect = _draft(record)
        if expect is None:
            found.skipped += 1
            continue
        yield _row(record, expect)


def _draft(record: Record) -> Record | None:
    """A dislike says only what was not right: a refusal that should have been an answer, or a
    value that should not come again. Anything else needs a person."""
    if record["status"] in ("refused", "clarify"):
        return {"status": "answered"}
    if record["status"] == "answered" and record.get("value") is not None:
        shown = f"{record['value']}{record.get('unit') or ''}"
        return {"status": ANY, "not_contains": [shown]}
    return None


def _write_gold(target: Path, rows: Iterable[dict[str, Any]], found: Harvest, *, tag: str) -> None:
    with replacing(target) as temporary, temporary.open("w", encoding="utf-8") as stream:
        for row in rows:
            row["tags"] = {"source": tag}
            try:
                GoldRow.model_validate(row)
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                found.problems.append(f"{row['id']}：{sentence(first)}")
                continue
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            found.written += 1
