"""OpenAI-compatible chat: existing chat front ends ask as if of a language model.

Each request carries its whole history, so nothing is kept between requests: the earlier questions
are answered again in a conversation that ends with the request. System messages are not obeyed.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from assistant.answer import Answer
from assistant.api.problems import OPENAI_PROBLEMS, Responses
from assistant.desk.base import cleaned_text
from assistant.desk.handover import handoff
from assistant.desk.records import Handoff
from assistant.web.page import LONGEST_QUESTION, Page
from assistant.web.texts import texts

LOG = logging.getLogger(__name__)
MODEL = "wenbao"
MOST_MESSAGES = 200
MOST_TURNS = 8  # earlier questions that are taken up again
PIECE = 24  # characters of one chunk
EXTRA = "wenbao"  # the key of our record


class Part(BaseModel):
    type: Literal["text"]
    text: str


class ChatMessage(BaseModel):
    model_config = ConfigDict(extra="ignore")
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def text(self) -> str:
        if isinstance(self.content, list):
            return cleaned_text("\n".join(part.text for part in self.content))
        return cleaned_text(self.content or "")


class StreamOptions(BaseModel):
    model_config = ConfigDict(extra="ignore")
    include_usage: bool = False


class ChatBody(BaseModel):
    """Knobs of sampling are taken and have no effect: answers are computed."""

    model_config = ConfigDict(extra="ignore")
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=MOST_MESSAGES)]
    model: Annotated[str, Field(max_length=200)] = MODEL
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Annotated[int | None, Field(ge=1, le=1)] = 1


class Usage(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """As OpenAI's, with our answer record in `wenbao`."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: Usage
    wenbao: dict[str, Any]


_ANSWERS: Responses = {200: {"model": Completion, "content": {"text/event-stream": {}}}}


def router(page: Page) -> APIRouter:
    made = APIRouter(prefix="/v1", tags=["chat"], responses=OPENAI_PROBLEMS)

    @made.get("/models")
    def models() -> dict[str, Any]:
        return {"object": "list", "data": [_model()]}

    @made.get("/models/{model}")
    def model(model: str) -> dict[str, Any]:
        if model != MODEL:
            raise HTTPException(404, "没有这个模型，可用的是 wenbao")
        return _model()

    @made.post("/chat/completions", responses=_ANSWERS)
    def completions(body: ChatBody) -> Response:
        questions = _questions(body)
        answers = _asked(page, questions)
        answer = answers[-1]
        offer = handoff(answer.question, answers)
        head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time())}
        head["model"] = MODEL
        usage = _usage(body, answer)
        if not body.stream:
            return JSONResponse(_whole(head, answer, offer, usage))
        wanted = body.stream_options is not None and body.stream_options.include_usage
        events = _events(head, answer, offer, usage if wanted else None)
        return StreamingResponse(
            events, media_type="text/event-stream", headers={"Cache-Control": "no-cache"}
        )

    return made


def _model() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}


def _questions(body: ChatBody) -> list[str]:
    """The user's messages, the asked one last. Raises HTTPException where that is not one."""
    if body.messages[-1].role != "user":
        raise HTTPException(400, "最后一条消息须是 user 的问题")
    questions = [one.text() for one in body.messages if one.role == "user"]
    if not questions[-1]:
        raise HTTPException(400, "问题不能为空")
    if len(questions[-1]) > LONGEST_QUESTION:
        raise HTTPException(400, f"问题太长：最多 {LONGEST_QUESTION} 字")
    earlier = [one for one in questions[:-1] if one and len(one) <= LONGEST_QUESTION]
    return [*earlier[-MOST_TURNS:], questions[-1]]


def _asked(page: Page, questions: list[str]) -> list[Answer]:
    """The answers to `questions`, in a conversation that nobody else can name."""
    session = f"v1:{secrets.token_urlsafe(24)}"
    try:
        return [page.assistant.ask(question, session=session) for question in questions]
    # As on the page: whatever breaks is logged, and the caller is told.
    except Exception:
        LOG.exception("chat completion failed")
        text = texts("zh")("error.internal")
        return [Answer(questions[-1], "error", text, reason="internal")]
    finally:
        forget = getattr(page.assistant, "forget", None)
        if forget is not None:
            forget(session)


def _usage(body: ChatBody, answer: Answer) -> dict[str, int]:
    """In characters: what is computed has no tokens, and clients want numbers that add up."""
    asked = sum(len(message.text()) for message in body.messages)
    said = len(answer.text)
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def _record(answer: Answer, offer: Handoff) -> dict[str, Any]:
    record = answer.record() | {"handoff": offer.record()}
    record["session"] = ""  # it ended with the request
    return record


def _whole(
    head: dict[str, Any], answer: Answer, offer: Handoff, usage: dict[str, int]
) -> dict[str, Any]:
    message = {"role": "assistant", "content": answer.text, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {
        **head, "object": "chat.completion", "choices": [choice], "usage": usage,
        EXTRA: _record(answer, offer),
    }  # fmt: skip


def _events(
    head: dict[str, Any], answer: Answer, offer: Handoff, usage: dict[str, int] | None
) -> Iterator[str]:
    """Server-sent events: the role, the text in pieces, the end with our record, [DONE]."""
    head = {**head, "object": "chat.completion.chunk"}
    yield _event(head, {"role": "assistant", "content": ""}, None)
    for start in range(0, len(answer.text), PIECE):
        yield _event(head, {"content": answer.text[start : start + PIECE]}, None)
    yield _event({**head, EXTRA: _record(answer, offer)}, {}, "stop")
    if usage is not None:
        yield _line({**head, "choices": [], "usage": usage})
    yield "data: [DONE]\n\n"


def _event(head: dict[str, Any], delta: dict[str, str], finish: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    return _line({**head, "choices": [choice]})


def _line(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False, default=str)}\n\n"
