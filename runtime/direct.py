"""The driver's own connection for the hot path: for a batch of updates SQLAlchemy would cost more than the database.

Measured by `benchmarks.ingress`; everything that is not on the way from a request to its acknowledgement uses sessions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as each driver takes it: parameters are `:name` for SQLite, `%(name)s` for psycopg."""

    sqlite: str
    postgresql: str


@dataclass(slots=True)
class Changed:
    """How many rows a statement changed; -1 until it has run."""

    rows: int = -1


_Later: TypeAlias = tuple[str, Mapping[str, Any], Changed]


@dataclass(slots=True)
class Direct:
    """One transaction on a driver's connection (aiosqlite or psycopg).

    With a list of `later`, statements are noted there and run together when the transaction commits.
    """

    connection: Any
    is_embedded: bool
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    later: list[_Later] | None = None

    async def run(self, statement: Statement, parameters: Mapping[str, Any]) -> Changed:
        """Run a statement, now or with the commit; the count it gives is known then."""
        changed = Changed()
        if self.later is None:
            changed.rows = int((await self._execute(statement, parameters)).rowcount)
        else:
            self.later.append((statement.sqlite, parameters, changed))
        return changed

    async def rows(self, statement: Statement, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement now and return its rows."""
        return list(await (await self._execute(statement, parameters)).fetchall())

    async def _execute(self, statement: Statement, parameters: Mapping[str, Any]) -> Any:
        sql = statement.sqlite if self.is_embedded else statement.postgresql
        return await self.connection.execute(sql, parameters)

    def stamp(self, moment: datetime) -> Any:
        """Return a moment as the driver stores it, the same form that runtime.database.UtcDateTime gives."""
        if not self.is_embedded:
            return moment
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


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
    would wait for the interpreter lock, which a busy event loop gives away every few milliseconds only.
    """
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        is_embedded = engine.dialect.name == "sqlite"
        direct = Direct(driver, is_embedded, later=[] if is_embedded else None)
        try:
            yield direct
            await (_run_together(direct) if is_embedded else driver.commit())
        except BaseException:
            await driver.rollback()
            raise
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
        changed.rows = connection.execute(sql, parameters).rowcount
    connection.commit()
