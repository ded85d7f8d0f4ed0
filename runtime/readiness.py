"""Whether the database takes writes: what `/readyz` asks before it says yes."""

from __future__ import annotations

import asyncio

from runtime.database import Database

PATIENCE_SECONDS = 2.0


class Readiness:
    """Probes the database, one probe at a time however many ask.

    A probe that is late is left to end by itself: cancelling it would break the one writing connection of SQLite.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._probe: asyncio.Task[None] | None = None

    async def missing(self) -> str:
        """Return "" when the database takes writes, else what is wrong with it."""
        if self._probe is None or self._probe.done():
            self._probe = asyncio.create_task(self._db.probe())
        probe = self._probe
        await asyncio.wait({probe}, timeout=PATIENCE_SECONDS)
        if not probe.done():
            return f"database: no write within {PATIENCE_SECONDS:g} s"
        if probe.cancelled():
            return "database: closing"
        error = probe.exception()
        return f"database: {type(error).__name__}" if error else ""
