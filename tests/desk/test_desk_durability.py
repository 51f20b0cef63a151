"""Nothing that was acknowledged is lost: kill -9 in the middle, several processes at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant.desk.records import Actor, NewTicket
from assistant.desk.service import Desk
from ingest.settings import Settings

WRITER = Path(__file__).with_name("writer.py")
ROOT = Path(__file__).parents[2]
ADMIN = Actor(0, "cli", "admin", "cli")
TICKETS = 200
KILLED_AFTER = 83  # acknowledged tickets


def start(settings: Settings, count: int, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(WRITER), str(settings.data_dir), settings.database_url or "-"]
    return subprocess.Popen(
        [*command, str(count), name],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def test_kill_9_during_two_hundred_tickets(desk_settings: Settings) -> None:
    process = start(desk_settings, TICKETS, "one")
    assert process.stdout is not None
    acknowledged = [process.stdout.readline().split() for _ in range(KILLED_AFTER)]
    process.send_signal(signal.SIGKILL)
    acknowledged += [line.split() for line in process.stdout if line.endswith("\n")]
    process.stdout.close()
    assert process.wait(timeout=60) == -signal.SIGKILL
    assert KILLED_AFTER <= len(acknowledged) < TICKETS

    with Desk.open(desk_settings) as desk:
        for n, number, secret in acknowledged:
            assert desk.citizens.ticket(number, secret).question == f"one {n}"
        # The client tries all of them again: those that are there are not made a second time.
        receipts = [
            desk.citizens.create(NewTicket(question=f"one {n}", owner="one", key=f"one-{n:020d}"))
            for n in range(TICKETS)
        ]
        for n, number, secret in acknowledged:
            again = receipts[int(n)]
            assert (again.number, again.secret, again.created) == (number, secret, False)
        assert desk.staff.queue(ADMIN).total == TICKETS
        with desk.ground.reading() as lent:
            created = lent.execute(
                text("SELECT count(*) FROM desk_events WHERE kind = 'created'")
            ).scalar_one()
        assert created == TICKETS  # a ticket and its history are one


def test_several_processes_at_once(desk_settings: Settings) -> None:
    """They even make the tables at once. Two have the same keys, as a client that is impatient."""
    names = ("a", "b", "a", "c")
    processes = [start(desk_settings, 25, name) for name in names]
    outputs = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(names)
    assert sorted(outputs[0].splitlines()) == sorted(outputs[2].splitlines())
    numbers = {line.split()[1] for output in outputs for line in output.splitlines()}
    assert len(numbers) == 75
    with Desk.open(desk_settings) as desk:
        rows = [desk.staff.queue(ADMIN, page=n, size=50).rows for n in (1, 2)]
    assert {row.number for page in rows for row in page} == numbers


@pytest.mark.parametrize("count", [6])
def test_messages_of_several_threads_are_numbered_without_gaps(
    desk_settings: Settings, count: int
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with Desk.open(desk_settings) as desk, ThreadPoolExecutor(count) as pool:
        receipt = desk.citizens.create(NewTicket(question="问"))
        bodies = [str(n) for n in range(count * 5)]
        list(pool.map(lambda b: desk.citizens.add(receipt.number, receipt.secret, b), bodies))
        messages = desk.citizens.ticket(receipt.number, receipt.secret).messages
        assert [one.seq for one in messages] == list(range(1, len(bodies) + 1))
        assert sorted(one.body for one in messages) == sorted(bodies)
        assert desk.staff.ticket(ADMIN, receipt.number).row.version == len(bodies) + 1
