"""The chat in a real browser: what a person does, and what must never happen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Site
from .parts import HOSTILE

pytestmark = pytest.mark.browser

QUESTION = "2024年海淀区予以公开的占多少？"
DONE = ".thread[data-busy='false'] .turn:nth-of-type({n}) .tools"


def opened(person: Any, url: str) -> Any:
    tab = person.new_page()
    tab.goto(url)
    tab.wait_for_selector(".thread[data-conversation]")
    return tab


def ask(tab: Any, question: str, turn: int = 1) -> None:
    tab.fill("#question", question)
    tab.press("#question", "Enter")
    tab.wait_for_selector(DONE.format(n=turn))


def in_view(tab: Any, selector: str, frame: str) -> bool:
    """Whether the element lies within its frame, and the frame within the window."""
    return bool(
        tab.evaluate(
            """([cell, frame]) => {
              const a = document.querySelector(cell).getBoundingClientRect();
              const b = document.querySelector(frame).getBoundingClientRect();
              return a.top >= b.top - 1 && a.bottom <= b.bottom + 1 && a.left >= b.left - 1 &&
                a.right <= b.right + 1 && a.top >= 0 && a.bottom <= innerHeight;
            }""",
            [selector, frame],
        )
    )


def test_a_question_leads_to_its_highlighted_cell(person: Any, site: Site) -> None:
    tab = opened(person, site.url)
    ask(tab, QUESTION)
    assert tab.inner_text(".turn .headline") == "11.48%"
    assert "374 ÷ 3259" in tab.inner_text("#evidence .formula")
    assert tab.inner_text("#evidence td.current") == "374"
    assert in_view(tab, "#evidence td.current", "#evidence .grid")
    tab.click(".reply .text .cite >> nth=1")
    tab.wait_for_selector("#evidence td.current:text-is('3259')")
    assert tab.inner_text("#evidence td.used") == "374"


def test_starters_and_choices_are_asked_by_a_click(person: Any, site: Site) -> None:
    tab = opened(person, site.url)
    tab.click(".starters button")
    tab.wait_for_selector(DONE.format(n=1))
    tab.click(".choices button")
    tab.wait_for_selector(DONE.format(n=2))
    assert tab.inner_text(".turn:nth-of-type(2) .badge") == "需要确认"
    tab.click(".turn:nth-of-type(2) .choices button >> nth=0")
    tab.wait_for_selector(DONE.format(n=3))
    assert tab.inner_text(".turn:nth-of-type(3) .headline") == "11.48%"


def test_a_quoted_sentence_is_marked(person: Any, site: Site) -> None:
    tab = opened(person, site.url)
    ask(tab, "京策平台发布了多少事项")
    assert tab.inner_text("#evidence mark") == "发布59个兑现类政策事项"


def test_two_tabs_at_once_do_not_mix(person: Any, site: Site) -> None:
    site.assistant.delay = 0.3
    try:
        one, other = opened(person, site.url), opened(person, site.url)
        for tab, word in ((one, "甲"), (other, "乙")):
            tab.fill("#question", f"{word}问题")
            tab.press("#question", "Enter")
        for tab, mine, theirs in ((one, "甲", "乙"), (other, "乙", "甲")):
            tab.wait_for_selector(DONE.format(n=1))
            ask(tab, f"{mine}再问", 2)
            words = tab.inner_text(".thread")
            assert f"{mine}问题" in words and f"{mine}再问" in words and theirs not in words
    finally:
        site.assistant.delay = 0.0
    sessions = {session for question, session, _ in site.assistant.asked if "甲" in question}
    assert len(sessions) == 1
    assert not sessions & {s for question, s, _ in site.assistant.asked if "乙" in question}


def test_a_reload_brings_the_conversation_back(person: Any, site: Site) -> None:
    tab = opened(person, site.url)
    ask(tab, QUESTION)
    tab.reload()
    tab.wait_for_selector(DONE.format(n=1))
    tab.wait_for_selector("#evidence td.current:text-is('374')")
    ask(tab, "京策平台", 2)
    sessions = [session for _, session, _ in site.assistant.asked[-2:]]
    assert sessions[0] == sessions[1]


def test_conversations_are_renamed_removed_and_brought_back(person: Any, site: Site) -> None:
    tab = opened(person, site.url)
    ask(tab, QUESTION)
    tab.click(".talks [data-edit]")
    tab.fill(".rename input", "我的调查")
    tab.press(".rename input", "Enter")
    tab.wait_for_selector(".talks .open:text-is('我的调查')")
    tab.click(".talks [data-event='remove']")
    tab.wait_for_selector(".undo")
    assert tab.query_selector(".talks") is None
    tab.click(".undo button")
    tab.wait_for_selector(".talks .open:text-is('我的调查')")
    tab.click(".new")
    tab.wait_for_selector(".empty")
    tab.click(".talks .open")
    tab.wait_for_selector(DONE.format(n=1))


def test_export_copy_and_dislike(person: Any, site: Site) -> None:
    person.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = opened(person, site.url)
    ask(tab, QUESTION)
    for link, wanted in ((".export a >> nth=0", "11.48%"), (".export a >> nth=1", "11.475913")):
        with tab.expect_download() as download:
            tab.click(link)
        assert wanted in Path(download.value.path()).read_text(encoding="utf-8")
    tab.click("[data-copy]")
    assert "374 ÷ 3259" in tab.evaluate("navigator.clipboard.readText()")
    tab.click("[data-vote='dislike']")
    tab.fill("form.comment textarea", "应为部分公开")
    tab.click("form.comment button")
    tab.wait_for_selector(".thanks")
    session = site.assistant.asked[-1][1]
    assert site.page.votes.of(session)[1].comment == "应为部分公开"


def test_an_empty_library_says_what_to_do_and_takes_an_upload(
    person: Any, empty_site: Site, tmp_path: Path
) -> None:
    tab = opened(person, empty_site.url)
    assert "还没有收录任何报告" in tab.inner_text(".empty")
    file = tmp_path / "某区报告.txt"
    file.write_text("报告", encoding="utf-8")
    with tab.expect_file_chooser() as chooser:
        tab.click(".empty .primary")
    chooser.value.set_files(file)
    tab.wait_for_selector(".files li:not(.failed)")
    tab.fill("#question", "予以公开的占多少？")
    tab.wait_for_selector("#send:not([disabled])")
    tab.press("#question", "Enter")
    tab.wait_for_selector(DONE.format(n=2))
    assert "12 个数据" in tab.inner_text(".turn:nth-of-type(1) .text")
    assert empty_site.assistant.asked[-1][2] == "uploaded-2023"


def test_tables_are_browsed_searched_and_downloaded(person: Any, site: Site) -> None:
    tab = opened(person, site.url)
    tab.click(".places [data-place='browse']")
    tab.wait_for_selector(".browse table")
    tab.fill(".find input", "部分公开")
    tab.wait_for_selector(".browse mark")
    with tab.expect_download() as download:
        tab.click(".browse .card a >> nth=0")
    assert "374" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    tab.click(".places [data-place='chat']")
    tab.wait_for_selector("#question:visible")


def test_the_interface_speaks_english(person: Any, site: Site) -> None:
    tab = opened(person, site.url)
    tab.click("[data-event='language']")
    tab.wait_for_selector(".new:has-text('New chat')")
    assert tab.evaluate("document.documentElement.lang") == "en"
    tab.reload()
    tab.wait_for_selector(".new:has-text('New chat')")
    ask(tab, QUESTION)
    assert "Evidence" in tab.inner_text("#evidence h2")
    assert "11.48%" in tab.inner_text(".reply .text")


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_nothing_sticks_out(person: Any, site: Site, width: int) -> None:
    tab = opened(person, site.url)
    tab.set_viewport_size({"width": width, "height": 844})
    ask(tab, QUESTION)
    tab.click(".proof")
    tab.wait_for_selector("#evidence td.current")
    wide = tab.evaluate(
        "[document.documentElement.scrollWidth, document.body.scrollWidth, innerWidth]"
    )
    assert max(wide[:2]) <= wide[2] == width
    thread, panel = (tab.query_selector(s).bounding_box() for s in ("#thread", "#evidence"))
    assert panel["y"] >= thread["y"] + thread["height"]
    tab.click(".menu")
    tab.wait_for_selector(".drawer:visible")
    tab.click(".new")
    tab.wait_for_selector(".empty")


def test_hostile_text_is_shown_and_never_run(person: Any, site: Site) -> None:
    tab = opened(person, site.url)
    tab.on("dialog", lambda dialog: person.errors.append("dialog") or dialog.dismiss())
    ask(tab, f"{HOSTILE} [点我](javascript:window.hacked=1) ${{window.hacked=1}} {{{{x}}}} 平台")
    ask(tab, f"</textarea><svg onload='window.hacked=1'> {HOSTILE}", 2)
    ask(tab, QUESTION, 3)
    tab.click(".talks [data-edit]")
    tab.click(".places [data-place='browse']")
    tab.wait_for_selector(".browse table")
    assert HOSTILE in tab.inner_text(".browse table")
    assert tab.evaluate("window.hacked") is None
    assert tab.query_selector_all("a[href^='javascript']") == []
    assert tab.query_selector_all("#shell script, #shell img") == []
    assert person.errors == []


def test_a_broken_answer_leaves_the_page_usable(person: Any, site: Site) -> None:
    tab = opened(person, site.url)
    ask(tab, "请崩溃")
    assert "已经记录" in tab.inner_text(".reply.error")
    ask(tab, QUESTION, 2)
    assert tab.inner_text(".turn:nth-of-type(2) .headline") == "11.48%"


def test_length_and_emptiness_are_watched(person: Any, site: Site) -> None:
    tab = opened(person, site.url)
    before = len(site.assistant.asked)
    tab.press("#question", "Enter")
    tab.fill("#question", "问" * 501)
    assert "501/500" in tab.inner_text("#limit") and tab.is_disabled("#send")
    tab.press("#question", "Enter")
    tab.wait_for_timeout(300)
    assert len(site.assistant.asked) == before


def test_enter_in_an_input_method_does_not_send(person: Any, site: Site) -> None:
    tab = opened(person, site.url)
    before = len(site.assistant.asked)
    tab.fill("#question", "海淀")
    tab.evaluate(
        "document.querySelector('#question').dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    tab.wait_for_timeout(300)
    assert len(site.assistant.asked) == before and tab.input_value("#question") == "海淀"


def test_the_keyboard_alone_is_enough(person: Any, site: Site) -> None:
    tab = opened(person, site.url)
    ask(tab, QUESTION)
    tab.focus(".reply .cites button >> nth=1")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#evidence td.current:text-is('3259')")
    ring = "getComputedStyle(document.activeElement).outlineStyle"
    assert tab.evaluate(ring) != "none"


def test_nothing_is_fetched_from_outside(person: Any, site: Site) -> None:
    tab = opened(person, site.url)
    ask(tab, QUESTION)
    tab.click(".places [data-place='browse']")
    tab.wait_for_selector(".browse table")
    outside = [
        url
        for url in person.requested
        if not url.startswith((f"{site.url}/", "data:", "blob:", "about:"))
    ]
    assert outside == [] and len(person.requested) > 10
    fonts = tab.evaluate("JSON.stringify([...document.fonts].map(font => font.status))")
    assert "loading" not in json.loads(fonts)
    assert person.errors == []
