"""The driver's own connection for the hot path: for a batch of updates SQLAlchemy would cost more than the database.

Measured by `benchmarks.ingress`; everything that is not on the way from a request to its acknowledgement uses sessions.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

_NAMED = re.compile(r":(\w+)")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement in each dialect, parameters written `:name`."""

    sqlite: str
    postgresql: str

    def clause(self, dialect: str) -> TextClause:
        """Return the statement for a session."""
        return text(self.sqlite if dialect == "sqlite" else self.postgresql)


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
        if self.is_embedded:
            return await self.connection.execute(statement.sqlite, parameters)
        return await self.connection.execute(_NAMED.sub(r"%(\1)s", statement.postgresql), parameters)

    def stamp(self, moment: datetime) -> Any:
        """Return a moment as the driver stores it, the same form that runtime.database.UtcDateTime gives."""
        if not self.is_embedded:
            return moment
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


@asynccontextmanager
async def direct_transaction(engine: AsyncEngine) -> AsyncIterator[Direct]:
    """Open a transaction on one of the engine's connections; commit when the block ends, roll back when it raises."""
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        direct = Direct(driver, engine.dialect.name == "sqlite")
        begin = "BEGIN IMMEDIATE" if direct.is_embedded else "BEGIN"
        await driver.execute(begin)
        try:
            yield direct
        except BaseException:
            await driver.rollback()
            raise
        await driver.commit()
    for told in direct.after_commit:
        told()
