"""Service: the interface for programs over one page and one desk, for the app to take in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fastapi import APIRouter, FastAPI

from assistant.api import chat, metrics, problems, reference, tickets, widget
from assistant.api.callers import Buckets
from assistant.api.gate import Gate, believed
from assistant.api.metrics import CountedAsker, Meter, Metrics
from assistant.api.reviewed import ReviewedAsker
from assistant.desk.service import Desk
from assistant.web.page import Page
from assistant.web.tickets import TicketWindow
from ingest.settings import Settings


@dataclass(frozen=True)
class Interface:
    """`page` counts its answers; `routers` go into the app, then `guard` the app."""

    page: Page
    desk: Desk
    settings: Settings
    metrics: Metrics
    buckets: Buckets

    @classmethod
    def over(cls, page: Page, desk: Desk, settings: Settings) -> Interface:
        """Every answer, in the chat and over HTTP, comes by this one road: the assistant's, a
        reviewed one where that is a refusal or a question back, counted."""
        counted = Metrics(desk)
        asker = CountedAsker(ReviewedAsker(page.assistant, desk.reviewed), counted)
        window = TicketWindow(desk, page.library)
        buckets = Buckets()

        def admit(peer: str, headers: Mapping[str, str]) -> None:
            address = believed(peer, headers, trusted=settings.trust_forwarded)
            buckets.take(f"client:{address}", settings.rate_limit)

        page = replace(page, assistant=asker, desk=window, admit=admit)
        return cls(page, desk, settings, counted, buckets)

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
        app.add_middleware(Gate, desk=self.desk, settings=self.settings, buckets=self.buckets)
        app.add_middleware(Meter, metrics=self.metrics)  # outermost: counts what is refused
        return app
