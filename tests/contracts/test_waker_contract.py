"""What every waker must do: the same promises over the asyncio loop and over procrastinate."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from runtime import lanes
from runtime.clock import SystemClock
from runtime.database import Database
from runtime.settings import WorkerSettings
from runtime.wakers.embedded import EmbeddedWaker
from runtime.wakers.procrastinate import ProcrastinateWaker

SETTINGS = WorkerSettings(lease_seconds=1.5, poll_seconds=0.05, concurrency=4, drain_seconds=2)
CLOCK = SystemClock()


class Work:
    """Drains lanes that hold numbered items in memory, and notes what happened."""

    def __init__(self, db, waker):
        self.db = db
        self.waker = waker
        self.items = {}
        self.done = []
        self.overlaps = 0
        self._busy = set()

    async def add(self, key, *items):
        self.items.setdefault(key, []).extend(items)
        async with self.db.transaction() as session:
            await self.waker.wake(session, [key], CLOCK.now())

    async def drain(self, claim):
        self.overlaps += claim.key in self._busy
        self._busy.add(claim.key)
        try:
            while self.items.get(claim.key):
                await asyncio.sleep(0.01)
                self.done.append((claim.key, self.items[claim.key].pop(0)))
            async with self.db.transaction() as session:
                await lanes.hold(session, claim, now=CLOCK.now(), lease=timedelta(seconds=SETTINGS.lease_seconds))
                await lanes.release(session, claim, ready_at=None, progressed=True)
        finally:
            self._busy.discard(claim.key)

    async def until(self, count, seconds=8.0):
        async with asyncio.timeout(seconds):
            while len(self.done) < count:
                await asyncio.sleep(0.02)


@pytest.fixture(params=["embedded", "embedded on postgresql", "procrastinate"])
async def work(request):
    db = Database(request.getfixturevalue("sqlite_url" if request.param == "embedded" else "postgresql_url"))
    kind = ProcrastinateWaker if request.param == "procrastinate" else EmbeddedWaker
    yield Work(db, kind(db, CLOCK, SETTINGS))
    await db.close()


@asynccontextmanager
async def running(work, waker=None):
    task = asyncio.create_task((waker or work.waker).run({"updates": work.drain}))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_work_that_was_waiting_is_done(work):
    await work.add("updates:a", 1, 2)

    async with running(work):
        await work.until(2)


async def test_work_announced_while_running_is_done_soon(work):
    async with running(work):
        await asyncio.sleep(0.4)
        await work.add("updates:a", 1)
        await work.until(1, seconds=2)


async def test_work_told_of_after_its_commit_is_done_soon(work):
    async with running(work):
        await asyncio.sleep(0.4)
        work.items["updates:a"] = [1]
        async with work.db.transaction() as session:
            woken = await lanes.wake(session, ["updates:a"], CLOCK.now())
        await work.waker.tell(woken)
        await work.until(1, seconds=2)


async def test_work_that_nobody_told_of_waits_for_no_lease(work):
    work.items["updates:a"] = [1]
    async with work.db.transaction() as session:
        await lanes.wake(session, ["updates:a"], CLOCK.now())

    async with running(work):
        await work.until(1, seconds=1.2)


async def test_items_of_one_lane_are_done_in_order_and_never_at_once(work):
    async with running(work):
        for number in range(15):
            await asyncio.gather(*(work.add(f"updates:{lane}", number) for lane in "abc"))
        await work.until(45)

    assert work.overlaps == 0
    for lane in "abc":
        assert [item for key, item in work.done if key == f"updates:{lane}"] == list(range(15))


async def test_a_rolled_back_wake_up_wakes_nobody(work):
    with pytest.raises(RuntimeError):
        async with work.db.transaction() as session:
            await work.waker.wake(session, ["updates:a"], CLOCK.now())
            raise RuntimeError

    assert await lanes.claim_ready(work.db, now=CLOCK.now(), lease=timedelta(seconds=1)) == []


async def test_a_later_moment_is_kept(work):
    at = CLOCK.now() + timedelta(seconds=0.6)
    work.items["updates:a"] = [1]
    async with work.db.transaction() as session:
        await work.waker.wake(session, ["updates:a"], at)

    async with running(work):
        await asyncio.sleep(0.3)
        assert work.done == []
        await work.until(1)


async def test_a_lane_of_a_dead_worker_is_taken_over(work):
    await work.add("updates:a", 1)
    # a worker that takes the lane and is never heard of again
    assert await lanes.claim_ready(work.db, now=CLOCK.now(), lease=timedelta(seconds=1), key="updates:a")

    async with running(work):
        await work.until(1)


async def test_a_failing_lane_does_not_stop_the_others(work):
    drain = work.drain

    async def failing(claim):
        if claim.key == "updates:bad":
            raise RuntimeError("poison")
        await drain(claim)

    work.drain = failing
    await work.add("updates:bad", 1)
    await work.add("updates:good", 2)

    async with running(work):
        await work.until(1)

    assert work.done == [("updates:good", 2)]


async def test_stopping_waits_for_work_that_has_begun(work):
    async with running(work):
        await work.add("updates:a", *range(20))
        await work.until(1)

    assert len(work.done) == 20
