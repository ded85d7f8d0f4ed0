"""What the system page shows: versions, credentials and their ages, what the doctor finds."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from admin.console import Console
from admin.doctor import examine
from bot.channel import Finding
from runtime import schema
from runtime.vault import CredentialAge

PATIENCE_SECONDS = 15.0  # for all platforms together


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What is running."""

    release: str
    python: str
    database: str
    schema: str
    knowledge: int
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A credential with how long it has been in use and how long it still works, in whole hours."""

    name: str
    issued_at: datetime
    expires_at: datetime | None
    failing_since: datetime | None
    age_hours: int
    hours_left: int | None


async def versions(console: Console) -> Versions:
    """Return what is running."""
    snapshot = console.feed.current.snapshot
    try:
        release = version("hoidap")
    except PackageNotFoundError:  # run from a bare checkout
        release = ""
    return Versions(
        release=release,
        python=platform.python_version(),
        database="SQLite" if console.db.is_embedded else "PostgreSQL",
        schema=await schema.current(console.db) or "",
        knowledge=snapshot.version,
        entries=len(snapshot.entries),
    )


async def tokens(console: Console) -> Sequence[Token]:
    """Return the credentials that rotate, without what they say."""
    now = console.clock.now()
    return [_token(age, now) for age in await console.vault.ages()]


def _token(age: CredentialAge, now: datetime) -> Token:
    left = None if age.expires_at is None else int((age.expires_at - now).total_seconds() // 3600)
    return Token(
        name=age.name, issued_at=age.issued_at, expires_at=age.expires_at, failing_since=age.failing_since,
        age_hours=int((now - age.issued_at).total_seconds() // 3600), hours_left=left,
    )  # fmt: skip


async def findings(console: Console, *, with_platforms: bool) -> Sequence[Finding]:
    """Return what `hoidap doctor` finds; platforms are asked only when wanted, and not for long."""
    channels = console.channels if with_platforms else {}
    known = console.feed.current
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await examine(console.db, console.settings, channels, known, console.environment, key=console.key)
    except TimeoutError:
        slow = Finding(
            subject="channels",
            ok=False,
            message=f"no answer within {PATIENCE_SECONDS:g} s",
            hint="Run `hoidap doctor`.",
        )
        return [slow, *await examine(console.db, console.settings, {}, known, console.environment, key=console.key)]
