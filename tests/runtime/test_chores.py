"""Work that comes round again, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from runtime import lanes
from runtime.chores import Chore, ChoreDrain, lane_of
from runtime.clock import FixedClock
from runtime.settings import WorkerSettings
from runtime.wakers.embedded import EmbeddedWaker

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
LEASE = timedelta(seconds=30)


class Household:
    """One chore, done by hand."""

    def __init__(self, db, *, fails=False):
        self.db, self.clock, self.done, self.fails = db, FixedClock(NOW), 0, fails
        settings = WorkerSettings()
        self.waker = EmbeddedWaker(db, self.clock, settings)
        chore = Chore(name="sweep", every=timedelta(minutes=1), run=self._sweep)
        self.drain = ChoreDrain(db, self.clock, self.waker, settings, chores=[chore])

    async def _sweep(self):
        self.done += 1
        if self.fails:
            raise RuntimeError("no broom")

    async def work(self):
        for claim in await lanes.claim_ready(self.db, now=self.clock.now(), lease=LEASE, limit=5):
            await self.drain.drain(claim)


async def test_a_chore_is_done_when_the_process_begins_and_again_when_its_time_comes(db):
    home = Household(db)
    await home.drain.begin()
    await home.work()
    await home.work()
    assert home.done == 1

    home.clock.advance(timedelta(minutes=1))
    await home.work()

    assert home.done == 2


async def test_two_processes_do_a_chore_once(db):
    one, other = Household(db), Household(db)
    await one.drain.begin()
    await other.drain.begin()

    await one.work()
    await other.work()

    assert one.done + other.done == 1


async def test_a_chore_that_fails_comes_round_again(db):
    home = Household(db, fails=True)
    await home.drain.begin()
    await home.work()

    home.clock.advance(timedelta(minutes=1))
    await home.work()

    assert home.done == 2


async def test_waking_its_lane_has_a_chore_done_at_once(db):
    home = Household(db)
    await home.drain.begin()
    await home.work()

    async with db.transaction() as session:
        await home.waker.wake(session, [lane_of("sweep")], home.clock.now())
    await home.work()

    assert home.done == 2


async def test_the_lane_of_a_chore_that_no_longer_exists_is_put_to_sleep(db):
    home = Household(db)
    async with db.transaction() as session:
        await home.waker.wake(session, [lane_of("forgotten")], NOW)

    await home.work()

    assert not await lanes.claim_ready(db, now=NOW + timedelta(days=1), lease=LEASE)


@pytest.mark.parametrize("name", ["sweep", "tell"])
def test_the_lane_of_a_chore_belongs_to_the_queue_of_chores(name):
    assert lanes.Claim(key=lane_of(name), fence=1, tries=1).queue == "chores"
