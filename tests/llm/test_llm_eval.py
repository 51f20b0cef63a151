"""`wenbao eval --against llm=…`: rules alone and with a scripted model on the same questions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import llm_server as script
from llm_server import ScriptedServer

ROOT = Path(__file__).parents[2]
QUESTIONS = [
    ("a", "2024年示例区新收申请多少件", "328"),
    ("b", "2024年示例区予以公开多少件", "110"),
]


def gold(folder: Path) -> Path:
    path = folder / "gold.jsonl"
    rows = [
        {"id": id_, "question": question, "expect": {"status": "answered", "value": value}}
        for id_, question, value in QUESTIONS
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def test_compare_rules_with_a_model_that_lies(
    server: ScriptedServer, sample_data: Path, tmp_path: Path
) -> None:
    server.default = script.says("2024年示例区新收申请为999件。")
    arguments = ["--data-dir", str(sample_data), "eval", str(gold(tmp_path))]
    arguments += ["--out", str(tmp_path / "out"), "--max-wrong-figures", "0"]
    arguments += ["--against", "llm=openai:scripted", "--against", f"llm_base_url={server.url}"]
    arguments += ["--against", "llm_cache=0", "--against", "llm_uses=plan,compose"]
    environ = {name: value for name, value in os.environ.items() if name[:7] != "WENBAO_"}

    done = subprocess.run(
        [sys.executable, "-c", "from eval.cli import main; main()", *arguments],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    compared = report["compare"]
    assert compared["paired"] == 2
    assert compared["a"]["accuracy"]["value"] == compared["b"]["accuracy"]["value"] == 1.0
    assert compared["b"]["wrong_figures"] == 0
    assert len(server.requests) == 4  # two answers, each asked again once
