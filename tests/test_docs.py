"""Documents that would go stale: what they show is run, what they list is compared."""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\[[^\]]*\]\(([^)#:]+)\)")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def test_from_page_to_answer_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    path = str(ROOT / "docs" / "from-page-to-answer.md")
    failed, tried = doctest.testfile(path, module_relative=False, encoding="utf-8")
    assert tried > 20
    assert failed == 0


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    named = [*project["dependencies"], *(name for extra in extras for name in extra)]
    names = {re.split(r"[<>=\[]", name)[0] for name in named} - {"wenbao"}
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    assert not [name for name in sorted(names) if name.lower() not in text]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = [target for target in LINK.findall(text) if not target.startswith("http")]
    assert not [target for target in targets if not (path.parent / target).exists()]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_commands_in_the_readme_exist(name: str) -> None:
    from typer.main import get_command

    from eval.cli import app

    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    text = (ROOT / name).read_text(encoding="utf-8")
    used = set(re.findall(r"^wenbao (?:--[\w-]+ \S+ )*([a-z]+)", text, re.MULTILINE))
    assert used
    assert used <= known, used - known


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_make_targets_in_the_readme_exist(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = set(re.findall(r"\bmake ([a-z]+)\b", text))
    assert targets
    assert not [t for t in targets if not re.search(rf"^{t}:", makefile, re.MULTILINE)]
