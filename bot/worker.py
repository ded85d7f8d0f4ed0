"""How a lane is drained: its oldest item is worked on, committed or put off, until the lane is empty.

The two queues differ in what an item is and what is done with it (bot.turns, bot.sender); order, fencing, retries and
dead letters are the same and stand here.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import timedelta
from typing import Generic, TypeVar

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from runtime import lanes
from runtime.clock import Clock
from runtime.database import Database
from runtime.errors import LaneLost
from runtime.keeping import kept
from runtime.lanes import Claim
from runtime.settings import WorkerSettings
from runtime.wakers.port import Waker

Item = TypeVar("Item")
Done = TypeVar("Done")
log = structlog.get_logger(__name__)
# Whatever is in hand when one item kills the process looks as guilty as that item: be slower to condemn the dead.
DEATHS_PER_ATTEMPT = 3


class NotYet(Exception):
    """Nothing went wrong, but the item's turn comes only in `after` seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(after)
        self.after = after


class LaneDrain(ABC, Generic[Item, Done]):
    """Drains lanes of one queue. Subclasses say what an item is."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        waker: Waker,
        settings: WorkerSettings,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.db = db
        self.clock = clock
        self.waker = waker
        self.settings = settings
        self._chance = chance
        self._lease = timedelta(seconds=settings.lease_seconds)

    @abstractmethod
    async def oldest(self, session: AsyncSession, key: str) -> Item | None:
        """Return the item to work on next."""

    @abstractmethod
    async def has_more(self, session: AsyncSession, key: str) -> bool:
        """Tell whether the lane has work, without reading it."""

    @abstractmethod
    async def work(self, item: Item) -> Done:
        """Do what may fail or wait, outside any transaction."""

    @abstractmethod
    async def commit(self, session: AsyncSession, item: Item, done: Done) -> None:
        """Write everything that follows from `done`."""

    @abstractmethod
    async def bury(self, session: AsyncSession, item: Item, error: str) -> None:
        """Make the item a dead letter."""

    def is_hopeless(self, item: Item, error: Exception, tries: int) -> bool:  # noqa: ARG002 - for subclasses
        """Tell whether trying again is useless."""
        return tries >= self.settings.max_attempts

    def is_exhausted(self, item: Item, tries: int) -> bool:  # noqa: ARG002 - for subclasses
        """Tell whether the item must not even be tried any more."""
        return tries > self.settings.max_attempts * DEATHS_PER_ATTEMPT

    async def drain(self, claim: Claim) -> None:
        """Work the lane empty. Raises LaneLost when another worker took over; nothing of the item is kept then."""
        tries = claim.tries
        while True:
            async with self.db.reading() as session:
                item = await self.oldest(session, claim.key)
            if item is None:
                if await self._leave(claim):
                    return
            elif not await self._step(claim, item, tries):
                return
            tries = 1

    async def _step(self, claim: Claim, item: Item, tries: int) -> bool:
        """Work on one item; tell whether the lane is still ours."""
        if self.is_exhausted(item, tries):  # it took the whole process with it, again and again
            await self._bury(claim, item, "the worker died on it every time")
            return True
        try:
            async with kept(self.db, self.clock, claim, self._lease):
                done = await self.work(item)
            async with self.db.transaction() as session:
                await self._hold(session, claim)
                await self.commit(session, item, done)
                return not await self._release_if_empty(session, claim)
        except LaneLost:
            raise
        except NotYet as early:
            return await self._postpone(claim, timedelta(seconds=early.after))
        except Exception as error:  # noqa: BLE001 - a lane survives whatever its item does
            return await self._put_off(claim, item, error, tries)

    async def _put_off(self, claim: Claim, item: Item, error: Exception, tries: int) -> bool:
        name = type(error).__name__
        if self.is_hopeless(item, error, tries):
            log.error("item.buried", queue=claim.queue, tries=tries, error=name, exc_info=error)
            await self._bury(claim, item, f"{name}: {error}")
            return True
        at = self.clock.now() + self.pause(error, tries)
        log.warning("item.put_off", queue=claim.queue, tries=tries, error=name, until=at.isoformat())
        async with self.db.transaction() as session:
            await self._hold(session, claim)
            await lanes.release(session, claim, ready_at=at, progressed=False)
            await self.waker.announce(session, [claim.key], at)
        return False

    async def _postpone(self, claim: Claim, by: timedelta) -> bool:
        at = self.clock.now() + by
        async with self.db.transaction() as session:
            await self._hold(session, claim)
            await lanes.postpone(session, claim, ready_at=at)
            await self.waker.announce(session, [claim.key], at)
        return False

    def pause(self, error: Exception, tries: int) -> timedelta:
        """Return how long to wait: what the error asks for, else exponential back-off with full jitter."""
        asked = getattr(error, "after", None)
        if asked is not None:
            return timedelta(seconds=float(asked))
        longest = min(self.settings.backoff_cap_seconds, self.settings.backoff_seconds * 2.0 ** (tries - 1))
        return timedelta(seconds=longest * (0.1 + 0.9 * self._chance()))

    async def _bury(self, claim: Claim, item: Item, error: str) -> None:
        async with self.db.transaction() as session:
            await self._hold(session, claim)
            await self.bury(session, item, error)
            await lanes.progress(session, claim)

    async def _leave(self, claim: Claim) -> bool:
        """Release the lane unless work has just arrived."""
        async with self.db.transaction() as session:
            await self._hold(session, claim)
            return await self._release_if_empty(session, claim)

    async def _release_if_empty(self, session: AsyncSession, claim: Claim) -> bool:
        """Look for more while the lane row is locked: whoever adds work now waits for it and then wakes the lane."""
        if await self.has_more(session, claim.key):
            await lanes.progress(session, claim)
            return False
        await lanes.release(session, claim, ready_at=None, progressed=True)
        return True

    async def _hold(self, session: AsyncSession, claim: Claim) -> None:
        await lanes.hold(session, claim, now=self.clock.now(), lease=self._lease)
