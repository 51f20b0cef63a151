"""Where no model is set nothing of it is loaded, and one module alone knows its client."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASK = """
import sys
from pathlib import Path
from assistant.assistant import Assistant
from ingest.settings import Settings

assistant = Assistant.open(Settings.load(environ={}, data_dir=Path(sys.argv[1])))
answer = assistant.ask("2024年示例区新收申请多少件")
assert answer.value == "328", answer
loaded = {"openai", "langchain_openai", "langchain.chat_models", "assistant.llm.client"}
sys.exit(",".join(sorted(loaded & set(sys.modules))) or 0)
"""


def test_nothing_of_it_is_loaded(sample_data: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(sample_data)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_one_module_imports_the_client() -> None:
    found = set()
    for package in ("ingest", "assistant", "eval"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.module:
                    names = [node.module]
                if any(n.split(".")[0] in ("openai", "langchain_openai") for n in names):
                    found.add(path.name)
                if any(n.startswith("langchain.chat_models") for n in names):
                    found.add(path.name)
    assert found == {"models.py"}
