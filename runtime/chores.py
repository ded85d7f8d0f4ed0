"""Work that comes round again. Each chore is a lane, so that of all processes one does it at a time.

A lane that is lost while a chore runs is worked on by two processes for a moment: what a chore does must be safe to
repeat, one transaction at a time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from runtime import lanes
from runtime.clock import Clock
from runtime.database import Database
from runtime.keeping import kept
from runtime.lanes import Claim
from runtime.settings import WorkerSettings
from runtime.wakers.port import Waker

QUEUE = "chores"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Something to do every so often."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]


def lane_of(name: str) -> str:
    """Return the key of a chore's lane: waking it has the chore done at once."""
    return f"{QUEUE}:{name}"


class ChoreDrain:
    """Does the chores whose time has come. One that fails is logged and tried again when its time comes round."""

    def __init__(
        self, db: Database, clock: Clock, waker: Waker, settings: WorkerSettings, *, chores: Sequence[Chore]
    ) -> None:
        self._db = db
        self._clock = clock
        self._waker = waker
        self._lease = timedelta(seconds=settings.lease_seconds)
        self._chores = {chore.name: chore for chore in chores}

    async def begin(self) -> None:
        """See to it that every chore has its lane and is done soon."""
        async with self._db.transaction() as session:
            await self._waker.wake(session, [lane_of(name) for name in self._chores], self._clock.now())

    async def drain(self, claim: Claim) -> None:
        """Do one chore and put its lane to sleep until the next time. Raises LaneLost."""
        chore = self._chores.get(claim.key.partition(":")[2])
        if chore is not None:
            try:
                async with kept(self._db, self._clock, claim, self._lease):
                    await chore.run()
            except Exception:  # whatever is wrong with it now, it comes round again
                log.exception("chore.failed", chore=chore.name)
        async with self._db.transaction() as session:
            now = self._clock.now()
            await lanes.hold(session, claim, now=now, lease=self._lease)
            next_at = now + chore.every if chore is not None else None
            await lanes.release(session, claim, ready_at=next_at, progressed=True)
            if next_at is not None:
                await self._waker.announce(session, [claim.key], next_at)
