"""WCAG 2.2 AA: axe-core finds nothing on any state, and a keyboard is enough."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.support import AXE, PHONE, QUESTION, Panel, open_widget, panel_of, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (make install)"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "laptop"])
def test_axe_finds_nothing_on_any_state_of_the_chat(server, visitors, scheme, viewport):
    page = visitors(viewport=viewport, color_scheme=scheme).open(server.url)
    page.locator("hoidap-widget .launcher").wait_for()
    found = {"closed": violations(page)}
    panel = open_widget(page)
    found["open"] = violations(page)
    found["greeting"] = violations(panel.page)
    panel.ask_and_wait(QUESTION)
    found["answer"] = violations(panel.page)
    panel.page.get_by_role("button", name="Chưa hữu ích").click()
    found["reason"] = violations(panel.page)
    panel.ask_and_wait("giá vàng hôm nay bao nhiêu")
    found["unknown"] = violations(panel.page)
    panel.page.locator(".menu > button").click()
    found["menu"] = violations(panel.page)
    panel.page.get_by_text("Xóa lịch sử của tôi").click()
    found["asked to delete"] = violations(panel.page)
    panel.page.get_by_role("button", name="Giữ lại").click()
    panel.input.fill("x" * 1200)
    panel.input.press("Enter")
    found["too long"] = violations(panel.page)

    assert {state: problems for state, problems in found.items() if problems} == {}


@pytest.mark.parametrize("path", ["/", "/chat/", "/lich", "/widget", "/widget/sample", "/chat/panel?locale=en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_our_pages(server, visitors, path, scheme):
    page = visitors(color_scheme=scheme).open(f"{server.url}{path}")

    assert violations(page) == []


@pytest.mark.parametrize("color", ["#ffff00", "#000000", "#ffffff", "#767676", "#00c2ff", "#e07a5f"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_any_color_of_the_owner_stays_readable(server, visitors, color, scheme):
    query = f"color=%23{color[1:]}&zalo=0912345678&phone=02063852123"
    page = visitors(color_scheme=scheme).open(f"{server.url}/widget/sample?{query}")
    page.locator("hoidap-widget .launcher").click()
    dial = violations(page)
    page.get_by_role("button", name="Hỏi trợ lý").click()
    page.frame_locator("hoidap-widget iframe").locator("textarea").wait_for()
    panel = panel_of(page)
    panel.ask_and_wait(QUESTION)

    assert (dial, violations(panel.page)) == ([], [])


def test_a_keyboard_is_enough(server, visitor):
    page = visitor.open(f"{server.url}/widget/sample")
    page.locator("hoidap-widget .launcher").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "HOIDAP-WIDGET"

    page.keyboard.press("Enter")
    page.frame_locator("hoidap-widget iframe").locator("textarea:focus").wait_for()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    panel = panel_of(page)
    panel.sources.first.wait_for()
    assert panel.input.evaluate("it => it === document.activeElement"), "an answer never moves the focus"
    page.keyboard.press("Escape")

    expect(page.locator("hoidap-widget .window")).to_be_hidden()
    expect(page.locator("hoidap-widget .launcher")).to_be_focused()
    expect(page.locator("hoidap-widget .launcher")).to_have_attribute("aria-expanded", "false")


def test_the_menu_and_the_question_before_deleting_keep_the_focus(server, visitor):
    page = visitor.open(f"{server.url}/chat/panel")
    opener = page.locator(".menu > button")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Cuộc trò chuyện mới")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Giữ lại")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('[role=alertdialog]')")
    page.keyboard.press("Escape")

    expect(opener).to_be_focused()


def test_an_answer_is_announced_once_and_history_never(server, visitor):
    page = visitor.open(f"{server.url}/chat/panel")
    panel = Panel(page)
    page.evaluate(
        """() => { window.heard = []; new MutationObserver(list => list.forEach(it => it.addedNodes.forEach(
        node => heard.push(node.textContent)))).observe(document.querySelector('[aria-live=polite]:not(.status)'),
        {childList: true}); }"""
    )
    answer = panel.ask_and_wait(QUESTION)

    assert page.evaluate("heard") == [f"Trợ lý: {answer}"]
    page.wait_for_timeout(1800)
    expect(page.locator("[aria-live=polite]:not(.status)")).to_be_empty()
    page.reload()
    panel.sources.first.wait_for()
    assert page.locator("[aria-live=polite]:not(.status)").inner_text() == ""


def test_two_hundred_percent_zoom_needs_no_sideways_scrolling(server, visitors):
    page = visitors(viewport={"width": 640, "height": 400}, device_scale_factor=2).open(server.url)
    panel = open_widget(page)
    panel.ask_and_wait(QUESTION)

    assert panel.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    composer = panel.page.locator(".composer").bounding_box()
    assert composer is not None
    assert composer["y"] + composer["height"] <= 400


def test_nothing_moves_for_those_who_asked_for_that(server, visitors):
    page = visitors(reduced_motion="reduce").open(server.url)

    expect(page.locator("hoidap-widget .launcher")).to_have_css("transition-duration", "0s")
    panel = open_widget(page)
    panel.page.evaluate("document.querySelector('ol').insertAdjacentElement('beforeend', document.createElement('i'))")
    moving = panel.page.evaluate("document.getAnimations().length")
    assert moving == 0


def test_forced_colors_keep_every_edge(server, visitors):
    page = visitors(forced_colors="active").open(f"{server.url}/chat/panel")
    panel = Panel(page)
    panel.ask_and_wait(QUESTION)

    for selector in (".contact .bubble", ".bot .bubble", ".chip", ".send", ".source"):
        width = page.locator(selector).first.evaluate("it => parseFloat(getComputedStyle(it).borderTopWidth)")
        assert width >= 1, selector
