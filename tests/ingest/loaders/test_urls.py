"""URLs, against a server on loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from helpers_loaders import texts

from ingest.errors import LoadError, UnsafeSourceError
from ingest.loaders import DEFAULT_LIMITS, load

PAGE = "<meta charset=utf-8><p>共收到374件</p>".encode("gbk")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/loop":
            self.answer(302, b"", {"Location": "/loop"})
        elif self.path == "/hop":
            self.answer(301, b"", {"Location": "/page.html"})
        elif self.path == "/inward":
            self.answer(302, b"", {"Location": "file:///etc/passwd"})
        elif self.path == "/image":
            self.answer(200, b"x" * 100, {"Content-Type": "image/png"})
        elif self.path == "/big":
            self.answer(200, b"<p>x</p>" * 100_000, {"Content-Type": "text/html"})
        elif self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            for _ in range(30):
                time.sleep(0.1)
                try:
                    self.wfile.write(b"<p>x</p>")
                except OSError:
                    return
        elif self.path == "/page.html":
            self.answer(200, PAGE, {"Content-Type": "text/html; charset=gbk"})
        else:
            self.answer(404, b"no", {"Content-Type": "text/html"})

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:
        """Keep test output quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.mark.parametrize("path", ["/page.html", "/hop"])
def test_a_page_is_read_over_redirects(server: str, path: str) -> None:
    document = load(server + path, allow_private_hosts=True)
    assert texts(document) == ["共收到374件"]
    assert document.source == server + path
    assert document.encoding == "gb18030"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/missing", "404"),
        ("/loop", "重定向"),
        ("/image", "image/png"),
        ("/inward", "http"),
    ],
)
def test_bad_answers_are_named(server: str, path: str, reason: str) -> None:
    with pytest.raises(LoadError, match=reason) as caught:
        load(server + path, allow_private_hosts=True)
    assert "\n" not in str(caught.value)


def test_size_and_time_are_bounded(server: str) -> None:
    small = replace(DEFAULT_LIMITS, url_bytes=10_000)
    with pytest.raises(UnsafeSourceError, match="过大"):
        load(server + "/big", limits=small, allow_private_hosts=True)
    short = replace(DEFAULT_LIMITS, url_seconds=0.5)
    with pytest.raises(LoadError, match="超时"):
        load(server + "/slow", limits=short, allow_private_hosts=True)


def test_own_network_is_refused_unless_allowed(server: str) -> None:
    with pytest.raises(UnsafeSourceError, match="内网"):
        load(server + "/page.html")


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "0.0.0.0",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "2130706433",
        "127.1",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::a00:1]",
        "user@10.0.0.1",
    ],
)
def test_every_spelling_of_a_private_address_is_refused(host: str) -> None:
    with pytest.raises(LoadError):
        load(f"http://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http://[bad/",
        "http://a b/",
        "ftp://a/x",
        "file:///etc/passwd",
        "http://x:99999/",
    ],
)
def test_bad_addresses_are_named(url: str) -> None:
    with pytest.raises(LoadError):
        load(url, allow_private_hosts=True)


def test_nobody_answers(server: str) -> None:
    with pytest.raises(LoadError, match="无法访问"):
        load("http://127.0.0.1:9/", allow_private_hosts=True)
