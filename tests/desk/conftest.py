"""A help desk over SQLite and over a real PostgreSQL, with a clock that a test moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from postgres_server import postgres_database, postgres_url

from assistant.desk.hours import CHINA
from assistant.desk.records import Actor, NewTicket, Receipt
from assistant.desk.service import Desk
from ingest.settings import Settings

__all__ = ["postgres_database", "postgres_url"]

PASSWORD = "a long enough one"


@dataclass
class Clock:
    """Monday, in working hours, until moved."""

    now: float = datetime(2026, 6, 8, 10, 0, tzinfo=CHINA).timestamp()

    def __call__(self) -> float:
        return self.now

    def pass_by(self, *, seconds: float = 0, minutes: float = 0, days: float = 0) -> None:
        self.now += seconds + minutes * 60 + days * 86_400


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


def leave(desk: Desk, question: str = "答复不掌握怎么办？", **more: Any) -> Receipt:
    return desk.citizens.create(NewTicket(question=question, **more))
