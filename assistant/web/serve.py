"""`wenbao chat`: the web chat in one process, on loopback unless told otherwise."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path

from assistant.desk.log import mask_logs
from assistant.web.uploads import Ingest, Outcome
from ingest.errors import WenbaoError
from ingest.pipeline import IngestRow, ingest
from ingest.settings import Settings
from ingest.store.library import Library

LOG = logging.getLogger(__name__)
WAIT = 120.0  # seconds an upload waits for another writer to the stores


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serves the page and the HTTP interface until interrupted.

    Raises StoreError where the stores cannot be opened.
    """
    mask_logs()
    quiet_gradio()
    import uvicorn

    from assistant.api.service import Interface
    from assistant.assistant import Assistant
    from assistant.desk.embedding import LazyEmbedder
    from assistant.desk.service import Desk
    from assistant.web.app import build_app, build_page
    from assistant.web.desk.router import router as console

    assistant = Assistant.open(settings)
    reader = upload_reader(settings, assistant.library)
    page = build_page(assistant, assistant.library, settings.data_dir, reader)
    with Desk.open(settings, embedder=LazyEmbedder()) as desk:
        desk.start_worker()
        interface = Interface.over(page, desk, settings)
        routers = [*interface.routers(), console(desk, assistant.library)]
        app = interface.guard(build_app(interface.page, routers=routers))
        # X-Forwarded-For and -Proto are believed only where the settings say so.
        believed = settings.trust_forwarded
        uvicorn.run(
            app, host=host, port=port, log_level="info", access_log=False, proxy_headers=believed
        )


def quiet_gradio() -> None:
    """Keeps Gradio from calling home, and from a pandas summary of its queue after every event.

    It reads these when imported, so they are set before.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_RUN_HISTORY"] = "False"
    os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**12)
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"


def upload_reader(settings: Settings, library: Library) -> Ingest:
    """What reads uploaded files into `library`; an outcome a file, never an exception."""

    def read(paths: Sequence[Path]) -> list[Outcome]:
        try:
            rows = list(ingest(settings, paths, library=library, wait=WAIT))
        except WenbaoError as error:
            LOG.warning("upload refused: %s", error)
            return [Outcome(path.name, error=_public(str(error), path)) for path in paths]
        return [_outcome(row) for row in rows]

    return read


def _outcome(row: IngestRow) -> Outcome:
    path = Path(row.source)
    return Outcome(
        path.name,
        row.report_id or "",
        row.title or "",
        row.figures,
        row.passages,
        row.warnings,
        _public(row.error or "", path),
    )


def _public(message: str, path: Path) -> str:
    """`message` without the place of the file on this server."""
    return message.replace(f"{path}: ", "").replace(str(path.parent) + os.sep, "")
