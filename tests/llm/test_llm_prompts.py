"""The prompt files: all render, say what is missing, and cannot be talked out of their fences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.llm.prompts import all_prompts, parse, prompt
from ingest.errors import FormError


@pytest.mark.parametrize("name", [one.name for one in all_prompts()])
def test_every_prompt_renders_with_its_variables(name: str) -> None:
    one = prompt(name)
    values = {variable: f"值之{variable}" for variable in one.variables}

    rendered = one.render(**values)

    text = "\n".join(message["content"] for message in rendered.messages)
    assert all(value in text for value in values.values())
    assert "{{" not in text
    assert re.fullmatch(r"\d+-[0-9a-f]{8}", rendered.version)
    assert set(one.data) <= set(one.variables)
    assert rendered.messages == one.render(**values).messages  # the same, so that it can be cached


def test_missing_and_extra_variables_are_named() -> None:
    with pytest.raises(FormError, match=r"prompts/repair.md：变量缺少 problem，多出 wrong"):
        prompt("repair").render(wrong="x")


def test_a_prompt_that_is_not_there_is_named() -> None:
    with pytest.raises(FormError, match=r"prompts/nothing.md"):
        prompt("nothing")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("无头", "文件头"),
        ("---\nname: x\nversion: 1\n---\n## user\n{{a}}\n", "没有声明的变量 a"),
        ("---\nname: x\nversion: 1\nvariables: [a, b]\n---\n## user\n{{a}}\n", "没有用到的变量 b"),
        ("---\nname: y\nversion: 1\n---\n## user\n好\n", "name 与文件名不同"),
        ("---\nname: x\nversion: 1\nextra: 1\n---\n## user\n好\n", "文件头"),
        ("---\nname: x\nversion: 1\n---\n好\n", "没有 ## system"),
    ],
)
def test_a_malformed_file_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "x.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormError, match=said):
        parse(path)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_data_cannot_forge_the_end_of_its_fence(question: str, inside: str) -> None:
    """Also not with the signs of another prompt, or with a variable in it."""
    first = prompt("compose").render(question=question, draft=inside)
    stolen = first.messages[-1]["content"] + "{{fence}} {{draft}}"

    content = prompt("compose").render(question=stolen, draft=inside).messages[-1]["content"]

    ends = re.findall(r"<<<end question ([a-p]{16})>>>", content)
    nonce = ends[-1]
    assert ends.count(nonce) == 1
    assert nonce not in stolen
    assert "{{fence}} {{draft}}" in content  # nothing in a value is filled again
