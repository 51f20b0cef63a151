"""What questions over made-up books must reach; the page on general tables gives what they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.general.measure import books, measure


@pytest.mark.slow
@pytest.mark.parametrize(("half", "least"), [("practice", 0.93), ("heldout", 0.75)])
def test_enough_is_right_and_next_to_nothing_wrong(half: str, least: float, tmp_path: Path) -> None:
    score = measure(half, tmp_path)
    assert score.accuracy >= least, "\n".join(score.misses)
    assert score.false_rate <= 0.02


def test_the_halves_share_no_book() -> None:
    practice, heldout = ({book.name for book in books(half)} for half in ("practice", "heldout"))
    assert len(practice) >= 25
    assert len(heldout) >= 8
    assert not practice & heldout
