"""Desk: the help desk over one database; its parts are what the pages and the HTTP interface call.

Opening migrates the tables (safe where several processes open at once). All parts may be used by
many threads and processes; each call is one transaction. What a person does wrong is a DeskError
with a Chinese message, a database that fails a StoreError.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Engine

from assistant.desk import handover
from assistant.desk.accounts import Accounts
from assistant.desk.base import Ground, open_ground
from assistant.desk.citizens import Citizens
from assistant.desk.embedding import Embeds
from assistant.desk.keys import ApiKeys
from assistant.desk.retention import Retention
from assistant.desk.reviewed import ReviewedAnswers
from assistant.desk.staff import Staff
from assistant.desk.webhooks import Worker
from ingest.settings import Settings


class Desk:
    """`citizens`, `staff`, `accounts`, `keys`, `reviewed`, `retention` and the pure `handover`."""

    handover = handover

    def __init__(self, ground: Ground, embedder: Embeds | None = None) -> None:
        self.ground = ground
        self.citizens = Citizens(ground)
        self.staff = Staff(ground)
        self.accounts = Accounts(ground)
        self.keys = ApiKeys(ground)
        self.reviewed = ReviewedAnswers(ground, embedder)
        self.retention = Retention(ground)
        self._worker = Worker(ground)

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        embedder: Embeds | None = None,
        clock: Callable[[], float] = time.time,
    ) -> Desk:
        """The desk of `settings`. Without an `embedder` reviewed answers match by their normal form
        alone. Raises StoreError where the database cannot be used, SettingsError for desk_hours."""
        return cls(open_ground(settings, clock), embedder)

    @property
    def engine(self) -> Engine:
        return self.ground.engine

    def start_worker(self) -> None:
        """Starts the thread that delivers webhooks; nothing where no webhook_url is set."""
        self._worker.start()

    def stop_worker(self) -> None:
        self._worker.stop()

    def close(self) -> None:
        self.stop_worker()
        self.ground.close()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
