"""A help desk over SQLite and over a real PostgreSQL, with a clock that a test moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from desk_parts import PASSWORD, Clock
from postgres_server import postgres_database, postgres_url

from assistant.desk.records import Actor
from assistant.desk.service import Desk
from ingest.settings import Settings

__all__ = ["postgres_database", "postgres_url"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def desk_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with an empty database of their own, once for each kind."""
    more: dict[str, Any] = {}
    if request.param == "postgresql":
        more["database_url"] = request.getfixturevalue("postgres_database")
    return Settings.load(environ={}, data_dir=tmp_path / "data", **more)


@pytest.fixture
def desk(desk_settings: Settings, clock: Clock) -> Iterator[Desk]:
    with Desk.open(desk_settings, clock=clock) as opened:
        yield opened


@pytest.fixture
def small_desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    """On SQLite only: for what does not depend on the database."""
    with Desk.open(Settings.load(environ={}, data_dir=tmp_path / "data"), clock=clock) as opened:
        yield opened


@pytest.fixture
def admin() -> Actor:
    return Actor(0, "cli", "admin", "cli")


@pytest.fixture
def ann(admin: Actor) -> Callable[[Desk], Actor]:
    """Makes the account ann, a reviewer, and logs her in."""

    def made(desk: Desk, name: str = "ann", role: str = "reviewer") -> Actor:
        desk.accounts.add(name, PASSWORD, role, by=admin)
        return desk.accounts.login(name, PASSWORD, "10.0.0.1").actor

    return made
