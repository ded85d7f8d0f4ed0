"""How a reply looks on Zalo."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Choice, Link, Reply, Source
from simulators.zalo import judge_message
from webhooks.zalo import rendering

SOURCE = Source(title="Nghị quyết 93", url="https://caobang.example/a", published_on=date(2024, 1, 22))
PHONE = Link(title="Gọi Sở", url="tel:02063 852 456")
SENTENCE = "Hồ sơ đăng ký hỗ trợ khởi nghiệp sáng tạo gồm những gì, nộp ở đâu. Sở Khoa học và Công nghệ!"
WORDS = [*SENTENCE.split(), "\n\n"]
long_texts = st.lists(st.sampled_from(WORDS), max_size=1500).map(" ".join)
titles = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join)


def choices(count: int, title: str = "Mục") -> tuple[Choice, ...]:
    return tuple(Choice(title=f"{title} {number}", payload=f"#faq:{number}") for number in range(1, count + 1))


def test_an_answer_carries_its_source_as_line_and_button_and_its_choices_as_buttons():
    (message,) = rendering.render(Reply(text="Được.", source=SOURCE, choices=choices(3), links=(PHONE,)))

    assert message["text"] == "Được.\n\nTheo bài “Nghị quyết 93”, ngày 22/01/2024."
    assert rendering.buttons_of(message) == [
        {"title": "Mục 1", "type": "oa.query.hide", "payload": "#faq:1"},
        {"title": "Mục 2", "type": "oa.query.hide", "payload": "#faq:2"},
        {"title": "Mục 3", "type": "oa.query.hide", "payload": "#faq:3"},
        {"title": "Xem bài gốc", "type": "oa.open.url", "payload": {"url": "https://caobang.example/a"}},
        {"title": "Gọi Sở", "type": "oa.open.phone", "payload": {"phone_code": "842063852456"}},
    ]


def test_choices_may_be_sent_unseen():
    (message,) = rendering.render(Reply(text="Chọn", choices=choices(1)), choice_button="oa.query.hide")

    assert rendering.buttons_of(message)[0]["type"] == "oa.query.hide"


def test_choices_without_room_for_a_button_are_numbered():
    (message,) = rendering.render(Reply(text="Chọn:", source=SOURCE, choices=choices(7)))

    assert len(rendering.buttons_of(message)) == 5
    assert "7. Mục 7" in message["text"]


def test_a_long_answer_is_split_and_has_its_buttons_on_the_last_part():
    text = "\n\n".join(["Một đoạn văn dài. " * 40] * 5)

    messages = rendering.render(Reply(text=text, source=SOURCE, choices=choices(2)))

    assert len(messages) > 1
    assert all("attachment" not in message for message in messages[:-1])
    assert len(rendering.buttons_of(messages[-1])) == 3


def test_a_link_no_button_can_hold_is_said():
    (message,) = rendering.render(Reply(text="Liên hệ", links=(Link(title="Thư", url="mailto:a@b.example"),)))

    assert message == {"text": "Liên hệ\n\nThư: a@b.example"}


def test_a_source_without_a_web_address_is_said_with_what_it_has():
    (message,) = rendering.render(Reply(text="Được.", source=Source(title="Văn bản", url="javascript:x")))

    assert "attachment" not in message


def test_nothing_to_say_is_no_message():
    assert rendering.render(Reply(text="")) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("0206 3852 456", "842063852456"),
        ("+84 206 3852456", "842063852456"),
        ("842063852456", "842063852456"),
        ("1900 1234", "19001234"),
        ("", ""),
        ("abc", ""),
        ("113", ""),
    ],
)
def test_a_phone_number_is_dialled_with_the_country_code(number, code):
    assert rendering.phone_code(number) == code


def test_buttons_are_written_out_for_those_who_cannot_see_them():
    (message,) = rendering.render(Reply(text="Được.", source=SOURCE, choices=choices(2), links=(PHONE,)))

    assert rendering.plain(message) == {
        "text": "Được.\n\nTheo bài “Nghị quyết 93”, ngày 22/01/2024.\n\n"
        "Xem bài gốc: https://caobang.example/a\nGọi Sở: +842063852456\n\n"
        "1. Mục 1\n2. Mục 2\nAnh/chị trả lời 1 hoặc 2 để chọn."
    }


def test_a_menu_is_not_written_out_twice():
    (message,) = rendering.render(Reply(text="Chọn:", choices=choices(7)))

    assert rendering.plain(message)["text"].count("Mục 1\n") == 1


@given(text=long_texts, titles=st.lists(titles, max_size=12), has_source=st.booleans(), links=st.integers(0, 3))
def test_no_reply_is_over_a_limit(text, titles, has_source, links):
    picks = tuple(Choice(title=title, payload=f"#faq:{number}") for number, title in enumerate(titles))
    source = Source(title=text, url="https://caobang.example/a") if has_source else None
    reply = Reply(text=text.strip() or "x", source=source, choices=picks, links=(PHONE,) * links)

    messages = rendering.render(reply)

    assert 1 <= len(messages) <= 5
    assert [judge_message(message) for message in messages] == [0] * len(messages)
    assert [judge_message(rendering.plain(message)) for message in messages] == [0] * len(messages)
