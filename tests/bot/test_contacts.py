"""One person, one conversation, whichever of their ids an event names."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.messages import UpdateKind
from bot.tables import Contact, Conversation, Delivery, Message, Update
from tests.bot.test_turns import World
from tests.support.fakes import an_update

PHONE, LASTING = "84000000101", "VN.10000000000000000001"
BY_PHONE = {"contact": PHONE, "address": PHONE}
BY_BOTH = {"contact": LASTING, "address": PHONE}
BY_LASTING = {"contact": LASTING, "address": LASTING}


@pytest.fixture
def world(db):
    return World(db)


async def say(world, text, **ids):
    world.clock.advance(timedelta(seconds=1))
    await world.accept(an_update(text, **ids))
    await world.work()


@pytest.mark.parametrize(
    "order",
    [
        pytest.param([BY_PHONE, BY_BOTH, BY_LASTING], id="the lasting id comes later"),
        pytest.param([BY_BOTH, BY_LASTING, BY_PHONE], id="known by both from the start"),
        pytest.param([BY_LASTING, BY_BOTH, BY_PHONE], id="the number comes later"),
        pytest.param([BY_PHONE, BY_LASTING, BY_BOTH], id="two strangers turn out to be one person"),
        pytest.param([BY_LASTING, BY_PHONE, BY_BOTH], id="the same, the other way round"),
    ],
)
async def test_one_person_stays_one_conversation(world, order):
    for number, ids in enumerate(order):
        await say(world, f"câu {number}", **ids)

    assert await world.rows(Contact, Contact.external_id, Contact.address) == [(LASTING, PHONE)]
    assert await world.count(Conversation) == 1
    assert await world.count(Message) == 6, "nothing said was lost"
    assert await world.rows(Delivery, Delivery.state) == [("sent",)] * 3
    assert [text for _, text in world.channel.sent] == ["câu 0", "câu 1", "câu 2"]


async def test_the_number_stays_the_address_when_it_is_hidden_later(world):
    await say(world, "một", **BY_BOTH)
    await say(world, "hai", **BY_LASTING)

    assert world.channel.sent == [(PHONE, "một"), (PHONE, "hai")]


async def test_a_person_without_a_number_is_reached_by_the_lasting_id(world):
    await say(world, "một", **BY_LASTING)

    assert world.channel.sent == [(LASTING, "một")]


async def test_a_newer_way_to_reach_somebody_replaces_the_older(world):
    """People without a Zalo account get a new conversation id each time."""
    await say(world, "một", contact="a", address="anonymous:a:c1")
    await say(world, "hai", contact="a", address="anonymous:a:c2")

    assert world.channel.sent == [("anonymous:a:c1", "một"), ("anonymous:a:c2", "hai")]


@pytest.mark.parametrize("ids", [BY_PHONE, BY_BOTH, BY_LASTING])
@pytest.mark.parametrize("kind", [UpdateKind.ERASE, UpdateKind.UNFOLLOW])
async def test_a_deletion_finds_the_person_by_any_id(world, ids, kind):
    await say(world, "bí mật", **BY_PHONE)
    await say(world, "bí mật nữa", **BY_BOTH)

    await say(world, "", id="bye", kind=kind, **ids)

    assert await world.count(Contact) == 0
    assert await world.count(Message) == 0
    assert await world.count(Delivery) == 0
    assert "bí mật" not in str(await world.rows(Update, Update.body))


async def test_what_is_still_owed_to_somebody_who_leaves_is_not_sent(world):
    def failing(_text):
        from bot.channel import RetryLater

        raise RetryLater("busy", after=60)

    world.channel.failing = failing
    await say(world, "một")
    world.channel.failing = None
    await say(world, "", id="bye", kind=UpdateKind.UNFOLLOW)
    world.clock.advance(timedelta(minutes=5))
    await world.work()

    assert world.channel.sent == []


async def test_two_people_stay_two(world):
    await say(world, "một", contact="VN.1", address="841")
    await say(world, "hai", contact="VN.2", address="842")

    assert await world.count(Conversation) == 2
