"""Keep the knowledge in use up to date: follow the version of what is published, rebuild aside, swap as one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

import structlog

from knowledge.base import Knowledge, MatcherLike
from knowledge.snapshot import Snapshot
from knowledge.store import load_snapshot, published_version
from runtime import telemetry
from runtime.database import Database

MAX_PAUSE_SECONDS = 60.0  # between attempts when rebuilding fails again and again
log = structlog.get_logger(__name__)


def built_in_thread(make_matcher: Callable[[Snapshot], MatcherLike]) -> Callable[[Snapshot], Awaitable[Knowledge]]:
    """Return a `build` for KnowledgeFeed that makes the matcher in a thread, so that messages flow meanwhile."""

    async def build(snapshot: Snapshot) -> Knowledge:
        return Knowledge(snapshot=snapshot, matcher=await asyncio.to_thread(make_matcher, snapshot))

    return build


class KnowledgeFeed:
    """Holds the knowledge in use. Read `current` once per message: it is replaced as a whole, never changed."""

    def __init__(
        self, db: Database, build: Callable[[Snapshot], Awaitable[Knowledge]], *, poll_seconds: float = 1.0
    ) -> None:
        self._db = db
        self._build = build
        self._poll_seconds = poll_seconds
        self._current: Knowledge | None = None
        self._building = asyncio.Lock()

    @property
    def current(self) -> Knowledge:
        """The knowledge in use. Raises RuntimeError before the first `load`."""
        if self._current is None:
            raise RuntimeError("the knowledge has not been loaded yet")
        return self._current

    @property
    def is_loaded(self) -> bool:
        """Tell whether there is knowledge to answer with."""
        return self._current is not None

    async def load(self) -> Knowledge:
        """Build what is published now and use it; errors are the caller's. Call it once before `run`."""
        async with self._building:
            return await self._rebuild()

    async def refresh(self) -> bool:
        """Rebuild if something was published since; tell whether the knowledge was swapped. Errors are the caller's."""
        async with self._building:
            async with self._db.reading() as session:
                published = await published_version(session)
            if self._current is not None and published == self._current.snapshot.version:
                return False
            await self._rebuild()
            return True

    async def run(self) -> NoReturn:
        """Follow what is published until cancelled. What fails is logged and tried again; the old knowledge stays."""
        failures = 0
        while True:
            await asyncio.sleep(min(self._poll_seconds * 2**failures, max(MAX_PAUSE_SECONDS, self._poll_seconds)))
            try:
                await self.refresh()
            except Exception as error:  # the feed must outlive any one rebuild, whatever is wrong with it
                failures = min(failures + 1, 16)
                log.exception("knowledge.rebuild_failed", error=type(error).__name__, attempts=failures)
            else:
                failures = 0

    async def _rebuild(self) -> Knowledge:
        async with self._db.reading() as session:
            snapshot = await load_snapshot(session)
        self._current = await self._build(snapshot)
        telemetry.KNOWLEDGE_VERSION.set(snapshot.version)
        telemetry.KNOWLEDGE_ENTRIES.set(len(snapshot.entries))
        log.info("knowledge.swapped", version=snapshot.version, entries=len(snapshot.entries))
        return self._current
