"""The inbox: updates are stored before they are acknowledged, and worked on in the order they came."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import select, true
from sqlalchemy import update as update_rows
from sqlalchemy.ext.asyncio import AsyncSession

from bot.fragments import MAX_FRAGMENTS, is_fragment
from bot.messages import InboundUpdate
from bot.records import dump_update, load_update
from bot.tables import ID_LENGTH, Update
from runtime import telemetry
from runtime.clock import Clock
from runtime.database import Database
from runtime.direct import Direct, Statement
from runtime.wakers.port import Waker

QUEUE = "updates"
_COLUMNS = ("channel", "external_id", "kind", "lane_key", "body", "trace_id", "received_at")

# One statement whatever the batch size: the hot path of the whole server.
_INSERT = Statement(
    sqlite=f"INSERT INTO updates ({', '.join(_COLUMNS)}) "  # noqa: S608 - our own column names
    f"SELECT {', '.join(f'value->>{i}' for i in range(len(_COLUMNS)))} FROM json_each(:rows) WHERE true "
    "ON CONFLICT DO NOTHING",
    postgresql=f"INSERT INTO updates ({', '.join(_COLUMNS)}) "  # noqa: S608 - our own column names
    "SELECT * FROM unnest("
    + ", ".join(f"CAST(%({name})s AS {'timestamptz' if name == 'received_at' else 'text'}[])" for name in _COLUMNS)
    + ") ON CONFLICT DO NOTHING",
)


def lane_of(update: InboundUpdate) -> str:
    """Return the key of the lane that keeps this person's updates in order."""
    return f"{QUEUE}:{update.channel}:{update.account}:{update.contact}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """An update on its way into the inbox."""

    update: InboundUpdate
    trace_id: str
    received_at: datetime

    @property
    def lane_key(self) -> str:
        """The lane of the conversation this update belongs to."""
        return lane_of(self.update)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A stored update that waits for its turn."""

    id: int
    update: InboundUpdate
    trace_id: str
    received_at: datetime
    fragments: tuple[Pending, ...] = ()  # what came after it and may belong to the same question


class Inbox:
    """Stores batches of updates; the `store` of an ingress."""

    def __init__(self, db: Database, clock: Clock, waker: Waker) -> None:
        self._db = db
        self._clock = clock
        self._waker = waker

    async def accept(self, batch: Sequence[Accepted]) -> int:
        """Store a batch in one transaction and return how many were new. Idempotent by (channel, external_id).

        The lane of a duplicate is woken too: telling them apart costs more than a look that finds nothing.
        """
        lanes = {item.lane_key for item in batch}
        async with self._db.direct() as work:
            stored = await work.run(_INSERT, _parameters(batch, work))
            await self._waker.wake(work, lanes, self._clock.now())
        for (channel, kind), count in Counter((item.update.channel, item.update.kind) for item in batch).items():
            telemetry.UPDATES_ACCEPTED.labels(channel, kind.value).inc(count)
        telemetry.UPDATES_DUPLICATE.inc(len(batch) - stored.rows)
        return stored.rows


def _parameters(batch: Sequence[Accepted], work: Direct) -> Mapping[str, Any]:
    """Return the batch as the insert wants it: one JSON array of rows, or one array per column."""
    rows = [
        (
            item.update.channel,
            item.update.external_id[:ID_LENGTH],
            item.update.kind.value,
            item.lane_key,
            dump_update(item.update),
            item.trace_id,
            work.stamp(item.received_at),
        )
        for item in batch
    ]
    if work.is_embedded:
        return {"rows": json.dumps(rows, ensure_ascii=False)}
    return dict(zip(_COLUMNS, (list(column) for column in zip(*rows, strict=True)), strict=True))


async def oldest(session: AsyncSession, lane_key: str) -> Pending | None:
    """Return the oldest pending update of a lane, with the fragments that follow it without anything in between."""
    rows = await session.scalars(
        select(Update)
        .where(Update.lane_key == lane_key, Update.state == "pending")
        .order_by(Update.id)
        .limit(MAX_FRAGMENTS)
    )
    waiting = [
        Pending(id=row.id, update=load_update(row.body), trace_id=row.trace_id, received_at=row.received_at)
        for row in rows
    ]
    if not waiting:
        return None
    first, *rest = waiting
    if not is_fragment(first.update):
        return first
    return replace(first, fragments=tuple(takewhile(lambda it: is_fragment(it.update), rest)))


async def has_pending(session: AsyncSession, lane_key: str) -> bool:
    """Tell whether a lane has work."""
    statement = select(Update.id).where(Update.lane_key == lane_key, Update.state == "pending").limit(1)
    return (await session.scalar(statement)) is not None


async def finish(session: AsyncSession, update_id: int, *, now: datetime, error: str = "") -> None:
    """Mark an update done, or dead when `error` says why it never will be."""
    await session.execute(
        update_rows(Update)
        .where(Update.id == update_id, Update.state == "pending")
        .values(state="dead" if error else "done", error=error, done_at=now)
    )
    if error:
        telemetry.DEAD_LETTERS.labels(QUEUE).inc()


async def forget(session: AsyncSession, lane_key: str) -> None:
    """Blank what the finished updates of a lane said. Their ids stay, so that a redelivery brings nothing back."""
    await session.execute(
        update_rows(Update).where(Update.lane_key == lane_key, Update.state != "pending").values(body="", lane_key="")
    )


async def revive(session: AsyncSession, waker: Waker, *, now: datetime, only: Collection[int] | None = None) -> int:
    """Give every dead update, or only those with these ids, another life; return how many."""
    chosen = true() if only is None else Update.id.in_(only)
    keys = await session.scalars(
        update_rows(Update)
        .where(Update.state == "dead", chosen)
        .values(state="pending", error="", done_at=None)
        .returning(Update.lane_key)
    )
    revived = keys.all()
    await waker.wake(session, set(revived), now)
    return len(revived)
