"""Models: the only module that imports a client of language models (LangChain's)."""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.llm.failures import failure_of
from assistant.llm.hosts import is_loopback, require_local
from assistant.llm.tracing import Span, allowing
from assistant.llm.wire import CONNECT, Limits, http_client, limits_now
from ingest.errors import LlmError
from ingest.settings import Settings

Message = dict[str, Any]  # as the OpenAI interface has them: role, content, …
# Named here so that no variable of the environment (LANGSMITH_GATEWAY, …) chooses the host.
HOMES = {"openai": "https://api.openai.com/v1", "deepseek": "https://api.deepseek.com"}
_WATCHED = frozenset(HOMES)  # providers whose class takes our HTTP client
LONGEST_TOKEN = 8  # characters; a reply longer than its tokens can be is cut off
NO_KEY = "none"  # local servers want some key; never one of another service


@dataclass(frozen=True, slots=True)
class ToolCall:
    name: str
    arguments: dict[str, Any]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said. `key` is its place in the cache; tokens are 0 where it was cached."""

    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    tokens_in: int = 0
    tokens_out: int = 0
    estimated: bool = False
    cached: bool = False
    key: str = ""


@dataclass
class Gathered:
    """A reply while it arrives."""

    whole: Any = None
    length: int = 0
    texts: list[str] = field(default_factory=list)

    def add(self, chunk: Any) -> str:
        text = str(chunk.text or "")
        self.whole = chunk if self.whole is None else self.whole + chunk
        self.length += len(text) + sum(
            len(call.get("args") or "") for call in getattr(chunk, "tool_call_chunks", None) or ()
        )
        self.texts.append(text)
        return text


class Models:
    """A chat model by `provider:model`; opened at the first call, safe between threads."""

    def __init__(self, settings: Settings) -> None:
        assert settings.llm
        self.settings = settings
        self.provider, _, self.model = (part.strip() for part in settings.llm.partition(":"))
        self.base_url = settings.llm_base_url or HOMES.get(self.provider, "")
        self._opened: Any = None
        self.close: Callable[[], object] = lambda: None

    @property
    def is_loopback(self) -> bool:
        return bool(self.base_url) and is_loopback(self.base_url)

    def check_host(self) -> None:
        """Raises LlmError (forbidden) where the setting allows no remote host and this is one."""
        if not self.settings.llm_local_only:
            return
        if not self.base_url:
            raise LlmError("forbidden", "llm_local_only 要求写明 llm_base_url")
        if self.settings.llm_tracing == "langsmith":
            raise LlmError("forbidden", "llm_local_only 不能与 llm_tracing=langsmith 同用")
        require_local(self.base_url)

    def stream(
        self,
        messages: Sequence[Message],
        limits: Limits,
        *,
        tools: Sequence[dict[str, Any]] = (),
        response_format: dict[str, Any] | None = None,
        max_tokens: int,
    ) -> Iterator[str | Reply]:
        """Pieces of text as they come, and at the end the whole as a Reply.

        Raises LlmError of any kind; whatever the library raises is told as one of them.
        """
        self.check_host()
        gathered, span = Gathered(), Span(self.settings.llm_tracing, self.model)
        chunks: Iterator[Any] | None = None
        try:
            self._open()
            limits.touch()  # loading the library is no silence of the server
            chunks = self._chunks(messages, tools, response_format, max_tokens)
            while (chunk := self._next(chunks, limits)) is not None:
                text = gathered.add(chunk)
                if text or getattr(chunk, "tool_call_chunks", None):
                    limits.touch()
                if gathered.length > max_tokens * LONGEST_TOKEN:
                    raise LlmError("too_long", "语言模型：回复过长")
                if text:
                    yield text
            reply = _reply(gathered, messages)
            span.end(reply.tokens_in, reply.tokens_out)
            yield reply
        except LlmError as error:
            span.end(failed=error.kind)
            raise
        except Exception as error:
            found = failure_of(error).error()
            span.end(failed=found.kind)
            raise found from error
        finally:
            span.end()
            if isinstance(chunks, Generator):
                chunks.close()  # hangs up where the reply was not heard to its end

    def _next(self, chunks: Iterator[Any], limits: Limits) -> Any:
        """The next chunk, None at the end. What holds for this call alone is set only around the
        step, since a generator shares its context with whoever listens to it."""
        token = limits_now.set(limits)
        try:
            with allowing(self.settings.llm_tracing):
                chunk = next(chunks, None)
        finally:
            limits_now.reset(token)
        limits.check()
        return chunk

    def _chunks(
        self,
        messages: Sequence[Message],
        tools: Sequence[dict[str, Any]],
        response_format: dict[str, Any] | None,
        max_tokens: int,
    ) -> Iterator[Any]:
        model = self._open()
        extra: dict[str, Any] = {}
        body: dict[str, Any] = {}
        if self.provider in _WATCHED and self.settings.llm_base_url:
            # Compatible servers know the older name; ours would be overlooked.
            body["max_tokens"] = max_tokens
        else:
            extra["max_tokens"] = max_tokens
        if response_format and self.provider in _WATCHED:
            body["response_format"] = response_format
        if body:
            extra["extra_body"] = body
        if tools:
            model = model.bind_tools(list(tools))
        return iter(model.stream(list(messages), **extra))

    def _open(self) -> Any:
        if self._opened is None:
            self._opened = self._made()
        return self._opened

    def _made(self) -> Any:
        try:
            from langchain.chat_models import init_chat_model
        except ImportError as error:
            raise LlmError(
                "missing", "设置了 llm，但没有安装它：pip install 'wenbao[llm]'"
            ) from error
        key = self.settings.llm_api_key
        known: dict[str, Any] = {"temperature": 0, "max_retries": 0}
        if self.base_url:
            known["base_url"] = self.base_url
        if key is not None or self.settings.llm_base_url:
            known["api_key"] = key.reveal() if key is not None else NO_KEY
        if self.provider in _WATCHED:
            known |= self._watched()
        else:
            known["timeout"] = float(self.settings.llm_stall)
        try:
            return init_chat_model(self.model, model_provider=self.provider, **known)
        except (ImportError, ValueError, TypeError) as error:
            raise LlmError(
                "missing", f"设置 llm = {self.settings.llm} 打不开：{_first(error)}"
            ) from error

    def _watched(self) -> dict[str, Any]:
        import httpx2

        stall = float(self.settings.llm_stall)
        client = http_client(self.base_url, stall=stall, local_only=self.settings.llm_local_only)
        self.close = weakref.finalize(self, client.close)
        known: dict[str, Any] = {
            "http_client": client,
            "timeout": httpx2.Timeout(stall, connect=min(CONNECT, stall)),
            "stream_usage": True,
            "openai_proxy": None,
        }
        if self.provider == "openai":
            known["use_responses_api"] = False
        return known


def _first(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _reply(gathered: Gathered, messages: Sequence[Message]) -> Reply:
    """Raises LlmError (empty, refused, too_long, malformed) for what is no whole reply."""
    whole = gathered.whole
    if whole is None:
        raise LlmError("empty", "语言模型：空回复")
    meta = dict(whole.response_metadata or {})
    _check_end(whole, str(meta.get("finish_reason") or ""))
    calls = tuple(_call(call) for call in getattr(whole, "tool_call_chunks", None) or ())
    text = "".join(gathered.texts)
    if not text.strip() and not calls:
        raise LlmError("empty", "语言模型：空回复")
    usage = dict(getattr(whole, "usage_metadata", None) or {})
    tokens_in, tokens_out = int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0))
    if tokens_in or tokens_out:
        return Reply(text, calls, tokens_in, tokens_out)
    asked = sum(len(str(message.get("content") or "")) for message in messages)
    return Reply(text, calls, asked * 2 // 3 + 1, gathered.length * 2 // 3 + 1, estimated=True)


def _check_end(whole: Any, finish: str) -> None:
    if whole.additional_kwargs.get("refusal") or finish == "content_filter":
        raise LlmError("refused", "语言模型：拒绝回答")
    if finish == "length":
        raise LlmError("too_long", "语言模型：回复被截断")


def _call(call: dict[str, Any]) -> ToolCall:
    """Read strictly: the library would complete arguments that break off."""
    try:
        arguments = json.loads(call.get("args") or "{}")
    except json.JSONDecodeError as error:
        raise LlmError("malformed", "语言模型：工具调用不是合法的 JSON") from error
    if not isinstance(arguments, dict) or not call.get("name"):
        raise LlmError("malformed", "语言模型：工具调用不完整")
    return ToolCall(str(call["name"]), arguments, str(call.get("id") or ""))
