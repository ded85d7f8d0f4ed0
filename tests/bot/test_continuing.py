"""In a talk a number may be taken back, and what was just said is not said again word for word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handlers.continuing import Continuing, told
from bot.handlers.correcting import corrected, naming
from bot.handlers.faq import Faq
from bot.messages import DialogueState, OutcomeKind
from knowledge.matching.model import Reason, Verdict
from tests.bot.test_handlers import KNOWLEDGE, NOW, OFFICE, Matching, a_turn, candidates

CONTINUING = Continuing(OFFICE, Faq(OFFICE))
ASKED = "nghị quyết 39 của tỉnh quy định gì"
AGAIN = "nghị quyết 93 của tỉnh quy định gì"
ANSWER = "TOT gồm 15 thành viên; ra mắt Trạm xanh. Năm 2023 có 31 nhiệm vụ cấp tỉnh, 07 nhiệm vụ cấp cơ sở."


def certain(entry):
    found = candidates((entry, 0.9))
    return replace(KNOWLEDGE, matcher=Matching(verdict=Verdict.ANSWER, reason=Reason.CONFIDENT, candidates=found))


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


def test_what_was_just_said_is_not_said_again():
    state = DialogueState(entry="who", at=NOW)

    outcome = CONTINUING(a_turn("còn kiểu dáng thì sao", state=state), certain("who"))

    assert (outcome.kind, outcome.entry) == (OutcomeKind.ANSWER, "who")
    assert "em chỉ có thông tin vừa nêu ở trên" in outcome.reply.text
    assert "0206 3852 123" in outcome.reply.text
    assert outcome.reply.source is not None


def test_no_part_of_what_has_expired_is_said_without_its_warning():
    state = DialogueState(entry="contest", at=NOW)

    outcome = CONTINUING(a_turn("năm 2023-2024 à", state=state), certain("contest"))

    assert "em chỉ có thông tin vừa nêu ở trên" in outcome.reply.text


@pytest.mark.parametrize(
    ("text", "state"),
    [
        pytest.param("Áp dụng cho ai?", DialogueState(entry="who", at=NOW), id="the very question once more"),
        pytest.param("ai được hưởng", DialogueState(entry="how", at=NOW), id="another entry before"),
        pytest.param("ai được hưởng", DialogueState(entry="who", at=NOW - timedelta(minutes=11)), id="long ago"),
    ],
)
def test_else_an_answer_is_said_whole(text, state):
    assert CONTINUING(a_turn(text, state=state), certain("who")).reply.text == "Mọi doanh nghiệp."


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("có mấy người", "TOT gồm 15 thành viên."),
        ("cấp cơ sở?", "Năm 2023 có 31 nhiệm vụ cấp tỉnh, 07 nhiệm vụ cấp cơ sở."),
        ("bao nhieu tien", ""),
        ("nop o dau", ""),
        ("trạm xanh ra mắt chưa", "ra mắt Trạm xanh."),
        ("thế à", ""),
        ("không áp dụng với ai", ""),
    ],
)
def test_the_part_that_tells_what_is_asked_is_said_again(question, part):
    assert told(question, ANSWER) == part
