"""Ready means that a citizen's message could be stored now."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import text

from runtime import readiness, schema
from runtime.database import Database
from runtime.readiness import Readiness


async def test_a_database_that_takes_writes_is_ready(db):
    assert await Readiness(db).missing() == ""


@pytest.fixture
async def embedded(tmp_path):
    db = Database(f"sqlite+aiosqlite:///{tmp_path}/h.db")
    await schema.migrate(db)
    yield db
    await db.close()


async def test_a_database_that_can_only_be_read_is_not(embedded):
    async with embedded.engine.connect() as connection:
        await connection.execute(text("PRAGMA query_only=ON"))
        await connection.rollback()

    assert await Readiness(embedded).missing() == "database: OperationalError"


async def test_a_locked_database_is_not_ready_until_the_lock_is_gone(embedded, tmp_path, monkeypatch):
    monkeypatch.setattr(readiness, "PATIENCE_SECONDS", 0.2)
    ready = Readiness(embedded)
    other = sqlite3.connect(tmp_path / "h.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    assert await ready.missing() == "database: no write within 0.2 s"
    assert await ready.missing() == "database: no write within 0.2 s", "the same probe is still waiting"

    other.execute("ROLLBACK")
    other.close()
    monkeypatch.setattr(readiness, "PATIENCE_SECONDS", 5)
    assert await ready.missing() == ""
