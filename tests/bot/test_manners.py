"""What is no question is answered in kind, in any spelling; a question that begins like it stays a question."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handlers.composing import PERSON, Office, featured
from bot.handlers.confirming import Confirming
from bot.handlers.faq import Faq
from bot.handlers.manners import Manners, is_english
from bot.handlers.picking import Picking
from bot.handlers.smalltalk import ERASE, KEEP, Smalltalk
from bot.messages import DialogueState, Mode, OutcomeKind, Turn
from bot.tables import Feedback, Miss
from knowledge.matching.model import Candidate, Reason, Verdict
from tests.bot.test_handlers import KNOWLEDGE, NOW, OFFICE, TODAY, Matching, a_menu
from tests.support.builders import an_entry
from tests.support.fakes import an_update, knowledge_of
from tests.support.towns import Town

MANNERS, SMALLTALK = Manners(OFFICE), Smalltalk(OFFICE)
PICKING = Picking(OFFICE, (SMALLTALK,))
ENTRY = an_entry(variants=())
KNOWN = ENTRY.question


@pytest.fixture
def town(db):
    return Town(db, ENTRY)


def a_turn(text, *, mode=Mode.BOT, state=None):
    return Turn(update=an_update(text), at=NOW, on=TODAY, mode=mode, state=state or DialogueState())


def said(text, *, office=OFFICE, **turn):
    return Manners(office)(a_turn(text, **turn), KNOWLEDGE)


INTENTS = {
    "laugh": ["hihi", "Hihihihi", "haha ạ", "hehe em", "=))", ":))))", "😂😂", "kkkk", "🍎"],
    "cheer": ["👍", "👍🏽👍🏽", "🙏", "❤️", "tuyệt quá 👍", "câu trả lời rất hữu ích", "chuẩn luôn ad", "/-strong"],
    "wish": [
        "chúc em ngày mới tốt lành", "chuc ad cuoi tuan vui ve", "chào em, chúc em một ngày làm việc hiệu quả nhé",
        "chúc mừng năm mới", "Kính chúc anh chị sức khoẻ, thành công!", "chucs em ngayf mowis toots lanhf",
    ],
    "robot": [
        "bạn là ai", "ai làm ra bạn", "ai lam ra ban", "bạn do ai tạo ra vậy",
        "bạn là gì", "bn là ng hay máy", "bạn là robot à?", "em là người thật hay máy vậy", "ban la nguoi hay may",
        "có phải đang nói chuyện với người thật không", "chatbot à",
    ],
    "complaint": [
        "trả lời sai rồi", "tra loi sai roi", "trl sai r", "traar looif sai rooif", "sai rồiii", "không đúng",
        "ko đúng", "k đúng ý tôi", "không phải", "bot ngu", "bot ngu quá", "sao bot ngu thế", "trả lời vớ vẩn",
        "chán bot vl", "hoi gi cung ko biet", "tl lòng vòng quá", "mệt ghê á",
        "😡😡", "👎", "chán quá", "vô dụng", "cảm ơn nhưng câu trả lời không liên quan",
    ],
    "asking": [
        "chi muon hoi", "t hỏi cái khác", "không đúng, t hỏi cái khác", "ko biet hoi gi luon", "dạ cho em hỏi",
        "chào ad, cho mình hỏi chút việc", "thôi hỏi chuyện khác đi",
    ],
    "unfair": ["thế là không công bằng", "vo ly that", "bat cong qua", "thế thì thiên vị quá"],
    "hurry": ["nhanh lên đang bận", "le len b oi", "trả lời nhanh đi chị đang vội", "cham nhu rua"],
    "grievance": [
        "tôi muốn khiếu nại", "toi muon khieu nai", "em muốn phản ánh thái độ của cán bộ", "khiếu nại ở đâu ạ",
    ],
    "contact": [
        "sđt", "sdt", "cho xin số điện thoại", "xin sđt vs ạ", "địa chỉ", "dia chi o dau", "liên hệ thế nào", "hotline",
        "cho em hỏi liên hệ với ai ạ", "email", "số điện thoại của sở là bao nhiêu", "gọi số nào", "sđt của bác ấy",
        "xin so dt cua ong ay",
        "cần tư vấn trực tiếp thì gọi số nào", "goi cho ai bay gio", "cho e xin dc vs", "dc của sở ở đâu",
    ],
    "reply": ["có", "co", "có ạ", "không", "ko ạ", "đúng"],
}  # fmt: skip


@pytest.mark.parametrize(("intent", "text"), [(intent, text) for intent, texts in INTENTS.items() for text in texts])
def test_what_is_no_question_is_answered_in_kind_and_is_no_miss(intent, text):
    outcome = said(text)

    assert outcome is not None
    assert outcome.trace.reason == intent
    assert outcome.kind is OutcomeKind.SMALLTALK
    assert not outcome.miss
    assert not outcome.reply.text.startswith("Em chưa rõ")


@pytest.mark.parametrize(
    "text",
    [
        "bot ngu hay không thì nq 93 áp dụng cho ai",
        "chúc mừng Techfest 2024",
        "địa chỉ nộp hồ sơ ở đâu",
        "liên hệ phòng nào để đăng ký nhãn hiệu",
        "số điện thoại cố vấn khởi nghiệp",
        "khiếu nại về sở hữu trí tuệ thế nào",
        "có được hỗ trợ không",
        "có không ạ",
        "sai phạm bị xử lý thế nào",
        "đợt này hỗ trợ gì",
        "vậy t có dc k",
        "mình có dc k",
        "dc ko em",
        "làm sao để dc ạ",
        "t dc gì",
        "hỗ trợ có công bằng giữa các huyện không",
        "cần vốn gấp thì vay ở đâu",
        "tức là gì",
        "anh muốn hỏi nghị quyết 93",
        "hỏi về nhãn hiệu",
        "tư vấn khởi nghiệp",
        "việc khác có được hỗ trợ không",
        "cơ hội việc làm",
        "em muốn tìm hiểu nghề ô tô",
        "ntn",
        "tôi muốn tìm hiểu trạm xanh",
        "trạm xanh là gì, nhanh lên",
        "mất thời gian bao lâu",
        "đèo gì",
        "người thật việc thật được khen thưởng thế nào",
        "thông tin đúng hay sai",
        "!!!!",
        "?",
        "",
    ],
)
def test_what_asks_something_stays_a_question(text):
    assert said(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "xin chào", "cảm ơn hihi", "ok 👍", "tạm biệt", "dạ vâng", "dạ e cảm ơn nhiều ạ", "ok cám ơn em nhiều nghen",
        "camon nha", "tks ad nhìu", "thank b nhìu nhé", "cam on chau nhieu nhen", "hi c", "cảm ơn vì đã trả lời",
    ],
)  # fmt: skip
def test_courtesies_are_left_to_small_talk(text):
    assert said(text) is None
    assert SMALLTALK(a_turn(text), KNOWLEDGE) is not None


def test_who_announces_a_question_is_offered_what_newcomers_are():
    outcome = said("chị muốn hỏi")

    assert outcome.reply.choices == outcome.state.choices == featured(KNOWLEDGE.snapshot, on=TODAY)


def test_a_machine_does_not_pretend_to_be_a_person():
    outcome = said("bạn là người hay máy")

    assert "không phải người thật" in outcome.reply.text
    assert [choice.payload for choice in outcome.reply.choices] == [PERSON]


@pytest.mark.parametrize(
    "text", ["trả lời sai rồi", "tôi muốn khiếu nại", "thế là không công bằng", "nhanh lên đang bận"]
)
def test_who_complains_is_offered_a_person(text):
    outcome = said(text)

    assert [choice.payload for choice in outcome.state.choices] == [PERSON], "1 picks it"
    assert said(text, mode=Mode.WAITING).reply.choices == (), "who waits for one has asked already"


def test_the_contact_is_that_of_the_settings():
    assert "Sở KH&CN (điện thoại 0206 3852 123)" in said("sđt").reply.text
    assert said("sđt").reply.links[0].url == "tel:02063852123"
    assert "chưa có số điện thoại" in said("sđt", office=Office()).reply.text


def test_the_contact_of_an_entry_goes_before_that_of_the_settings():
    found = Candidate(entry="who", score=1.0, confidence=0.9)
    matcher = Matching(verdict=Verdict.ANSWER, reason=Reason.CONFIDENT, candidates=(found,))

    assert MANNERS(a_turn("địa chỉ ở đâu"), replace(KNOWLEDGE, matcher=matcher)) is None


@pytest.mark.parametrize(
    "text", ["What is resolution 93?", "How can I apply for support", "who are you", "Hello, how are you"]
)
def test_english_is_told_in_english_that_it_is_not_answered(text):
    outcome = said(text)

    assert "only answer questions in Vietnamese" in outcome.reply.text
    assert "chỉ trả lời được câu hỏi bằng tiếng Việt" in outcome.reply.text
    assert "0206 3852 123" in outcome.reply.text
    assert not outcome.miss


@pytest.mark.parametrize(
    "text",
    [
        "startup can gi", "to chuc the nao", "do an do ai lam", "cong ty the he moi in an", "it nhat bao nhieu",
        "nq93 la j", "for you la gi", "techfest for students có gì", "thí điểm this has is", "Startup Demo Day 2024",
        "hi", "hello", "thank you", "ok good",
    ],
)  # fmt: skip
def test_vietnamese_without_marks_is_not_taken_for_english(text):
    assert not is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "chị ko rành máy, có ai gọi cho chị đc ko", "co ai goi cho toi duoc k", "gọi lại cho em với ạ",
        "mắt kém không nhắn tin được, gọi cho bác nhé", "toi khong biet dung may, nho nguoi goi giup",
        "goi dt cho minh dc hem", "có nhân viên nào tư vấn trực tiếp k", "gap ng that di", "gặp cb đi",
        "cho mình nc với người",
    ],
)  # fmt: skip
def test_who_wants_to_be_called_or_a_person_in_other_words_gets_one(text):
    outcome = SMALLTALK(a_turn(text), KNOWLEDGE)

    assert outcome.handoff is not None
    assert "0206 3852 123" in outcome.reply.text


def test_an_entry_that_is_asked_for_so_keeps_its_question():
    entry = an_entry(question="Có ai tư vấn trực tiếp không?", variants=())

    assert SMALLTALK(a_turn("co ai tu van truc tiep khong"), knowledge_of(entry)) is None


def test_who_wants_to_be_called_is_told_that_staff_write():
    assert "không gọi điện lại được" in SMALLTALK(a_turn("có ai gọi cho tôi được không"), KNOWLEDGE).reply.text
    assert "không gọi điện" not in SMALLTALK(a_turn("gặp cán bộ"), KNOWLEDGE).reply.text


@pytest.mark.parametrize(
    "text",
    [
        "gọi vốn cho startup ở đâu", "có ai tư vấn khởi nghiệp không", "ai hướng dẫn đăng ký nhãn hiệu",
        "dự án kêu gọi người tham gia", "gặp ai để nộp hồ sơ", "ai giúp trạm xanh",
        "gặp khó khăn thì được hỗ trợ không",
    ],
)  # fmt: skip
def test_a_question_with_the_words_of_a_call_stays_one(text):
    assert said(text) is None
    assert SMALLTALK(a_turn(text), KNOWLEDGE) is None


@pytest.mark.parametrize(
    "text",
    [
        "xóa lịch sử", "xoá lịch sử", "xoa lich su chat", "xóa dữ liệu của tôi", "Xóa lịch sử của tôi",
        "xóa hết tin nhắn giúp em với ạ", "xoas lichj suwr",
    ],
)  # fmt: skip
def test_deleting_ones_data_may_be_said_in_many_ways(text):
    assert SMALLTALK(a_turn(text), KNOWLEDGE).kind is OutcomeKind.PRIVACY


@pytest.mark.parametrize("text", ["xóa đói giảm nghèo", "lịch sử tỉnh", "xóa nợ cho doanh nghiệp được không"])
def test_other_deletions_are_questions(text):
    assert SMALLTALK(a_turn(text), KNOWLEDGE) is None


@pytest.mark.parametrize(
    ("text", "erases", "payload"),
    [
        *((text, True, ERASE) for text in (
            "đúng", "vâng ạ", "đồng ý", "dong y", "xác nhận", "xac nhan", "xóa", "xoa", "uh xóa", "xóa đi",
            "ok xóa hết giúp em với ạ", "tôi đồng ý xóa",
        )),
        *((text, False, KEEP) for text in (
            "không", "ko", "thôi", "thôi không xóa nữa", "đừng xóa", "dung xoa", "khoan đã", "không đồng ý",
        )),
    ],
)  # fmt: skip
def test_a_yes_or_no_answers_whether_to_delete(text, erases, payload):
    asked = SMALLTALK(a_turn("xóa lịch sử"), KNOWLEDGE)

    outcome = PICKING(a_turn(text, state=asked.state), KNOWLEDGE)

    assert (outcome.erase, outcome.trace.reason) == (erases, payload.removeprefix("#"))


@pytest.mark.parametrize(
    "text",
    ["alo", "dạ", "cảm ơn", "hihi", "không đồng ý xóa hết", "dung", "có xóa không", "trời đẹp quá", "chưa muốn xóa"],
)
def test_what_is_neither_yes_nor_no_has_it_asked_again(text):
    """Small talk would read as if the deletion were done."""
    asked = SMALLTALK(a_turn("xóa lịch sử"), KNOWLEDGE)
    confirming = Confirming((PICKING, MANNERS, SMALLTALK, Faq(OFFICE)))

    outcome = confirming(a_turn(text, state=asked.state), KNOWLEDGE)

    assert not outcome.erase
    assert outcome.reply.text.startswith("Em chưa xóa nội dung nào.")
    assert [choice.payload for choice in outcome.state.choices] == [ERASE, KEEP]


def test_a_clear_question_is_answered_though_the_deletion_is_open():
    asked = SMALLTALK(a_turn("xóa lịch sử"), KNOWLEDGE)
    confirming = Confirming((PICKING, MANNERS, SMALLTALK, Faq(OFFICE)))

    assert confirming(a_turn("Áp dụng cho ai?", state=asked.state), KNOWLEDGE).entry == "who"
    assert confirming(a_turn("gặp cán bộ", state=asked.state), KNOWLEDGE).kind is OutcomeKind.HANDOFF
    assert confirming(a_turn("alo"), KNOWLEDGE) is None


def test_after_a_no_a_yes_deletes_nothing():
    asked = SMALLTALK(a_turn("xóa lịch sử"), KNOWLEDGE)
    kept = PICKING(a_turn("không", state=asked.state), KNOWLEDGE)

    assert PICKING(a_turn("ok", state=kept.state), KNOWLEDGE) is None


def test_a_yes_opens_the_one_entry_that_was_offered():
    assert PICKING(a_turn("có", state=a_menu("how")), KNOWLEDGE).entry == "how"
    assert PICKING(a_turn("có", state=a_menu("who", "how")), KNOWLEDGE) is None
    assert PICKING(a_turn("có", state=replace(a_menu("how"), entry="who")), KNOWLEDGE) is None, "nothing was asked"


@pytest.mark.parametrize(
    "text",
    ["có ai không", "alo có ai không", "alo", "sao chưa thấy ai trả lời", "chờ lâu quá rồi", "khoảng mấy giờ gọi"],
)
async def test_who_waits_for_staff_is_told_that_the_request_stands_and_when_they_come(town, text):
    await town.after(hours=9)
    await town.say("an", "gặp cán bộ")

    await town.say("an", text)

    assert "đã được ghi nhận" in town.heard("an")[1]
    assert "07:30 thứ Ba ngày 06/01/2026" in town.heard("an")[1]
    assert "cần hỏi về nội dung gì" not in town.heard("an")[1]
    assert [row[0] for row in await town.rows(Miss.reason)] == ["asked_for_person"], "the one of the first request"


async def test_a_greeting_is_a_greeting_when_nobody_waits(town):
    await town.say("an", "có ai không")

    assert "Xin chào" in town.heard("an")[0]


async def test_a_complaint_right_after_an_answer_counts_as_a_thumb_down(town):
    await town.say("an", KNOWN)
    await town.say("an", "trả lời sai rồi")
    await town.say("an", "bot ngu")

    assert await town.rows(Feedback.value) == [(-1,)]
    assert await town.rows(Miss.text, Miss.reason) == [(KNOWN, "thumbs_down")]


@pytest.mark.parametrize(
    "before", [[], ["cảm ơn"], ["trồng nấm được vay không"]], ids=["nothing", "thanks", "no answer"]
)
async def test_a_complaint_about_nothing_in_particular_judges_nothing(town, before):
    await town.say("an", KNOWN)
    await town.after(minutes=0 if before else 11)
    for text in before:
        await town.say("an", text)

    await town.say("an", "bot ngu")

    assert await town.rows(Feedback.value) == []
    assert "thumbs_down" not in [row[0] for row in await town.rows(Miss.reason)]


async def test_nothing_of_all_this_fills_the_queue_of_staff(town):
    for texts in INTENTS.values():
        for text in texts:
            await town.say("an", text)
            town.clock.advance(timedelta(minutes=1))
    await town.do_chores()

    assert await town.rows(Miss.text) == []


@pytest.mark.parametrize(("text", "reason"), [("đúng", "reply"), ("dừng", None), ("dung", None)])
def test_right_and_stop_are_told_apart_by_their_marks(text, reason):
    outcome = said(text)

    assert (outcome.trace.reason if outcome else None) == reason


def test_choices_stay_open_after_a_courtesy():
    state = a_menu("who", "how")

    assert said("hihi", state=state).state == state
