"""A real server on loopback with the real app, over a small library, a real desk and SQLite."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import httpx

from assistant.api.service import Interface
from assistant.assistant import Assistant
from assistant.desk.embedding import LazyEmbedder
from assistant.desk.records import Actor
from assistant.desk.service import Desk
from assistant.web.app import build_app, build_page
from assistant.web.desk.router import router as console
from assistant.web.serve import quiet_gradio
from ingest.pipeline import ingest
from ingest.settings import Settings

TRIED_FOR = 60  # seconds until a server that does not come up is a failure
SAMPLE = "海淀区2024.html"
ADMIN = Actor(0, "cli", "admin", "cli")


@dataclass
class Site:
    url: str
    desk: Desk
    interface: Interface

    def key(self, *scopes: str, rate: int = 10_000, days: int | None = None) -> str:
        return self.desk.keys.add("a program", scopes, rate=rate, days=days, by=ADMIN)[1]

    def client(self, key: str = "") -> httpx.Client:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=60)


class Server:
    """uvicorn in a thread; the app is built inside its loop, as Gradio needs."""

    def __init__(self, build: Callable[[], Any]) -> None:
        self._build = build
        self.inner: Any = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)

    async def _main(self) -> None:
        import uvicorn

        config = uvicorn.Config(
            self._build(), host="127.0.0.1", port=self.port, log_level="error", proxy_headers=False
        )
        self.inner = uvicorn.Server(config)
        await self.inner.serve()

    def start(self) -> None:
        self._thread.start()
        deadline = time.monotonic() + TRIED_FOR
        while not (self.inner and self.inner.started) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert self.inner and self.inner.started

    def stop(self) -> None:
        self.inner.should_exit = self.inner.force_exit = True
        self._thread.join(30)


def serving(folder: Path, **more: Any) -> Iterator[Site]:
    quiet_gradio()
    settings = Settings.load(environ={}, data_dir=folder, **more)
    with as_file(files("ingest") / "sample" / SAMPLE) as path:
        assert [row.status for row in ingest(settings, [path])] == ["stored"]
    assistant = Assistant.open(settings)
    page = build_page(assistant, assistant.library, folder, lambda paths: [])
    with Desk.open(settings, embedder=LazyEmbedder()) as desk:
        interface = Interface.over(page, desk, settings)
        routers = [*interface.routers(), console(desk, assistant.library)]
        server = Server(lambda: interface.guard(build_app(interface.page, routers=routers)))
        server.start()
        yield Site(f"http://127.0.0.1:{server.port}", desk, interface)
        server.stop()
    page.close()
    assistant.library.close()
