"""The drain of the outbox: deliveries leave one by one, in order, and each is settled once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot import outbox
from bot.channel import Channel, Limits, Noticing, Rejected, RetryLater, Unauthorized, WindowClosed
from bot.outbox import Owed
from bot.worker import LaneDrain, NotYet
from runtime import pacing, telemetry

# While our own account is not accepted, waiting is right: an operator may repair it. A day later nobody waits.
PATIENCE = timedelta(hours=24)
# While the platform is away nobody is served by a dead letter; the usual tries are spent within a few minutes.
OUTAGE = timedelta(hours=1)
# Longest wait of a worker that holds a lane, in seconds; well below the lease (30 s) minus a platform call (10 s).
STANDING = 5.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of one delivery: `state` as in bot.tables.Delivery."""

    state: str
    external_id: str = ""
    error: str = ""


class DeliveryDrain(LaneDrain[Owed, Sent]):
    """Sends what is owed. A crash between sending and settling repeats that one payload."""

    def __init__(self, *base: Any, channels: Mapping[str, Channel], **options: Any) -> None:
        super().__init__(*base, **options)
        self._channels = channels

    async def oldest(self, session: AsyncSession, key: str) -> Owed | None:
        """Return the oldest queued delivery to this recipient."""
        return await outbox.oldest(session, key)

    async def has_more(self, session: AsyncSession, key: str) -> bool:
        """Tell whether something is owed to this recipient."""
        return await outbox.has_queued(session, key)

    async def work(self, item: Owed) -> Sent:
        """Send at the platform's pace, unless the window closed or the channel was taken out of service."""
        structlog.contextvars.bind_contextvars(trace_id=item.trace_id)
        channel = self._channels.get(item.channel)
        if channel is None:
            return Sent(state="dead", error="the channel is switched off")
        window = timedelta(hours=channel.limits.reply_window_hours)
        is_notice = isinstance(channel, Noticing) and channel.is_notice(item.payload)
        if window and not is_notice and self.clock.now() - item.last_seen_at > window:
            return Sent(state="dropped", error="the reply window has passed")
        await self._wait_for_place(item, channel.limits)
        try:
            receipt = await channel.send(item.address, item.payload)
        except WindowClosed as error:
            return Sent(state="dropped", error=_words(error.code, error.message))
        except Rejected as error:
            log.warning("delivery.rejected", channel=item.channel, delivery_id=item.id, code=error.code)
            return Sent(state="dead", error=_words(error.code, error.message))
        if item.asked_at is not None:
            waited = (self.clock.now() - item.asked_at).total_seconds()
            telemetry.ANSWER_SECONDS.labels(item.channel).observe(max(0.0, waited))
        return Sent(state="sent", external_id=receipt.external_id)

    async def _wait_for_place(self, item: Owed, limits: Limits) -> None:
        """Keep to the platform's rates. Raises NotYet when the wait is longer than a worker should stand still."""
        if limits.person_seconds:
            async with self.db.reading() as session:
                last = await outbox.last_sent_at(session, item.contact_id)
            wait = limits.person_seconds - (self.clock.now() - last).total_seconds() if last else 0.0
            if wait > 0:
                raise NotYet(wait)
        if limits.pace is not None:
            pace = limits.pace
            place = await pacing.take_place(
                self.db, self.clock, pace.account, count=pace.count, seconds=pace.seconds, patience=STANDING
            )
            if place is None:
                raise NotYet(STANDING)
            await asyncio.sleep(place)

    async def commit(self, session: AsyncSession, item: Owed, done: Sent) -> None:
        """Settle the delivery."""
        await outbox.settle(
            session,
            item,
            state=done.state,
            external_id=done.external_id,
            error=done.error,
            now=self.clock.now(),
        )

    def is_hopeless(self, item: Owed, error: Exception, tries: int) -> bool:
        """Give up after the usual tries; a platform that is away gets an hour, an account that is refused a day."""
        age = self.clock.now() - item.created_at
        if isinstance(error, RetryLater) and error.is_outage and age < OUTAGE:
            return False
        if isinstance(error, Unauthorized):
            log.error("delivery.unauthorized", channel=item.channel, code=error.code)
            return age > PATIENCE
        return super().is_hopeless(item, error, tries)

    def is_exhausted(self, item: Owed, tries: int) -> bool:
        """Keep trying for as long as `is_hopeless` may allow it."""
        return super().is_exhausted(item, tries) and self.clock.now() - item.created_at > PATIENCE

    async def bury(self, session: AsyncSession, item: Owed, error: str) -> None:
        """Keep the delivery as a dead letter."""
        await outbox.settle(session, item, state="dead", error=error, now=self.clock.now())


def _words(code: str, message: str) -> str:
    return f"{code} {message}".strip()
