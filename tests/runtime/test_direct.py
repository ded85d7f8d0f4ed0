"""One statement on the driver's own connection: all of it or nothing, and the next finds a connection fit for use."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from sqlalchemy import func, select, text

from runtime.database import Database
from runtime.direct import sqlite_stamp
from runtime.lanes import Lane

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
LANE = "INSERT INTO lanes (key, fence, tries) VALUES ('updates:{}', 0, 0)"


@pytest.fixture
async def postgresql_db(postgresql_url):
    db = Database(postgresql_url)
    yield db
    await db.close()


async def count(db: Database) -> int:
    async with db.reading() as session:
        return await session.scalar(select(func.count()).select_from(Lane))


async def test_what_it_did_is_committed_and_counted(db):
    done = await db.run_alone(LANE.format("a"), ())

    assert (done.changed, list(done.rows), await count(db)) == (1, [], 1)


async def test_what_it_returns_is_given_back(db):
    done = await db.run_alone(f"{LANE.format('a')} RETURNING key", ())

    assert [tuple(row) for row in done.rows] == [("updates:a",)]
    assert await count(db) == 1


async def test_what_fails_changes_nothing_and_the_next_one_works(db):
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        await db.run_alone(f"{LANE.format('a')}, ('updates:b', 0, 0), ('updates:b', 0, 0)", ())
    assert await count(db) == 0

    await db.run_alone(LANE.format("a"), ())

    assert await count(db) == 1


async def test_a_commit_that_fails_leaves_the_one_writing_connection_fit_for_use(sqlite_db):
    with pytest.raises(sqlite3.IntegrityError):
        await sqlite_db.run_alone(
            "INSERT INTO feedback (message_id, value, created_at) VALUES (1, 1, '2026-01-05 08:00:00')", ()
        )

    await sqlite_db.run_alone(LANE.format("a"), ())

    assert await count(sqlite_db) == 1


async def test_a_connection_the_server_closed_is_lost_once(postgresql_db):
    own = (await postgresql_db.run_alone("SELECT pg_backend_pid()", ())).rows[0][0]
    async with postgresql_db.transaction() as session:
        await session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own})

    with pytest.raises(psycopg.OperationalError):
        await postgresql_db.run_alone(LANE.format("a"), ())
    await postgresql_db.run_alone(LANE.format("b"), ())

    assert await count(postgresql_db) == 1


@pytest.mark.parametrize("moment", [NOW, NOW.astimezone(timezone(timedelta(hours=7))), NOW.replace(microsecond=5)])
async def test_moments_are_kept_as_sessions_keep_them(sqlite_db, moment):
    async with sqlite_db.transaction() as session:
        session.add(Lane(key="updates:a", ready_at=moment))
    await sqlite_db.run_alone("INSERT INTO lanes (key, ready_at) VALUES ('updates:b', ?)", (sqlite_stamp(moment),))

    async with sqlite_db.reading() as session:
        kept = (await session.scalars(text("SELECT ready_at FROM lanes"))).all()

    assert len(set(kept)) == 1
