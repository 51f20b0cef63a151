"""The client against a server that lies and breaks: retries, breaker, cache, masks, limits."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import llm_server as script
import pytest
from llm_server import ScriptedServer, Turn

from assistant.llm import breaker as breakers
from assistant.llm import counters
from assistant.llm.breaker import FAILURES, PAUSE, Breaker
from assistant.llm.client import Client, Reply
from assistant.llm.prompts import Rendered
from ingest.errors import LlmError
from ingest.settings import Settings

Make = Callable[..., Client]


def asked(text: str = "你好") -> Rendered:
    return Rendered("test", "1-00000000", ({"role": "user", "content": text},))


def test_a_reply_with_its_tokens(server: ScriptedServer, client: Make) -> None:
    server.enqueue(script.says("海淀区的回答"))
    one = client(llm_prices="2,8")
    ledger = one.ledger()

    reply = one.ask(asked(), ledger)

    assert reply.text == "海淀区的回答"
    record = ledger.record()
    assert (record["tokens_in"], record["tokens_out"], record["calls"]) == (100, 20, 1)
    assert record["cost"] == "0.00036"
    assert record["model"] == "openai:scripted"
    assert record["prompts"] == {"test": "1-00000000"}
    assert record["path"] == "rules"  # nothing of it stands in an answer yet
    assert server.requests[0]["max_tokens"] == 1024
    assert server.requests[0]["temperature"] == 0


def test_tokens_are_estimated_where_the_server_tells_none(
    server: ScriptedServer, client: Make
) -> None:
    server.enqueue(script.says("回答", usage=None))
    one = client()
    ledger = one.ledger()

    one.ask(asked("问题" * 30), ledger)

    record = ledger.record()
    assert record["estimated"] is True
    assert record["tokens_in"] > 20


@pytest.mark.parametrize(
    ("turn", "kind", "calls"),
    [
        (script.status(500), "server", 3),
        (script.status(503), "server", 3),
        (script.status(429), "rate_limited", 3),
        (script.status(401), "rejected", 1),
        (script.status(404), "rejected", 1),
        (script.empty(), "empty", 3),
        (script.nothing(), "unreachable", 3),
        (script.garbage(), "malformed", 3),
        (script.broken_event(), "malformed", 3),
        (script.refuses(), "empty", 3),
        (script.says("半句", finish="length"), "too_long", 1),
        (script.says("不", finish="content_filter"), "refused", 1),
        (script.calls_tool("look_up", '{"measure": '), "malformed", 3),
        (script.redirects("http://192.0.2.1/v1/chat/completions"), "rejected", 1),
        (script.endless(), "too_long", 1),
    ],
)
def test_what_fails_is_tried_again_only_where_that_helps(
    server: ScriptedServer, client: Make, pauses: list[float], turn: Turn, kind: str, calls: int
) -> None:
    server.default = turn
    one = client()
    ledger = one.ledger()

    with pytest.raises(LlmError) as failed:
        one.ask(asked(), ledger)

    assert failed.value.kind == kind
    assert len(server.requests) == calls == ledger.calls
    assert len(pauses) == calls - 1
    assert pauses == sorted(pauses)


def test_the_second_try_may_succeed(
    server: ScriptedServer, client: Make, pauses: list[float]
) -> None:
    server.enqueue(script.status(429, retry_after=3), script.says("好"))
    one = client()

    assert one.ask(asked(), one.ledger()).text == "好"
    assert pauses[0] >= 3  # as the server asked


def test_a_pause_longer_than_the_time_left_is_not_waited_for(
    server: ScriptedServer, client: Make, pauses: list[float]
) -> None:
    server.default = script.status(429, retry_after=3600)
    one = client()

    with pytest.raises(LlmError, match="429"):
        one.ask(asked(), one.ledger())

    assert len(server.requests) == 1
    assert not pauses


@pytest.mark.parametrize("turn", [script.stalls(), script.trickles()])
def test_a_stream_that_stops_is_given_up(server: ScriptedServer, client: Make, turn: Turn) -> None:
    server.default = turn
    one = client(llm_retries=0, llm_stall=1)

    with pytest.raises(LlmError) as failed:
        one.ask(asked(), one.ledger())

    assert failed.value.kind in ("stalled", "timeout")


def test_all_calls_of_an_answer_share_one_deadline(server: ScriptedServer, client: Make) -> None:
    one = client()
    ledger = one.ledger()
    one.ask(asked(), ledger)
    ledger._deadline = one.clock() - 1

    with pytest.raises(LlmError) as failed:
        one.ask(asked("再问"), ledger)

    assert failed.value.kind == "timeout"
    assert len(server.requests) == 1


def test_a_dead_port_opens_the_breaker_for_the_whole_process(client: Make) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        one = client(llm_base_url=url, llm_retries=0)
        for _ in range(FAILURES):
            with pytest.raises(LlmError) as failed:
                one.ask(asked(), one.ledger())
            assert failed.value.kind == "unreachable"

        other = client(llm_base_url=url)
        ledger = other.ledger()
        with pytest.raises(LlmError) as failed:
            other.ask(asked(), ledger)

    assert failed.value.kind == "open"
    assert ledger.calls == 0


def test_after_the_pause_one_call_tries() -> None:
    now = [0.0]
    breaker = Breaker(clock=lambda: now[0])
    for _ in range(FAILURES):
        assert breaker.admits()
        breaker.note(ill=True)
    assert not breaker.admits()

    now[0] = PAUSE
    assert breaker.admits()
    assert not breaker.admits()  # one at a time
    breaker.note(ill=True)
    assert not breaker.admits()

    now[0] = 2 * PAUSE
    assert breaker.admits()
    breaker.note(ill=False)
    assert breaker.admits()
    assert breaker.admits()


def test_a_reply_that_was_kept_is_not_asked_for_again(server: ScriptedServer, client: Make) -> None:
    one = client()
    server.enqueue(script.says("甲"), script.says("乙"))
    first = one.ask(asked(), one.ledger())
    unkept = one.ask(asked(), one.ledger())
    one.keep(unkept)

    ledger = client().ledger()
    again = client().ask(asked(), ledger)  # another client, the same data directory

    assert (first.text, unkept.text, again.text) == ("甲", "乙", "乙")
    assert again.cached
    assert len(server.requests) == 2
    assert (ledger.calls, ledger.cached) == (0, 1)


def test_the_cache_is_bounded_and_can_be_off(server: ScriptedServer, client: Make) -> None:
    one = client(llm_cache=3)
    for number in range(6):
        one.keep(one.ask(asked(f"问{number}"), one.ledger()))
    assert len(one.cache) == 3

    off = client(llm_cache=0)
    off.keep(off.ask(asked("问0"), off.ledger()))
    assert len(server.requests) == 7
    off.ask(asked("问0"), off.ledger())
    assert len(server.requests) == 8


def test_a_broken_cache_costs_nothing_but_itself(server: ScriptedServer, client: Make) -> None:
    one = client()
    one.cache.path.parent.mkdir(parents=True)
    one.cache.path.write_bytes(b"no database at all" * 100)

    reply = one.ask(asked(), one.ledger())
    one.keep(reply)

    assert reply.text == "好的。"


def test_personal_data_never_reaches_the_server(server: ScriptedServer, client: Make) -> None:
    one = client()
    tool = {"role": "tool", "tool_call_id": "call_1", "content": "电话 13800138000"}
    call = {"name": "f", "arguments": '{"who": "13800138000"}'}
    before = {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": "call_1", "type": "function", "function": call}],
    }
    prompt = asked("我的手机是13800138000，邮箱 someone@example.org").then(before, tool)

    one.ask(prompt, one.ledger())

    assert "13800138000" not in server.seen()
    assert "someone@example.org" not in server.seen()
    assert "我的手机【电话号码】" in server.seen()


@pytest.mark.parametrize(
    "changes",
    [
        {"llm_base_url": "http://192.0.2.1/v1"},  # TEST-NET-1, reserved for documents
        {"llm_base_url": None},
        {"llm_tracing": "langsmith"},
    ],
)
def test_a_remote_host_can_be_forbidden(
    llm_settings: Callable[..., Settings], changes: dict[str, Any]
) -> None:
    settings = llm_settings(llm_local_only="true")
    one = Client.open(_replaced(settings, **changes))

    with pytest.raises(LlmError) as failed:
        one.ask(asked(), one.ledger())

    assert failed.value.kind == "forbidden"


def test_a_local_host_is_allowed(server: ScriptedServer, client: Make) -> None:
    one = client(llm_local_only="true")
    assert one.ask(asked(), one.ledger()).text == "好的。"


def test_langsmith_in_the_environment_turns_nothing_on(
    server: ScriptedServer, client: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_GATEWAY"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2_fake")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", server.url)
    one = client()

    one.ask(asked(), one.ledger())

    assert len(server.requests) == 1  # the question, and no trace of it
    assert server.headers[0]["authorization"] == "Bearer none"


def test_no_key_of_another_service_is_sent_to_our_server(
    server: ScriptedServer, client: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody")
    one = client(llm_api_key="our-own-key")
    one.ask(asked(), one.ledger())
    other = client()
    other.ask(asked("再问"), other.ledger())

    sent = [headers["authorization"] for headers in server.headers]
    assert sent == ["Bearer our-own-key", "Bearer none"]


def test_a_proxy_of_the_environment_is_not_used_for_this_machine(
    server: ScriptedServer, client: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    one = client()
    assert one.ask(asked(), one.ledger()).text == "好的。"


def test_pieces_come_as_they_are_said(server: ScriptedServer, client: Make) -> None:
    server.enqueue(script.says("一二三四五六", pieces=3))
    one = client()

    pieces = list(one.stream(asked(), one.ledger()))

    assert pieces[:-1] == ["一二", "三四", "五六"]
    assert isinstance(pieces[-1], Reply)


def test_nobody_listening_any_more_is_no_illness(server: ScriptedServer, client: Make) -> None:
    one = client()
    for _ in range(FAILURES + 1):
        server.enqueue(script.says("一二三四五六"))
        stream = one.stream(asked(), one.ledger())
        next(stream)
        stream.close()  # type: ignore[attr-defined]

    assert not one.breaker.is_open


def test_one_repair_round_that_names_the_problem(server: ScriptedServer, client: Make) -> None:
    server.enqueue(script.says("坏"), script.says("好"))
    one = client()
    ledger = one.ledger()

    def read(reply: Reply) -> str:
        if reply.text != "好":
            raise LlmError("malformed", "应当说好")
        return reply.text

    assert one.checked(asked(), ledger, read) == "好"
    assert ledger.calls == 2
    assert "应当说好" in str(server.requests[1]["messages"][-1])
    assert "repair" in ledger.prompts

    server.default = script.says("坏")
    with pytest.raises(LlmError):
        one.checked(asked("另问"), one.ledger(), read)
    assert len(server.requests) == 4


def test_counters_count(server: ScriptedServer, client: Make) -> None:
    before = counters.read()
    server.enqueue(script.status(500), script.says("好"))
    one = client()
    one.ask(asked(), one.ledger())
    after = counters.read()

    def grown(name: str, label: str = "") -> int:
        return after.get((name, label), 0) - before.get((name, label), 0)

    assert (grown("calls"), grown("retries"), grown("failed", "server")) == (2, 1, 1)
    assert grown("tokens_in") == 100


def test_breakers_are_shared_by_model_and_server() -> None:
    assert breakers.breaker_of("a:b", "x") is breakers.breaker_of("a:b", "x")
    assert breakers.breaker_of("a:b", "x") is not breakers.breaker_of("a:b", "y")


def _replaced(settings: Settings, **changes: Any) -> Settings:
    from dataclasses import replace

    return replace(settings, **changes)


def test_an_agent_goes_through_the_client(server: ScriptedServer, client: Make) -> None:
    from langchain.agents import create_agent

    from assistant.llm.chat_model import chat_model

    def look_up(measure: str) -> str:
        """The value of a measure."""
        return f"{measure}：374件，联系人13800138000"

    server.enqueue(script.calls_tool("look_up", {"measure": "予以公开"}), script.says("完成"))
    one = client()
    ledger = one.ledger()
    model = chat_model(one, ledger, name="agent", version="1-x")
    agent = create_agent(model, tools=[look_up], system_prompt="查数。")

    result = agent.invoke({"messages": [{"role": "user", "content": "予以公开多少"}]})

    assert result["messages"][-1].content == "完成"
    assert ledger.calls == 2
    assert server.requests[0]["tools"][0]["function"]["name"] == "look_up"
    assert "374件" in server.seen()
    assert "13800138000" not in server.seen()
