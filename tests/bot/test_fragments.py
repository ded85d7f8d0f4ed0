"""A question sent in pieces gets one answer; a complete one never waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.fragments import is_fragment, is_settled
from bot.messages import Outcome, OutcomeKind, Reply, Trace, UpdateKind
from bot.tables import Message, Miss, Update
from tests.bot.test_handlers import KNOWLEDGE
from tests.bot.test_manners import MANNERS, a_turn
from tests.bot.test_turns import World
from tests.support.fakes import an_update


def knows(*questions):
    """A handler that answers exactly these texts and does not know anything else."""

    def handler(turn, _knowledge):
        kind = OutcomeKind.ANSWER if turn.update.text in questions else OutcomeKind.UNKNOWN
        return Outcome(
            kind=kind, trace=Trace(handler="knows"), reply=Reply(text=f"{kind}: {turn.update.text}"),
            miss="" if kind is OutcomeKind.ANSWER else "too_low",
        )  # fmt: skip

    return handler


@pytest.fixture
def world(db):
    it = World(db)
    it.turns._handlers = [knows("cho em hỏi nq 93 áp dụng cho ai", "nq 36 là gì")]
    return it


async def test_four_fragments_are_read_as_one_question(world):
    for piece in ("cho em hỏi", "nq 93", "áp dụng"):
        await world.accept(an_update(piece))
        await world.work()
        world.clock.advance(timedelta(seconds=1))
    assert world.channel.sent == [], "it waits for the rest"

    await world.accept(an_update("cho ai"))
    await world.work()

    assert world.channel.sent == [("person", "answer: cho em hỏi nq 93 áp dụng cho ai")]
    assert await world.rows(Update, Update.state) == [("done",)] * 4
    assert await world.count(Message) == 5


async def test_a_question_that_can_be_answered_never_waits(world):
    await world.accept(an_update("nq 36 là gì"))
    await world.work()

    assert world.channel.sent == [("person", "answer: nq 36 là gì")]


async def test_after_the_wait_a_lone_fragment_is_answered_as_it_is(world):
    await world.accept(an_update("ad ơi"))
    await world.work()
    assert world.channel.sent == []

    world.clock.advance(timedelta(seconds=2))
    await world.work()

    assert world.channel.sent == [("person", "unknown: ad ơi")]
    assert await world.rows(Miss, Miss.text) == [("ad ơi",)]


def test_an_announced_question_is_waited_for():
    announced = MANNERS(a_turn("cho em hỏi"), KNOWLEDGE)

    assert announced is not None
    assert not is_settled(announced)


async def test_a_question_of_its_own_is_not_swallowed_by_the_fragment_before_it(world):
    await world.accept(an_update("lung tung"), an_update("nq 36 là gì"))

    await world.work()

    assert [text for _, text in world.channel.sent] == ["unknown: lung tung", "answer: nq 36 là gì"]


async def test_pieces_that_make_no_sense_together_get_one_reply(world):
    await world.accept(an_update("lung"), an_update("tung"))
    await world.work()
    world.clock.advance(timedelta(seconds=2))
    await world.work()

    assert [text for _, text in world.channel.sent] == ["unknown: lung tung"]
    assert await world.rows(Miss, Miss.text) == [("lung tung",)]


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        pytest.param(an_update("nq 93"), True, id="short"),
        pytest.param(an_update("một hai ba bốn năm sáu bảy tám chín"), False, id="a whole sentence"),
        pytest.param(an_update("x", kind=UpdateKind.CHOICE, payload="#faq:x"), False, id="a tap"),
        pytest.param(an_update("", kind=UpdateKind.ATTACHMENT), False, id="a picture"),
    ],
)
def test_what_may_be_a_fragment(update, expected):
    assert is_fragment(update) is expected
