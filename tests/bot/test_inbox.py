"""What is stored of a batch: everything new, once, whatever its size, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.inbox import Accepted, Inbox, oldest
from bot.tables import Update
from runtime.clock import FixedClock
from runtime.settings import WorkerSettings
from runtime.wakers.embedded import EmbeddedWaker
from tests.support.fakes import an_update

NOW = datetime(2026, 11, 26, 8, 30, 15, 123456, tzinfo=UTC)


def batch(numbers):
    return [
        Accepted(
            update=an_update(f"câu {number}", external_id=f"m{number}", contact=f"c{number % 5}", sent_at=NOW),
            trace_id=f"t{number}",
            received_at=NOW,
        )
        for number in numbers
    ]


@pytest.fixture
def store(db):
    clock = FixedClock(NOW)
    return Inbox(db, EmbeddedWaker(db, clock, WorkerSettings()))


@pytest.mark.parametrize("size", [0, 1, 2, 8, 9, 130, 4_100])
async def test_every_row_of_a_batch_is_stored_once_and_in_order(db, store, size):
    assert await store.accept(batch(range(size))) == size
    assert await store.accept(batch(range(size))) == 0

    async with db.reading() as session:
        ids = (await session.scalars(select(Update.external_id).order_by(Update.id))).all()
    assert ids == [f"m{number}" for number in range(size)]


async def test_what_a_batch_repeats_is_stored_once(db, store):
    assert await store.accept(batch([1, 2, 2, 1, 3])) == 3


async def test_a_stored_update_comes_back_as_it_was(db, store):
    (given,) = batch([7])
    await store.accept([given])

    async with db.reading() as session:
        stored = await oldest(session, given.lane_key)
    assert stored is not None
    assert (stored.update, stored.trace_id, stored.received_at) == (given.update, "t7", NOW)
