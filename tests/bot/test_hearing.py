"""What an answer in somebody's own words means."""

from __future__ import annotations

import pytest

from bot.handlers.hearing import command_of, hear, is_mere_agreement, is_question
from knowledge.eligibility.engine import Command
from knowledge.eligibility.model import UNSURE, Step
from tests.support.guides import a_number, starter_guide

GUIDE = starter_guide()
PEOPLE = Step.model_validate(a_number())
FOUNDED = Step.model_validate({"key": "ngay", "kind": "date", "question": "Thành lập ngày nào?"})


@pytest.mark.parametrize(
    ("step", "text", "expected"),
    [
        ("doi-tuong", "cty e", ("doanh-nghiep",)),
        ("doi-tuong", "cty 100% vốn Hàn", ("doanh-nghiep",)),
        ("doi-tuong", "HTX ạ", ("hop-tac-xa",)),
        ("doi-tuong", "em là sinh viên", ("ca-nhan",)),
        ("doi-tuong", "hkd", ("ho-kinh-doanh",)),
        ("von-nuoc-ngoai", "cty 100% vốn Hàn", ("toan-bo",)),
        ("von-nuoc-ngoai", "100% vốn trong nước", ("khong",)),
        ("von-nuoc-ngoai", "lien doanh 30% von nuoc ngoai", ("mot-phan",)),
        ("von-nuoc-ngoai", "công ty vốn Nhật", ("toan-bo", "mot-phan")),
        ("von-nuoc-ngoai", "liên doanh 30% vốn Hàn Quốc", ("mot-phan",)),
        ("noi-dang-ky", "ở huyện hòa an", ("cao-bang",)),
        ("von-nuoc-ngoai", "có ạ", ("toan-bo", "mot-phan")),
        ("von-nuoc-ngoai", "ko có nhé", ("khong",)),
        ("von-nuoc-ngoai", "cty e không có vốn nước ngoài", ("khong",)),
        ("von-nuoc-ngoai", "chưa rõ ạ", (UNSURE,)),
        ("von-nuoc-ngoai", "em ko biết", (UNSURE,)),
        ("quoc-tich", "mình người Việt", ("viet-nam",)),
        ("hoat-dong", "dạ có", ("co",)),
        ("hoat-dong", "vâng", ("co",)),
        ("hoat-dong", "đúng rồi ạ", ("co",)),
        ("hoat-dong", "dạ chưa có ạ", ("khong",)),
        ("hoat-dong", "không phải", ("khong",)),
        ("noi-dang-ky", "ở hà nội", ("noi-khac",)),
        ("noi-dang-ky", "không ở cao bằng", None),
        ("hoat-dong", "cảm ơn", None),
        ("hoat-dong", "em ở hà nội cơ", None),
        ("hoat-dong", "bên em hiện chưa làm gì", ("khong",)),
        ("hoat-dong", "có, đang nghiên cứu giống lúa", ("co",)),
        ("doi-tuong", "em có công ty và cũng là hộ kinh doanh", ("doanh-nghiep", "ho-kinh-doanh")),
        ("hoat-dong", "nghị quyết 93 là gì", None),
    ],
)
def test_a_choice_is_understood_in_the_words_people_use(step, text, expected):
    heard = hear(GUIDE.step(step), text)

    assert (heard.values if heard else None) == expected


@pytest.mark.parametrize(
    ("step", "text", "expected"),
    [
        (PEOPLE, "12", "12"),
        (PEOPLE, "khoảng 1.200 người", "1200"),
        (PEOPLE, "12,5", "12.5"),
        (PEOPLE, "2 triệu", "2000000"),
        (PEOPLE, "1,5 tỷ đồng", "1500000000"),
        (PEOPLE, "1.2.3", None),
        (PEOPLE, "nhiều lắm", None),
        (FOUNDED, "15/03/2024", "2024-03-15"),
        (FOUNDED, "ngày 5-3-2024 ạ", "2024-03-05"),
        (FOUNDED, "2024-03-15", "2024-03-15"),
        (FOUNDED, "30/02/2024", None),
        (FOUNDED, "năm ngoái", None),
        (FOUNDED, "không nhớ", UNSURE),
    ],
)
def test_numbers_and_days_are_read_as_vietnamese_write_them(step, text, expected):
    heard = hear(step, text)

    assert (heard.values[0] if heard else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("quay lại", Command.BACK),
        ("quay lai nhé", Command.BACK),
        ("bắt đầu lại", Command.RESTART),
        ("thôi ạ", Command.CANCEL),
        ("thôi không kiểm tra nữa", Command.CANCEL),
        ("thôi em hỏi cái khác", Command.CANCEL),
        ("em nhầm rồi ạ", Command.BACK),
        ("tiếp tục đi", Command.BEGIN),
        ("thôi được rồi, vốn trong nước", None),
        ("có", None),
    ],
)
def test_commands_are_whole_messages(text, expected):
    assert command_of(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("công ty có vốn nước ngoài có được hỗ trợ không", True),
        ("doanh nghiệp khoa học là gì", True),
        ("cty e?", True),
        ("cty 100% vốn Hàn", False),
        ("dạ không", False),
        ("cty e chưa có", False),
    ],
)
def test_a_question_is_told_from_an_answer(text, expected):
    assert is_question(text) is expected


@pytest.mark.parametrize(("text", "expected"), [("dạ có ạ", True), ("không", True), ("có vốn", False), ("", False)])
def test_a_mere_yes_is_no_question(text, expected):
    assert is_mere_agreement(text) is expected
