"""Showing a person that we are at it ("read", "typing"). Never waited for: an answer must not depend on a nicety."""

from __future__ import annotations

import asyncio
from collections import deque

import structlog

from bot.channel import Channel, Courteous
from bot.messages import InboundUpdate

SECONDS = 3.0  # an indicator that comes later than this is of no use
AT_ONCE = 64  # more than this in flight means that the platform hangs
REMEMBERED = 256
log = structlog.get_logger(__name__)


class Courtesies:
    """Owns the calls in flight; those that are too slow or too many are let go."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._calls: set[asyncio.Task[None]] = set()
        self._shown: deque[str] = deque(maxlen=REMEMBERED)

    def show(self, channel: Channel, update: InboundUpdate) -> None:
        """Begin to tell the person, if their channel can. An update that is looked at again is told of once."""
        if isinstance(channel, Courteous) and len(self._calls) < AT_ONCE and update.external_id not in self._shown:
            self._shown.append(update.external_id)
            call = asyncio.create_task(self._tell(channel, update))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    async def settle(self) -> None:
        """Wait for the calls in flight; each is bounded in time."""
        await asyncio.gather(*self._calls)

    async def _tell(self, channel: Courteous, update: InboundUpdate) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await channel.acknowledge(update)
        except Exception as error:  # noqa: BLE001 - whatever a nicety runs into, nobody is waiting for it
            log.info("courtesy.failed", channel=update.channel, error=type(error).__name__)
