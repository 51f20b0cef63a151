"""A composed answer appears sentence by sentence, each only once verified; none is taken back."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import llm_server as script
import pytest
from llm_server import Handler, ScriptedServer, Turn

from assistant.assistant import Assistant
from assistant.hearing import hearing

CHROMIUM = Path("/usr/bin/chromium")
MORE = "示例区2024年新收申请比2023年多多少件"
FIRST, SECOND = "示例区2024年为{f1}。", "比2023年的{f2}多{f3}。"
TOLD, WHOLE = "示例区2024年为328件。", "示例区2024年为328件。比2023年的245件多83件。"
LIES = ["即三千件。", "{f3}是{f2}。", "比2022年的{f2}多{f3}。", "{f1}{f2}{f3}。", "工作优秀。", ""]


def slowly(first: str, then: str, go_on: threading.Event) -> Turn:
    """Says `first`, and `then` only when the listener has heard."""

    def turn(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin_stream()
        for sign in first:
            handler.event(script._chunk({"content": sign}))
        go_on.wait(8)
        for sign in then:
            handler.event(script._chunk({"content": sign}))
        handler.event(script._chunk({}, "stop"))
        handler.event("[DONE]")

    return turn


def test_a_sentence_is_told_before_the_next_is_written(
    server: ScriptedServer, asking: Callable[..., Assistant], sample: Assistant
) -> None:
    go_on, told = threading.Event(), []
    server.default = slowly(FIRST, SECOND, go_on)

    def hear(sentence: str) -> None:
        told.append(sentence)
        assert go_on.is_set() == (len(told) > 1)
        go_on.set()

    with hearing(hear):
        answer = asking(llm_uses="compose").ask(MORE)

    assert told[0] == TOLD
    assert "".join(told) == WHOLE == answer.text.splitlines()[0]
    assert answer.value == sample.ask(MORE).value
    assert answer.llm["path"] == "compose"


@pytest.mark.parametrize("lie", LIES)
def test_what_was_told_stays_where_the_rest_fails(
    server: ScriptedServer, asking: Callable[..., Assistant], sample: Assistant, lie: str
) -> None:
    told: list[str] = []
    server.default = script.says(FIRST + lie, pieces=9)
    with hearing(told.append):
        answer = asking(llm_uses="compose").ask(MORE)

    plain = sample.ask(MORE)
    assert told == [TOLD]
    assert answer.text == f"{TOLD}\n{plain.text}"
    assert (answer.value, answer.citations) == (plain.value, plain.citations)
    assert set(answer.llm["failed"]) == {"compose"}


@pytest.mark.parametrize(
    "first",
    ["示例区2023年为{f1}。", "示例区2024年为329件。", "{f2}。", "好的。", "海淀区2024年为{f1}。"],
)
def test_a_sentence_that_does_not_hold_is_never_told(
    server: ScriptedServer, asking: Callable[..., Assistant], sample: Assistant, first: str
) -> None:
    told: list[str] = []
    server.default = script.says(first + SECOND, pieces=9)
    with hearing(told.append):
        answer = asking(llm_uses="compose").ask(MORE)
    assert told == []
    assert answer.text == sample.ask(MORE).text
    assert len(server.requests) == 2  # asked again once


def test_of_several_parts_none_is_told_beforehand(
    server: ScriptedServer, asking: Callable[..., Assistant]
) -> None:
    told: list[str] = []
    with hearing(told.append):
        asking(llm_uses="compose").ask("2024年示例区新收申请多少件，予以公开多少件？")
    assert told == []


# ---- in a browser ----


@contextmanager
def serving(page: Any) -> Iterator[str]:
    """`page` on a free port of loopback."""
    import uvicorn

    from assistant.web.app import build_app

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    holder: list[Any] = []

    async def main() -> None:
        config = uvicorn.Config(build_app(page), host="127.0.0.1", port=port, log_level="error")
        holder.append(uvicorn.Server(config))
        await holder[0].serve()

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not (holder and holder[0].started) and time.monotonic() < deadline:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    holder[0].should_exit = holder[0].force_exit = True
    thread.join(20)


@pytest.mark.browser
def test_the_page_shows_a_sentence_while_the_next_is_written(
    server: ScriptedServer, asking: Callable[..., Assistant], tmp_path: Path
) -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    from assistant.api.reviewed import ReviewedAsker
    from assistant.web.app import build_page
    from assistant.web.serve import quiet_gradio

    class NoneReviewed:
        def answer(self, question: str) -> None:
            return None

    quiet_gradio()
    go_on = threading.Event()
    server.default = slowly(FIRST, SECOND, go_on)
    assistant = asking(llm_uses="compose")
    asker = ReviewedAsker(assistant, NoneReviewed())  # type: ignore[arg-type]
    page = build_page(asker, assistant.library, tmp_path / "web", lambda paths: [], pause=0.005)
    with serving(page) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page()
        tab.goto(url)
        tab.fill("#question", MORE)
        tab.press("#question", "Enter")
        tab.wait_for_selector(".thread[data-busy='true'] .live .text")
        shown = tab.inner_text(".live .text")
        tab.screenshot(path=str(tmp_path / "streaming.png"))
        waiting = not go_on.is_set()
        go_on.set()
        tab.wait_for_selector(".thread[data-busy='false'] .turn .tools")
        final = tab.inner_text(".turn .text")
        browser.close()
    page.close()
    assert waiting
    assert shown.strip() == TOLD
    assert "".join(final.split()).startswith(TOLD)
    assert "83件" in final


@pytest.mark.parametrize("turn", [script.stalls(), script.trickles(), script.endless()])
def test_over_http_the_rules_answer_where_the_model_does_not_end(
    server: ScriptedServer,
    asking: Callable[..., Assistant],
    sample: Assistant,
    tmp_path: Path,
    turn: Turn,
) -> None:
    from fastapi import FastAPI
    from starlette.testclient import TestClient

    from assistant.web import api
    from assistant.web.app import build_page

    server.default = turn
    assistant = asking(llm_uses="compose", llm_stall=1, llm_timeout=3)
    page = build_page(assistant, assistant.library, tmp_path / "web", lambda paths: [])
    app = FastAPI()
    app.include_router(api.router(page))
    with TestClient(app) as client:
        record = client.post("/api/ask", json={"question": MORE}).json()
    page.close()
    plain = sample.ask(MORE)
    assert (record["text"], record["value"]) == (plain.text, plain.value)
    assert record["llm"]["path"] == "rules"
    assert record["llm"]["failed"]["compose"] in ("stalled", "timeout", "too_long")
