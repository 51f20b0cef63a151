"""Client: one question to the model, with everything that may go wrong on the way dealt with.

The road of a call: mask → cache → breaker → the call, again with back-off where that makes sense
and time is left → tokens counted. Whatever fails comes out as one LlmError; who asked then goes on
without the model.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

from assistant.llm import counters
from assistant.llm.breaker import Breaker, breaker_of
from assistant.llm.cache import Cache, key_of
from assistant.llm.failures import AGAIN, ILL
from assistant.llm.ledger import Ledger
from assistant.llm.models import Message, Models, Reply, ToolCall
from assistant.llm.prompts import Rendered, prompt
from assistant.llm.wire import Limits
from ingest.errors import LlmError
from ingest.settings import Settings

__all__ = ["Client", "Reply", "ToolCall"]

T = TypeVar("T")
FIRST_PAUSE = 0.5  # seconds; doubles, with a part of chance
_log = logging.getLogger(__name__)


def _masked(text: str) -> str:
    from assistant.desk.privacy import mask

    return mask(text)


@dataclass
class Client:
    """Talks to the model of the settings. Safe to share between threads."""

    settings: Settings
    models: Models
    cache: Cache
    breaker: Breaker
    mask: Callable[[str], str] = _masked
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _chance: random.Random = field(default_factory=random.Random)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, settings: Settings, **parts: Any) -> Client:
        """For `settings.llm`; nothing is loaded or connected before the first call."""
        models = Models(settings)
        cache = Cache(settings.data_dir / "cache" / "llm.sqlite", settings.llm_cache)
        return cls(
            settings, models, cache, breaker_of(settings.llm or "", models.base_url), **parts
        )

    def ledger(self) -> Ledger:
        """A fresh ledger, for one answer."""
        prices = (self.settings.llm_prices or "0,0").split(",")
        into, out = (Decimal(price.strip()) for price in prices)
        assert self.settings.llm
        return Ledger(self.settings.llm, self.settings.llm_timeout, into, out, clock=self.clock)

    def close(self) -> None:
        """Close the connections; also done when the client is forgotten."""
        self.models.close()

    # ---- asking ----

    def ask(
        self,
        asked: Rendered,
        ledger: Ledger,
        *,
        tools: Sequence[dict[str, Any]] = (),
        response_format: dict[str, Any] | None = None,
        max_tokens: int | None = None,
    ) -> Reply:
        """The whole reply. Not cached yet: `keep` it once it has proved usable.

        Raises LlmError.
        """
        reply = None
        for piece in self.stream(
            asked, ledger, tools=tools, response_format=response_format, max_tokens=max_tokens
        ):
            reply = piece
        assert isinstance(reply, Reply)
        return reply

    def checked(
        self,
        asked: Rendered,
        ledger: Ledger,
        read: Callable[[Reply], T],
        *,
        repairs: int = 1,
        **options: Any,
    ) -> T:
        """`read` of a reply that it accepts; it raises LlmError (malformed, untraced) for one that
        it does not, and the model is told why and asked again, `repairs` times at most.

        Raises LlmError.
        """
        now, turn = asked, 0
        while True:
            reply = self.ask(now, ledger, **options)
            try:
                found = read(reply)
            except LlmError as problem:
                counters.count("failed", problem.kind)
                if turn >= repairs:
                    raise
                turn += 1
                now = self.repaired(asked, reply, problem, ledger)
                continue
            self.keep(reply)
            return found

    def repaired(
        self, asked: Rendered, reply: Reply, problem: LlmError, ledger: Ledger
    ) -> Rendered:
        """`asked` with the reply that was not usable and why, to be asked once more."""
        again = prompt("repair").render(problem=str(problem))
        ledger.prompts[again.name] = again.version
        said = {"role": "assistant", "content": reply.text or "（空）"}
        return asked.then(said, *again.messages)

    def stream(
        self,
        asked: Rendered,
        ledger: Ledger,
        *,
        tools: Sequence[dict[str, Any]] = (),
        response_format: dict[str, Any] | None = None,
        max_tokens: int | None = None,
    ) -> Iterator[str | Reply]:
        """Pieces of raw text as they come, then the Reply. Nothing here is fit to be shown
        unchecked. After the first piece there is no second try.

        Raises LlmError.
        """
        began = self.clock()
        ledger.prompts[asked.name] = asked.version
        messages = [self._clean(message) for message in asked.messages]
        options: dict[str, Any] = {
            "tools": list(tools),
            "response_format": response_format,
            "max_tokens": max_tokens or self.settings.llm_max_tokens,
        }
        key = key_of([self.settings.llm, self.models.base_url, messages, options])
        try:
            kept = self.cache.get(key)
            if kept is not None:
                counters.count("cached")
                ledger.cached += 1
                reply = _from_cache(kept, key)
                yield from [piece for piece in (reply.text,) if piece]
                yield reply
                return
            yield from self._tried(messages, options, key, ledger)
        finally:
            ledger.spent += self.clock() - began

    def keep(self, reply: Reply) -> None:
        """Put a reply that proved usable into the cache."""
        if reply.key and not reply.cached:
            calls = [asdict(call) for call in reply.tool_calls]
            self.cache.put(reply.key, {"text": reply.text, "tool_calls": calls})

    def _clean(self, message: Message) -> Message:
        """Without personal data, in texts and in the arguments of tools."""
        return {
            name: value
            if name in ("role", "tool_call_id", "type", "id", "name")
            else self._deep(value)
            for name, value in message.items()
        }

    def _deep(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, dict):
            return self._clean(value)
        if isinstance(value, list | tuple):
            return [self._deep(entry) for entry in value]
        return value

    # ---- trying ----

    def _tried(
        self, messages: list[Message], options: dict[str, Any], key: str, ledger: Ledger
    ) -> Iterator[str | Reply]:
        turn = 0
        while True:
            said = False
            try:
                for piece in self._once(messages, options, key, ledger):
                    said = said or isinstance(piece, str)
                    yield piece
                return
            except LlmError as error:
                counters.count("failed", error.kind)
                pause = self._pause(error, turn, ledger)
                if said or pause is None:
                    raise
                _log.info("the language model failed (%s); again in %.1f s", error.kind, pause)
                counters.count("retries")
                self.sleep(pause)
                turn += 1

    def _pause(self, error: LlmError, turn: int, ledger: Ledger) -> float | None:
        """Seconds until the next try; None where there is to be none."""
        if error.kind not in AGAIN or turn >= self.settings.llm_retries:
            return None
        pause = FIRST_PAUSE * 2**turn * (1 + self._chance.random() / 2)
        pause = max(pause, error.retry_after or 0)
        return pause if pause < ledger.left() else None

    def _once(
        self, messages: list[Message], options: dict[str, Any], key: str, ledger: Ledger
    ) -> Iterator[str | Reply]:
        """One call through the breaker."""
        left = ledger.left()
        if left <= 0:
            raise LlmError("timeout", "语言模型：超过了总时限")
        if not self.breaker.admits():
            raise LlmError("open", "语言模型：连续失败，暂停使用")
        counters.count("calls")
        ledger.calls += 1
        limits = Limits(ledger.deadline(), self.settings.llm_stall, self.clock)
        ill = True  # also where the caller stops listening in between: nothing was proved
        try:
            for piece in self.models.stream(messages, limits, **options):
                if isinstance(piece, Reply):
                    ill = False
                    ledger.add_tokens(piece.tokens_in, piece.tokens_out, estimated=piece.estimated)
                    piece = replace(piece, key=key)
                yield piece
        except GeneratorExit:
            ill = False
            raise
        except LlmError as error:
            ill = error.kind in ILL
            raise
        finally:
            self.breaker.note(ill=ill)


def _from_cache(kept: dict[str, Any], key: str) -> Reply:
    calls = tuple(ToolCall(**call) for call in kept.get("tool_calls", ()))
    return Reply(str(kept.get("text", "")), calls, cached=True, key=key)
