"""Splitting, cutting and laying out text."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import layout
from bot.messages import Choice, Link, Reply, Source
from webhooks.whatsapp import rendering as whatsapp_rendering
from webhooks.zalo import rendering as zalo_rendering
from webhooks.zalo_bot import payloads as zalo_bot_payloads

VIETNAMESE = "hồ sơ đăng ký hỗ trợ khởi nghiệp sáng tạo gồm những gì, nộp ở đâu. Sở Khoa học và Công nghệ Cao Bằng!\n\n"
PIECES = [*VIETNAMESE, "👋🏽", "👨‍👩‍👧", "e\u0323\u0302", "\u200d", "x"]
texts = st.lists(st.sampled_from(PIECES), max_size=600).map("".join)
SOURCE = Source(title="Nghị quyết 93", url="https://caobang.example/a#:~:text=x", published_on=date(2024, 1, 22))


def letters(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


@given(text=texts, limit=st.integers(1, 80))
def test_parts_are_within_the_limit_and_lose_only_white_space(text, limit):
    parts = layout.split_text(text, limit)

    assert all(0 < len(part) <= limit and part == part.strip() for part in parts)
    assert "".join(letters(part) for part in parts) == letters(text)


@given(text=texts, limit=st.integers(0, 80))
def test_a_shortened_title_is_one_line_within_the_limit(text, limit):
    title = layout.shorten(text, limit)

    assert len(title) <= limit
    assert "\n" not in title
    assert title == unicodedata.normalize("NFC", title)


@given(text=texts, tail=texts, limit=st.integers(20, 120), most=st.integers(1, 3))
def test_folded_text_is_within_the_limit_and_keeps_its_tail(text, tail, limit, most):
    parts = layout.fold(text, tail, limit, most=most)

    assert len(parts) <= most
    assert all(len(part) <= limit for part in parts)
    if layout.paragraphs(tail) and len(layout.nfc(tail).strip()) <= limit * 3 // 4:
        assert letters("".join(parts)).endswith(letters(tail))


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        pytest.param("", 10, [], id="nothing"),
        pytest.param("  ngắn  ", 10, ["ngắn"], id="short"),
        pytest.param("Một đoạn.\n\nHai đoạn.", 12, ["Một đoạn.", "Hai đoạn."], id="paragraph"),
        pytest.param("Câu một. Câu hai dài.", 15, ["Câu một.", "Câu hai dài."], id="sentence"),
        pytest.param("một hai ba bốn", 8, ["một hai", "ba bốn"], id="word"),
        pytest.param("aaaaaaaaaa", 4, ["aaaa", "aaaa", "aa"], id="no place to cut"),
        pytest.param("a. bbbbbbbbb cc", 13, ["a. bbbbbbbbb", "cc"], id="a sentence end too early is not taken"),
    ],
)
def test_text_is_split_at_the_best_place(text, limit, expected):
    assert layout.split_text(text, limit) == expected


def test_no_letter_loses_its_marks():
    """x with two marks has no composed form, so a cut could tear it apart."""
    parts = layout.split_text("x\u0302\u0323" * 10, 4)

    assert all(unicodedata.combining(part[0]) == 0 for part in parts)


def test_splitting_into_parts_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="limit"):
        layout.split_text("a", 0)


@pytest.mark.parametrize(
    ("title", "limit", "expected"),
    [
        pytest.param("Thủ tục đăng ký hỗ trợ", 22, "Thủ tục đăng ký hỗ trợ", id="fits exactly"),
        pytest.param("Thủ tục đăng ký hỗ trợ", 20, "Thủ tục đăng ký hỗ…", id="cut at a word"),
        pytest.param("Thủ tục, đăng ký", 10, "Thủ tục…", id="no comma before the ellipsis"),
        pytest.param("Khoinghiepsangtao", 8, "Khoingh…", id="one long word"),
        pytest.param(unicodedata.normalize("NFD", "Thủ tục đăng ký hỗ trợ"), 22, "Thủ tục đăng ký hỗ trợ", id="NFD"),
        pytest.param("hai  dòng\nmột tên", 40, "hai dòng một tên", id="one line"),
        pytest.param("abc", 1, "…", id="room for the ellipsis only"),
        pytest.param("abc", 0, "", id="no room"),
    ],
)
def test_a_title_is_cut_at_a_word(title, limit, expected):
    assert layout.shorten(title, limit) == expected


def test_a_spoken_reply_names_its_source_and_links():
    reply = Reply(text="Được.", source=SOURCE, links=(Link(title="Điện thoại", url="tel:0206123456"),))

    assert layout.spoken(reply) == (
        "Được.\n\nTheo bài “Nghị quyết 93”, ngày 22/01/2024:\nhttps://caobang.example/a#:~:text=x\n\n"
        "Điện thoại: 0206123456"
    )


def test_a_source_without_date_or_address():
    source = Source(title="Bài {viết}", url="")

    assert layout.source_line(source, with_url=True) == "Theo bài “Bài {viết}”."


@pytest.mark.parametrize(
    ("count", "ending"),
    [
        pytest.param(1, "Anh/chị trả lời 1 để chọn.", id="one"),
        pytest.param(2, "Anh/chị trả lời 1 hoặc 2 để chọn.", id="two"),
        pytest.param(3, "Anh/chị trả lời 1, 2 hoặc 3 để chọn.", id="three"),
        pytest.param(8, "Anh/chị trả lời một số từ 1 đến 8 để chọn.", id="many"),
    ],
)
def test_a_menu_says_how_to_pick(count, ending):
    menu = layout.numbered([Choice(title=f"Mục {n}", payload=f"#faq:{n}") for n in range(count)])

    assert menu.splitlines()[0] == "1. Mục 0"
    assert menu.splitlines()[-1] == ending


def test_no_choices_no_menu():
    assert layout.numbered(()) == ""


ONE = Choice(title="Mục gần nhất", payload="#faq:x")


def nearest(*choices):
    links = (Link(title="Gọi 0206 3852 000", url="tel:02063852000"),)
    return Reply(text="Nội dung không nêu.\n\nNội dung gần nhất em có:", choices=choices, links=links)


def test_what_introduces_the_choices_is_told_from_the_rest():
    assert layout.introduced(nearest(ONE)) == ("Nội dung không nêu.", "Nội dung gần nhất em có:")
    assert layout.introduced(nearest()) == (nearest().text, "")
    assert layout.introduced(replace(nearest(ONE), text="Chọn một mục:")) == ("Chọn một mục:", "")
    assert layout.introduced(replace(nearest(ONE), text="Một.\n\nHai.")) == ("Một.\n\nHai.", "")


@pytest.mark.parametrize("render", [zalo_bot_payloads.render, whatsapp_rendering.render, zalo_rendering.render])
def test_nothing_stands_between_the_choices_and_what_introduces_them(render):
    many = tuple(Choice(title=f"Câu hỏi dài số {number} của mục này", payload=f"#faq:{number}") for number in range(12))

    said = json.dumps(render(nearest(*many))[-1], ensure_ascii=False)

    assert "Nội dung gần nhất em có:\\n1. Câu hỏi" in said
    is_text = "buttons" not in said  # else the number is a button below those of the choices
    assert not is_text or said.index("không nêu") < said.index("0206 3852 000") < said.index("Nội dung gần nhất")
