"""Tracing: off whatever the environment says; spans without texts; what LangSmith is sent is
masked. Each runs in a process of its own, since both libraries keep what they are set to."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import llm_server as script
import pytest
from llm_server import ScriptedServer

KEY, OTHER_KEY, TRACE_KEY = "sk-for-our-model", "sk-of-another", "ls-for-tracing"
PHONE, SECRET_WORD = "13800138000", "新收申请"
QUESTION = "2024年示例区新收申请多少件"
PERSONAL = f"新收申请多少件，我的电话是{PHONE}"
STEPS = "先找到示例区予以公开率哪年最高，然后找到那一年新收了多少申请"
CALL = {"op": "maximum", "measures": ["m1"], "places": ["p1"], "years": list(range(2020, 2025))}
LOOK = {"measure": "m2", "place": "p1", "year": 2020}

PROGRAM = """
import json, sys
tracing, url, data, key = sys.argv[1:5]
spans = None
if tracing == "opentelemetry":
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace.set_tracer_provider(provider)
from assistant.assistant import Assistant
from ingest.settings import Settings
known = {"llm": "openai:scripted", "llm_base_url": url, "llm_api_key": key, "data_dir": data}
known |= {"llm_uses": "compose,agent", "llm_cache": 0, "llm_retries": 0}
if tracing != "unset":
    known["llm_tracing"] = tracing
assistant = Assistant.open(Settings.load(environ={}, **known))
answers = [assistant.ask(question) for question in sys.argv[6:]]
if sys.argv[5]:
    from assistant.llm.prompts import prompt
    client = assistant.llm.client
    client.ask(prompt("compose").render(question=sys.argv[5], draft="{f1}"), client.ledger())
from langchain_core.tracers.langchain import wait_for_all_tracers
wait_for_all_tracers()
told = [json.loads(one.to_json()) for one in spans.get_finished_spans()] if spans else []
print(json.dumps({"answers": [[one.text, one.llm] for one in answers], "spans": told}))
assistant.library.close()
assistant.llm.client.close()
"""


class Collector(ThreadingHTTPServer):
    """Stands for LangSmith: takes whatever is sent and keeps it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Keeps)
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Keeps(BaseHTTPRequestHandler):
    server: Collector

    def do_GET(self) -> None:
        self.server.seen.append(f"GET {self.path}")
        limits = {"use_multipart_endpoint": False, "size_limit": 100, "scale_up_qsize_trigger": 100}
        limits |= {"scale_up_nthreads_limit": 2, "scale_down_nempty_trigger": 4}
        self._answer(200, {"version": "1", "batch_ingest_config": limits})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        self.server.seen.append(f"{self.headers}\n{body.decode('utf-8', 'replace')}")
        self._answer(202, {})

    def do_PATCH(self) -> None:
        self.do_POST()

    def _answer(self, code: int, value: dict[str, Any]) -> None:
        body = json.dumps(value).encode()
        self.send_response(code)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    started = Collector()
    thread = threading.Thread(target=started.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield started
    started.shutdown()
    thread.join(5)
    started.server_close()


def run(
    tracing: str,
    server: ScriptedServer,
    collector: Collector,
    data: Path,
    *questions: str,
    personal: str = "",
) -> dict[str, Any]:
    """The questions, and a call with `personal` data in it, asked in a process whose environment
    asks for tracing in every way."""
    environ = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environ |= {"LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true"}
    environ |= {"LANGSMITH_ENDPOINT": collector.url, "LANGCHAIN_ENDPOINT": collector.url}
    environ |= {"LANGSMITH_API_KEY": TRACE_KEY, "OPENAI_API_KEY": OTHER_KEY, "NO_PROXY": "*"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, tracing, server.url, str(data), KEY, personal, *questions],
        cwd=Path(__file__).parents[2],
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def lead(server: ScriptedServer) -> None:
    """The turns of one answer that is rewritten, and of one in two steps."""
    server.enqueue(
        script.says("2024年，示例区新收申请为{f1}。"),
        script.calls_tool("compute", CALL),
        script.calls_tool("look_up", LOOK),
        script.says(
            "示例区予以公开率最高的是2020年，{f1}。2020年示例区本年新收政府信息公开申请为{f2}。"
        ),
    )


def test_off_whatever_the_environment_says(
    server: ScriptedServer, collector: Collector, sample_data: Path
) -> None:
    lead(server)
    found = run("unset", server, collector, sample_data, QUESTION, STEPS)
    assert [llm["path"] for _, llm in found["answers"]] == ["compose", "agent"]
    assert len(server.requests) == 4
    assert collector.seen == []


def test_spans_have_names_and_counts_and_no_texts(
    server: ScriptedServer, collector: Collector, sample_data: Path
) -> None:
    lead(server)

    found = run("opentelemetry", server, collector, sample_data, QUESTION, STEPS, personal=PERSONAL)

    spans = found["spans"]
    assert sorted(one["name"] for one in spans) == ["answer"] * 2 + ["chat"] * 5
    answers = [one for one in spans if one["name"] == "answer"]
    calls = [one for one in spans if one["name"] == "chat"]
    assert [one["attributes"]["wenbao.path"] for one in answers] == ["compose", "agent"]
    assert [one["attributes"]["wenbao.calls"] for one in answers] == [1, 3]
    prompts = [one["attributes"]["wenbao.prompts"] for one in answers]
    assert [names[0].split()[0] for names in prompts] == ["compose", "agent"]
    for one in calls:
        assert one["attributes"]["gen_ai.usage.input_tokens"] > 0
        assert one["attributes"]["gen_ai.request.model"] == "scripted"
    for one in calls[:4]:  # each below the answer that it was made for
        assert one["parent_id"] in {answer["context"]["span_id"] for answer in answers}
    for answer in answers:
        own = [one for one in calls if one["parent_id"] == answer["context"]["span_id"]]
        tokens = sum(one["attributes"]["gen_ai.usage.input_tokens"] for one in own)
        assert answer["attributes"]["gen_ai.usage.input_tokens"] == tokens
    said = ("name", "attributes", "events", "status")  # identifiers and times have digits, too
    told = json.dumps([[one[key] for key in said] for one in spans], ensure_ascii=False)
    for text in (PHONE, KEY, SECRET_WORD, "示例区", "328", "予以公开"):
        assert text not in told
    assert collector.seen == []


def test_a_failed_call_is_named_in_its_span(
    server: ScriptedServer, collector: Collector, sample_data: Path
) -> None:
    server.default = script.status(500)
    found = run("opentelemetry", server, collector, sample_data, QUESTION)
    (call,) = [one for one in found["spans"] if one["name"] == "chat"]
    (answer,) = [one for one in found["spans"] if one["name"] == "answer"]
    assert call["attributes"]["error.type"] == "server"
    assert answer["attributes"]["wenbao.failed"] == ["compose server"]
    assert answer["attributes"]["wenbao.path"] == "rules"


def test_langsmith_is_sent_what_the_model_is_sent_and_no_more(
    server: ScriptedServer, collector: Collector, sample_data: Path
) -> None:
    lead(server)

    found = run("langsmith", server, collector, sample_data, QUESTION, STEPS, personal=PERSONAL)

    assert [llm["path"] for _, llm in found["answers"]] == ["compose", "agent"]
    sent = "\n".join(one for one in collector.seen if not one.startswith("GET"))
    texts = sent.encode().decode("unicode_escape", "ignore") + sent
    assert SECRET_WORD in texts  # it is on: the prompts are there
    assert TRACE_KEY in sent  # and it speaks for the account of the tracing
    for text in (PHONE, KEY, OTHER_KEY):
        assert text not in sent
    # Neither the figures, which only code knows, nor the steps of the agent before they are masked.
    for figure in ("328", "40.56"):  # as a figure: ports, times and identifiers have digits too
        assert not re.search(rf"(?<![0-9A-Za-z.:-]){figure}(?![0-9A-Za-z.:-])", texts)
    assert "LangGraph" not in sent
