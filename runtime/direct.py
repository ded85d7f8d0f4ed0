"""The driver's own connection for the hot path: for a batch of updates SQLAlchemy would cost more than the database.

Measured by `benchmarks.ingress`; everything that is not on the way from a request to its acknowledgement uses sessions.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

Parameters: TypeAlias = Mapping[str, Any] | Sequence[Any]
"""As the driver takes them: `:name` or `?` for SQLite, `%(name)s` or `%s` for psycopg."""


class Done(NamedTuple):
    """How many rows a statement changed, and those it returned."""

    changed: int
    rows: Sequence[tuple[Any, ...]]


@asynccontextmanager
async def alone(engine: AsyncEngine) -> AsyncIterator[Any]:
    """Give the driver's connection. When the block raises it is given up, for it may be the reason.

    `engine` must leave transactions to the driver, and its connections to nobody else meanwhile.
    """
    # The pool's connection without SQLAlchemy's own around it: half the time.
    pooled = await engine.raw_connection()
    try:
        yield pooled.driver_connection
    except BaseException:
        await greenlet_spawn(pooled.invalidate)
        raise
    finally:
        await greenlet_spawn(pooled.close)


async def run_alone(engine: AsyncEngine, sql: str, parameters: Parameters) -> Done:
    """Run one statement as a transaction of its own: one visit to SQLite's thread, one round trip to PostgreSQL.

    Raises what the driver raises.
    """
    async with alone(engine) as driver:
        cursor = await driver.execute(sql, parameters)
        return Done(cursor.rowcount, await cursor.fetchall() if cursor.description else ())


def sqlite_stamp(moment: datetime) -> str:
    """Return a moment as SQLite keeps it, the same form that runtime.database.UtcDateTime gives."""
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return in_utc.isoformat(" ", "microseconds").removesuffix("+00:00")
