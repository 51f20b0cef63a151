"""What the tests share: an environment without our settings, a data directory, made-up reports."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_up import report

from ingest.figure import Report
from ingest.settings import Settings

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the environment nor the user's data directory of whoever runs the tests counts."""
    for name in list(os.environ):
        if name.startswith("WENBAO_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user-data"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(data_dir=tmp_path / "data")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real material beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("../shared (real reports and questions) is not beside this checkout")
    return SHARED


@pytest.fixture
def make_report() -> Callable[..., Report]:
    return report


@pytest.fixture(autouse=True)
def _no_clients_left() -> Iterator[None]:
    """A test's Chroma folder goes with the test, so must the client that has it open."""
    yield
    chroma = sys.modules.get("ingest.store.chroma")
    if chroma is not None:
        chroma.close_all()
