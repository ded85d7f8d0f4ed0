"""Who agreed is told the answer: once, inside the window of their channel, and nobody who left."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot import outbox, triage
from bot.channel import WindowClosed
from bot.gap_states import GapState
from bot.messages import UpdateKind
from bot.tables import Conversation, Delivery, FollowUp, Gap, Message
from tests.support.builders import an_entry
from tests.support.fakes import knowledge_of
from tests.support.towns import Town

QUESTION = "trồng nấm có được vay vốn không"
ENTRY = an_entry(key="nam", question="Vay vốn trồng nấm", answer="Được vay tối đa 100 triệu đồng.", variants=())
CHANNELS = ("zalo", "whatsapp", "webchat")


@pytest.fixture
def town(db):
    return Town(db)


async def ask_and_agree(town, person, *, channel="webchat", text=QUESTION):
    await town.say(person, text, channel=channel)
    await town.say(person, "1", channel=channel)


async def publish_answer(town):
    """Staff write the entry; the queue item is settled by it."""
    await town.do_chores()
    gap_ids = [row[0] for row in await town.rows(Gap.id, Gap.state) if row[1] == "new"]
    await town.act(triage.settle, gap_ids, GapState.RESOLVED_ENTRY, now=town.clock.now(), entry="nam")
    town.knowledge = knowledge_of(ENTRY)
    await town.do_chores()


def news(town, person, *, channel="webchat"):
    return [text for text in town.heard(person, channel=channel) if ENTRY.answer in text]


async def test_ten_people_on_three_channels_ask_in_ten_ways_and_each_is_told_once(town):
    """Nobody is told twice, nobody outside the window of their channel, and those hear it when they come back."""
    ways = [
        QUESTION,
        "trong nam co duoc vay von khong",
        "trồng nấm có được vay vốn k",
        "vay vốn trồng nấm có được không",
        "trồng nấm có vay vốn được không",
        "có được vay vốn trồng nấm không",
        "trồng nấm thì có được vay vốn không",
        "trồng nấm có được vay vốn không ạ",
        "em trồng nấm có được vay vốn không",
        "trồng nấm được vay vốn không",
    ]
    people = [(f"p{number}", CHANNELS[number % 3]) for number in range(10)]
    for (person, channel), text in zip(people, ways, strict=True):
        await ask_and_agree(town, person, channel=channel, text=text)
    await town.do_chores()
    assert await town.rows(Gap.people) == [(10,)]

    await town.after(hours=30)  # WhatsApp closes after 24 hours, Zalo after 48, the web never
    await publish_answer(town)
    for _ in range(3):
        await town.do_chores()

    told = {person: len(news(town, person, channel=channel)) for person, channel in people}
    assert told == {person: int(channel != "whatsapp") for person, channel in people}

    await town.say("p1", "xin chào", channel="whatsapp")
    assert len(news(town, "p1", channel="whatsapp")) == 1
    await town.do_chores()
    await town.say("p1", "cảm ơn", channel="whatsapp")
    await town.do_chores()
    assert len(news(town, "p1", channel="whatsapp")) == 1
    assert news(town, "p4", channel="whatsapp") == []


async def test_the_answer_recalls_the_question_and_stands_in_the_transcript(town):
    await ask_and_agree(town, "an")
    await publish_answer(town)

    [text] = news(town, "an")
    assert QUESTION in text
    assert ("answer", "nam") in await town.rows(Message.outcome, Message.entry)


async def test_consent_is_kept_with_its_time_and_words(town):
    await ask_and_agree(town, "an")

    [(wording, agreed_at, state)] = await town.rows(FollowUp.wording, FollowUp.agreed_at, FollowUp.state)
    assert "Báo cho tôi khi có câu trả lời" in wording
    assert agreed_at == town.clock.now()
    assert state == "waiting"


async def test_who_did_not_agree_is_not_told(town):
    await town.say("an", QUESTION)
    await publish_answer(town)

    assert news(town, "an") == []


async def test_who_asked_twice_is_told_once(town):
    await ask_and_agree(town, "an")
    await ask_and_agree(town, "an", text="em trồng nấm có được vay vốn không")
    await publish_answer(town)

    assert len(news(town, "an")) == 1
    assert await town.rows(FollowUp.state) == [("told",), ("told",)]


async def test_nothing_is_said_before_the_answer_is_in_use(town):
    await ask_and_agree(town, "an")
    await town.do_chores()
    [(gap_id,)] = await town.rows(Gap.id)
    await town.act(triage.settle, [gap_id], GapState.RESOLVED_ENTRY, now=town.clock.now(), entry="nam")
    await town.do_chores()
    assert news(town, "an") == []

    town.knowledge = knowledge_of(ENTRY)
    await town.do_chores()
    assert len(news(town, "an")) == 1


@pytest.mark.parametrize("kind", [UpdateKind.UNFOLLOW, UpdateKind.ERASE])
async def test_nothing_goes_to_who_has_left(town, kind):
    await ask_and_agree(town, "an", channel="zalo")
    await town.do_chores()
    await town.say("binh", QUESTION, channel="zalo")  # so that the gap stays
    await town.say("an", channel="zalo", kind=kind)
    await publish_answer(town)

    assert news(town, "an", channel="zalo") == []
    assert await town.rows(FollowUp.id) == []


async def test_a_withdrawn_wish_is_respected_and_can_be_renewed(town):
    await ask_and_agree(town, "an")
    await town.say("an", "1")
    assert await town.rows(FollowUp.state) == [("withdrawn",)]
    await publish_answer(town)
    assert news(town, "an") == []

    [tell] = [choice["payload"] for choice in await _offered(town)]
    await town.say("an", kind=UpdateKind.CHOICE, payload=tell)
    await town.do_chores()
    assert len(news(town, "an")) == 1


async def _offered(town):
    rows = await town.rows(Message.id, Message.reply)
    choices = [choice for _, reply in rows for choice in (reply or {}).get("choices", ())]
    return [choice for choice in choices if choice["payload"].startswith("#tell:")]


async def test_nobody_is_interrupted_while_staff_speak(town):
    await ask_and_agree(town, "an")
    await town.say("an", kind=UpdateKind.STAFF, text="Chào anh")
    await publish_answer(town)
    assert news(town, "an") == []

    await town.after(minutes=61)
    await town.do_chores()
    assert len(news(town, "an")) == 1


async def test_two_processes_tell_once(town):
    """The second finds the wish already fulfilled, whatever it had read before."""
    await ask_and_agree(town, "an")
    await town.do_chores()
    [(gap_id,)] = await town.rows(Gap.id)
    await town.act(triage.settle, [gap_id], GapState.RESOLVED_ENTRY, now=town.clock.now(), entry="nam")
    town.knowledge = knowledge_of(ENTRY)
    chore = town.chore("follow-ups")

    await asyncio.gather(*(chore.run() for _ in range(4)))
    await town.work()

    assert len(news(town, "an")) == 1


async def test_what_the_platform_did_not_take_in_time_is_said_at_the_next_visit(town):
    """The window closed while the message waited in the outbox: it counts as not said."""

    def closed(text):
        if ENTRY.answer in text:
            raise WindowClosed

    await ask_and_agree(town, "an", channel="zalo")
    town.channels["zalo"].failing = closed
    await publish_answer(town)
    assert ("dropped",) in await town.rows(Delivery.state)
    assert await town.rows(Conversation.owes_news) == [(True,)]

    town.channels["zalo"].failing = None
    await town.after(days=3)
    await town.do_chores()
    assert news(town, "an", channel="zalo") == []

    await town.say("an", "xin chào", channel="zalo")
    assert len(news(town, "an", channel="zalo")) == 1


async def test_a_crash_before_sending_neither_loses_nor_doubles_the_answer(town):
    """The message and the note that it was said are one transaction; the outbox does the rest."""
    await ask_and_agree(town, "an")
    await town.do_chores()
    [(gap_id,)] = await town.rows(Gap.id)
    await town.act(triage.settle, [gap_id], GapState.RESOLVED_ENTRY, now=town.clock.now(), entry="nam")
    town.knowledge = knowledge_of(ENTRY)
    await town.chore("follow-ups").run()  # and the process dies before anything is sent

    reborn = Town(town.db, ENTRY)
    reborn.clock.at = town.clock.now() + timedelta(minutes=1)
    async with reborn.db.reading() as session:
        assert await outbox.has_queued(session, "deliveries:webchat:oa:an")
    await reborn.do_chores()
    await reborn.do_chores()

    assert len(news(reborn, "an")) == 1
