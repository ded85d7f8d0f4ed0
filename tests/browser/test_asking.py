"""A visitor of the portal asks, and finds the conversation again."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from tests.browser.staff import hoidap
from tests.browser.support import ANSWER, PHONE, QUESTION, Panel, open_widget, panel_of, until

pytestmark = pytest.mark.browser


def test_asks_and_gets_the_answer_with_its_source(server, visitor):
    page = visitor.open(server.url)
    panel = open_widget(page)

    answer = panel.ask_and_wait(QUESTION)

    assert ANSWER in answer
    link = panel.sources.first
    assert link.get_attribute("target") == "_blank"
    assert "noopener" in (link.get_attribute("rel") or "")
    address = unquote(link.get_attribute("href") or "")
    assert address.startswith("https://startup.caobang.gov.vn/")
    assert ":~:text=" in address
    assert "22/01/2024" in panel.page.locator(".source").first.inner_text()
    assert page.context.cookies() == []


@pytest.mark.parametrize(
    "text", ["nq 93 apdung cho aiiiii z ad", "NQ93 áp dụng cho những ai v ạ", "nghi quyet 93 ap dung doi tuong nao"]
)
def test_understands_how_people_type(server, visitor, text):
    panel = open_widget(visitor.open(server.url))

    answer = panel.ask_and_wait(text)

    assert ANSWER in answer or panel.page.locator(".chip", has_text="Nghị quyết 93").count() > 0


def test_a_topic_is_opened_by_its_chip(server, visitor):
    panel = open_widget(visitor.open(server.url))
    chip = panel.page.locator(".chip").nth(1)  # behind the guide, which begins with a question of its own
    title = chip.inner_text()

    chip.click()

    panel.sources.first.wait_for()
    assert panel.questions.inner_text() == title
    expect(chip).to_have_attribute("aria-disabled", "true")


def test_a_related_question_is_one_tap(server, visitor):
    panel = open_widget(visitor.open(server.url))
    panel.ask_and_wait(QUESTION)

    panel.chip("vốn đầu tư nước ngoài").click()

    expect(panel.sources).to_have_count(2)
    expect(panel.questions).to_have_count(2)


def test_a_guide_is_judged_by_its_end_not_by_its_questions(server, visitor):
    panel = open_widget(visitor.open(server.url))
    panel.ask_and_wait(QUESTION)
    last = panel.page.locator(".message").last

    panel.page.locator(".chip", has_text="Kiểm tra đối tượng").first.click()
    last.locator(".chip", has_text="Hợp tác xã").wait_for()
    expect(last.locator(".rating")).to_have_count(0)
    last.locator(".chip", has_text="Hợp tác xã").click()
    last.locator(".chip", has_text="Có, toàn bộ vốn").click()

    expect(last.locator(".links")).to_be_visible()
    expect(last.locator(".rating")).to_have_count(1)


def test_a_guide_begins_below_the_entry_that_offers_it(server, visitor):
    panel = open_widget(visitor.open(server.url))
    panel.ask_and_wait(QUESTION)

    panel.chip("Kiểm tra đối tượng").click()

    expect(panel.answers.last).to_contain_text("Anh/chị đang hỏi cho đối tượng nào?")
    expect(panel.chip("Hộ kinh doanh")).to_be_visible()


def test_feedback_is_recorded_with_its_reason_and_can_be_taken_back(server, visitor):
    page = visitor.open(server.url)
    panel = open_widget(page)
    panel.ask_and_wait(QUESTION)
    rating = panel.page.locator(".rating").first
    rating.get_by_role("button", name="Chưa hữu ích").click()
    rating.locator("input").fill("Chưa nói rõ số tiền, gọi tôi 0912 345 678")
    rating.get_by_role("button", name="Gửi góp ý").click()
    expect(rating.locator(".thanks")).to_have_text("Cảm ơn anh/chị đã góp ý.")
    until(lambda: server.rows("SELECT 1 FROM feedback WHERE reason LIKE 'Chưa nói rõ số tiền%'"))

    assert server.rows("SELECT value, reason FROM feedback WHERE reason LIKE 'Chưa nói%'") == [
        (-1, "Chưa nói rõ số tiền, gọi tôi [phone]")
    ]

    page.reload()
    panel = open_widget(page)
    down = panel.page.get_by_role("button", name="Chưa hữu ích").first
    expect(down).to_have_attribute("aria-pressed", "true")
    down.click()
    until(lambda: not server.rows("SELECT 1 FROM feedback WHERE reason LIKE 'Chưa nói%'"))


def test_reload_and_another_page_restore_the_conversation(server, visitor):
    page = visitor.open(server.url)
    panel = open_widget(page)
    panel.ask_and_wait(QUESTION)
    panel.input.fill("đang gõ dở")

    page.reload()
    panel = open_widget(page)

    expect(panel.questions).to_have_text([QUESTION])
    expect(panel.sources).to_have_count(1)
    expect(panel.input).to_have_value("đang gõ dở")
    other = open_widget(visitor.open(f"{server.url}/widget/sample"))
    expect(other.questions).to_have_text([QUESTION])


def test_two_tabs_stay_in_step(server, visitor):
    one = open_widget(visitor.open(server.url))
    other = open_widget(visitor.open(server.url))

    one.ask_and_wait(QUESTION)
    expect(other.questions).to_have_text([QUESTION])
    expect(other.sources).to_have_count(1)
    other.ask_and_wait("nghị quyết 36 là gì")

    expect(one.questions).to_have_count(2)
    assert len(server.rows("SELECT 1 FROM chat_sessions")) == len(
        server.rows("SELECT DISTINCT contact FROM chat_sessions")
    )


def test_a_thumb_in_one_tab_is_seen_in_the_other(server, visitor):
    one = open_widget(visitor.open(server.url))
    one.ask_and_wait(QUESTION)
    other = open_widget(visitor.open(server.url))
    seen = other.page.get_by_role("button", name="Hữu ích", exact=True).first
    expect(seen).to_have_attribute("aria-pressed", "false")

    one.page.get_by_role("button", name="Hữu ích", exact=True).first.click()

    expect(seen).to_have_attribute("aria-pressed", "true")


def test_an_answer_that_comes_while_the_chat_is_closed_is_counted_on_the_button(server, visitor):
    page = visitor.open(server.url)
    panel = open_widget(page)
    panel.input.fill(QUESTION)
    panel.page.evaluate("setTimeout(() => document.querySelector('form').requestSubmit(), 300)")

    page.locator("hoidap-widget .launcher").click()

    badge = page.locator("hoidap-widget .badge")
    expect(badge).to_have_text("1")
    expect(page.locator("hoidap-widget .launcher")).to_have_accessible_name(
        "Mở trò chuyện với trợ lý hỏi đáp, 1 tin nhắn mới"
    )
    page.locator("hoidap-widget .launcher").click()
    expect(badge).to_be_hidden()


def test_an_answer_that_came_while_no_page_was_open_is_announced_on_the_next(server, visitor):
    page = visitor.open(server.url)
    panel = open_widget(page)
    panel.ask_and_wait(QUESTION)
    page.evaluate("0")
    panel.page.evaluate("localStorage.setItem('hoidap.read', JSON.stringify({thread: '', after: 0}))")
    page.close()

    later = visitor.open(server.url)

    expect(later.locator("hoidap-widget .badge")).to_have_text("1", timeout=10_000)


def test_new_conversation_empties_every_tab_and_a_reload_keeps_it_empty(server, visitor):
    page = visitor.open(server.url)
    panel = open_widget(page)
    other = open_widget(visitor.open(server.url))
    panel.ask_and_wait(QUESTION)

    panel.menu("Cuộc trò chuyện mới")

    expect(panel.questions).to_have_count(0)
    expect(other.questions).to_have_count(0)
    page.reload()
    panel = open_widget(page)
    assert ANSWER in panel.ask_and_wait(QUESTION)
    expect(panel.questions).to_have_count(1)


def test_deleting_the_history_deletes_it_on_the_server(server, visitor):
    page = visitor.open(server.url)
    panel = open_widget(page)
    panel.ask_and_wait("câu hỏi cần xóa về trạm xanh")
    token = panel.page.evaluate("localStorage.getItem('hoidap.token')")

    panel.menu("Xóa lịch sử của tôi")
    panel.page.get_by_role("alertdialog").get_by_role("button", name="Xóa").click()

    expect(panel.questions).to_have_count(0)
    expect(panel.status).to_have_text("Toàn bộ nội dung trò chuyện đã được xóa khỏi máy chủ.")
    until(lambda: not server.rows("SELECT 1 FROM messages WHERE text LIKE 'câu hỏi cần xóa%'"))
    assert not server.rows("SELECT 1 FROM updates WHERE body LIKE '%câu hỏi cần xóa%'")
    assert not server.rows("SELECT 1 FROM misses WHERE text LIKE 'câu hỏi cần xóa%'")
    status = panel.page.evaluate(
        "token => fetch('/chat/messages', {headers: {Authorization: `Bearer ${token}`}}).then(it => it.status)", token
    )
    assert status == 401
    visitor.errors.clear()  # the browser reports that 401, too
    assert ANSWER in panel.ask_and_wait(QUESTION)
    assert panel.page.evaluate("localStorage.getItem('hoidap.token')") != token


def test_on_a_telephone_the_chat_is_the_screen_and_the_keyboard_never_covers_the_input(server, visitors):
    page = visitors(viewport=PHONE, has_touch=True).open(server.url)
    panel = open_widget(page)
    box = page.locator("hoidap-widget .window").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (PHONE["width"], PHONE["height"])
    expect(page.locator("hoidap-widget .window")).to_have_attribute("aria-modal", "true")
    expect(page.locator("body")).to_have_js_property("inert", value=True)
    assert panel.input.evaluate("it => parseFloat(getComputedStyle(it).fontSize)") >= 16

    page.set_viewport_size({"width": PHONE["width"], "height": 420})  # what is left above a keyboard

    composer = page.frame_locator("hoidap-widget iframe").locator(".composer").bounding_box()
    assert composer is not None
    assert composer["y"] + composer["height"] <= 420
    panel.ask_and_wait(QUESTION)
    panel.page.get_by_role("button", name="Đóng trò chuyện").click()
    expect(page.locator("body")).to_have_js_property("inert", value=False)


def test_the_page_without_javascript_answers_too(server, visitors):
    page = visitors(java_script_enabled=False).open(server.url)
    page.locator("aside textarea").fill(QUESTION)
    page.get_by_role("button", name="Gửi câu hỏi").click()

    expect(page.locator(".bot p").last).to_contain_text(ANSWER)
    assert ":~:text=" in (page.locator(".source a").get_attribute("href") or "")
    page.locator(".picks button").first.click()
    expect(page.locator(".contact")).to_have_count(2)
    page.locator("summary").click()
    page.get_by_role("button", name="Xóa toàn bộ lịch sử của tôi").click()
    expect(page.locator(".contact")).to_have_count(0)
    expect(page.get_by_role("alert")).to_contain_text("đã được xóa")
    assert page.context.cookies() == []


def test_the_page_without_javascript_shows_an_answer_that_is_late(server, visitors):
    """What may be a piece of a question is answered once nothing more came."""
    page = visitors(java_script_enabled=False).open(server.url + "/chat/")

    page.fill("textarea", "giá kiểm định cân bao nhiêu")
    page.click("form.ask button")
    page.get_by_text("Đang tìm câu trả lời").wait_for()

    page.locator(".bot .lead").wait_for(timeout=10_000)
    assert page.url.endswith("#moi")


def test_the_panel_is_also_a_page_of_its_own_in_english(server, visitor):
    page = visitor.open(f"{server.url}/chat/panel?locale=en")

    panel = Panel(page)
    assert ANSWER in panel.ask_and_wait(QUESTION)

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".source a")).to_contain_text("Open the article at this sentence")
    expect(panel.answers.last).to_have_attribute("lang", "vi")


@pytest.mark.real_socket
def test_a_link_that_opens_the_top_of_an_article_does_not_promise_a_sentence(own_server, visitor):
    """An entry, like a competition, may cite an article without a quote."""
    file = own_server.directory / "unquoted.yaml"
    file.write_text(
        "article: {key: bai-ca, title: Nuôi cá tầm, url: 'https://portal.example/ca-tam.html'}\n"
        "entries: [{key: ca-tam, question: Nuôi cá tầm ở đâu?, answer: Ở vùng nước lạnh.}]\n",
        encoding="utf-8",
    )
    hoidap(own_server, "import", str(file))
    panel = Panel(visitor.open(f"{own_server.url}/chat/panel"))

    until(lambda: "nước lạnh" in panel.ask_and_wait("nuôi cá tầm ở đâu"), seconds=20)

    expect(panel.sources.last).to_contain_text("Mở bài viết (mở trong thẻ mới)")


def test_an_input_method_that_is_composing_does_not_send(server, visitor):
    panel = open_widget(visitor.open(server.url))
    panel.input.fill("nghị quyết 93")

    panel.input.evaluate(
        """it => { for (const extra of [{isComposing: true}, {keyCode: 229}])
        it.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true, ...extra})); }"""
    )

    expect(panel.questions).to_have_count(0)
    panel.input.press("Shift+Enter")
    expect(panel.questions).to_have_count(0)
    panel.input.press("Enter")
    expect(panel.questions).to_have_count(1)


def test_opens_by_itself_once_without_taking_the_focus(server, visitor):
    page = visitor.open(f"{server.url}/widget/sample?auto-open=0.2")
    expect(page.locator("hoidap-widget .window")).to_be_visible()
    page.frame_locator("hoidap-widget iframe").locator("textarea").wait_for()

    assert page.evaluate("document.activeElement === document.body")
    assert panel_of(page).page.evaluate("document.activeElement === document.body")

    page.reload()
    page.wait_for_timeout(600)
    expect(page.locator("hoidap-widget .window")).to_be_hidden()
