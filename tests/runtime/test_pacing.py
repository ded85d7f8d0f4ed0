"""No window of time ever holds more messages than the platform allows, whoever sends them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from runtime.clock import FixedClock
from runtime.pacing import take_place

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


@pytest.fixture
def clock():
    return FixedClock(NOW)


@pytest.mark.parametrize(("count", "seconds"), [(80, 1.0), (4000, 60.0), (2, 1.0)])
async def test_no_window_holds_more_than_the_count(db, clock, count, seconds):
    moments = []
    for _ in range(120):
        wait = await take_place(db, clock, "a", count=count, seconds=seconds, patience=1e6)
        moments.append(clock.now().timestamp() + wait)

    assert moments == sorted(moments)
    for first in moments:
        assert sum(first <= moment < first + seconds for moment in moments) <= count


async def test_an_idle_account_sends_at_once(db, clock):
    waits = [await take_place(db, clock, "a", count=80, seconds=1.0, patience=5) for _ in range(4)]

    assert waits == [0.0] * 4


async def test_the_rate_is_used_up_to_its_end(db, clock):
    for _ in range(80):
        wait = await take_place(db, clock, "a", count=80, seconds=1.0, patience=5)

    assert 0.9 < wait <= 1.0, "all of a second's messages leave within that second"


async def test_places_taken_at_the_same_moment_are_different(db, clock):
    takers = (take_place(db, clock, "a", count=2, seconds=1.0, patience=60) for _ in range(10))

    waits = sorted(await asyncio.gather(*takers))

    assert waits == pytest.approx([float(number) for number in range(10)], abs=1e-5)


async def test_nobody_queues_longer_than_they_are_willing_to(db, clock):
    waits = [await take_place(db, clock, "a", count=2, seconds=1.0, patience=3) for _ in range(8)]

    assert [wait for wait in waits if wait is not None] == pytest.approx([0, 1, 2, 3], abs=1e-5)

    clock.advance(timedelta(seconds=2))
    assert await take_place(db, clock, "a", count=2, seconds=1.0, patience=3) is not None


async def test_accounts_do_not_wait_for_each_other(db, clock):
    await take_place(db, clock, "a", count=2, seconds=60.0, patience=1e6)

    assert await take_place(db, clock, "b", count=2, seconds=60.0, patience=0) == 0.0
