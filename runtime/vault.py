"""Credentials that rotate: sealed at rest, refreshed by one process at a time, stored before they are used.

A refresh token that may be used once must never be spent twice. A refresher first takes a short lease on the
credential's row; everyone else waits for the row to change instead of asking the platform themselves.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import String, Text, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from runtime import telemetry
from runtime.clock import Clock
from runtime.database import Base, Database, UtcDateTime
from runtime.errors import ConfigurationError, CredentialError
from runtime.private import private_folder
from runtime.settings import Settings
from runtime.unbroken import unbroken

REFRESH_LEASE = timedelta(seconds=30)  # longer than the platform call's own timeout
_MOST_SHOWN = 100
WAIT_STEP = 0.2  # seconds between two looks at a row that another process is refreshing
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A set of secret values with its age. `version` grows with every stored renewal, starting at 1."""

    values: Mapping[str, str]
    issued_at: datetime
    expires_at: datetime | None = None
    version: int = 0

    def __repr__(self) -> str:
        return f"Credential(version={self.version}, issued_at={self.issued_at}, expires_at={self.expires_at})"


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialAge:
    """What may be shown of a credential. `failing_since`: since when it could not be refreshed; None: all is well."""

    name: str
    issued_at: datetime
    expires_at: datetime | None
    failing_since: datetime | None


class SealedCredential(Base):
    """A credential as stored."""

    __tablename__ = "credentials"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int]
    refresher: Mapped[str | None] = mapped_column(Text)
    refreshing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # the first failed refresh since the last good one


class Vault:
    """Reads, seeds and refreshes credentials."""

    def __init__(self, db: Database, clock: Clock, key: MultiFernet) -> None:
        self._db = db
        self._clock = clock
        self._key = key
        # What a platform gave us and the database did not take: it goes first when there is another chance.
        self._unstored: dict[str, Credential] = {}

    @property
    def key(self) -> MultiFernet:
        """The key, for what else is sealed with it: cookies, second factors."""
        return self._key

    async def read(self, name: str) -> Credential | None:
        """Return the stored credential. Raises CredentialError when the key does not open it."""
        async with self._db.reading() as session:
            row = await session.get(SealedCredential, name)
        return None if row is None else self._open(row)

    async def store(self, name: str, credential: Credential) -> Credential:
        """Replace the credential whatever it was (an operator logged in anew)."""
        async with self._db.transaction() as session:
            row = await session.get(SealedCredential, name)
            stored = replace(credential, version=1 if row is None else row.version + 1)
            await session.merge(self._seal(name, stored))
        return stored

    async def seed(self, name: str, credential: Credential) -> Credential:
        """Store the credential only if there is none yet; return the one that is stored."""
        found = await self.read(name)
        if found is None:
            with suppress(IntegrityError):  # another process was quicker, and may have renewed it by now
                async with self._db.transaction() as session:
                    session.add(self._seal(name, replace(credential, version=1)))
            found = await self.read(name)
        assert found is not None
        return found

    async def reseal(self) -> None:
        """Seal with the newest key what the whole one opens, so that older keys can be left out of it."""
        row = SealedCredential
        async with self._db.transaction() as session:
            found = await session.execute(select(row.name, row.sealed).order_by(row.name).limit(_MOST_SHOWN))
            for name, text in found.all():
                with suppress(InvalidToken):  # one that is no longer used may stay closed
                    renewed = self._key.rotate(text.encode()).decode()
                    same = (row.name == name, row.sealed == text)  # unless it was refreshed meanwhile
                    await session.execute(update(row).where(*same).values(sealed=renewed))

    async def ages(self) -> Sequence[CredentialAge]:
        """Return the age of every stored credential, none of its values; by name."""
        row = SealedCredential
        async with self._db.reading() as session:
            found = await session.execute(
                select(row.name, row.issued_at, row.expires_at, row.failing_since).order_by(row.name).limit(_MOST_SHOWN)
            )
            return [CredentialAge(**each._mapping) for each in found]  # noqa: SLF001 - SQLAlchemy's public spelling

    async def refresh(
        self, name: str, renew: Callable[[Credential], Awaitable[Credential]], *, unless_newer_than: int
    ) -> Credential:
        """Renew the credential once, whoever asks; return the newest one, already durable.

        `renew` calls the platform with the current credential. `unless_newer_than` is the version the caller found
        wanting: a newer stored one is returned as it is. Raises CredentialError, or whatever `renew` raises.
        """
        me = secrets.token_hex(8)
        deadline = self._clock.now() + REFRESH_LEASE
        while True:
            current = await self.read(name)
            if current is None:
                raise CredentialError(f"There is no credential {name!r} to refresh.")
            if current.version > unless_newer_than:
                return current
            if await self._take_lease(name, me, current.version):
                return await unbroken(self._renew(name, me, current, renew))
            if self._clock.now() > deadline:
                raise CredentialError(f"Another process has been refreshing {name!r} for too long.")
            await asyncio.sleep(WAIT_STEP)

    async def _renew(
        self, name: str, me: str, current: Credential, renew: Callable[[Credential], Awaitable[Credential]]
    ) -> Credential:
        renewed = self._unstored.get(name)
        if renewed is None or renewed.version != current.version + 1:
            renewed = self._unstored[name] = await self._asked_for(name, me, current, renew)
        async with self._db.transaction() as session:
            # Whoever holds the lease now, the platform has given the new pair to us: the old one is dead.
            await session.merge(self._seal(name, renewed))
        self._unstored.pop(name, None)
        return renewed

    async def _asked_for(
        self, name: str, me: str, current: Credential, renew: Callable[[Credential], Awaitable[Credential]]
    ) -> Credential:
        try:
            return replace(await renew(current), version=current.version + 1)
        except BaseException:
            telemetry.CREDENTIAL_FAILURES.labels(name).inc()
            log.warning("credential.refresh_failed", credential=name)
            await self._give_lease_back(name, me)
            raise

    async def _take_lease(self, name: str, me: str, version: int) -> bool:
        now = self._clock.now()
        free = or_(SealedCredential.refreshing_until.is_(None), SealedCredential.refreshing_until <= now)
        async with self._db.transaction() as session:
            taken = await session.scalar(
                update(SealedCredential)
                .where(SealedCredential.name == name, SealedCredential.version == version, free)
                .values(refresher=me, refreshing_until=now + REFRESH_LEASE)
                .returning(SealedCredential.name)
            )
        return taken is not None

    async def _give_lease_back(self, name: str, me: str) -> None:
        """End our lease after a failure; the row remembers since when refreshing fails."""
        async with self._db.transaction() as session:
            await session.execute(
                update(SealedCredential)
                .where(SealedCredential.name == name, SealedCredential.refresher == me)
                .values(
                    refresher=None,
                    refreshing_until=None,
                    failing_since=func.coalesce(SealedCredential.failing_since, self._clock.now()),
                )
            )

    def _seal(self, name: str, credential: Credential) -> SealedCredential:
        sealed = self._key.encrypt(json.dumps(dict(credential.values)).encode()).decode()
        return SealedCredential(
            name=name,
            sealed=sealed,
            issued_at=credential.issued_at,
            expires_at=credential.expires_at,
            version=credential.version,
            refresher=None,
            refreshing_until=None,
            failing_since=None,
        )

    def _open(self, row: SealedCredential) -> Credential:
        try:
            values = json.loads(self._key.decrypt(row.sealed.encode()))
        except InvalidToken:
            raise CredentialError(
                f"The stored credential {row.name!r} was sealed with another key.",
                hint="Set HOIDAP_SECRET_KEY to the key that sealed it, or log in to the platform again.",
            ) from None
        return Credential(values=values, issued_at=row.issued_at, expires_at=row.expires_at, version=row.version)


def open_vault(settings: Settings, db: Database, clock: Clock) -> Vault:
    """Return the vault that the settings hold the key of. Raises ConfigurationError when that is none."""
    return Vault(db, clock, load_key(settings.secret_key.get_secret_value(), state_dir=settings.state_dir))


def load_key(configured: str, *, state_dir: Path) -> MultiFernet:
    """Return the sealing key: `configured` (comma separated, newest first), else a key file made on first use.

    Raises ConfigurationError when a configured key is not a Fernet key.
    """
    texts = [part.strip() for part in configured.split(",") if part.strip()] or [_key_file(state_dir)]
    try:
        return MultiFernet([Fernet(text) for text in texts])
    except ValueError:
        raise ConfigurationError("HOIDAP_SECRET_KEY: not a key.", hint="Make one with `hoidap make-key`.") from None


def _key_file(state_dir: Path) -> str:
    path = state_dir / "secret.key"
    if not path.exists():
        private_folder(state_dir)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
    return path.read_text().strip()
