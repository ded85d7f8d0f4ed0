"""A restore takes only what is a backup of ours, never under a running server, and keeps what it replaces."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import make_url

from runtime.backup import backup, restore
from runtime.errors import DatabaseError
from runtime.sole import sole_worker
from tests.support.builders import NOW

KEPT = "hoidap.db.before-restore-"


def _rename(path, title):
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "INSERT OR REPLACE INTO credentials (name, sealed, issued_at, version) VALUES (?, '', '', 1)", [title]
        )


def _names(path):
    with closing(sqlite3.connect(path)) as database:
        return [name for (name,) in database.execute("SELECT name FROM credentials")]


@pytest.fixture
def live(sqlite_url, tmp_path):
    """A database with one thing in it, and a backup of it from before."""
    backup(sqlite_url, tmp_path / "old.backup")
    _rename(tmp_path / "hoidap.db", "newest")
    return tmp_path / "hoidap.db"


def test_what_a_restore_replaces_is_kept_beside_it(live, sqlite_url, tmp_path):
    kept = restore(sqlite_url, tmp_path / "old.backup", now=NOW)

    assert (_names(live), _names(kept)) == ([], ["newest"])
    assert kept.parent == live.parent
    assert kept.name.startswith(KEPT)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "hoidap.db", kept.name, "hoidap.db.working", "old.backup",
    ]  # fmt: skip


def test_what_only_stands_in_the_log_of_the_replaced_database_is_kept_too(live, sqlite_url, tmp_path):
    """A server that was killed leaves its log beside the file."""
    with closing(sqlite3.connect(live)) as dying:
        dying.execute("PRAGMA journal_mode=WAL")
        dying.execute("PRAGMA wal_autocheckpoint=0")
        with dying:
            dying.execute("INSERT INTO credentials (name, sealed, issued_at, version) VALUES ('in the log', '', '', 1)")
        copies = {name: (tmp_path / name).read_bytes() for name in ("hoidap.db", "hoidap.db-wal")}
    for name, contents in copies.items():
        (tmp_path / name).write_bytes(contents)

    kept = restore(sqlite_url, tmp_path / "old.backup", now=NOW)

    assert "in the log" in _names(kept)
    assert _names(live) == []


def test_a_database_that_a_server_works_on_is_not_replaced(live, sqlite_url, tmp_path):
    with sole_worker(live), pytest.raises(DatabaseError, match="Stop it first"):
        restore(sqlite_url, tmp_path / "old.backup", now=NOW)

    assert _names(live) == ["newest"]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("CREATE TABLE updates (a)", id="a table of the same name"),
        pytest.param("CREATE TABLE updates (trace_id)", id="no revision"),
        pytest.param(
            "CREATE TABLE updates (trace_id); CREATE TABLE alembic_version (version_num);"
            "INSERT INTO alembic_version VALUES ('9999')",
            id="a later release, or another program",
        ),
    ],
)
def test_a_file_of_something_else_is_refused_and_nothing_touched(live, sqlite_url, tmp_path, script):
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.executescript(script)

    with pytest.raises(DatabaseError, match=r"other\.db"):
        restore(sqlite_url, tmp_path / "other.db", now=NOW)

    assert _names(live) == ["newest"]
    assert not list(tmp_path.glob(f"{KEPT}*"))


def test_a_backup_and_what_was_restored_are_for_nobody_else(live, sqlite_url, tmp_path):
    kept = restore(sqlite_url, tmp_path / "old.backup", now=NOW)

    for file in (live, tmp_path / "old.backup"):
        assert file.stat().st_mode & 0o077 == 0
    assert kept.exists()


def test_half_a_backup_is_not_left(tmp_path):
    (tmp_path / "hoidap.db").write_text("no database " * 200)

    with pytest.raises(DatabaseError):
        backup(f"sqlite+aiosqlite:///{tmp_path}/hoidap.db", tmp_path / "copy")

    assert not (tmp_path / "copy").exists()


@pytest.fixture
def postgresql(postgresql_url):
    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    return postgresql_url


def _execute(url, statement):
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        done = connection.execute(statement)
        return done.fetchall() if done.description else []


def test_postgresql_is_restored_and_what_was_there_is_kept(postgresql, tmp_path):
    backup(postgresql, tmp_path / "old.backup")
    _execute(postgresql, "INSERT INTO credentials (name, sealed, issued_at, version) VALUES ('newest', '', now(), 1)")

    kept = restore(postgresql, tmp_path / "old.backup", now=NOW)
    after = _execute(postgresql, "SELECT name FROM credentials")
    restore(postgresql, kept, now=NOW.replace(year=NOW.year + 1))

    assert after == []
    assert _execute(postgresql, "SELECT name FROM credentials") == [("newest",)]
    assert kept.stat().st_mode & 0o077 == 0


def test_postgresql_is_not_replaced_under_a_server_nor_by_something_else(postgresql, tmp_path):
    backup(postgresql, tmp_path / "old.backup")
    (tmp_path / "other").write_text("no dump")
    address = make_url(postgresql).set(drivername="postgresql").render_as_string(hide_password=False)

    with psycopg.connect(address), pytest.raises(DatabaseError, match="Stop every server"):
        restore(postgresql, tmp_path / "old.backup", now=NOW)
    with pytest.raises(DatabaseError):
        restore(postgresql, tmp_path / "other", now=NOW)
