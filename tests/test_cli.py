"""The command line as a person or a script uses it: a real process, real exit codes."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SAMPLE = Path(str(files("ingest") / "sample"))
COMMAND = [sys.executable, "-c", "from eval.cli import main; main()"]
COMMANDS = (
    *("ingest", "list", "remove", "figures", "check", "ask", "chat", "sample", "settings"),
    *("batch", "eval"),
)
BUILT_IN_NAME = "海淀区2024.html"


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **more}


def wenbao(
    data: Path, *arguments: str | Path, check: int | None = 0, **more: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*COMMAND, "--data-dir", data, *arguments],
        env=environment(**more),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    if check is not None:
        assert done.returncode == check, done.stderr
    return done


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample; tests only read it."""
    data = tmp_path_factory.mktemp("stored")
    wenbao(data, "sample")
    return data


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_chinese(tmp_path: Path, command: str) -> None:
    done = wenbao(tmp_path, *([command] if command else []), "--help", LANG="C", LC_ALL="C")

    assert "选项" in done.stdout
    assert "显示帮助" in done.stdout
    for english in ("Options", "Arguments", "Commands", "Show this", "required"):
        assert english not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], "torch chromadb gradio langchain_core jieba pandas openpyxl sqlalchemy numpy"),
        (["settings"], "torch chromadb gradio langchain_core jieba pandas openpyxl sqlalchemy"),
        (["list"], "torch chromadb gradio langchain_core jieba pandas openpyxl numpy"),
        (["ask", "2024年海淀区予以公开的占多少?"], "torch chromadb gradio langchain_core pandas"),
    ],
)
def test_nothing_heavy_is_imported(stored: Path, arguments: list[str], heavy: str) -> None:
    """What keeps `wenbao --help` and a first numeric answer quick."""
    script = (
        "import sys\n"
        "from assistant.cli import run\n"
        "from eval.cli import app\n"
        "code = run(app, sys.argv[1:])\n"
        f"print(sorted({set(heavy.split())!r} & set(sys.modules)), code, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--data-dir", stored, *arguments],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "[] 0"


def test_version(tmp_path: Path) -> None:
    from importlib.metadata import version

    assert wenbao(tmp_path, "--version").stdout == f"wenbao {version('wenbao')}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["ingest"],
        ["ingest", "x", "--year", "abc"],
        ["figures"],
        ["figures", "--out", "x.pdf"],
        ["remove"],
        ["list", "--wrong"],
        ["list", "--jsno"],
        ["lsit"],
        ["ask", "两个", "问题"],
        ["chat", "--port", "99999"],
        ["--data-dir"],
    ],
)
def test_wrong_usage_is_2(tmp_path: Path, arguments: list[str]) -> None:
    done = wenbao(tmp_path, *arguments, check=2)

    assert re.search("[一-鿿]", done.stderr)
    assert not re.search("Usage|Error|Missing|Invalid|No such|Input should|argument", done.stderr)


def test_nothing_at_all_shows_the_help_page() -> None:
    done = subprocess.run(
        COMMAND, env=environment(), capture_output=True, encoding="utf-8", timeout=60, check=False
    )

    assert done.returncode == 2
    assert all(command in done.stderr for command in COMMANDS)


def test_help_pages_are_not_cut_short(tmp_path: Path) -> None:
    done = wenbao(tmp_path, "eval", "--help", COLUMNS="40")

    assert "再用另一种设置跑一遍并逐题比较；可多次给出。" in done.stdout
    assert "…\n" not in done.stdout


def test_a_misspelt_setting_is_2(tmp_path: Path) -> None:
    done = wenbao(tmp_path, "list", check=2, WENBAO_DATADIR="x")

    assert "WENBAO_DATA_DIR" in done.stderr
    assert done.stdout == ""


def test_ingest_rows(tmp_path: Path) -> None:
    bad = tmp_path / "坏.html"
    bad.write_bytes(b"")

    done = wenbao(tmp_path / "data", "ingest", "--json", SAMPLE / BUILT_IN_NAME, bad, check=1)

    good, failed = rows(done.stdout)
    names = ["source", "status", "report_id", "title", "publisher", "year", "figures"]
    assert list(good) == [*names, "passages", "warnings", "error"]
    assert (good["status"], good["year"], good["error"]) == ("stored", 2024, None)
    assert good["figures"] > 190
    assert good["warnings"] == []
    assert failed["status"] == "failed"
    assert failed["report_id"] is None
    assert failed["error"]
    assert done.stdout.count("海淀") >= 2  # UTF-8, not \u escapes


def test_nothing_to_ingest_is_1(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    done = wenbao(tmp_path / "data", "ingest", tmp_path / "empty", check=1)

    assert done.stdout == ""
    assert done.stderr


def test_odd_file_names(tmp_path: Path) -> None:
    names = [b"-dash.html", b"a b\n.html", "引“号”'$(x).html".encode(), b"\xff\xfe.html"]
    for number, name in enumerate(names):
        target = os.path.join(os.fsencode(tmp_path), name)  # noqa: PTH118 - not text
        shutil.copy(sorted(SAMPLE.glob("*.html"))[number], target)

    done = wenbao(tmp_path / "data", "ingest", "--json", tmp_path)

    assert [row["status"] for row in rows(done.stdout)] == ["stored"] * 4
    assert len(rows(wenbao(tmp_path / "data", "list", "--json").stdout)) == 4


def test_output_is_utf8_in_any_locale(stored: Path) -> None:
    done = wenbao(stored, "list", LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")

    assert "海淀区" in done.stdout


def test_list_and_remove(tmp_path: Path) -> None:
    data = tmp_path / "data"
    wenbao(data, "ingest", SAMPLE / BUILT_IN_NAME)
    [info] = rows(wenbao(data, "list", "--json").stdout)
    assert info["id"] in wenbao(data, "list").stdout

    done = wenbao(data, "remove", info["id"], "没有这个", check=1)

    assert info["id"] in done.stdout
    assert "没有这个" in done.stderr
    assert wenbao(data, "list", "--json").stdout == ""


def test_remove_by_file_name(tmp_path: Path) -> None:
    data = tmp_path / "data"
    text = (SAMPLE / BUILT_IN_NAME).read_text(encoding="utf-8")
    for folder, place in (("a", "示例市甲区"), ("b", "示例市乙区")):
        (tmp_path / folder).mkdir()
        changed = text.replace("北京市海淀区", place).replace("海淀区", place)
        (tmp_path / folder / "同名.html").write_text(changed, encoding="utf-8")
    wenbao(data, "ingest", SAMPLE / BUILT_IN_NAME, tmp_path / "a", tmp_path / "b")

    done = wenbao(data, "remove", BUILT_IN_NAME, "同名.html", check=1)

    left = rows(wenbao(data, "list", "--json").stdout)
    assert {info["publisher"] for info in left} == {"示例市甲区人民政府", "示例市乙区人民政府"}
    assert all(info["id"] in done.stderr for info in left)  # two of that name: none is taken
    wenbao(data, "remove", left[0]["source"])
    assert len(rows(wenbao(data, "list", "--json").stdout)) == 1


def test_figures_in_three_formats(stored: Path, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    targets = {suffix: tmp_path / f"f{suffix}" for suffix in (".jsonl", ".csv", ".xlsx")}
    for target in targets.values():
        wenbao(stored, "figures", "--out", target, "--year", "2024")
    lines = rows(targets[".jsonl"].read_text(encoding="utf-8"))
    with targets[".csv"].open(encoding="utf-8", newline="") as file:
        assert file.read(1) == "\ufeff"  # or Excel takes it for GBK
        table = list(csv.DictReader(file))
    book = load_workbook(targets[".xlsx"])
    cells = [[cell or "" for cell in line] for line in book.worksheets[0].values]

    keys = (
        "report_id publisher year title table row column measure raw value unit kind place source"
    )
    assert list(lines[0])[:14] == keys.split()
    assert {line["year"] for line in lines} == {2024}
    assert len(lines) == len(table) == len(cells) - 1
    for line, record, cell in zip(lines, table, cells[1:], strict=True):
        assert record["value"] == (line["value"] or "")
        assert dict(zip(cells[0], cell, strict=True)) == record
        assert (line["value"] is None) == (line["kind"] not in ("number", "zero"))
        assert isinstance(line["row"], list)
        assert isinstance(line["column"], list)


def test_figures_of_one_publisher(stored: Path, tmp_path: Path) -> None:
    target = tmp_path / "f.jsonl"
    publisher = "海淀"

    wenbao(stored, "figures", "--out", target, "--publisher", publisher)

    found = {row["publisher"] for row in rows(target.read_text(encoding="utf-8"))}
    assert found == {"北京市海淀区人民政府"}


def test_check(stored: Path) -> None:
    found = rows(wenbao(stored, "check", "--json").stdout)

    assert {"publisher", "year", "rule", "left", "right", "holds", "detail"} <= set(found[0])
    assert {row["holds"] for row in found} <= {True, False, None}
    assert any("上年度" in row["rule"] for row in found)  # across years
    narrowed = rows(wenbao(stored, "check", "--json", "--year", "2022").stdout)
    assert {row["year"] for row in narrowed} == {2022}


def test_ask(stored: Path) -> None:
    question = "2024年海淀区予以公开的占多少?"

    done = wenbao(stored, "ask", question, "--json")
    [answer] = rows(done.stdout)

    assert answer["status"] == "answered"
    assert answer["value"].startswith("11.4759")
    assert (answer["unit"], answer["question"]) == ("%", question)
    assert {"374", "3259"} <= {citation["quote"] for citation in answer["citations"]}
    plain = wenbao(stored, "ask", question)
    assert "11.48%" in plain.stdout
    assert "374" in plain.stdout


def test_settings_mask_secrets(tmp_path: Path) -> None:
    done = wenbao(tmp_path, "settings", WENBAO_LLM_API_KEY="sk-hunter2", WENBAO_LLM="openai:x")

    assert "hunter2" not in done.stdout
    assert "openai:x" in done.stdout
    assert str(tmp_path) in done.stdout


def test_a_closed_pipe_is_no_disaster(stored: Path) -> None:
    command = [*COMMAND, "--data-dir", str(stored), "check", "--json"]
    process = subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout and process.stderr
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read().decode()
    process.stderr.close()
    process.wait(timeout=60)

    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


def test_ctrl_c_leaves_a_whole_store(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    text = (SAMPLE / "示例区2022.html").read_text(encoding="utf-8")
    for number in range(300):
        changed = text.replace("示例市示例区", f"示例市第{number}区")
        (folder / f"{number}.html").write_text(changed, encoding="utf-8")
    data = tmp_path / "data"
    process = subprocess.Popen(
        [*COMMAND, "--data-dir", str(data), "ingest", "--json", str(folder)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=120)

    assert process.returncode == 130, errors
    assert errors.count("\n") == 1
    assert "已中断" in errors
    assert "Traceback" not in errors
    told = {row["report_id"] for row in rows(first + out)}
    kept = {row["id"] for row in rows(wenbao(data, "list", "--json").stdout)}
    assert told <= kept
    assert len(kept) < 300


def test_a_locked_store_says_by_whom(tmp_path: Path) -> None:
    from ingest.settings import Settings
    from ingest.store.library import Library

    data = tmp_path / "data"
    with Library.open(Settings.load(data_dir=data, environ={})) as library, library.writer():
        done = wenbao(data, "ingest", SAMPLE / BUILT_IN_NAME, check=1)
        assert f"pid {os.getpid()}" in done.stderr
        assert wenbao(data, "list").returncode == 0  # a reader is not held up
