"""The console in a browser: from the set-up link to signing out, with and without scripts, for every reader."""

from __future__ import annotations

from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Page, expect

import server as composition
from tests.browser.staff import hoidap
from tests.browser.support import LAPTOP, PHONE, Server, Visitor, violations

PASSWORD = "mưa rơi trên núi đá"


def set_up_link(server: Server) -> str:
    return server.url + urlsplit(hoidap(server, "staff", "set-up").strip()).path


def create_administrator(page: Page) -> None:
    page.get_by_label("Họ và tên").fill("Bế Thị Hoa")
    page.get_by_label("Tên đăng nhập").fill("hoa.bt")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_label("Nhập lại mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Lưu và đăng nhập").click()
    page.get_by_role("heading", name="Xin chào, Bế Thị Hoa").wait_for()


def sign_in(page: Page) -> None:
    page.get_by_label("Tên đăng nhập").fill("hoa.bt")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


@pytest.fixture(scope="module")
def console(server, browser) -> str:
    """The address of a console whose administrator has been created."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(set_up_link(server))
    create_administrator(page)
    page.goto(server.url + "/admin/accounts/1")
    for role in ("Biên tập", "Duyệt", "Trực tổng đài"):
        page.get_by_label(role).check()
    page.get_by_role("button", name="Lưu vai trò").click()
    page.get_by_text("Đã lưu vai trò").wait_for()
    context.close()
    return server.url + "/admin"


def without_scripts(visitors) -> Visitor:
    return visitors(viewport=PHONE, java_script_enabled=False)


def test_from_the_set_up_link_to_a_second_factor_and_out(own_server, visitors):
    page = visitors().open(set_up_link(own_server))
    create_administrator(page)

    page.get_by_role("link", name="Bế Thị Hoa").click()
    page.get_by_role("link", name="Bật xác thực hai lớp").click()
    secret = page.locator("li .code").inner_text().replace(" ", "")
    page.get_by_label("Mã 6 số").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Bật xác thực hai lớp").click()
    codes = page.locator("#codes li").all_inner_texts()
    assert len(codes) == 10

    page.get_by_role("button", name="Đăng xuất").click()
    sign_in(page)
    page.get_by_label("Mã").fill(codes[0])
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("heading", name="Xin chào, Bế Thị Hoa").wait_for()

    page.get_by_role("button", name="Đăng xuất").click()
    page.goto(own_server.url + "/admin/accounts")
    page.get_by_role("button", name="Đăng nhập").wait_for()
    assert page.url.endswith("/admin/sign-in?next=%2Fadmin%2Faccounts")


def test_without_scripts_on_a_telephone_everything_is_there(console, visitors):
    page = without_scripts(visitors).open(console)
    sign_in(page)

    page.get_by_role("button", name="Danh mục").click()
    page.get_by_role("link", name="Tài khoản của tôi").click()
    expect(page.get_by_role("link", name="Bật xác thực hai lớp")).to_be_visible()

    page.get_by_role("button", name="Danh mục").click()
    page.get_by_role("link", name="Tài khoản", exact=True).first.click()
    page.get_by_label("Họ và tên").fill("Lý Thị Mai")
    page.get_by_label("Tên đăng nhập").fill("mai")
    page.get_by_label("Trực tổng đài: ").check()
    page.get_by_role("button", name="Tạo lời mời").click()
    address = page.get_by_label("Đường dẫn đặt mật khẩu").input_value()

    guest = without_scripts(visitors).open(address)
    guest.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    guest.get_by_label("Nhập lại mật khẩu").fill(PASSWORD)
    guest.get_by_role("button", name="Lưu và đăng nhập").click()
    guest.get_by_role("heading", name="Xin chào, Lý Thị Mai").wait_for()


def test_the_hours_of_a_day_are_seen_whole_on_a_telephone(console, visitors):
    page = visitors(viewport=PHONE).open(console)
    sign_in(page)

    page.goto(console + "/hours")

    hours = page.get_by_label("Thứ Hai")
    assert "," in hours.input_value()
    assert hours.evaluate("field => field.scrollWidth <= field.clientWidth")


def test_the_list_of_entries_fits_the_narrowest_telephone(console, visitors):
    page = visitors(viewport={"width": 320, "height": 640}).open(console)
    sign_in(page)
    page.get_by_role("heading", name="Xin chào").wait_for()

    page.goto(console + "/entries")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_every_page_can_be_read_by_everybody_at_both_widths_and_in_the_dark(console, visitors):
    page = visitors(bypass_csp=True).open(console)  # the checker is a script of ours
    found = violations(page)
    sign_in(page)
    menu = [page.actions[0].path.removeprefix("/admin") for page in composition.pages() if page.menu]
    paths = [*menu, "/account", "/account/second-factor", "/accounts/1"]
    for theme, size in (("Nền tối", LAPTOP), ("Nền sáng", PHONE)):
        page.set_viewport_size(size)
        page.get_by_role("button", name=theme).click()
        page.get_by_role("button", name="Nền sáng" if theme == "Nền tối" else "Nền tối").wait_for()
        for path in paths:
            page.goto(console + path)
            found += [f"{theme} {path} {problem}" for problem in violations(page)]
            top = page.locator("h1").evaluate("heading => heading.getBoundingClientRect().top")
            assert top < size["height"] / 2, f"{path} begins with something else"
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], f"{path} is {width} wide"

    assert found == []


def test_what_was_typed_survives_the_end_of_the_session(console, visitors):
    visitor = visitors()
    page = visitor.open(console)
    sign_in(page)
    page.get_by_role("heading", name="Xin chào").wait_for()
    page.goto(console + "/accounts")
    page.get_by_label("Họ và tên").fill("Hoàng Văn Dũng")
    page.get_by_label("Tên đăng nhập").fill("dung")
    page.get_by_label("Biên tập: ").check()
    visitor.context.clear_cookies(name="hoidap_staff")
    page.get_by_role("button", name="Tạo lời mời").click()
    page.get_by_role("heading", name="Phiên làm việc đã kết thúc").wait_for()
    visitor.errors.clear()  # the browser reports the 401

    with visitor.context.expect_page() as opened:
        page.get_by_role("link", name="Đăng nhập trong cửa sổ mới").click()
    sign_in(opened.value)
    opened.value.get_by_role("heading", name="Xin chào").wait_for()
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")  # no window has the focus here
    expect(page.get_by_role("status")).to_contain_text("Anh/chị đã đăng nhập lại với tên Bế Thị Hoa")
    page.get_by_text("Xem nội dung đã nhập").click()
    expect(page.get_by_label("Họ và tên")).to_have_value("Hoàng Văn Dũng")
    page.get_by_role("button", name="Gửi lại").click()

    page.get_by_role("heading", name="Đường dẫn cho Hoàng Văn Dũng").wait_for()


def test_the_keyboard_goes_from_row_to_row_where_rows_can_be_ticked(console, visitors):
    page = visitors().open(console)
    sign_in(page)
    page.get_by_role("heading", name="Xin chào").wait_for()
    page.goto(console + "/entries")
    rows = page.locator("[data-row]")

    for row in (0, 1, 2):
        page.keyboard.press("j")
        expect(rows.nth(row).locator("a").first).to_be_focused()
    rows.nth(2).get_by_role("checkbox").check()
    page.keyboard.press("k")

    expect(rows.nth(1).locator("a").first).to_be_focused()


def test_enter_in_the_list_of_entries_sends_nothing_for_approval(console, visitors):
    page = visitors().open(console)
    sign_in(page)
    page.get_by_role("heading", name="Xin chào").wait_for()
    page.goto(console + "/entries")

    box = page.locator("[data-row]").first.get_by_role("checkbox")
    box.check()
    box.press("Enter")
    expect(page.get_by_label("Chủ đề mới")).to_be_focused()
    expect(box).to_be_checked()
    page.get_by_label("Chủ đề mới").fill("Chủ đề thử")
    page.get_by_label("Chủ đề mới").press("Enter")

    expect(page.get_by_role("status").filter(has_text="Đã chuyển chủ đề của 1 mục.")).to_be_visible()


def test_the_keyboard_reaches_search_and_content(console, visitors):
    page = visitors().open(console)
    sign_in(page)
    page.get_by_role("heading", name="Xin chào").wait_for()
    page.goto(console + "/audit")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Đối tượng")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("[data-row] a").first).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Phím tắt")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Phím tắt")).to_be_hidden()
