"""Open the database that the settings name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from runtime import schema
from runtime.database import Database
from runtime.settings import Settings


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database; an embedded one is migrated on the way, PostgreSQL must have been (`hoidap migrate`)."""
    db = Database(settings.database.url, pool_size=settings.database.pool_size)
    try:
        if db.is_embedded:
            await schema.migrate(db)
        else:
            await schema.require_current(db)
        yield db
    finally:
        await db.close()
