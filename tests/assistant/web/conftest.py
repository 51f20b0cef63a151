"""A real server on loopback over a real Library, and a real Chromium for the `browser` tests."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.web.app import build_app, build_page
from assistant.web.page import Page
from assistant.web.serve import quiet_gradio
from ingest.store.library import Library

from . import parts

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
TRIED_FOR = 60  # seconds until a server that does not come up is a failure


@dataclass
class Site:
    url: str
    page: Page
    assistant: parts.LookUp
    library: Library


def make_page(folder: Path, *, stored: bool = True) -> tuple[Page, parts.LookUp, Library]:
    library = Library.open(parts.settings_of(folder))
    if stored:
        library.put(parts.report())
    assistant = parts.LookUp(library)
    page = build_page(assistant, library, folder, parts.reader(library), pause=0.005)
    return page, assistant, library


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    made, _, library = make_page(tmp_path)
    yield made
    made.close()
    library.close()


def serving(folder: Path, *, stored: bool) -> Iterator[Site]:
    """A site on a free port of loopback, ended when the generator is."""
    import uvicorn

    quiet_gradio()
    page, assistant, library = make_page(folder, stored=stored)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(build_app(page), host="127.0.0.1", port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + TRIED_FOR
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    assert server.started
    yield Site(f"http://127.0.0.1:{port}", page, assistant, library)
    server.should_exit = True
    server.force_exit = True
    thread.join(timeout=20)
    page.close()
    library.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from serving(tmp_path_factory.mktemp("site"), stored=True)


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from serving(tmp_path_factory.mktemp("empty"), stored=False)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def person(chromium: Any) -> Iterator[Any]:
    """A browser profile of its own; `person.requests` and `person.errors` are what happened."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.requested, context.errors = [], []
    context.on("request", lambda request: context.requested.append(request.url))
    context.on("weberror", lambda error: context.errors.append(str(error.error)))
    yield context
    context.close()
