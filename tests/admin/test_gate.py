"""Every route of every page, for every role and for nobody: who may, who may not, and what they are told."""

from __future__ import annotations

import re

import pytest
from aiohttp import web

import server
from admin.page import GRANTS, Action, Page, Permission, Role, permissions_of
from tests.support.console import a_console

ACTIONS = [action for page in server.pages() for action in page.actions]


def stand_ins() -> list[Page]:
    """The product's pages with handlers that only say that they were reached."""

    async def reached(request: web.Request) -> web.Response:
        return web.Response(text="reached")

    return [
        Page(
            name=page.name,
            actions=tuple(
                Action(
                    method=action.method, path=action.path, handler=reached, permission=action.permission,
                    name=action.name, step_up=action.step_up,
                )
                for action in page.actions
            ),
        )
        for page in server.pages()
    ]  # fmt: skip


def path_of(action: Action) -> str:
    return re.sub(r"\{\w+(:([^{}]|\{[^{}]*\})*)?\}", "1", action.path)


async def try_all(browser) -> dict[str, str]:
    """Return what became of each action: its name → reached, or the status."""
    found = {}
    for action in ACTIONS:
        ask = browser.post if action.method == "POST" else browser.get
        answer = await ask(path_of(action))
        found[action.name] = "reached" if answer.text == "reached" else str(answer.status)
    return found


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_reaches_exactly_what_it_may(sqlite_db, role):
    async with a_console(sqlite_db, stand_ins()) as desk:
        found = await try_all(await desk.sign_in(role))

    allowed = permissions_of([role])
    assert found == {action.name: "reached" if action.permission in allowed else "403" for action in ACTIONS}


async def test_nobody_reaches_only_the_doors(sqlite_db):
    async with a_console(sqlite_db, stand_ins()) as desk:
        found = await try_all(desk.browser())

    refused = {"GET": "303", "POST": "401"}
    assert found == {
        action.name: "reached" if action.permission is Permission.ANYONE else refused[action.method]
        for action in ACTIONS
    }


async def test_no_post_works_without_its_form_token(sqlite_db):
    async with a_console(sqlite_db, stand_ins()) as desk:
        browser = await desk.sign_in(*Role)
        for action in ACTIONS:
            if action.method == "POST":
                answer = await browser.post(path_of(action), {"form_token": "made up"})
                assert answer.text != "reached", action.name


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded; charset=klingon", "multipart/form-data"])
async def test_a_form_that_is_none_is_a_bad_request(sqlite_db, kind):
    async with a_console(sqlite_db, stand_ins()) as desk:
        answer = await desk.browser().post("/admin/sign-in", headers={"Content-Type": kind})

    assert answer.status == 400


async def test_no_post_works_from_another_site(sqlite_db):
    async with a_console(sqlite_db, stand_ins()) as desk:
        browser = await desk.sign_in(*Role)
        for action in ACTIONS:
            if action.method == "POST":
                for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
                    answer = await browser.post(path_of(action), headers=headers)
                    assert answer.status == 403, action.name


async def test_every_step_up_action_asks_again_after_a_while(sqlite_db):
    async with a_console(sqlite_db, stand_ins()) as desk:
        browser = await desk.sign_in(*Role, confirmed=False)
        found = await try_all(browser)

    assert [action.name for action in ACTIONS if action.step_up]
    assert {name for name, result in found.items() if result != "reached"} == {
        action.name for action in ACTIONS if action.step_up
    }


def test_actions_have_names_and_paths_of_their_own():
    assert len({action.name for action in ACTIONS}) == len(ACTIONS)
    assert len({(action.method, action.path) for action in ACTIONS}) == len(ACTIONS)
    assert all(action.path == "/admin" or action.path.startswith("/admin/") for action in ACTIONS)


def test_reading_changes_nothing_so_that_links_are_harmless():
    assert {action.method for action in ACTIONS} <= {"GET", "POST"}


def test_every_permission_is_granted_to_somebody():
    granted = frozenset().union(*GRANTS.values())

    assert set(Permission) - granted == {Permission.ANYONE}
