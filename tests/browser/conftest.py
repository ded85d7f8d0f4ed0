"""A browser, the real server, and a foreign site with the widget on it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.support import ARGUMENTS, CHROMIUM, LAPTOP, ROOT, Server, Site, Visitor, free_port


@pytest.fixture(scope="session")
def site_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def server(tmp_path_factory, site_port) -> Iterator[Server]:
    """One server for every test that does not kill it; each test is another visitor."""
    # Tests are one address in a hurry.
    limits = {
        "HOIDAP_CHANNELS__WEBCHAT__ALLOWED_ORIGINS": f"http://127.0.0.1:{site_port}",
        "HOIDAP_CHANNELS__WEBCHAT__ADDRESS_MESSAGES_PER_MINUTE": "10000",
        "HOIDAP_CHANNELS__WEBCHAT__ADDRESS_SESSIONS_PER_HOUR": "10000",
    }
    running = Server(tmp_path_factory.mktemp("server"), limits)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def own_server(tmp_path) -> Iterator[Server]:
    """A server for tests that kill theirs."""
    running = Server(tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium per file: Playwright keeps an event loop while it runs, beside which no other test could run."""
    if not CHROMIUM:
        pytest.skip("no Chromium (apt-get install chromium)")
    for built in ("webhooks/webchat/static/widget.js", "admin/static/console.js"):
        if not (ROOT / built).exists():
            pytest.skip(f"{built} is not built (make install)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def visitors(browser) -> Iterator:
    """Make visitors; at the end nobody may have seen an error that the test did not expect."""
    made: list[Visitor] = []

    def make(**options) -> Visitor:
        options.setdefault("viewport", LAPTOP)
        made.append(Visitor(browser.new_context(**options)))
        return made[-1]

    yield make
    for visitor in made:
        visitor.context.close()
    assert [error for visitor in made for error in visitor.errors] == []


@pytest.fixture
def visitor(visitors) -> Visitor:
    return visitors()


@pytest.fixture
def site(site_port) -> Iterator:
    """Serve a page on another origin, the one that the shared server allows; returns its address."""
    listener: list[ThreadingHTTPServer] = []

    def serve(html: str, *, policy: str = "", port: int = 0) -> str:
        handler = type("ThisSite", (Site,), {"html": html, "policy": policy})
        running = ThreadingHTTPServer(("127.0.0.1", port or site_port), handler)
        threading.Thread(target=running.serve_forever, daemon=True).start()
        listener.append(running)
        return f"http://127.0.0.1:{running.server_port}/"

    yield serve
    for running in listener:
        running.shutdown()
        running.server_close()
