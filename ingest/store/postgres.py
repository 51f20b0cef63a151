"""PostgreSQL through pg8000: what its URL may say, and its errors as one line."""

from __future__ import annotations

import ssl
from importlib.util import find_spec
from typing import Any

from sqlalchemy.engine import URL

from ingest.errors import SettingsError, StoreError

_SSL_MODE = "sslmode"
_PLAIN = ("disable", "allow", "prefer")  # libpq's names; `prefer` without TLS is what it may give
_ENCRYPTED = ("require",)
_VERIFIED = ("verify-ca", "verify-full")
_MESSAGE, _DETAIL = "M", "D"  # fields of a server error, by the letters of the protocol


def postgres_options(url: URL) -> dict[str, Any]:
    """The engine's options for a PostgreSQL URL, whose query they stand in for.

    Raises SettingsError for a URL that lacks the user or has an unknown option, StoreError where
    the driver is not installed.
    """
    if not url.username:
        raise SettingsError("设置 database_url：缺少用户名，应为 postgresql://用户@主机/库名")
    if find_spec("pg8000") is None:
        raise StoreError(
            "设置 database_url：没有安装 PostgreSQL 驱动 pg8000；请安装 wenbao[postgres]"
        )
    return {
        "connect_args": _connect_arguments(url),
        "isolation_level": "REPEATABLE READ",
        "pool_pre_ping": True,
        "pool_size": 8,
    }


def server_reason(error: BaseException) -> str | None:
    """What the server said, where `error` is pg8000's mapping of an error message, else None."""
    fields = error.args[0] if error.args else None
    if not isinstance(fields, dict) or _MESSAGE not in fields:
        return None
    return " ".join(str(fields[key]) for key in (_MESSAGE, _DETAIL) if key in fields)


def _connect_arguments(url: URL) -> dict[str, Any]:
    """The `sslmode` of URLs that people copy, in pg8000's terms."""
    options = dict(url.query)
    mode = options.pop(_SSL_MODE, None)
    if options:
        raise SettingsError(f"设置 database_url：不认识的参数 {'、'.join(sorted(options))}")
    if mode is None or mode in _PLAIN:
        return {}
    if mode in _VERIFIED:
        return {"ssl_context": ssl.create_default_context()}
    if mode in _ENCRYPTED:
        return {"ssl_context": _unverified()}
    known = "、".join((*_PLAIN, *_ENCRYPTED, *_VERIFIED))
    raise SettingsError(f"设置 database_url:{_SSL_MODE} 只能是 {known}")


def _unverified() -> ssl.SSLContext:
    """`require` encrypts without asking who the server is, in libpq and so here."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
