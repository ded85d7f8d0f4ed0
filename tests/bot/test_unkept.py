"""Who gives a telephone number to be called is told that nobody sees it, and where they are answered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import handoff
from bot.handlers.composing import PERSON
from bot.handlers.unkept import Unkept
from bot.messages import Mode, OutcomeKind, Turn
from bot.privacy import redact
from bot.tables import Handoff, Message, Miss
from knowledge.matching.model import Reason, Verdict
from tests.bot.test_handlers import FAQ, KNOWLEDGE, NOW, OFFICE, SMALLTALK, TODAY, Matching, candidates
from tests.bot.test_handoff import conversation_of, desk
from tests.support.builders import an_entry
from tests.support.fakes import an_update
from tests.support.towns import Town

UNKEPT = Unkept(OFFICE, (SMALLTALK, FAQ))
ENTRY = an_entry(variants=())


@pytest.fixture
def town(db):
    return Town(db, ENTRY)


def said(text, mode=Mode.BOT):
    return UNKEPT(Turn(update=an_update(redact(text)), at=NOW, on=TODAY, mode=mode), KNOWLEDGE)


@pytest.mark.parametrize(
    "text",
    [
        "số của tôi là 0912 345 678",
        "so cua toi la 0912345678 goi lai cho toi",
        "0912345678",
        "sđt e 0912345678 gọi lại cho e vs ạ",
        "an.nguyen@example.com",
        "mail của em là an@example.com nhé",
        "em tên Nguyễn Văn An ở Trùng Khánh, 0912345678",
        "cccd của tôi 004200000123",
        "tôi không nhắn được số không chín tám bảy sáu năm bốn ba hai một",
        "so khong chin mot hai ba bon nam sau bay tam nhe",
    ],
)
def test_a_number_to_be_called_is_not_kept_and_the_person_is_told_so(text):
    outcome = said(text)

    assert outcome.kind is OutcomeKind.SMALLTALK
    assert "em không lưu số điện thoại" in outcome.reply.text
    assert "ngay tại đây" in outcome.reply.text
    assert "0206 3852 123" in outcome.reply.text
    assert [choice.payload for choice in outcome.reply.choices] == [PERSON]
    assert not outcome.miss


@pytest.mark.parametrize("text", ["Áp dụng cho ai?", "quyết định 687/2023 là gì", "tối đa 300.000.000 đồng"])
def test_a_message_without_such_a_number_is_left_to_the_others(text):
    assert said(text) is None


def test_a_question_with_a_number_is_answered_and_the_number_spoken_of():
    outcome = said("Áp dụng cho ai? 0912345678")

    assert outcome.kind is OutcomeKind.ANSWER
    assert outcome.reply.text.startswith("Mọi doanh nghiệp.")
    assert "em không lưu số điện thoại" in outcome.reply.text


def test_a_question_nobody_can_answer_stays_one():
    outcome = said("trồng nấm được vay bao nhiêu tiền, gọi cho em 0912345678")

    assert outcome.miss == "too_low"
    assert "em không lưu số điện thoại" in outcome.reply.text


def test_who_asks_for_a_person_with_a_number_gets_one_and_is_told():
    outcome = said("gặp cán bộ, sđt em 0912345678")

    assert outcome.handoff is not None
    assert "em không lưu số điện thoại" in outcome.reply.text


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("0912 345 678 chị Hoa", True), ("bac pao 0987654321", True), ("0987654321 em tên Lan ạ", True),
        ("Nông Văn Páo 0987654321", True), ("0987654321 hợp tác xã", False), ("nông dân Hòa An 0987654321", False),
        ("0987654321 tôi là sinh viên", False),
    ],
)  # fmt: skip
def test_a_number_with_a_name_is_no_question(text, is_name):
    several = Matching(
        verdict=Verdict.CHOICES, reason=Reason.TOO_CLOSE, candidates=candidates(("who", 0.5), ("how", 0.4))
    )
    turn = Turn(update=an_update(redact(text)), at=NOW, on=TODAY)

    outcome = UNKEPT(turn, replace(KNOWLEDGE, matcher=several))

    assert (outcome.kind is OutcomeKind.SMALLTALK) is is_name
    assert "em không lưu số điện thoại" in outcome.reply.text


async def test_who_waits_is_told_once_more_when_staff_come(town):
    await town.after(hours=9)
    await town.say("an", "gặp cán bộ")

    await town.say("an", redact("số của tôi là 0912 345 678"))

    assert "không lưu số điện thoại" in town.heard("an")[1]
    assert "07:30 thứ Ba ngày 06/01/2026" in town.heard("an")[1]
    assert await town.rows(Handoff.reason, Handoff.closed_at) == [("asked_for_person", None)]
    assert await town.rows(Miss.text) == [("",)], "that of the request"


async def test_who_speaks_with_staff_is_told_that_they_do_not_see_it(town):
    await town.say("an", "gặp cán bộ")
    conversation_id, _ = await conversation_of(town)
    await town.act(handoff.answer, town.speaker, conversation_id, "Anh cho em xin số", desk(town))
    await town.work()

    await town.say("an", "dạ vâng")
    await town.say("an", redact("0912 345 678 nhé"))

    assert len(town.heard("an")) == 3, "what needs no remark gets none"
    assert "cán bộ không nhìn thấy" in town.heard("an")[2]
    assert (await conversation_of(town))[1] == "staff"
    assert ("contact", "[phone] nhé") in await town.rows(Message.author, Message.text)


async def test_the_remark_does_not_stand_for_the_answer_that_staff_owe(town):
    await town.say("an", "gặp cán bộ")
    conversation_id, _ = await conversation_of(town)
    await town.act(handoff.answer, town.speaker, conversation_id, "Anh cho em xin số", desk(town))
    await town.work()
    await town.say("an", redact("0912 345 678"))

    await town.after(minutes=61)
    await town.do_chores()

    assert "chưa kịp trả lời" in town.heard("an")[-1]
