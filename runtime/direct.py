"""The driver's own connection for the hot path: for a batch of updates SQLAlchemy would cost more than the database.

Measured by `benchmarks.ingress`; everything that is not on the way from a request to its acknowledgement uses sessions.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as each driver takes it: parameters are `:name` for aiosqlite, `%(name)s` for psycopg."""

    sqlite: str
    postgresql: str


@dataclass(slots=True)
class Direct:
    """One transaction on a driver's connection (aiosqlite or psycopg)."""

    connection: Any
    is_embedded: bool
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    async def run(self, statement: Statement, parameters: Mapping[str, Any]) -> int:
        """Run a statement and return how many rows it changed."""
        return int((await self._execute(statement, parameters)).rowcount)

    async def rows(self, statement: Statement, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
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

    A commit that fails is rolled back too: the connection goes back to the pool, and nobody else would end it.
    """
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        direct = Direct(driver, engine.dialect.name == "sqlite")
        try:
            if direct.is_embedded:  # psycopg begins by itself
                await driver.execute("BEGIN IMMEDIATE")
            yield direct
            await driver.commit()
        except BaseException:
            await driver.rollback()
            raise
    for told in direct.after_commit:
        told()
