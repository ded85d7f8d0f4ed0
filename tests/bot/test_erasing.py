"""People are forgotten: one on request, and whoever has been silent for as long as the operator says."""

from __future__ import annotations

import pytest

from bot import erasing
from bot.handlers.telling import TELL, digest_of
from bot.messages import UpdateKind
from bot.tables import Contact, Message, Update
from runtime.settings import StaffSettings
from tests.support.builders import an_entry
from tests.support.towns import Town

ENTRY = an_entry()


@pytest.fixture
def town(db):
    return Town(db, ENTRY, staff=StaffSettings(keep_conversation_days=30))


async def people(town):
    return [id_ for (id_,) in await town.rows(Contact.external_id)]


async def request(town, channel, id_):
    async with town.db.reading() as session:
        found = await erasing.known_as(session, channel, id_, now=town.clock.now())
    await town.inbox.accept(found)
    await town.work()
    return len(found)


@pytest.mark.parametrize("known_as", ["an", "84912345678"])
async def test_whoever_asks_the_office_is_forgotten_by_id_or_number(town, known_as):
    await town.say("an", ENTRY.question, channel="whatsapp", address="84912345678")
    await town.say("binh", ENTRY.question, channel="whatsapp")

    assert await request(town, "whatsapp", known_as) == 1

    assert await people(town) == ["binh"]
    assert len(await town.rows(Message.id)) == 2, "only what Bình said and was told"
    assert "84912345678" not in str(await town.rows(Update.body, Update.lane_key))


async def test_an_id_of_another_channel_is_nobody(town):
    await town.say("an", ENTRY.question, channel="whatsapp")

    assert await request(town, "zalo", "an") == 0
    assert await people(town) == ["an"]


async def test_the_silent_are_forgotten_after_the_days_the_operator_says(town):
    await town.say("an", ENTRY.question)
    await town.after(days=20)
    await town.say("binh", ENTRY.question)
    await town.after(days=11)

    await town.do_chores()

    assert await people(town) == ["binh"]


async def test_who_is_owed_an_answer_is_not_forgotten(town):
    asked = "một câu không ai biết"
    await town.say("an", asked)
    await town.say("an", kind=UpdateKind.CHOICE, payload=f"{TELL}{digest_of(asked)}")
    await town.after(days=31)

    await town.do_chores()

    assert await people(town) == ["an"]


async def test_without_a_number_of_days_nobody_is_forgotten(db):
    town = Town(db, ENTRY)
    await town.say("an", ENTRY.question)
    await town.after(days=4000)

    await town.do_chores()

    assert await people(town) == ["an"]
