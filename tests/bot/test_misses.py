"""Every question that was not answered well becomes one miss, whatever showed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot import analytics, sessions, triage
from bot.handlers.telling import TELL, digest_of
from bot.messages import Outcome, OutcomeKind, Trace, UpdateKind
from bot.misses import settle_choices
from bot.sessions import Visit
from bot.tables import Conversation, FollowUp, Gap, Message, Miss
from knowledge.matching.model import Candidate, Match, Reason, Verdict
from runtime.clock import vietnam_date
from tests.support.builders import an_entry
from tests.support.fakes import FakeMatcher
from tests.support.towns import MONDAY, Town

ENTRY = an_entry()
OTHER = an_entry(key="khac", question="Nộp hồ sơ ở đâu?", variants=())
THIRD = an_entry(key="ba", question="Ai phụ trách hồ sơ?", variants=())
VAGUE = "hỗ trợ thế nào"
KNOWN = THIRD.question


class Undecided(FakeMatcher):
    """Offers two entries for one vague question."""

    def match(self, text, *, context=None):
        if text == VAGUE:
            found = tuple(Candidate(entry=each.key, score=0.5, confidence=0.5) for each in (ENTRY, OTHER))
            return Match(verdict=Verdict.CHOICES, reason=Reason.TOO_CLOSE, candidates=found)
        return super().match(text, context=context)


@pytest.fixture
def town(db):
    it = Town(db, ENTRY, OTHER, THIRD)
    it.knowledge = replace(it.knowledge, matcher=Undecided((ENTRY, OTHER, THIRD)))
    return it


async def misses(town):
    return await town.rows(Miss.id, Miss.text, Miss.reason)


async def said(town):
    return [(text, reason) for _, text, reason in await misses(town)]


async def test_an_unknown_question_is_a_miss_of_its_person(town):
    await town.say("an", "trồng nấm được vay không")

    assert await said(town) == [("trồng nấm được vay không", "too_low")]
    assert [row[0] is not None for row in await town.rows(Miss.contact_id)] == [True]


async def test_choices_are_no_miss_when_one_is_picked(town):
    await town.say("an", VAGUE)
    await town.say("an", "2")
    await town.after(hours=1)

    assert await said(town) == []


async def test_choices_are_a_miss_once_when_another_question_follows(town):
    await town.say("an", VAGUE)
    await town.say("an", KNOWN)
    await town.after(hours=1)

    assert await said(town) == [(VAGUE, "choice_abandoned")]
    candidates = await town.rows(Miss.candidates)
    assert [each["entry"] for each in candidates[0][0]] == [THIRD.key, ENTRY.key, OTHER.key], (
        "what was found in the end is first"
    )


async def test_choices_are_a_miss_once_when_nobody_picks_in_time(town):
    await town.chores.begin()
    await town.say("an", VAGUE)
    await town.after(minutes=9)
    assert await said(town) == []

    await town.after(minutes=2)
    await town.after(minutes=2)
    await town.say("an", KNOWN)

    assert await said(town) == [(VAGUE, "choice_abandoned")]


async def test_a_courtesy_leaves_choices_standing(town):
    await town.say("an", VAGUE)
    await town.say("an", "cảm ơn")
    await town.say("an", "1")
    await town.after(hours=1)

    assert await said(town) == []


async def test_a_sweep_at_the_same_moment_as_the_next_question_makes_one_miss(town):
    """Both saw the open choices; whoever takes them first makes the miss."""
    await town.say("an", VAGUE)
    town.clock.advance(timedelta(minutes=11))
    async with town.db.reading() as session:
        seen = (await session.scalars(select(Conversation))).one()
    await town.do_chores()

    async with town.db.transaction() as session:
        stale = (await session.scalars(select(Conversation))).one()
        stale.__dict__["choice_message_id"] = seen.choice_message_id
        answered = Outcome(kind=OutcomeKind.ANSWER, trace=Trace(handler="faq"))
        await settle_choices(session, stale, answered, now=town.clock.now())

    assert await said(town) == [(VAGUE, "choice_abandoned")]


async def test_a_thumb_down_by_reaction_is_one_miss_and_can_be_taken_back(town):
    await town.say("an", KNOWN)
    down, up = {"emoji": "👎", "reply_to": "m1"}, {"emoji": "👍", "reply_to": "m1"}

    await town.say("an", kind=UpdateKind.REACTION, **down)
    await town.say("an", kind=UpdateKind.REACTION, **down)
    assert await said(town) == [(KNOWN, "thumbs_down")]
    assert (await town.rows(Miss.channel, Miss.candidates)) == [
        ("webchat", [{"entry": THIRD.key, "confidence": pytest.approx(0.97)}])
    ]

    await town.do_chores()
    await town.say("an", kind=UpdateKind.REACTION, **up)
    assert await said(town) == []
    assert await town.rows(Gap.id) == []


async def test_a_thumb_down_on_the_web_is_a_miss(town):
    await town.say("an", KNOWN)
    visit = Visit(contact="an", expires_at=MONDAY + timedelta(days=1))
    [message_id] = [row[0] for row in await town.rows(Message.id, Message.author) if row[1] == "bot"]

    assert await town.act(sessions.rate, visit, message_id, -1, now=town.clock.now())

    assert await said(town) == [(KNOWN, "thumbs_down")]


async def test_who_asks_for_a_person_means_the_question_before(town):
    await town.say("an", KNOWN)
    await town.say("an", "gặp cán bộ")
    await town.after(hours=1)
    await town.say("an", "gặp cán bộ")

    assert await said(town) == [(KNOWN, "asked_for_person"), ("", "asked_for_person")]


async def test_who_introduces_themselves_does_not_become_a_heading(town):
    """The conversation keeps the name: who answers there needs it. The queue is read by others."""
    asked = "em là Hoàng Văn Thụ, ở 12 phố Kim Đồng, xe điện có được hỗ trợ không"
    await town.say("an", asked)
    await town.say("an", kind=UpdateKind.CHOICE, payload=f"{TELL}{digest_of(asked)}")
    await town.do_chores()

    kept = "em là [name], ở [address], xe điện có được hỗ trợ không"
    assert [text for text, _ in await said(town)] == [kept]
    assert await town.rows(Gap.text, Gap.samples) == [(kept, [kept])]
    assert await town.rows(FollowUp.state) == [("waiting",)], "they are still told by what they asked"
    assert (asked,) in await town.rows(Message.text)


async def test_what_was_kept_before_names_were_masked_is_masked_when_read(town):
    await town.say("an", "xe điện có được hỗ trợ không")
    await town.do_chores()
    old = "tôi là Nông Thị Hoa, xe điện có được hỗ trợ không"
    async with town.db.transaction() as session:
        await session.execute(update(Gap).values(text=old, samples=[old]))
        await session.execute(update(Miss).values(text=old))
    [(gap_id,)] = await town.rows(Gap.id)

    view = await town.act(triage.view, gap_id, now=town.clock.now())
    day = vietnam_date(town.clock.now())
    [top] = await town.act(analytics.top_missed, analytics.Period(first=day, last=day))

    read = [view.line.text, *view.line.samples, *(one.text for one in view.questions), top.text]
    assert read == ["tôi là [name], xe điện có được hỗ trợ không"] * 4


async def test_a_picture_is_a_miss_without_words(town):
    await town.say("an", kind=UpdateKind.ATTACHMENT, attachment="image")

    assert await said(town) == [("", "unsupported_media")]


async def test_an_erased_person_leaves_no_miss_and_no_gap(town):
    await town.say("an", "trồng nấm được vay không")
    await town.say("binh", "trồng nấm được vay không ạ")
    await town.do_chores()
    assert await town.rows(Gap.people, Gap.misses) == [(2, 2)]

    await town.say("an", kind=UpdateKind.UNFOLLOW)
    assert await town.rows(Gap.people, Gap.text) == [(1, "trồng nấm được vay không ạ")]

    await town.say("binh", kind=UpdateKind.ERASE)
    assert await town.rows(Miss.id) == []
    assert await town.rows(Gap.id) == []
