"""The names and messages in the YAML files: each is found, and each can be filled in."""

from __future__ import annotations

import ast
import re
import string
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from assistant.lexicon import FOLDER, Lexicon
from assistant.normalize import normalize
from assistant.notation import is_plain, to_regex
from ingest.form import read_yaml

PACKAGE = Path(__file__).parents[2] / "assistant"
KINDS = ("items", "aspects", "derived", "groups", "prose")


@cache
def messages() -> dict[str, str]:
    return dict(read_yaml(FOLDER / "messages.yaml"))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def entries() -> list[tuple[str, str, Any]]:
    vocabulary = Lexicon.built_in().vocabulary
    return [(kind, id_, one) for kind in KINDS for id_, one in getattr(vocabulary, kind).items()]


def calls() -> list[tuple[str, str, set[str]]]:
    """(file, key, names given) of every message(…) with a literal key."""
    found = []
    for path in sorted(PACKAGE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "message"):
                continue
            key = node.args[0]
            given = {keyword.arg for keyword in node.keywords}
            if isinstance(key, ast.Constant) and None not in given:
                found.append((path.name, str(key.value), {str(name) for name in given}))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_is_found_as_itself(kind: str) -> None:
    """Each name and alias of the vocabulary, alone, has a match over its whole length."""
    lexicon = Lexicon.built_in()
    lost = []
    for _, id_, entry in (one for one in entries() if one[0] == kind):
        names = [entry.name, *(alias for alias in entry.aliases if is_plain(alias))]
        for name in map(normalize, names):
            ids = {m.sense.id for m in lexicon.matches(name) if (m.start, m.end) == (0, len(name))}
            if name and id_ not in ids:
                lost.append((id_, name))

    assert lost == []


def test_alias_notation_in_the_vocabulary_is_sound() -> None:
    for _, id_, entry in entries():
        for alias in entry.aliases:
            assert alias == alias.strip(), (id_, alias)
            pattern = re.compile(to_regex(alias))
            assert not pattern.fullmatch(""), (id_, alias)


def test_no_two_items_share_a_name() -> None:
    """A name of two items would make one of them unaskable."""
    owners: dict[str, set[str]] = {}
    for kind, id_, entry in entries():
        if kind in ("items", "derived"):
            owners.setdefault(normalize(entry.name), set()).add(id_)

    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


def test_every_message_in_the_code_exists_and_gets_its_words() -> None:
    assert len(calls()) > 40
    for file, key, given in calls():
        assert key in messages(), (file, key)
        assert fields(messages()[key]) <= given, (file, key)


@pytest.mark.parametrize("file", sorted(p.name for p in (PACKAGE / "lexicon").glob("*.yaml")))
def test_every_file_of_the_lexicon_reads(file: str) -> None:
    assert read_yaml(FOLDER / file)


def test_messages_bring_no_digits_of_their_own() -> None:
    """A number in a message would be one that no figure stands behind."""
    fixed = {key for key, text in messages().items() if any(c.isdigit() for c in text)}

    assert fixed <= {"blank_cell", "not_applicable_cell", "zero_base", "zero_growth_base"}


@pytest.mark.parametrize(
    ("text", "inside"),
    [("topicality", "top"), ("averaged", "average"), ("subtotal", "total")],
)
def test_latin_words_match_whole(text: str, inside: str) -> None:
    spans = {text[m.start : m.end] for m in Lexicon.built_in().matches(text)}

    assert inside not in spans
