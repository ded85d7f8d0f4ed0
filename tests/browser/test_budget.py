"""The widget on an old telephone with a bad line: what it weighs, and that it works. `make bench` measures how fast."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Page

from tests.browser.support import ANSWER, PHONE, QUESTION, ROOT, open_widget

pytestmark = pytest.mark.browser
STATIC = ROOT / "webhooks/webchat/static"
SLOWER = 4  # times: what developer tools call a mid-tier telephone
# Chromium's "Slow 3G": 400 kbit/s each way, two seconds for every round trip.
SLOW_3G = {"offline": False, "downloadThroughput": 50_000, "uploadThroughput": 50_000, "latency": 2000}


def slow_down(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_3G)


def weight(*names: str) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)


def test_the_widget_weighs_what_it_may(server, visitor):
    visitor.open(server.url)

    assert weight("widget.js") <= 8 * 1024
    assert weight("widget.js", "panel.js", "panel.css") <= 40 * 1024


def test_on_slow_3g_the_button_opens_and_answers(server, visitors):
    page = visitors(viewport=PHONE).open(server.url)
    page.locator("hoidap-widget .launcher").wait_for()
    slow_down(page)

    panel = open_widget(page)
    answer = panel.ask_and_wait(QUESTION)

    assert ANSWER in answer
