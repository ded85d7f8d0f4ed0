"""From a missed question to its answer, and from a call for a person to an officer's words, in real browsers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staff import arrive, flash, invite
from tests.browser.support import PHONE, Panel, violations

pytestmark = [pytest.mark.browser, pytest.mark.real_socket]

QUESTION = "nhóm bạn trẻ thu pin cũ để ở đâu"
ENTRY = "Mô hình Trạm xanh Cao Bằng là gì?"
ANSWER = "Đại sứ nông sản"


@pytest.fixture
def own_server(own_server):
    """A server that sorts misses and tells askers at once."""
    own_server.stop()
    own_server.environment["HOIDAP_WORKER__CHORE_SECONDS"] = "0.5"
    own_server.start()
    return own_server


def chat(server, visitors, **options) -> Panel:
    return Panel(visitors(**options).open(f"{server.url}/chat/panel"))


def test_a_missed_question_becomes_a_variant_and_whoever_asked_is_told(own_server, visitors):
    asker = chat(own_server, visitors)
    assert "chưa tìm thấy" in asker.ask_and_wait(QUESTION)
    asker.chip("Báo cho tôi khi có câu trả lời").click()
    expect(asker.answers.last).to_contain_text("đã ghi nhận")
    minh = arrive(own_server, visitors(), invite(own_server, "minh", "Hoàng Văn Minh", "approver", "operator"))

    open_the_gap(minh, own_server.url)
    minh.get_by_label("Tìm mục khác").fill("tram xanh")
    minh.get_by_role("button", name="Tìm").click()
    minh.get_by_label(ENTRY).check()
    minh.get_by_role("button", name="Thêm cách hỏi và đăng").click()

    flash(minh, "1 người nhờ báo lại")
    expect(asker.answers.last).to_contain_text(ANSWER, timeout=15_000)
    expect(asker.answers.last).to_contain_text(QUESTION)
    assert ANSWER in chat(own_server, visitors).ask_and_wait(QUESTION)
    minh.reload()
    expect(minh.get_by_text("Đã báo cho 1 người")).to_be_visible()


def open_the_gap(page: Page, url: str) -> None:
    for _ in range(20):
        page.goto(f"{url}/admin/misses")
        if page.get_by_role("link", name=QUESTION).count():
            break
        page.wait_for_timeout(300)
    assert violations(page) == []
    page.get_by_role("link", name=QUESTION).click()
    expect(page.get_by_text("1 người nhờ báo khi có câu trả lời")).to_be_visible()
    assert violations(page) == []


def test_an_officer_answers_on_the_page_that_shows_what_is_new_by_itself(own_server, visitors):
    citizen = chat(own_server, visitors)
    assert "cán bộ sẽ trả lời" in citizen.ask_and_wait("gặp cán bộ").lower()
    lan = arrive(own_server, visitors(viewport=PHONE), invite(own_server, "lan", "Nông Thị Lan", "operator"))
    lan.goto(f"{own_server.url}/admin/inbox")
    assert violations(lan) == []

    lan.get_by_role("link", name="Người dân số").click()
    lan.get_by_role("button", name="Nhận trả lời").click()
    lan.get_by_label("Trả lời với tư cách cán bộ").fill("Chào anh, tôi là Lan.")
    lan.get_by_role("button", name="Gửi", exact=True).click()

    staff = citizen.page.locator(".message.staff .bubble")
    expect(staff.last).to_have_text("Chào anh, tôi là Lan.")
    citizen.ask("Tôi hỏi về trạm xanh")
    expect(lan.locator("#said")).to_contain_text("Tôi hỏi về trạm xanh", timeout=15_000)
    assert violations(lan) == []
    lan.get_by_role("button", name="Trả cho trợ lý").click()
    flash(lan, "Đã trả hội thoại")
    assert ANSWER in citizen.ask_and_wait(ENTRY)


def test_what_an_officer_types_outlasts_claiming_and_a_colleague_is_seen_at_once(own_server, visitors):
    chat(own_server, visitors).ask_and_wait("gặp cán bộ")
    lan = arrive(own_server, visitors(viewport=PHONE), invite(own_server, "lan", "Nông Thị Lan", "operator"))
    minh = arrive(own_server, visitors(), invite(own_server, "minh", "Hoàng Văn Minh", "operator"))
    for page in (lan, minh):
        page.goto(f"{own_server.url}/admin/inbox")
        page.get_by_role("link", name="Người dân số").click()
        page.get_by_label("Trả lời với tư cách cán bộ").fill("Chào anh, hồ sơ gồm")

    lan.get_by_role("button", name="Nhận trả lời").click()
    flash(lan, "Anh/chị đã nhận hội thoại này")
    expect(lan.get_by_label("Trả lời với tư cách cán bộ")).to_have_value("Chào anh, hồ sơ gồm")
    assert violations(lan) == []

    expect(minh.locator("#taken")).to_contain_text("Nông Thị Lan đang trả lời hội thoại này", timeout=10_000)
    expect(minh.get_by_role("button", name="Nhận trả lời")).to_have_count(0)
    expect(minh.get_by_label("Trả lời với tư cách cán bộ")).to_have_value("Chào anh, hồ sơ gồm")
    minh.get_by_text("Trả cho trợ lý").first.click()
    assert violations(minh) == []

    lan.once("dialog", lambda dialog: dialog.dismiss())
    with lan.expect_event("dialog") as asked:
        lan.get_by_role("button", name="Trả cho trợ lý").click(no_wait_after=True)
    assert asked.value.type == "beforeunload", "what is not sent is not lost by another button"
    expect(lan.get_by_label("Trả lời với tư cách cán bộ")).to_have_value("Chào anh, hồ sơ gồm")


def test_the_inbox_and_the_queue_work_without_scripts(own_server, visitors):
    citizen = chat(own_server, visitors)
    citizen.ask_and_wait("gặp cán bộ")
    page = arrive(own_server, visitors(java_script_enabled=False), invite(own_server, "hoa", "Bế Thị Hoa", "operator"))

    page.goto(f"{own_server.url}/admin/inbox")
    page.get_by_role("link", name="Người dân số").click()
    page.get_by_label("Trả lời với tư cách cán bộ").fill("Chào chị.")
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.locator("#said")).to_contain_text("Chào chị.")
    page.goto(f"{own_server.url}/admin/testbox?text={QUESTION}&channel=zalo")

    expect(page.get_by_text("Chưa trả lời được", exact=True)).to_be_visible()
