"""Read competitions from the database: what the assistant may say of them, and what staff see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.competition_tables import Competition, CompetitionRevision
from knowledge.revised import Page, Shelf
from knowledge.schema import CompetitionItem

SHELF = Shelf(
    thing=Competition, revision=CompetitionRevision, item=CompetitionItem, named="competition", listed="competitions"
)
CompetitionPage: TypeAlias = Page[CompetitionItem]
"""A competition as staff see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetitionChange:
    """A revision as the history of its competition shows it."""

    number: int
    item: CompetitionItem
    change_note: str
    created_at: datetime
    published_at: datetime | None


async def load_competitions(session: AsyncSession, *, only_published: bool = False) -> tuple[CompetitionItem, ...]:
    """Read competitions in the order they were added: of published ones what is published, of others the latest.

    Those to be spoken (`only_published`) say which revision they are and since when.
    """
    return tuple(
        SHELF.item_of(
            thing,
            revision,
            {"revision": revision.number, "revised_at": revision.published_at} if only_published else None,
        )
        for thing, revision in await SHELF.load(session, only_published=only_published)
    )


async def list_competitions(session: AsyncSession) -> list[CompetitionPage]:
    """Return every competition as staff see it, in the order they were added."""
    return await SHELF.pages(session)


async def find_competition(session: AsyncSession, key: str) -> CompetitionPage | None:
    """Return a competition as staff see it."""
    return next(iter(await SHELF.pages(session, key=key)), None)


async def competition_history(session: AsyncSession, key: str, *, limit: int = 50) -> list[CompetitionChange]:
    """Return the latest revisions of a competition, newest first; none for an unknown key."""
    return [
        CompetitionChange(
            number=revision.number,
            item=SHELF.item_of(thing, revision),
            change_note=revision.change_note,
            created_at=revision.created_at,
            published_at=revision.published_at,
        )
        for thing, revision in await SHELF.history(session, key, limit=limit)
    ]
