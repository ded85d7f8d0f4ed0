"""Dead letters of both queues, as an operator sees them: never what was said, always why it died."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox, outbox
from bot.tables import Delivery, Update
from runtime.telemetry import mask
from runtime.wakers.port import Waker

SHOWN = 100
_ERROR_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """An Update or Delivery that used up its attempts. `queue`: "inbox" or "outbox"."""

    queue: str
    id: int
    channel: str
    kind: str
    error: str
    trace_id: str
    died_at: datetime | None


async def count(session: AsyncSession) -> int:
    """Return how many dead letters there are."""
    updates = await session.scalar(select(func.count()).select_from(Update).where(Update.state == "dead"))
    deliveries = await session.scalar(select(func.count()).select_from(Delivery).where(Delivery.state == "dead"))
    return (updates or 0) + (deliveries or 0)


async def newest(session: AsyncSession, *, limit: int = SHOWN) -> Sequence[DeadLetter]:
    """Return the dead letters that died last, of each queue at most `limit`."""
    updates = await session.scalars(
        select(Update).where(Update.state == "dead").order_by(Update.id.desc()).limit(limit)
    )
    deliveries = await session.scalars(
        select(Delivery).where(Delivery.state == "dead").order_by(Delivery.id.desc()).limit(limit)
    )
    return [
        *(_letter("inbox", row, row.kind, row.done_at) for row in updates),
        *(_letter("outbox", row, "", row.settled_at) for row in deliveries),
    ]


def _letter(queue: str, row: Update | Delivery, kind: str, died_at: datetime | None) -> DeadLetter:
    return DeadLetter(
        queue=queue, id=row.id, channel=row.channel, kind=kind, error=mask(row.error)[:_ERROR_LENGTH],
        trace_id=row.trace_id, died_at=died_at,
    )  # fmt: skip


async def revive(
    session: AsyncSession, waker: Waker, *, now: datetime, queue: str = "", letter_id: int | None = None
) -> tuple[int, int]:
    """Give dead letters another life, all of them or one; return how many updates and deliveries."""
    only = None if letter_id is None else [letter_id]
    updates = await inbox.revive(session, waker, now=now, only=only) if queue in {"", "inbox"} else 0
    deliveries = await outbox.revive(session, waker, now=now, only=only) if queue in {"", "outbox"} else 0
    return updates, deliveries
