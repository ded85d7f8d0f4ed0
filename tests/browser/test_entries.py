"""The whole life of an entry: written, merged, approved by a second person, spoken, taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staff import PASSWORD, arrive, flash, invite
from tests.browser.support import AXE, Panel, until, violations

pytestmark = pytest.mark.browser

QUESTION = "Phòng thử nghiệm mở cửa cho ai?"
SAID = "Nhóm khởi nghiệp được dùng miễn phí 3 tháng."


def everybody_can_use(page: Page) -> None:
    """Let axe-core look at the page as it is now, where it is installed."""
    if AXE.exists():
        assert violations(page) == []


@pytest.mark.real_socket
def test_the_whole_life_of_an_entry_by_two_people_and_two_editors_at_once(own_server, visitors):
    url, at_lans = own_server.url, visitors()
    lan = arrive(own_server, at_lans, invite(own_server, "lan", "Nông Thị Lan", "editor"))
    minh = arrive(own_server, visitors(), invite(own_server, "minh", "Hoàng Văn Minh", "approver"))

    review = write_with_a_preview_and_submit(lan, url)
    send_back_what_has_no_source(minh, review)
    edit_at_once_and_merge(lan, minh, review.replace("review", "edit"))
    # the browser calls the page with both versions a failure, the person does not
    at_lans.errors = [error for error in at_lans.errors if "409" not in error]
    citizen = approve_and_hear(lan, minh, review, Panel(visitors().open(f"{url}/chat/panel")))
    write_on_while_it_answers(lan, citizen, review.replace("review", "edit"))
    take_back_and_restore(lan, minh, citizen, review.replace("review", "history"))


def write_with_a_preview_and_submit(lan: Page, url: str) -> str:
    """The preview follows the writing, and what is not saved is kept. Returns the address of the review."""
    lan.goto(f"{url}/admin/entries/new")
    lan.get_by_label("Câu hỏi", exact=True).fill(QUESTION)
    lan.get_by_label("Trả lời ngắn").fill(SAID)
    expect(lan.locator("#previews .sample").first).to_contain_text(SAID)
    expect(lan.locator("#kept")).to_contain_text("Đã lưu bản viết dở")
    lan.goto(f"{url}/admin/entries/new")
    expect(lan.get_by_label("Trả lời ngắn")).to_have_value(SAID)
    everybody_can_use(lan)
    lan.get_by_role("button", name="Lưu và gửi duyệt").click()
    flash(lan, "Đã gửi duyệt bản 1")
    return lan.url


def send_back_what_has_no_source(minh: Page, review: str) -> None:
    minh.goto(review)
    expect(minh.locator("mark")).to_have_text("3 tháng")
    expect(minh.get_by_role("button", name="Duyệt và đăng")).to_have_count(0)
    everybody_can_use(minh)
    minh.get_by_label("Cần sửa gì").fill("Bổ sung đoạn trích có thời hạn.")
    minh.get_by_role("button", name="Trả về người soạn").click()
    flash(minh, "Đã trả bản 1")


def edit_at_once_and_merge(lan: Page, minh: Page, edit: str) -> None:
    """Who saves last sees both versions, and nothing of either is lost."""
    lan.goto(edit)
    expect(lan.get_by_text("Bổ sung đoạn trích có thời hạn.")).to_be_visible()
    minh.goto(edit)
    minh.get_by_label("Các cách hỏi khác").fill("Ai được dùng phòng thử nghiệm?")
    minh.get_by_role("button", name="Lưu", exact=True).click()
    flash(minh, "Đã lưu thành bản 2")
    lan.get_by_label("Đoạn trích nguyên văn").fill("các nhóm khởi nghiệp được dùng miễn phí 3 tháng")
    lan.get_by_role("button", name="Lưu", exact=True).click()
    expect(lan.get_by_role("heading", name="Ghép hai bản sửa")).to_be_visible()
    expect(lan.locator("ins").filter(has_text="Ai được dùng phòng thử nghiệm?")).to_be_visible()
    everybody_can_use(lan)
    lan.get_by_role("button", name="Lưu bản ghép").click()
    flash(lan, "Đã lưu thành bản 3")
    expect(lan.get_by_label("Các cách hỏi khác")).to_have_value("Ai được dùng phòng thử nghiệm?")


def approve_and_hear(lan: Page, minh: Page, review: str, citizen: Panel) -> Panel:
    lan.get_by_role("button", name="Lưu và gửi duyệt").click()
    flash(lan, "Đã gửi duyệt bản 3")
    minh.goto(review)
    minh.get_by_role("button", name="Duyệt và đăng").click()
    flash(minh, "Đã đăng bản 3")
    assert SAID in citizen.ask_and_wait("ai duoc dung phong thu nghiem")
    return citizen


def write_on_while_it_answers(lan: Page, citizen: Panel, edit: str) -> None:
    lan.goto(edit)
    lan.get_by_label("Trả lời ngắn").fill("Đang viết lại.")
    lan.get_by_role("button", name="Lưu", exact=True).click()
    flash(lan, "Đã lưu thành bản 4")
    assert SAID in citizen.ask_and_wait(QUESTION)


def take_back_and_restore(lan: Page, minh: Page, citizen: Panel, history: str) -> None:
    minh.goto(history)
    everybody_can_use(minh)
    minh.get_by_role("button", name="Tạm ngưng").click()
    flash(minh, "Đã tạm ngưng")
    until(lambda: SAID not in citizen.ask_and_wait(QUESTION))
    lan.goto(history)
    third = lan.get_by_role("row").filter(has=lan.get_by_role("link", name=re.compile(r"^Bản 3$")))
    third.get_by_role("button", name="Khôi phục").click()
    flash(lan, "Đã khôi phục nội dung của bản 3")
    expect(lan.get_by_role("link", name="Bản 5", exact=True)).to_be_visible()


@pytest.mark.real_socket
def test_a_form_says_that_it_keeps_nothing_once_the_session_is_over_and_goes_on_after_signing_in(server, visitors):
    visitor = visitors()
    page = arrive(server, visitor, invite(server, "tham", "Lục Thị Thắm", "editor"))
    page.goto(f"{server.url}/admin/entries/new")
    kept = page.locator("#kept")
    expect(kept).to_contain_text("được lưu tự động")
    visitor.context.clear_cookies(name="hoidap_staff")

    page.get_by_label("Câu hỏi", exact=True).fill("Ai giữ lời tôi viết?")
    expect(kept).to_contain_text("Phiên làm việc đã kết thúc")
    expect(kept).not_to_contain_text("được lưu tự động")
    with visitor.context.expect_page() as opened:
        kept.get_by_role("link", name="đăng nhập trong cửa sổ mới").click()
    opened.value.get_by_label("Tên đăng nhập").fill("tham")
    opened.value.get_by_label("Mật khẩu").fill(PASSWORD)
    opened.value.get_by_role("button", name="Đăng nhập").click()
    expect(opened.value.get_by_role("heading", name="Xin chào")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('focus'))")

    expect(kept).to_contain_text("Đã lưu bản viết dở")
    expect(page.get_by_label("Câu hỏi", exact=True)).to_have_value("Ai giữ lời tôi viết?")
    visitor.errors.clear()  # the browser reports the 401


@pytest.mark.real_socket
def test_nothing_is_kept_as_unsaved_once_it_is_being_saved(own_server, visitors):
    """Whoever types, waits a moment and saves has the draft and the form on their way at the same time."""
    lan = arrive(own_server, visitors(), invite(own_server, "lan", "Nông Thị Lan", "editor"))
    drafts, saves = [], []
    lan.on("request", lambda request: drafts.append(request.url) if request.url.endswith("/draft") else None)
    lan.goto(f"{own_server.url}/admin/entries/edit?key=nq93-doi-tuong")
    lan.route("**/admin/entries/edit", lambda route: saves.append(route))  # noqa: PLW0108 - playwright marks the function
    lan.get_by_label("Ghi chú cho lần sửa này").fill("theo văn bản mới")
    lan.get_by_label("Trả lời đầy đủ").fill("Đang viết thêm.")

    lan.get_by_role("button", name="Lưu", exact=True).click(no_wait_after=True)
    lan.wait_for_timeout(2_000)
    assert (len(saves), drafts) == (1, [])
    saves[0].continue_()

    flash(lan, "Đã lưu thành bản 2")
    expect(lan.get_by_text("bản viết dở của anh/chị")).to_have_count(0)
