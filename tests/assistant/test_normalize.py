"""One question, however it is written, has one matching form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.normalize import normalize

SAME = [
    ("海淀區2024年行政處罰多少件?", "海淀区2024年行政处罚多少件"),
    ("2024年，海淀区；行政处罚！多少件？", "2024年海淀区行政处罚多少件"),
    ("２０２４年海淀区", "2024年海淀区"),
    ("请问 一下 不予 公开 多少 件", "请问一下不予公开多少件"),
    ("2021—2024年新收", "2021到2024年新收"),
    ("2021年~2024年", "2021年到2024年"),
    ("60,427件", "60427件"),
    ("FOI Requests in 2024", "foi requests in 2024"),
    ("xíngzhèng xǔkě", "xingzheng xuke"),
    ("bǐlǜ", "bilv"),
    ("部分公開佔比", "部分公开占比"),
    ("“予以公开”占比", "予以公开占比"),
]


@pytest.mark.parametrize(("written", "matched"), SAME)
def test_levelled(written: str, matched: str) -> None:
    assert normalize(written) == normalize(matched) == matched


def test_decimals_and_percent_stay() -> None:
    assert normalize("占 11.48%。") == "占11.48%"


@given(st.text(alphabet="海淀區公開件 ,，。.-—2024abÁǎü（）", max_size=30))
def test_levelling_twice_changes_nothing(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once
