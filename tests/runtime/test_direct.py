"""One transaction on the driver's own connection: all of it or nothing, and the connection stays fit for use."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from runtime import lanes
from runtime.database import Database
from runtime.lanes import Lane

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


async def count(db: Database) -> int:
    async with db.reading() as session:
        return await session.scalar(select(func.count()).select_from(Lane))


async def test_what_raises_is_rolled_back_and_nobody_is_told(db):
    told = []

    with pytest.raises(RuntimeError):
        async with db.direct() as work:
            work.after_commit.append(lambda: told.append(1))
            await lanes.wake(work, ["updates:a"], NOW)
            raise RuntimeError

    assert await count(db) == 0
    assert told == []


async def test_who_asked_is_told_after_the_commit(db):
    told = []

    async with db.direct() as work:
        work.after_commit.append(lambda: told.append(1))
        await lanes.wake(work, ["updates:a"], NOW)
        assert told == []

    assert told == [1]
    assert await count(db) == 1


async def test_a_session_and_the_driver_share_one_transaction(db):
    with pytest.raises(RuntimeError):
        async with db.transaction() as session:
            session.add(Lane(key="updates:b", fence=0, tries=0))
            await session.flush()
            await lanes.wake(session, ["updates:a"], NOW)
            raise RuntimeError

    assert await count(db) == 0


async def test_a_commit_that_fails_leaves_the_one_writing_connection_fit_for_use(sqlite_db):
    with pytest.raises(sqlite3.IntegrityError):
        async with sqlite_db.direct() as work:
            await work.connection.execute("PRAGMA defer_foreign_keys=ON")
            await work.connection.execute(
                "INSERT INTO feedback (message_id, value, created_at) VALUES (1, 1, '2026-01-05 08:00:00')"
            )

    async with sqlite_db.direct() as work:
        await lanes.wake(work, ["updates:a"], NOW)

    assert await count(sqlite_db) == 1
