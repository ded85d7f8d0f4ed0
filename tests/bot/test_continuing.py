"""In a talk a number may be taken back, and what was just said is not said again word for word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handlers.continuing import Continuing, told
from bot.handlers.correcting import corrected, following, naming
from bot.handlers.faq import Faq
from bot.handlers.manners import Manners
from bot.handlers.picking import Picking
from bot.handlers.telling import digest_of
from bot.messages import DialogueState, OutcomeKind
from bot.records import dump_state, load_state
from knowledge.matching.model import Match, Reason, Verdict
from tests.bot.test_handlers import KNOWLEDGE, NOW, OFFICE, PICKING, Matching, a_menu, a_turn, candidates

CONTINUING = Continuing(OFFICE, Faq(OFFICE))
ASKED = "nghị quyết 39 của tỉnh quy định gì"
AGAIN = "nghị quyết 93 của tỉnh quy định gì"
ANSWER = "TOT gồm 15 thành viên; ra mắt Trạm xanh. Năm 2023 có 31 nhiệm vụ cấp tỉnh, 07 nhiệm vụ cấp cơ sở."


def said(entry, **state):
    """Return the state after an entry's answer was said just now."""
    return DialogueState(**{"entry": entry, "spoken": entry, "at": NOW, **state})


SAID = said("who")


class InTalk(Matching):
    """A matcher that is only sure of what leans on the talk."""

    def match(self, text, *, context=None):
        return (
            super().match(text, context=context) if context else Match(verdict=Verdict.UNKNOWN, reason=Reason.TOO_LOW)
        )


def leaning(entry):
    found = candidates((entry, 0.9))
    return replace(KNOWLEDGE, matcher=InTalk(verdict=Verdict.ANSWER, reason=Reason.CONFIDENT, candidates=found))


def certain(entry, verdict=Verdict.ANSWER):
    found = candidates((entry, 0.9))
    return replace(KNOWLEDGE, matcher=Matching(verdict=verdict, reason=Reason.CONFIDENT, candidates=found))


@pytest.mark.parametrize(
    "text",
    [
        "à nhầm 93", "ý em là 93", "93 chứ không phải 39", "không phải 39 mà là 93", "sorry 93 mới đúng",
        "í lộn số 93 nha", "y chi la 93", "viet nham phai la 93",
    ],
)  # fmt: skip
def test_a_number_that_is_taken_back_asks_the_question_again(text):
    assert corrected(text, ASKED) == AGAIN


def test_the_kind_of_document_may_be_taken_back_with_it():
    assert corrected("gõ lộn, quyết định 87/2023 cơ", ASKED) == "quyết định 87/2023 của tỉnh quy định gì"


@pytest.mark.parametrize(
    ("text", "document"), [("à nhầm 93", "93"), ("ý em là nq 93 ạ", "nq 93"), ("à nhầm, số 2", "")]
)
def test_without_a_question_before_it_the_document_alone_is_known(text, document):
    assert corrected(text, "") == document


@pytest.mark.parametrize(
    "text",
    [
        "93", "à nhầm", "nghị quyết 93 là gì", "nhầm 93 triệu", "em là sinh viên năm 3", "ý em là hợp tác xã",
        "không phải 93 thì là gì", "xin lỗi cho hỏi nghị quyết 93 áp dụng cho ai", "không phải 36 tháng à",
    ],
)  # fmt: skip
def test_other_messages_take_nothing_back(text):
    assert corrected(text, ASKED) == ""


def test_a_question_is_kept_only_when_it_names_one_document():
    assert naming(ASKED) == ASKED
    assert naming("so sánh nghị quyết 93 với nghị quyết 87") == naming("năm 2024 có gì") == naming("x" * 400) == ""


def test_a_correction_counts_for_as_long_as_the_talk_goes_on():
    first = CONTINUING(a_turn(ASKED), KNOWLEDGE)
    assert first.state.asked == ASKED

    later = replace(first.state, at=NOW - timedelta(minutes=11))
    again = CONTINUING(a_turn("à nhầm 93", state=first.state), KNOWLEDGE)

    assert again.state.asked == AGAIN
    assert CONTINUING(a_turn("à nhầm 93", state=later), KNOWLEDGE).state.asked == ""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("the con 87", "thế còn 87"), ("con 87", "thế còn 87"), ("thế còn 87", "thế còn 87"),
        ("87 thi sao", "thế còn 87"), ("còn nq 93 thì sao ạ", "thế còn nq 93"),
        ("vậy còn quyết định 32/2023", "thế còn quyết định 32/2023"),
        ("87", ""), ("con 2", ""), ("còn 87 triệu thì sao", ""), ("còn 30 ngày nữa", ""), ("87 áp dụng cho ai", ""),
        ("còn 87 với 93 thì sao", ""),
    ],
)  # fmt: skip
def test_the_number_of_another_document_goes_on_with_the_talk(text, meant):
    assert following(text) == meant


def test_what_was_just_said_is_not_said_again():
    state = SAID

    outcome = CONTINUING(a_turn("còn kiểu dáng thì sao", state=state), leaning("who"))

    assert (outcome.kind, outcome.entry) == (OutcomeKind.ANSWER, "who")
    assert "em chỉ có thông tin vừa nêu ở trên" in outcome.reply.text
    assert "0206 3852 123" in outcome.reply.text
    assert outcome.reply.source is not None


def test_no_part_of_what_has_expired_is_said_without_its_warning():
    state = said("contest")

    outcome = CONTINUING(a_turn("năm 2023-2024 à", state=state), leaning("contest"))

    assert "em chỉ có thông tin vừa nêu ở trên" in outcome.reply.text


@pytest.mark.parametrize(
    ("text", "state"),
    [
        pytest.param("Áp dụng cho ai?", SAID, id="the very question once more"),
        pytest.param("ai được hưởng", said("how"), id="another entry before"),
        pytest.param("ai được hưởng", said("who", at=NOW - timedelta(minutes=11)), id="long ago"),
        pytest.param("ai được hưởng", DialogueState(entry="who", at=NOW), id="only near, or offered"),
        pytest.param("ai được hưởng", SAID, id="in other words"),
        pytest.param("ai được hưởng", said("who", question=digest_of("Ai duoc huong?")), id="asked again"),
    ],
)
def test_else_an_answer_is_said_whole(text, state):
    assert CONTINUING(a_turn(text, state=state), certain("who")).reply.text == "Mọi doanh nghiệp."


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("có mấy người", "TOT gồm 15 thành viên; ra mắt Trạm xanh."),
        ("cấp cơ sở?", "Năm 2023 có 31 nhiệm vụ cấp tỉnh, 07 nhiệm vụ cấp cơ sở."),
        ("bao nhieu tien", ""),
        ("nop o dau", ""),
        ("trạm xanh ra mắt chưa", "TOT gồm 15 thành viên; ra mắt Trạm xanh."),
        ("thế à", ""),
        ("không áp dụng với ai", ""),
    ],
)
def test_the_part_that_tells_what_is_asked_is_said_again(question, part):
    assert told(question, ANSWER) == part


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("kể năm nội dung", "Năm nội dung: (1) nâng cao năng suất; (2) tài sản trí tuệ; (3) tập huấn."),
        ("hồ sơ gồm gì", "Hồ sơ gồm:\n- Đơn đề nghị.\n- Bản sao giấy phép.\n- Báo cáo."),
        ("ban giám khảo có những ai", "Ban giám khảo gồm TS. Nguyễn An, ThS. Lê Bình."),
        ("có vốn nước ngoài thì sao", "Không. Nghị quyết không áp dụng với doanh nghiệp có vốn nước ngoài."),
        ("nghị quyết áp dụng cho ai", "Nghị quyết áp dụng với: doanh nghiệp; tổ chức có Quỹ; hợp tác xã."),
    ],
)
def test_a_list_is_told_whole_and_a_yes_or_no_with_what_it_is_about(question, answer):
    assert told(question, answer) == answer


def test_only_the_sentence_that_tells_is_said_again():
    assert (
        told("lệ phí bao nhiêu", "Nộp tại Sở. Lệ phí là 50.000 đồng. Trả lời sau 5 ngày.") == "Lệ phí là 50.000 đồng."
    )


@pytest.mark.parametrize("verdict", [Verdict.PARTIAL, Verdict.CHOICES])
def test_what_was_not_told_or_only_offered_was_not_said(verdict):
    before = CONTINUING(a_turn("giá bao nhiêu"), certain("who", verdict)).state
    assert before.entry == "who"

    assert CONTINUING(a_turn("ai được hưởng", state=before), certain("who")).reply.text == "Mọi doanh nghiệp."


def test_an_answer_was_said_although_what_was_asked_after_it_is_not_told():
    state = CONTINUING(a_turn("ai được hưởng"), certain("who")).state
    state = CONTINUING(a_turn("giá bao nhiêu", state=state), certain("who", Verdict.PARTIAL)).state

    again = CONTINUING(a_turn("còn kiểu dáng thì sao", state=state), leaning("who"))

    assert "em chỉ có thông tin vừa nêu ở trên" in again.reply.text


def test_what_is_opened_from_a_menu_was_said():
    state = Picking(OFFICE)(a_turn("", payload="#faq:who"), KNOWLEDGE).state

    assert state.spoken == "who"


def test_the_office_is_asked_after_when_nothing_was_told():
    near = DialogueState(entry="who", at=NOW)
    contact = Manners(OFFICE)

    assert "0206 3852 123" in contact(a_turn("địa chỉ", state=near), certain("who")).reply.text
    assert contact(a_turn("địa chỉ", state=SAID), certain("who")) is None


def test_a_talk_stored_before_it_knew_what_was_said_goes_on():
    stored = {"entry": "who", "at": NOW.isoformat(), "asked": ASKED}

    assert load_state(stored) == DialogueState(entry="who", at=NOW, asked=ASKED)
    assert load_state(dump_state(SAID)) == SAID


PARTS = ("Áp dụng cho ai?", "Cách tiếp cận là gì?", "nộp ở đâu?")


@pytest.mark.parametrize("text", ["câu thứ nhất", "cau thu nhat", "câu đầu tiên", "câu hỏi thứ nhất ạ"])
def test_a_question_of_several_that_is_named_by_its_place_is_answered_again(text):
    state = said("who", parts=PARTS)
    answering = Recording()

    outcome = Continuing(OFFICE, answering)(a_turn(text, state=state), certain("who"))

    assert answering.asked == [PARTS[0]]
    assert outcome.reply.text == "Mọi doanh nghiệp."
    assert outcome.state.parts == PARTS


def test_what_was_left_over_can_be_named_too():
    answering = Recording()

    Continuing(OFFICE, answering)(a_turn("câu thứ ba", state=said("who", parts=PARTS)), certain("how"))

    assert answering.asked == [PARTS[2]]


def test_the_place_of_a_question_is_not_that_of_an_entry():
    menu = replace(a_menu("who", "how"), parts=PARTS)

    assert PICKING(a_turn("câu thứ hai", state=menu), KNOWLEDGE) is None
    assert PICKING(a_turn("cái thứ hai", state=menu), KNOWLEDGE).entry == "how"
    assert PICKING(a_turn("câu thứ hai", state=a_menu("who", "how")), KNOWLEDGE).entry == "how"


class Recording:
    """Answers questions, and remembers which."""

    def __init__(self):
        self.asked = []

    def __call__(self, turn, knowledge):
        self.asked.append(turn.update.text)
        return Faq(OFFICE)(turn, knowledge)
