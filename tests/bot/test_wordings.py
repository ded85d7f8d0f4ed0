"""A wording of an entry is what is asked: nothing of the person who asked, and no courtesies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wordings import without_persons, wording_of, wordings_of

REGISTER = "Cho em hỏi thủ tục đăng ký nhãn hiệu thế nào? SĐT em [phone], CCCD [number]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("sđt em là [phone] hỏi vay vốn", "hỏi vay vốn", id="masked, with what led to it"),
        pytest.param("gọi 0912 345 678 nhé", "", id="not masked yet, and nothing else"),
        pytest.param("[email]", "", id="nothing else"),
        pytest.param("nghị quyết 93/2021/NQ-HĐND", "nghị quyết 93/2021/NQ-HĐND", id="a document is nobody's"),
        pytest.param("vay vốn ở đâu, số em [phone]", "vay vốn ở đâu", id="behind a comma"),
        pytest.param("em là [name], ở [address], vay vốn ở đâu", "vay vốn ở đâu", id="an introduction"),
        pytest.param(REGISTER, "Cho em hỏi thủ tục đăng ký nhãn hiệu thế nào?", id="a sentence of particulars"),
        pytest.param("Vay vốn ở đâu? Gọi lại cho em theo số [phone] nhé. Em cảm ơn", "Vay vốn ở đâu?", id="and thanks"),
        pytest.param("em là sinh viên, vay vốn ở đâu ạ", "em là sinh viên, vay vốn ở đâu ạ", id="nobody's"),
    ],
)
def test_what_becomes_a_wording_keeps_nothing_of_a_person(text, expected):
    assert without_persons(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(REGISTER, "Thủ tục đăng ký nhãn hiệu thế nào?", id="an opener and particulars"),
        pytest.param("dạ cho em hỏi chút, vay vốn ở đâu ạ?", "vay vốn ở đâu?", id="around it"),
        pytest.param("Chào anh chị. Em muốn hỏi về hồ sơ vay vốn. Em cảm ơn ạ", "Hồ sơ vay vốn.", id="whole sentences"),
        pytest.param("cho em hoi vay von mua nha", "vay von mua nha", id="without marks"),
        pytest.param("em là [name], ở [address], cho em hỏi vay vốn ở đâu", "vay vốn ở đâu", id="behind a person"),
        pytest.param(
            "Chào anh/chị, em tên là Nông Thị Mỵ (sinh viên), cho em hỏi điều kiện vay vốn",
            "Điều kiện vay vốn",
            id="what leads from a person to the question",
        ),
        pytest.param(
            "em có xưởng miến, cho em hỏi vay vốn ở đâu",
            "em có xưởng miến, cho em hỏi vay vốn ở đâu",
            id="what a question begins with",
        ),
        pytest.param("Cho vay khởi nghiệp thế nào", "Cho vay khởi nghiệp thế nào", id="no opener"),
        pytest.param("Hỏi đáp pháp luật ở đâu", "Hỏi đáp pháp luật ở đâu", id="a word of the question"),
        pytest.param("cho em hỏi", "cho em hỏi", id="nothing else"),
    ],
)
def test_courtesies_around_a_question_are_left_out(text, expected):
    assert wording_of(text) == expected


def test_the_shortest_clean_wording_comes_first():
    texts = (
        "Cho em hỏi thủ tục đăng ký nhãn hiệu [phone]",
        "cho mình hỏi thủ tục đăng ký nhãn hiệu như thế nào vậy ạ",
        "Thủ tục đăng ký nhãn hiệu thế nào?",
        "nhãn hiệu",
    )

    assert wordings_of(texts) == (
        "Thủ tục đăng ký nhãn hiệu thế nào?",
        "thủ tục đăng ký nhãn hiệu như thế nào",
        "nhãn hiệu",
        "Thủ tục đăng ký nhãn hiệu",
    )


def test_the_same_words_are_one_wording():
    assert wordings_of(("Vay vốn ở đâu?", "cho em hỏi vay vốn ở đâu ạ")) == ("vay vốn ở đâu",)


@pytest.mark.parametrize(
    "text", ["số điện thoại " * 300, "dạ ạ " * 800, "x" + " cảm ơn ạ" * 400 + " x", "sn" + " " * 4000]
)
def test_what_comes_again_and_again_takes_no_time(text):
    """A text that can be read in very many ways is read in one."""
    wording_of(f"{text} 0912345678 x")


@given(st.text(max_size=80) | st.text(alphabet="cho em hỏi, ạ.?!:;- [phone]\nemlàSĐT09123", max_size=80))
def test_any_text_can_be_read(text):
    wording_of(text)
    assert without_persons(without_persons(text)) == without_persons(text)
