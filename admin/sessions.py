"""Sessions of staff, kept on the server: opened, found, listed and ended. The cookie's token is stored nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from admin.staff import Person, person_of
from admin.tables import Staff, StaffSession
from admin.tokens import digest_of, new_token

HALFWAY_VALID = timedelta(minutes=5)  # between the password and the second factor
TOUCH_AFTER = timedelta(minutes=1)  # how exact "last seen" is: not every request writes
_MOST_SESSIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a request comes from."""

    address: str
    network: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session with its person. While not `is_complete`, the second factor is missing."""

    id: int
    person: Person
    is_complete: bool
    confirmed_at: datetime | None
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session as its owner sees it in the list."""

    id: int
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str
    agent: str


async def begin(
    session: AsyncSession,
    staff_id: int,
    place: Place,
    *,
    now: datetime,
    valid: timedelta,
    is_complete: bool,
    confirmed: bool = True,
) -> str:
    """Open a session and return its token. `confirmed`: the person has just proven who they are."""
    token = new_token()
    session.add(
        StaffSession(
            staff_id=staff_id,
            digest=digest_of(token),
            created_at=now,
            last_seen_at=now,
            expires_at=now + (valid if is_complete else HALFWAY_VALID),
            completed_at=now if is_complete else None,
            confirmed_at=now if is_complete and confirmed else None,
            address=place.address[:64],
            agent=place.agent[:200],
        )
    )
    await session.execute(delete(StaffSession).where(StaffSession.expires_at <= now))
    if is_complete:
        await session.execute(update(Staff).where(Staff.id == staff_id).values(last_seen_at=now))
    await session.flush()
    return token


async def find(session: AsyncSession, token: str, *, now: datetime, idle: timedelta) -> SignedIn | None:
    """Return the session of a token; None when it ended, was idle for too long, or its person was disabled."""
    row = await session.scalar(
        select(StaffSession)
        .where(
            StaffSession.digest == digest_of(token),
            StaffSession.expires_at > now,
            StaffSession.last_seen_at > now - idle,
        )
        .options(selectinload(StaffSession.staff))
    )
    if row is None or row.staff.disabled_at is not None:
        return None
    return SignedIn(
        id=row.id,
        person=person_of(row.staff),
        is_complete=row.completed_at is not None,
        confirmed_at=row.confirmed_at,
        last_seen_at=row.last_seen_at,
    )


async def touch(session: AsyncSession, signed: SignedIn, *, now: datetime) -> None:
    """Remember that the session was used."""
    await session.execute(update(StaffSession).where(StaffSession.id == signed.id).values(last_seen_at=now))
    await session.execute(update(Staff).where(Staff.id == signed.person.id).values(last_seen_at=now))


async def confirm(session: AsyncSession, session_id: int, *, now: datetime) -> None:
    """Remember that the person has just proven again who they are."""
    await session.execute(update(StaffSession).where(StaffSession.id == session_id).values(confirmed_at=now))


async def of_person(session: AsyncSession, staff_id: int, *, now: datetime) -> Sequence[OpenSession]:
    """Return the open sessions of a person, the last used first."""
    rows = await session.scalars(
        select(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.expires_at > now, StaffSession.completed_at.is_not(None))
        .order_by(StaffSession.last_seen_at.desc())
        .limit(_MOST_SESSIONS)
    )
    return [
        OpenSession(
            id=row.id, created_at=row.created_at, last_seen_at=row.last_seen_at, expires_at=row.expires_at,
            address=row.address, agent=row.agent,
        )
        for row in rows
    ]  # fmt: skip


async def end(session: AsyncSession, session_id: int, *, staff_id: int) -> bool:
    """End one session of a person; tell whether it was there."""
    ended = await session.scalar(
        delete(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.staff_id == staff_id)
        .returning(StaffSession.id)
    )
    return ended is not None


async def end_all(session: AsyncSession, staff_id: int, *, but: int | None = None) -> None:
    """End every session of a person, except `but`."""
    ended = delete(StaffSession).where(StaffSession.staff_id == staff_id)
    await session.execute(ended if but is None else ended.where(StaffSession.id != but))
