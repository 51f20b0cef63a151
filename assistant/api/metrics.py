"""Prometheus metrics: counts and durations only, never a question, a name or an address."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.answer import Answer
from assistant.desk.service import Desk
from assistant.desk.tickets import T
from assistant.web.page import Asker

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
METHODS = frozenset({"GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"})
_WORD = re.compile(r"[a-z_]{1,40}", re.ASCII)


class Metrics:
    """What one server counts, in a registry of its own."""

    def __init__(self, desk: Desk) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "wenbao_requests", "Requests", ("method", "route", "status"), registry=self.registry
        )
        self.request_seconds = Histogram(
            "wenbao_request_seconds", "Time of requests", ("route",),
            buckets=SECONDS, registry=self.registry,
        )  # fmt: skip
        self.answers = Counter(
            "wenbao_answers", "Answers", ("status", "reason"), registry=self.registry
        )
        self.answer_seconds = Histogram(
            "wenbao_answer_seconds", "Time of answers", buckets=SECONDS, registry=self.registry
        )
        self.registry.register(_Stored(desk))

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _Stored(Collector):
    """What is read when asked for: the tickets, and the counters of the language model."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def describe(self) -> Iterator[Any]:
        return iter(())

    def collect(self) -> Iterator[Any]:
        tickets = GaugeMetricFamily("wenbao_tickets", "Tickets by state", labels=["state"])
        with self._desk.ground.reading() as lent:
            query = select(T.state, func.count()).group_by(T.state)
            counts = {str(state): int(count) for state, count in lent.execute(query)}
        for state in self._desk.ground.rules.states:
            tickets.add_metric([state], counts.get(state, 0))
        yield tickets
        from assistant.llm import counters

        model = CounterMetricFamily(
            "wenbao_llm", "What the language model did", labels=["what", "kind"]
        )
        for (what, kind), count in counters.read().items():
            model.add_metric([what, kind], count)
        yield model


class CountedAsker:
    """`inner`, its answers counted."""

    def __init__(self, inner: Asker, metrics: Metrics) -> None:
        self._inner = inner
        self._metrics = metrics

    def ask(self, question: str, *, session: str = "", source: str | None = None) -> Answer:
        started = time.perf_counter()
        answer = self._inner.ask(question, session=session, source=source)
        self._metrics.answer_seconds.observe(time.perf_counter() - started)
        reason = answer.reason or ""
        word = reason if not reason or _WORD.fullmatch(reason) else "other"
        self._metrics.answers.labels(answer.status, word).inc()
        return answer

    def starters(self) -> list[str]:
        return self._inner.starters()

    def forget(self, session: str) -> None:
        forget = getattr(self._inner, "forget", None)
        if forget is not None:
            forget(session)


class Meter:
    """ASGI middleware: each request by the route it took, not by its address."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500  # unless something is sent
        started = time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = _route_of(scope)
            method = scope["method"] if scope["method"] in METHODS else "other"
            self._metrics.requests.labels(method, route, str(status)).inc()
            self._metrics.request_seconds.labels(route).observe(time.perf_counter() - started)


def _route_of(scope: Scope) -> str:
    """The template of the route, "page" for the chat page's own, "refused" before any."""
    path = getattr(scope.get("route"), "path_format", None)
    if path is None:
        return "page" if scope.get("endpoint") is not None else "refused"
    return str(path)


def router(metrics: Metrics) -> APIRouter:
    made = APIRouter(include_in_schema=False)

    @made.get("/metrics")
    def shown() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return made
