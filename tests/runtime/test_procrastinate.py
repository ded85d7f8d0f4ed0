"""What the procrastinate waker does when its database fails it for a moment."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException

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


@pytest.fixture
async def work(postgresql_url):
    work = Work(postgresql_url)
    yield work
    await work.db.close()


@asynccontextmanager
async def running(work):
    task = asyncio.create_task(work.waker.run({"updates": work.drain}))
    try:
        yield
        assert not task.done(), "the waker has given up"
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=10)
    assert task.done(), "the waker does not stop"


async def test_a_worker_that_fails_is_started_again(work, monkeypatch):
    works = work.waker._app.run_worker_async
    failures = iter([ConnectorException, ConnectorException])

    async def failing_at_first(**options):
        for failure in failures:
            raise failure
        await works(**options)

    monkeypatch.setattr(work.waker._app, "run_worker_async", failing_at_first)
    async with running(work):
        await work.tell("updates:a")
        await work.until("updates:a", seconds=5)


async def test_a_worker_that_fails_at_being_stopped_is_not_started_again(work, monkeypatch):
    started = []

    async def failing_at_last(**_):
        started.append(1)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise ConnectorException from None

    monkeypatch.setattr(work.waker._app, "run_worker_async", failing_at_last)
    async with running(work):
        await asyncio.sleep(0.1)

    assert started == [1]


async def test_a_hint_that_fails_is_swept_up_at_once(work, monkeypatch):
    async def failing(*_):
        raise psycopg.OperationalError

    async with running(work):
        await work.tell("updates:a")
        await work.until("updates:a", seconds=5)
        with monkeypatch.context() as broken:
            broken.setattr(work.waker, "_defer", failing)
            await work.tell("updates:b")

        await work.until("updates:b", seconds=5)


async def test_a_lane_that_cannot_be_claimed_tells_nobody_whose_it_is(work, monkeypatch, caplog):
    async def failing(*_, **__):
        raise psycopg.OperationalError

    async with running(work):
        with monkeypatch.context() as broken:
            broken.setattr(lanes, "claim_ready", failing)
            await work.tell("updates:zalo:oa:person")
            await asyncio.sleep(0.6)

    assert "person" not in caplog.text
