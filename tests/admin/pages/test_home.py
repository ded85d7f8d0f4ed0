"""The start page: what waits for whom."""

from __future__ import annotations

import pytest

import server
from admin import staff
from admin.page import Role
from admin.tasks import TASKS
from admin.wording import say
from bot.tables import Update
from tests.support.builders import NOW


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_every_task_leads_to_a_page_that_the_person_may_open(task):
    actions = {action.name: action for page in server.pages() for action in page.actions}

    assert task.action in actions
    assert say(f"home.task.{task.name}")


async def test_nothing_waits_in_a_new_console(desk):
    browser = await desk.sign_in(*Role)

    assert "Không có việc nào đang chờ" in (await browser.get("/admin")).text


async def test_what_is_stuck_waits_for_administrators_only(desk):
    async with desk.db.transaction() as session:
        stuck = {"channel": "f", "external_id": "1", "kind": "text", "lane_key": "c", "body": "", "trace_id": "t"}
        session.add(Update(**stuck, received_at=NOW, state="dead"))
    boss, clerk = await desk.sign_in(Role.ADMINISTRATOR), await desk.sign_in(Role.EDITOR)

    assert "tin bị kẹt" in (await boss.get("/admin")).text
    assert "tin bị kẹt" not in (await clerk.get("/admin")).text


async def test_somebody_without_roles_is_told_whom_to_ask(desk):
    browser = await desk.sign_in(Role.EDITOR)
    async with desk.db.transaction() as session:
        await staff.set_roles(session, browser.person.id, ())

    assert "liên hệ người quản trị" in (await browser.get("/admin")).text


@pytest.mark.parametrize("page", [page for page in server.pages() if page.menu], ids=lambda page: page.name)
def test_every_page_of_the_menu_says_what_it_is_for(page):
    assert say(f"{page.name}.menu")
    assert say(f"{page.name}.about")
