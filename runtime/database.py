"""The one database: SQLite in a file for one machine, PostgreSQL for many. Same tables, same statements."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import JSON, DateTime, Dialect, MetaData, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from runtime.direct import Done, Parameters, alone, run_alone
from runtime.private import close_to_others, new_private_file, private_folder

SQLITE_BUSY_MS = 10_000
CHECKPOINT_PAGES = 10_000
"""How far the log grows (40 MB) before it goes into the file: a page that changes often is then written there once."""


class Base(DeclarativeBase):
    """Root of every table; names constraints so that migrations can find them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


Json = JSON().with_variant(JSONB(), "postgresql")
"""A JSON value: text on SQLite, binary on PostgreSQL."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite has no zone, so it is dropped on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments: a wrong zone here is a wrong deadline there."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment must know its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return the moment, aware."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


Session: TypeAlias = AsyncSession
"""One unit of work, as pages name it: they pass it on and never ask it anything."""


class Database:
    """Sessions on one database. One unit of work is one block; commit on exit, nowhere else.

    SQLite has exactly one writing connection (its WAL-reset bug needs two), which also does the checkpoints;
    readers are query-only. PostgreSQL uses one pool for both, and a connection apart for the hot path.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.is_embedded = url.startswith("sqlite")
        if self.is_embedded:
            self._keep_private()
            self.engine = _sqlite_engine(url, readonly=False, pool_size=1)
            self._read_engine = _sqlite_engine(url, readonly=True, pool_size=4)
            self._alone_engine = self.engine
        else:
            self.engine = create_async_engine(url, pool_size=pool_size, max_overflow=0, hide_parameters=True)
            self._read_engine = self.engine
            self._alone_engine = create_async_engine(
                url, isolation_level="AUTOCOMMIT", pool_size=1, max_overflow=0, pool_reset_on_return=None,
                hide_parameters=True,
            )  # fmt: skip
        self._writing = async_sessionmaker(self.engine, expire_on_commit=False)
        self._reading = async_sessionmaker(self._read_engine, expire_on_commit=False)

    @property
    def file(self) -> Path:
        """Where an embedded database lies."""
        return file_of(self.url)

    def _keep_private(self) -> None:
        """Make the file, or close the one that is there to other accounts; the log gets the rights of its file."""
        if self.file.name == ":memory:":
            return
        private_folder(self.file.parent)
        with suppress(FileExistsError):
            new_private_file(self.file)
        for name in ("", "-wal", "-shm"):
            close_to_others(self.file.with_name(f"{self.file.name}{name}"))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a writing session; commit when the block ends, roll back when it raises."""
        async with self._writing() as session, session.begin():
            yield session

    def alone(self) -> AbstractAsyncContextManager[Any]:
        """Give the driver's connection that the hot path has for itself; each statement is a transaction of its own."""
        return alone(self._alone_engine)

    async def run_alone(self, sql: str, parameters: Parameters) -> Done:
        """Run one statement as a transaction of its own, past SQLAlchemy: for the hot path."""
        return await run_alone(self._alone_engine, sql, parameters)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session that only reads."""
        async with self._reading() as session:
            yield session

    async def probe(self) -> None:
        """Write something that changes nothing. Raises what the driver raises when the database takes no writes."""
        # SQLite: rewriting a header field reaches the disk. PostgreSQL: a standby gives out no transaction ids.
        statement = "PRAGMA user_version = 0" if self.is_embedded else "SELECT pg_current_xact_id()"
        async with self.transaction() as session:
            await session.execute(text(statement))

    async def close(self) -> None:
        """Close every connection."""
        for engine in {self.engine, self._read_engine, self._alone_engine}:
            await engine.dispose()


def file_of(url: str) -> Path:
    """Return where an embedded database lies, by its address."""
    return Path(url.partition(":///")[2])


def _sqlite_engine(url: str, *, readonly: bool, pool_size: int) -> AsyncEngine:
    """Make an engine whose transactions take the write lock at once (an upgrade from reading cannot be retried)."""
    # every unit of work ends its own transaction: rolling back once more on return would cost a thread hop each time
    engine = create_async_engine(
        url, pool_size=pool_size, max_overflow=0, pool_timeout=60, pool_reset_on_return=None, hide_parameters=True
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        if readonly:
            cursor.execute("PRAGMA query_only=ON")
            cursor.execute("PRAGMA wal_autocheckpoint=0")
        else:
            cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine
