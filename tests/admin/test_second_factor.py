"""Codes of the app count once, in time; recovery codes count once."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from cryptography.fernet import Fernet, MultiFernet

from admin import second_factor, staff
from admin.page import Role
from runtime.errors import CredentialError
from tests.support.builders import NOW

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
KEY = MultiFernet([Fernet(Fernet.generate_key())])


def code_at(moment) -> str:
    return pyotp.TOTP(SECRET).at(moment)


@pytest.mark.parametrize(
    ("code", "is_right"),
    [
        pytest.param(code_at(NOW), True, id="now"),
        pytest.param(code_at(NOW - timedelta(seconds=30)), True, id="the one before"),
        pytest.param(code_at(NOW + timedelta(seconds=30)), True, id="the telephone is fast"),
        pytest.param(code_at(NOW - timedelta(seconds=90)), False, id="too old"),
        pytest.param(f" {code_at(NOW)[:3]} {code_at(NOW)[3:]} ", True, id="with spaces"),
        pytest.param("", False, id="nothing"),
        pytest.param("000000", False, id="guessed"),
        pytest.param("١٢٣٤٥٦", False, id="other digits"),
    ],
)
def test_a_code_counts_around_its_time(code, is_right):
    assert (second_factor.step_of(code, SECRET, now=NOW, after=0) is not None) == is_right


@pytest.fixture
async def person(db):
    async with db.transaction() as session:
        made, _ = await staff.invite(session, login="an", name="An", roles=[Role.EDITOR], now=NOW)
        step = second_factor.step_of(code_at(NOW), SECRET, now=NOW, after=0)
        codes = await second_factor.turn_on(session, made.id, SECRET, step, KEY)
    return made.id, codes


async def is_right(db, staff_id, code, at) -> bool:
    async with db.transaction() as session:
        return await second_factor.is_right(session, staff_id, code, KEY, now=at)


async def test_a_code_of_the_app_counts_once(db, person):
    staff_id, _ = person
    later = NOW + timedelta(minutes=2)

    assert not await is_right(db, staff_id, code_at(NOW), NOW), "the one that set it up is used"
    assert await is_right(db, staff_id, code_at(later), later)
    assert not await is_right(db, staff_id, code_at(later), later)


async def test_a_recovery_code_counts_once_however_it_is_typed(db, person):
    staff_id, codes = person

    assert len(codes) == 10
    assert await is_right(db, staff_id, codes[0].upper().replace("-", " "), NOW)
    assert not await is_right(db, staff_id, codes[0], NOW)
    async with db.reading() as session:
        assert await second_factor.codes_left(session, staff_id) == 9


async def test_new_recovery_codes_replace_the_old_ones(db, person):
    staff_id, codes = person
    async with db.transaction() as session:
        fresh = await second_factor.renew_codes(session, staff_id)

    assert not await is_right(db, staff_id, codes[1], NOW)
    assert await is_right(db, staff_id, fresh[1], NOW)


async def test_after_turning_off_nothing_counts(db, person):
    staff_id, codes = person
    async with db.transaction() as session:
        await second_factor.turn_off(session, staff_id)

    assert not await is_right(db, staff_id, codes[0], NOW)


def test_another_key_says_what_to_do():
    other = MultiFernet([Fernet(Fernet.generate_key())])

    with pytest.raises(CredentialError, match="HOIDAP_SECRET_KEY"):
        second_factor.unsealed(second_factor.sealed(SECRET, KEY), other)


async def test_who_is_shut_out_by_another_key_is_named_unless_disabled(db, person):
    other = MultiFernet([Fernet(Fernet.generate_key())])
    async with db.transaction() as session:
        await staff.invite(session, login="binh", name="Bình", roles=[Role.EDITOR], now=NOW)
        gone, _ = await staff.invite(session, login="chi", name="Chi", roles=[Role.EDITOR], now=NOW)
        await second_factor.turn_on(session, gone.id, SECRET, 0, KEY)
        await staff.disable(session, gone.id, now=NOW)

    async with db.reading() as session:
        assert await second_factor.shut_out(session, KEY) == []
        assert await second_factor.shut_out(session, other) == ["an"]


def test_the_picture_is_one_element_that_needs_no_style():
    picture = second_factor.qr_code(SECRET, "an")

    assert picture.startswith("<svg")
    assert "style=" not in picture
    assert "viewBox" in picture
