"""People of staff and the links that let them in. What only they may see of others is `Person`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from admin.page import Permission, Role, permissions_of
from admin.tables import LOGIN_LENGTH, AccessLink, Staff, StaffSession
from admin.tokens import digest_of, new_token
from runtime.clock import Clock
from runtime.database import Database
from runtime.errors import AppError

SETUP = "setup"
SETUP_VALID = timedelta(minutes=30)
INVITATION_VALID = timedelta(hours=72)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._+-]{1,60}(@[a-z0-9.-]{3,58})?")
MOST_PEOPLE = 500


class StaffError(AppError):
    """The account cannot be changed like that. `problem` names the sentence in wording/accounts.vi.toml."""

    def __init__(self, problem: str, message: str) -> None:
        super().__init__(message)
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person of staff, without anything secret."""

    id: int
    login: str
    name: str
    roles: tuple[Role, ...]
    has_password: bool
    has_totp: bool
    created_at: datetime
    last_seen_at: datetime | None
    disabled_at: datetime | None
    permissions: frozenset[Permission] = field(repr=False)

    def may(self, permission: Permission) -> bool:
        """Tell whether the person has a permission."""
        return permission in self.permissions


def person_of(row: Staff) -> Person:
    """Return what may be shown of an account. Roles that no longer exist are left out."""
    roles = tuple(role for role in Role if role.value in row.roles)
    return Person(
        id=row.id, login=row.login, name=row.name, roles=roles, permissions=permissions_of(roles),
        has_password=bool(row.password_hash), has_totp=bool(row.totp_sealed), created_at=row.created_at,
        last_seen_at=row.last_seen_at, disabled_at=row.disabled_at,
    )  # fmt: skip


def cleaned_login(login: str) -> str:
    """Return a login as it is stored: lower case, NFC. Raises StaffError when it cannot be one."""
    cleaned = unicodedata.normalize("NFC", login).strip().casefold()
    if len(cleaned) > LOGIN_LENGTH or not _LOGIN.fullmatch(cleaned):
        raise StaffError("login", f"{cleaned[:40]!r} cannot be a login.")
    return cleaned


async def people(session: AsyncSession) -> Sequence[Person]:
    """Return everybody, by name."""
    rows = await session.scalars(select(Staff).order_by(Staff.name, Staff.id).limit(MOST_PEOPLE))
    return [person_of(row) for row in rows]


async def person(session: AsyncSession, staff_id: int) -> Person | None:
    """Return one person."""
    row = await session.get(Staff, staff_id)
    return None if row is None else person_of(row)


async def find_login(session: AsyncSession, login: str) -> Person | None:
    """Return the person with this login."""
    row = await session.scalar(select(Staff).where(Staff.login == login.strip().casefold()))
    return None if row is None else person_of(row)


async def has_administrator(session: AsyncSession) -> bool:
    """Tell whether anybody can administer: an active administrator with a password."""
    return any(_is_administrator(row) for row in await session.scalars(select(Staff).limit(MOST_PEOPLE)))


def _is_administrator(row: Staff) -> bool:
    return row.disabled_at is None and bool(row.password_hash) and Role.ADMINISTRATOR.value in row.roles


async def new_link(session: AsyncSession, *, now: datetime, valid: timedelta, staff_id: int | None = None) -> str:
    """Make a link and return its token, which is nowhere else. The one made before for the same purpose is gone."""
    slot = SETUP if staff_id is None else f"staff:{staff_id}"
    token = new_token()
    await session.execute(delete(AccessLink).where(AccessLink.slot == slot))
    session.add(
        AccessLink(slot=slot, digest=digest_of(token), staff_id=staff_id, created_at=now, expires_at=now + valid)
    )
    await session.flush()
    return token


async def setup_token(session: AsyncSession, *, now: datetime) -> str | None:
    """Return the token of a new set-up link while nobody can administer, else None."""
    return None if await has_administrator(session) else await new_link(session, now=now, valid=SETUP_VALID)


async def setup_path(db: Database, clock: Clock) -> str:
    """Return the path of a new set-up link, which makes older ones worthless; "" when somebody can administer."""
    async with db.transaction() as session:
        token = await setup_token(session, now=clock.now())
    return f"/admin/link/{token}" if token else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Whom a link lets in: a person with an account, or (None) the first administrator."""

    person: Person | None


async def access_of(session: AsyncSession, token: str, *, now: datetime) -> Access | None:
    """Return whom a link is for; None when it does not exist, was used or is too old."""
    link = await _link(session, token, now)
    if link is None:
        return None
    if link.staff_id is None:
        return None if await has_administrator(session) else Access(person=None)
    row = await session.get(Staff, link.staff_id)
    return Access(person=person_of(row)) if row is not None and row.disabled_at is None else None


async def _link(session: AsyncSession, token: str, now: datetime) -> AccessLink | None:
    return await session.scalar(
        select(AccessLink).where(AccessLink.digest == digest_of(token), AccessLink.expires_at > now)
    )


async def use_link(
    session: AsyncSession, token: str, *, login: str, name: str, password_hash: str, now: datetime
) -> Person:
    """Take a link once: create the first administrator, or give an invited person a password.

    The first administrator has every role, so that an office of one person can begin.
    `login` and `name` count for the first administrator only. Raises StaffError("link") when the link is spent.
    """
    access = await access_of(session, token, now=now)
    used = await session.scalar(
        delete(AccessLink).where(AccessLink.digest == digest_of(token)).returning(AccessLink.id)
    )
    if access is None or used is None:
        raise StaffError("link", "The link was used before or is too old.")
    if access.person is None:
        row = await _add(session, login=login, name=name, roles=tuple(Role), now=now)
    else:
        row = await _row(session, access.person.id)
    row.password_hash = password_hash
    await session.execute(delete(StaffSession).where(StaffSession.staff_id == row.id))
    await session.flush()
    return person_of(row)


async def invite(
    session: AsyncSession, *, login: str, name: str, roles: Iterable[Role], now: datetime
) -> tuple[Person, str]:
    """Create an account and return it with the token of its invitation link. Raises StaffError.

    Nobody is invited without a role: they could do nothing, and what they may do is never taken for granted.
    """
    roles = tuple(roles)
    if not roles:
        raise StaffError("roles", "At least one role is needed.")
    row = await _add(session, login=login, name=name, roles=roles, now=now)
    return person_of(row), await new_link(session, now=now, valid=INVITATION_VALID, staff_id=row.id)


async def _add(session: AsyncSession, *, login: str, name: str, roles: Iterable[Role], now: datetime) -> Staff:
    cleaned, name = cleaned_login(login), " ".join(unicodedata.normalize("NFC", name).split())[:200]
    if not name:
        raise StaffError("name", "The name is missing.")
    if await session.scalar(select(Staff.id).where(Staff.login == cleaned)) is not None:
        raise StaffError("taken", f"There is already an account {cleaned!r}.")
    row = Staff(login=cleaned, name=name, roles=sorted(set(roles)), created_at=now)
    session.add(row)
    await session.flush()
    return row


async def new_password_link(session: AsyncSession, staff_id: int, *, now: datetime) -> str:
    """Return the token of a link with which the person chooses a new password; the old one stays until then."""
    row = await _row(session, staff_id)
    if row.disabled_at is not None:
        raise StaffError("disabled", "The account is disabled.")
    return await new_link(session, now=now, valid=INVITATION_VALID, staff_id=row.id)


async def set_roles(session: AsyncSession, staff_id: int, roles: Iterable[Role]) -> Person:
    """Give a person exactly these roles. Raises StaffError("last") when nobody could administer any more."""
    row = await _row(session, staff_id)
    could = _is_administrator(row)
    row.roles = sorted(set(roles))
    await _keep_an_administrator(session, could=could)
    return person_of(row)


async def disable(session: AsyncSession, staff_id: int, *, now: datetime) -> Person:
    """End an account: sessions and links are gone, what it did stays. Raises StaffError("last")."""
    row = await _row(session, staff_id)
    could = _is_administrator(row)
    row.disabled_at = row.disabled_at or now
    await session.execute(delete(StaffSession).where(StaffSession.staff_id == row.id))
    await session.execute(delete(AccessLink).where(AccessLink.staff_id == row.id))
    await _keep_an_administrator(session, could=could)
    return person_of(row)


async def enable(session: AsyncSession, staff_id: int) -> Person:
    """Let a disabled person in again; the password is the old one."""
    row = await _row(session, staff_id)
    row.disabled_at = None
    await session.flush()
    return person_of(row)


async def set_password(session: AsyncSession, staff_id: int, password_hash: str, *, keep_session: int | None) -> None:
    """Replace the password and end every session but one."""
    row = await _row(session, staff_id)
    row.password_hash = password_hash
    ended = delete(StaffSession).where(StaffSession.staff_id == staff_id)
    await session.execute(ended if keep_session is None else ended.where(StaffSession.id != keep_session))
    await session.flush()


async def password_hash_of(session: AsyncSession, staff_id: int) -> str:
    """Return what is stored of a person's password; empty when there is none."""
    return await session.scalar(select(Staff.password_hash).where(Staff.id == staff_id)) or ""


async def _row(session: AsyncSession, staff_id: int) -> Staff:
    row = await session.get(Staff, staff_id)
    if row is None:
        raise StaffError("missing", "There is no such account.")
    return row


async def _keep_an_administrator(session: AsyncSession, *, could: bool) -> None:
    """Refuse to take away the last person who can administer. `could`: this person could before."""
    await session.flush()
    if could and not await has_administrator(session):
        raise StaffError("last", "Nobody could administer any more.")
