"""How fast somebody may guess: growing delays, per account and place, per place, and gently per account.

A browser that has signed in to the account before carries a device cookie and has a delay of its own: nobody can
lock a person out of it by failing on purpose
(https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies, read 2026-11).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from admin.tables import SignInDelay
from admin.tokens import digest_of

FORGET_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`free` failures cost nothing; then the delay doubles from one second up to `most_seconds`."""

    key: str
    free: int
    most_seconds: int


def rules_for(*, login: str, network: str, device: str) -> Sequence[Rule]:
    """Return what counts for an attempt. `device` is empty in a browser that never signed in to this account."""
    if device:
        return (Rule(key=f"device:{device}", free=10, most_seconds=900),)
    return (
        Rule(key=f"account:{login} network:{network}", free=5, most_seconds=900),
        Rule(key=f"network:{network}", free=30, most_seconds=900),
        # many places against one account: slow, but never closed to its owner on a new device for long
        Rule(key=f"account:{login}", free=50, most_seconds=30),
    )


def delay_after(failures: int, rule: Rule) -> timedelta:
    """Return how long to wait after so many failures."""
    over = failures - rule.free
    return timedelta(seconds=0 if over < 0 else min(rule.most_seconds, 2 ** min(over, 20)))


async def begin(session: AsyncSession, rules: Sequence[Rule], *, now: datetime) -> timedelta | None:
    """Count an attempt as failed before it is checked; return how long to wait instead, or None to go on.

    Counting first means that guessing in parallel gains nothing. A right password gives the count back (`forgive`).
    """
    await session.execute(delete(SignInDelay).where(SignInDelay.failed_at < now - FORGET_AFTER))
    await _make_rows(session, rules, now)
    rows = await _rows(session, rules)
    waits = [row.free_at - now for row in rows.values() if row.free_at > now]
    if waits:
        return max(waits)
    for rule in rules:
        row = rows[digest_of(rule.key)]
        row.failures += 1
        row.failed_at = now
        row.free_at = now + delay_after(row.failures, rule)
    return None


async def forgive(session: AsyncSession, rules: Sequence[Rule]) -> None:
    """The attempt was right: take this attempt back everywhere, and forget the failures of this person here."""
    rows = await _rows(session, rules)
    for position, rule in enumerate(rules):
        row = rows.get(digest_of(rule.key))
        if row is None:
            continue
        if position == 0:
            await session.delete(row)
        else:
            row.failures = max(0, row.failures - 1)
            row.free_at = row.failed_at
    await session.flush()


async def _make_rows(session: AsyncSession, rules: Sequence[Rule], now: datetime) -> None:
    """Make sure that each rule has its row, so that attempts at the same moment wait for each other on it."""
    build = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    keys = sorted(digest_of(rule.key) for rule in rules)
    fresh = [{"key": key, "failures": 0, "failed_at": now, "free_at": now} for key in keys]
    await session.execute(build(SignInDelay).values(fresh).on_conflict_do_nothing())


async def _rows(session: AsyncSession, rules: Sequence[Rule]) -> dict[str, SignInDelay]:
    keys = [digest_of(rule.key) for rule in rules]
    found = await session.scalars(
        select(SignInDelay).where(SignInDelay.key.in_(keys)).order_by(SignInDelay.key).with_for_update()
    )
    return {row.key: row for row in found}
