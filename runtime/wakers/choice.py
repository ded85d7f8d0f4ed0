"""Which Waker a set-up uses: one process needs none but its own loop."""

from __future__ import annotations

from runtime.clock import Clock
from runtime.database import Database
from runtime.settings import Settings
from runtime.wakers.embedded import EmbeddedWaker
from runtime.wakers.port import Waker


def waker_for(settings: Settings, db: Database, clock: Clock) -> Waker:
    """Return the embedded Waker for an embedded database, procrastinate's for PostgreSQL."""
    if settings.is_embedded:
        return EmbeddedWaker(db, clock, settings.worker)
    from runtime.wakers.procrastinate import ProcrastinateWaker

    return ProcrastinateWaker(db, clock, settings.worker)
