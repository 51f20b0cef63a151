"""Alias notation: what it stands for is what its pattern matches, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.notation import expand, is_plain, to_regex
from ingest.errors import FormError

words = st.text("新收申请公开了的", min_size=1, max_size=3)
aliases = st.recursive(
    words,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"[{'|'.join(parts)}]"),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.lists(inner, min_size=2, max_size=3).map("".join),
    ),
    max_leaves=5,
)


@given(aliases)
def test_every_expansion_is_matched(alias: str) -> None:
    pattern = re.compile(f"(?:{to_regex(alias)})")

    for text in expand(alias, 1000):
        assert pattern.fullmatch(text), (alias, text)


@given(aliases, words)
def test_nothing_else_is_matched(alias: str, text: str) -> None:
    strings = expand(alias, 5000)
    if strings and re.fullmatch(f"(?:{to_regex(alias)})", text):
        assert text in strings


@given(aliases)
def test_plain_means_one_string(alias: str) -> None:
    if is_plain(alias):
        assert expand(alias) == (alias,)


@pytest.mark.parametrize(
    ("alias", "strings"),
    [
        ("新收", {"新收"}),
        ("[收到|接到](了)申请", {"收到申请", "收到了申请", "接到申请", "接到了申请"}),
        ("(政府[信息|文件])公开", {"公开", "政府信息公开", "政府文件公开"}),
        ("[新|本年(新)]收", {"新收", "本年收", "本年新收"}),
        ("a.b", {"a.b"}),
    ],
)
def test_expansions(alias: str, strings: set[str]) -> None:
    assert set(expand(alias)) == strings


def test_a_dot_is_a_dot() -> None:
    assert not re.fullmatch(to_regex("a.b"), "axb")


@pytest.mark.parametrize("alias", ["[新收", "新收]", "(新|旧]", "[新(收]", ")"])
def test_unbalanced_brackets_are_named(alias: str) -> None:
    with pytest.raises(FormError, match="alias"):
        to_regex(alias)


def test_too_many_strings_are_left_to_the_pattern() -> None:
    alias = "[a|b][a|b][a|b][a|b][a|b][a|b][a|b]"

    assert expand(alias, 64) == ()
    assert re.fullmatch(to_regex(alias), "abababa")


@pytest.mark.parametrize(
    ("alias", "text", "matches"),
    [
        ("结转到{year}", "结转到2025年", True),
        ("结转到{year}", "结转到2025", True),
        ("结转到{year}", "结转到25", False),
        ("前{n}名", "前12名", True),
        ("前{n}名", "前几名", False),
    ],
)
def test_year_and_number_stand_for_any(alias: str, text: str, matches: bool) -> None:
    assert bool(re.fullmatch(to_regex(alias), text)) is matches
    assert expand(alias) == ()
