"""Who asked is reminded: once, inside what their channel allows, by the dates as they stand; and nobody who left."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from bot.chores import chores
from bot.handlers.composing import Office
from bot.messages import UpdateKind
from bot.tables import Message, Reminder
from knowledge.calendar.model import Competition, Stage
from knowledge.calendar.moments import ZONE
from runtime.settings import Settings
from tests.support.builders import an_entry
from tests.support.fakes import FakeChannel, knowledge_of
from tests.support.towns import PUBLIC_URL, Town, limits

# Town's clock stands at Monday 05/01/2026 09:00 in Vietnam.
CHANNELS = ("zalo", "whatsapp", "webchat")
REMINDED = "Nhắc anh/chị: Nộp hồ sơ – Cuộc thi"


def known(ends="2026-01-07 17:00", *, version=1, **fields):
    """Knowledge of one contest that takes entries until a moment."""
    stage = Stage(key="nop", name="Nộp hồ sơ", takes_entries=True, ends=ends)
    competition = Competition(**{"key": "ct", "title": "Cuộc thi", "stages": (stage,)} | fields)
    base = knowledge_of(an_entry())
    snapshot = replace(base.snapshot, competitions={competition.key: competition}, version=version)
    return replace(base, snapshot=snapshot)


@pytest.fixture
def town(db):
    return Town(db, knowledge=known())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


async def until(town, moment: str):
    """Let time pass to a moment in Vietnam, and everything be done that falls due."""
    town.clock.at = at(moment)
    await town.do_chores()


def reminded(town, person="an", *, channel="webchat"):
    return [text for text in town.heard(person, channel=channel) if text.startswith(REMINDED)]


@pytest.mark.parametrize(
    "words", ["nhắc tôi", "nhac em khi sap het han nhe", "Nhớ nhắc mình trước hạn nộp với ad", "báo em trước hạn nha"]
)
async def test_who_asks_in_any_words_is_reminded_once_the_morning_before(town, words):
    await town.say("an", "còn hạn nộp không")
    await town.say("an", words)
    assert "08:00 thứ Ba 06/01" in town.heard("an")[-1]

    await until(town, "2026-01-06T07:59")
    assert reminded(town) == []
    await until(town, "2026-01-06T08:00")
    await until(town, "2026-01-07T16:00")

    assert len(reminded(town)) == 1
    assert "còn 1 ngày, đến 17:00 thứ Tư 07/01" in reminded(town)[0]


async def test_the_choice_below_the_date_asks_for_it_and_consent_is_kept_word_for_word(town):
    await town.say("an", "còn hạn nộp không", channel="zalo")
    await town.say("an", "1", channel="zalo")

    [(wording, agreed_at, state)] = await town.rows(Reminder.wording, Reminder.agreed_at, Reminder.state)
    assert wording == town.heard("an", channel="zalo")[-1]
    assert agreed_at == town.clock.now()
    assert state == "waiting"


@pytest.mark.parametrize(
    ("channel", "ends", "can"),
    [
        ("zalo", "2026-01-07 17:00", True),
        ("zalo", "2026-01-30 17:00", False),
        ("whatsapp", "2026-01-06 17:00", True),
        ("whatsapp", "2026-01-20 17:00", False),
        ("webchat", "2026-12-20 17:00", True),
    ],
)
async def test_a_channel_that_could_not_send_it_says_so_at_once_and_offers_the_calendar(db, channel, ends, can):
    town = Town(db, knowledge=known(ends))

    await town.say("an", "nhắc tôi hạn nộp", channel=channel)

    said = town.heard("an", channel=channel)[-1]
    assert ("không hứa nhắc được" in said) is not can
    assert bool(await town.rows(Reminder.id)) is can
    [(link, *_)] = [row[0]["links"] for row in await town.rows(Message.reply) if row[0]]
    assert link["url"] == f"{PUBLIC_URL}/lich/ct.ics"


async def test_the_choice_is_not_offered_where_it_could_not_be_kept(db):
    town = Town(db, knowledge=known("2026-01-30 17:00"))

    for channel in CHANNELS:
        await town.say("an", "còn hạn nộp không", channel=channel)

    replies = [row[0] for row in await town.rows(Message.reply) if row[0]]
    assert ["choices" in reply for reply in replies].count(True) == 1, "only the page has no end of its window"


async def test_a_page_says_that_nothing_rings_there(town):
    await town.say("an", "nhắc tôi")

    assert "khi anh/chị mở lại trang" in town.heard("an")[-1]


async def test_taken_back_means_never_reminded(town):
    await town.say("an", "nhắc tôi")
    await town.say("an", "huy nhac")
    await until(town, "2026-01-06T09:00")

    assert reminded(town) == []
    assert await town.rows(Reminder.state) == [("withdrawn",)]


async def test_asking_twice_is_one_reminder_and_asking_again_after_taking_it_back_counts(town):
    for words in ("nhắc tôi", "nhắc tôi", "hủy nhắc", "nhắc tôi"):
        await town.say("an", words)
    await until(town, "2026-01-06T09:00")

    assert len(reminded(town)) == 1


@pytest.mark.parametrize("kind", [UpdateKind.UNFOLLOW, UpdateKind.ERASE])
async def test_who_leaves_or_is_erased_is_forgotten(town, kind):
    await town.say("an", "nhắc tôi", channel="zalo")
    await town.say("an", kind=kind, channel="zalo")
    await until(town, "2026-01-06T09:00")

    assert await town.rows(Reminder.id) == []
    assert reminded(town, channel="zalo") == []


async def test_when_staff_move_the_date_the_reminder_moves(town):
    await town.say("an", "nhắc tôi")
    town.knowledge = known("2026-01-20 17:00", version=2)

    await until(town, "2026-01-06T09:00")
    assert reminded(town) == []
    await until(town, "2026-01-19T08:00")

    assert "còn 1 ngày, đến 17:00 thứ Ba 20/01" in reminded(town)[0]


async def test_a_date_moved_beyond_the_window_is_told_while_it_is_open(town):
    """Later nothing could be sent any more: the promise is kept now."""
    await town.say("an", "nhắc tôi", channel="zalo")
    town.knowledge = known("2026-02-20 17:00", version=2)

    await until(town, "2026-01-05T12:00")

    assert "thứ Sáu 20/02" in reminded(town, channel="zalo")[0]


async def test_a_withdrawn_competition_is_no_reason_to_forget_unless_its_time_is_over(town):
    await town.say("an", "nhắc tôi")
    town.knowledge = replace(town.knowledge, snapshot=replace(town.knowledge.snapshot, competitions={}, version=2))
    await until(town, "2026-01-06T09:00")
    assert await town.rows(Reminder.state) == [("waiting",)]

    town.knowledge = known(version=3)
    await until(town, "2026-01-06T10:30")

    assert len(reminded(town)) == 1


async def test_a_server_that_slept_past_the_deadline_stays_silent(town):
    await town.say("an", "nhắc tôi")

    await until(town, "2026-01-07T17:00")

    assert reminded(town) == []
    assert await town.rows(Reminder.state) == [("dropped",)]


async def test_many_people_and_many_processes_and_a_restart_and_everybody_is_reminded_once(town):
    people = [(f"p{number}", channel) for number in range(8) for channel in CHANNELS]
    for person, channel in people:
        await town.say(person, "nhắc tôi", channel=channel)
    town.clock.at = at("2026-01-06T08:00:10")
    settings = Settings(public_url=PUBLIC_URL)
    # several processes, each with its own idea of what it has planned
    others = [
        next(
            chore for chore in chores(
                town.db, town.clock, town.speaker, settings=settings, knowledge=lambda: town.knowledge, office=Office()
            ) if chore.name == "reminders"
        )
        for _ in range(3)
    ]  # fmt: skip

    await asyncio.gather(*(other.run() for other in others), town.chore("reminders").run())
    await town.work()
    await until(town, "2026-01-06T09:00")

    assert [len(reminded(town, person, channel=channel)) for person, channel in people] == [1] * len(people)


async def test_a_crash_between_deciding_and_writing_leaves_the_reminder_waiting(town, monkeypatch):
    await town.say("an", "nhắc tôi")
    town.clock.at = at("2026-01-06T08:00:10")
    remind = town.chore("reminders")
    enqueue = type(town.speaker).say

    async def dies(*arguments, **options):
        await enqueue(*arguments, **options)
        raise RuntimeError("the plug is pulled before the commit")

    monkeypatch.setattr(type(town.speaker), "say", dies)
    with pytest.raises(RuntimeError):
        await remind.run()
    assert await town.rows(Reminder.state) == [("waiting",)]
    monkeypatch.undo()
    await until(town, "2026-01-06T08:01")

    assert len(reminded(town)) == 1


async def test_two_ids_that_turn_out_to_be_one_person_are_reminded_once(town):
    await town.say("so-84", "nhắc tôi", channel="whatsapp", address="so-84")
    await town.say("lasting", "nhắc tôi", channel="whatsapp", address="lasting")
    await town.say("lasting", "chào", channel="whatsapp", address="so-84")

    await until(town, "2026-01-06T08:30")

    said = [text for _, text in town.channels["whatsapp"].sent if text.startswith(REMINDED)]
    assert len(said) == 1


@pytest.mark.parametrize("text", ["nhắc tôi về nghị quyết 93", "anh ấy nhắc em làm hồ sơ vay vốn"])
async def test_other_talk_of_reminding_is_left_to_others(town, text):
    await town.say("an", text)

    assert await town.rows(Reminder.id) == []


class Noticed(FakeChannel):
    """A channel with a form for outside its window."""

    def notice(self, text):
        return {"text": f"[mẫu] {text}"}

    def is_notice(self, payload):
        return payload["text"].startswith("[mẫu]")


async def test_a_channel_with_a_template_reminds_outside_its_window(db):
    town = Town(db, knowledge=known("2026-03-15 17:00"))
    town.channels["whatsapp"] = Noticed(name="whatsapp", limits=limits(24))

    await town.say("an", "nhắc tôi", channel="whatsapp")
    await until(town, "2026-03-14T08:00")

    said = town.heard("an", channel="whatsapp")[-1]
    assert said.startswith(f"[mẫu] {REMINDED}")
