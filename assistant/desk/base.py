"""Ground: what all parts of the desk stand on: engine, key, clock, working hours, audit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Engine, event, insert

from assistant.desk import schema
from assistant.desk.hours import WorkingHours
from assistant.desk.keyring import Keyring
from assistant.desk.migrate import to_head
from assistant.desk.records import Actor
from assistant.desk.rules import Rules, rules
from ingest.errors import NotAllowedError, NotPossibleError, SettingsError, StoreError
from ingest.settings import Settings
from ingest.store.sql import database_url, open_engine, reading, writing

# What no text of a person needs: control characters (PostgreSQL refuses NUL) and half characters.
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Ground:
    settings: Settings
    engine: Engine
    hours: WorkingHours
    clock: Callable[[], float]
    rules: Rules = field(default_factory=rules)

    @cached_property
    def keyring(self) -> Keyring:
        """Made when it is first needed, so that reading leaves no key file behind."""
        return Keyring.open(self.settings)

    def reading(self) -> AbstractContextManager[Connection]:
        return reading(self.engine)

    def writing(self) -> AbstractContextManager[Connection]:
        return writing(self.engine)

    def audit(
        self, lent: Connection, actor: Actor, what: str, target: str = "", **detail: Any
    ) -> None:
        """Who did what; `detail` must have no text that a person wrote."""
        row = {"at": self.clock(), "who": actor.name, "what": what, "target": target}
        row |= {"where": actor.where[:200], "detail": packed(detail)}
        lent.execute(insert(schema.audit), row)

    def require(self, actor: Actor, permission: str) -> None:
        """Raises NotAllowedError, and keeps a note of it."""
        if not self.rules.may(actor.role, permission):
            with self.writing() as lent:
                self.audit(lent, actor, "denied", permission)
            raise NotAllowedError(f"角色{self.role_name(actor.role)}没有这项权限：{permission}")

    def role_name(self, role: str) -> str:
        return next((rule.name for name, rule in self.rules.roles.items() if name == role), role)

    def close(self) -> None:
        self.engine.dispose()


def open_ground(settings: Settings, clock: Callable[[], float]) -> Ground:
    """The database, its tables brought up to date. Raises StoreError, SettingsError."""
    if settings.webhook_url is not None and settings.webhook_secret is None:
        raise SettingsError("设置 webhook_url 须与 webhook_secret 一起使用")
    hours = WorkingHours.parse(settings.desk_hours)
    engine = desk_engine(settings)
    try:
        to_head(engine)
    except StoreError:
        engine.dispose()
        raise
    return Ground(settings, engine, hours, clock)


def desk_engine(settings: Settings) -> Engine:
    """As the library's, but what is acknowledged is on the disk and what is erased is gone.

    On PostgreSQL each statement sees what others have committed: rows are locked before they are
    changed, and no transaction has to be tried again.
    """
    engine = open_engine(database_url(settings))
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="READ COMMITTED")
    event.listen(engine, "connect", _strict_sqlite)
    return engine


def _strict_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def packed(value: Any) -> str:
    """As JSON in ASCII, which every database takes whatever a person typed."""
    return json.dumps(value, default=str)


def cleaned_text(text: str) -> str:
    """`text` without what no database should keep."""
    return _UNWANTED.sub("", text).strip()


def cleaned(text: str, longest: int, what: str) -> str:
    """As `cleaned_text`. Raises NotPossibleError where it is too long."""
    kept = cleaned_text(text)
    if len(kept) > longest:
        raise NotPossibleError(f"{what}太长：最多 {longest} 字")
    return kept


def needed(text: str, longest: int, what: str) -> str:
    """As `cleaned`. Raises NotPossibleError also where nothing is left."""
    kept = cleaned(text, longest, what)
    if not kept:
        raise NotPossibleError(f"{what}不能为空")
    return kept
