"""What holds for every page, whoever wrote it."""

from __future__ import annotations

import re

import pytest

import server
from admin.page import Role
from knowledge.transfer import load_starter
from tests.support.builders import NOW
from tests.support.console import a_console

PLAIN = [
    action
    for page in server.pages()
    for action in page.actions
    if action.method == "GET" and "{" not in action.path and action.name not in {"access.sign_in", "access.code"}
]
_INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|hx-on", re.IGNORECASE)


@pytest.fixture
async def desk(sqlite_db):
    await load_starter(sqlite_db, NOW)
    async with a_console(sqlite_db) as running:
        yield running


async def test_every_page_opens_for_who_may_do_everything(desk):
    browser = await desk.sign_in(*Role)

    answers = {action.name: await browser.get(action.path) for action in PLAIN}

    assert {name: answer.status for name, answer in answers.items() if answer.status >= 500} == {}
    pages = {
        name: answer
        for name, answer in answers.items()
        if answer.status == 200 and answer.headers["Content-Type"].startswith("text/html") and "<html" in answer.text
    }
    assert len(pages) > 10
    assert [name for name, answer in pages.items() if not answer.heading] == [], "every page has its heading"
    assert [name for name, answer in pages.items() if _INLINE.search(answer.text)] == [], "the policy forbids these"
    assert [name for name, answer in pages.items() if 'lang="vi"' not in answer.text] == []


async def test_every_form_that_changes_something_carries_its_token(desk):
    browser = await desk.sign_in(*Role)

    for action in PLAIN:
        text = (await browser.get(action.path)).text
        for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
            assert 'name="form_token"' in form, f"{action.name}: {form[:200]}"


async def test_odd_addresses_break_nothing(desk):
    browser = await desk.sign_in(*Role)
    odd = "?page=-1&page=x&key=%00&q=%F0%9F%98%80&id=99999999999999999999&from=x&to=9999-99-99&sort=%27&state=%22&at=x"

    answers = {action.name: (await browser.get(action.path + odd)).status for action in PLAIN}

    assert {name: status for name, status in answers.items() if status >= 500} == {}


async def test_every_post_survives_an_empty_and_an_odd_form(desk):
    """Whoever plays with forms gets an answer in words, never an error of ours."""
    browser = await desk.sign_in(*Role)
    odd = {"key": "không có", "id": "x", "page": "-1", "text": "\ud83d", "answer": "x" * 5000, "number": "9" * 30}
    odd["text"] = "😀\x00"
    failed = []
    for action in (action for page in server.pages() for action in page.actions if action.method == "POST"):
        if action.name in {"access.sign_out", "account.end_session"}:
            continue
        path = re.sub(r"\{\w+(:([^{}]|\{[^{}]*\})*)?\}", "1", action.path)
        for fields in ({}, odd):
            answer = await browser.post(path, fields)
            if answer.status >= 500:
                failed.append((action.name, list(fields)))

    assert failed == []


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_built_files_are_kept_for_ever_under_the_name_of_their_build(desk, encoding):
    browser = await desk.sign_in(Role.EDITOR)
    address = re.search(r'href="(/admin/assets/[0-9a-f]{16}/style.css)"', (await browser.get("/admin")).text)[1]

    answer = await browser.get(address, headers={"Accept-Encoding": encoding})

    if answer.status == 404:
        pytest.skip("the console is not built (make install)")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers.get("Content-Encoding", "identity") == encoding
    assert "Be Vietnam Pro" in answer.text, "aiohttp has unpacked it"
    assert (await browser.get(re.sub(r"[0-9a-f]{16}", "0" * 16, address))).status == 404
