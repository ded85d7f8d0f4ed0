"""Whether this process is the only one at work on a database file."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def sole_worker(database: Path) -> Iterator[bool]:
    """Tell whether nobody else is inside this block for `database`; while we are, others are told no.

    Kept by the kernel for a file beside the database: however a process dies, its claim dies with it.
    """
    with database.with_name(f"{database.name}.working").open("ab") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_sole = True
        except BlockingIOError:
            is_sole = False
        yield is_sole
