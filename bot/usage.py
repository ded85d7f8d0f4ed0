"""How often each entry answered, and what people thought of it: figures for staff, per entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import OutcomeKind
from bot.tables import Feedback, Message

OFTEN = 20  # answers in the period
FEW_JUDGEMENTS = 3  # fewer say nothing about an entry
LOW_SATISFACTION = 0.6  # share of helpful among the judgements, 0.0-1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How often an entry answered in a period, and how many people found that helpful or not."""

    asked: int = 0
    helpful: int = 0
    unhelpful: int = 0

    @property
    def satisfaction(self) -> float | None:
        """Return the share of helpful among the judgements, 0.0-1.0; None when there are too few."""
        judged = self.helpful + self.unhelpful
        return self.helpful / judged if judged >= FEW_JUDGEMENTS else None

    @property
    def is_often_asked(self) -> bool:
        """Tell whether it is among those that matter most."""
        return self.asked >= OFTEN

    @property
    def is_disliked(self) -> bool:
        """Tell whether enough people judged it, and too few of them found it helpful."""
        return self.satisfaction is not None and self.satisfaction < LOW_SATISFACTION


async def usage_of_entries(session: AsyncSession, *, since: datetime) -> Mapping[str, Usage]:
    """Return the figures of every entry that answered since a moment, by its key."""
    rows = await session.execute(
        select(
            Message.entry,
            func.count(Message.id),
            func.sum(case((Feedback.value > 0, 1), else_=0)),
            func.sum(case((Feedback.value < 0, 1), else_=0)),
        )
        .outerjoin(Feedback, Feedback.message_id == Message.id)
        .where(Message.entry != "", Message.created_at >= since, Message.outcome == OutcomeKind.ANSWER.value)
        .group_by(Message.entry)
    )
    return {key: Usage(asked=asked, helpful=helpful, unhelpful=unhelpful) for key, asked, helpful, unhelpful in rows}
