"""Settings: every knob of 问报, read once at the entry point and passed down, frozen.

From weakest to strongest: the default, `wenbao.toml`, the WENBAO_* environment, the command line.
An unknown name anywhere is an error, so that a misspelt setting cannot be silently ignored.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ingest.errors import SettingsError

PREFIX = "WENBAO_"
CONFIG_VARIABLE = "WENBAO_CONFIG"
CONFIG_NAME = "wenbao.toml"
LLM_USES = ("plan", "compose", "open", "agent")
RETRIEVERS = ("hybrid", "dense", "bm25")
LLM_JSON = ("object", "schema", "text")
LLM_TRACING = ("off", "opentelemetry", "langsmith")
DEFAULT, FILE, ENVIRONMENT, CALL = "default", "file", "environment", "command line"
ORIGIN_NAMES = {DEFAULT: "默认", FILE: "配置文件", ENVIRONMENT: "环境变量", CALL: "命令行"}


class Secret:
    """A string that never shows itself in a log, a traceback or `wenbao settings`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "******"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is in force. `origins` says where each setting came from, for `wenbao settings`.

    `data_dir` holds the embedded SQLite file and the embedded Chroma folder, and whatever else
    is local; `database_url` and `chroma_url` move the two stores to servers.

    `retriever` finds passages by meaning and words together, or by one half of it alone.

    A language model, `llm` as provider:model, takes part in what `llm_uses` names (plan, compose
    and open unless told; agent only when named). One answer waits `llm_timeout` seconds for it in
    all and `llm_stall` for its next word; `llm_max_tokens` bounds a reply, `llm_retries` the second
    tries, `llm_cache` the replies kept (0: none). `llm_local_only` forbids hosts outside this
    machine and the private network. `llm_json` is how JSON is asked for, `llm_prices` yuan a
    million tokens in and out, `llm_tracing` off unless named.

    The help desk: `desk_key` encrypts contacts (several, comma-separated: the first encrypts, all
    decrypt; without it a key file is made in `data_dir`); `desk_hours` are the working hours of a
    day; a first response and a resolution are due after `desk_…_hours` of them; what was resolved
    `desk_retention_days` ago may be purged; a login ends after `desk_idle_minutes` without use or
    `desk_session_hours` in all. `webhook_url` is told of new tickets and replies, signed with
    `webhook_secret`; hosts in `webhook_hosts` may be inside the network or without https.
    `allowed_origins` may embed the chat; `rate_limit` is requests a minute of one client.
    `api_key_required` shuts the HTTP interface to callers without an API key; `trust_forwarded`
    takes a client's address from X-Forwarded-For, for a server that only a proxy can reach.
    """

    data_dir: Path
    database_url: str | None = None
    chroma_url: str | None = None
    embedding_model: str = "built-in"
    retriever: str = "hybrid"
    reranker: str | None = None
    llm: str | None = None
    llm_base_url: str | None = None
    llm_api_key: Secret | None = None
    llm_uses: tuple[str, ...] = ()
    llm_local_only: bool = False
    llm_timeout: int = 30
    llm_stall: int = 10
    llm_max_tokens: int = 1024
    llm_retries: int = 2
    llm_cache: int = 1000
    llm_json: str = "object"
    llm_prices: str | None = None
    llm_tracing: str = "off"
    desk_key: Secret | None = None
    desk_hours: str = "09:00-12:00,13:30-17:30"
    desk_first_response_hours: int = 8
    desk_resolution_hours: int = 40
    desk_retention_days: int = 1095
    desk_idle_minutes: int = 30
    desk_session_hours: int = 12
    webhook_url: str | None = None
    webhook_secret: Secret | None = None
    webhook_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    rate_limit: int = 60
    api_key_required: bool = False
    trust_forwarded: bool = False
    origins: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def load(
        cls,
        config: Path | str | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        **overrides: Any,
    ) -> Settings:
        """Settings from file, environment and `overrides` (None = not given).

        `config` is the file to read; without it WENBAO_CONFIG, else ./wenbao.toml if there is one.
        Raises SettingsError naming the file or variable.
        """
        environ = os.environ if environ is None else environ
        layers = [
            (DEFAULT, {"data_dir": _default_data_dir}),
            (FILE, _from_file(_config_path(config, environ))),
            (ENVIRONMENT, _from_environment(environ)),
            (CALL, _from_call(overrides)),
        ]
        values: dict[str, Any] = {}
        origins = dict.fromkeys(NAMES, DEFAULT)
        for origin, layer in layers:
            values.update(layer)
            origins.update(dict.fromkeys(layer, origin))
        if callable(values["data_dir"]):
            values["data_dir"] = values["data_dir"]()
        checked = {name: _checked(name, value, origins[name]) for name, value in values.items()}
        return cls(**checked, origins=origins)

    def shown(self) -> list[tuple[str, str, str]]:
        """(name, value as shown, origin) of each setting; secrets masked, passwords in URLs too."""
        return [(name, _shown(getattr(self, name)), self.origins.get(name, CALL)) for name in NAMES]


_SECRETS = ("llm_api_key", "desk_key", "webhook_secret")
_LISTS = ("webhook_hosts", "allowed_origins")
_SWITCHES = ("llm_local_only", "api_key_required", "trust_forwarded")
_CHOICES = {"retriever": RETRIEVERS, "llm_json": LLM_JSON, "llm_tracing": LLM_TRACING}
_RANGES = {  # whole numbers, with the least and the most that make sense
    "llm_timeout": (1, 600),
    "llm_stall": (1, 600),
    "llm_max_tokens": (1, 100_000),
    "llm_retries": (0, 10),
    "llm_cache": (0, 1_000_000),
    "desk_first_response_hours": (1, 10_000),
    "desk_resolution_hours": (1, 10_000),
    "desk_retention_days": (1, 36_500),
    "desk_idle_minutes": (1, 1_440),
    "desk_session_hours": (1, 720),
    "rate_limit": (1, 100_000),
}
_SHORTEST_SECRET = 16
NAMES = tuple(entry.name for entry in fields(Settings) if entry.name != "origins")
_VARIABLES = {f"{PREFIX}{name.upper()}": name for name in NAMES}


def _default_data_dir() -> Path:
    from platformdirs import user_data_path

    return user_data_path("wenbao", appauthor=False)


def _config_path(config: Path | str | None, environ: Mapping[str, str]) -> Path | None:
    named = config or environ.get(CONFIG_VARIABLE)
    if named:
        path = Path(named).expanduser()
        if not path.is_file():
            raise SettingsError(f"{path}：没有这个配置文件（--config 或 {CONFIG_VARIABLE}）")
        return path
    here = Path(CONFIG_NAME)
    return here if here.is_file() else None


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path}：不是可读的 TOML 文件：{error}") from error
    for name in values:
        if name not in NAMES:
            raise SettingsError(f"{path}：没有名为 {name} 的设置{_nearest(name, NAMES)}")
    if isinstance(values.get("data_dir"), str):  # a path in a file is relative to that file
        values["data_dir"] = str(path.parent / Path(values["data_dir"]).expanduser())
    return values


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    known = (*_VARIABLES, CONFIG_VARIABLE)
    values: dict[str, Any] = {}
    for variable, value in environ.items():
        if not variable.upper().startswith(PREFIX):
            continue
        if variable not in known:
            raise SettingsError(
                f"没有名为 {variable} 的环境变量{_nearest(variable.upper(), known)}"
            )
        if variable in _VARIABLES and value.strip():  # set but empty means not set
            values[_VARIABLES[variable]] = value.strip()
    return values


def _from_call(overrides: Mapping[str, Any]) -> dict[str, Any]:
    for name in overrides:
        if name not in NAMES:
            raise SettingsError(f"没有名为 {name} 的设置{_nearest(name, NAMES)}")
    return {name: value for name, value in overrides.items() if value is not None}


def _nearest(name: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"；是不是 {close[0]}？" if close else f"；可用的有 {'、'.join(known)}"


def _checked(name: str, value: Any, origin: str) -> Any:
    """`value` in the type the setting has. Raises SettingsError with setting and origin."""
    where = f"设置 {name}（{ORIGIN_NAMES[origin]}）"
    if name == "data_dir":
        return _path(value, where)
    if name == "llm_uses":
        return _uses(value, where)
    if name in _SECRETS:
        return _secret(name, value, where)
    if name in _RANGES:
        return _whole(value, _RANGES[name], where)
    if name in _LISTS:
        return _list(value, where)
    if name in _SWITCHES:
        return _switch(value, where)
    return _checked_text(name, _text(value, where), where)


def _checked_text(name: str, text: str, where: str) -> str:
    if text not in _CHOICES.get(name, (text,)):
        raise SettingsError(f"{where}：须是 {'、'.join(_CHOICES[name])} 之一，不能是 {text}")
    if name == "database_url":
        return _database_url(text, where)
    if name in ("chroma_url", "llm_base_url", "webhook_url") and not text.startswith(
        ("http://", "https://")
    ):
        raise SettingsError(f"{where}：{_without_password(text)} 不是 http(s) 网址")
    if name == "llm" and not all(part.strip() for part in text.partition(":")):
        raise SettingsError(f"{where}：{text} 应写成 provider:model")
    if name == "llm_prices" and not re.fullmatch(r"\d+(\.\d+)?\s*,\s*\d+(\.\d+)?", text, re.ASCII):
        raise SettingsError(f"{where}：应写成“输入价,输出价”（每百万 token，元），不能是 {text}")
    return text


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise SettingsError(f"{where}：须是非空文字，不能是 {value!r}")
    return value.strip()


def _secret(name: str, value: Any, where: str) -> Secret:
    secret = value if isinstance(value, Secret) else Secret(_text(value, where))
    parts = secret.reveal().split(",") if name == "desk_key" else [secret.reveal()]
    if name != "llm_api_key" and any(len(part.strip()) < _SHORTEST_SECRET for part in parts):
        raise SettingsError(f"{where}：至少要 {_SHORTEST_SECRET} 个字符")
    return secret


def _whole(value: Any, limits: tuple[int, int], where: str) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
        raise SettingsError(f"{where}：须是整数，不能是 {value!r}")
    least, most = limits
    if not least <= int(text) <= most:
        raise SettingsError(f"{where}：须在 {least} 到 {most} 之间，不能是 {text}")
    return int(text)


def _switch(value: Any, where: str) -> bool:
    known = {"true": True, "1": True, "false": False, "0": False}
    found = known.get(str(value).strip().lower())
    if found is None:
        raise SettingsError(f"{where}：须是 true 或 false，不能是 {value!r}")
    return found


def _list(value: Any, where: str) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise SettingsError(f"{where}：须是文字的列表，不能是 {value!r}")
    return tuple(part.strip() for part in parts if part.strip())


def _path(value: Any, where: str) -> Path:
    if isinstance(value, str) and "\0" in value:
        raise SettingsError(f"{where}：路径里不能有 NUL 字符")
    path = value if isinstance(value, Path) else Path(_text(value, where))
    path = path.expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise SettingsError(f"{where}：{path} 不是文件夹")
    return path


def _uses(value: Any, where: str) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise SettingsError(f"{where}：须是 {'、'.join(LLM_USES)} 的列表，不能是 {value!r}")
    uses = tuple(part.strip() for part in parts if part.strip())
    for use in uses:
        if use not in LLM_USES:
            raise SettingsError(f"{where}：没有名为 {use} 的用途{_nearest(use, LLM_USES)}")
    return uses


def _database_url(text: str, where: str) -> str:
    """A SQLAlchemy URL; the plain postgresql:// that people copy means the pg8000 driver."""
    scheme, separator, rest = text.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+pg8000") and separator:
        return f"postgresql+pg8000://{rest}"
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return text
    raise SettingsError(f"{where}：{_without_password(text)} 应是 sqlite:///文件 或 postgresql://…")


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(value)
    return _without_password(value) if isinstance(value, str) else str(value)


def _without_password(url: str) -> str:
    """`url` with the password in user:password@host masked, even where @ stands in it."""
    scheme, separator, rest = url.partition("://")
    credentials, at, host = rest.rpartition("@")
    user, colon, _ = credentials.partition(":")
    return f"{scheme}://{user}:******@{host}" if separator and at and colon else url
