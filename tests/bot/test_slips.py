"""Slips behind links: kept for some days, found by their whole token only, gone with the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import contacts, slips
from bot.messages import Outcome, OutcomeKind, Reply, Slip, Trace
from bot.slips import SlipPages
from bot.tables import GuideSlip
from tests.support.builders import NOW
from tests.support.fakes import an_update

SLIP = Slip(title="Kiểm tra thử", verdict="ask_staff", outcome="Cần xác nhận.", answers=(("Câu hỏi?", "Có"),))
ENDED = Outcome(kind=OutcomeKind.GUIDE, trace=Trace(handler="t"), reply=Reply(text="Kết quả"), slip=SLIP)


async def kept(db, token="t-1", *, days=30, now=NOW):
    async with db.transaction() as session:
        _, conversation = await contacts.find_or_create(session, an_update("hỏi"), now=now)
        await SlipPages(days=days).keep(session, SLIP, token, conversation.id, now=now)


async def found(db, token, *, now=NOW):
    async with db.reading() as session:
        return await slips.find(session, token, now=now)


async def test_a_slip_is_found_by_its_token_until_its_time_is_over(db):
    await kept(db)

    slip = await found(db, "t-1", now=NOW + timedelta(days=29, hours=23))

    assert slip.slip == SLIP
    assert await found(db, "t-1", now=NOW + timedelta(days=30)) is None


@pytest.mark.parametrize("token", ["t-2", "", "t-1 ", "x" * 10_000])
async def test_no_other_token_finds_it(db, token):
    await kept(db)

    assert await found(db, token) is None


async def test_the_token_itself_is_nowhere(db):
    await kept(db)

    async with db.reading() as session:
        row = (await session.scalars(select(GuideSlip))).one()

    assert "t-1" not in f"{row.token_hash} {row.content}"


async def test_expired_slips_are_deleted_when_another_is_kept(db):
    await kept(db, "t-1", days=1)
    await kept(db, "t-2", now=NOW + timedelta(days=2))

    async with db.reading() as session:
        assert len((await session.scalars(select(GuideSlip))).all()) == 1


async def test_a_slip_goes_with_the_person(db):
    await kept(db)

    async with db.transaction() as session:
        await contacts.erase(session, an_update("xóa"))

    assert await found(db, "t-1") is None


def test_the_link_leads_to_the_configured_address_or_to_a_path():
    outcome, token = SlipPages(address="https://hoidap.example/").linked(ENDED)
    beside, other = SlipPages().linked(ENDED)

    assert outcome.reply.links[0].url == f"https://hoidap.example/phieu/{token}"
    assert beside.reply.links[0].url == f"/phieu/{other}"
    assert len(token) >= 32, "nobody can guess it"
    assert token != other


def test_without_a_slip_there_is_no_link():
    outcome = replace(ENDED, slip=None)

    assert SlipPages().linked(outcome) == (outcome, "")
