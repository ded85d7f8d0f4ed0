"""Signing in: throttle, password, second factor, session. Nothing here tells whether an account exists."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from admin import audit, second_factor, sessions, throttle
from admin.passwords import Passwords, needs_rehash
from admin.sessions import Place, SignedIn
from admin.staff import person_of
from admin.tables import Staff
from admin.throttle import Rule
from admin.tokens import digest_of, new_token
from runtime import telemetry
from runtime.clock import Clock
from runtime.database import Database
from runtime.errors import AppError
from runtime.settings import ConsoleSettings

DEVICE_VALID = timedelta(days=180)
CODE_FREE = 5  # wrong codes before they cost time


NOBODY = audit.Machine(login="(unknown)")


class Refused(AppError):
    """The login, the password or the code is not right."""


class TooSoon(AppError):
    """Too many attempts; try again `after` that time."""

    def __init__(self, after: timedelta) -> None:
        super().__init__()
        self.seconds = max(1, round(after.total_seconds() + 0.5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A session was opened. `device` is the cookie by which this browser is known next time."""

    token: str
    device: str
    needs_code: bool


class Doorkeeper:
    """Lets people in."""

    def __init__(self, db: Database, clock: Clock, settings: ConsoleSettings, key: MultiFernet) -> None:
        self._db = db
        self._clock = clock
        self._valid = timedelta(hours=settings.session_hours)
        self._key = key
        self.passwords = Passwords()

    async def sign_in(self, login: str, password: str, place: Place, *, device: str = "") -> Entered:
        """Check a password and open a session. Raises Refused or TooSoon."""
        login, now = login.strip().casefold()[:200], self._clock.now()
        async with self._db.transaction() as session:
            row = await session.scalar(select(Staff).where(Staff.login == login, Staff.disabled_at.is_(None)))
            known = self._device_of(device, row, now) if row else ""
            rules = throttle.rules_for(login=login, network=place.network, device=known)
            wait = await throttle.begin(session, rules, now=now)
        if wait is not None:
            telemetry.SIGN_INS.labels("delayed").inc()
            raise TooSoon(wait)
        if not await self.passwords.is_right(password, row.password_hash if row else "") or row is None:
            await self._note_failure(login, place)
            raise Refused
        fresh = await self.passwords.hash(password) if needs_rehash(row.password_hash) else ""
        async with self._db.transaction() as session:
            await throttle.forgive(session, rules)
            return await self._enter(session, row.id, place, known=known, checked=row.password_hash, fresh=fresh)

    async def _enter(
        self, session: AsyncSession, staff_id: int, place: Place, *, known: str, checked: str, fresh: str
    ) -> Entered:
        """Open the session, unless the account changed while its password was checked."""
        now = self._clock.now()
        row = await session.get_one(Staff, staff_id, with_for_update=True)
        if row.disabled_at is not None or row.password_hash != checked:
            raise Refused
        row.password_hash = fresh or row.password_hash
        needs_code = bool(row.totp_sealed)
        token = await sessions.begin(session, row.id, place, now=now, valid=self._valid, is_complete=not needs_code)
        if not needs_code:
            await self._note(session, row, place)
        return Entered(token=token, device=self._device_for(row, known, now), needs_code=needs_code)

    async def enter_code(self, signed: SignedIn, code: str, place: Place) -> str:
        """Check the second factor of a halfway session; return the token of the complete one. Raises as `sign_in`."""
        rules = self._code_rules(signed)
        now = self._clock.now()
        await self._count(rules)
        async with self._db.transaction() as session:
            is_right = await second_factor.is_right(session, signed.person.id, code, self._key, now=now)
            if is_right:
                await throttle.forgive(session, rules)
                await sessions.end(session, signed.id, staff_id=signed.person.id)
                row = await session.get_one(Staff, signed.person.id)
                await self._note(session, row, place)
                return await sessions.begin(session, row.id, place, now=now, valid=self._valid, is_complete=True)
        await self._note_failure(signed.person.login, place)
        raise Refused

    async def confirm(self, signed: SignedIn, secret: str) -> None:
        """Check again who sits there: their password, or a code. Raises as `sign_in`."""
        rules = (Rule(key=f"confirm:{signed.person.id}:{signed.id}", free=CODE_FREE, most_seconds=900),)
        await self._count(rules)
        async with self._db.reading() as session:
            stored = await session.scalar(select(Staff.password_hash).where(Staff.id == signed.person.id)) or ""
        is_right = await self.passwords.is_right(secret, stored)
        async with self._db.transaction() as session:
            now = self._clock.now()
            is_right = is_right or await second_factor.is_right(session, signed.person.id, secret, self._key, now=now)
            if is_right:
                await throttle.forgive(session, rules)
                await sessions.confirm(session, signed.id, now=now)
                return
        raise Refused

    async def open_for(self, session: AsyncSession, staff_id: int, place: Place) -> Entered:
        """Open a session for a person who has just used a link and chosen a password."""
        now = self._clock.now()
        row = await session.get_one(Staff, staff_id)
        needs_code = bool(row.totp_sealed)
        token = await sessions.begin(session, row.id, place, now=now, valid=self._valid, is_complete=not needs_code)
        return Entered(token=token, device=self._device_for(row, "", now), needs_code=needs_code)

    @staticmethod
    def _code_rules(signed: SignedIn) -> tuple[Rule, ...]:
        # only who knows the password gets here, so this delay cannot be used to lock anybody out
        return (Rule(key=f"code:{signed.person.id}", free=CODE_FREE, most_seconds=900),)

    async def _count(self, rules: tuple[Rule, ...]) -> None:
        async with self._db.transaction() as session:
            wait = await throttle.begin(session, rules, now=self._clock.now())
        if wait is not None:
            raise TooSoon(wait)

    async def _note(self, session: AsyncSession, row: Staff, place: Place) -> None:
        telemetry.SIGN_INS.labels("entered").inc()
        who = person_of(row)
        await audit.record(
            session,
            actor=who,
            action="staff.sign-in",
            subject=f"staff:{who.login}",
            at=self._clock.now(),
            origin=place.address,
        )

    async def _note_failure(self, login: str, place: Place) -> None:
        """Write a failure into the log. Unknown logins stay unnamed: people type passwords into the wrong field."""
        telemetry.SIGN_INS.labels("refused").inc()
        async with self._db.transaction() as session:
            is_known = await session.scalar(select(Staff.id).where(Staff.login == login)) is not None
            await audit.record(
                session, actor=NOBODY, action="staff.sign-in-failed", at=self._clock.now(), origin=place.address,
                subject=f"staff:{login if is_known else NOBODY.login}",
            )  # fmt: skip

    def _device_for(self, row: Staff, known: str, now: datetime) -> str:
        """Return the cookie by which this browser is known; a new password makes it worthless."""
        body = {
            "staff": row.id,
            "device": known or new_token(),
            "until": (now + DEVICE_VALID).timestamp(),
            "mark": digest_of(row.password_hash),
        }
        return self._key.encrypt(json.dumps(body).encode()).decode()

    def _device_of(self, cookie: str, row: Staff, now: datetime) -> str:
        """Return the device id of a cookie that belongs to this account, or ""."""
        if not cookie:
            return ""
        try:
            body = json.loads(self._key.decrypt(cookie.encode()))
        except (InvalidToken, ValueError):
            return ""
        is_ours = body["staff"] == row.id and body["mark"] == digest_of(row.password_hash)
        return str(body["device"]) if is_ours and body["until"] > now.timestamp() else ""
