"""The embeddable chat in a real browser, on a page of another origin."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from api_site import ADMIN, Site, serving

from assistant.api.widget import frame_policy
from ingest.errors import SettingsError

CHROMIUM = Path("/usr/bin/chromium")


@pytest.mark.parametrize(
    "origin", ["*", "https://a.example; script-src *", "https://a b", "a.example", "javascript:x"]
)
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(SettingsError, match="allowed_origins"):
        frame_policy((origin,))


def test_without_origins_nobody_frames_it(http: httpx.Client) -> None:
    policy = http.get("/widget").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self'")
    assert http.get("/widget/widget.html").status_code == 404


@pytest.fixture
def host() -> Iterator[ThreadingHTTPServer]:
    """A page of another origin: another port of loopback."""

    class Page(BaseHTTPRequestHandler):
        script = ""

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><body><script src='{self.script}'></script>".encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture
def framed(host: ThreadingHTTPServer, tmp_path: Path) -> Iterator[Site]:
    yield from serving(tmp_path, allowed_origins=f"http://127.0.0.1:{host.server_port}")


@pytest.mark.browser
def test_a_question_in_the_frame_by_keyboard_on_a_small_screen(
    framed: Site, host: ThreadingHTTPServer
) -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    from playwright.sync_api import expect, sync_playwright

    host.RequestHandlerClass.script = f"{framed.url}/widget.js"  # type: ignore[attr-defined]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 360, "height": 640})
        page.goto(f"http://127.0.0.1:{host.server_port}/")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        frame = page.frame_locator("#wenbao-frame")
        field = frame.get_by_label("问题")
        expect(field).to_be_focused()
        page.keyboard.type("2024年海淀区新收政府信息公开申请多少件？")
        page.keyboard.press("Enter")
        expect(frame.locator("p").last).to_contain_text("3091件", timeout=30_000)
        assert frame.locator(".offer").count() == 0
        page.keyboard.type("转人工")
        page.keyboard.press("Enter")
        frame.get_by_role("button", name="转人工").click(timeout=30_000)
        expect(frame.locator("form.hand textarea")).to_be_focused()
        page.keyboard.type("办公地址在哪里？")
        frame.get_by_role("button", name="提交工单").dblclick()
        spans = frame.locator(".receipt span")
        expect(spans.first).to_contain_text("WB-")
        number, secret = (text.split(" ")[1] for text in spans.all_inner_texts())
        ticket = framed.desk.citizens.ticket(number, secret)
        assert ticket.question == "办公地址在哪里？"
        field.fill("急用。")
        field.press("Enter")
        expect(frame.locator("p").last).to_contain_text("已经转给")
        framed.desk.accounts.add("ann", "a long enough one", "staff", by=ADMIN)
        staff = framed.desk.accounts.login("ann", "a long enough one", "").actor
        version = framed.desk.staff.ticket(staff, number).row.version
        framed.desk.staff.reply(staff, number, "请见首页。", version=version)
        expect(frame.locator("p.staff")).to_contain_text("请见首页", timeout=30_000)
        frame.get_by_role("button", name="4星").click()
        expect(frame.locator(".offer").last).to_contain_text("已记录 4 星")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        field.focus()
        page.keyboard.press("Escape")
        expect(page.locator("#wenbao-frame")).to_be_hidden()
        browser.close()
