"""A real server on loopback over a real Library, and a real Chromium for the `browser` tests."""

from __future__ import annotations

import asyncio
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


class Server:
    """uvicorn in a thread. The app is built inside its loop: outside of a running one Gradio
    opens loops that it never closes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.inner: Any = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.thread = threading.Thread(target=lambda: asyncio.run(self.main()), daemon=True)

    async def main(self) -> None:
        import uvicorn

        app = build_app(self.page)
        config = uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="error")
        self.inner = uvicorn.Server(config)
        await self.inner.serve()

    def start(self) -> None:
        self.thread.start()
        deadline = time.monotonic() + TRIED_FOR
        while not (self.inner and self.inner.started) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert self.inner and self.inner.started

    def stop(self) -> None:
        self.inner.should_exit = self.inner.force_exit = True
        self.thread.join(timeout=20)
        assert not self.thread.is_alive()


def serving(folder: Path, *, stored: bool) -> Iterator[Site]:
    """A site on a free port of loopback, ended when the generator is."""
    quiet_gradio()
    page, assistant, library = make_page(folder, stored=stored)
    server = Server(page)
    server.start()
    yield Site(f"http://127.0.0.1:{server.port}", page, assistant, library)
    server.stop()
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
