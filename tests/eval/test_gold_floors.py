"""The gold questions of the repository keep their floors, asked as `make eval` asks them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cli import app

SETS = Path(__file__).parents[2] / "eval" / "gold" / "sets.yaml"


@pytest.mark.slow
def test_every_set_keeps_its_floor(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["eval", "--sets", str(SETS), "--out", str(tmp_path / "out")])

    assert result.exit_code == 0, result.output
    # Sets were really asked: one report folder each.
    assert len(list((tmp_path / "out").glob("*/report.json"))) >= 6
