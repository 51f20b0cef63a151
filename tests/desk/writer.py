"""A process of its own that leaves tickets: prints each number when it is acknowledged.

Arguments: data directory, database URL or "-", how many, a name that makes its keys its own.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.desk.records import NewTicket
from assistant.desk.service import Desk
from ingest.settings import Settings


def main(folder: str, url: str, count: str, name: str) -> None:
    more = {} if url == "-" else {"database_url": url}
    with Desk.open(Settings.load(environ={}, data_dir=Path(folder), **more)) as desk:
        for n in range(int(count)):
            new = NewTicket(question=f"{name} {n}", owner=name, key=f"{name}-{n:020d}")
            receipt = desk.citizens.create(new)
            sys.stdout.write(f"{n} {receipt.number} {receipt.secret}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
