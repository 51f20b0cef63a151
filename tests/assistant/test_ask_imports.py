"""Who imports whom: one way only, heavy libraries in one place and never before they are needed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("ingest", "assistant", "eval")
HEAVY = (
    "torch", "sentence_transformers", "chromadb", "gradio", "jieba", "pandas", "openpyxl",
    "langchain_core", "langchain_chroma", "transformers",
)  # fmt: skip


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Every module that `path` imports, wherever in the file; names taken from a module too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def importers(name: str) -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in modules(package)
        if any(one == name or one.startswith(f"{name}.") for one in imported(path))
    }


@pytest.mark.parametrize(
    ("package", "barred"),
    [("ingest", "assistant"), ("ingest", "eval"), ("assistant", "eval"), ("assistant", "tests"),
     ("ingest", "tests"), ("eval", "tests")],
)  # fmt: skip
def test_imports_go_one_way(package: str, barred: str) -> None:
    assert modules(package)
    assert {path for path in importers(barred) if path.startswith(f"{package}/")} == set()


@pytest.mark.parametrize(
    "library",
    ["chromadb", "langchain_chroma", "sentence_transformers", "sqlalchemy.create_engine"],
)
def test_one_module_opens_it(library: str) -> None:
    """The training script of our own model is a tool beside the product."""
    found = {path for path in importers(library) if not path.startswith("eval/training/")}

    assert len(found) == 1, found


@pytest.mark.parametrize("library", HEAVY)
@pytest.mark.parametrize("package", PACKAGES)
def test_heavy_libraries_are_not_imported_at_the_top_of_what_asking_needs(
    package: str, library: str, loaded: set[str]
) -> None:
    ours = {name for name in loaded if name.split(".")[0] == package}

    assert ours or package == "eval"
    assert library not in loaded


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What a process has imported after it answered a numeric question."""
    data = tmp_path_factory.mktemp("loaded")
    made = (
        "import sys\n"
        "from asking import national\n"
        "from assistant.assistant import Assistant\n"
        "from ingest.settings import Settings\n"
        "assistant = Assistant.open(Settings.load(data_dir=sys.argv[1]))\n"
        "cells = {'granted.total': '374', 'handled.total': '3259'}\n"
        "assistant.library.put(national('示例市甲县人民政府', 2024, cells))\n"
        "answer = assistant.ask('2024年甲县予以公开占办理结果总计的比例?')\n"
        "assert answer.value.startswith('11.4759'), answer.text\n"
        "print(*sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", made, data],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests' / 'assistant'}"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())
