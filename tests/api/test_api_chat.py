"""OpenAI-compatible chat, with the `openai` client and by hand."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import openai
import pytest
from api_site import Site

FIRST, SECOND = "2024年海淀区新收政府信息公开申请多少件？", "其中自然人多少？"


@pytest.fixture
def client(site: Site) -> Iterator[openai.OpenAI]:
    with httpx.Client(trust_env=False, timeout=60) as inner:
        yield openai.OpenAI(
            base_url=f"{site.url}/v1", api_key="none", http_client=inner, max_retries=0
        )


def said(*texts: str) -> list[dict[str, str]]:
    roles = ("user", "assistant")
    return [{"role": roles[n % 2], "content": text} for n, text in enumerate(texts)]


def test_an_answer_with_its_record(client: openai.OpenAI, http: httpx.Client) -> None:
    made = client.chat.completions.create(model="wenbao", messages=said(FIRST))
    asked = http.post("/api/ask", json={"question": FIRST}).json()
    assert made.choices[0].message.content == asked["text"]
    assert made.choices[0].finish_reason == "stop"
    record = made.model_extra["wenbao"]
    assert record["value"] == asked["value"] and record["citations"] == asked["citations"]
    assert record["session"] == ""
    assert made.usage.total_tokens == made.usage.prompt_tokens + made.usage.completion_tokens > 0


def test_a_stream_says_the_same_in_pieces(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model="wenbao", messages=said(FIRST))
    stream = client.chat.completions.create(
        model="wenbao", messages=said(FIRST), stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    text = "".join(one.choices[0].delta.content or "" for one in chunks if one.choices)
    assert text == whole.choices[0].message.content
    assert chunks[-1].usage == whole.usage
    last = chunks[-2]
    assert last.choices[0].finish_reason == "stop"
    assert last.model_extra["wenbao"]["value"] == whole.model_extra["wenbao"]["value"]


def test_a_stream_ends_with_done(http: httpx.Client) -> None:
    response = http.post("/v1/chat/completions", json={"messages": said(FIRST), "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.text.endswith("data: [DONE]\n\n")


def test_history_is_taken_up_and_nothing_else(client: openai.OpenAI) -> None:
    def record(*texts: str) -> dict[str, object]:
        made = client.chat.completions.create(model="wenbao", messages=said(*texts))
        return dict(made.model_extra["wenbao"])

    with_history = record(FIRST, "……", SECOND)
    assert with_history["status"] == "answered" and with_history["carried"]
    alone = record(SECOND)
    assert alone["carried"] == [] and alone["turn"] == 1


def test_models(client: openai.OpenAI) -> None:
    assert [one.id for one in client.models.list()] == ["wenbao"]
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("other")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": []},
        {"messages": said("a", "b")},
        {"messages": said(" ")},
        {"messages": said("问" * 501)},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]},
        {"messages": said("a"), "n": 2},
    ],
)
def test_errors_have_the_shape_of_openai(http: httpx.Client, body: object) -> None:
    response = http.post("/v1/chat/completions", json=body)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["type"] == "invalid_request_error" and error["message"]


def test_parts_of_text_are_read(http: httpx.Client) -> None:
    parts = [{"role": "user", "content": [{"type": "text", "text": FIRST}]}]
    made = http.post("/v1/chat/completions", json={"messages": parts}).json()
    assert made["wenbao"]["question"] == FIRST
