"""Files that only the service's own account may read: what citizens wrote, and keys."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_OTHERS = 0o077


def private_folder(path: Path) -> None:
    """Make a folder, closed to other accounts; one that is there already is left as it is."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def new_private_file(path: Path) -> None:
    """Make an empty file, closed to other accounts. Raises FileExistsError."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def close_to_others(path: Path) -> None:
    """Take a file of ours away from other accounts; one of another owner, or none at all, is left as it is."""
    with suppress(OSError):
        mode = path.stat().st_mode
        if mode & _OTHERS:
            path.chmod(mode & 0o700)
