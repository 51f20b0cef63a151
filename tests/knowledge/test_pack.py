"""The pack: every entry found by its own questions; a slip is named by file and entry."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.knowledge.finding import Finder
from assistant.knowledge.pack import FOLDER, built_in, load
from ingest.embedding import open_embedder
from ingest.errors import KnowledgeError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(str(FOLDER), tmp_path / "pack")
    return tmp_path / "pack"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("charges.yaml", "law: decree711", "law: decree999", r"charges.yaml charges .*decree999"),
        (
            "charges.yaml",
            "    checked: 2026-11-22",
            "    checked: soon",
            "charges.yaml charges checked",
        ),
        (
            "charges.yaml",
            "    checked: 2026-11-22",
            "    checked: 2001-01-01",
            "早于 decree711|早于 fees109",
        ),
        ("charges.yaml", "    name:", "    nmae:", "charges.yaml charges"),
        ("charges.yaml", "entries:", "entrys:", "charges.yaml：最外层"),
        ("remedies.yaml", "  no_reply:", "  charges:", "条目重名"),
        ("remedies.yaml", 'patterns: ["', 'patterns: ["(', "remedies.yaml remedies patterns"),
        ("deadlines.yaml", "entry: reply", "entry: replay", "deadlines.yaml reply entry"),
        ("fees.yaml", "upto: 30, each: 100", "upto: 3, each: 100", "fees.yaml items steps"),
        ("messages.yaml", "rule:", "[rule:", "messages.yaml"),
    ],
)
def test_a_slip_is_named(folder: Path, file: str, old: str, new: str, said: str):
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(KnowledgeError, match=said):
        load(folder)


def test_every_question_of_the_pack_finds_its_entry():
    finder = Finder(built_in(), open_embedder)
    wrong = [
        (id_, ask)
        for id_, entry in built_in().entries.items()
        for ask in (entry.name, *entry.asks)
        if finder.by_name(ask)[:1] != [id_] or finder.by_meaning(ask)[0][0] != id_
    ]
    assert not wrong
