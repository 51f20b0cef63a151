"""The Gradio page: layout and wiring only. Each gesture calls one method of Page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import gradio as gr

from assistant.web.files import COOKIE
from assistant.web.page import Page
from assistant.web.render import static
from assistant.web.screen import Screen, Tab
from assistant.web.texts import texts
from ingest.errors import TooManyError

FONTS = ["PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "system-ui"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]
SEVERAL = 16  # gestures of one kind that are served at once

# Which gestures come from which part of the page.
GESTURES = {
    "sidebar": ("create", "open", "rename", "remove", "restore", "show", "language"),
    "thread": (
        "ask", "cite", "vote", "comment", "handover", "send", "stow", "refresh", "say", "rate",
        "solve",
    ),
    "composer": ("ask",),
    "evidence": ("cite", "show"),
    "browse": ("show", "search", "lookup", "refresh", "say", "rate", "solve"),
}  # fmt: skip
# What writes or computes, and counts towards a client's rate.
COSTLY = frozenset({"ask", "send", "say", "rate", "solve", "lookup"})
SCRIPTS = {
    "thread": "wenbao.bind(element, trigger, watch, wenbao.thread); wenbao.news(element, trigger)",
    "composer": "wenbao.composer(element, trigger, watch)",
    "evidence": "wenbao.bind(element, trigger, watch, wenbao.evidence)",
}


def build_blocks(page: Page) -> gr.Blocks:
    """The page over `page`; nothing is asked of it before a browser comes."""
    blocks = gr.Blocks(title=texts("zh")("title"), analytics_enabled=False, fill_width=True)
    with blocks:
        tab = gr.State(Tab())
        arrival = gr.Textbox(visible=False)
        parts = _parts()
        outputs = [tab, *(parts[name] for name in Screen.parts())]
        for name, gestures in GESTURES.items():
            for gesture in gestures:
                _wire(page, parts[name], gesture, tab, outputs)
        blocks.load(
            _arrival(page), [arrival], outputs, js="() => wenbao.arrival()", **_quiet("arrive")
        )
    blocks.queue(default_concurrency_limit=SEVERAL, max_size=256)
    return blocks


def _parts() -> dict[str, gr.HTML]:
    with gr.Row(elem_id="shell", equal_height=False):
        with gr.Column(elem_id="side-column", min_width=0):
            sidebar = _part("sidebar")
        with gr.Column(elem_id="thread-column", min_width=0):
            thread = _part("thread")
            composer = _part("composer")
        with gr.Column(elem_id="evidence-column", min_width=0):
            evidence = _part("evidence")
        with gr.Column(elem_id="browse-column", min_width=0):
            browse = _part("browse")
    return {
        "sidebar": sidebar,
        "thread": thread,
        "composer": composer,
        "evidence": evidence,
        "browse": browse,
    }


def _part(name: str) -> gr.HTML:
    events = " ".join(f"'{gesture}'" for gesture in GESTURES[name])
    # Gradio takes as events of a component the names that stand quoted in its script.
    script = f"/* {events} */ {SCRIPTS.get(name, 'wenbao.bind(element, trigger, watch)')}"
    return gr.HTML(
        "", elem_id=name, elem_classes=["scroll"], js_on_load=script, apply_default_css=False
    )


def _wire(page: Page, part: gr.HTML, gesture: str, tab: gr.State, outputs: list[Any]) -> None:
    act = getattr(page, gesture)
    handler = _limited(page, _streaming(act)) if gesture in COSTLY else _handler(act)
    getattr(part, gesture)(handler, [tab], outputs, **_quiet(gesture))


def _quiet(name: str) -> dict[str, Any]:
    """No spinner over the page and no entry in Gradio's own API; the HTTP interface is ours."""
    return {"show_progress": "hidden", "api_visibility": "private", "api_name": f"page_{name}"}


def _handler(act: Callable[..., Screen]) -> Callable[..., Any]:
    def handle(tab: Tab, event: gr.EventData, request: gr.Request) -> list[Any]:
        return _drawn(act(owner_of(request), tab, _data(event)))

    return handle


def _streaming(act: Callable[..., Iterator[Screen] | Screen]) -> Callable[..., Any]:
    def handle(tab: Tab, event: gr.EventData, request: gr.Request) -> Iterator[list[Any]]:
        shown = act(owner_of(request), tab, _data(event))
        for screen in [shown] if isinstance(shown, Screen) else shown:
            yield _drawn(screen)

    return handle


def _limited(page: Page, handler: Callable[..., Iterator[list[Any]]]) -> Callable[..., Any]:
    """`handler` for clients that do not ask too much."""

    def handle(tab: Tab, event: gr.EventData, request: gr.Request) -> Iterator[list[Any]]:
        try:
            page.admit(request.client.host if request.client else "", dict(request.headers))
        except TooManyError as error:
            yield _drawn(page.refused(owner_of(request), tab, error))
            return
        yield from handler(tab, event, request)

    return handle


def _arrival(page: Page) -> Callable[..., Any]:
    def handle(arrival: str, request: gr.Request) -> list[Any]:
        try:
            data = json.loads(arrival or "{}")
        except ValueError:
            data = {}
        return _drawn(page.arrive(owner_of(request), Tab(), data if isinstance(data, dict) else {}))

    return handle


def owner_of(request: gr.Request) -> str:
    """The browser, by its cookie; without one, this page load alone."""
    return request.cookies.get(COOKIE) or f"page:{request.session_hash}"


def _data(event: gr.EventData) -> dict[str, Any]:
    return event._data if isinstance(event._data, dict) else {}


def _drawn(screen: Screen) -> list[Any]:
    parts = (getattr(screen, name) for name in Screen.parts())
    return [screen.tab, *(gr.skip() if part is None else part for part in parts)]


def theme() -> gr.themes.Base:
    """System fonts only: a named web font would be fetched from the network."""
    return gr.themes.Base(
        primary_hue="blue",
        neutral_hue="slate",
        font=[*map(gr.themes.Font, FONTS), "sans-serif"],
        font_mono=list(map(gr.themes.Font, MONO)),
    )


def head() -> str:
    """Script and style of the page. The style stands here and not in Gradio's `css`, which
    rewrites selectors so that rules on the body no longer match."""
    icon = f"<link rel='icon' href='data:image/svg+xml,{quote(static('icon.svg'))}'>"
    return f"{icon}<style>{static('page.css')}</style><script>{static('page.js')}</script>"
