"""The HTTP interface and the files of the page, over a real server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from assistant.web.page import LONGEST_QUESTION

from .conftest import Site

QUESTION = "2024年海淀区予以公开的占多少？"


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, trust_env=False, timeout=30) as made:
        yield made


def test_health(client: httpx.Client) -> None:
    assert client.get("/api/health").json() == {"status": "ok", "reports": 1}


def test_ask_gives_the_record_with_its_session(client: httpx.Client) -> None:
    record = client.post("/api/ask", json={"question": QUESTION}).json()
    assert record["value"] == "11.475913" and record["session"] and record["turn"] == 1
    again = {"question": "平台", "session": record["session"]}
    assert client.post("/api/ask", json=again).json()["turn"] == 2


def test_feedback_needs_a_turn_that_was_answered(client: httpx.Client) -> None:
    session = client.post("/api/ask", json={"question": QUESTION}).json()["session"]
    vote = {"session": session, "turn": 1, "vote": "dislike", "comment": "不对"}
    assert client.post("/api/feedback", json=vote).json()["status"] == "stored"
    assert client.post("/api/feedback", json={**vote, "turn": 2}).status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/ask", {}),
        ("/api/ask", {"question": "   "}),
        ("/api/ask", {"question": "问" * (LONGEST_QUESTION + 1)}),
        ("/api/ask", {"question": ["x"]}),
        ("/api/ask", {"question": "x", "unknown": 1}),
        ("/api/feedback", {"session": "s", "turn": 1, "vote": "maybe"}),
        ("/api/feedback", {"session": "s", "turn": "one", "vote": "like"}),
    ],
)
def test_wrong_bodies_are_json_422(client: httpx.Client, path: str, body: object) -> None:
    response = client.post(path, json=body)
    assert response.status_code == 422 and response.json()["detail"]


def test_broken_json_is_json_422(client: httpx.Client) -> None:
    response = client.post("/api/ask", content=b"{", headers={"Content-Type": "application/json"})
    assert response.status_code == 422 and response.json()["detail"]


def test_an_exception_is_a_record_of_status_error(client: httpx.Client) -> None:
    response = client.post("/api/ask", json={"question": "崩溃"})
    record = response.json()
    assert response.status_code == 200 and record["status"] == "error"
    assert "broken on purpose" not in response.text


def test_a_session_of_the_api_is_no_conversation_of_a_browser(
    client: httpx.Client, site: Site
) -> None:
    from assistant.web.screen import Tab

    tab = site.page.arrive("ann", Tab(), {}).tab
    list(site.page.ask("ann", tab, {"text": QUESTION}))
    client.post("/api/ask", json={"question": "平台", "session": tab.conversation})
    assert len(site.page.conversations.turns("ann", tab.conversation)) == 1


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_no_documentation_page_loads_scripts_from_elsewhere(
    client: httpx.Client, path: str
) -> None:
    assert "https://" not in client.get(path).text


def test_the_interface_describes_itself(client: httpx.Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {"/api/health", "/api/ask", "/api/feedback"} <= set(paths)


def test_tables_are_downloaded(client: httpx.Client) -> None:
    base = "/chat/reports/haidian-2024/tables"
    assert "374" in client.get(f"{base}/t1.csv").text
    assert client.get(f"{base}/t1.xlsx").content[:2] == b"PK"
    assert client.get(f"{base}.xlsx").content[:2] == b"PK"
    for missing in (f"{base}/t9.csv", f"{base}/t1.exe", "/chat/reports/none/tables.xlsx"):
        assert client.get(missing).status_code == 404


def test_uploads_come_from_our_own_page_only(client: httpx.Client) -> None:
    files = {"file": ("报告.txt", b"x", "text/plain")}
    assert client.post("/chat/uploads", files=files).status_code == 403
    cookies = {"Cookie": "wenbao_browser=ann"}
    strange = {**cookies, "Origin": "https://elsewhere.example"}
    assert client.post("/chat/uploads", files=files, headers=strange).status_code == 403
    assert client.post("/chat/uploads", files=files, headers=cookies).json()["token"]
    wrong = {"file": ("x.exe", b"x", "text/plain")}
    response = client.post("/chat/uploads", files=wrong, headers=cookies)
    assert response.status_code == 422 and ".docx" in response.json()["detail"]


def test_every_page_forbids_foreign_addresses(client: httpx.Client) -> None:
    response = client.get("/")
    assert "default-src 'self'" in response.headers["content-security-policy"]
    assert "httponly" in response.headers["set-cookie"].lower()
    assert "fonts.g" not in response.text


def test_importing_the_server_loads_nothing_heavy() -> None:
    heavy = ("gradio", "torch", "chromadb", "fastapi", "pandas")
    code = f"import sys, assistant.web.serve; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "path", ["/gradio_api/queue/join", "/gradio_api/run/predict", "/chat/uploads"]
)
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example"]
)
def test_no_other_site_acts_with_the_cookie_of_a_browser(
    client: httpx.Client, path: str, origin: str
) -> None:
    client.cookies.set("wenbao_browser", "b" * 43)
    answer = client.post(path, json={}, headers={"origin": origin})
    assert answer.status_code == 403 and "access-control-allow-origin" not in answer.headers


def test_our_own_page_and_programs_do(client: httpx.Client) -> None:
    client.cookies.set("wenbao_browser", "b" * 43)
    mine = {"origin": f"{client.base_url.scheme}://{client.base_url.netloc.decode()}"}
    file = {"file": ("a.txt", b"x")}
    assert client.post("/chat/uploads", files=file, headers=mine).status_code == 200
    told = client.post(
        "/api/ask", json={"question": "平台"}, headers={"origin": "https://elsewhere.example"}
    )
    assert told.status_code == 200
