"""Sorting misses: each joins the gap it means, or opens one. The order of arrival decides, nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import misses
from bot.gap_states import RESOLVED, SET_ASIDE, WAITING
from bot.handlers.telling import digest_of
from bot.misses import SAMPLES
from bot.tables import Gap, Miss
from knowledge.base import Knowledge
from knowledge.matching.likeness import SAME, Gist, likeness
from knowledge.matching.normalizer import fold
from runtime.database import Database

_KNOWN = 3_000  # gaps that a new miss is compared with, latest first
_AT_ONCE = 100  # misses sorted by one transaction
_READ = 60  # gaps that are read closely: those that share most letters with the question
MAYBE = 0.3  # likeness from which two gaps are shown side by side
_SUGGESTED = 5
_CACHED = 5_000  # questions read
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A gap as a new miss is compared with it."""

    id: int
    reason: str
    state: str
    samples: tuple[str, ...]


@dataclass
class Reader:
    """Reads questions by the knowledge in use, each once. Another version of the knowledge reads anew."""

    knowledge: Callable[[], Knowledge]
    _version: int = -1
    _gists: dict[str, Gist] = field(default_factory=dict)

    def gist(self, text: str) -> Gist:
        """Return a question as something to compare."""
        known = self.knowledge()
        if known.snapshot.version != self._version or len(self._gists) > _CACHED:
            self._version, self._gists = known.snapshot.version, {}
        if text not in self._gists:
            self._gists[text] = known.matcher.gist(text)
        return self._gists[text]


def nearest(text: str, reason: str, known: Sequence[Known], reader: Reader) -> Known | None:
    """Return the gap that a question belongs to, None when it is the first of its kind.

    A miss without words (a picture, a call for a person) belongs to those of its reason. Of equally near gaps the
    first counts.
    """
    if not text:
        return next((gap for gap in known if not gap.samples and gap.reason == reason), None)
    said, digest = reader.gist(text), digest_of(text)
    best, best_at = None, SAME
    for gap in _closest(text, known):
        alike = max(
            1.0 if digest_of(sample) == digest else likeness(said, reader.gist(sample)) for sample in gap.samples
        )
        if alike > best_at or (alike == best_at and best is None):
            best, best_at = gap, alike
    return best


def _closest(text: str, known: Sequence[Known]) -> Sequence[Known]:
    """Return the gaps worth reading closely, in their order: all, or those with most letters in common."""
    worded = [gap for gap in known if gap.samples]
    if len(worded) <= _READ:
        return worded
    letters = _letters(text)
    shared = {gap.id: max(len(letters & _letters(sample)) for sample in gap.samples) for gap in worded}
    least = sorted(shared.values(), reverse=True)[_READ - 1]
    return [gap for gap in worded if shared[gap.id] >= least]


def _letters(text: str) -> set[str]:
    folded = fold(text)
    return {folded[at : at + 3] for at in range(max(1, len(folded) - 2))}


class Sorting:
    """The chore that sorts new misses into gaps."""

    def __init__(self, db: Database, *, knowledge: Callable[[], Knowledge]) -> None:
        self._db = db
        self._reader = Reader(knowledge)

    async def __call__(self) -> None:
        """Sort every miss that has no gap yet, oldest first."""
        while await self._sort_some():
            pass

    async def _sort_some(self) -> bool:
        async with self._db.reading() as session:
            waiting = await _unsorted(session)
            known = await _known(session)
        if not waiting:
            return False
        await asyncio.to_thread(self._read, waiting, known)  # milliseconds each: not on the loop
        async with self._db.transaction() as session:
            waiting = await _unsorted(session, lock=True)
            known = await _known(session)
            touched = set()
            for miss in waiting:
                touched.add(await self._sort(session, miss, known))
            await misses.recount(session, touched)
        return len(waiting) == _AT_ONCE

    def _read(self, waiting: Sequence[Miss], known: Sequence[Known]) -> None:
        for miss in waiting:
            nearest(miss.text, miss.reason, known, self._reader)

    async def _sort(self, session: AsyncSession, miss: Miss, known: list[Known]) -> int:
        found = nearest(miss.text, miss.reason, known, self._reader)
        recurs = found.id if found is not None and found.state in RESOLVED else None
        if found is None or recurs is not None:
            gap = Gap(
                text=miss.text, samples=[miss.text] if miss.text else [], reason=miss.reason,
                candidates=miss.candidates, first_at=miss.created_at, last_at=miss.created_at, recurs_id=recurs,
            )  # fmt: skip
            session.add(gap)
            await session.flush()
            # open ones come first: the next of its kind joins it, not the answered one
            place = sum(each.state not in RESOLVED for each in known)
            known.insert(place, Known(id=gap.id, reason=miss.reason, state="new", samples=tuple(gap.samples)))
            miss.gap_id = gap.id
            return gap.id
        await _join(session, miss, found, known)
        return found.id


async def _join(session: AsyncSession, miss: Miss, found: Known, known: list[Known]) -> None:
    miss.gap_id = found.id
    values: dict[str, object] = {"last_at": miss.created_at, "reason": miss.reason}
    if miss.candidates:
        values["candidates"] = miss.candidates
    await session.execute(update(Gap).where(Gap.id == found.id).values(**values))
    is_new = digest_of(miss.text) not in {digest_of(sample) for sample in found.samples}
    if miss.text and is_new and len(found.samples) < SAMPLES:
        at = known.index(found)
        known[at] = Known(id=found.id, reason=found.reason, state=found.state, samples=(*found.samples, miss.text))


async def _unsorted(session: AsyncSession, *, lock: bool = False) -> Sequence[Miss]:
    found = select(Miss).where(Miss.gap_id.is_(None), Miss.contact_id.is_not(None)).order_by(Miss.id).limit(_AT_ONCE)
    return (await session.scalars(found.with_for_update(skip_locked=True) if lock else found)).all()


async def _known(session: AsyncSession) -> list[Known]:
    """Return the gaps that a miss may join: first those that wait for staff or were set aside, then answered ones."""
    listed = (*WAITING, *SET_ASIDE, *RESOLVED)
    rows = await session.execute(
        select(Gap.id, Gap.reason, Gap.state, Gap.samples)
        .where(Gap.state.in_(listed), Gap.dropped_at.is_(None))
        .order_by(Gap.last_at.desc(), Gap.id)
        .limit(_KNOWN)
    )
    known = [Known(id=row[0], reason=row[1], state=row[2], samples=tuple(row[3])) for row in rows]
    return sorted(known, key=lambda gap: (gap.state in RESOLVED, gap.id))


async def alike(session: AsyncSession, gap_id: int, reader: Reader) -> Sequence[int]:
    """Return gaps that wait for staff and may mean the same as this one, the likest first."""
    known = [gap for gap in await _known(session) if gap.state in WAITING and gap.samples]
    asked = next((gap for gap in known if gap.id == gap_id), None)
    if asked is None:
        return ()
    others = [gap for gap in _closest(asked.samples[0], known) if gap.id != gap_id]
    scores = {gap.id: _likest(asked, gap, reader) for gap in others}
    likely = sorted((number for number, score in scores.items() if score >= MAYBE), key=lambda number: -scores[number])
    return likely[:_SUGGESTED]


def _likest(one: Known, other: Known, reader: Reader) -> float:
    return max(likeness(reader.gist(a), reader.gist(b)) for a in one.samples for b in other.samples)


async def regroup(session: AsyncSession) -> int:
    """Take apart every gap that nobody has touched yet, so that its misses are sorted anew; return how many."""
    untouched = select(Gap.id).where(Gap.state == "new", Gap.assignee == "", Gap.note == "", Gap.due_on.is_(None))
    gap_ids = (await session.scalars(untouched)).all()
    await session.execute(update(Miss).where(Miss.gap_id.in_(gap_ids)).values(gap_id=None))
    await session.execute(delete(Gap).where(Gap.id.in_(gap_ids)))
    log.info("gaps.regrouped", gaps=len(gap_ids))
    return len(gap_ids)


async def merge(session: AsyncSession, gap_id: int, into_id: int, *, now: datetime) -> None:
    """Move the misses of a gap to another that means the same. Raises ValueError for a gap that is not there."""
    gaps = {gap.id: gap for gap in await session.scalars(select(Gap).where(Gap.id.in_((gap_id, into_id))))}
    if gap_id == into_id or len(gaps) != 2:  # noqa: PLR2004 - the two that are named
        raise ValueError("two different gaps are needed")
    gone, kept = gaps[gap_id], gaps[into_id]
    kept.first_at, kept.last_at = min(kept.first_at, gone.first_at), max(kept.last_at, gone.last_at)
    kept.candidates = kept.candidates or gone.candidates
    await session.execute(update(Miss).where(Miss.gap_id == gap_id).values(gap_id=into_id))
    await session.execute(update(Gap).where(Gap.recurs_id == gap_id).values(recurs_id=into_id))
    await session.delete(gone)
    await session.flush()
    await misses.recount(session, {into_id})
    log.info("gaps.merged", gap_id=gap_id, into_id=into_id, at=now.isoformat())
