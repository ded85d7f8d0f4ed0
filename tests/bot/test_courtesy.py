"""A "typing" that hangs or fails delays and spoils nothing; small talk of days ago is let pass."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.courtesy import AT_ONCE, Courtesies
from bot.messages import Outcome, OutcomeKind, Reply, Trace, UpdateKind
from bot.tables import Delivery, Message
from bot.turns import TurnDrain
from tests.bot.test_turns import NOW, World
from tests.support.fakes import FakeChannel, an_update, knowledge_of


@dataclass
class CourteousChannel(FakeChannel):
    """Notes whom it showed that we are at it; `hangs` and `fails` act out a platform in trouble."""

    shown: list[str] = field(default_factory=list)
    hangs: bool = False
    fails: bool = False

    async def acknowledge(self, update):
        if self.hangs:
            await asyncio.sleep(3600)
        if self.fails:
            raise OSError
        self.shown.append(update.external_id)


def chat(turn, _knowledge):
    """Small talk for a greeting, an answer for anything else."""
    kind = OutcomeKind.SMALLTALK if turn.update.text in {"chào", ""} else OutcomeKind.ANSWER
    return Outcome(kind=kind, trace=Trace(handler="chat"), reply=Reply(text=turn.update.text or "xin gõ chữ"))


@pytest.fixture
def world(db):
    world = World(db)
    world.channel = CourteousChannel(limits=replace(FakeChannel().limits, smalltalk_hours=24))
    channels = {"fake": world.channel}
    base = (db, world.clock, world.waker, world.settings)
    world.turns = TurnDrain(*base, channels=channels, handlers=[chat], knowledge=knowledge_of)
    world.deliveries._channels = channels
    return world


async def test_a_question_is_shown_as_read(world):
    await world.accept(an_update("một"), an_update(id="pic", kind=UpdateKind.ATTACHMENT, attachment="image"))

    await world.work()
    await world.turns.courtesies.settle()

    assert world.channel.shown == ["u-một"], "nobody types for a picture"


async def test_a_question_that_is_looked_at_again_is_shown_once(world):
    update = an_update("một")

    for _ in range(2):
        world.turns.courtesies.show(world.channel, update)
    await world.turns.courtesies.settle()

    assert world.channel.shown == ["u-một"]


@pytest.mark.parametrize("trouble", ["hangs", "fails"])
async def test_trouble_with_it_neither_delays_nor_fails_the_answer(world, trouble):
    world.turns.courtesies = Courtesies(seconds=0.05)
    setattr(world.channel, trouble, True)
    await world.accept(an_update("một"))

    async with asyncio.timeout(5):
        await world.work()
        assert world.channel.sent == [("person", "một")]
        await world.turns.courtesies.settle()

    assert world.channel.shown == []


async def test_a_platform_that_hangs_is_not_asked_without_end(world):
    world.turns.courtesies = Courtesies(seconds=3600)
    world.channel.hangs = True
    await world.accept(*(an_update(f"câu {number}", contact=f"p{number}") for number in range(AT_ONCE + 9)))

    await world.work()
    calls = list(world.turns.courtesies._calls)

    assert len(calls) == AT_ONCE
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)


async def test_it_is_silent_while_a_person_answers(world):
    await world.accept(an_update(id="echo", kind=UpdateKind.STAFF), an_update("một"))

    await world.work()
    await world.turns.courtesies.settle()

    assert world.channel.shown == []


@pytest.mark.parametrize(
    ("text", "age", "said"),
    [
        pytest.param("chào", timedelta(hours=25), [], id="an old greeting"),
        pytest.param("chào", timedelta(hours=23), ["chào"], id="a greeting of today"),
        pytest.param("câu hỏi", timedelta(hours=25), ["câu hỏi"], id="an old question is tried once"),
    ],
)
async def test_after_a_breakdown_old_small_talk_is_let_pass(world, text, age, said):
    await world.accept(an_update(text, sent_at=NOW - age))

    await world.work()

    assert [sent for _, sent in world.channel.sent] == said
    assert await world.count(Delivery) == len(said)
    assert await world.count(Message) >= 1, "it is kept for staff to see"
