"""Copy a whole database to a file and back: SQLite's own backup interface, or PostgreSQL's own tools."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from runtime.errors import DatabaseError


def backup(url: str, target: Path) -> None:
    """Write the database to `target`, which must not exist. Works while the server runs. Raises DatabaseError."""
    if target.exists():
        raise DatabaseError(f"{target} exists already.", hint="Choose another name; a backup never overwrites.")
    if not url.startswith("sqlite"):
        _run(url, "pg_dump", "--format=custom", f"--file={target}")
        return
    source = _sqlite_file(url)
    if not source.exists():
        raise DatabaseError(f"There is no database at {source}.")
    _copy(source, target)
    _check(target)


def restore(url: str, source: Path) -> None:
    """Replace the database by a backup. The server must be stopped. Raises DatabaseError."""
    if not source.exists():
        raise DatabaseError(f"There is no backup at {source}.")
    if not url.startswith("sqlite"):
        _run(url, "pg_restore", "--clean", "--if-exists", "--no-owner", str(source))
        return
    _check(source)
    target = _sqlite_file(url)
    target.parent.mkdir(parents=True, exist_ok=True)
    _copy(source, target)
    _check(target)


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise DatabaseError(f"{source} cannot be copied to {target} ({error}).") from None


def _check(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check").fetchone()
            connection.execute("SELECT 1 FROM updates LIMIT 1")
    except sqlite3.Error as error:
        raise DatabaseError(f"{path} is not a backup of this assistant ({error}).") from None
    if verdict != "ok":
        raise DatabaseError(f"{path} is damaged: {verdict}.")


def _sqlite_file(url: str) -> Path:
    return Path(url.partition(":///")[2])


def _run(url: str, tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's tools. The password goes by the environment: anybody may read a command line."""
    program = shutil.which(tool)
    if program is None:
        raise DatabaseError(f"{tool} is not installed.", hint="Install Debian's postgresql-client.")
    address = make_url(url).set(drivername="postgresql")
    environment = {"PATH": os.defpath, "PGPASSWORD": address.password or ""}
    named = address.set(password=None).render_as_string()
    command = [program, f"--dbname={named}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise DatabaseError(f"{tool} failed: {done.stderr.strip()[-500:]}")
