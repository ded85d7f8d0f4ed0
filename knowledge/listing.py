"""Staff's list of entries: found by words, by topic and status, by what is due; a page at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from knowledge.assembly import AnySelect, assemble
from knowledge.matching.normalizer import fold
from knowledge.schema import ArticleItem, Status
from knowledge.searching import ranked
from knowledge.tables import Article, Entry, Revision

MOST_TOPICS = 500
MOST_ARTICLES = 1_000
MOST_NAMES = 5_000
MOST_RETURNED = 50  # shown to one person
S = TypeVar("S", bound=Select[*tuple[object, ...]])


class Progress(StrEnum):
    """Where the latest revision of an entry stands when it is not the one being spoken."""

    NONE = ""  # there is nothing newer
    WRITING = "writing"
    WAITING = "waiting"  # for approval


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries to list; what is None or empty does not narrow.

    `words` as in `knowledge.searching`: without any mark they find words with any marks, and parts of words.
    `ends_before`: those whose last valid day lies before that day; `due_on`: those to be looked at again by that day.
    `noted`: those whose latest revision has that note. `among` and `without` name keys, as figures from elsewhere
    choose them.
    """

    words: str = ""
    topic: str | None = None
    status: Status | None = None
    progress: Progress | None = None
    ends_before: date | None = None
    due_on: date | None = None
    noted: str = ""
    among: Collection[str] | None = None
    without: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """An entry as a list shows it. `question` is what is published, of others the latest; `revision` the latest number.

    `author` and `changed_at` are of the latest revision.
    """

    key: str
    topic: str
    status: Status
    question: str
    revision: int
    progress: Progress
    valid_until: date | None
    review_on: date | None
    owner: str
    author: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """An entry whose latest revision the approver sent back, with what is to be done."""

    key: str
    question: str
    note: str


async def list_entries(
    session: AsyncSession, wanted: EntryFilter | None = None, *, offset: int = 0, limit: int = 50
) -> list[EntryLine]:
    """Return the entries that are wanted, in their order; with words, those that hold them best come first."""
    wanted = wanted or EntryFilter()
    if wanted.words.strip():
        return await _lines(session, (await _found(session, wanted))[offset : offset + limit])
    # First which, then what they hold: a sort that carries the wordings of thousands takes five times as long.
    chosen = _narrowed(select(Entry.id), wanted).order_by(Entry.position, Entry.id).offset(offset).limit(limit)
    return await _lines(session, (await session.scalars(chosen)).all())


async def count_entries(session: AsyncSession, wanted: EntryFilter | None = None) -> int:
    """Return how many entries are wanted."""
    wanted = wanted or EntryFilter()
    if wanted.words.strip():
        return len(await _found(session, wanted))
    statement: AnySelect = _narrowed(select(func.count(Entry.id)), wanted)
    return await session.scalar(statement) or 0


async def find_entries(
    session: AsyncSession, wanted: EntryFilter, *, offset: int = 0, limit: int = 50
) -> tuple[list[EntryLine], int]:
    """Return what `list_entries` and `count_entries` do, words looked for once."""
    if not wanted.words.strip():
        return await list_entries(session, wanted, offset=offset, limit=limit), await count_entries(session, wanted)
    found = await _found(session, wanted)
    return await _lines(session, found[offset : offset + limit]), len(found)


async def _found(session: AsyncSession, wanted: EntryFilter) -> list[int]:
    return await ranked(session, _narrowed(select(Entry.id), wanted), wanted.words)


async def _lines(session: AsyncSession, ids: Sequence[int]) -> list[EntryLine]:
    """Return entries by their ids, in that order."""
    newest, shown = aliased(Revision), aliased(Revision)
    latest = select(func.max(Revision.id)).where(Revision.entry_id == Entry.id).correlate(Entry).scalar_subquery()
    spoken = and_(Entry.status == Status.PUBLISHED, Entry.published_revision_id.is_not(None))
    rows = await session.execute(
        select(Entry, shown.question, shown.valid_until, newest)
        .select_from(Entry)
        .join(newest, newest.id == latest)
        .join(shown, shown.id == case((spoken, Entry.published_revision_id), else_=newest.id))
        .where(Entry.id.in_(ids))
    )
    lines = {row[0].id: _line(*row) for row in rows}
    return [lines[number] for number in ids]


async def list_returned(session: AsyncSession, by: str) -> list[Returned]:
    """Return the entries sent back to who wrote or submitted them, until they are changed, submitted or put away."""
    latest = _latest()
    back = select(Entry.key, Revision.question, Revision.review_note).join(latest, latest.c.entry_id == Entry.id)
    back = back.join(Revision, Revision.id == latest.c.id).where(
        Revision.review_note != "",
        Revision.submitted_at.is_(None),
        Revision.published_at.is_(None),
        Entry.status != Status.ARCHIVED,
        or_(Revision.author == by, Revision.submitted_by == by),
    )
    rows = await session.execute(back.order_by(Entry.position, Entry.id).limit(MOST_RETURNED))
    return [Returned(key=key, question=question, note=note) for key, question, note in rows]


async def list_topics(session: AsyncSession) -> list[str]:
    """Return the topics in use, in alphabetical order."""
    return list(await session.scalars(select(Entry.topic).distinct().order_by(Entry.topic).limit(MOST_TOPICS)))


async def list_names(session: AsyncSession) -> list[tuple[str, str]]:
    """Return key and latest question of the entries that others may point to: all but the archived, by question."""
    latest = _latest()
    chosen = select(Entry.key, Revision.question).join(latest, latest.c.entry_id == Entry.id)
    chosen = chosen.join(Revision, Revision.id == latest.c.id).where(Entry.status != Status.ARCHIVED)
    rows = await session.execute(chosen.order_by(Revision.question, Entry.id).limit(MOST_NAMES))
    return [(key, question) for key, question in rows]


async def unknown_keys(session: AsyncSession, keys: Collection[str]) -> set[str]:
    """Return which of these keys no entry has."""
    return set(keys) - set(await session.scalars(select(Entry.key).where(Entry.key.in_(keys))))


async def list_articles(session: AsyncSession, *, key: str | None = None) -> tuple[ArticleItem, ...]:
    """Return the articles that an entry may cite, the latest first; only that of `key` when it is given."""
    chosen = select(*Article.__table__.columns).order_by(Article.id.desc()).limit(MOST_ARTICLES)
    rows = await session.execute(chosen if key is None else chosen.where(Article.key == key))
    return assemble(rows.all(), (), (), ()).articles


def _line(entry: Entry, question: str, valid_until: date | None, newest: Revision) -> EntryLine:
    progress = Progress.WAITING if newest.submitted_at else Progress.WRITING
    return EntryLine(
        key=entry.key,
        topic=entry.topic,
        status=entry.status,
        question=question,
        revision=newest.number,
        progress=Progress.NONE if newest.id == entry.published_revision_id else progress,
        valid_until=valid_until,
        review_on=entry.review_on,
        owner=entry.owner,
        author=newest.author,
        changed_at=newest.created_at,
    )


def _latest() -> Subquery:
    newest = func.max(Revision.id)  # ids grow with the numbers of an entry's revisions
    return select(Revision.entry_id, newest.label("id")).group_by(Revision.entry_id).subquery()


def _narrowed(statement: S, wanted: EntryFilter) -> S:
    return statement.where(*_conditions(wanted))


def _conditions(wanted: EntryFilter) -> Iterator[ColumnElement[bool]]:
    for word in fold(wanted.words).split():
        yield Entry.search_text.contains(word, autoescape=True)
    if wanted.topic is not None:
        yield Entry.topic == wanted.topic
    if wanted.status is not None:
        yield Entry.status == wanted.status
    if wanted.progress is not None:
        yield _stands_at(wanted.progress)
    if wanted.ends_before is not None:
        ending = select(Revision.id).where(Revision.valid_until < wanted.ends_before)
        yield Entry.published_revision_id.in_(ending)
    if wanted.due_on is not None:
        yield Entry.review_on <= wanted.due_on
    if wanted.noted:
        latest = _latest()
        newest = select(Revision.entry_id).join(latest, latest.c.id == Revision.id)
        yield Entry.id.in_(newest.where(Revision.change_note == wanted.noted))
    if wanted.among is not None:
        yield Entry.key.in_(wanted.among)
    if wanted.without:
        yield Entry.key.not_in(wanted.without)


def _stands_at(progress: Progress) -> ColumnElement[bool]:
    latest = _latest()
    newest = select(Revision.entry_id).join(latest, latest.c.id == Revision.id)
    unspoken = or_(Entry.published_revision_id.is_(None), Entry.published_revision_id != Revision.id)
    newest = newest.join(Entry, Entry.id == Revision.entry_id).where(unspoken)
    if progress is Progress.NONE:
        return Entry.id.not_in(newest)
    is_waiting = Revision.submitted_at.is_not(None)
    return Entry.id.in_(newest.where(is_waiting if progress is Progress.WAITING else ~is_waiting))
