"""What the procrastinate waker does when its database fails it for a moment."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from runtime import lanes
from runtime.clock import SystemClock
from runtime.database import Database
from runtime.settings import WorkerSettings
from runtime.wakers.procrastinate import ProcrastinateWaker

CLOCK = SystemClock()
# A lease so long that nothing is found by the sweep alone.
SETTINGS = WorkerSettings(lease_seconds=60, poll_seconds=0.05, concurrency=4, drain_seconds=2)


class Work:
    """Drains lanes and notes which."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.db = Database(url)
        self.waker = ProcrastinateWaker(self.db, CLOCK, SETTINGS)
        self.done: list[str] = []

    async def drain(self, claim):
        async with self.db.transaction() as session:
            await lanes.release(session, claim, ready_at=None, progressed=True)
        self.done.append(claim.key)

    async def tell(self, key):
        async with self.db.transaction() as session:
            woken = await lanes.wake(session, [key], CLOCK.now())
        await self.waker.tell(woken)

    async def until(self, key, seconds):
        async with asyncio.timeout(seconds):
            while key not in self.done:
                await asyncio.sleep(0.02)

    def cut(self) -> None:
        """Close every connection to the database, from the server's side."""
        url = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
async def work(postgresql_url):
    work = Work(postgresql_url)
    task = asyncio.create_task(work.waker.run({"updates": work.drain}))
    yield work
    assert not task.done(), "the waker has given up"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await work.db.close()


async def told(work, key, seconds=8.0):
    """Tell of work as often as the database refuses it."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                return await work.tell(key)
            except (DBAPIError, psycopg.Error):
                await asyncio.sleep(0.05)


async def test_it_outlives_the_loss_of_all_its_connections(work):
    for number in range(40):  # some of them hit it while it asks for jobs, some while it connects anew
        work.cut()
        await asyncio.sleep(0.01 * (number % 10))
    await asyncio.sleep(1.5)

    await told(work, "updates:a")

    await work.until("updates:a", seconds=15)


async def test_a_hint_that_fails_is_swept_up_at_once(work, monkeypatch):
    await told(work, "updates:a")
    await work.until("updates:a", seconds=5)

    async def failing(*_):
        raise psycopg.OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(work.waker, "_defer", failing)
        await work.tell("updates:b")

    await work.until("updates:b", seconds=5)


async def test_a_lane_that_cannot_be_claimed_tells_nobody_whose_it_is(work, monkeypatch, caplog):
    async def failing(*_, **__):
        raise psycopg.OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(lanes, "claim_ready", failing)
        await told(work, "updates:zalo:oa:person")
        await asyncio.sleep(0.6)

    assert "person" not in caplog.text
