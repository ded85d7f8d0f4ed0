"""The driver's own connection for the hot path: for a batch of updates SQLAlchemy would cost more than the database.

Measured by `benchmarks.ingress`; everything that is not on the way from a request to its acknowledgement uses sessions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.util import greenlet_spawn


@dataclass(slots=True)
class Changed:
    """What a statement changed, once it has run."""

    cursor: Any = None

    @property
    def rows(self) -> int:
        """How many rows; -1 until the statement has run."""
        return -1 if self.cursor is None else int(self.cursor.rowcount)


Parameters: TypeAlias = Mapping[str, Any] | Sequence[Any]
"""As the driver takes them: `:name` or `?` for SQLite, `%(name)s` or `%s` for psycopg."""

_Later: TypeAlias = tuple[str, Parameters, Changed]


@dataclass(slots=True)
class Direct:
    """One transaction on a driver's connection (aiosqlite or psycopg).

    With a list of `later`, statements are noted there and run together when the transaction commits.
    """

    connection: Any
    is_embedded: bool
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    later: list[_Later] | None = None

    async def run(self, sql: str, parameters: Parameters) -> Changed:
        """Run a statement, now or with the commit; the count it gives is known then."""
        if self.later is None:
            return Changed(await self.connection.execute(sql, parameters))
        changed = Changed()
        self.later.append((sql, parameters, changed))
        return changed

    async def rows(self, sql: str, parameters: Parameters) -> list[tuple[Any, ...]]:
        """Run a statement now and return its rows."""
        return list(await (await self.connection.execute(sql, parameters)).fetchall())

    def stamp(self, moment: datetime) -> Any:
        """Return a moment as the driver stores it, the same form that runtime.database.UtcDateTime gives."""
        if not self.is_embedded:
            return moment
        in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
        return in_utc.isoformat(" ", "microseconds").removesuffix("+00:00")


async def within(work: AsyncSession | Direct) -> Direct:
    """Return the driver's connection that a unit of work is using, inside its transaction."""
    if isinstance(work, Direct):
        return work
    connection = await work.connection()
    driver = (await connection.get_raw_connection()).driver_connection
    return Direct(driver, connection.dialect.name == "sqlite")


@asynccontextmanager
async def direct_transaction(engine: AsyncEngine) -> AsyncIterator[Direct]:
    """Open a transaction on one of the engine's connections; commit when the block ends, roll back when it raises.

    On SQLite the whole transaction is one visit to the connection's thread, made when the block ends: each visit more
    would wait for the interpreter lock, which a busy event loop gives away every few milliseconds only. On PostgreSQL
    statements travel together: the server is waited for only where rows are asked for, and at the end.
    """
    # The pool's connection without SQLAlchemy's own around it: an empty transaction in half the time.
    pooled = await engine.raw_connection()
    try:
        driver = pooled.driver_connection
        assert driver is not None
        is_embedded = engine.dialect.name == "sqlite"
        direct = Direct(driver, is_embedded, later=[] if is_embedded else None)
        try:
            async with nullcontext() if is_embedded else driver.pipeline():
                yield direct
                await (_run_together(direct) if is_embedded else driver.commit())
        except BaseException:
            await driver.rollback()
            raise
    finally:
        await greenlet_spawn(pooled.close)
    for told in direct.after_commit:
        told()


async def _run_together(direct: Direct) -> None:
    driver = direct.connection
    # aiosqlite has no public way to do several things in one visit to its thread; its own methods use this one
    await driver._execute(_transact, driver._conn, direct.later)  # noqa: SLF001 - see above


def _transact(connection: sqlite3.Connection, statements: Sequence[_Later]) -> None:
    """Run in the connection's thread. A commit that fails is rolled back by the caller: nobody else would end it."""
    connection.execute("BEGIN IMMEDIATE")
    for sql, parameters, changed in statements:
        changed.cursor = connection.execute(sql, parameters)
    connection.commit()
