"""Lanes keep order and never lose or double work, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from runtime import lanes
from runtime.errors import LaneLost

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
LEASE = timedelta(seconds=30)
LATER = NOW + timedelta(minutes=1)


async def wake(db, *keys, at=NOW):
    async with db.transaction() as session:
        return await lanes.wake(session, keys, at)


async def claim(db, at=NOW, **options):
    return await lanes.claim_ready(db, now=at, lease=LEASE, **options)


async def release(db, held, ready_at=None, *, progressed=True):
    async with db.transaction() as session:
        await lanes.hold(session, held, now=NOW, lease=LEASE)
        await lanes.release(session, held, ready_at=ready_at, progressed=progressed)


async def test_a_woken_lane_is_claimed_by_exactly_one_of_many(db):
    await wake(db, "updates:a")

    claims = await asyncio.gather(*(claim(db) for _ in range(8)))

    assert [found[0].key for found in claims if found] == ["updates:a"]


async def test_waking_says_whether_readiness_changed(db):
    assert await wake(db, "updates:a", at=LATER) == ["updates:a"]
    assert await wake(db, "updates:a", at=LATER + LEASE) == [], "later than it was: nothing changes"
    assert await wake(db, "updates:a", at=NOW) == ["updates:a"], "earlier than it was"


async def test_a_lane_is_not_claimed_before_its_time(db):
    await wake(db, "updates:a", at=LATER)

    assert await claim(db) == []
    assert [found.key for found in await claim(db, at=LATER)] == ["updates:a"]


async def test_a_silent_worker_loses_its_lane_and_notices(db):
    await wake(db, "updates:a")
    (stalled,) = await claim(db)

    (second,) = await claim(db, at=NOW + LEASE)

    assert second.fence > stalled.fence
    assert second.tries == stalled.tries + 1
    with pytest.raises(LaneLost):
        await release(db, stalled)


async def test_an_idle_lane_keeps_its_fence(db):
    await wake(db, "updates:a")
    (first,) = await claim(db)
    await release(db, first)
    await wake(db, "updates:a")

    (second,) = await claim(db)

    assert second.fence == first.fence + 1
    assert second.tries == 1, "progress clears the tries"


async def test_work_added_while_the_lane_is_held_is_found_before_release(db):
    """The releasing worker holds the lane row; the one who adds work waits for it and wakes the lane again."""
    await wake(db, "updates:a")
    (held,) = await claim(db)
    holding = asyncio.Event()

    async def releasing():
        async with db.transaction() as session:
            await lanes.hold(session, held, now=NOW, lease=LEASE)
            holding.set()
            await asyncio.sleep(0.2)
            await lanes.release(session, held, ready_at=None, progressed=True)

    async def adding():
        await holding.wait()
        return await wake(db, "updates:a")

    _, woken = await asyncio.gather(releasing(), adding())

    assert woken == ["updates:a"]
    assert len(await claim(db)) == 1


async def test_overdue_lanes_are_listed_unless_somebody_works_on_them(db):
    await wake(db, "updates:a", "updates:b")
    await claim(db, key="updates:a")

    assert await lanes.overdue(db, before=NOW + timedelta(seconds=1)) == ["updates:b"]
