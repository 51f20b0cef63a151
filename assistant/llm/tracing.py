"""Tracing: off unless the setting names it, whatever LANGSMITH_… stands in the environment.

With `opentelemetry` a span a call is made through the API of OpenTelemetry, with model, prompt
names and token counts, never a text; where it goes is up to the SDK that the host has set up.
With `langsmith` the library sends texts to LangSmith, so that it counts as a remote host.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

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
    """The span of one call, or nothing."""

    def __init__(self, kind: str, model: str) -> None:
        self._span: Any = None
        if kind == OPENTELEMETRY:
            from opentelemetry import trace

            attributes = {"gen_ai.request.model": model, "gen_ai.operation.name": "chat"}
            self._span = trace.get_tracer("wenbao.llm").start_span("chat", attributes=attributes)

    def end(self, tokens_in: int = 0, tokens_out: int = 0, failed: str = "") -> None:
        if self._span is None:
            return
        self._span.set_attribute("gen_ai.usage.input_tokens", tokens_in)
        self._span.set_attribute("gen_ai.usage.output_tokens", tokens_out)
        if failed:
            self._span.set_attribute("error.type", failed)
        self._span.end()
        self._span = None
