"""Which entries rest on an article: of published entries by what is published, of others by their latest revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.assembly import current_revisions
from knowledge.schema import Status
from knowledge.tables import Article, Citation, Entry, Revision

_MOST = 2_000  # entries on one article


@dataclass(frozen=True, slots=True, kw_only=True)
class Citing:
    """An entry that rests on an article."""

    id: int
    key: str
    question: str
    status: Status
    quote: str
    section: str


async def entries_on(session: AsyncSession, article_key: str) -> Sequence[Citing]:
    """Return the entries that rest on an article, in their order, without those that were put away."""
    current = current_revisions(only_published=False)
    rows = await session.execute(
        select(Entry.id, Entry.key, Revision.question, Entry.status, Citation.quote, Citation.section)
        .join(current, current.c.entry_id == Entry.id)
        .join(Revision, Revision.id == current.c.revision_id)
        .join(Citation, Citation.revision_id == Revision.id)
        .join(Article, Article.id == Citation.article_id)
        .where(Article.key == article_key, Entry.status != Status.ARCHIVED)
        .order_by(Entry.position, Entry.id, Citation.position)
        .limit(_MOST)
    )
    return [Citing(**row) for row in rows.mappings()]


async def counts(session: AsyncSession) -> dict[int, int]:
    """Return how many entries rest on each article, by the article's id."""
    current = current_revisions(only_published=False)
    rows = await session.execute(
        select(Citation.article_id, func.count(Entry.id.distinct()))
        .join(current, current.c.revision_id == Citation.revision_id)
        .join(Entry, Entry.id == current.c.entry_id)
        .where(Citation.article_id.is_not(None), Entry.status != Status.ARCHIVED)
        .group_by(Citation.article_id)
    )
    return {article_id: count for article_id, count in rows if article_id is not None}
