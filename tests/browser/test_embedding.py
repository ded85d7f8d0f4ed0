"""One script tag on somebody else's site: works there, harms nothing there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.support import ANSWER, PHONE, QUESTION, open_widget

pytestmark = pytest.mark.browser

HOSTILE_CSS = """
* { display: block !important; position: static !important; visibility: hidden !important; color: lime !important;
    font-size: 3px !important; width: 7px !important; z-index: -1 !important; }
hoidap-widget, hoidap-widget * { display: none !important; opacity: 0 !important; }
body { transform: rotate(9deg) !important; overflow: hidden !important; }
iframe, button, svg { display: none !important; }
"""


def tag(server, attributes: str = "") -> str:
    return f'<script async src="{server.url}/widget.js" {attributes}></script>'


def test_works_in_the_head_of_an_old_page_and_loads_nothing_foreign(server, site, visitor):
    address = site(f"<html><head>{tag(server)}<title>t</title></head><body><p>Trang cũ</p></body></html>")
    page = visitor.open(address)

    assert ANSWER in open_widget(page).ask_and_wait(QUESTION)

    assert all(url.startswith((server.url, address, "data:")) for url in visitor.requests), visitor.requests
    assert page.context.cookies() == []
    added = page.evaluate("Object.keys(window).filter(name => /hoidap|chat|widget/i.test(name))")
    assert added == ["hoidap"]
    page.evaluate("hoidap.close()")
    expect(page.locator("hoidap-widget .window")).to_be_hidden()
    page.evaluate("hoidap.open()")
    expect(page.locator("hoidap-widget .window")).to_be_visible()


def test_the_tag_pasted_twice_draws_one_button(server, site, visitor):
    page = visitor.open(site(f"{tag(server)}<p>Trang</p>{tag(server)}{tag(server)}"))

    page.locator("hoidap-widget .launcher").wait_for()

    assert page.locator("hoidap-widget").count() == 1
    page.evaluate("document.body.replaceWith(document.createElement('body'))")  # what single-page sites do
    expect(page.locator("hoidap-widget .launcher")).to_be_visible()


def test_a_hostile_style_sheet_changes_nothing(server, site, visitor):
    page = visitor.open(site(f"<style>{HOSTILE_CSS}</style><p>Trang</p>{tag(server)}"))
    button = page.locator("hoidap-widget .launcher")

    button.wait_for()
    box = button.bounding_box()

    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (60, 60)
    assert box["x"] > 1000
    assert box["y"] > 600
    assert ANSWER in open_widget(page).ask_and_wait(QUESTION)


def test_a_strict_policy_needs_two_lines_and_no_more(server, site, visitor):
    policy = (
        f"default-src 'none'; script-src {server.url}; frame-src {server.url}; "
        "style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    page = visitor.open(site(f"<p>Trang</p>{tag(server)}", policy=policy))

    assert ANSWER in open_widget(page).ask_and_wait(QUESTION)
    expect(page.locator("hoidap-widget .launcher")).to_have_css("border-radius", "50%")


def test_a_site_that_is_not_on_the_list_gets_no_frame(server, site, visitor):
    page = visitor.open(site(f"<p>Trang</p>{tag(server)}", port=_other_port()))

    page.locator("hoidap-widget .launcher").click()

    expect(page.locator("hoidap-widget .trouble")).to_be_visible(timeout=15_000)
    status = page.evaluate(
        "url => fetch(url, {method: 'POST'}).then(it => it.status, () => 'refused')", f"{server.url}/chat/session"
    )
    assert status == "refused"
    visitor.errors.clear()  # the browser explains the policy on the console


def test_a_page_cannot_command_the_frame_of_another(server, site, visitor):
    page = visitor.open(site(f"<p>Trang</p>{tag(server)}"))
    panel = open_widget(page)

    page.evaluate(
        """() => { const frame = document.createElement('iframe'); frame.srcdoc = `<script>
        parent.postMessage({hoidap: 'unread', count: 7}, '*'); parent.postMessage({hoidap: 'close'}, '*');
        for (const other of Array.from(parent.frames)) other.postMessage({hoidap: 'init',
        appearance: {title: 'Lừa đảo'}}, '*');<\\/script>`; document.body.append(frame); }"""
    )
    page.wait_for_timeout(500)

    expect(page.locator("hoidap-widget .window")).to_be_visible()
    expect(panel.page.locator("h1")).to_have_text("Trợ lý hỏi đáp")


def test_the_speed_dial_offers_what_is_configured(server, site, visitor):
    attributes = (
        'data-zalo="0912345678" data-whatsapp="0912 345 678" data-messenger="caobang" data-phone="02063 852 123"'
    )
    page = visitor.open(site(f"<p>Trang</p>{tag(server, attributes)}"))
    page.locator("hoidap-widget .launcher").click()
    dial = page.locator("hoidap-widget .dial")

    expect(dial).to_be_visible()

    links = {link.get_attribute("href") for link in dial.locator("a").all()}
    assert links == {
        "https://zalo.me/0912345678",
        "https://wa.me/84912345678",
        "https://m.me/caobang",
        "tel:02063852123",
    }
    expect(page.locator("hoidap-widget .window")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(dial).to_be_hidden()
    page.locator("hoidap-widget .launcher").click()
    dial.get_by_role("button", name="Hỏi trợ lý").click()
    expect(page.locator("hoidap-widget .window")).to_be_visible()


def test_odd_attributes_are_left_out(server, site, visitor):
    attributes = """data-color="red;} body{display:none" data-position="top" data-zalo="javascript:alert(1)"
        data-whatsapp="https://evil.example/x" data-phone="abc" data-title="&lt;img src=x onerror=alert(1)&gt;" """
    page = visitor.open(site(f"<p>Trang</p>{tag(server, attributes)}"))

    panel = open_widget(page)

    expect(page.locator("hoidap-widget .dial")).to_have_count(0)
    expect(panel.page.locator("h1")).to_have_text("<img src=x onerror=alert(1)>")


def test_the_builder_shows_the_tag_and_a_live_sample(server, visitor):
    page = visitor.open(f"{server.url}/widget")
    page.get_by_label("Tên khung trò chuyện").fill('Hỏi "đáp" & hơn nữa')
    page.get_by_label("Vị trí nút").select_option("left")
    page.get_by_label("Zalo").fill("0912345678")

    expect(page.locator("#tag")).to_have_value(
        f'<script async src="{server.url}/widget.js" data-title="Hỏi &quot;đáp&quot; &amp; hơn nữa" '
        'data-position="left" data-zalo="0912345678"></script>'
    )
    sample = page.frame_locator("#sample")
    expect(sample.locator("hoidap-widget .left")).to_be_attached()
    sample.locator("hoidap-widget .launcher").dispatch_event("click")
    expect(sample.get_by_role("link", name="Nhắn Zalo")).to_be_visible()


def test_the_builder_fits_a_telephone(server, visitors):
    page = visitors(viewport=PHONE).open(f"{server.url}/widget")

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_builder_works_without_javascript(server, visitors):
    page = visitors(java_script_enabled=False).open(f"{server.url}/widget")
    page.get_by_label("Điện thoại").fill("02063852123")

    page.get_by_role("button", name="Cập nhật").click()

    expect(page.locator("#tag")).to_have_value(
        f'<script async src="{server.url}/widget.js" data-color="#a8201a" data-position="right" '
        'data-phone="02063852123" data-locale="vi"></script>'
    )


def _other_port() -> int:
    from tests.browser.support import free_port

    return free_port()
