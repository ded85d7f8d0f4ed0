"""The waker of many processes: procrastinate jobs on PostgreSQL, one per wake-up, `lock` = lane key.

A job is only a hint. The sweep repairs what hints cannot: jobs whose worker died (they would hold their lock for
ever) and lanes that are overdue although no job speaks of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from procrastinate import App, PsycopgConnector
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from runtime import lanes
from runtime.clock import Clock
from runtime.database import Database
from runtime.settings import WorkerSettings
from runtime.wakers.draining import drained
from runtime.wakers.port import Drain

TASK = "hoidap.drain"
QUEUE = "lanes"
log = structlog.get_logger(__name__)


class ProcrastinateWaker:
    """Defers one job per lane that becomes ready: in the transaction that made it so, or (`tell`) right after it."""

    def __init__(self, db: Database, clock: Clock, settings: WorkerSettings) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._lease = timedelta(seconds=settings.lease_seconds)
        self._drains: Mapping[str, Drain] = {}
        self._untold = asyncio.Event()  # set: there may be ready lanes that no job speaks of
        self._untold.set()
        self._app = App(connector=PsycopgConnector(conninfo=_conninfo(db.url), min_size=1, max_size=4))
        self._app.task(name=TASK, queue=QUEUE)(self._drain)

    async def wake(self, session: AsyncSession, keys: Collection[str], at: datetime) -> None:
        """Make lanes ready and defer a job for each whose readiness changed."""
        await self.announce(session, await lanes.wake(session, keys, at), at)

    async def announce(self, session: AsyncSession, keys: Collection[str], at: datetime) -> None:
        """Defer a job per lane, in the caller's transaction."""
        if keys:
            await self._defer((await (await session.connection()).get_raw_connection()).driver_connection, keys, at)

    async def tell(self, keys: Collection[str]) -> None:
        """Defer a job per lane, on the connection that has just stored what it is about; if that fails, sweep."""
        if not keys:
            return
        try:
            async with self._db.alone() as connection:
                await self._defer(connection, keys, self._clock.now())
        except Exception:
            log.exception("waker.tell_failed", lanes=len(keys))
            self._untold.set()

    async def _defer(self, connection: Any, keys: Collection[str], at: datetime) -> None:
        later: dict[str, Any] = {"schedule_at": at} if at > self._clock.now() else {}
        jobs = [self._app.configure_task(TASK, queue=QUEUE, lock=key, **later).make_new_job(key=key) for key in keys]
        await self._app.job_manager.batch_defer_jobs_async(jobs=jobs, connection=connection)

    async def run(self, drains: Mapping[str, Drain]) -> None:
        """Work until cancelled; the procrastinate worker then finishes the jobs in hand."""
        self._drains = drains
        async with self._app.open_async(), asyncio.TaskGroup() as tasks:
            sweeping = tasks.create_task(self._sweep_for_ever())
            try:
                while not await self._work():
                    log.info("waker.works_again")
            finally:
                sweeping.cancel()

    async def _work(self) -> bool:
        """Run a procrastinate worker; tell whether it ended by itself. After an error, pause."""
        try:
            await self._app.run_worker_async(
                queues=[QUEUE],
                concurrency=self._settings.concurrency,
                fetch_job_polling_interval=self._settings.poll_seconds,
                shutdown_graceful_timeout=self._settings.drain_seconds,
                update_heartbeat_interval=self._settings.lease_seconds / 3,
                stalled_worker_timeout=self._settings.lease_seconds,
                delete_jobs="always",
                install_signal_handlers=False,
            )
        except Exception:  # a database that is away for a moment must not end the process
            log.exception("waker.worker_failed")
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # it failed while it was being stopped
                raise asyncio.CancelledError from None
            await asyncio.sleep(self._settings.poll_seconds)
            return False
        return True

    async def _drain(self, key: str) -> None:
        """Work on a lane. Nothing may escape: procrastinate would log the key, which names a person."""
        try:
            claims = await lanes.claim_ready(self._db, now=self._clock.now(), lease=self._lease, key=key)
        except Exception:
            log.exception("waker.claim_failed")
            return
        for claim in claims:
            await drained(self._drains[claim.queue], claim)

    async def _sweep_for_ever(self) -> None:
        while True:
            # At first without grace: what a process left when it died should not wait.
            grace = timedelta(seconds=0 if self._untold.is_set() else self._settings.poll_seconds * 4)
            self._untold.clear()
            try:
                await self.sweep(grace)
            except Exception:  # a database that is away for a moment must not end the sweep
                log.exception("sweep.failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.lease_seconds / 3):
                    await self._untold.wait()

    async def sweep(self, grace: timedelta) -> None:
        """Retry jobs whose worker is gone, and announce lanes overdue for `grace` that no waiting job speaks of."""
        manager = self._app.job_manager
        now = self._clock.now()
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=self._settings.lease_seconds):
            await manager.retry_job(job, retry_at=now)
        for key in await lanes.overdue(self._db, before=now - grace):
            if not list(await manager.list_jobs_async(lock=key, status="todo")):
                await self._app.configure_task(TASK, queue=QUEUE, lock=key).defer_async(key=key)


def _conninfo(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def install_schema(engine: AsyncEngine) -> None:
    """Create procrastinate's own tables when they are absent. Called by `migrate`."""
    async with engine.connect() as connection:
        found = await connection.scalar(text("SELECT to_regclass('procrastinate_jobs')"))
    if found is None:
        app = App(connector=PsycopgConnector(conninfo=_conninfo(engine.url.render_as_string(hide_password=False))))
        async with app.open_async():
            await app.schema_manager.apply_schema_async()
