"""Keep the knowledge in use up to date: follow the version of what is published, rebuild aside, swap as one."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, NoReturn, TypeAlias

import structlog

from knowledge.base import Knowledge, MatcherLike
from knowledge.snapshot import LexiconTerm, Snapshot
from knowledge.store import load_calibration, load_snapshot, published_version, save_calibration
from runtime import telemetry
from runtime.clock import Clock, vietnam_date
from runtime.database import Database
from runtime.unbroken import unbroken

MAX_PAUSE_SECONDS = 60.0  # between attempts when rebuilding fails again and again
log = structlog.get_logger(__name__)

MakeMatcher: TypeAlias = Callable[[Snapshot, Mapping[str, Any] | None], tuple[MatcherLike, bool]]
Revise: TypeAlias = Callable[[MatcherLike, Snapshot, Mapping[str, Any] | None], tuple[MatcherLike, bool] | None]
Learn: TypeAlias = Callable[[MatcherLike, Callable[[], None]], tuple[MatcherLike, Mapping[str, Any]]]


class _NeedlessError(Exception):
    """What is being learnt is of no use any more."""


class KnowledgeFeed:
    """Holds the knowledge in use. Read `current` once per message: it is replaced as a whole, never changed.

    `make` gives a matcher at once, and says whether it could use the calibration learnt last; `revise` the same from
    the matcher in use, which takes less time when little has changed (None: it cannot). `learn` takes seconds and is
    done afterwards, in a thread, so that a publication is live before it is learnt from; what it is handed it calls
    again and again, and ends when that raises. Both results are versioned with the snapshot.
    """

    def __init__(
        self,
        db: Database,
        make: MakeMatcher,
        learn: Learn | None = None,
        *,
        revise: Revise | None = None,
        clock: Clock,
        poll_seconds: float = 1.0,
    ) -> None:
        self._db = db
        self._make = make
        self._learn = learn
        self._revise = revise
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._current: Knowledge | None = None
        self._learnt_version = -1
        self._terms: tuple[LexiconTerm, ...] = ()  # those of the day the matcher was built for
        self._building = asyncio.Lock()
        self._needless = threading.Event()  # what is being learnt is

    @property
    def current(self) -> Knowledge:
        """The knowledge in use. Raises RuntimeError before the first `load`."""
        if self._current is None:
            raise RuntimeError("the knowledge has not been loaded yet")
        return self._current

    async def load(self) -> Knowledge:
        """Build what is published now and use it; errors are the caller's. Call it once before `run`."""
        async with self._building:
            return await self._rebuild()

    async def refresh(self) -> bool:
        """Rebuild if something was published, or a term of the lexicon begins or ends today; tell whether it was.

        Errors are the caller's.
        """
        async with self._building:
            async with self._db.reading() as session:
                published = await published_version(session)
            if self._current is not None and published == self._current.snapshot.version and not self._day_matters():
                return False
            await self._rebuild()
            return True

    async def learn(self) -> bool:
        """Learn from the base in use, if that was not done yet; tell whether the matcher was exchanged."""
        if self._learn is None or self.current.snapshot.version == self._learnt_version:
            return False
        known, needless = self.current, threading.Event()
        self._needless = needless

        def go_on() -> None:
            if needless.is_set():
                raise _NeedlessError

        try:
            matcher, learnt = await asyncio.to_thread(self._learn, known.matcher, go_on)
        except _NeedlessError:
            return False
        finally:
            needless.set()  # the thread outlives a cancellation, and the process waits for it
        return await unbroken(self._keep(known, matcher, learnt))

    async def _keep(self, known: Knowledge, matcher: MatcherLike, learnt: Mapping[str, Any]) -> bool:
        async with self._building:
            if self._current is not known:
                return False  # published meanwhile: what was learnt belongs to the past
            async with self._db.transaction() as session:
                await save_calibration(session, known.snapshot.version, learnt)
            self._use(Knowledge(snapshot=known.snapshot, matcher=matcher), learnt_version=known.snapshot.version)
        log.info("knowledge.learnt", version=known.snapshot.version)
        return True

    async def run(self) -> NoReturn:
        """Follow what is published, and learn from it aside, until cancelled.

        What fails is logged and tried again; the old knowledge stays.
        """
        # Learning takes long: what is published or taken back meanwhile must not wait for it.
        learning = asyncio.ensure_future(self._repeated(self.learn))
        try:
            await self._repeated(lambda: unbroken(self.refresh()))
        finally:
            learning.cancel()
            await asyncio.wait([learning])

    async def _repeated(self, work: Callable[[], Coroutine[Any, Any, bool]]) -> NoReturn:
        failures = 0
        while True:
            try:
                await work()
            except Exception as error:  # the feed must outlive any one rebuild, whatever is wrong with it
                failures = min(failures + 1, 16)
                log.exception("knowledge.rebuild_failed", error=type(error).__name__, attempts=failures)
            else:
                failures = 0
            await asyncio.sleep(min(self._poll_seconds * 2**failures, max(MAX_PAUSE_SECONDS, self._poll_seconds)))

    async def _rebuild(self) -> Knowledge:
        async with self._db.reading() as session:
            snapshot = await load_snapshot(session)
            version, learnt = await load_calibration(session)
        today = snapshot.on(vietnam_date(self._clock.now()))
        matcher, is_learnt = await asyncio.to_thread(self._matcher_of, today, learnt)
        self._terms = today.terms
        log.info("knowledge.swapped", version=snapshot.version, entries=len(snapshot.entries))
        return self._use(Knowledge(snapshot=snapshot, matcher=matcher), learnt_version=version if is_learnt else -1)

    def _matcher_of(self, snapshot: Snapshot, learnt: Mapping[str, Any] | None) -> tuple[MatcherLike, bool]:
        known = self._current
        revised = self._revise(known.matcher, snapshot, learnt) if self._revise and known else None
        return revised or self._make(snapshot, learnt)

    def _day_matters(self) -> bool:
        return self.current.snapshot.on(vietnam_date(self._clock.now())).terms != self._terms

    def _use(self, knowledge: Knowledge, *, learnt_version: int) -> Knowledge:
        self._current = knowledge
        self._needless.set()
        self._learnt_version = learnt_version
        telemetry.KNOWLEDGE_VERSION.set(knowledge.snapshot.version)
        telemetry.KNOWLEDGE_ENTRIES.set(len(knowledge.snapshot.entries))
        # An index is a million objects that live long: looking through them for garbage stops every answer for 0.1 s.
        gc.freeze()
        return knowledge
