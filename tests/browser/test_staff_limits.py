"""Many entries, and people who may not do everything."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.staff import arrive, hoidap, invite
from tests.browser.support import PHONE

pytestmark = pytest.mark.browser

MANY = 5_000


def a_file_of_drafts(path) -> None:
    entries = [
        {"key": f"muc-{number}", "question": f"Câu hỏi mẫu số {number} về thủ tục?", "answer": "Có.", "status": "draft"}
        for number in range(MANY)
    ]
    path.write_text(json.dumps({"entries": entries}, ensure_ascii=False), encoding="utf-8")


@pytest.mark.real_socket
@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}], ids=["telephone", "laptop"])
def test_five_thousand_entries_are_searched_filtered_and_turned_over(own_server, visitors, viewport):
    a_file_of_drafts(own_server.directory / "many.json")
    hoidap(own_server, "import", "many.json")
    page = arrive(own_server, visitors(viewport=viewport), invite(own_server, "lan", "Nông Thị Lan", "editor"))

    page.goto(f"{own_server.url}/admin/entries?q=mau+so+4999")
    expect(page.locator("main").get_by_role("link", name="Câu hỏi mẫu số 4999 về thủ tục?")).to_be_visible()
    page.goto(f"{own_server.url}/admin/entries?status=draft")
    expect(page.locator(".pages")).to_contain_text("5.000 mục")
    page.get_by_role("link", name="Trang sau").click()

    expect(page.locator(".pages")).to_contain_text("Trang 2")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@pytest.mark.real_socket
def test_who_answers_people_is_shown_entries_but_may_not_write_them(own_server, visitors):
    at_binhs = visitors()
    page = arrive(own_server, at_binhs, invite(own_server, "binh", "Lý Văn Bình", "operator"))

    page.goto(f"{own_server.url}/admin/entries")
    expect(page.get_by_role("heading", name="Mục hỏi đáp")).to_be_visible()
    expect(page.get_by_role("link", name="Thêm mục")).to_have_count(0)
    expect(page.get_by_role("link", name="Tài khoản", exact=True)).to_have_count(0)

    for path in ("/admin/entries/new", "/admin/accounts", "/admin/audit", "/admin/transfer"):
        answer = page.goto(f"{own_server.url}{path}")
        assert answer is not None
        assert answer.status == 403, path
    at_binhs.errors.clear()  # the browser reports each refusal
