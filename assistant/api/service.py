"""Service: the interface for programs over one page and one desk, for the app to take in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fastapi import APIRouter, FastAPI

from assistant.api import chat, metrics, problems, reference, tickets, widget
from assistant.api.callers import Buckets
from assistant.api.gate import Gate
from assistant.api.metrics import CountedAsker, Meter, Metrics
from assistant.desk.service import Desk
from assistant.web.page import Page
from ingest.settings import Settings


@dataclass(frozen=True)
class Interface:
    """`page` counts its answers; `routers` go into the app, then `guard` the app."""

    page: Page
    desk: Desk
    settings: Settings
    metrics: Metrics

    @classmethod
    def over(cls, page: Page, desk: Desk, settings: Settings) -> Interface:
        counted = Metrics(desk)
        asker = CountedAsker(page.assistant, counted)
        return cls(replace(page, assistant=asker), desk, settings, counted)

    def routers(self) -> list[APIRouter]:
        return [
            tickets.router(self.desk, self.page),
            chat.router(self.page),
            metrics.router(self.metrics),
            widget.router(self.settings),
            reference.router(),
        ]

    def guard(self, app: FastAPI) -> FastAPI:
        """Limits, keys, clear errors and counting for `app`; call it before the app starts."""
        problems.install(app)
        app.add_middleware(Gate, desk=self.desk, settings=self.settings, buckets=Buckets())
        app.add_middleware(Meter, metrics=self.metrics)  # outermost: counts what is refused
        return app
