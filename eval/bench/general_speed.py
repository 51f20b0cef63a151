"""General tables: one stored table of many cells, and a report of many tables, asked whole."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from eval.bench.result import Result, latency, seconds, timed

COLUMNS = 50
AIM = "≤ 300"


def general_tables(folder: Path, rows: int, tables: int) -> Iterator[Result]:
    """A CSV of `rows` × 50 and a workbook of `tables` sheets, each stored alone and asked through
    the Assistant: look-up, sum, extreme, count by a condition."""
    folder.mkdir(parents=True, exist_ok=True)
    yield from _one(folder / "large", _large(folder, rows), _large_questions(rows), "one table")
    name = f"{tables:,} tables"
    yield from _one(folder / "many", _many(folder, tables), _many_questions(tables), name)


def _one(folder: Path, path: Path, questions: list[str], name: str) -> Iterator[Result]:
    from assistant.assistant import Assistant
    from ingest.pipeline import ingest
    from ingest.settings import Settings
    from ingest.store.library import Library

    settings = Settings(data_dir=folder)
    library = Library.open(settings)
    stored, _ = seconds(lambda: list(ingest(settings, [path], library=library)))
    yield Result(f"{name}: store", stored, "s")
    assistant = Assistant.open(settings)
    first, _ = seconds(lambda: assistant.ask(questions[0]))
    yield Result(f"{name}: first question", 1000 * first, "ms")
    answered = [assistant.ask(question).status == "answered" for question in questions]
    yield Result(f"{name}: answered", 100 * sum(answered) / len(answered), "%")
    yield from latency(f"{name}: question", timed(assistant.ask, questions), AIM)


def _large(folder: Path, rows: int) -> Path:
    path = folder / "large.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["村名", *(f"{year}年产量（吨）" for year in _years())])
        for row in range(rows):
            values = [row * 31 % 997 + column for column in range(1, COLUMNS)]
            writer.writerow([f"甲{row}村", *values])
    return path


def _years() -> range:
    return range(1970, 1970 + COLUMNS - 1)


def _large_questions(rows: int) -> list[str]:
    named = [f"甲{n * 37 % rows}村{1970 + n % 40}年产量是多少吨" for n in range(12)]
    return [*named, "2001年产量合计多少吨", "哪个村1999年产量最高", "2010年产量超过900吨的村有几个"]


def _many(folder: Path, tables: int) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for number in range(tables):
        sheet = book.create_sheet(f"表{number}")
        sheet.append([f"第{number}工区材料用量表"])
        sheet.append(["材料", "计划用量（吨）", "实际用量（吨）"])
        for at, name in enumerate(("水泥", "钢筋", "砂石", "沥青")):
            sheet.append([name, 100 + number + at, 90 + number * 2 + at])
    path = folder / "many.xlsx"
    book.save(path)
    return path


def _many_questions(tables: int) -> list[str]:
    numbers = [n * 37 % tables for n in range(12)]
    return [f"第{n}工区材料用量表里钢筋的实际用量是多少吨" for n in numbers]
