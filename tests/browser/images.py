"""Take the pictures of the documentation of a running server: `python -m tests.browser.images http://127.0.0.1:8080`."""

from __future__ import annotations

import sys

from playwright.sync_api import sync_playwright

from tests.browser.support import ARGUMENTS, CHROMIUM, PHONE, QUESTION, ROOT, open_widget

FOLDER = ROOT / "docs/images"
SMALL_LAPTOP = {"width": 1280, "height": 800}


def main(url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for viewport in (PHONE, SMALL_LAPTOP):
            for scheme in ("light", "dark"):
                page = browser.new_context(viewport=viewport, color_scheme=scheme).new_page()
                page.goto(url)
                panel = open_widget(page)
                panel.ask_and_wait(QUESTION)
                page.wait_for_timeout(2000)
                page.screenshot(path=FOLDER / f"chat-{viewport['width']}{'-dark' * (scheme == 'dark')}.png")
                page.context.close()
        page = browser.new_context(viewport=SMALL_LAPTOP).new_page()
        page.goto(f"{url}/widget?zalo=0912345678&phone=02063852000&color=%230b4f9c&position=right&locale=vi")
        page.frame_locator("#sample").locator("hoidap-widget .launcher").dispatch_event("click")
        page.wait_for_timeout(500)
        page.screenshot(path=FOLDER / "widget-builder.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
