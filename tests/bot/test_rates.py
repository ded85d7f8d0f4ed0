"""Deliveries keep to the platform's pace, and waiting one's turn is no failed try."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import outbox
from bot.channel import Pace, RetryLater
from bot.tables import Delivery
from runtime import lanes
from tests.bot.test_turns import LEASE, World
from tests.support.fakes import an_update


@pytest.fixture
def world(db):
    world = World(db)
    world.channel.limits = replace(world.channel.limits, person_seconds=6.0)
    return world


def texts(world):
    return [text for _, text in world.channel.sent]


async def test_one_person_gets_one_message_in_six_seconds_in_order(world):
    await world.accept(an_update("một|hai"), an_update("ba"), an_update("khác", contact="other"))

    sent = []
    for _ in range(14):
        await world.work()
        sent.append([text for to, text in world.channel.sent if to == "person"])
        world.clock.advance(timedelta(seconds=1))

    assert [len(texts) for texts in sent] == [1] * 6 + [2] * 6 + [3] * 2
    assert sent[-1] == ["một", "hai", "ba"]
    assert world.channel.sent.index(("other", "khác")) < 2, "others do not wait"


async def test_an_answer_after_a_pause_leaves_at_once(world):
    await world.accept(an_update("một"))
    await world.work()
    world.clock.advance(timedelta(seconds=7))

    await world.accept(an_update("hai"))
    await world.work()

    assert texts(world) == ["một", "hai"]


async def test_waiting_does_not_use_up_tries(world):
    """Each new question wakes the lane early; nine of them must not bury the answer that waits."""
    for number in range(9):
        await world.accept(an_update(f"câu {number}"))
        await world.work()

    def failing(_text):
        raise RetryLater("busy", after=6)

    world.channel.failing = failing
    world.clock.advance(timedelta(seconds=6))
    await world.work()

    assert await world.rows(Delivery, Delivery.ordinal, Delivery.state) == [(0, "queued")] * 8 + [(0, "sent")]


async def test_the_accounts_pace_holds_for_all_processes(world):
    """Two drains stand for two processes; the place of a message is taken in the database."""
    world.channel.limits = replace(world.channel.limits, person_seconds=0, pace=Pace(account="a", count=2, seconds=60))
    await world.accept(*(an_update(f"câu {number}", contact=f"p{number}") for number in range(3)))

    await world.work()
    assert len(world.channel.sent) == 1

    for expected in (2, 3):
        world.clock.advance(timedelta(seconds=60))
        await world.work()
        assert len(world.channel.sent) == expected


async def test_a_dropped_delivery_takes_no_place(world):
    world.channel.limits = replace(world.channel.limits, reply_window_hours=1)
    await world.accept(an_update("một|hai"))
    await world.work()
    world.clock.advance(timedelta(hours=2))

    await world.work()

    assert texts(world) == ["một"]
    assert await world.rows(Delivery, Delivery.ordinal, Delivery.state) == [(0, "sent"), (1, "dropped")]
    async with world.db.reading() as session:
        assert await outbox.oldest(session, "deliveries:fake:oa:person") is None
    assert await lanes.claim_ready(world.db, now=world.clock.now(), lease=LEASE) == []
