"""The operator's inbox: who waits, what was said, answering within the window, giving back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from admin.page import Role
from bot.messages import UpdateKind
from bot.tables import Conversation, Handoff, Message
from tests.support.console import a_console
from tests.support.towns import Town


@pytest.fixture
async def desk(sqlite_db):
    town = Town(sqlite_db)
    async with a_console(sqlite_db, clock=town.clock, channels=town.channels, waker=town.waker) as running:
        running.town = town
        yield running


async def the_thread(town):
    [(number,)] = await town.rows(Conversation.id)
    return f"/admin/inbox/{number}"


async def two_colleagues(desk):
    """Two operators, and the conversation of somebody who asks for a person."""
    await desk.town.say("an", "gặp cán bộ")
    lan, minh = await desk.sign_in(Role.OPERATOR, login="lan"), await desk.sign_in(Role.OPERATOR, login="minh")
    return lan, minh, await the_thread(desk.town)


async def test_who_asks_for_a_person_is_listed_with_the_time_left_to_answer(desk):
    await desk.town.say("an", "gặp cán bộ", channel="whatsapp")
    await desk.town.after(hours=2)
    operator = await desk.sign_in(Role.OPERATOR)

    page = await operator.get("/admin/inbox")

    assert "Chờ 2 giờ 0 phút" in page.text
    assert "Còn 21 giờ 55 phút" in page.text
    assert "gặp cán bộ" in page.text


async def test_an_operator_claims_answers_and_gives_back(desk):
    await desk.town.say("an", "gặp cán bộ", channel="zalo")
    operator, thread = await desk.sign_in(Role.OPERATOR), await the_thread(desk.town)

    await operator.post(f"{thread}/claim")
    answered = await operator.post(f"{thread}/answer", {"text": "Chào anh,\ntôi là Lan."})
    await desk.town.work()
    await operator.post(f"{thread}/release")

    assert (answered.status, answered.location) == (303, thread)
    assert desk.town.heard("an", channel="zalo")[-1] == "Chào anh,\ntôi là Lan."
    assert await desk.town.rows(Handoff.claimed_by, Handoff.ended) == [("person-operator", "released")]
    assert "Person-Operator" in (await operator.get(thread)).text


async def test_who_gives_back_with_a_message_unanswered_is_told_so(desk):
    await desk.town.say("an", "gặp cán bộ", channel="zalo")
    operator, thread = await desk.sign_in(Role.OPERATOR), await the_thread(desk.town)
    await operator.post(f"{thread}/answer", {"text": "Chào anh"})
    await desk.town.say("an", "em muốn hỏi về vay vốn", channel="zalo")

    given_back = await operator.post(f"{thread}/release")
    await desk.town.work()

    assert "Tin nhắn cuối chưa được trả lời" in (await operator.get(given_back.location)).text
    assert "gửi lại câu hỏi" in desk.town.heard("an", channel="zalo")[-1]


async def test_what_cannot_be_sent_any_more_is_refused_with_the_reason(desk):
    await desk.town.say("an", "gặp cán bộ", channel="zalo")
    await desk.town.after(hours=48)
    operator, thread = await desk.sign_in(Role.OPERATOR), await the_thread(desk.town)

    refused = await operator.post(f"{thread}/answer", {"text": "Chào anh"})

    assert refused.status == 409
    assert "Kênh này chỉ cho trả lời" in refused.text
    assert not [row for row in await desk.town.rows(Message.author) if row[0] == "staff"]


@pytest.mark.parametrize("text", ["", "   ", "a" * 4001])
async def test_an_answer_has_a_length(desk, text):
    await desk.town.say("an", "gặp cán bộ")
    operator, thread = await desk.sign_in(Role.OPERATOR), await the_thread(desk.town)

    assert (await operator.post(f"{thread}/answer", {"text": text})).status == 422


async def test_what_a_colleague_answers_is_not_answered_twice(desk):
    lan, minh, thread = await two_colleagues(desk)
    await lan.post(f"{thread}/claim")

    refused = await minh.post(f"{thread}/answer", {"text": "Chào anh"})

    assert refused.status == 409
    assert "Đồng nghiệp khác" in refused.text
    assert "Chào anh" in refused.text, "what was typed is not lost"


async def test_what_was_typed_before_claiming_is_still_there(desk):
    await desk.town.say("an", "gặp cán bộ")
    operator, thread = await desk.sign_in(Role.OPERATOR), await the_thread(desk.town)

    claimed = await operator.post(f"{thread}/claim", {"text": "Chào anh, hồ sơ gồm"})

    assert claimed.status == 200
    assert "Chào anh, hồ sơ gồm</textarea>" in claimed.text
    assert 'data-guard="changed"' in claimed.text, "it has not been sent yet"
    assert "Anh/chị đã nhận hội thoại này" in claimed.text
    assert f'name="next" value="{thread}"' in claimed.text, "there is no page at the address that was posted to"
    assert await desk.town.rows(Handoff.claimed_by) == [("person-operator",)]
    assert not [row for row in await desk.town.rows(Message.author) if row[0] == "staff"]


async def test_what_was_typed_is_there_also_when_a_colleague_was_faster(desk):
    lan, minh, thread = await two_colleagues(desk)
    await lan.post(f"{thread}/claim")

    late = await minh.post(f"{thread}/claim", {"text": "Chào anh"})

    assert late.status == 409
    assert "Chào anh</textarea>" in late.text
    assert "Lan đang trả lời hội thoại này" in late.text


async def test_an_open_page_learns_that_a_colleague_has_come(desk):
    lan, minh, thread = await two_colleagues(desk)
    first = await minh.get(thread)
    mark = first.text.split("mark=")[1].split('"')[0]
    assert "Nhận trả lời" in first.text

    await lan.post(f"{thread}/claim")
    changed = await minh.get(f"{thread}/news?mark={mark}", headers={"HX-Request": "true"})

    assert "Lan đang trả lời hội thoại này" in changed.text
    assert "Nhận trả lời" not in changed.text
    replaced = re.findall(r'id="(\w+)" hx-swap-oob="true"', changed.text)
    assert replaced == ["standing", "acts", "taken", "facts", "endings"]
    assert all(f'id="{each}"' in first.text for each in replaced)


@pytest.mark.parametrize("act", ["release", "close"])
async def test_ending_a_colleagues_conversation_names_them_first(desk, act):
    lan, minh, thread = await two_colleagues(desk)
    await lan.post(f"{thread}/claim")

    unaware = await minh.post(f"{thread}/{act}")
    assert unaware.status == 409
    assert "<strong>Lan</strong> đang trả lời hội thoại này" in unaware.text
    assert await desk.town.rows(Handoff.ended) == [("",)]
    await minh.post(f"{thread}/{act}", {"held_by": "lan"})

    assert await desk.town.rows(Handoff.ended) == [("released",)]


async def test_a_page_that_looks_by_itself_is_told_only_what_is_new(desk):
    await desk.town.say("an", "gặp cán bộ")
    operator, thread = await desk.sign_in(Role.OPERATOR), await the_thread(desk.town)
    by_itself = {"headers": {"HX-Request": "true"}}
    first = await operator.get(f"{thread}/news", **by_itself)
    mark = first.text.split("mark=")[1].split('"')[0]

    assert (await operator.get(f"{thread}/news?mark={mark}", **by_itself)).status == 204
    await desk.town.say("an", "có ai không")
    changed = await operator.get(f"{thread}/news?mark={mark}", **by_itself)

    assert "có ai không" in changed.text
    assert "<html" not in changed.text


async def test_a_page_that_looks_by_itself_does_not_keep_a_session_alive(desk):
    """And when it has ended, the whole page is loaded anew, which leads to the sign-in page."""
    operator = await desk.sign_in(Role.OPERATOR)
    by_itself = {"headers": {"HX-Request": "true"}}
    for _ in range(9):
        desk.clock.advance(timedelta(minutes=desk.settings.console.idle_minutes / 8))
        last = await operator.get("/admin/inbox", **by_itself)

    assert last.status == 204
    assert last.headers["HX-Refresh"] == "true"


async def test_a_closed_conversation_stays_silent(desk):
    await desk.town.say("an", "câu hỏi")
    operator, thread = await desk.sign_in(Role.OPERATOR), await the_thread(desk.town)

    await operator.post(f"{thread}/close")
    await desk.town.say("an", "câu hỏi nữa")

    assert len(desk.town.heard("an")) == 1
    assert "Đã khóa" in (await operator.get(thread)).text


async def test_a_person_who_has_left_is_gone_from_the_inbox(desk):
    await desk.town.say("an", "gặp cán bộ")
    operator, thread = await desk.sign_in(Role.OPERATOR), await the_thread(desk.town)
    await desk.town.say("an", kind=UpdateKind.ERASE)

    assert (await operator.get(thread)).status == 404
    assert (await operator.post(f"{thread}/claim", follow=True)).status == 200


@pytest.mark.parametrize("folder", ["waiting", "staff", "missed", "all", "nonsense"])
async def test_every_folder_opens(desk, folder):
    await desk.town.say("an", "câu hỏi")
    operator = await desk.sign_in(Role.OPERATOR)

    page = await operator.get(f"/admin/inbox?folder={folder}&page=x")

    assert page.status == 200
    assert ("Người dân số" in page.text) is (folder == "all")


async def test_office_hours_are_kept_by_an_administrator(desk):
    administrator = await desk.sign_in(Role.ADMINISTRATOR)

    await administrator.post("/admin/hours/week", {"day_0": "8h-12h, 14:00 - 17:30", "day_1": "", "day_5": "8-11"})
    await administrator.post("/admin/hours/days", {"on": "2030-01-05", "shifts": "", "label": "Nghỉ bù"})
    page = await administrator.get("/admin/hours")

    assert "08:00-12:00, 14:00-17:30" in page.text
    assert "Nghỉ bù" in page.text

    await administrator.post("/admin/hours/days/clear", {"on": "2030-01-05"})
    assert "Nghỉ bù" not in (await administrator.get("/admin/hours")).text


@pytest.mark.parametrize("hours", ["sáng", "25-26", "17:00-08:00", "08:00-12:00, 11:00-13:00"])
async def test_hours_that_cannot_be_are_shown_again_with_what_is_odd(desk, hours):
    administrator = await desk.sign_in(Role.ADMINISTRATOR)

    refused = await administrator.post("/admin/hours/week", {"day_0": hours})

    assert refused.status == 422
    assert hours in refused.text
