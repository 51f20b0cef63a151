"""Table questions: milliseconds a table and a question on one core, small tables and a huge one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from assistant.table_answerer import CellTable
from eval.bench.result import Result, latency, seconds

COLUMNS = 50


def table_questions(rows: int, rounds: int) -> Iterator[Result]:
    """Tables of eight rows of six, and one of `rows` × 50; CPU time of this process."""
    from assistant.tableqa.answerer import learned_answerer

    answerer = learned_answerer()
    answerer.answer(_table(2, 2), "第1项的第1列是多少")
    first, again = [], []
    for number in range(rounds):
        small = _table(8 + number % 3, 6)
        question = f"第{number % 7}项的第{1 + number % 5}列是多少？"
        ask = partial(answerer.answer, small, question)
        first.append(1000 * seconds(ask, time.process_time)[0])
        again.append(1000 * seconds(ask, time.process_time)[0])
    yield from latency("table question, new table", first, "≤ 10 a table and 20 a question")
    yield from latency("table question, known table", again, "≤ 20")
    huge = _table(rows, COLUMNS)
    taken, _ = seconds(lambda: answerer.answer(huge, "第7项的第3列是多少？"))
    yield Result(f"first question, {rows:,} × {COLUMNS} table", 1000 * taken, "ms")
    asked = [
        1000 * seconds(partial(answerer.answer, huge, f"第{n * 37 % rows}项的第3列是多少？"))[0]
        for n in range(20)
    ]
    yield from latency(f"table question, {rows:,} × {COLUMNS} table", asked, "≤ 300")


def _table(rows: int, columns: int) -> CellTable:
    head = ["项目", *(f"第{column}列" for column in range(1, columns))]
    cells = list(head)
    for row in range(rows):
        cells += [f"第{row}项", *(f"{row * 31 + column * 7:,}" for column in range(1, columns))]
    grid = tuple(tuple(range(start, start + columns)) for start in range(0, len(cells), columns))
    return CellTable(grid, tuple(cells))
