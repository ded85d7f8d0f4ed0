"""How many wrong answers staff allow, and how many questions each choice leaves answered on the base at hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.base import MatcherLike
from knowledge.editing import lock, raise_version
from knowledge.evaluation import WRONG_SHARES, Share
from knowledge.matching.judging.confidence import Calibration, ConfidencePolicy
from knowledge.matching.matcher import Matcher
from knowledge.store import PUBLICATION_ID
from knowledge.tables import Publication

CHOICES: tuple[float | None, ...] = (None, *sorted(WRONG_SHARES, reverse=True))
"""What staff may choose, the strictest last; None: the assistant's own thresholds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a caution leaves: `answered` of the answerable questions, with its 95 % interval, and the `wrong` of those.

    `answered` and `wrong` None: not measured. `interval` None: how many were asked is not known.
    """

    caution: float | None
    answered: float | None = None
    interval: tuple[float, float] | None = None
    wrong: float | None = None
    is_kept: bool = True  # False: no threshold is known that keeps it, only what is nearly certain is answered


def costs_of(matcher: MatcherLike) -> Sequence[Cost]:
    """Return what each of CHOICES costs, by what the matcher learnt of its own base."""
    if not isinstance(matcher, Matcher) or matcher.calibration == Calibration.default():
        return [Cost(caution=caution, is_kept=caution is None) for caution in CHOICES]
    return [_cost(caution, matcher.calibration) for caution in CHOICES]


def _cost(caution: float | None, calibration: Calibration) -> Cost:
    policy = ConfidencePolicy.at_most(caution, calibration)
    point = next((each for each in calibration.curve if math.isclose(each.threshold, policy.answer_at)), None)
    if point is None:
        return Cost(caution=caution, is_kept=caution is None)
    share = Share(round(point.answered * calibration.asked), calibration.asked)
    return Cost(
        caution=caution, answered=point.answered, interval=share.interval if share.total else None, wrong=point.wrong,
        is_kept=caution is None or point.wrong <= caution,
    )  # fmt: skip


async def save_caution(session: AsyncSession, caution: float | None, *, now: datetime) -> tuple[float | None, bool]:
    """Keep what staff chose; return what it was before, and whether that was another.

    Runs in the caller's transaction. A change raises the version of what is published, so that every process takes it
    up. Raises ValueError for a share that is none.
    """
    if caution is not None and not 0.0 < caution < 1.0:
        raise ValueError(f"a share of wrong answers lies between 0 and 1: {caution}")
    await lock(session)
    one = Publication.id == PUBLICATION_ID
    before = await session.scalar(select(Publication.caution).where(one))
    if before == caution:
        return before, False
    await session.execute(
        update(Publication).where(one).values(caution=caution), execution_options={"synchronize_session": False}
    )
    await raise_version(session, now=now)
    return before, True
