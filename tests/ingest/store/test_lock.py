"""One writer at a time; readers never wait."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.errors import StoreLockedError
from ingest.figure import Report
from ingest.settings import Settings
from ingest.store.library import Library

Make = Callable[..., Report]
ROOT = Path(__file__).parents[3]

HOLDS = """
import sys
from pathlib import Path
from ingest.settings import Settings
from ingest.store.library import Library

settings = Settings.load(data_dir=Path(sys.argv[1]), database_url=sys.argv[2] or None)
with Library.open(settings) as library, library.writer(command="wenbao ingest 某文件夹"):
    print("holding", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def held(library: Library) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes to the same store until it is told to end."""
    settings = library.settings
    command = [sys.executable, "-c", HOLDS, str(settings.data_dir), settings.database_url or ""]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout and process.stdin
    assert process.stdout.readline() == "holding\n"
    yield process
    process.kill()
    process.communicate(timeout=30)


def test_the_message_says_who_holds_it(
    library: Library, held: subprocess.Popen[str], make_report: Make
) -> None:
    with pytest.raises(StoreLockedError) as caught:
        library.put(make_report())

    message = str(caught.value)
    assert "wenbao ingest 某文件夹" in message
    assert f"pid {held.pid}" in message
    assert library.reports() == []


def test_a_killed_holder_does_not_lock_anyone_out(
    library: Library, held: subprocess.Popen[str], make_report: Make
) -> None:
    held.kill()
    held.wait(timeout=30)

    with library.writer(wait=20) as writer:
        assert writer.put([make_report()]) == ["stored"]


def test_a_reader_is_not_held_up_and_sees_whole_versions(
    library: Library, make_report: Make
) -> None:
    """While versions replace each other, every read is of one version and never of none."""
    sizes = (3, 5)
    versions = [
        make_report(content=str(number), values=tuple("7" * sizes[number % 2]))
        for number in range(20)
    ]
    library.put(versions[0])
    seen: set[int] = set()
    done = threading.Event()
    failures: list[Exception] = []

    def read() -> None:
        try:
            with Library.open(library.settings) as mine:
                while not done.is_set():
                    seen.add(len(mine.figures(report_ids=["示例区-2024"])))
        except Exception as error:  # noqa: BLE001 - shown by the test's own thread
            failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for version in versions[1:]:
            assert library.put(version) == "replaced"
    finally:
        done.set()
        reader.join(timeout=60)
    assert not failures
    assert seen <= set(sizes)
    assert seen


def test_two_writers_in_one_process_take_turns(settings: Settings) -> None:
    with Library.open(settings) as one, Library.open(settings) as other:
        with (
            one.writer(command="first"),
            pytest.raises(StoreLockedError, match="first"),
            other.writer(),
        ):
            pass
        with other.writer():
            pass
