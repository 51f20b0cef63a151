"""How a Chroma client is reached: embedded in a folder, or a server by URL.

Chroma's embedded form keeps an index in memory and does not notice what another process writes.
So every use of a folder holds a short lock, and a count kept beside the folder tells a process
when its client is stale and must be opened anew. This is the only module that imports chromadb.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from ingest.errors import StoreError
from ingest.settings import Settings

if TYPE_CHECKING:
    from chromadb.api.client import Client

FOLDER_NAME = "chroma"
_WAIT_SECONDS = 60.0


class ChromaFolder:
    """An embedded Chroma; one client a process and folder, as Chroma itself has it."""

    def __init__(self, folder: Path) -> None:
        self.number = 0
        self._folder = folder
        self._count_path = folder / "writes.txt"
        self._threads = RLock()
        self._processes = FileLock(folder / "access.lock", thread_local=False)
        self._client: Client | None = None
        self._count = -1

    @contextmanager
    def client(self, *, writing: bool = False) -> Iterator[Client]:
        """A client that sees all that was written. Raises StoreError."""
        with self._threads, self._alone(), translated(str(self._folder)):
            count = self._read_count()
            if self._client is None or count != self._count:
                self._reopen()
            if writing:  # counted first: a writer that dies half-way has still been noticed
                count += 1
                self._count_path.write_text(str(count), encoding="ascii")
            self._count = count
            assert self._client is not None
            yield self._client

    def close(self) -> None:
        with self._threads:
            if self._client is not None:
                self._client.close()
                self._client = None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._processes.acquire(timeout=_WAIT_SECONDS)
        except Timeout as error:
            raise StoreError(f"{self._folder}：另一个进程一直占用着向量库，请稍后再试") from error
        except OSError as error:
            raise StoreError(f"{self._folder}：不能使用：{error.strerror}") from error
        try:
            yield
        finally:
            self._processes.release()

    def _read_count(self) -> int:
        try:
            return int(self._count_path.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0

    def _reopen(self) -> None:
        import chromadb

        if self._client is not None:
            self._client.close()
        client = chromadb.PersistentClient(path=str(self._folder), settings=_quiet())
        self._client = cast("Client", client)
        self.number += 1


class ChromaServer:
    """A Chroma server by URL; it keeps its own order."""

    def __init__(self, url: str) -> None:
        self.number = 0
        self._url = url
        self._lock = RLock()
        self._client: Client | None = None

    @contextmanager
    def client(self, *, writing: bool = False) -> Iterator[Client]:
        """A client of the server. Raises StoreError where it does not answer."""
        with translated(f"（设置 chroma_url）{urlsplit(self._url).hostname}"):
            with self._lock:
                if self._client is None:
                    self._client = self._connected()
                    self.number += 1
            yield self._client

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
                _close_sessions(self._client)
                self._client = None

    def _connected(self) -> Client:
        import chromadb

        parts = urlsplit(self._url)
        ssl = parts.scheme == "https"
        client = chromadb.HttpClient(
            host=parts.hostname or "",
            port=parts.port or (443 if ssl else 80),
            ssl=ssl,
            settings=_quiet(),
        )
        return cast("Client", client)


def _close_sessions(client: Client) -> None:
    """Chroma's own close() leaves the HTTP connections of a client and its helper open."""
    for part in (client, client._admin_client):
        session = getattr(getattr(part, "_server", None), "_session", None)
        if session is not None:
            session.close()


def _quiet() -> Any:
    from chromadb.config import Settings as ChromaSettings

    return ChromaSettings(anonymized_telemetry=False)


ChromaSource = ChromaFolder | ChromaServer
_sources: dict[str, ChromaSource] = {}
_sources_lock = RLock()


def source_of(settings: Settings) -> ChromaSource:
    """The process-wide way to the Chroma that `settings` name."""
    folder = (settings.data_dir / FOLDER_NAME).resolve()
    where = settings.chroma_url or str(folder)
    with _sources_lock:
        if where not in _sources:
            _sources[where] = (
                ChromaFolder(folder) if settings.chroma_url is None else ChromaServer(where)
            )
        return _sources[where]


def close_all() -> None:
    """Let go of every client of this process; each is opened again when next used."""
    with _sources_lock:
        for source in _sources.values():
            source.close()
        _sources.clear()


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Chroma's many errors as one line."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, httpx.HTTPError, OSError, ValueError, RuntimeError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StoreError(f"向量库 {where}：{reason}") from error
