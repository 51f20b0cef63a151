"""The example questions over the real report beside the checkout, judged as `wenbao eval` does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from eval.gold import read_gold
from eval.score import judge
from ingest.pipeline import ingest
from ingest.settings import Settings

SHARED = Path(__file__).parents[2] / ".." / "shared"
REPORT = SHARED / "reports" / "haidian-2024.txt"
QUESTIONS = SHARED / "questions" / "haidian-2024-examples.jsonl"

pytestmark = pytest.mark.skipif(
    not (REPORT.exists() and QUESTIONS.exists()),
    reason="../shared (a real report and its questions) is not beside this checkout",
)


@pytest.fixture
def haidian(tmp_path: Path) -> Iterator[Assistant]:
    settings: Any = Settings.load(data_dir=tmp_path / "data")
    (row,) = ingest(settings, [REPORT])
    assert row.status == "stored"
    assistant = Assistant.open(settings)
    yield assistant
    assistant.library.close()


def test_all_examples_are_right(haidian: Assistant) -> None:
    rows = [row for _, row in read_gold(QUESTIONS)]
    wrong = {}
    for row in rows:
        answer = haidian.ask(row.question, session=row.session or "").record()
        judgement = judge(row.expect, answer)
        if not judgement.right:
            wrong[row.id] = (row.question, judgement.misses, answer["text"])

    assert len(rows) == 40
    assert wrong == {}
