"""Read curated knowledge from the database: what the assistant may say, and short lists for staff."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.competition_store import load_competitions
from knowledge.schema import ArticleItem, EntryItem, KnowledgeFile, Status, TermItem, TermKind, snapshot_of
from knowledge.snapshot import Snapshot
from knowledge.tables import Article, Citation, Entry, Publication, Revision, Term, Variant

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]

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
    """Read everything published, in eight queries whatever its size.

    Something published while reading is noticed by its version and read again. After some attempts the older version
    is named, so that whoever follows the versions reads once more.
    """
    version = await published_version(session)
    for _ in range(_CONSISTENT_READS):
        contents = await load_contents(session, only_published=True)
        seen, version = version, await published_version(session)
        if seen == version:
            break
    return await asyncio.to_thread(snapshot_of, contents, version=seen)


async def load_contents(session: AsyncSession, *, only_published: bool = False) -> KnowledgeFile:
    """Read what the knowledge file holds: of what is published that version, of the rest the latest."""
    current = _current_revisions(only_published=only_published)
    articles = (await session.execute(select(*Article.__table__.columns).order_by(Article.id))).all()
    variants = (await session.execute(_variants_of(current))).all()
    citations = (await session.execute(_citations_of(current))).all()
    entries = (await session.execute(_entries_of(current))).all()
    # thousands of rows take a while to put together: not on the loop that serves messages
    contents = await asyncio.to_thread(_assemble, articles, variants, citations, entries)
    competitions = await load_competitions(session, only_published=only_published)
    return replace(contents, terms=await list_terms(session), competitions=competitions)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """An entry as a list shows it."""

    key: str
    topic: str
    status: Status
    question: str
    revisions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionLine:
    """A revision as the history of its entry shows it."""

    number: int
    question: str
    change_note: str
    created_at: datetime
    published_at: datetime | None


async def list_entries(
    session: AsyncSession, *, status: Status | None = None, topic: str | None = None, offset: int = 0, limit: int = 50
) -> list[EntryLine]:
    """Return entries in their order, with the question of the revision that counts for their status."""
    current = _current_revisions(only_published=False)
    rows = await session.execute(
        select(Entry.key, Entry.topic, Entry.status, Revision.question, current.c.revisions)
        .join(current, current.c.entry_id == Entry.id)
        .join(Revision, Revision.id == current.c.revision_id)
        .where(Entry.status == status if status else true(), Entry.topic == topic if topic is not None else true())
        .order_by(Entry.position, Entry.id)
        .offset(offset)
        .limit(limit)
    )
    return [
        EntryLine(key=row.key, topic=row.topic, status=row.status, question=row.question, revisions=row.revisions)
        for row in rows
    ]


async def list_revisions(session: AsyncSession, key: str, *, limit: int = 50) -> list[RevisionLine]:
    """Return the latest revisions of an entry, newest first; none for an unknown key."""
    rows = await session.scalars(
        select(Revision)
        .join(Entry, Entry.id == Revision.entry_id)
        .where(Entry.key == key)
        .order_by(Revision.number.desc())
        .limit(limit)
    )
    return [
        RevisionLine(
            number=row.number,
            question=row.question,
            change_note=row.change_note,
            created_at=row.created_at,
            published_at=row.published_at,
        )
        for row in rows
    ]


async def list_terms(session: AsyncSession) -> tuple[TermItem, ...]:
    """Return all terms in the order they were added, also those that hold no more or not yet."""
    rows = await session.scalars(select(Term).order_by(Term.id).limit(MOST_TERMS))
    # As they were accepted, without checking again: old rows must stay readable under new rules.
    return tuple(
        TermItem.model_construct(
            term=row.term, meaning=row.meaning, kind=TermKind(row.kind), weight=row.weight,
            valid_from=row.valid_from, valid_until=row.valid_until,
        )
        for row in rows
    )  # fmt: skip


async def has_entries(session: AsyncSession) -> bool:
    """Tell whether there is any entry, published or not."""
    return await session.scalar(select(Entry.id).limit(1)) is not None


def _current_revisions(*, only_published: bool) -> Subquery:
    """Select entry_id, revision_id and the number of revisions: published entries by what is published."""
    is_spoken: ColumnElement[bool] = and_(Entry.status == Status.PUBLISHED, Entry.published_revision_id.is_not(None))
    if only_published:
        statement = select(Entry.id.label("entry_id"), Entry.published_revision_id.label("revision_id"))
        return statement.where(is_spoken).subquery()
    newest = func.max(Revision.id)  # ids grow with the numbers of an entry's revisions
    return (
        select(
            Entry.id.label("entry_id"),
            case((is_spoken, Entry.published_revision_id), else_=newest).label("revision_id"),
            func.count(Revision.id).label("revisions"),
        )
        .join(Revision, Revision.entry_id == Entry.id)
        .group_by(Entry.id)
        .subquery()
    )


def _entries_of(current: Subquery) -> AnySelect:
    return (
        select(
            Revision.id,
            Entry.key,
            Entry.topic,
            Entry.status,
            Revision.question,
            Revision.answer,
            Revision.short_title,
            Revision.valid_from,
            Revision.valid_until,
            Revision.related,
            Revision.must_not_match,
            Revision.not_covered,
        )
        .join(current, current.c.entry_id == Entry.id)
        .join(Revision, Revision.id == current.c.revision_id)
        .order_by(Entry.position, Entry.id)
    )


def _variants_of(current: Subquery) -> AnySelect:
    return (
        select(Variant.revision_id, Variant.text)
        .join(current, current.c.revision_id == Variant.revision_id)
        .order_by(Variant.revision_id, Variant.position)
    )


def _citations_of(current: Subquery) -> AnySelect:
    """Select citations so that the first of a revision comes last and stays: the file and the reply show one."""
    return (
        select(Citation.revision_id, Citation.article_id, Citation.quote, Citation.section)
        .join(current, current.c.revision_id == Citation.revision_id)
        .order_by(Citation.revision_id, Citation.position.desc())
    )


def _assemble(
    articles: Sequence[AnyRow],
    variants: Sequence[AnyRow],
    citations: Sequence[AnyRow],
    entries: Sequence[AnyRow],
) -> KnowledgeFile:
    keys = {article.id: article.key for article in articles}
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for revision_id, text in variants:
        texts[revision_id].append(text)
    passages = {row.revision_id: row for row in citations}
    return KnowledgeFile(
        articles=tuple(_article_item(row) for row in articles),
        entries=tuple(_entry_item(row, texts.get(row.id, ()), passages.get(row.id), keys) for row in entries),
    )


def _article_item(row: AnyRow) -> ArticleItem:
    return ArticleItem.model_construct(
        key=row.key,
        title=row.title,
        url=row.url,
        published=row.published_on,
        author=row.author,
        portal=row.portal,
        as_of=row.as_of,
        sections=row.sections,
    )


def _entry_item(
    row: AnyRow, variants: Iterable[str], citation: AnyRow | None, articles: Mapping[int, str]
) -> EntryItem:
    """Rebuild the item as it was accepted, without checking it again: old rows must stay readable under new rules."""
    return EntryItem.model_construct(
        key=row.key,
        article=articles.get(citation.article_id, "") if citation else "",
        topic=row.topic,
        status=None if row.status is Status.PUBLISHED else row.status,
        question=row.question,
        variants=tuple(variants),
        answer=row.answer,
        short_title=row.short_title,
        section=citation.section if citation else "",
        quote=citation.quote if citation else "",
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        related=tuple(row.related),
        must_not_match=tuple(row.must_not_match),
        not_covered=tuple(row.not_covered),
    )
