"""How often entries answered, and what people thought of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from bot.tables import Contact, Conversation, Feedback, Message
from bot.usage import Usage, usage_of_entries
from tests.support.builders import NOW


async def store(db, *answers):
    """Store answers as (entry, outcome, judgement or None, days ago)."""
    async with db.transaction() as session:
        person = {"channel": "zalo", "account": "a", "external_id": "1", "address": "1"}
        await session.execute(insert(Contact), [person | {"created_at": NOW, "last_seen_at": NOW}])
        await session.execute(insert(Conversation), [{"contact_id": 1, "state": {}, "updated_at": NOW}])
        for number, (entry, outcome, judgement, days) in enumerate(answers, start=1):
            at = NOW - timedelta(days=days)
            row = {"conversation_id": 1, "author": "bot", "text": "", "outcome": outcome, "entry": entry}
            await session.execute(insert(Message), [row | {"created_at": at}])
            if judgement:
                await session.execute(insert(Feedback), [{"message_id": number, "value": judgement, "created_at": at}])


async def test_answers_and_judgements_are_counted_per_entry_within_the_period(db):
    await store(
        db,
        ("a", "answer", 1, 1),
        ("a", "answer", -1, 2),
        ("a", "answer", None, 3),
        ("a", "partial", -1, 1),
        ("a", "answer", 1, 100),
        ("b", "answer", None, 1),
        ("", "smalltalk", None, 1),
    )

    async with db.reading() as session:
        found = await usage_of_entries(session, since=NOW - timedelta(days=90))

    assert dict(found) == {"a": Usage(asked=3, helpful=1, unhelpful=1), "b": Usage(asked=1)}


def test_few_judgements_say_nothing():
    assert Usage(asked=9, unhelpful=2).satisfaction is None
    assert not Usage(asked=9, unhelpful=2).is_disliked
    assert Usage(asked=9, helpful=1, unhelpful=2).is_disliked
    assert not Usage(asked=9, helpful=3, unhelpful=1).is_disliked
