"""Copy a whole database to a file and back: SQLite's own backup interface, or PostgreSQL's own tools."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from runtime import dumps
from runtime.database import file_of
from runtime.errors import DatabaseError
from runtime.private import new_private_file, private_folder
from runtime.schema import known_revisions
from runtime.sole import sole_worker

_PARTS = ("", "-wal", "-shm")  # of a SQLite database: what was written last may stand in its log


def backup(url: str, target: Path) -> None:
    """Write the database to `target`, which must not exist. Works while the server runs. Raises DatabaseError."""
    if url.startswith("sqlite") and not file_of(url).exists():
        raise DatabaseError(f"There is no database at {file_of(url)}.")
    try:
        new_private_file(target)
    except FileExistsError:
        hint = "Choose another name; a backup never overwrites."
        raise DatabaseError(f"{target} exists already.", hint=hint) from None
    except OSError as error:
        raise DatabaseError(f"The database cannot be copied to {target} ({error.strerror}).") from None
    try:
        if url.startswith("sqlite"):
            _copy(file_of(url), target)
            _check(target)
        else:
            dumps.write(url, target)
    except DatabaseError:
        target.unlink(missing_ok=True)  # half a backup is none
        raise


def restore(url: str, source: Path, *, now: datetime) -> Path | None:
    """Replace the database by a backup; return where the replaced one is kept, None when there was none.

    Nothing is touched unless the file is a backup of this assistant, of this release or an older one, and no server
    is at work. Raises DatabaseError.
    """
    if not source.exists():
        raise DatabaseError(f"There is no backup at {source}.")
    mark = f"before-restore-{now:%Y%m%dT%H%M%SZ}"
    if not url.startswith("sqlite"):
        _check_revision(source, dumps.revision_in(source))
        kept = source.with_name(f"{dumps.name_of(url)}.{mark}") if dumps.require_unused(url) else None
        if kept is not None:
            backup(url, kept)
        dumps.read(url, source)
        return kept
    _check(source)
    target = file_of(url)
    private_folder(target.parent)
    with sole_worker(target) as is_sole:
        if not is_sole:
            raise DatabaseError(f"A server is at work on {target}.", hint="Stop it first.")
        return _replace(target, source, mark)


def _replace(target: Path, source: Path, mark: str) -> Path | None:
    """Put a copy of `source` in the place of `target`, only when it is complete; return where the old one is now."""
    fresh = target.with_name(f"{target.name}.restoring")
    fresh.unlink(missing_ok=True)
    new_private_file(fresh)
    try:
        _copy(source, fresh)
        _check(fresh)
    except DatabaseError:
        fresh.unlink(missing_ok=True)
        raise
    kept = target.with_name(f"{target.name}.{mark}") if target.exists() else None
    if kept is not None:
        for part in _PARTS:
            if (old := target.with_name(f"{target.name}{part}")).exists():
                old.rename(kept.with_name(f"{kept.name}{part}"))
    fresh.rename(target)
    return kept


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise DatabaseError(f"{source} cannot be copied to {target} ({error}).") from None


def _check(path: Path) -> None:
    """Raise DatabaseError unless the file is a database of this assistant that this release can read."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check").fetchone()
            connection.execute("SELECT trace_id FROM updates LIMIT 1")
            found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error as error:
        raise DatabaseError(f"{path} is not a backup of this assistant ({error}).") from None
    if verdict != "ok":
        raise DatabaseError(f"{path} is damaged: {verdict}.")
    _check_revision(path, found[0][0] if len(found) == 1 else "")


def _check_revision(path: Path, revision: str) -> None:
    if not revision:
        raise DatabaseError(f"{path} is not a backup of this assistant (it names no schema).")
    if revision not in known_revisions():
        hint = "Restore it with the release that wrote it, or a later one."
        raise DatabaseError(f"{path} has the schema {revision}, which this release does not know.", hint=hint)
