"""Ordered work. A lane is all the work of one key; whoever holds its lease does that work, oldest first.

A key begins with its queue: `updates:` (one conversation) or `deliveries:` (one recipient on one account). Rows stay
when a lane is idle, so that `fence` only ever grows: a worker that outlived its lease finds another fence and stops.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Index, Result, String, Text, bindparam, case, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from runtime.database import Base, Database, UtcDateTime
from runtime.errors import LaneLost


class Lane(Base):
    """One key's work. `ready_at` is when it may be worked on; None: nothing to do."""

    __tablename__ = "lanes"

    key: Mapped[str] = mapped_column(String(640), primary_key=True)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owner: Mapped[str | None] = mapped_column(Text)
    fence: Mapped[int] = mapped_column(default=0, server_default="0")
    tries: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (Index("ix_lanes_ready_at", "ready_at", postgresql_where=text("ready_at IS NOT NULL")),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A lease on a lane. `tries` counts claims since the lane last made progress, this one included."""

    key: str
    fence: int
    tries: int

    @property
    def queue(self) -> str:
        """The queue this lane belongs to."""
        return self.key.partition(":")[0]


def waking(source: str) -> str:
    """Return the statement that makes lanes ready: `source` selects (key, moment) in the order of `wake`.

    It locks every named row even when it changes nothing, which is what keeps a releasing worker from missing work
    that is being added just then.
    """
    return (
        f"INSERT INTO lanes (key, ready_at) {source} "
        "ON CONFLICT (key) DO UPDATE SET ready_at = excluded.ready_at "
        "WHERE lanes.ready_at IS NULL OR lanes.ready_at > excluded.ready_at RETURNING key"
    )


_NAMED = {
    "sqlite": "json_each(:keys)",
    "postgresql": "jsonb_array_elements_text(CAST(:keys AS jsonb)) AS named(value)",
}
_WAKE = {
    dialect: text(waking(f"SELECT value, :at FROM {named} WHERE true")).bindparams(  # noqa: S608 - our own words
        bindparam("at", type_=UtcDateTime)
    )
    for dialect, named in _NAMED.items()
}


async def wake(session: AsyncSession, keys: Collection[str], at: datetime) -> list[str]:
    """Make lanes ready at `at` (or earlier, if they already were); return those whose readiness changed."""
    named = sorted(set(keys))  # sorted: two writers lock in one order
    if not named:
        return []
    statement = _WAKE[session.get_bind().dialect.name]
    return list(await session.scalars(statement, {"keys": json.dumps(named), "at": at}))


def _count(done: Result[Any]) -> int:
    """Return how many rows a statement changed."""
    assert isinstance(done, CursorResult)
    return done.rowcount


async def claim_ready(
    db: Database, *, now: datetime, lease: timedelta, limit: int = 1, key: str | None = None
) -> list[Claim]:
    """Take up to `limit` lanes that are ready and not leased (only `key`, when given), earliest first."""
    free = or_(Lane.lease_until.is_(None), Lane.lease_until <= now)
    chosen = select(Lane.key).where(Lane.ready_at <= now, free).order_by(Lane.ready_at, Lane.key).limit(limit)
    if key is not None:
        chosen = chosen.where(Lane.key == key)
    if not db.is_embedded:
        chosen = chosen.with_for_update(skip_locked=True)
    taking = (
        update(Lane)
        .where(Lane.key.in_(chosen.scalar_subquery()))
        .values(lease_until=now + lease, owner=secrets.token_hex(8), fence=Lane.fence + 1, tries=Lane.tries + 1)
        .returning(Lane.key, Lane.fence, Lane.tries)
        .execution_options(synchronize_session=False)
    )
    async with db.transaction() as session:
        rows = (await session.execute(taking)).all()
    return [Claim(key=row.key, fence=row.fence, tries=row.tries) for row in rows]


async def free_all(db: Database) -> int:
    """Free the lanes of workers that are all dead, instead of waiting for their leases to run out; return how many."""
    freeing = update(Lane).where(Lane.lease_until.is_not(None)).values(lease_until=None, owner=None)
    async with db.transaction() as session:
        return _count(await session.execute(freeing.execution_options(synchronize_session=False)))


async def hold(session: AsyncSession, claim: Claim, *, now: datetime, lease: timedelta) -> None:
    """Lock the lane for this transaction and extend its lease. Raises LaneLost when another worker has it."""
    held = await session.execute(
        update(Lane)
        .where(Lane.key == claim.key, Lane.fence == claim.fence)
        .values(lease_until=now + lease)
        .execution_options(synchronize_session=False)
    )
    if _count(held) != 1:
        raise LaneLost


async def release(session: AsyncSession, claim: Claim, *, ready_at: datetime | None, progressed: bool) -> None:
    """Give a held lane back: idle (None), or ready again at a moment. Progress clears its tries."""
    values: dict[str, object] = {"ready_at": ready_at, "lease_until": None, "owner": None}
    if progressed:
        values["tries"] = 0
    await session.execute(
        update(Lane)
        .where(Lane.key == claim.key, Lane.fence == claim.fence)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


async def postpone(session: AsyncSession, claim: Claim, *, ready_at: datetime) -> None:
    """Give a held lane back until a moment, as if it had not been claimed: waiting one's turn is no failed try."""
    await session.execute(
        update(Lane)
        .where(Lane.key == claim.key, Lane.fence == claim.fence)
        .values(ready_at=ready_at, lease_until=None, owner=None, tries=case((Lane.tries > 0, Lane.tries - 1), else_=0))
        .execution_options(synchronize_session=False)
    )


async def progress(session: AsyncSession, claim: Claim) -> None:
    """Note that a held lane got ahead: the tries of its next item begin anew."""
    await session.execute(
        update(Lane)
        .where(Lane.key == claim.key, Lane.fence == claim.fence)
        .values(tries=0)
        .execution_options(synchronize_session=False)
    )


async def overdue(db: Database, *, before: datetime, limit: int = 500) -> Sequence[str]:
    """Return keys of lanes that should have been worked on before a moment and are not leased past it, oldest first."""
    free = or_(Lane.lease_until.is_(None), Lane.lease_until <= before)
    async with db.reading() as session:
        found = await session.scalars(
            select(Lane.key).where(Lane.ready_at <= before, free).order_by(Lane.ready_at).limit(limit)
        )
        return found.all()
