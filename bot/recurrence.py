"""Whether settling a gap helped: how often its question was missed before, and how often it has come again since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.tables import Gap, Miss

_LOOKED_AT = timedelta(days=30)  # before and after
_WEEK = timedelta(days=7)
_EARLY = timedelta(days=1)  # silence for less than this says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """How often something was missed within a span of time."""

    misses: int
    span: timedelta

    @property
    def weekly(self) -> float | None:
        """Misses per week; None for less than a week, which is not to be extrapolated."""
        return self.misses / (self.span / _WEEK) if self.span >= _WEEK else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """How often a gap was missed before it was settled and after; None: not settled, or too early to say."""

    before: Frequency | None = None
    after: Frequency | None = None


async def recurrence(session: AsyncSession, gap: Gap, *, now: datetime) -> Recurrence:
    """Return how often a gap was missed before it was settled, and how often it has come again since."""
    settled = gap.settled_at
    if settled is None:
        return Recurrence()
    own = Miss.gap_id == gap.id
    again = or_(own, Miss.gap_id.in_(select(Gap.id).where(Gap.recurs_id == gap.id)))
    before = await _frequency(session, own, max(settled - _LOOKED_AT, gap.first_at), settled)
    after = await _frequency(session, again, settled, min(now, settled + _LOOKED_AT))
    return Recurrence(before=before, after=after if after.misses or after.span >= _EARLY else None)


async def _frequency(session: AsyncSession, of: ColumnElement[bool], since: datetime, until: datetime) -> Frequency:
    statement = select(func.count()).select_from(Miss).where(of, Miss.created_at >= since, Miss.created_at < until)
    return Frequency(misses=await session.scalar(statement) or 0, span=until - since)
