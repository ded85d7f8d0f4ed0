"""Take the pictures of the staff guide of a server of its own: `python -m tests.browser.console_images`.

The others (accounts, articles, audit log, competitions, figures, guides, start page …) are taken by hand.
"""

from __future__ import annotations

import signal
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.images import FOLDER, SMALL_LAPTOP
from tests.browser.staff import arrive, hoidap, invite
from tests.browser.support import ARGUMENTS, CHROMIUM, Server, Visitor, open_widget

# What people ask: each line is one person.
ASKED = (
    ("mức hỗ trợ tối đa theo nghị quyết 93 là bao nhiêu", "nghị quyết 93 hỗ trợ tối đa bao nhiêu tiền"),
    ("nq 93 hỗ trợ tối đa bao nhiêu tiền ạ",),
    ("trồng nấm có được vay vốn không",),
    ("cho hỏi trồng nấm có được vay vốn không",),
    ("nuôi cá tầm cần giấy phép gì", "gặp cán bộ"),
    ("nghị quyết 93 áp dụng cho ai", "tôi muốn gặp cán bộ"),
)
TERMS = """terms:
  - {term: đmst, meaning: đổi mới sáng tạo}
  - {term: hs, meaning: học sinh, weight: 0.5}
  - {term: kính gửi quý sở, kind: filler}
  - {term: phường Hợp Giang, meaning: phường Thục Phán, kind: one_way, valid_from: 2025-07-01}
  - {term: sở kh&cn, meaning: sở khoa học và công nghệ, kind: synonym}
"""
TALL = {"width": 1280, "height": 1000}
# A Chromium without its Vietnamese pack writes days as in America; staff do not see them so.
DAYS = """() => document.querySelectorAll("input[type=date]").forEach((field) => {
    const day = field.value.split("-").reverse().join("/");
    field.type = "text";
    field.value = day || "dd/mm/yyyy";
})"""
PATIENCE = 120_000  # milliseconds
ENTRY = "nq93-ket-qua"


def main() -> None:
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        server = Server(Path(directory))
        server.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            for questions in ASKED:
                _ask(browser, server.url, questions)
            _take(_minh(browser, server), server.url)
        finally:
            browser.close()
            server.stop(signal.SIGKILL)  # nothing of it is kept


def _ask(browser: Browser, url: str, questions: tuple[str, ...]) -> None:
    page = browser.new_context(viewport=SMALL_LAPTOP).new_page()
    page.goto(url)
    panel = open_widget(page)
    for question in questions:
        panel.ask_and_wait(question)
    page.context.close()


def _minh(browser: Browser, server: Server) -> Page:
    """Return the page of somebody who may do all that the pictures show."""
    visitor = Visitor(browser.new_context(viewport=SMALL_LAPTOP, locale="vi-VN"))
    page = arrive(server, visitor, invite(server, "minh", "Hoàng Văn Minh", "approver", "operator"))
    page.set_default_timeout(PATIENCE)
    (server.directory / "terms.yaml").write_text(TERMS, encoding="utf-8")
    hoidap(server, "import", "terms.yaml")
    return page


def _take(page: Page, url: str) -> None:
    for name, address in {
        "entries-edit": f"entries/edit?key={ENTRY}",
        "terms-list": "terms",
        "console-inbox": "inbox",
        "console-misses": "misses",
        "console-testbox": "testbox?text=nq93+hoox+trowj+lop+tap+huan+k+ad&channel=zalo",
    }.items():
        page.goto(f"{url}/admin/{address}")
        page.wait_for_timeout(800)
        page.evaluate(DAYS)
        page.screenshot(path=FOLDER / f"{name}.png")
    page.goto(f"{url}/admin/entries/edit?key={ENTRY}")
    page.locator("section.card", has=page.get_by_role("heading", name="Những điều mục này không nêu")).screenshot(
        path=FOLDER / "entries-uncovered.png"
    )
    page.goto(f"{url}/admin/misses")
    page.get_by_role("link", name="hỗ trợ tối đa").first.click()
    page.get_by_role("button", name="Ghi là mục này không nêu").wait_for()
    page.set_viewport_size(TALL)
    page.evaluate(DAYS)
    page.screenshot(path=FOLDER / "misses-show.png")


if __name__ == "__main__":
    main()
