"""The one FastAPI app: the HTTP interface, the files of the page, and the Gradio page itself."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import PlainTextResponse

from assistant.web import api, files
from assistant.web.conversations import Conversations
from assistant.web.database import ChatDatabase
from assistant.web.feedback import FeedbackBox
from assistant.web.page import PAUSE, Asker, Page
from assistant.web.uploads import Ingest, Uploads
from ingest.store.library import Library

BY_COOKIE = ("/gradio_api/", "/chat/")
COOKIE_AGE = 400 * 24 * 3600  # seconds; browsers keep no cookie longer
# Gradio's templates are compiled in the page (unsafe-eval) and its styles are inline; what this
# forbids is every address but our own.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:;"
    " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:;"
    " connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self';"
    " form-action 'self'; frame-ancestors 'self'"
)


def build_page(
    assistant: Asker, library: Library, data_dir: Path, ingest: Ingest, *, pause: float = PAUSE
) -> Page:
    """The page over its parts; conversations stand in the library's database, uploaded files in
    `data_dir`."""
    database = ChatDatabase.open(library.settings)
    return Page(
        assistant,
        library,
        Conversations(database),
        FeedbackBox(database),
        Uploads(data_dir / "uploads"),
        ingest,
        pause,
    )


def build_app(page: Page, *, routers: Sequence[APIRouter] = ()) -> FastAPI:
    """The app of `page`. `routers` are further interfaces, taken in before the page's own "/".

    GRADIO_ANALYTICS_ENABLED must be off before this is called: importing Gradio reads it.
    """
    app = FastAPI(
        title="wenbao",
        docs_url=None,  # both would load scripts from a CDN
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.middleware("http")(_guarded)
    for router in (api.router(page), files.router(page), *routers):
        app.include_router(router)
    return _with_page(app, page)


def _with_page(app: FastAPI, page: Page) -> FastAPI:
    import gradio as gr

    from assistant.web import layout

    mounted: FastAPI = gr.mount_gradio_app(
        app,
        layout.build_blocks(page),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        pwa=False,
        max_file_size="1mb",  # files come through /chat/uploads, never through Gradio
        theme=layout.theme(),
        head=layout.head(),
    )
    return mounted


async def _guarded(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Gives a browser its cookie on its first page, and every response its policy; lets no page
    of another site act with that cookie."""
    if _foreign(request):
        return PlainTextResponse("这个请求来自别的网站", 403)
    response = await call_next(request)
    if request.url.path == "/" and files.COOKIE not in request.cookies:
        response.set_cookie(
            files.COOKIE,
            secrets.token_urlsafe(32),
            max_age=COOKIE_AGE,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    # Not "no-referrer": with that a browser sends forms of our own pages as from nowhere.
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response


def _foreign(request: Request) -> bool:
    """Whether a page of another origin sends what goes by the browser's cookie. The interface for
    programs takes no cookie and may be called from anywhere; the console checks its own forms."""
    if request.method in {"GET", "HEAD", "OPTIONS"} or not request.url.path.startswith(BY_COOKIE):
        return False
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")
