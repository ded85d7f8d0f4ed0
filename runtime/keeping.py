"""Keeping a lane while its work takes longer than a lease: a slow platform is no reason to begin the work twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from runtime import lanes
from runtime.clock import Clock
from runtime.database import Database
from runtime.errors import LaneLost
from runtime.lanes import Claim
from runtime.unbroken import unbroken

_PER_LEASE = 3  # extensions within one lease: two may fail
log = structlog.get_logger(__name__)


@asynccontextmanager
async def kept(db: Database, clock: Clock, claim: Claim, lease: timedelta) -> AsyncIterator[None]:
    """Extend the lease again and again while the block runs. A process that stalls extends nothing and loses it."""
    keeper = asyncio.create_task(_keep(db, clock, claim, lease))
    try:
        yield
    finally:
        keeper.cancel()
        await asyncio.wait([keeper])


async def _keep(db: Database, clock: Clock, claim: Claim, lease: timedelta) -> None:
    while True:
        await asyncio.sleep(lease.total_seconds() / _PER_LEASE)
        try:
            await unbroken(_extend(db, clock, claim, lease))
        except LaneLost:  # whoever commits finds out and keeps nothing
            return
        except Exception as error:  # noqa: BLE001 - a database that is away for a moment may be back for the next try
            log.warning("lane.not_extended", queue=claim.queue, error=type(error).__name__)


async def _extend(db: Database, clock: Clock, claim: Claim, lease: timedelta) -> None:
    async with db.transaction() as session:
        await lanes.hold(session, claim, now=clock.now(), lease=lease)
