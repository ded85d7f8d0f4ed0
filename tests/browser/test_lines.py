"""Bad lines: nothing is lost, nothing is sent twice, and the visitor is told what is going on."""

from __future__ import annotations

import signal

import pytest
from playwright.sync_api import expect

from tests.browser.support import ANSWER, QUESTION, Panel, until

pytestmark = pytest.mark.browser

NO_SOCKETS = "window.WebSocket = class { constructor() { throw new Error('blocked'); } }"
RECORDED = "SELECT COUNT(*) FROM messages WHERE author = 'contact' AND text = ?"


def how_often(server, text: str) -> int:
    return server.rows(RECORDED, text)[0][0]


def test_a_question_typed_offline_is_sent_once_when_the_line_returns(server, visitor):
    panel = Panel(visitor.open(f"{server.url}/chat/panel"))
    panel.ask_and_wait("xin chào")
    visitor.context.set_offline(offline=True)
    expect(panel.status).to_contain_text("Thiết bị đang mất mạng")

    question = "nghị quyết 93 áp dụng cho ai khi mất mạng"
    panel.ask(question)
    expect(panel.page.locator(".unsent:visible")).to_have_text("Đang chờ gửi")
    panel.page.wait_for_timeout(500)
    assert how_often(server, question) == 0
    visitor.context.set_offline(offline=False)

    expect(panel.page.locator(".unsent:visible")).to_have_count(0)
    until(lambda: how_often(server, question) == 1)
    expect(panel.questions).to_have_count(2)
    expect(panel.status).to_be_empty()
    visitor.errors.clear()  # the browser reports the lines it lost


def test_a_question_typed_offline_survives_closing_the_tab(server, visitor):
    first = visitor.open(f"{server.url}/chat/panel")
    panel = Panel(first)
    panel.ask_and_wait("xin chào")
    visitor.context.set_offline(offline=True)
    question = "nghị quyết 93 áp dụng cho ai, tab đã đóng"
    panel.ask(question)
    first.close()
    visitor.context.set_offline(offline=False)

    later = Panel(visitor.open(f"{server.url}/chat/panel"))

    expect(later.questions).to_have_count(2)
    until(lambda: how_often(server, question) == 1)
    visitor.errors.clear()


def test_a_server_killed_after_the_question_answers_it_once_when_it_is_back(own_server, visitor):
    page = visitor.open(f"{own_server.url}/chat/panel")
    panel = Panel(page)
    panel.ask_and_wait("xin chào")

    own_server.process.send_signal(signal.SIGSTOP)  # takes the question in, and gets to nothing else
    panel.ask(QUESTION)
    page.wait_for_timeout(300)
    own_server.stop(signal.SIGKILL)
    expect(panel.status).to_have_text("Đang kết nối lại…", timeout=10_000)
    expect(panel.questions).to_have_count(2)
    own_server.start()

    expect(panel.sources).to_have_count(1, timeout=40_000)
    expect(panel.answers.last).to_contain_text(ANSWER)
    expect(panel.status).to_be_empty()
    assert how_often(own_server, QUESTION) == 1
    visitor.errors.clear()  # the browser reports every attempt that failed


def test_an_orderly_restart_only_shows_that_the_line_comes_back(own_server, visitor):
    panel = Panel(visitor.open(f"{own_server.url}/chat/panel"))
    panel.ask_and_wait(QUESTION)

    own_server.stop()
    own_server.start()

    assert "36" in panel.ask_and_wait("nghị quyết 36 là gì")
    expect(panel.questions).to_have_count(2)
    visitor.errors.clear()


def test_a_line_without_sockets_uses_an_event_stream(server, visitor):
    visitor.context.add_init_script(NO_SOCKETS)
    page = visitor.open(f"{server.url}/chat/panel")
    panel = Panel(page)

    assert ANSWER in panel.ask_and_wait(QUESTION)

    assert any("/chat/stream" in url for url in visitor.requests)
    other = Panel(visitor.open(f"{server.url}/chat/panel"))
    other.ask_and_wait("nghị quyết 36 là gì")
    expect(panel.questions).to_have_count(2)


def test_a_line_that_holds_events_back_is_polled(server, visitor):
    visitor.context.add_init_script(NO_SOCKETS)
    visitor.context.route("**/chat/stream*", lambda route: None)
    panel = Panel(visitor.open(f"{server.url}/chat/panel"))
    panel.ask(QUESTION)

    expect(panel.sources).to_have_count(1, timeout=15_000)

    assert any("/chat/messages?" in url for url in visitor.requests)


def test_a_session_that_has_ended_does_not_lose_the_question(server, visitor):
    page = visitor.open(f"{server.url}/chat/panel")
    panel = Panel(page)
    panel.ask_and_wait(QUESTION)
    page.evaluate("localStorage.setItem('hoidap.token', 'expired')")

    page.reload()
    panel.ask("nghị quyết 36 là gì")

    expect(panel.questions).to_have_text(["nghị quyết 36 là gì"])
    expect(panel.sources).to_have_count(1)
    visitor.errors.clear()


def test_two_tabs_that_ask_first_at_the_same_time_share_one_conversation(server, visitor):
    one = Panel(visitor.open(f"{server.url}/chat/panel"))
    other = Panel(visitor.open(f"{server.url}/chat/panel"))

    one.input.fill(QUESTION)
    other.input.fill("nghị quyết 36 là gì")
    for panel in (one, other):
        panel.page.evaluate("document.querySelector('form').requestSubmit()")

    for panel in (one, other):
        expect(panel.questions).to_have_count(2, timeout=20_000)  # the other tab's comes by way of the server
        expect(panel.sources).to_have_count(2, timeout=20_000)


def test_whoever_hurries_is_asked_politely_and_loses_nothing(own_server, visitor):
    own_server.stop()
    own_server.environment["HOIDAP_CHANNELS__WEBCHAT__MESSAGES_PER_MINUTE"] = "3"
    own_server.start()
    panel = Panel(visitor.open(f"{own_server.url}/chat/panel"))
    for number in range(3):
        panel.ask_and_wait(f"xin chào {'ạ' * number}")

    panel.ask(QUESTION)

    expect(panel.status).to_contain_text("Anh/chị gửi hơi nhanh")
    expect(panel.sources).to_have_count(1, timeout=40_000)
    assert how_often(own_server, QUESTION) == 1


def test_when_the_server_is_away_the_page_is_untouched_and_a_person_may_try_again(own_server, visitor):
    page = visitor.open(f"{own_server.url}/widget/sample")
    page.locator("hoidap-widget .launcher").wait_for()
    own_server.stop()
    page.wait_for_timeout(500)
    assert visitor.errors == []

    page.locator("hoidap-widget .launcher").click()

    expect(page.locator("hoidap-widget .trouble")).to_contain_text("Hiện chưa kết nối được", timeout=15_000)
    assert not [error for error in visitor.errors if error.startswith("uncaught")]
    before = len(visitor.requests)
    page.wait_for_timeout(3000)
    assert len(visitor.requests) == before, "only a person tries again"
    own_server.start()
    page.get_by_role("button", name="Thử lại").click()
    open_panel = page.frame_locator("hoidap-widget iframe").locator("textarea")
    open_panel.wait_for()
    visitor.errors.clear()
