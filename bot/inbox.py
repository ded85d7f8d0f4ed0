"""The inbox: updates are stored before they are acknowledged, and worked on in the order they came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import chain, repeat, takewhile
from typing import Any

import msgspec
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
from runtime.direct import Changed, Direct
from runtime.wakers.port import Waker

QUEUE = "updates"
_MOST_VALUES, _STEP = 64, 8  # rows of one SQLite insert: one, or a multiple of the step
_COLUMNS = ("channel", "external_id", "kind", "lane_key", "body", "trace_id", "received_at")

# One document for the whole batch: psycopg needs five times as long for seven arrays.
_INSERT_JSON = (
    f"INSERT INTO updates ({', '.join(_COLUMNS)}) SELECT "  # noqa: S608 - our own column names
    + ", ".join(
        f"CAST(item->>{i} AS {'timestamptz' if _COLUMNS[i] == 'received_at' else 'text'})" for i in range(len(_COLUMNS))
    )
    + " FROM jsonb_array_elements(CAST(%(rows)s AS jsonb)) AS given(item) ON CONFLICT DO NOTHING"
)


@cache
def _insert_values(rows: int) -> str:
    """Return SQLite's insert of so many rows.

    OR ROLLBACK, because a statement that could fail half-way and leave the rest of its transaction standing has SQLite
    save every page it touches.
    """
    row = f"({', '.join('?' * len(_COLUMNS))})"
    return (
        f"INSERT OR ROLLBACK INTO updates ({', '.join(_COLUMNS)}) "  # noqa: S608 - our own column names
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
            changed = await _insert(work, [_row(item, work) for item in batch])
            await self._waker.wake(work, lanes, self._clock.now())
        for (channel, kind), count in Counter((item.update.channel, item.update.kind) for item in batch).items():
            telemetry.UPDATES_ACCEPTED.labels(channel, kind.value).inc(count)
        stored = sum(part.rows for part in changed)
        telemetry.UPDATES_DUPLICATE.inc(len(batch) - stored)
        return stored


def _row(item: Accepted, work: Direct) -> tuple[Any, ...]:
    update = item.update
    return (
        update.channel,
        update.external_id[:ID_LENGTH],
        update.kind.value,
        item.lane_key,
        dump_update(update),
        item.trace_id,
        work.stamp(item.received_at),
    )


async def _insert(work: Direct, rows: Sequence[tuple[Any, ...]]) -> list[Changed]:
    """Insert rows with as few statements as the driver needs, whose texts are few enough to stay prepared."""
    if not work.is_embedded:
        return [await work.run(_INSERT_JSON, {"rows": msgspec.json.encode(rows).decode()})]
    changed = []
    for start in range(0, len(rows), _MOST_VALUES):
        part = rows[start : start + _MOST_VALUES]
        # Filled up with the last row to one of a few sizes: a row that is there already changes nothing.
        filled = (*part, *repeat(part[-1], -len(part) % _STEP if len(part) > 1 else 0))
        changed.append(await work.run(_insert_values(len(filled)), tuple(chain.from_iterable(filled))))
    return changed


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
