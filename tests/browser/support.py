"""What the browser tests share: the server as a process, people with a browser, a site of somebody else."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from playwright.sync_api import BrowserContext, Frame, Locator, Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "webhooks/webchat/widget/node_modules/axe-core/axe.min.js"
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
QUESTION = "nq 93 ap dung cho ai"
ANSWER = "doanh nghiệp, tổ chức và cá nhân thuộc mọi thành phần kinh tế"


def free_port() -> int:
    """Return a port below those that systems give away by themselves, so that nobody is given it in the meantime."""
    while True:
        port = random.randrange(20_000, 32_000)  # noqa: S311 - no secret
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class Server:
    """`hoidap serve` as a process that can be killed and started again on its port."""

    directory: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "server", "serve", "--port", str(self.port)],
                cwd=self.directory,
                env={**clean, "PYTHONPATH": str(ROOT), **self.environment},
                stdout=log,
                stderr=log,
            )
        for _ in range(240):
            with contextlib.suppress(OSError), urllib.request.urlopen(self.url + "/readyz", timeout=2) as answer:  # noqa: S310 - ours
                if answer.status == 200:
                    return
            assert self.process.poll() is None, self.log
            time.sleep(0.25)
        raise AssertionError(self.log)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=30)
            self.process = None

    @property
    def log(self) -> str:
        return (self.directory / "log").read_text()

    def rows(self, statement: str, *values: object) -> list[tuple]:
        with contextlib.closing(sqlite3.connect(self.directory / "var/hoidap.db", timeout=10)) as database:
            return database.execute(statement, values).fetchall()


@dataclass
class Visitor:
    """One person with a browser profile. Every error on any page is remembered."""

    context: BrowserContext
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, url: str) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))
        page.on("console", lambda said: said.type == "error" and self.errors.append(f"console: {said.text}"))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(url)
        return page


class Panel:
    """The conversation as a person uses it, in the widget's frame or on its own page."""

    def __init__(self, page: Page | Frame) -> None:
        self.page = page
        self.input = page.locator(".composer textarea")
        self.answers = page.locator(".message.bot .bubble")
        self.questions = page.locator(".message.contact .bubble")
        self.sources = page.locator(".source a")
        self.status = page.locator(".status")

    def ask(self, text: str) -> None:
        self.input.fill(text)
        self.input.press("Enter")

    def ask_and_wait(self, text: str) -> str:
        before = self.page.locator(".message.bot:not(.typing) .bubble").count()
        self.ask(text)
        answer = self.page.locator(".message.bot:not(.typing) .bubble").nth(before)
        answer.wait_for(timeout=10_000)
        return answer.inner_text()

    def menu(self, label: str) -> None:
        self.page.locator(".menu > button").click()
        self.page.locator("#menu").get_by_text(label).click()

    def chip(self, text: str) -> Locator:
        return self.page.locator(".chip", has_text=text).first


def open_widget(page: Page) -> Panel:
    """Press the button and wait for the panel."""
    page.locator("hoidap-widget .launcher").click()
    page.frame_locator("hoidap-widget iframe").locator(".composer textarea").wait_for()
    return panel_of(page)


def panel_of(page: Page) -> Panel:
    frame = next(frame for frame in page.frames if frame.url.endswith("/chat/panel"))
    return Panel(frame)


class Site(BaseHTTPRequestHandler):
    """A site of somebody else: serves whatever HTML and policy a test gives it."""

    html = ""
    policy = ""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/" else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        self.end_headers()
        self.wfile.write(self.html.encode() if self.path == "/" else b"")

    def log_message(self, *arguments: object) -> None:
        return


def until(condition, *, seconds: float = 10.0) -> None:
    """Wait for something that no locator can see."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def violations(page: Page | Frame) -> list[str]:
    """Return what axe-core finds on a page or in a frame."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
        "best-practice"], iframes: false})).violations"""
    )
    return [
        f"{item['id']}: {node['target']} {' '.join(node.get('failureSummary', '').split())}"
        for item in found
        for node in item["nodes"]
    ]
