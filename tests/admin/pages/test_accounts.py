"""Accounts, as an administrator manages them."""

from __future__ import annotations

import re

import pytest

from admin import audit, staff
from admin.audit import Filter
from admin.page import Role


async def with_password(desk, login, *roles):
    """Make an account that has a password, without hashing one."""
    async with desk.db.transaction() as session:
        person, _ = await staff.invite(session, login=login, name=login.title(), roles=roles, now=desk.clock.now())
        await staff.set_password(session, person.id, "$argon2id$", keep_session=None)
    return person


async def events(desk, action):
    async with desk.db.reading() as session:
        return await audit.find(session, Filter(action=action))


async def test_an_invitation_shows_its_link_once_and_lets_one_person_in(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)

    shown = await boss.post(
        "/admin/accounts", [("name", "Lý Thị Mai"), ("login", "mai"), ("role", "editor"), ("role", "operator")]
    )
    path = re.search(r'value="http://[^/]+(/admin/link/[^"]+)"', shown.text)[1]
    guest = desk.browser()
    password = {"password": "suối chảy qua bản", "password_again": "suối chảy qua bản"}

    assert (await guest.post(path, password)).status == 303
    assert "Lý Thị Mai" in (await guest.get("/admin")).text
    assert (await desk.browser().post(path, password)).status == 410
    [event] = await events(desk, "staff.invite")
    assert (event.subject, event.after, event.actor) == (
        "staff:mai", {"roles": ["editor", "operator"]}, boss.person.login,
    )  # fmt: skip
    assert path.rpartition("/")[2] not in (await boss.get("/admin/accounts")).text


@pytest.mark.parametrize(
    ("login", "said"),
    [pytest.param("có dấu", "Tên đăng nhập gồm", id="no login"), pytest.param("AN", "đã có người dùng", id="taken")],
)
async def test_an_invitation_that_cannot_be_says_why(desk, login, said):
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    await with_password(desk, "an", Role.EDITOR)

    answer = await boss.post("/admin/accounts", {"name": "Mai", "login": login, "role": "approver"})

    assert answer.status == 422
    assert said in answer.text
    assert re.search(r'value="approver" checked', answer.text)


async def test_no_role_is_chosen_beforehand_and_none_is_given_unasked(desk):
    """Somebody invited to answer citizens must not become an editor because a box was ticked already."""
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    form = await boss.get("/admin/accounts")

    refused = await boss.post("/admin/accounts", {"name": "Lý Thị Mai", "login": "mai"})

    assert not re.search(r'name="role"[^>]* checked', form.text)
    assert refused.status == 422
    assert "chọn ít nhất một vai trò" in refused.text
    assert 'value="Lý Thị Mai"' in refused.text, "what was typed is still there"
    async with desk.db.reading() as session:
        assert await staff.find_login(session, "mai") is None


async def test_new_roles_count_at_once_and_stand_in_the_log(desk):
    boss, clerk = await desk.sign_in(Role.ADMINISTRATOR), await desk.sign_in(Role.EDITOR, login="an")
    assert (await clerk.get("/admin/audit")).status == 403

    await boss.post(f"/admin/accounts/{clerk.person.id}/roles", {"role": "administrator"})

    assert (await clerk.get("/admin/audit")).status == 200
    [event] = await events(desk, "staff.roles")
    assert (event.before, event.after) == ({"roles": ["editor"]}, {"roles": ["administrator"]})


async def test_the_last_administrator_stays(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    only = await with_password(desk, "only", Role.ADMINISTRATOR)

    answer = await boss.post(f"/admin/accounts/{only.id}/roles", {"role": "editor"}, follow=True)

    assert "ít nhất một người quản trị" in answer.text
    assert "staff.roles" not in {event.action for event in await events(desk, "")}
    async with desk.db.reading() as session:
        assert (await staff.person(session, only.id)).roles == (Role.ADMINISTRATOR,)


async def test_disabling_asks_for_the_login_and_ends_everything(desk):
    boss, clerk = await desk.sign_in(Role.ADMINISTRATOR), await desk.sign_in(Role.EDITOR, login="an")
    path = f"/admin/accounts/{clerk.person.id}/disable"

    refused = await boss.post(path, {"login": "binh"}, follow=True)
    assert "chưa khớp" in refused.text
    assert (await clerk.get("/admin")).status == 200
    await boss.post(path, {"login": "an"})

    assert (await clerk.get("/admin")).status == 303
    assert "Tài khoản đang bị khóa" in (await boss.get(f"/admin/accounts/{clerk.person.id}")).text
    await boss.post(f"/admin/accounts/{clerk.person.id}/enable")
    assert "Tài khoản đang bị khóa" not in (await boss.get(f"/admin/accounts/{clerk.person.id}")).text


async def test_nobody_disables_themselves(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)

    answer = await boss.post(f"/admin/accounts/{boss.person.id}/disable", {"login": boss.person.login}, follow=True)

    assert "Không thể tự khóa" in answer.text


async def test_a_new_link_replaces_the_older_one(desk):
    boss = await desk.sign_in(Role.ADMINISTRATOR)
    person = await with_password(desk, "an", Role.EDITOR)
    paths = [
        re.search(r"/admin/link/[\w-]+", (await boss.post(f"/admin/accounts/{person.id}/link")).text)[0]
        for _ in range(2)
    ]

    assert [(await desk.browser().get(path)).status for path in paths] == [410, 200]


async def test_somebody_elses_sessions_can_be_ended(desk):
    boss, clerk = await desk.sign_in(Role.ADMINISTRATOR), await desk.sign_in(Role.EDITOR, login="an")

    await boss.post(f"/admin/accounts/{clerk.person.id}/sessions")

    assert (await clerk.get("/admin")).status == 303


async def test_of_my_sessions_i_end_the_others_but_never_a_strangers(desk):
    here = await desk.sign_in(Role.EDITOR, login="an")
    there = await desk.sign_in(Role.EDITOR, login="an")
    other = await desk.sign_in(Role.EDITOR, login="binh")

    for number in range(1, 5):
        await other.post("/admin/account/sessions/end", {"session": number})
    assert (await here.get("/admin")).status == 200
    await here.post("/admin/account/sessions/end")

    assert (await here.get("/admin")).status == 200
    assert (await there.get("/admin")).status == 303


@pytest.mark.parametrize("path", ["/admin/accounts/999", "/admin/accounts/99999999999", "/admin/accounts/x"])
async def test_an_account_that_is_not_there(desk, path):
    boss = await desk.sign_in(Role.ADMINISTRATOR)

    assert (await boss.get(path)).status == 404
