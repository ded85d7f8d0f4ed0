"""How a reply looks on WhatsApp: two messages at most, every title within its limit."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Choice, Link, Reply, Source
from simulators.whatsapp import judge_message
from webhooks.whatsapp import rendering

TAKEN = -1
URL = "https://caobang.example/a"
SOURCE = Source(title="Nghị quyết 93", url=URL, published_on=date(2024, 1, 22))
SENTENCE = "Hồ sơ đăng ký hỗ trợ khởi nghiệp sáng tạo gồm những gì, nộp ở đâu. Sở Khoa học và Công nghệ!"
WORDS = [*SENTENCE.split(), "\n\n"]
long_texts = st.lists(st.sampled_from(WORDS), max_size=2500).map(" ".join)
titles = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join)


def choices(count: int, title: str = "Mục") -> tuple[Choice, ...]:
    return tuple(Choice(title=f"{title} {number}", payload=f"#faq:{number}") for number in range(1, count + 1))


def action(message):
    return message["interactive"]["action"]


def body(message):
    return message["interactive"]["body"]["text"]


def test_an_answer_without_choices_opens_its_source_by_a_button():
    (message,) = rendering.render(Reply(text="Được.", source=SOURCE))

    assert message["interactive"]["type"] == "cta_url"
    assert body(message) == "Được.\n\nTheo bài “Nghị quyết 93”, ngày 22/01/2024."
    assert action(message)["parameters"] == {"display_text": "Xem bài gốc", "url": URL}


def test_a_long_answer_without_choices_says_its_address():
    (message,) = rendering.render(Reply(text="Được. " * 200, source=SOURCE))

    assert message["type"] == "text"
    assert message["text"]["body"].endswith(URL)
    assert message["text"]["preview_url"] is True


def test_up_to_three_choices_are_buttons_below_the_answer():
    (message,) = rendering.render(Reply(text="Được.", source=SOURCE, choices=choices(3)))

    assert message["interactive"]["type"] == "button"
    assert body(message).endswith(URL)
    assert [button["reply"] for button in action(message)["buttons"]] == [
        {"id": "#faq:1", "title": "Mục 1"},
        {"id": "#faq:2", "title": "Mục 2"},
        {"id": "#faq:3", "title": "Mục 3"},
    ]


def test_a_short_title_is_used_as_staff_wrote_it():
    choice = Choice(title="Hồ sơ đăng ký hỗ trợ khởi nghiệp gồm những gì", payload="#faq:1", short_title="Hồ sơ gồm gì")

    (message,) = rendering.render(Reply(text="Được.", choices=(choice,)))

    assert action(message)["buttons"][0]["reply"]["title"] == "Hồ sơ gồm gì"
    assert body(message) == "Được."


def test_titles_that_had_to_be_cut_stand_in_full_above_the_buttons():
    long = Choice(title="Hồ sơ đăng ký hỗ trợ khởi nghiệp", payload="#faq:1")

    (message,) = rendering.render(Reply(text="Được.", choices=(long, *choices(1))))

    assert [button["reply"]["title"] for button in action(message)["buttons"]] == ["1. Hồ sơ đăng ký hỗ…", "2. Mục 1"]
    assert body(message) == "Được.\n\n1. Hồ sơ đăng ký hỗ trợ khởi nghiệp\n2. Mục 1"


def test_equal_titles_are_told_apart():
    twins = (Choice(title="Mục", payload="#faq:1"), Choice(title="mục", payload="#faq:2"))

    (message,) = rendering.render(Reply(text="Chọn:", choices=twins))

    assert [button["reply"]["title"] for button in action(message)["buttons"]] == ["1. Mục", "2. mục"]


def test_four_to_ten_choices_are_a_list_with_the_full_titles():
    (message,) = rendering.render(Reply(text="Chọn:", choices=choices(10, "Hồ sơ đăng ký hỗ trợ khởi nghiệp")))

    rows = action(message)["sections"][0]["rows"]
    assert message["interactive"]["type"] == "list"
    assert rows[9] == {
        "id": "#faq:10",
        "title": "10. Hồ sơ đăng ký hỗ…",
        "description": "Hồ sơ đăng ký hỗ trợ khởi nghiệp 10",
    }


def test_more_choices_than_a_list_holds_are_numbered():
    (message,) = rendering.render(Reply(text="Chọn:", choices=choices(12)))

    assert message["type"] == "text"
    assert "12. Mục 12" in message["text"]["body"]


def test_a_long_answer_with_choices_takes_two_messages():
    text, menu = rendering.render(Reply(text="Được. " * 300, source=SOURCE, choices=choices(2)))

    assert text["type"] == "text"
    assert text["text"]["body"].endswith(URL)
    assert body(menu) == "Anh/chị chọn một mục dưới đây:"


def test_buttons_are_written_out_when_they_are_refused():
    (buttons,) = rendering.render(Reply(text="Được.", choices=choices(2)))
    (link,) = rendering.render(Reply(text="Được.", source=SOURCE))

    assert rendering.plain(buttons)["text"]["body"] == (
        "Được.\n\n1. Mục 1\n2. Mục 2\nAnh/chị trả lời 1 hoặc 2 để chọn."
    )
    assert rendering.plain(link)["text"]["body"].endswith(URL)


@pytest.mark.parametrize("message", [{"type": "text", "text": {"body": "a"}}])
def test_plain_text_is_plain_already(message):
    assert rendering.plain(message) == message


@given(text=long_texts, titles=st.lists(titles, max_size=12), has_source=st.booleans(), links=st.integers(0, 3))
def test_no_reply_is_over_a_limit_or_takes_more_than_two_messages(text, titles, has_source, links):
    picks = tuple(Choice(title=title, payload=f"#faq:{number}") for number, title in enumerate(titles))
    source = Source(title=text, url=URL) if has_source else None
    reply = Reply(
        text=text.strip() or "x", source=source, choices=picks, links=(Link(title="Gọi", url="tel:1"),) * links
    )

    messages = rendering.render(reply)

    assert 1 <= len(messages) <= 2
    assert [judge_message(message) for message in messages] == [TAKEN] * len(messages)
    assert [judge_message(rendering.plain(message)) for message in messages] == [TAKEN] * len(messages)


def test_an_answer_with_choices_is_one_message_if_a_shorter_link_makes_it_one():
    """The encoded words of a text fragment would cost a second message, and that one leaves 6 seconds later."""
    url = "https://portal.example/bai.html"
    source = Source(title="Bài", url=f"{url}#:~:text={'%E1%BB%8B' * 60}")
    choices = (Choice(title="Điều kiện", payload="#faq:a"),)

    (message,) = rendering.render(Reply(text="Chữ " * 160, source=source, choices=choices))
    (short,) = rendering.render(Reply(text="Chữ.", source=source, choices=choices))

    assert url in message["interactive"]["body"]["text"]
    assert "#:~:" not in message["interactive"]["body"]["text"]
    assert source.url in short["interactive"]["body"]["text"], "with room enough, the link opens the sentence"
