"""Read curated knowledge from the database as a whole: what the assistant may say, what a file would hold."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.assembly import assemble, citations_of, current_revisions, entries_of, variants_of
from knowledge.competition_store import load_competitions
from knowledge.guide_store import load_earlier_guides, load_guides
from knowledge.schema import KnowledgeFile, TermItem, TermKind, snapshot_of
from knowledge.snapshot import Snapshot
from knowledge.tables import Article, Entry, Publication, Term

PUBLICATION_ID = 1
MOST_TERMS = 5_000  # the lexicon is read as a whole and held in memory
_CONSISTENT_READS = 3


async def published_version(session: AsyncSession) -> int:
    """Return the version of what is published; 0 when nothing ever was."""
    statement = select(Publication.version).where(Publication.id == PUBLICATION_ID)
    return await session.scalar(statement) or 0


async def load_calibration(session: AsyncSession) -> tuple[int, Mapping[str, Any] | None]:
    """Return what was learnt last, and of which version of the knowledge; (-1, None) when nothing was."""
    stored = await session.scalar(select(Publication.calibration).where(Publication.id == PUBLICATION_ID))
    return (-1, None) if stored is None else (int(stored["version"]), stored["learnt"])


async def save_calibration(session: AsyncSession, version: int, learnt: Mapping[str, Any]) -> None:
    """Keep what was learnt of a version of the knowledge."""
    stored = await session.get(Publication, PUBLICATION_ID) or Publication(id=PUBLICATION_ID, version=version)
    stored.calibration = {"version": version, "learnt": dict(learnt)}
    session.add(stored)


async def load_snapshot(session: AsyncSession) -> Snapshot:
    """Read everything published, in ten queries whatever its size.

    Something published while reading is noticed by its version and read again. After some attempts the older version
    is named, so that whoever follows the versions reads once more.
    """
    published = await _published(session)
    for _ in range(_CONSISTENT_READS):
        contents = await load_contents(session, only_published=True)
        seen, published = published, await _published(session)
        if seen == published:
            break
    version, caution = seen
    return replace(await asyncio.to_thread(snapshot_of, contents, version=version), caution=caution)


async def _published(session: AsyncSession) -> tuple[int, float | None]:
    statement = select(Publication.version, Publication.caution).where(Publication.id == PUBLICATION_ID)
    row = (await session.execute(statement)).one_or_none()
    return (0, None) if row is None else (row.version, row.caution)


async def load_contents(session: AsyncSession, *, only_published: bool = False) -> KnowledgeFile:
    """Read what the knowledge file holds: of what is published that version, of the rest the latest."""
    current = current_revisions(only_published=only_published)
    articles = (await session.execute(select(*Article.__table__.columns).order_by(Article.id))).all()
    variants = (await session.execute(variants_of(current))).all()
    citations = (await session.execute(citations_of(current))).all()
    entries = (await session.execute(entries_of(current))).all()
    # thousands of rows take a while to put together: not on the loop that serves messages
    contents = await asyncio.to_thread(assemble, articles, variants, citations, entries)
    competitions = await load_competitions(session, only_published=only_published)
    guides = await load_guides(session, only_published=only_published)
    earlier = await load_earlier_guides(session) if only_published else ()
    terms = await list_terms(session)
    return replace(contents, terms=terms, competitions=competitions, guides=guides, earlier_guides=earlier)


async def list_terms(session: AsyncSession) -> tuple[TermItem, ...]:
    """Return all terms in the order they were added, also those that hold no more or not yet."""
    rows = await session.scalars(select(Term).order_by(Term.id).limit(MOST_TERMS))
    return tuple(term_item(row) for row in rows)


def term_item(row: Term) -> TermItem:
    """Return a term as it was accepted, without checking again: old rows must stay readable under new rules."""
    return TermItem.model_construct(
        term=row.term, meaning=row.meaning, kind=TermKind(row.kind), weight=row.weight,
        valid_from=row.valid_from, valid_until=row.valid_until,
    )  # fmt: skip


async def has_entries(session: AsyncSession) -> bool:
    """Tell whether there is any entry, published or not."""
    return await session.scalar(select(Entry.id).limit(1)) is not None
