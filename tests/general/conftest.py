"""A made-up budget table, stored, and the assistant over it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.assistant import Assistant
from eval.general.book import LEFT, UP, Book
from ingest.pipeline import ingest
from ingest.settings import Settings


def budget(folder: Path) -> Path:
    """A workbook with merged cells, two header levels, a unit line, a blank, a zero, a total."""
    book = Book("budget-2023", "practice")
    book.sheet(
        "支出",
        [
            ["2023年一般公共预算支出表", LEFT, LEFT, LEFT],
            ["", "", "", "单位：万元"],
            ["科目", "预算数", "执行情况", LEFT],
            [UP, UP, "决算数", "执行率（%）"],
            ["教育支出", 1200, 1180.5, 98.4],
            ["卫生健康支出", 860, 901.2, 104.8],
            ["农林水支出", 430, None, None],
            ["住房保障支出", 215, 0, 0],
            ["合计", 2705, 2081.7, 77.0],
        ],
    )
    return book.save(folder)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that holds the budget table."""
    folder = tmp_path_factory.mktemp("general")
    settings = Settings(data_dir=folder / "data")
    assert [row.status for row in ingest(settings, [budget(folder)])] == ["stored"]
    return folder / "data"


@pytest.fixture(scope="session")
def assistant(store: Path) -> Assistant:
    return Assistant.open(Settings(data_dir=store))
