"""People of staff in browser tests: invited on the command line, arriving by their link."""

from __future__ import annotations

import subprocess
import sys
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.support import ROOT

PASSWORD = "một mật khẩu khá dài"


def hoidap(server, *arguments: str) -> str:
    """Return what a command says that runs beside the server."""
    done = subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        cwd=server.directory,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


def invite(server, login: str, name: str, *roles: str) -> str:
    """Return the path of an invitation, made on the command line."""
    chosen = [part for role in roles for part in ("--role", role)]
    return urlsplit(hoidap(server, "staff", "invite", login, "--name", name, *chosen).strip()).path


def arrive(server, visitor, link: str) -> Page:
    """Take an invitation and come to the start page."""
    page = visitor.open(server.url + link)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_label("Nhập lại mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Lưu và đăng nhập").click()
    expect(page.get_by_role("heading", name="Xin chào")).to_be_visible()
    return page


def flash(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()
