"""A page of the portal from its address to drafts, and what happens when it changes."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.browser.support import PHONE, Server
from tests.browser.test_entries import arrive, flash, invite
from tests.support.portal import PARAGRAPHS, a_html_page

pytestmark = pytest.mark.browser

URL = "https://startup.caobang.gov.vn/ho-tro-n12.html"
FIRST, SECOND, THIRD, FOURTH = PARAGRAPHS


class Portal(BaseHTTPRequestHandler):
    """Shows one page, whatever is asked for but robots.txt."""

    page = a_html_page()

    def do_GET(self) -> None:
        found = self.path != "/robots.txt"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(type(self).page.encode() if found else b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def portal():
    handler = type("ThisPortal", (Portal,), {})
    running = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    handler.address = f"127.0.0.1:{running.server_port}"
    yield handler
    running.shutdown()
    running.server_close()


@pytest.fixture(scope="module")
def watching_server(tmp_path_factory, portal):
    running = Server(tmp_path_factory.mktemp("server"), {"HOIDAP_PORTAL__TRIAL_ADDRESS": portal.address})
    running.start()
    yield running
    running.stop()


@pytest.mark.real_socket
def test_article_becomes_drafts_and_its_change_comes_before_a_person(watching_server, portal, visitors):
    url = watching_server.url
    lan = arrive(watching_server, visitors(), invite(watching_server, "lan", "Nông Thị Lan", "editor"))

    lan.goto(f"{url}/admin/articles/new")
    lan.get_by_label("Địa chỉ bài viết, nguồn tin RSS").fill(URL)
    lan.get_by_role("button", name="Đọc trang").click()
    expect(lan.get_by_role("heading", name="Gợi ý câu hỏi")).to_be_visible()
    amount = lan.get_by_role("row").filter(has_text="tối đa là 300 triệu đồng")
    amount.get_by_role("checkbox").check()
    amount.get_by_role("textbox").fill("Mức hỗ trợ cao nhất là bao nhiêu?")
    lan.get_by_role("button", name="Tạo bản nháp").click()
    flash(lan, "Đã tạo 1 bản nháp")
    expect(lan.get_by_role("row").filter(has_text="Mức hỗ trợ tối đa")).to_contain_text("Mức hỗ trợ cao nhất")

    portal.page = a_html_page(FIRST, SECOND.replace("300", "350"), THIRD, FOURTH, views=9_999)
    lan.get_by_role("button", name="Đọc lại ngay").click()
    flash(lan, "Đang đọc lại")
    expect(reloaded(lan).get_by_text("1 mục hỏi đáp dẫn đoạn văn đã thay đổi")).to_be_visible()
    lan.get_by_role("link", name="Xem các thay đổi").click()
    expect(lan.locator("del")).to_have_text("300")
    expect(lan.locator("ins")).to_have_text("350")
    expect(lan.get_by_label("Nghĩa không đổi, câu trích mới là")).to_have_value(
        "Mức hỗ trợ tối đa là 350 triệu đồng cho một dự án."
    )
    lan.get_by_role("button", name="Cập nhật câu trích").click()
    flash(lan, "gửi duyệt")
    expect(lan.get_by_text("Không có thay đổi nào chờ xem")).to_be_visible()


def reloaded(page):
    """Look again until the assistant has read the page; nobody announces it."""
    for _ in range(60):
        page.reload()
        if page.get_by_text("đang chờ xem lại").count():
            return page
        page.wait_for_timeout(500)
    return page


@pytest.mark.real_socket
def test_pages_about_articles_fit_a_telephone(watching_server, visitors):
    link = invite(watching_server, "minh", "Hoàng Văn Minh", "editor")
    page = visitors(viewport=PHONE).open(watching_server.url + link)
    page.get_by_label("Mật khẩu", exact=True).fill("một mật khẩu khá dài")
    page.get_by_label("Nhập lại mật khẩu").fill("một mật khẩu khá dài")
    page.get_by_role("button", name="Lưu và đăng nhập").click()

    for path in ("", "/new", "/flags", "/view?key=dau-an-khcn-dmst-2023", "/drafts?key=dau-an-khcn-dmst-2023"):
        page.goto(f"{watching_server.url}/admin/articles{path}")

        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
