"""The waker of one process: an asyncio loop over the lanes table."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta

import structlog
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from runtime import lanes
from runtime.clock import Clock
from runtime.database import Database
from runtime.settings import WorkerSettings
from runtime.sole import sole_worker
from runtime.unbroken import unbroken
from runtime.wakers.draining import drained
from runtime.wakers.port import Drain

log = structlog.get_logger(__name__)


class EmbeddedWaker:
    """Claims ready lanes as they are announced, and looks by itself every `poll_seconds`."""

    def __init__(self, db: Database, clock: Clock, settings: WorkerSettings) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._lease = timedelta(seconds=settings.lease_seconds)
        self._announced = asyncio.Event()
        self._working: set[asyncio.Task[None]] = set()

    async def wake(self, session: AsyncSession, keys: Collection[str], at: datetime) -> None:
        """Make lanes ready; the loop looks as soon as the transaction has committed."""
        await self.announce(session, await lanes.wake(session, keys, at), at)

    async def announce(self, session: AsyncSession, keys: Collection[str], at: datetime) -> None:
        """Have the loop look once the transaction has committed; later moments are found by polling."""
        if not keys or at > self._clock.now():
            return
        event.listen(session.sync_session, "after_commit", lambda _session: self._announced.set(), once=True)

    async def tell(self, keys: Collection[str]) -> None:
        """Have the loop look."""
        if keys:
            self._announced.set()

    async def run(self, drains: Mapping[str, Drain]) -> None:
        """Work until cancelled; then wait up to `drain_seconds` for lanes in hand and cancel the rest."""
        with sole_worker(self._db.file) if self._db.is_embedded else nullcontext(enter_result=False) as is_sole:
            if is_sole:
                await self._take_over()
            try:
                while True:
                    if not await self._claim_some(drains):
                        await self._pause()
            finally:
                await self._finish()

    async def _take_over(self) -> None:
        """Go on at once with what a worker before us left when it died: people wait for it."""
        try:
            left = await unbroken(lanes.free_all(self._db))
        except Exception:  # their leases run out by themselves
            log.exception("waker.take_over_failed")
            return
        if left:
            log.info("waker.took_over", lanes=left)

    async def _claim_some(self, drains: Mapping[str, Drain]) -> bool:
        """Start work on ready lanes, as many as there is room for; tell whether there were any."""
        room = self._settings.concurrency - len(self._working)
        if room <= 0:
            await asyncio.wait(self._working, return_when=asyncio.FIRST_COMPLETED)
            return True
        self._announced.clear()
        try:
            return await unbroken(self._start(drains, room))
        except Exception:  # a database that is away for a moment must not end the loop
            log.exception("waker.claim_failed")
            return False

    async def _start(self, drains: Mapping[str, Drain], room: int) -> bool:
        """Claim lanes and begin work on them; nothing claimed is ever left without a worker."""
        claims = await lanes.claim_ready(self._db, now=self._clock.now(), lease=self._lease, limit=room)
        for claim in claims:
            task = asyncio.create_task(drained(drains[claim.queue], claim))
            self._working.add(task)
            task.add_done_callback(self._done)
        return bool(claims)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        self._announced.set()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._settings.poll_seconds):
                await self._announced.wait()
        except TimeoutError:
            return

    async def _finish(self) -> None:
        if not self._working:
            return
        _, unfinished = await asyncio.wait(self._working, timeout=self._settings.drain_seconds)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
