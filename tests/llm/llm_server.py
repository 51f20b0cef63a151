"""A scripted OpenAI-compatible server on loopback, over real HTTP, that can lie and break.

    server.enqueue(says("…"), status(429, retry_after=1), stalls())
    server.requests          # what came in, oldest first: bodies as dicts
    server.headers           # and their headers

One turn of the script a request; when it is used up, `server.default` answers (a reply "好的。").
A turn is a function of (handler, request body). Streams are sent as server-sent events, and
`says` also answers a request without `stream`.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Turn = Callable[["Handler", dict[str, Any]], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedServer

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        body = json.loads(self.rfile.read(length) or b"{}")
        turn = self.server.noted(body, dict(self.headers))
        # A client that has heard enough hangs up.
        with contextlib.suppress(ConnectionError, TimeoutError):
            turn(self, body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""

    def answer(
        self, code: int, body: bytes, kind: str = "application/json", **headers: str
    ) -> None:
        self.send_response(code)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True

    def event(self, data: dict[str, Any] | str) -> None:
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        self.wfile.write(f"data: {text}\n\n".encode())
        self.wfile.flush()


class ScriptedServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.default: Turn = says("好的。")
        self.closing = threading.Event()
        self._turns: deque[Turn] = deque()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def enqueue(self, *turns: Turn) -> None:
        with self._lock:
            self._turns.extend(turns)

    def noted(self, body: dict[str, Any], headers: dict[str, str]) -> Turn:
        with self._lock:
            self.requests.append(body)
            self.headers.append({name.lower(): value for name, value in headers.items()})
            return self._turns.popleft() if self._turns else self.default

    def seen(self) -> str:
        """Everything that was sent here, as one text."""
        return json.dumps(self.requests, ensure_ascii=False)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no error of the test."""


@contextlib.contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    server._thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server._thread.join(5)
        server.server_close()


# ---- turns ----


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [choice],
    }


def says(
    text: str,
    *,
    pieces: int = 3,
    finish: str = "stop",
    usage: tuple[int, int] | None = (100, 20),
) -> Turn:
    """A whole reply in `pieces` events; `usage` (in, out) tokens, None: the server tells none."""

    def turn(handler: Handler, body: dict[str, Any]) -> None:
        if not body.get("stream"):
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "message": message, "finish_reason": finish}
            whole = {"id": "c1", "object": "chat.completion", "created": 1, "model": "scripted"}
            handler.answer(200, json.dumps({**whole, "choices": [choice]}).encode())
            return
        handler.begin_stream()
        step = max(1, -(-len(text) // pieces))
        handler.event(_chunk({"role": "assistant", "content": ""}))
        for at in range(0, len(text), step):
            handler.event(_chunk({"content": text[at : at + step]}))
        handler.event(_chunk({}, finish))
        if usage:
            counts = {"prompt_tokens": usage[0], "completion_tokens": usage[1]}
            last = {**_chunk({}), "choices": [], "usage": {**counts, "total_tokens": sum(usage)}}
            handler.event(last)
        handler.event("[DONE]")

    return turn


def says_json(value: Any, **options: Any) -> Turn:
    return says(json.dumps(value, ensure_ascii=False), **options)


def calls_tool(name: str, arguments: dict[str, Any] | str, id_: str = "call_1") -> Turn:
    """A tool call; `arguments` as a string are sent as they are (broken JSON)."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return calls_tools([(name, text, id_)])


def calls_tools(calls: Sequence[tuple[str, str, str]]) -> Turn:
    def turn(handler: Handler, body: dict[str, Any]) -> None:
        made = [
            {
                "index": at,
                "id": id_,
                "type": "function",
                "function": {"name": name, "arguments": arguments},
            }
            for at, (name, arguments, id_) in enumerate(calls)
        ]
        handler.begin_stream()
        handler.event(_chunk({"role": "assistant", "content": None, "tool_calls": made}))
        handler.event(_chunk({}, "tool_calls"))
        handler.event("[DONE]")

    return turn


def refuses(text: str = "我不能回答这个问题。") -> Turn:
    def turn(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin_stream()
        handler.event(_chunk({"role": "assistant", "refusal": text}))
        handler.event(_chunk({}, "stop"))
        handler.event("[DONE]")

    return turn


def status(code: int, *, retry_after: int | None = None) -> Turn:
    def turn(handler: Handler, body: dict[str, Any]) -> None:
        headers = {"retry_after": str(retry_after)} if retry_after is not None else {}
        handler.answer(code, b'{"error": {"message": "scripted"}}', **headers)

    return turn


def redirects(url: str) -> Turn:
    return lambda handler, body: handler.answer(307, b"", location=url)


def empty() -> Turn:
    """A stream that ends at once."""
    return says("", usage=None)


def nothing() -> Turn:
    """The connection is closed without a word."""

    def turn(handler: Handler, body: dict[str, Any]) -> None:
        handler.close_connection = True

    return turn


def garbage(text: str = "<html>502 Bad Gateway</html>") -> Turn:
    """200 with something that is no reply."""
    return lambda handler, body: handler.answer(200, text.encode(), "text/html")


def broken_event() -> Turn:
    def turn(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin_stream()
        handler.event('{"choices": [{"delta": {"content": "半')

    return turn


def stalls(text: str = "一半") -> Turn:
    """Begins, then says nothing more until the client hangs up or the test ends."""

    def turn(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin_stream()
        handler.event(_chunk({"role": "assistant", "content": text}))
        handler.server.closing.wait(30)

    return turn


def trickles() -> Turn:
    """Keeps the connection alive with comments, and never says a word."""

    def turn(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin_stream()
        while not handler.server.closing.wait(0.05):
            handler.wfile.write(b": still here\n\n")
            handler.wfile.flush()

    return turn


def endless(text: str = "还有，") -> Turn:
    """Never stops talking."""

    def turn(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin_stream()
        while not handler.server.closing.is_set():
            handler.event(_chunk({"content": text * 50}))

    return turn
