"""Tracing: off unless the setting names it, whatever LANGSMITH_… stands in the environment.

With `opentelemetry` a span an answer and one a call are made through the API of OpenTelemetry,
with model, path, prompt names and token counts, never a text; where they go is up to the SDK that
the host has set up.
With `langsmith` the library sends texts to LangSmith, so that it counts as a remote host.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from ingest.errors import LlmError

if TYPE_CHECKING:
    from assistant.llm.ledger import Ledger

_log = logging.getLogger(__name__)

OFF, OPENTELEMETRY, LANGSMITH = "off", "opentelemetry", "langsmith"


def allowing(kind: str) -> AbstractContextManager[Any]:
    """Around each step of a call: LangSmith hears of it only where the setting says so."""
    from langsmith import tracing_context

    return tracing_context(enabled=kind == LANGSMITH)


def unseen() -> AbstractContextManager[Any]:
    """Around an agent: its own steps are never traced, since they are not masked; the calls of
    the client inside are, where the setting says so."""
    return allowing(OFF)


class Span:
    """The span of one call, or nothing. Raises LlmError (missing) without the package."""

    def __init__(self, kind: str, model: str) -> None:
        self._span: Any = None
        if kind == OPENTELEMETRY:
            attributes = {"gen_ai.request.model": model, "gen_ai.operation.name": "chat"}
            self._span = _tracer().start_span("chat", attributes=attributes)

    def end(self, tokens_in: int = 0, tokens_out: int = 0, failed: str = "") -> None:
        if self._span is None:
            return
        self._span.set_attribute("gen_ai.usage.input_tokens", tokens_in)
        self._span.set_attribute("gen_ai.usage.output_tokens", tokens_out)
        if failed:
            self._span.set_attribute("error.type", failed)
        self._span.end()
        self._span = None


@contextmanager
def answer_span(kind: str, ledger: Ledger) -> Iterator[None]:
    """Around one answer: a span over those of its calls, with the path that spoke, the prompts by
    name and version, and the tokens in all; never a text."""
    if kind != OPENTELEMETRY:
        yield
        return
    try:
        tracer = _tracer()
    except LlmError as problem:
        _log.warning("%s", problem)
        yield
        return
    with tracer.start_as_current_span("answer", record_exception=False) as span:
        try:
            yield
        finally:
            for name, value in _told(ledger).items():
                span.set_attribute(name, value)


def _told(ledger: Ledger) -> dict[str, Any]:
    told: dict[str, Any] = {
        "wenbao.path": ledger.path,
        "wenbao.prompts": [f"{name} {version}" for name, version in ledger.prompts.items()],
        "wenbao.calls": ledger.calls,
        "gen_ai.request.model": ledger.model,
        "gen_ai.usage.input_tokens": ledger.tokens_in,
        "gen_ai.usage.output_tokens": ledger.tokens_out,
    }
    if ledger.failed:
        told["wenbao.failed"] = [f"{use} {kind}" for use, kind in ledger.failed.items()]
    return told


def _tracer() -> Any:
    try:
        from opentelemetry import trace
    except ImportError as error:
        raise LlmError(
            "missing", "设置了 llm_tracing，但没有安装它：pip install 'wenbao[tracing]'"
        ) from error
    return trace.get_tracer("wenbao.llm")
