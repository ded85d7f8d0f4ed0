"""The figures that staff see: counted by the Vietnamese day, by channel, and never more than was asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot import analytics
from bot.analytics import Judgements, Pace, Period, share
from bot.messages import OutcomeKind
from bot.tables import Contact, Conversation, Delivery, Feedback, Gap, Handoff, Message, Update

NOON = datetime(2024, 6, 10, 5, tzinfo=UTC)
JUNE = Period(first=date(2024, 6, 1), last=date(2024, 6, 30))


async def a_person(session, name="an", channel="zalo") -> tuple[int, int]:
    contact = Contact(channel=channel, account="oa", external_id=name, address=name, created_at=NOON, last_seen_at=NOON)
    session.add(contact)
    await session.flush()
    conversation = Conversation(contact_id=contact.id, state={}, updated_at=NOON)
    session.add(conversation)
    await session.flush()
    return contact.id, conversation.id


async def a_reply(session, person, *, at=NOON, outcome="answer", entry="", thumb=0, after=None) -> None:
    contact_id, conversation_id = person
    message = Message(
        conversation_id=conversation_id, author="bot", text="…", outcome=outcome, entry=entry, created_at=at
    )
    session.add(message)
    await session.flush()
    if thumb:
        session.add(Feedback(message_id=message.id, value=thumb, created_at=at))
    if after is not None:
        update = Update(
            channel="zalo",
            external_id=f"u{message.id}",
            kind="text",
            lane_key="l",
            body="",
            trace_id="t",
            received_at=at,
        )
        session.add(update)
        await session.flush()
        session.add(
            Delivery(
                update_id=update.id,
                ordinal=0,
                message_id=message.id,
                contact_id=contact_id,
                channel="zalo",
                address="a",
                lane_key="d",
                payload={},
                trace_id="t",
                state="delivered",
                created_at=at,
                settled_at=at + timedelta(seconds=after),
            )
        )


@pytest.mark.parametrize(
    ("at", "day"),
    [
        pytest.param(
            datetime(2024, 6, 9, 16, 59, tzinfo=UTC), date(2024, 6, 9), id="a minute before midnight in Vietnam"
        ),
        pytest.param(datetime(2024, 6, 9, 17, 0, tzinfo=UTC), date(2024, 6, 10), id="midnight in Vietnam"),
    ],
)
async def test_a_question_counts_on_its_vietnamese_day(db, at, day):
    async with db.transaction() as session:
        await a_reply(session, await a_person(session), at=at)

    async with db.reading() as session:
        found = await analytics.volume(session, JUNE)

    assert found.by_day == {day: {OutcomeKind.ANSWER: 1}}


async def test_courtesies_other_channels_and_other_days_do_not_count(db):
    async with db.transaction() as session:
        zalo, web = await a_person(session), await a_person(session, channel="webchat")
        await a_reply(session, zalo)
        await a_reply(session, zalo, outcome="unknown")
        await a_reply(session, zalo, outcome="smalltalk")
        await a_reply(session, zalo, at=NOON - timedelta(days=30))
        await a_reply(session, web)

    async with db.reading() as session:
        everywhere = await analytics.volume(session, JUNE)
        on_zalo = await analytics.volume(session, Period(first=JUNE.first, last=JUNE.last, channel="zalo"))

    assert (everywhere.questions, everywhere.people) == (3, 2)
    assert (on_zalo.questions, on_zalo.people) == (2, 1)
    assert share(on_zalo.outcomes, OutcomeKind.ANSWER) == 0.5


async def test_entries_come_with_how_often_they_answered_and_what_people_thought(db):
    async with db.transaction() as session:
        person = await a_person(session)
        await a_reply(session, person, entry="nq93", thumb=1)
        await a_reply(session, person, entry="nq93", thumb=-1)
        await a_reply(session, person, entry="nq36")
        await a_reply(session, person, outcome="partial", entry="nq93")

    async with db.reading() as session:
        entries = await analytics.top_entries(session, JUNE)
        judged = await analytics.judgements(session, JUNE)

    assert entries == [("nq93", 2, Judgements(helpful=1, unhelpful=1)), ("nq36", 1, Judgements())]
    assert judged.satisfaction == 0.5


async def test_pace_is_from_arrival_to_leaving(db):
    async with db.transaction() as session:
        person = await a_person(session)
        for seconds in range(1, 101):
            await a_reply(session, person, after=seconds)

    async with db.reading() as session:
        assert await analytics.pace(session, JUNE) == Pace(median=51.0, slow=96.0)


async def test_without_anything_there_is_nothing_to_divide(db):
    async with db.reading() as session:
        volume = await analytics.volume(session, JUNE)
        queue = await analytics.queue(session)

        assert await analytics.pace(session, JUNE) == Pace()
    assert (volume.questions, share(volume.outcomes, OutcomeKind.ANSWER)) == (0, None)
    assert (queue.gaps, queue.oldest_gap_at) == (0, None)


async def test_the_queue_holds_what_waits_and_not_what_is_settled(db):
    def a_gap(days: int, state: str = "new", people: int = 1) -> Gap:
        at = NOON - timedelta(days=days)
        return Gap(
            text=f"câu hỏi {days}",
            samples=[],
            reason="too_low",
            candidates=[],
            people=people,
            misses=people,
            first_at=at,
            last_at=at,
            state=state,
        )

    async with db.transaction() as session:
        _, conversation_id = await a_person(session)
        session.add_all([a_gap(3), a_gap(5, people=4), a_gap(8, state="resolved_entry"), a_gap(1, state="spam")])
        session.add(Handoff(conversation_id=conversation_id, reason="asked", created_at=NOON))
        session.add(Handoff(conversation_id=conversation_id, reason="asked", created_at=NOON, closed_at=NOON))

    async with db.reading() as session:
        queue = await analytics.queue(session)
        missed = await analytics.top_missed(session, JUNE)

    assert (queue.gaps, queue.oldest_gap_at, queue.handoffs) == (2, NOON - timedelta(days=5), 1)
    assert [one.text for one in missed] == ["câu hỏi 5", "câu hỏi 3", "câu hỏi 8"]


def test_the_period_before_ends_where_this_one_begins():
    week = Period(first=date(2024, 6, 8), last=date(2024, 6, 14), channel="zalo")

    assert week.before == Period(first=date(2024, 6, 1), last=date(2024, 6, 7), channel="zalo")
