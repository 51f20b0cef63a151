"""The page without a browser: conversations, owners, votes, uploads."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from assistant.web.page import LONGEST_QUESTION, Page
from assistant.web.screen import Screen, Tab
from assistant.web.uploads import LARGEST
from ingest.errors import StoreError, UnsafeSourceError

QUESTION = "2024年海淀区予以公开的占多少？"


def asked(page: Page, owner: str, tab: Tab, text: str, files: str = "") -> Screen:
    return list(page.ask(owner, tab, {"text": text, "files": files}))[-1]


@pytest.fixture
def tab(page: Page) -> Tab:
    return page.arrive("ann", Tab(), {}).tab


def test_an_answer_is_streamed_and_only_after_it_is_whole(page: Page, tab: Tab) -> None:
    screens = list(page.ask("ann", tab, {"text": QUESTION}))
    threads = [screen.thread or "" for screen in screens]
    assert "11.48" not in threads[0] and "thinking" in threads[0]
    assert len(threads) > 4 and 'data-busy="true"' in threads[-2]
    assert 'data-busy="false"' in threads[-1] and "374 ÷" not in threads[1]
    assert 'class="current short">374<' in (screens[-1].evidence or "")


@pytest.mark.parametrize("text", ["", "  \n", "问" * (LONGEST_QUESTION + 1)])
def test_empty_and_overlong_questions_are_not_asked(page: Page, tab: Tab, text: str) -> None:
    asked(page, "ann", tab, text)
    assert page.assistant.asked == []  # type: ignore[attr-defined]
    assert page.conversations.list("ann") == []


def test_an_exception_becomes_a_sentence_and_the_tab_goes_on(
    page: Page, tab: Tab, caplog: pytest.LogCaptureFixture
) -> None:
    screen = asked(page, "ann", tab, "崩溃")
    assert "已经记录" in (screen.thread or "") and "broken on purpose" in caplog.text
    assert "broken on purpose" not in (screen.thread or "")
    assert "11.48" in (asked(page, "ann", screen.tab, QUESTION).thread or "")


def test_nobody_sees_the_conversation_of_another(page: Page, tab: Tab) -> None:
    mine = asked(page, "ann", tab, QUESTION).tab.conversation
    theirs = page.arrive("bob", Tab(), {"conversation": mine})
    assert theirs.tab.conversation != mine and QUESTION not in (theirs.sidebar or "")
    opened = page.open("bob", theirs.tab, {"conversation": mine})
    assert opened.tab.conversation != mine and "11.48" not in (opened.thread or "")
    page.remove("bob", theirs.tab, {"conversation": mine})
    page.rename("bob", theirs.tab, {"conversation": mine, "title": "taken"})
    assert [talk.title for talk in page.conversations.list("ann")] == [QUESTION]


def test_a_turn_cannot_be_forced_into_the_conversation_of_another(page: Page, tab: Tab) -> None:
    mine = asked(page, "ann", tab, QUESTION).tab.conversation
    with pytest.raises(StoreError):
        asked(page, "bob", replace(tab, conversation=mine), "平台")
    assert len(page.conversations.turns("ann", mine)) == 1


def test_remove_rename_restore(page: Page, tab: Tab) -> None:
    first = asked(page, "ann", tab, QUESTION).tab
    page.rename("ann", first, {"conversation": first.conversation, "title": "  海淀  <b>  "})
    screen = page.remove("ann", first, {"conversation": first.conversation})
    assert screen.tab.conversation != first.conversation
    assert "海淀 &lt;b&gt;" in (screen.sidebar or "") and page.conversations.list("ann") == []
    back = page.restore("ann", screen.tab, {})
    assert back.tab.conversation == first.conversation and "11.48" in (back.thread or "")


def test_votes_are_kept_and_the_last_one_counts(page: Page, tab: Tab) -> None:
    tab = asked(page, "ann", tab, QUESTION).tab
    page.vote("ann", tab, {"turn": "1", "vote": "like"})
    screen = page.vote("ann", tab, {"turn": "1", "vote": "dislike"})
    assert 'name="comment"' in (screen.thread or "")
    page.comment("ann", screen.tab, {"turn": "1", "comment": "年份不对"})
    kept = page.votes.of(tab.conversation)[1]
    assert (kept.vote, kept.comment) == ("dislike", "年份不对")


@pytest.mark.parametrize("data", [{}, {"turn": "9", "vote": "like"}, {"turn": "1", "vote": "x"}])
def test_a_vote_on_nothing_is_not_kept(page: Page, tab: Tab, data: dict[str, object]) -> None:
    tab = asked(page, "ann", tab, QUESTION).tab
    page.vote("ann", tab, data)
    assert page.votes.of(tab.conversation) == {}


@pytest.mark.parametrize("data", [{"turn": "x"}, {"turn": -3, "cite": []}, {"turn": "1" * 500}])
def test_nonsense_from_a_browser_changes_nothing(
    page: Page, tab: Tab, data: dict[str, object]
) -> None:
    assert page.cite("ann", tab, data).evidence


def test_an_upload_is_read_and_asked_at_once(page: Page, tab: Tab) -> None:
    kept = page.uploads.save("../../报告 2023.txt", io.BytesIO("报告".encode()))
    assert kept.name == "报告_2023.txt"
    asked(page, "ann", tab, "予以公开的占多少？", kept.token)
    assert page.assistant.asked[-1][2] == "uploaded-2023"  # type: ignore[attr-defined]
    turns = page.conversations.turns("ann", tab.conversation)
    assert [turn.status for turn in turns] == ["answered", "answered"]


def test_a_bad_upload_is_named_with_its_reason(page: Page, tab: Tab) -> None:
    kept = page.uploads.save("x.txt", io.BytesIO(b"nothing"))
    screen = asked(page, "ann", tab, "", kept.token)
    assert "x.txt" in (screen.thread or "") and "no report found" in (screen.thread or "")


@pytest.mark.parametrize("token", ["../../etc/passwd", "/etc/passwd", "..", "a" * 20])
def test_a_token_leads_nowhere_else(page: Page, token: str) -> None:
    assert page.uploads.path(token) is None


@pytest.mark.parametrize("name", ["a.exe", "a", "报告.html.sh", ""])
def test_other_suffixes_are_refused(page: Page, name: str) -> None:
    with pytest.raises(UnsafeSourceError):
        page.uploads.save(name, io.BytesIO(b"x"))


def test_too_large_is_refused_and_not_kept(page: Page) -> None:
    class Endless(io.RawIOBase):
        sent = 0

        def read(self, size: int = -1) -> bytes:
            self.sent += size
            return b"0" * size if self.sent <= LARGEST * 4 else b""

    stream = Endless()
    with pytest.raises(UnsafeSourceError):
        page.uploads.save("big.txt", stream)  # type: ignore[arg-type]
    assert stream.sent < LARGEST * 2


def test_search_keeps_the_tables_that_hold_every_word(page: Page, tab: Tab) -> None:
    page.show("ann", tab, {"place": "browse"})
    there = replace(tab, place="browse")
    assert "<mark>予以公开</mark>" in (
        page.search("ann", there, {"search": "予以公开"}).browse or ""
    )
    assert "<table>" not in (page.search("ann", there, {"search": "予以公开 无此词"}).browse or "")
