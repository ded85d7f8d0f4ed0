"""Tokens of web visitors, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot import sessions
from bot.tables import ChatSession

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


async def begin(db, now=NOW):
    async with db.transaction() as session:
        return await sessions.begin(session, now=now)


async def find(db, token, now=NOW):
    async with db.reading() as session:
        return await sessions.find(session, token, now=now)


async def test_a_token_opens_its_session_and_nothing_else_does(db):
    token, visit = await begin(db)

    assert await find(db, token) == visit
    for other in ("", "x", token[:-1], token.upper(), f"{token} "):
        assert await find(db, other) is None


async def test_tokens_are_long_and_never_the_same(db):
    tokens = {(await begin(db))[0] for _ in range(20)}

    assert len(tokens) == 20
    assert all(len(token) >= 43 for token in tokens)  # 256 bits in base64


@pytest.mark.parametrize(
    ("after", "is_open"),
    [
        pytest.param(timedelta(days=30, seconds=-1), True, id="just before"),
        pytest.param(timedelta(days=30), False, id="at its end"),
    ],
)
async def test_a_session_lives_thirty_days(db, after, is_open):
    token, _ = await begin(db)

    assert (await find(db, token, NOW + after) is not None) is is_open


async def test_a_session_in_use_is_prolonged_once_a_day(db):
    token, visit = await begin(db)
    assert not sessions.needs_renewal(visit, now=NOW + timedelta(hours=23))
    later = NOW + timedelta(days=29)
    assert sessions.needs_renewal(visit, now=later)

    async with db.transaction() as session:
        await sessions.renew(session, visit, now=later)

    assert await find(db, token, later + timedelta(days=29)) is not None


async def test_expired_sessions_go_when_somebody_new_comes(db):
    await begin(db)

    await begin(db, NOW + timedelta(days=31))

    async with db.reading() as session:
        assert await session.scalar(select(func.count()).select_from(ChatSession)) == 1


async def test_an_ended_token_opens_nothing(db):
    token, visit = await begin(db)

    async with db.transaction() as session:
        await sessions.end(session, visit)

    assert await find(db, token) is None


async def test_the_stored_row_does_not_hold_the_token(db):
    token, visit = await begin(db)

    async with db.reading() as session:
        row = (await session.scalars(select(ChatSession))).one()

    assert row.token_hash == sessions.hash_of(token)
    assert token not in {row.token_hash, row.contact}
    assert visit.contact == row.contact


async def test_a_visitor_who_has_said_nothing_has_an_empty_transcript(db):
    _, visit = await begin(db)

    async with db.reading() as session:
        transcript = await sessions.transcript(session, visit)

    assert (transcript.lines, transcript.is_waiting, transcript.last_id) == ([], False, 0)
