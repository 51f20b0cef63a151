"""Failures: what went wrong in a call, as one `LlmError`, and whether a second try makes sense."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.errors import LlmError

AGAIN = frozenset(
    {"timeout", "stalled", "rate_limited", "server", "unreachable", "empty", "malformed"}
)
# What says that the server is ill; the others say that it answered, only not what we need.
ILL = frozenset({"timeout", "stalled", "rate_limited", "server", "unreachable", "rejected"})
_NAMED = {
    "ContentFilterFinishReasonError": "refused",
    "LengthFinishReasonError": "too_long",
    "APIResponseValidationError": "malformed",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """`kind` as in LlmError; `retry_after` seconds that the server asks to wait, if it does."""

    kind: str
    detail: str
    retry_after: float | None = None

    def error(self) -> LlmError:
        return LlmError(self.kind, f"语言模型：{self.detail}（{self.kind}）", self.retry_after)


def failure_of(error: Exception) -> Failure:
    """The failure behind an exception of the model's library; what no line knows is malformed."""
    if isinstance(error, LlmError):
        return Failure(error.kind, str(error))
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _of_status(status, getattr(error, "response", None))
    for cause in _chain(error):
        if isinstance(cause, LlmError):
            return Failure(cause.kind, str(cause))
        kinds = {kind.__name__ for kind in type(cause).__mro__}  # of httpx or httpx2
        if kinds & {"TimeoutException", "TimeoutError"}:
            return Failure("timeout", "等待超时")
        if kinds & {"TransportError", "OSError"}:
            return Failure("unreachable", "连接不上或连接中断")
        kind = _NAMED.get(type(cause).__name__)
        if kind:
            return Failure(kind, type(cause).__name__)
    return Failure("malformed", f"回复无法解析：{type(error).__name__}")


def _chain(error: BaseException) -> list[BaseException]:
    found, at = [], error
    while at is not None and at not in found:
        found.append(at)
        at = at.__cause__ or at.__context__  # type: ignore[assignment]
    return found


def _of_status(status: int, response: object) -> Failure:
    detail = f"服务器返回 {status}"
    if status == 429:
        return Failure("rate_limited", detail, _retry_after(response))
    if status == 408:
        return Failure("timeout", detail)
    if status >= 500:
        return Failure("server", detail, _retry_after(response))
    return Failure("rejected", detail)


def _retry_after(response: object) -> float | None:
    """The header in seconds (RFC 9110, 10.2.3); a date there is not honoured."""
    headers = getattr(response, "headers", None)
    text = str(headers.get("retry-after", "")).strip() if headers is not None else ""
    return float(text) if text.isascii() and text.isdigit() else None
