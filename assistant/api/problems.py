"""Problems: errors as JSON with their status; below /v1 in the shape that OpenAI clients read."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from assistant.desk.base import cleaned_text
from ingest.errors import (
    ConflictError,
    DeskError,
    NotAllowedError,
    NotLoggedInError,
    NotPossibleError,
    StoreError,
    TooManyError,
    UnknownTicketError,
)

_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (UnknownTicketError, 404),
    (ConflictError, 409),
    (NotAllowedError, 403),
    (NotLoggedInError, 401),
    (TooManyError, 429),
    (NotPossibleError, 422),
    (StoreError, 503),
)
_KINDS = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    503: "server_error",
}


class Misfit(BaseModel):
    loc: list[str | int]
    msg: str
    type: str


class Problem(BaseModel):
    detail: str | list[Misfit]


class OpenAIError(BaseModel):
    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIProblem(BaseModel):
    error: OpenAIError


Responses = dict[int | str, dict[str, Any]]
_CODES = (400, 401, 403, 404, 409, 413, 422, 429, 503)
# What a route may answer besides its own, for the schema.
PROBLEMS: Responses = {code: {"model": Problem} for code in _CODES}
OPENAI_PROBLEMS: Responses = {code: {"model": OpenAIProblem} for code in _CODES}


def install(app: FastAPI) -> None:
    """Errors of the desk, and bodies that do not fit, as one clear answer."""

    async def known(request: Request, error: Exception) -> JSONResponse:
        return problem_response(request.url.path, error)

    async def misfit(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return _misfit_response(request.url.path, error)

    async def plain(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return _shaped(request.url.path, error.status_code, error.detail, dict(error.headers or {}))

    app.add_exception_handler(DeskError, known)
    app.add_exception_handler(StoreError, known)
    app.add_exception_handler(RequestValidationError, misfit)
    app.add_exception_handler(HTTPException, plain)


def problem_response(path: str, error: Exception, status: int | None = None) -> JSONResponse:
    """`error` with its status (400 where it has none of its own)."""
    code = status or next((code for kind, code in _STATUS if isinstance(error, kind)), 400)
    headers = {}
    if isinstance(error, TooManyError):
        headers["Retry-After"] = str(error.retry_after)
    if code == 401:
        headers["WWW-Authenticate"] = "Bearer"
    # What a database says may name files of this server; that is for its log.
    text = "数据库暂时不可用，请稍后再试" if code == 503 else str(error)
    return _shaped(path, code, text, headers)


def _misfit_response(path: str, error: RequestValidationError) -> JSONResponse:
    """Where and why, without what was sent: it may be personal, and may not be writable."""
    found = [
        {
            "loc": [_safe(part) for part in one["loc"]],
            "msg": cleaned_text(str(one["msg"]))[:300],
            "type": str(one["type"]),
        }
        for one in error.errors()[:20]
    ]
    return _shaped(path, 422, found, {})


def _safe(part: Any) -> Any:
    return part if isinstance(part, int) else cleaned_text(str(part))[:100]


def _shaped(path: str, status: int, detail: Any, headers: dict[str, str]) -> JSONResponse:
    if not path.startswith("/v1/"):
        return JSONResponse({"detail": detail}, status, headers)
    param = None
    if isinstance(detail, list):
        param = ".".join(str(part) for part in detail[0]["loc"][1:]) or None
        detail, status = "；".join(one["msg"] for one in detail), 400
    kind = _KINDS.get(status, "invalid_request_error")
    inner = {"message": str(detail), "type": kind, "param": param, "code": None}
    return JSONResponse({"error": inner}, status, headers)
