"""Accounts and links on both databases: used once, one at a time, never without somebody who can administer."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from admin import sessions, staff
from admin.page import Permission, Role
from admin.sessions import Place
from admin.staff import StaffError, cleaned_login
from tests.support.builders import NOW

PLACE = Place(address="192.0.2.1", network="192.0.2.1", agent="pytest")


async def use(db, token, login="hoa"):
    async with db.transaction() as session:
        return await staff.use_link(session, token, login=login, name="Hoa", password_hash="$h", now=NOW)


async def setup_token(db):
    async with db.transaction() as session:
        return await staff.setup_token(session, now=NOW)


async def test_two_people_with_the_same_set_up_link_make_one_administrator(db):
    token = await setup_token(db)

    done = await asyncio.gather(use(db, token, "hoa"), use(db, token, "mai"), return_exceptions=True)

    assert sorted(type(each).__name__ for each in done) == ["Person", "StaffError"]
    assert await setup_token(db) is None


async def test_an_office_of_one_person_can_do_everything(db):
    alone = await use(db, await setup_token(db))

    assert alone.permissions == frozenset(Permission)


async def test_a_set_up_link_of_another_process_is_worthless_once_somebody_can_administer(db):
    token = await setup_token(db)
    async with db.transaction() as session:
        person, _ = await staff.invite(session, login="an", name="An", roles=[Role.ADMINISTRATOR], now=NOW)
        await staff.set_password(session, person.id, "$h", keep_session=None)

    with pytest.raises(StaffError, match="used before"):
        await use(db, token)


async def test_somebody_invited_without_a_password_does_not_count_as_administrator(db):
    async with db.transaction() as session:
        await staff.invite(session, login="an", name="An", roles=[Role.ADMINISTRATOR], now=NOW)

    assert await setup_token(db) is not None


async def test_taking_a_link_ends_the_sessions_before_it(db):
    """A link for a new password is what one asks for when somebody else is in the account."""
    async with db.transaction() as session:
        person, token = await staff.invite(session, login="an", name="An", roles=[Role.EDITOR], now=NOW)
        intruder = await sessions.begin(session, person.id, PLACE, now=NOW, valid=timedelta(hours=1), is_complete=True)
    await use(db, token)

    async with db.reading() as session:
        assert await sessions.find(session, intruder, now=NOW, idle=timedelta(hours=1)) is None


async def test_the_last_administrator_cannot_be_taken_away_but_others_can(db):
    boss = await use(db, await setup_token(db))
    async with db.transaction() as session:
        clerk, _ = await staff.invite(session, login="an", name="An", roles=[Role.EDITOR], now=NOW)
        await staff.disable(session, clerk.id, now=NOW)

    for act in (
        lambda session: staff.disable(session, boss.id, now=NOW),
        lambda session: staff.set_roles(session, boss.id, [Role.EDITOR]),
    ):
        with pytest.raises(StaffError, match="administer"):
            async with db.transaction() as session:
                await act(session)
    async with db.reading() as session:
        assert await staff.has_administrator(session)


async def test_a_role_that_no_longer_exists_grants_nothing(db):
    async with db.transaction() as session:
        person, _ = await staff.invite(session, login="an", name="An", roles=[Role.EDITOR], now=NOW)
        row = await session.get_one(staff.Staff, person.id)
        row.roles = ["editor", "wizard"]
    async with db.reading() as session:
        assert (await staff.person(session, person.id)).roles == (Role.EDITOR,)


@pytest.mark.parametrize(
    ("typed", "login"),
    [
        pytest.param(" Huong.NT ", "huong.nt", id="capitals and space"),
        pytest.param("huong@caobang.gov.vn", "huong@caobang.gov.vn", id="mail address"),
        pytest.param("a1", "a1", id="short"),
    ],
)
def test_logins_that_are_taken(typed, login):
    assert cleaned_login(typed) == login


@pytest.mark.parametrize("typed", ["", "a", "có dấu", "a b", "=cmd", "a@", "<b>", "x" * 130, "аdmin"])
def test_logins_that_are_not(typed):
    with pytest.raises(StaffError):
        cleaned_login(typed)
