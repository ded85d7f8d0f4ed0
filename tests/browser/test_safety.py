"""Whatever people or articles say, it is text."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.support import QUESTION, Panel

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<img src=x onerror=\"document.title='pwned'\">", id="element"),
        pytest.param("</p><script>document.title='pwned'</script>", id="script"),
        pytest.param("javascript:document.title='pwned' https://a.example/\"onmouseover=alert(1)", id="link"),
        pytest.param("{{ 7*7 }} ${7*7} <b>đậm</b>", id="template"),
    ],
)
def test_hostile_text_is_shown_as_it_was_typed(server, visitor, text):
    page = visitor.open(f"{server.url}/chat/panel")
    panel = Panel(page)

    panel.ask_and_wait(text)

    expect(panel.questions).to_have_text([text])
    assert page.title() == "Trợ lý hỏi đáp"
    assert page.locator(".message.contact *:not(p):not(span)").count() == 0
    page.reload()
    expect(panel.questions).to_have_text([text])


def test_marks_that_turn_the_text_around_stay_in_their_bubble(server, visitor):
    panel = Panel(visitor.open(f"{server.url}/chat/panel"))

    panel.ask_and_wait("\u202eniẩb ạl\u202c nghị quyết 93 \u2067abc")

    expect(panel.questions).to_have_css("unicode-bidi", "isolate")
    expect(panel.page.locator(".composer")).to_have_css("direction", "ltr")
    box = panel.questions.bounding_box()
    assert box is not None
    assert box["x"] > 0


def test_ten_thousand_characters_are_counted_and_refused_without_losing_them(server, visitor):
    panel = Panel(visitor.open(f"{server.url}/chat/panel"))
    panel.input.fill("ế" * 10_000)

    expect(panel.page.locator(".counter")).to_have_text("10.000/1.000 ký tự")
    panel.input.press("Enter")

    expect(panel.status).to_contain_text("Câu hỏi dài quá 1.000 ký tự")
    expect(panel.questions).to_have_count(0)
    assert len(panel.input.input_value()) == 10_000
    panel.input.fill(QUESTION)
    expect(panel.status).to_be_empty()


def test_a_thousand_characters_without_a_space_do_not_break_the_layout(server, visitors):
    page = visitors(viewport={"width": 320, "height": 640}).open(f"{server.url}/chat/panel")
    panel = Panel(page)

    panel.ask_and_wait("x" * 1000)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_telephone_number_is_masked_before_it_is_stored_and_the_visitor_sees_that(server, visitor):
    panel = Panel(visitor.open(f"{server.url}/chat/panel"))

    panel.ask_and_wait("gọi cho tôi số 0912 345 678 nhé")

    expect(panel.questions).to_have_text(["gọi cho tôi số [số điện thoại] nhé"])
    assert not server.rows("SELECT 1 FROM messages WHERE text LIKE '%345 678%'")


def test_no_address_ever_holds_the_token(server, visitor):
    page = visitor.open(f"{server.url}/chat/panel")
    Panel(page).ask_and_wait(QUESTION)
    token = page.evaluate("localStorage.getItem('hoidap.token')")

    page.reload()
    Panel(page).page.locator(".source").wait_for()

    assert len(token) >= 43
    assert not [url for url in visitor.requests if token in url]
    assert not server.rows("SELECT 1 FROM chat_sessions WHERE token_hash = ? OR contact = ?", token, token)
    assert token not in server.log
