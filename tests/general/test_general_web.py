"""A table of no known form in the web chat: asked, opened at its cell, browsed, taken along."""

from __future__ import annotations

import io
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update"]  # fmt: skip
SERVER = """
import sys
from pathlib import Path
from assistant.web.serve import serve
from ingest.settings import Settings

serve(Settings.load(environ={}, data_dir=Path(sys.argv[1])), port=int(sys.argv[2]))
"""
TRIED_FOR = 90  # seconds until a server that does not come up is a failure


@pytest.fixture(scope="module")
def url(store: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", SERVER, str(store), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + TRIED_FOR
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/api/health", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail("the server did not come up")


@pytest.fixture(scope="module")
def tab(url: str) -> Iterator[Any]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(url)
        page.wait_for_selector(".thread[data-conversation]")
        yield page
        browser.close()


def test_the_table_opens_with_the_cell_highlighted(tab: Any) -> None:
    tab.fill("#question", "卫生健康支出的决算数是多少？")
    tab.press("#question", "Enter")
    tab.wait_for_selector(".thread[data-busy='false'] .turn:nth-of-type(1) .tools")
    assert tab.inner_text(".turn .headline") == "901.2万元"
    assert tab.inner_text("#evidence td.current") == "901.2"
    heads = tab.eval_on_selector_all("#evidence .head", "found => found.map(one => one.innerText)")
    assert {"卫生健康支出", "决算数"} <= set(heads)


def test_all_tables_are_browsed_and_taken_along(tab: Any) -> None:
    from openpyxl import load_workbook

    tab.click(".places [data-place='browse']")
    tab.wait_for_selector(".browse table")
    assert "2023年一般公共预算支出表" in tab.inner_text(".browse .card h2")
    with tab.expect_download() as download:
        tab.click(".browse .card a >> nth=0")
    assert "卫生健康支出,860,901.2" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    with tab.expect_download() as download:
        tab.click(".browse .card a >> nth=1")
    sheet = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active
    assert sheet["C6"].value == 901.2
    assert sheet["C7"].value is None  # a blank is no 0
    assert "A1:D1" in {str(merge) for merge in sheet.merged_cells.ranges}
