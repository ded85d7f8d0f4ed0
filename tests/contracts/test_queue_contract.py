"""What every channel promises together with the two queues, web chat included: once, in order, within the window."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import inbox, outbox
from bot.channel import Channel, Rejected, RetryLater, Unauthorized, WindowClosed
from bot.inbox import Accepted, Inbox
from bot.messages import Choice, Outcome, OutcomeKind, Reply, Source, Trace
from bot.sender import DeliveryDrain
from bot.tables import Delivery, Message
from bot.turns import TurnDrain
from runtime import lanes
from runtime.clock import FixedClock
from runtime.settings import WorkerSettings
from runtime.wakers.embedded import EmbeddedWaker
from simulators.platform import Fault, Script
from tests.contracts.test_channel_contract import NOW, whatsapp, zalo, zalo_bot_platform
from tests.support.fakes import an_update, knowledge_of
from webhooks.webchat.channel import WebchatChannel

LEASE = timedelta(seconds=30)
CHOICES = tuple(Choice(title=f"Nội dung hỗ trợ số {number}", payload=f"#faq:{number}") for number in range(40))
LONG = Reply(
    text="Hồ sơ gồm đơn đề nghị. " * 700, source=Source(title="Bài", url="https://b.example/"), choices=CHOICES
)


@dataclass(kw_only=True)
class WebchatBench:
    """Web chat has no platform: nothing refuses, nobody signs."""

    channel: Channel
    faults: Script
    errors: dict
    to: str = "visitor"


@asynccontextmanager
async def webchat() -> AsyncIterator[WebchatBench]:
    yield WebchatBench(channel=WebchatChannel(), faults=Script(), errors={})


def say(turn, _knowledge):
    """Says back what it heard, or the longest reply there is."""
    reply = LONG if turn.update.text == "dài" else Reply(text=turn.update.text)
    return Outcome(kind=OutcomeKind.ANSWER, trace=Trace(handler="say"), reply=reply)


class World:
    """One channel between an inbox and an outbox, drained by hand."""

    def __init__(self, db, bench):
        self.db, self.bench, self.channel = db, bench, bench.channel
        self.clock = FixedClock(NOW)
        settings = WorkerSettings()
        waker = EmbeddedWaker(db, self.clock, settings)
        self.inbox = Inbox(db, waker)
        base, channels = (db, self.clock, waker, settings), {self.channel.name: self.channel}
        self.drains = {
            inbox.QUEUE: TurnDrain(*base, channels=channels, handlers=[say], knowledge=knowledge_of).drain,
            outbox.QUEUE: DeliveryDrain(*base, channels=channels, chance=lambda: 1.0).drain,
        }

    async def accept(self, text, **more):
        update = an_update(text, channel=self.channel.name, contact=self.bench.to, sent_at=self.clock.now(), **more)
        return await self.inbox.accept([Accepted(update=update, trace_id="t", received_at=self.clock.now())])

    async def work(self):
        """Drain what is ready now."""
        while claims := await lanes.claim_ready(self.db, now=self.clock.now(), lease=LEASE, limit=10):
            for claim in claims:
                await self.drains[claim.queue](claim)

    async def work_for(self, seconds):
        for _ in range(seconds):
            await self.work()
            self.clock.advance(timedelta(seconds=1))

    async def states(self):
        async with self.db.reading() as session:
            return list(await session.scalars(select(Delivery.state).order_by(Delivery.id)))

    async def said(self):
        async with self.db.reading() as session:
            return list(await session.scalars(select(Message.text).where(Message.author == "bot").order_by(Message.id)))

    async def settled(self):
        """The deliveries in the order in which they left."""
        async with self.db.reading() as session:
            rows = (await session.execute(select(Delivery.id, Delivery.settled_at))).all()
        return [row.id for row in sorted(rows, key=lambda row: row.settled_at)]


@pytest.fixture(params=[zalo, whatsapp, zalo_bot_platform, webchat], ids=lambda bench: bench.__name__)
async def world(request, db) -> AsyncIterator[World]:
    async with request.param() as bench:
        yield World(db, bench)


async def test_a_duplicate_is_answered_once(world):
    assert [await world.accept("một"), await world.accept("một")] == [1, 0]
    await world.work_for(8)
    assert await world.accept("một") == 0
    await world.work_for(8)

    assert await world.said() == ["một"]
    assert await world.states() == ["sent"]


async def test_the_longest_reply_with_too_many_choices_leaves_whole_and_in_order(world):
    await world.accept("dài")
    await world.work_for(60)

    states = await world.states()
    assert set(states) == {"sent"}
    assert 1 <= len(states) <= 5
    assert await world.settled() == sorted(await world.settled())


async def test_two_questions_are_answered_in_order(world):
    await world.accept("một")
    await world.accept("hai")
    await world.work_for(15)

    assert await world.said() == ["một", "hai"]
    assert await world.states() == ["sent", "sent"]


async def test_a_crash_before_the_commit_and_a_redelivery_give_one_answer(world):
    await world.accept("một")
    assert await lanes.claim_ready(world.db, now=world.clock.now(), lease=LEASE)  # this worker is never heard of again
    assert await world.accept("một") == 0
    await world.work()
    assert await world.states() == []

    world.clock.advance(LEASE)
    await world.work_for(8)

    assert await world.states() == ["sent"]


async def test_nothing_leaves_after_the_reply_window(world):
    await world.accept("một")
    (claim,) = await lanes.claim_ready(world.db, now=world.clock.now(), lease=LEASE)
    await world.drains[inbox.QUEUE](claim)
    hours = world.channel.limits.reply_window_hours
    world.clock.advance(timedelta(hours=hours or 1000, minutes=1))
    await world.work_for(8)

    assert await world.states() == (["dropped"] if hours else ["sent"])


@pytest.mark.parametrize(("error", "state", "after"), [
    (RetryLater, "queued", "sent"), (Rejected, "dead", "dead"), (WindowClosed, "dropped", "dropped"),
    (Unauthorized, "queued", "sent"),
])  # fmt: skip
async def test_each_error_class_has_its_consequence_and_the_next_answer_leaves(world, error, state, after):
    if error not in world.bench.errors:
        assert world.channel.name in {"webchat", "zalo_bot"}, "only these refuse nothing of the kind"
        return
    world.bench.faults.add(Fault(code=world.bench.errors[error]))
    await world.accept("một")
    await world.work()
    assert await world.states() == [state]

    await world.accept("hai")
    await world.work_for(90)

    assert await world.states() == [after, "sent"]
    assert await world.said() == ["một", "hai"]


async def test_a_throttled_account_keeps_the_order(world):
    if not world.bench.errors:
        return
    code = world.bench.errors[RetryLater]
    world.bench.faults.add(Fault(code=code), Fault(), Fault(code=code))
    for text in ("một", "hai", "ba"):
        await world.accept(text)
    await world.work_for(240)

    assert await world.states() == ["sent"] * 3
    assert [world.bench.said(sent.message) for sent in world.bench.accepted] == ["một", "hai", "ba"]


async def test_one_person_is_not_written_to_faster_than_the_platform_allows(world):
    for text in ("một", "hai"):
        await world.accept(text)
    await world.work()

    assert await world.states() == (["sent", "queued"] if world.channel.limits.person_seconds else ["sent", "sent"])
