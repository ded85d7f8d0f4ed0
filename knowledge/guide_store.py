"""Read eligibility guides from the database: what people are led by, and what staff see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.guide_tables import GuideRevision, GuideRow
from knowledge.revised import Page, Shelf
from knowledge.schema import GuideItem, Status

MOST_GUIDES = 200
KEPT_REVISIONS = 5  # earlier revisions of a guide by which those who began on them are led on

SHELF = Shelf(thing=GuideRow, revision=GuideRevision, item=GuideItem, named="guide", listed="guides")
GuidePage: TypeAlias = Page[GuideItem]
"""A guide as staff see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideChange:
    """A revision as the history of its guide shows it."""

    number: int
    item: GuideItem
    change_note: str
    created_at: datetime
    published_at: datetime | None
    withdrawn_at: datetime | None


async def load_guides(session: AsyncSession, *, only_published: bool = False) -> tuple[GuideItem, ...]:
    """Read guides in the order they were added: of published ones what is published, of others the latest.

    Those in use (`only_published`) say which revision they are.
    """
    return tuple(
        SHELF.item_of(guide, revision, {"revision": revision.number} if only_published else None)
        for guide, revision in await SHELF.load(session, only_published=only_published)
    )


async def load_earlier_guides(session: AsyncSession) -> tuple[GuideItem, ...]:
    """Read the revisions before those in use, by which people who began on them are led to their end."""
    earlier = SHELF.rows().where(
        GuideRow.status == Status.PUBLISHED,
        GuideRevision.id != GuideRow.published_revision_id,
        GuideRevision.published_at.is_not(None),
        GuideRevision.withdrawn_at.is_(None),
    )
    rank = func.row_number().over(partition_by=GuideRevision.owner_id, order_by=GuideRevision.number.desc())
    ranked = earlier.with_only_columns(GuideRevision.id, rank.label("rank")).subquery()
    kept = SHELF.rows().join(ranked, ranked.c.id == GuideRevision.id).where(ranked.c.rank <= KEPT_REVISIONS)
    rows = (await session.execute(kept.order_by(GuideRevision.id).limit(MOST_GUIDES * KEPT_REVISIONS))).all()
    return tuple(SHELF.item_of(guide, revision, {"revision": revision.number}) for guide, revision in rows)


async def list_guides(session: AsyncSession) -> list[GuidePage]:
    """Return every guide as staff see it, in the order they were added."""
    return await SHELF.pages(session)


async def find_guide(session: AsyncSession, key: str) -> GuidePage | None:
    """Return a guide as staff see it."""
    return next(iter(await SHELF.pages(session, key=key)), None)


async def unknown_guides(session: AsyncSession, keys: Collection[str]) -> set[str]:
    """Return which of these keys no guide has."""
    return set(keys) - set(await session.scalars(select(GuideRow.key).where(GuideRow.key.in_(keys))))


async def guide_history(session: AsyncSession, key: str, *, limit: int = 50) -> list[GuideChange]:
    """Return the latest revisions of a guide, newest first; none for an unknown key."""
    return [
        GuideChange(
            number=revision.number,
            item=SHELF.item_of(guide, revision),
            change_note=revision.change_note,
            created_at=revision.created_at,
            published_at=revision.published_at,
            withdrawn_at=revision.withdrawn_at,
        )
        for guide, revision in await SHELF.history(session, key, limit=limit)
    ]
