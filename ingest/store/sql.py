"""SQL engines: SQLite (embedded), or PostgreSQL (ingest/store/postgres.py), by URL.

Both run the same statements. Reads see one snapshot per transaction; on SQLite a writing
transaction takes the write lock when it begins, so that it cannot fail half-way by upgrading.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from ingest.errors import SettingsError, StoreError
from ingest.settings import Settings
from ingest.store.postgres import postgres_options, server_reason

DATABASE_NAME = "wenbao.sqlite3"
BUSY_SECONDS = 30
_SCHEMA_LOCK = 0x77656E62  # "wenb": serialises the creation of tables in one PostgreSQL database


def database_url(settings: Settings) -> URL:
    """The URL in force: the setting, else the SQLite file in the data directory."""
    if settings.database_url is None:
        return URL.create("sqlite", database=str(settings.data_dir / DATABASE_NAME))
    try:
        return make_url(settings.database_url)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise SettingsError(f"设置 database_url：不是可用的数据库地址：{error}") from error


def open_engine(url: URL) -> Engine:
    """An engine for `url`; nothing is connected yet. Raises StoreError for an unusable folder."""
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    options = postgres_options(url)
    engine = create_engine(url.set(query={}), **options)
    # pg8000 sends the rows of an executemany one by one; hundreds in a statement are many times
    # as fast.
    engine.dialect.use_insertmanyvalues_wo_returning = True
    return engine


def _sqlite_engine(url: URL) -> Engine:
    folder = Path(url.database or "").parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}：不能用作数据目录：{error.strerror}") from error
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_size=8)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite alone
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",  # with WAL: a power cut may lose the last commit, never corrupt
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "mmap_size = 268435456",
        "cache_size = -32000",
        "temp_store = MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection in one snapshot. Raises StoreError."""
    with translated(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in one writing transaction, committed at the end. Raises StoreError."""
    with translated(engine), engine.connect() as plain:
        connection = plain.execution_options(writing=True)
        with connection.begin():
            yield connection


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Library errors as one line that names the database."""
    try:
        yield
    except SQLAlchemyError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise StoreError(f"数据库 {where}：{_reason(error)}") from error


def _reason(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    return server_reason(cause) or str(cause).strip().splitlines()[0]


def create_tables(engine: Engine, metadata: MetaData) -> None:
    """Make what is missing; safe where several processes do so at once. Raises StoreError."""
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_LOCK})
        metadata.create_all(connection)
