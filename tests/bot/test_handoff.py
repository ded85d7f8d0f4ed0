"""A person of staff takes over, answers and gives back; nobody waits for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import handoff, office
from bot.channel import WindowClosed
from bot.handoff import Desk, HandoffError, TakenByAnother, when
from bot.hours import OfficeHours
from bot.messages import UpdateKind
from bot.office import ExceptionalDay
from bot.tables import Conversation, Handoff, Message
from runtime.clock import VIETNAM
from tests.support.builders import an_entry
from tests.support.towns import Town

ENTRY = an_entry(variants=())
KNOWN = ENTRY.question


@pytest.fixture
def town(db):
    return Town(db, ENTRY)


def desk(town, staff="lan"):
    return Desk(staff=staff, now=town.clock.now(), pause=timedelta(minutes=60))


async def conversation_of(town):
    [(conversation_id, mode)] = await town.rows(Conversation.id, Conversation.mode)
    return conversation_id, mode


async def test_asking_for_a_person_is_acknowledged_and_puts_the_conversation_into_the_queue(town):
    await town.say("an", "gặp cán bộ")
    await town.say("an", "gặp cán bộ")

    assert "trong giờ làm việc" in town.heard("an")[0]
    assert (await conversation_of(town))[1] == "waiting"
    assert await town.rows(Handoff.reason, Handoff.closed_at) == [("asked_for_person", None)]


async def test_who_asks_for_a_person_is_told_one_thing(town):
    """Not to turn to the office, and then that somebody answers here: the office is for who cannot wait."""
    await town.say("an", "gặp cán bộ")

    noted, meanwhile = town.heard("an")[0].split("\n\n")
    assert noted == (
        "Em đã ghi nhận yêu cầu gặp cán bộ của anh/chị. "
        "Hiện đang trong giờ làm việc, cán bộ sẽ trả lời anh/chị tại đây trong thời gian sớm nhất."
    )
    assert meanwhile.startswith("Trong lúc chờ, anh/chị vẫn có thể hỏi em. Nếu cần gấp, anh/chị vui lòng liên hệ Sở")


async def test_outside_office_hours_people_are_told_when_somebody_will_answer(town):
    await town.after(hours=9)
    await town.say("an", "gặp cán bộ")

    assert "07:30 thứ Ba ngày 06/01/2026" in town.heard("an")[0]


async def test_the_hours_are_those_that_staff_entered(town):
    tuesday = ExceptionalDay(on=town.clock.now().astimezone(VIETNAM).date(), label="Nghỉ")
    await town.act(office.set_day, tuesday)

    await town.say("an", "gặp cán bộ")

    assert "07:30 thứ Ba ngày 06/01/2026" in town.heard("an")[0]


def test_an_office_that_does_not_open_soon_promises_no_date(town):
    assert "làm việc trở lại" in when(OfficeHours(week={}), now=town.clock.now())


async def test_while_waiting_the_assistant_still_answers(town):
    await town.say("an", "gặp cán bộ")
    await town.say("an", KNOWN)

    assert ENTRY.answer in town.heard("an")[1]


async def test_staff_answer_through_the_outbox_and_the_assistant_is_silent(town):
    await town.say("an", "gặp cán bộ", channel="zalo")
    conversation_id, _ = await conversation_of(town)

    await town.act(handoff.answer, town.speaker, conversation_id, "Chào anh, tôi là Lan.", desk(town))
    await town.work()
    await town.say("an", KNOWN, channel="zalo")

    assert town.heard("an", channel="zalo")[1:] == ["Chào anh, tôi là Lan."]
    assert await town.rows(Handoff.claimed_by) == [("lan",)]
    assert ("staff", "Chào anh, tôi là Lan.") in await town.rows(Message.author, Message.text)


async def test_pressing_send_twice_says_it_once(town):
    await town.say("an", "gặp cán bộ")
    conversation_id, _ = await conversation_of(town)

    for _ in range(2):
        await town.act(handoff.answer, town.speaker, conversation_id, "Chào anh", desk(town))
    await town.work()

    assert town.heard("an")[1:] == ["Chào anh"]


async def test_nobody_can_answer_after_the_window_has_closed(town):
    await town.say("an", "gặp cán bộ", channel="whatsapp")
    conversation_id, _ = await conversation_of(town)
    await town.after(hours=24)

    with pytest.raises(WindowClosed):
        await town.act(handoff.answer, town.speaker, conversation_id, "Chào anh", desk(town))


async def test_what_one_person_of_staff_has_claimed_another_cannot(town):
    await town.say("an", "gặp cán bộ")
    conversation_id, _ = await conversation_of(town)
    await town.act(handoff.claim, conversation_id, desk(town, "lan"))

    await town.act(handoff.claim, conversation_id, desk(town, "lan"))
    with pytest.raises(TakenByAnother):
        await town.act(handoff.claim, conversation_id, desk(town, "minh"))


@pytest.mark.parametrize("is_closed", [False, True])
async def test_a_colleagues_conversation_is_ended_only_by_who_knows_whose_it_is(town, is_closed):
    """A page that was opened before the colleague came offers the button without their name."""
    await town.say("an", "gặp cán bộ")
    conversation_id, _ = await conversation_of(town)
    await town.act(handoff.claim, conversation_id, desk(town, "lan"))

    act = (handoff.close,) if is_closed else (handoff.release, town.speaker)
    for named in ("", "hoa"):
        with pytest.raises(TakenByAnother):
            await town.act(*act, conversation_id, desk(town, "minh"), held_by=named)
    await town.act(*act, conversation_id, desk(town, "minh"), held_by="lan")

    assert await town.rows(Handoff.ended) == [("released",)]


async def test_a_conversation_that_is_gone_cannot_be_claimed(town):
    with pytest.raises(HandoffError, match="deleted"):
        await town.act(handoff.claim, 404, desk(town))


async def test_released_to_the_assistant_it_answers_again(town):
    await town.say("an", "gặp cán bộ")
    conversation_id, _ = await conversation_of(town)
    await town.act(handoff.claim, conversation_id, desk(town))
    await town.act(handoff.release, town.speaker, conversation_id, desk(town))

    await town.say("an", KNOWN)

    assert ENTRY.answer in town.heard("an")[-1]
    assert await town.rows(Handoff.ended) == [("released",)]


async def given_back(town, text):
    """Let staff answer, the person write again, and staff give the conversation back."""
    await town.say("an", "gặp cán bộ", channel="zalo")
    conversation_id, _ = await conversation_of(town)
    await town.act(handoff.answer, town.speaker, conversation_id, "Chào anh, tôi là Lan.", desk(town))
    await town.work()
    if text:
        await town.say("an", text, channel="zalo")
    is_told = await town.act(handoff.release, town.speaker, conversation_id, desk(town))
    await town.work()
    return is_told, town.heard("an", channel="zalo")[2:]


async def test_who_wrote_last_is_told_so_when_the_assistant_takes_over_again(town):
    is_told, heard = await given_back(town, "em muốn hỏi về vay vốn")

    assert is_told
    assert len(heard) == 1
    assert "gửi lại câu hỏi" in heard[0]


@pytest.mark.parametrize("text", ["", "dạ em cảm ơn chị ạ", "vâng", "👍", "ok a"])
async def test_after_an_answer_or_mere_thanks_nothing_is_said(town, text):
    assert await given_back(town, text) == (False, [])


async def test_nothing_is_said_to_whom_nobody_may_write_any_more(town):
    await town.say("an", "gặp cán bộ", channel="whatsapp")
    conversation_id, _ = await conversation_of(town)
    await town.after(hours=24)

    assert not await town.act(handoff.release, town.speaker, conversation_id, desk(town))


async def test_in_a_closed_conversation_nobody_speaks_until_it_is_released(town):
    await town.say("an", KNOWN)
    conversation_id, _ = await conversation_of(town)
    await town.act(handoff.close, conversation_id, desk(town))

    await town.say("an", KNOWN)
    assert len(town.heard("an")) == 1

    await town.act(handoff.release, town.speaker, conversation_id, desk(town))
    await town.say("an", KNOWN)
    assert len(town.heard("an")) == 2


async def test_who_waits_too_long_gets_an_apology_once_and_the_assistant_back(town):
    await town.chores.begin()
    await town.say("an", "gặp cán bộ")
    await town.after(minutes=29)
    assert len(town.heard("an")) == 1

    await town.after(minutes=2)
    await town.after(minutes=2)

    assert "Xin lỗi" in town.heard("an")[1]
    assert len(town.heard("an")) == 2
    assert (await conversation_of(town))[1] == "bot"
    assert await town.rows(Handoff.ended) == [("overdue",)]


async def test_the_night_does_not_count_as_waiting(town):
    await town.chores.begin()
    await town.after(hours=7, minutes=50)  # 16:50
    await town.say("an", "gặp cán bộ")

    await town.after(hours=14, minutes=45)  # 07:35
    assert (await conversation_of(town))[1] == "waiting"

    await town.after(minutes=20)
    assert (await conversation_of(town))[1] == "bot"


async def test_when_staff_leave_off_the_assistant_comes_back_by_itself(town):
    await town.chores.begin()
    await town.say("an", "gặp cán bộ")
    conversation_id, _ = await conversation_of(town)
    await town.act(handoff.answer, town.speaker, conversation_id, "Chào anh", desk(town))
    await town.after(minutes=61)

    assert (await conversation_of(town))[1] == "bot"
    assert len(town.heard("an")) == 2, "who was answered needs no apology"
    assert await town.rows(Handoff.ended) == [("idle",)]


async def test_who_wrote_last_to_staff_and_got_nothing_gets_an_apology(town):
    await town.chores.begin()
    await town.say("an", kind=UpdateKind.STAFF, text="Chào anh")
    await town.say("an", "còn hồ sơ thì sao")
    await town.after(minutes=61)

    assert "chưa kịp trả lời" in town.heard("an")[-1]


async def test_an_answer_from_the_platforms_own_tool_stands_in_the_thread_and_takes_the_request_over(town):
    await town.chores.begin()
    await town.say("an", "gặp cán bộ", channel="zalo")
    await town.say("an", channel="zalo", kind=UpdateKind.STAFF, text="Chào anh, tôi là Minh.")

    assert await town.rows(Handoff.claimed_by) == [(handoff.ELSEWHERE,)]
    assert ("staff", "Chào anh, tôi là Minh.") in await town.rows(Message.author, Message.text)
    await town.after(minutes=35)
    assert not [text for text in town.heard("an", channel="zalo") if "Xin lỗi" in text]

    conversation_id, _ = await conversation_of(town)
    await town.act(handoff.claim, conversation_id, desk(town))
    assert await town.rows(Handoff.claimed_by) == [("lan",)]
