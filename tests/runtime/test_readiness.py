"""Ready means that a citizen's message could be stored now."""

from __future__ import annotations

import sqlite3

from sqlalchemy import text

from runtime import readiness
from runtime.readiness import Readiness


async def test_a_database_that_takes_writes_is_ready(db):
    assert await Readiness(db).missing() == ""


async def test_a_database_that_can_only_be_read_is_not(sqlite_db):
    async with sqlite_db.engine.connect() as connection:
        await connection.execute(text("PRAGMA query_only=ON"))
        await connection.rollback()

    assert await Readiness(sqlite_db).missing() == "database: OperationalError"


async def test_a_locked_database_is_not_ready_until_the_lock_is_gone(sqlite_db, tmp_path, monkeypatch):
    monkeypatch.setattr(readiness, "PATIENCE_SECONDS", 0.2)
    ready = Readiness(sqlite_db)
    other = sqlite3.connect(tmp_path / "hoidap.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    assert await ready.missing() == "database: no write within 0.2 s"
    assert await ready.missing() == "database: no write within 0.2 s", "the same probe is still waiting"

    other.execute("ROLLBACK")
    other.close()
    monkeypatch.setattr(readiness, "PATIENCE_SECONDS", 5)
    assert await ready.missing() == ""
