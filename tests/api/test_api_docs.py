"""The examples of docs/api.md, run with curl."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from api_site import Site

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_examples_work(site: Site, http: httpx.Client) -> None:
    left = http.post("/api/tickets", json={"question": "问"}).json()
    variables = {"BASE": site.url, "KEY": site.key("ask"), "TICKET": left["ticket"]}
    variables |= {"SECRET": left["secret"], "PATH": os.environ["PATH"], "NO_PROXY": "*"}
    blocks = re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert len(lines) >= 10
    for line in lines:
        done = subprocess.run(
            ["bash", "-c", line + ' -w "\\n%{http_code}"'],
            env=variables, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        status = done.stdout.rpartition("\n")[2]
        # Its session stands for one that the reader has.
        assert status == ("404" if "/api/feedback" in line else status) and status[0] in "24"
        assert status in ("200", "201") or "/api/feedback" in line, (line, done.stdout)


def test_the_reference_page_lists_every_route_and_loads_nothing(http: httpx.Client) -> None:
    page = http.get("/api/docs")
    assert page.status_code == 200 and "<script" not in page.text and "https://" not in page.text
    for path in http.get("/api/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in page.text
    assert "<code>X-Ticket-Secret</code>" in page.text and "<code>messages</code>" in page.text
