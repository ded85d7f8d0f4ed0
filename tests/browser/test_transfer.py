"""An official takes over a table with mistakes in it, in a browser, with and without scripts."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support import LAPTOP, PHONE, ROOT, Server, violations

PASSWORD = "sương tan trên đèo Mã Phục"
TABLE = (
    "key,question,answer,valid_until,buttons\r\n"
    "nq93-hinh-thuc,Hình thức hỗ trợ theo Nghị quyết 93 là gì?,Hỗ trợ hai lần sau đầu tư.,31/12/2030,\r\n"
    "{new},Bảng này có gì mới?,Có một mục mới.,,\r\n"
    "hong,Ngày này có thật không?,Không.,31/02/2030,\r\n"
    "sai-nut,Nút này có dùng được không?,Không.,,Gọi | fax | 1\r\n"
)


def invitation(server: Server, login: str) -> str:
    """Return the address at which a new editor chooses a password."""
    done = subprocess.run(
        [sys.executable, "-m", "server", "staff", "invite", login, "--name", "Nông Thị Thu", "--role", "editor"],
        cwd=server.directory,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")},
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return server.url + re.search(r"/admin/link/\S+", done.stdout)[0]


def enter(page: Page) -> None:
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_label("Nhập lại mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Lưu và đăng nhập").click()
    page.get_by_role("heading", name="Xin chào, Nông Thị Thu").wait_for()


def choose(page: Page, content: str, name: str = "bang.csv") -> None:
    page.get_by_label("Tệp kiến thức").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content.encode("utf-8-sig")}
    )
    page.get_by_role("button", name="Xem trước").click()


@pytest.mark.parametrize(
    ("login", "options"),
    [
        pytest.param("thu", {"viewport": LAPTOP}, id="laptop"),
        pytest.param("thu-2", {"viewport": PHONE, "java_script_enabled": False}, id="telephone without scripts"),
    ],
)
def test_a_table_with_mistakes_is_taken_over_without_them(server, visitors, login, options):
    visitor = visitors(**options)
    page = visitor.open(invitation(server, login))
    enter(page)
    page.goto(server.url + "/admin/transfer")
    choose(page, "key,question\r\na,Thiếu câu trả lời?\r\n")
    expect(page.get_by_role("alert")).to_contain_text("Bảng thiếu cột trả lời ngắn (answer)")
    visitor.errors.clear()  # the browser's own note that it was refused

    new = f"moi-{login}"
    choose(page, TABLE.format(new=new))
    expect(page.get_by_text("dòng 4", exact=True)).to_be_visible()
    expect(page.get_by_text("ngày cuối cùng còn hiệu lực (valid_until) phải là ngày")).to_be_visible()
    expect(page.get_by_text("nút “Gọi” có loại lạ “fax”")).to_be_visible()
    page.get_by_label("Việc làm với mục nq93-hinh-thuc").select_option(label="Bỏ qua")
    page.get_by_label(f"Việc làm với mục {new}").select_option(label="Gửi duyệt")
    page.get_by_role("button", name="Nhập các mục đã chọn").click()

    expect(page.get_by_role("status")).to_contain_text("0 mục thành bản nháp, 1 mục gửi duyệt")
    [(status, author)] = server.rows(
        "SELECT e.status, r.author FROM entries e JOIN revisions r ON r.entry_id = e.id WHERE e.key = ?", new
    )
    assert (status, author) == ("in_review", login)
    assert server.rows("SELECT count(*) FROM entries WHERE key IN ('hong', 'sai-nut')") == [(0,)]


def test_the_pages_can_be_read_by_everybody(server, visitors):
    page = visitors(bypass_csp=True).open(invitation(server, "thu-3"))
    enter(page)
    found = []
    for size in (LAPTOP, PHONE):
        page.set_viewport_size(size)
        for path in ("transfer", "problems", "trials", "trials?run=1"):
            page.goto(f"{server.url}/admin/{path}")
            found += [f"{path} {problem}" for problem in violations(page)]
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        page.goto(server.url + "/admin/transfer")
        choose(page, TABLE.format(new="moi-khac"))
        found += [f"preview {problem}" for problem in violations(page)]
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]

    assert found == []
