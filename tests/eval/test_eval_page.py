"""The report page in a real browser: sorting, filtering, opening a row; no request leaves it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from eval_fake import OpenFake

from eval.run import evaluate

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NASTY = "<img src=x onerror=window.hit=1>"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    folder = tmp_path_factory.mktemp("page")
    rows = [
        ("b", "新收几件?", {"status": "answered", "value": "3091"}, "lookup"),
        ("a", f"天气?{NASTY}", {"status": "refused"}, "refuse"),
        ("c", "结转几件?", {"status": "answered", "value": "1"}, "lookup"),
        ("d", "坏的公开几件?", {"status": "answered", "value": "374"}, "lookup"),
    ]
    gold = folder / "gold.jsonl"
    lines = [
        json.dumps({"id": id, "question": asked, "expect": expect, "tags": {"type": kind}})
        for id, asked, expect, kind in rows
    ]
    gold.write_text("\n".join(lines), encoding="utf-8")
    evaluate([gold], folder / "former", OpenFake())
    evaluate([gold], folder / "now", OpenFake(broken=True), baseline=folder / "former")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page()
        opened.requests, opened.complaints = [], []
        opened.on("request", lambda request: opened.requests.append(request.url))
        opened.on("console", lambda message: opened.complaints.append(message.text))
        opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.goto((folder / "now" / "report.html").as_uri())
        yield opened
        browser.close()


def shown(page: Any) -> list[str]:
    return [
        body.get_attribute("data-id")
        for body in page.locator("#rows tbody").all()
        if body.is_visible()
    ]


def test_newly_failing_rows_come_first(page: Any) -> None:
    assert shown(page) == ["d", "c", "b", "a"]
    assert page.locator("tbody[data-id=d] .newly_failing").inner_text() == "新变错"


def test_sorting_both_ways(page: Any) -> None:
    heading = page.get_by_role("button", name="题号")
    heading.click()
    assert shown(page) == ["a", "b", "c", "d"]
    heading.click()
    assert shown(page) == ["d", "c", "b", "a"]


def test_filtering(page: Any) -> None:
    page.select_option("select[name=outcome]", "wrong_figure")
    assert shown(page) == ["c"]
    page.get_by_role("button", name="清除").click()
    page.get_by_label("题型").select_option("refuse")
    assert shown(page) == ["a"]
    page.get_by_role("button", name="清除").click()
    page.get_by_label("查找").fill("结转")
    assert shown(page) == ["c"] and page.locator("#count").inner_text() == "1 / 4 题"
    page.get_by_role("button", name="清除").click()
    page.get_by_label("变化").select_option("newly_failing")
    assert shown(page) == ["d"]
    page.get_by_role("button", name="清除").click()


def test_a_row_opens_with_its_evidence(page: Any) -> None:
    body = page.locator("tbody[data-id=c]")
    assert not body.locator(".detail").is_visible()
    body.locator(".open").click()
    detail = body.locator(".detail").inner_text()
    for words in ("算式", "425", "依据", "结转", "operation", "lookup", "应为 1", "上次的答案"):
        assert words in detail
    link = body.locator("a").first.get_attribute("href")
    assert link == "https://example.org/report.html?a=1&b=2"


def test_nothing_is_fetched_and_nothing_of_the_rows_runs(page: Any) -> None:
    assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []
    assert page.complaints == [] and page.evaluate("window.hit") is None
