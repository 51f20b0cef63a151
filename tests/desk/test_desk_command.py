"""`wenbao desk …` as a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from desk_parts import PASSWORD, leave

from assistant.desk.records import Actor
from assistant.desk.service import Desk
from ingest.errors import NotLoggedInError
from ingest.settings import Settings

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from eval.cli import main; main()"]


def wenbao(data: Path, *arguments: str, typed: str = "", code: int = 0) -> str:
    done = subprocess.run(
        [*COMMAND, "--data-dir", str(data), "desk", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def test_accounts(tmp_path: Path) -> None:
    settings = Settings.load(environ={}, data_dir=tmp_path)
    wenbao(tmp_path, "adduser", "ann", "--role", "reviewer", typed=f"{PASSWORD}\n")
    assert "太" in wenbao(tmp_path, "adduser", "bob", typed="aaaaaaaaaaaa\n", code=1)
    assert "--password" not in wenbao(tmp_path, "adduser", "--help")
    with Desk.open(settings) as desk:
        assert desk.accounts.login("ann", PASSWORD, "x").actor.role == "reviewer"
        wenbao(tmp_path, "passwd", "ann", typed="quite another one\n")
        with pytest.raises(NotLoggedInError):
            desk.accounts.login("ann", PASSWORD, "x")
        wenbao(tmp_path, "disable", "ann")
        assert "停用" in wenbao(tmp_path, "users")
        entries = desk.staff.audit(Actor(0, "x", "admin"), target="ann")
        assert {"account.added", "account.password", "account.disabled"} <= {
            entry.what for entry in entries if entry.where == "cli"
        }


def test_keys_tickets_and_erasing(tmp_path: Path) -> None:
    settings = Settings.load(environ={}, data_dir=tmp_path)
    made = wenbao(tmp_path, "addkey", "site", "--scope", "ask", "--days", "3").splitlines()
    with Desk.open(settings) as desk:
        assert desk.keys.verify(made[0], "ask").name == "site"
        leave(desk, "请回电13800138000", contact="a@b.cn")
    assert json.loads(wenbao(tmp_path, "stats", "--json"))["total"] == 1
    target = tmp_path / "out.csv"
    wenbao(tmp_path, "export", "--out", str(target), "--since", "2020-01-01")
    assert "请回电【电话号码】" in target.read_text(encoding="utf-8-sig")
    assert "2020" in wenbao(tmp_path, "stats", "--since", "2020", code=2)
    wenbao(tmp_path, "erase", code=1)
    assert "1 个工单" in wenbao(tmp_path, "erase", "--contact", typed="A@b.cn\n")
    assert "0 个工单" in wenbao(tmp_path, "purge")
