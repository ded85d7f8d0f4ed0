"""The inbox: updates are stored before they are acknowledged, and worked on in the order they came."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import chain, repeat, takewhile
from typing import TypeAlias

import msgspec
from sqlalchemy import select, true
from sqlalchemy import update as update_rows
from sqlalchemy.ext.asyncio import AsyncSession

from bot.fragments import MAX_FRAGMENTS, is_fragment
from bot.messages import InboundUpdate
from bot.records import dump_update, load_update
from bot.tables import ID_LENGTH, Update
from runtime import lanes, telemetry
from runtime.database import Database
from runtime.direct import sqlite_stamp
from runtime.wakers.port import Waker

QUEUE = "updates"
_COLUMNS = ("channel", "external_id", "kind", "lane_key", "body", "trace_id", "received_at")
_Row: TypeAlias = tuple[str, str, str, str, str, str, datetime]
_INTO = f"INTO updates ({', '.join(_COLUMNS)})"
# An SQLite insert has one row or a multiple of the step, few enough texts to stay prepared; at most 32,766 values.
_STEP, _MOST = 8, 4_000

# One document for the whole batch: psycopg needs five times as long for seven arrays. Lanes are locked in the order of
# code points, as runtime.lanes.wake does it.
_STORE_POSTGRESQL = (
    f"WITH stored AS (INSERT {_INTO} SELECT "  # noqa: S608 - our own column names
    + ", ".join(
        f"CAST(item->>{i} AS {'timestamptz' if _COLUMNS[i] == 'received_at' else 'text'})" for i in range(len(_COLUMNS))
    )
    + " FROM jsonb_array_elements(CAST(%(rows)s AS jsonb)) AS given(item) ON CONFLICT DO NOTHING"
    " RETURNING lane_key, received_at), woken AS ("
    + lanes.waking('SELECT lane_key, min(received_at) FROM stored GROUP BY lane_key ORDER BY lane_key COLLATE "C"')
    + ") SELECT (SELECT count(*) FROM stored), ARRAY(SELECT key FROM woken)"
)


@cache
def _store_sqlite(rows: int) -> str:
    """Return SQLite's insert of so many rows; a trigger wakes the lanes (migration 0010).

    OR ROLLBACK spares SQLite a copy of every page it touches, which it keeps for undoing one statement alone.
    """
    row = f"({', '.join('?' * len(_COLUMNS))})"
    return (
        f"INSERT OR ROLLBACK {_INTO} "  # noqa: S608 - our own column names
        f"VALUES {', '.join([row] * rows)} ON CONFLICT DO NOTHING"
    )


def lane_of(update: InboundUpdate) -> str:
    """Return the key of the lane that keeps this person's updates in order."""
    return f"{QUEUE}:{update.channel}:{update.account}:{update.contact}"


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
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

    def __init__(self, db: Database, waker: Waker) -> None:
        self._db = db
        self._waker = waker

    async def accept(self, batch: Sequence[Accepted]) -> int:
        """Store a batch, in one statement unless it is huge; return how many were new.

        Idempotent by (channel, external_id).
        """
        if not batch:
            return 0
        rows = [_row(item) for item in batch]
        stored, woken = await (self._into_sqlite(rows) if self._db.is_embedded else self._into_postgresql(rows))
        await self._waker.tell(woken)
        for (channel, kind), count in Counter((channel, kind) for channel, _, kind, *_ in rows).items():
            telemetry.UPDATES_ACCEPTED.labels(channel, kind).inc(count)
        telemetry.UPDATES_DUPLICATE.inc(len(rows) - stored)
        return stored

    async def _into_sqlite(self, rows: Sequence[_Row]) -> tuple[int, Collection[str]]:
        """Nothing is returned: each row would be a hand-over of the interpreter lock. So every lane counts as woken."""
        stored = 0
        for start in range(0, len(rows), _MOST):
            part = rows[start : start + _MOST]
            # Filled up with the last row: one that is there already changes nothing.
            filled = (*part, *repeat(part[-1], -len(part) % _STEP if len(part) > 1 else 0))
            values = tuple(chain.from_iterable((*rest, sqlite_stamp(moment)) for *rest, moment in filled))
            stored += (await self._db.run_alone(_store_sqlite(len(filled)), values)).changed
        return stored, {lane_key for _, _, _, lane_key, *_ in rows}

    async def _into_postgresql(self, rows: Sequence[_Row]) -> tuple[int, Collection[str]]:
        done = await self._db.run_alone(_STORE_POSTGRESQL, {"rows": msgspec.json.encode(rows).decode()})
        stored, woken = done.rows[0]
        return stored, woken


def _fitting(external_id: str) -> str:
    """Return an id that fits its column: cut off, two long ones could be the same."""
    return external_id if len(external_id) <= ID_LENGTH else hashlib.sha256(external_id.encode()).hexdigest()


def _row(item: Accepted) -> _Row:
    update = item.update
    return (
        update.channel,
        _fitting(update.external_id),
        update.kind.value,
        item.lane_key,
        dump_update(update),
        item.trace_id,
        item.received_at,
    )


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
