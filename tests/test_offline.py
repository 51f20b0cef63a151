"""The default path talks to no one: ingest, numeric and open questions, with sockets watched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# An audit hook cannot be taken off again, hence a process of its own. It ends the process at the
# first attempt: a library that swallows the error and goes on would hide it from us.
GUARD = """
import ipaddress, os, sys

LOOPBACK_NAMES = {None, "", "localhost", b"localhost"}

def outward(host):
    if host in LOOPBACK_NAMES:
        return False
    text = host.decode() if isinstance(host, bytes) else host
    try:
        return not ipaddress.ip_address(text).is_loopback
    except ValueError:
        return True  # a name: even asking for its address goes out

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        bad = isinstance(address, tuple) and outward(address[0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        bad = outward(arguments[0])
    elif event == "urllib.Request":
        bad = True
    else:
        return
    if bad:
        sys.stderr.write(f"OUTWARD {event} {arguments}\\n")
        sys.stderr.flush()
        os._exit(97)

sys.addaudithook(watch)
"""

RUN = """
from assistant.cli import run
from eval.cli import app

data = sys.argv[1]
for command in (
    ["sample"],
    ["ask", "2024年海淀区予以公开的占多少?"],
    ["ask", "海淀区2024年存在哪些问题?"],
    ["ask", "京策平台发布了多少个政策兑现事项?"],
    ["check"],
    ["list"],
):
    code = run(app, ["--data-dir", data, *command])
    assert code == 0, (command, code)
assert "chromadb" in sys.modules
print("all done")
"""


def guarded(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", GUARD + script, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )


@pytest.mark.slow
def test_ingest_and_ask_make_no_outward_connection(tmp_path: Path) -> None:
    done = guarded(RUN, tmp_path / "data")

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("all done\n")


@pytest.mark.slow
def test_no_library_below_python_reaches_out_either(tmp_path: Path) -> None:
    """Compiled parts (Chroma, tokenizers) do not pass the hook, but they do pass the kernel."""
    tracer = shutil.which("strace")
    if tracer is None:
        pytest.skip("strace is not on this machine")
    log = tmp_path / "calls"
    tracing = [tracer, "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg"]
    done = subprocess.run(
        [*tracing, "-o", log, sys.executable, "-c", "import sys\n" + RUN, tmp_path / "data"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=280,
        check=False,
    )
    if "ptrace" in done.stderr:
        pytest.skip("strace may not trace here")

    assert done.returncode == 0, done.stderr
    outward = [
        line
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
        if "AF_INET" in line and '"127.0.0.1"' not in line and '"::1"' not in line
    ]
    assert outward == []


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "socket.getaddrinfo('example.org', 80)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    ],
)
def test_the_guard_sees_an_attempt(attempt: str) -> None:
    """The test above can fail."""
    done = guarded(f"import socket\ntry:\n    {attempt}\nexcept OSError:\n    pass\n")

    assert done.returncode == 97
    assert "OUTWARD" in done.stderr


def test_the_guard_lets_loopback_pass() -> None:
    done = guarded(
        "import socket\n"
        "with socket.create_server(('127.0.0.1', 0)) as server:\n"
        "    socket.create_connection(server.getsockname()).close()\n"
    )

    assert done.returncode == 0, done.stderr
