"""A word is tried while it is typed, saved, and understood by the chat without a restart."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.staff import arrive, flash, invite
from tests.browser.support import PHONE, Panel, violations

pytestmark = [pytest.mark.browser, pytest.mark.real_socket]

QUESTION = "ttxcb la gi"
ANSWER = "Đại sứ nông sản"


def test_a_word_is_tried_saved_and_understood(server, visitors):
    page = arrive(server, visitors(viewport=PHONE), invite(server, "tuyet", "Hoàng Thị Tuyết", "approver"))
    chat = Panel(visitors().open(f"{server.url}/chat/panel"))
    assert ANSWER not in chat.ask_and_wait(QUESTION)

    page.goto(f"{server.url}/admin/terms/new")
    page.get_by_label("Từ người dân viết").fill("ttxcb")
    page.get_by_label("Nghĩa", exact=True).fill("mô hình trạm xanh cao bằng")
    page.get_by_label("Câu hỏi", exact=True).fill(QUESTION)
    expect(page.locator("dd strong").first).to_contain_text("mô hình trạm xanh cao bằng")
    assert violations(page) == []
    page.get_by_role("button", name="Lưu").click()

    flash(page, "Trợ lý đang dùng từ này.")
    assert violations(page) == []
    assert ANSWER in chat.ask_and_wait(QUESTION)
