"""Change competitions under the rules of all knowledge: a change is a new revision, publishing raises the version.

Everything here runs in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.competition_store import SHELF
from knowledge.editing import lock, raise_version
from knowledge.schema import CompetitionItem, Status


async def import_competitions(
    session: AsyncSession, items: Sequence[CompetitionItem], *, now: datetime, note: str = ""
) -> None:
    """Give each competition a new revision holding the item, published at once if it is (or becomes) published.

    The caller has left out unchanged items and raises the version.
    """
    await SHELF.take_in(session, items, now=now, note=note)


async def revise_competition(
    session: AsyncSession, item: CompetitionItem, *, now: datetime, note: str = "", after: int | None = None
) -> int:
    """Give a competition a new, unpublished revision and return its number; a new one begins as a draft.

    What is published goes on being spoken until `publish_competition`. The item's status is not used. `after`: the
    latest revision that its author knew. Raises EditConflict when there is a later one by now; None does not look.
    """
    await lock(session)
    return await SHELF.revise(session, item, now=now, note=note, after=after)


async def publish_competition(session: AsyncSession, key: str, *, number: int, now: datetime) -> int:
    """Publish the latest revision; return the new version of what is published.

    `number` is that of the revision that was looked at. Raises EditConflict when there is a newer one by now.
    """
    await lock(session)
    competition = await SHELF.get(session, key)
    SHELF.make_public(competition, await SHELF.newest(session, competition, number=number), now=now)
    await session.flush()
    return await raise_version(session, now=now)


async def withdraw_competition(
    session: AsyncSession, key: str, *, now: datetime, status: Status = Status.SUSPENDED
) -> int:
    """Stop a competition from being spoken, for now or (`ARCHIVED`) for good; return the new version."""
    await lock(session)
    competition = await SHELF.get(session, key)
    competition.status = status
    await session.flush()
    return await raise_version(session, now=now)
