"""What a waker is. Lost, doubled or late wake-ups are harmless: the lanes table is the truth."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from typing import Protocol, TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from runtime.lanes import Claim

Drain: TypeAlias = Callable[[Claim], Awaitable[None]]
"""Does all the work of a claimed lane and releases it."""


class Waker(Protocol):
    """Brings lanes that have work to the drain of their queue."""

    async def wake(self, session: AsyncSession, keys: Collection[str], at: datetime) -> None:
        """Make lanes ready within the caller's transaction, and see to it that somebody looks after it commits."""
        ...

    async def announce(self, session: AsyncSession, keys: Collection[str], at: datetime) -> None:
        """Say within the caller's transaction that lanes are ready at `at`, when the lane rows already say so."""
        ...

    async def tell(self, keys: Collection[str]) -> None:
        """Say that lanes are ready now, when the rows that say so are committed. Never raises: it is only a hint."""
        ...

    async def run(self, drains: Mapping[str, Drain]) -> None:
        """Work until cancelled. `drains` maps a queue name to its drain. Cancelling waits for work that has begun."""
        ...
