"""Widget: a chat that a page of another site shows in a frame, where the settings allow it."""

from __future__ import annotations

import re
from importlib.resources import files

from fastapi import APIRouter, HTTPException, Response

from ingest.errors import SettingsError
from ingest.settings import Settings

STATIC = files("assistant") / "api" / "static"
TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
FRAME_FILES = ("frame.css", "frame.js")
# Anything else in the header (a space, a semicolon) could add a directive of its own.
_ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?", re.ASCII)


def frame_policy(origins: tuple[str, ...]) -> str:
    """The policy of the framed page: no address but ours, framed by `origins` alone.

    Raises SettingsError for what is no origin.
    """
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise SettingsError(f"设置 allowed_origins：{origin} 应写成 https://主机")
    ancestors = " ".join(("'self'", *origins))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        f" base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )


def router(settings: Settings) -> APIRouter:
    """Raises SettingsError for a malformed allowed_origins."""
    made = APIRouter(include_in_schema=False)
    policy = frame_policy(settings.allowed_origins)

    @made.get("/widget")
    def frame() -> Response:
        page = (STATIC / "widget.html").read_text(encoding="utf-8")
        headers = {"Content-Security-Policy": policy}
        return Response(page, media_type="text/html; charset=utf-8", headers=headers)

    @made.get("/widget.js")
    def loader() -> Response:
        return _file("widget.js")

    @made.get("/widget/{name}")
    def part(name: str) -> Response:
        if name not in FRAME_FILES:
            raise HTTPException(404, "没有这个文件")
        return _file(name)

    return made


def _file(name: str) -> Response:
    text = (STATIC / name).read_text(encoding="utf-8")
    return Response(text, media_type=TYPES[name.rpartition(".")[2]])
