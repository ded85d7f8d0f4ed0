"""From a stored update to a settled delivery, on both databases, with the platform faked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot import inbox, outbox
from bot.channel import Receipt, Rejected, RetryLater, Unauthorized, WindowClosed
from bot.inbox import Accepted, Inbox
from bot.messages import Outcome, OutcomeKind, ReceiptStatus, Reply, StatusNote, Trace, UpdateKind
from bot.sender import DeliveryDrain
from bot.tables import Contact, Conversation, Delivery, Feedback, Message, Miss, Update
from bot.turns import TurnDrain
from bot.worker import DEATHS_PER_ATTEMPT
from runtime import lanes
from runtime.clock import FixedClock, SystemClock
from runtime.errors import LaneLost
from runtime.settings import WorkerSettings
from runtime.wakers.embedded import EmbeddedWaker
from tests.support.fakes import FakeChannel, an_update, knowledge_of

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
LEASE = timedelta(seconds=30)


def echo(turn, _knowledge):
    """Says back what it heard; a poisoned text kills the decision."""
    if turn.update.text == "poison":
        raise RuntimeError("poison")
    if not turn.update.text:
        return None
    return Outcome(
        kind=OutcomeKind.ANSWER,
        trace=Trace(handler="echo"),
        reply=Reply(text=turn.update.text),
        state=turn.state,
        miss="too_low" if turn.update.text == "unknown" else "",
        erase=turn.update.text == "erase",
    )


class World:
    """An assistant whose lanes are drained by hand, so that every step can be looked at."""

    def __init__(self, db):
        self.db = db
        self.clock = FixedClock(NOW)
        self.settings = WorkerSettings(max_attempts=3)
        self.channel = FakeChannel()
        self.waker = EmbeddedWaker(db, self.clock, self.settings)
        self.inbox = Inbox(db, self.waker)
        base = (db, self.clock, self.waker, self.settings)
        channels = {"fake": self.channel}
        self.turns = TurnDrain(*base, channels=channels, handlers=[echo], knowledge=knowledge_of, chance=lambda: 1.0)
        self.deliveries = DeliveryDrain(*base, channels=channels, chance=lambda: 1.0)

    async def accept(self, *updates):
        return await self.inbox.accept(
            [Accepted(update=update, trace_id="t", received_at=self.clock.now()) for update in updates]
        )

    async def work(self):
        """Drain whatever is ready, until nothing is."""
        drains = {inbox.QUEUE: self.turns.drain, outbox.QUEUE: self.deliveries.drain}
        while claims := await lanes.claim_ready(self.db, now=self.clock.now(), lease=LEASE, limit=10):
            for claim in claims:
                await drains[claim.queue](claim)

    async def rows(self, table, *columns):
        async with self.db.reading() as session:
            return (await session.execute(select(*columns).select_from(table).order_by(*columns))).all()

    async def count(self, table):
        async with self.db.reading() as session:
            return await session.scalar(select(func.count()).select_from(table))


@pytest.fixture
def world(db):
    return World(db)


async def test_an_update_is_answered_once_in_order_and_settled(world):
    await world.accept(an_update("một"), an_update("hai"), an_update("ba"))

    await world.work()

    assert world.channel.sent == [("person", "một"), ("person", "hai"), ("person", "ba")]
    assert await world.rows(Update, Update.state) == [("done",)] * 3
    assert await world.rows(Delivery, Delivery.external_id, Delivery.state) == [
        ("m1", "sent"), ("m2", "sent"), ("m3", "sent"),
    ]  # fmt: skip
    assert await world.count(Message) == 6


async def test_a_redelivery_is_stored_and_answered_once(world):
    assert await world.accept(an_update("một")) == 1
    await world.work()

    assert await world.accept(an_update("một")) == 0
    await world.work()

    assert len(world.channel.sent) == 1


async def test_duplicates_at_the_same_instant_are_stored_once(world):
    counts = await asyncio.gather(*(world.accept(an_update("một")) for _ in range(12)))
    await world.work()

    assert sum(counts) == 1
    assert len(world.channel.sent) == 1


async def test_duplicates_within_one_batch_are_stored_once(world):
    assert await world.accept(an_update("một"), an_update("một")) == 1


async def test_two_workers_on_one_lane_cannot_both_answer(world):
    """The one that outlived its lease commits nothing."""
    await world.accept(an_update("một"))
    (stalled,) = await lanes.claim_ready(world.db, now=NOW, lease=LEASE)
    world.clock.advance(LEASE)
    await world.work()

    async with world.db.reading() as session:
        assert await inbox.oldest(session, stalled.key) is None
    with pytest.raises(LaneLost):
        await world.turns.drain(stalled)

    assert len(world.channel.sent) == 1


async def test_a_send_that_outlasts_the_lease_is_not_begun_again(db):
    """A token that is renewed slowly, a platform that takes its time: the lane stays with who works on it."""
    world = World(db)
    world.clock = SystemClock()
    settings = WorkerSettings(lease_seconds=0.4, poll_seconds=0.02, drain_seconds=5)
    waker = EmbeddedWaker(db, world.clock, settings)
    channel = FakeChannel()
    begun = []

    async def slowly(to, payload):
        begun.append(to)
        await asyncio.sleep(1.5)
        return Receipt(external_id="m1")

    channel.send = slowly
    base = (db, world.clock, waker, settings)
    turns = TurnDrain(*base, channels={"fake": channel}, handlers=[echo], knowledge=knowledge_of)
    deliveries = DeliveryDrain(*base, channels={"fake": channel})
    await world.accept(an_update("một"))

    working = asyncio.create_task(waker.run({inbox.QUEUE: turns.drain, outbox.QUEUE: deliveries.drain}))
    await asyncio.sleep(2.5)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)

    assert begun == ["person"]
    assert await world.rows(Delivery, Delivery.state) == [("sent",)]


async def test_a_poisoned_update_blocks_its_own_lane_until_its_tries_are_spent(world):
    await world.accept(an_update("poison"), an_update("sau"), an_update("khác", contact="other"))

    await world.work()
    assert world.channel.sent == [("other", "khác")]

    for _ in range(3):
        world.clock.advance(timedelta(minutes=5))
        await world.work()

    assert world.channel.sent == [("other", "khác"), ("person", "sau")]
    states = dict(await world.rows(Update, Update.external_id, Update.state))
    assert states == {"u-poison": "dead", "u-sau": "done", "u-khác": "done"}


async def test_a_dead_update_can_be_revived(world):
    await world.accept(an_update("poison"))
    for _ in range(3):
        await world.work()
        world.clock.advance(timedelta(minutes=5))

    async with world.db.transaction() as session:
        assert await inbox.revive(session, world.waker, now=world.clock.now()) == 1

    assert await world.rows(Update, Update.state) == [("pending",)]


async def test_a_failed_part_is_repeated_but_never_the_parts_before_it(world):
    trouble = iter([RetryLater("busy", after=6)])

    def failing(text):
        if text == "hai" and (error := next(trouble, None)):
            raise error

    world.channel.failing = failing
    await world.accept(an_update("một|hai|ba"))

    await world.work()
    assert [text for _, text in world.channel.sent] == ["một"]

    world.clock.advance(timedelta(seconds=6))
    await world.work()
    assert [text for _, text in world.channel.sent] == ["một", "hai", "ba"]


@pytest.mark.parametrize(
    ("error", "state"),
    [
        pytest.param(Rejected("no", code="-201"), "dead", id="refused"),
        pytest.param(WindowClosed("late", code="-230"), "dropped", id="window closed"),
    ],
)
async def test_a_final_refusal_is_settled_and_does_not_block_the_next(world, error, state):
    def failing(text):
        if text == "một":
            raise error

    world.channel.failing = failing
    await world.accept(an_update("một"), an_update("hai"))

    await world.work()

    assert [text for _, text in world.channel.sent] == ["hai"]
    assert await world.rows(Delivery, Delivery.ordinal, Delivery.state) == [(0, state), (0, "sent")]


async def test_temporary_failures_end_as_a_dead_letter(world):
    def failing(text):
        raise RetryLater("busy")

    world.channel.failing = failing
    await world.accept(an_update("một"))

    for _ in range(3):
        await world.work()
        world.clock.advance(timedelta(minutes=5))

    assert await world.rows(Delivery, Delivery.state) == [("dead",)]


async def test_an_account_that_is_not_accepted_gets_a_day(world):
    def failing(text):
        raise Unauthorized("token")

    world.channel.failing = failing
    await world.accept(an_update("một"))
    for _ in range(10):
        await world.work()
        world.clock.advance(timedelta(minutes=15))
    assert await world.rows(Delivery, Delivery.state) == [("queued",)]

    world.clock.advance(timedelta(hours=24))
    await world.work()
    assert await world.rows(Delivery, Delivery.state) == [("dead",)]


async def test_nothing_is_sent_after_the_reply_window(world):
    def failing(text):
        raise RetryLater("busy", after=49 * 3600)

    world.channel.failing = failing
    await world.accept(an_update("một"))
    await world.work()
    world.channel.failing = None
    world.clock.advance(timedelta(hours=49))

    await world.work()

    assert world.channel.sent == []
    assert await world.rows(Delivery, Delivery.state) == [("dropped",)]


async def test_nothing_is_sent_to_a_person_who_left(world):
    await world.accept(an_update("một"))
    (claim,) = await lanes.claim_ready(world.db, now=NOW, lease=LEASE)
    await world.turns.drain(claim)
    await world.accept(an_update(id="bye", kind=UpdateKind.UNFOLLOW))
    (claim,) = await lanes.claim_ready(world.db, now=NOW, lease=LEASE, key=claim.key)
    await world.turns.drain(claim)

    await world.work()

    assert world.channel.sent == []


async def test_a_receipt_that_overtakes_the_answer_to_our_sending_is_not_lost(world):
    send = world.channel.send

    async def slow(to, payload):
        receipt = await send(to, payload)
        note = StatusNote(message_ids=(receipt.external_id,), status=ReceiptStatus.FAILED, error="131026")
        await world.accept(an_update(id="s1", kind=UpdateKind.STATUS, note=note))
        for claim in await lanes.claim_ready(world.db, now=world.clock.now(), lease=LEASE, limit=10):
            await world.turns.drain(claim)
        return receipt

    world.channel.send = slow
    await world.accept(an_update("một"))
    await world.work()
    assert await world.rows(Delivery, Delivery.state) == [("sent",)]

    world.clock.advance(timedelta(seconds=1))
    await world.work()

    assert await world.rows(Delivery, Delivery.state, Delivery.error) == [("failed", "131026")]


async def test_ids_that_begin_alike_are_two_however_long(world):
    await world.accept(an_update("một", id="x" * 300 + "1"), an_update("hai", id="x" * 300 + "2"))

    await world.work()

    assert [text for _, text in world.channel.sent] == ["một", "hai"]


async def test_a_receipt_of_a_message_nobody_knows_waits_for_a_while_only(world):
    def busy(_text):
        raise RetryLater("busy", code="503")

    world.channel.failing = busy
    await world.accept(an_update("một"))
    await world.work()
    note = StatusNote(message_ids=("elsewhere",), status=ReceiptStatus.READ)
    await world.accept(an_update(id="s1", kind=UpdateKind.STATUS, note=note))
    await world.work()
    assert ("s1", "pending") in await world.rows(Update, Update.external_id, Update.state)

    world.clock.advance(timedelta(seconds=11))
    await world.work()

    assert ("s1", "done") in await world.rows(Update, Update.external_id, Update.state)


async def test_receipts_only_move_forward(world):
    await world.accept(an_update("một"))
    await world.work()

    for number, status in enumerate([ReceiptStatus.READ, ReceiptStatus.DELIVERED, ReceiptStatus.FAILED]):
        note = StatusNote(message_ids=("m1",), status=status)
        await world.accept(an_update(id=f"s{number}", kind=UpdateKind.STATUS, note=note))
        await world.work()

    assert await world.rows(Delivery, Delivery.state) == [("read",)]


async def test_a_thumb_is_recorded_on_the_message_it_was_given_to(world):
    await world.accept(an_update("một"))
    await world.work()

    await world.accept(an_update(id="r1", kind=UpdateKind.REACTION, emoji="/-strong", reply_to="m1"))
    await world.accept(an_update(id="r2", kind=UpdateKind.REACTION, emoji=":o", reply_to="m1"))
    await world.work()

    assert await world.rows(Feedback, Feedback.value) == [(1,)]


async def test_the_assistant_is_silent_while_a_person_answers(world):
    await world.accept(an_update(id="echo", kind=UpdateKind.STAFF))
    await world.accept(an_update("một"))
    await world.work()
    assert world.channel.sent == []
    assert await world.count(Message) == 1, "the question is kept for the person who answers"

    world.clock.advance(timedelta(hours=1))
    await world.accept(an_update("hai"))
    await world.work()
    assert world.channel.sent == [("person", "hai")]


async def test_a_missed_question_is_kept_for_staff(world):
    await world.accept(an_update("unknown"))

    await world.work()

    assert await world.rows(Miss, Miss.text, Miss.reason) == [("unknown", "too_low")]


async def test_a_deletion_request_leaves_nothing_of_the_person(world):
    await world.accept(an_update("một"), an_update("khác", contact="other"))
    await world.work()

    await world.accept(an_update(id="withdraw", kind=UpdateKind.ERASE))
    await world.work()

    assert await world.rows(Contact, Contact.external_id) == [("other",)]
    assert await world.rows(Message, Message.text) == [("khác",), ("khác",)]
    assert "một" not in str(await world.rows(Update, Update.body))
    assert await world.accept(an_update("một")) == 0, "a redelivery brings nothing back"


async def test_a_typed_deletion_is_confirmed_and_leaves_only_the_confirmation(world):
    await world.accept(an_update("một"))
    await world.work()

    await world.accept(an_update("erase"))
    await world.work()

    assert world.channel.sent[-1] == ("person", "erase")
    assert "một" not in str(await world.rows(Message, Message.text))


async def test_the_state_of_a_conversation_survives(world):
    await world.accept(an_update("một"))
    await world.work()

    assert await world.count(Conversation) == 1
    assert await world.rows(Contact, Contact.last_seen_at) == [(NOW,)]


async def test_an_update_that_takes_every_worker_with_it_is_buried_at_last(world):
    """Nothing can be written down by a process that dies; only the claims of its lane are counted."""
    await world.accept(an_update("một"), an_update("hai"))
    for _ in range(world.settings.max_attempts * DEATHS_PER_ATTEMPT):
        assert await lanes.claim_ready(world.db, now=world.clock.now(), lease=LEASE)
        world.clock.advance(LEASE)

    await world.work()

    assert dict(await world.rows(Update, Update.external_id, Update.state)) == {"u-một": "dead", "u-hai": "done"}
    assert world.channel.sent == [("person", "hai")], "the next one is innocent"


@pytest.mark.parametrize(
    ("code", "minutes", "state"),
    [
        pytest.param("connect", 55, "sent", id="not reached"),
        pytest.param("http_502", 55, "sent", id="a gateway's error"),
        pytest.param("connect", 90, "dead", id="away for too long"),
        pytest.param("-999", 55, "dead", id="refused for an unknown reason"),
    ],
)
async def test_a_reply_outlives_an_outage_of_the_platform(world, code, minutes, state):
    """Tries and pauses alone would have been used up within minutes."""
    until = NOW + timedelta(minutes=minutes)

    def away(_text):
        if world.clock.now() < until:
            raise RetryLater("away", code=code)

    world.channel.failing = away
    await world.accept(an_update("một"))
    for _ in range(24):
        await world.work()
        world.clock.advance(timedelta(minutes=5))

    assert await world.rows(Delivery, Delivery.state) == [(state,)]
