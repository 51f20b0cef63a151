"""The whole product in one process as `wenbao chat` runs it: bundled sample, real Assistant, real
browser; with an eye on every address it connects to and on its memory."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.web.serve import upload_reader
from ingest.pipeline import ingest
from ingest.store.library import Library

from .parts import settings_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "2024年海淀区予以公开的占多少?"
MOST_MEMORY = 900 * 1024  # kB
TRIED_FOR = 90  # seconds
SERVER = """
import sys
from pathlib import Path

seen = open(sys.argv[2], "a", buffering=1)
LOOPBACK = (None, "", "localhost", "127.0.0.1", "::1", b"127.0.0.1", b"localhost")

def watch(event, args):
    if event == "socket.getaddrinfo" and args[0] not in LOOPBACK:
        seen.write(f"look-up {args[0]}\\n")
    if event == "socket.connect" and isinstance(args[1], tuple) and args[1][0] not in LOOPBACK:
        seen.write(f"connect {args[1]}\\n")
    if event == "import" and args[0] == "torch":
        seen.write("import torch\\n")

sys.addaudithook(watch)
from assistant.web.serve import serve
from ingest.settings import Settings

serve(Settings.load(environ={}, data_dir=Path(sys.argv[1])), port=int(sys.argv[3]))
"""


@dataclass
class Running:
    url: str
    process: subprocess.Popen[bytes]
    seen: Path

    @property
    def memory(self) -> int:
        """Resident memory in kB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(status.split("VmRSS:")[1].split()[0])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("whole")
    settings = settings_of(folder / "data")
    sample = Path(str(files("ingest") / "sample"))
    assert {row.status for row in ingest(settings, [sample])} == {"stored"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    seen = folder / "seen.txt"
    arguments = [sys.executable, "-c", SERVER, str(settings.data_dir), str(seen), str(port)]
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as done:
        made = Running(f"http://127.0.0.1:{port}", done, seen)
        try:
            wait_for(made)
            yield made
        finally:
            done.terminate()
            done.wait(timeout=30)


def wait_for(made: Running) -> None:
    deadline = time.monotonic() + TRIED_FOR
    while time.monotonic() < deadline and made.process.poll() is None:
        try:
            httpx.get(f"{made.url}/api/health", trust_env=False)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server did not come up")


def test_from_the_question_to_the_cell(person: Any, running: Running) -> None:
    tab = person.new_page()
    tab.goto(running.url)
    tab.wait_for_selector(".starters button")
    tab.fill("#question", QUESTION)
    tab.press("#question", "Enter")
    tab.wait_for_selector(".thread[data-busy='false'] .turn .tools")
    assert tab.inner_text(".headline") == "11.48%"
    assert tab.inner_text("#evidence .formula") == "374 ÷ 3259 × 100%"
    tab.click("#evidence .formula .cite >> nth=1")
    tab.wait_for_selector("#evidence td.current:text-is('3259')")
    tab.click(".reply .formula .cite >> nth=0")
    tab.wait_for_selector("#evidence td.current:text-is('374')")
    heads = [head.inner_text() for head in tab.query_selector_all("#evidence th.head")]
    assert "（一）予以公开" in heads and "总计" in heads


def test_every_starter_is_answered(running: Running, person: Any) -> None:
    tab = person.new_page()
    tab.goto(running.url)
    tab.wait_for_selector(".starters button")
    starters = [button.inner_text() for button in tab.query_selector_all(".starters button")]
    with httpx.Client(base_url=running.url, trust_env=False, timeout=60) as client:
        answers = [client.post("/api/ask", json={"question": text}).json() for text in starters]
    assert [a["question"] for a in answers if a["status"] != "answered"] == []


def test_the_server_is_small_and_calls_nobody(running: Running) -> None:
    with httpx.Client(base_url=running.url, trust_env=False, timeout=60) as client:
        for question in (QUESTION, "京策平台发布了多少个政策兑现事项", "2024年海淀区存在哪些问题"):
            client.post("/api/ask", json={"question": question})
    assert running.memory < MOST_MEMORY
    assert running.seen.read_text(encoding="utf-8") == ""


def test_an_upload_is_read_by_the_pipeline(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "data")
    good = Path(str(files("ingest") / "sample" / "海淀区2024.html"))
    bad = tmp_path / "坏.html"
    bad.write_bytes(b"\x00\x01\x02")
    with Library.open(settings) as library:
        stored, refused = upload_reader(settings, library)([good, bad])
        assert stored.report_id in {info.id for info in library.reports()} and not stored.error
    assert refused.name == "坏.html" and refused.error and str(tmp_path) not in refused.error
