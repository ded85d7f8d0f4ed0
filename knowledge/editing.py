"""Change curated knowledge under its rules: a published revision never changes, a change is a new revision.

Everything here runs in the caller's transaction and raises the version of what is published in that same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from knowledge.schema import ArticleItem, EntryItem, Status
from knowledge.store import PUBLICATION_ID
from knowledge.tables import Article, Citation, Entry, Publication, Revision, Variant
from runtime.database import Base
from runtime.errors import KnowledgeError

T = TypeVar("T")

_KEYS_PER_QUERY = 500  # SQLite and PostgreSQL limit the parameters of one statement


async def lock(session: AsyncSession) -> None:
    """Let one transaction at a time change knowledge; the others wait here. Call it before reading what to change."""
    build = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    await session.execute(build(Publication).values(id=PUBLICATION_ID, version=0).on_conflict_do_nothing())
    await session.execute(select(Publication.id).where(Publication.id == PUBLICATION_ID).with_for_update())


async def raise_version(session: AsyncSession, *, now: datetime) -> int:
    """Say that what is published has changed; return the new version."""
    await lock(session)
    raised: int | None = await session.scalar(
        update(Publication)
        .where(Publication.id == PUBLICATION_ID)
        .values(version=Publication.version + 1, published_at=now)
        .returning(Publication.version),
        execution_options={"synchronize_session": False},
    )
    assert raised is not None
    return raised


async def import_articles(session: AsyncSession, items: Iterable[ArticleItem]) -> None:
    """Create articles, or bring those of the same key up to date. The caller raises the version."""
    wanted = {item.key: item for item in items}
    known = {article.key: article for article in await _articles(session, wanted)}
    for key, item in wanted.items():
        article = known.get(key) or Article(key=key)
        article.title = item.title
        article.url = item.url
        article.published_on = item.published
        article.author = item.author
        article.portal = item.portal
        article.as_of = item.as_of
        article.sections = dict(item.sections)
        session.add(article)
    await session.flush()


async def import_entries(session: AsyncSession, items: Sequence[EntryItem], *, now: datetime, note: str = "") -> None:
    """Give each entry a new revision holding the item, published at once if the entry is (or becomes) published.

    An item without a status is published when its entry is new and leaves it as it is otherwise. Their articles exist.
    The caller has left out unchanged items and raises the version.
    """
    await _write(session, items, now=now, note=note, new=Status.PUBLISHED)


async def revise(session: AsyncSession, item: EntryItem, *, now: datetime, note: str = "") -> int:
    """Give an entry a new, unpublished revision and return its number; a new entry begins as a draft.

    A published entry keeps answering with what is published until `publish`; only its topic, which is not part of a
    revision, changes at once. The item's status is not used.
    """
    await lock(session)
    spoken_topic = select(Entry.topic).where(Entry.key == item.key, Entry.status == Status.PUBLISHED)
    if await session.scalar(spoken_topic) not in {None, item.topic}:
        await raise_version(session, now=now)
    [number] = await _write(session, [item.model_copy(update={"status": None})], now=now, note=note, new=Status.DRAFT)
    return number


async def set_status(session: AsyncSession, key: str, status: Status, *, now: datetime) -> int:
    """Give an entry any status, publishing its latest revision if need be; return the version of what is published."""
    if status is Status.PUBLISHED:
        return await publish(session, key, now=now)
    return await _silence(session, await _locked_entry(session, key), status, now=now)


async def publish(session: AsyncSession, key: str, *, now: datetime) -> int:
    """Publish the latest revision of an entry; return the new version of what is published."""
    entry = await _locked_entry(session, key)
    latest = select(Revision).where(Revision.entry_id == entry.id).order_by(Revision.number.desc()).limit(1)
    revision = (await session.scalars(latest)).one()
    _make_public(entry, revision, now=now)
    await session.flush()
    return await raise_version(session, now=now)


async def suspend(session: AsyncSession, key: str, *, now: datetime) -> int:
    """Stop an entry from being spoken, for now; return the version of what is published."""
    entry = await _locked_entry(session, key)
    if entry.status not in {Status.PUBLISHED, Status.SUSPENDED}:
        raise KnowledgeError(f"The entry {key!r} is {entry.status}, not published.", hint="Only that can be suspended.")
    return await _silence(session, entry, Status.SUSPENDED, now=now)


async def archive(session: AsyncSession, key: str, *, now: datetime) -> int:
    """Put an entry away for good, its history kept; return the version of what is published."""
    return await _silence(session, await _locked_entry(session, key), Status.ARCHIVED, now=now)


async def _silence(session: AsyncSession, entry: Entry, status: Status, *, now: datetime) -> int:
    was_spoken, entry.status = entry.status is Status.PUBLISHED, status
    await session.flush()
    if was_spoken:
        return await raise_version(session, now=now)
    current = select(Publication.version).where(Publication.id == PUBLICATION_ID)
    return await session.scalar(current) or 0


async def _write(
    session: AsyncSession, items: Sequence[EntryItem], *, now: datetime, note: str, new: Status
) -> list[int]:
    """Add a revision to each entry and return their numbers; new entries get the status `new` if the item names none.

    Rows are written in bulk: thousands of objects would hold the only writing connection for a quarter of a minute.
    """
    articles = {article.key: article.id for article in await _articles(session, {item.article for item in items})}
    ids = await _file_entries(session, items, new)
    numbers = await _latest(session, Revision.number, ids.values())
    statuses = await _statuses(session, ids.values())
    public = {ids[item.key] for item in items if statuses[ids[item.key]] is new is Status.PUBLISHED}
    rows = [
        _revision_row(item, numbers.get(ids[item.key], 0) + 1, now=now, note=note)
        | {"entry_id": ids[item.key], "published_at": now if ids[item.key] in public else None}
        for item in items
    ]
    await _insert(session, Revision, rows)
    revisions = await _latest(session, Revision.id, ids.values())
    by_revision = [(revisions[ids[item.key]], item) for item in items]
    await _insert(session, Variant, (row for each in by_revision for row in _variant_rows(*each)))
    await _insert(session, Citation, (row for each in by_revision for row in _citation_rows(*each, articles)))
    await _update_entries(
        session, [{"id": entry, "published_revision_id": revisions[entry]} for entry in sorted(public)]
    )
    return [row["number"] for row in rows]


async def _file_entries(session: AsyncSession, items: Sequence[EntryItem], new: Status) -> dict[str, int]:
    """Create the entries that do not exist, bring topic and status of the others up to date; return ids by key."""
    keys = [item.key for item in items]
    known = await _entry_ids(session, keys)
    position = (await session.scalar(select(func.max(Entry.position))) or 0) + 1
    missing = [item for item in items if item.key not in known]
    await _insert(
        session,
        Entry,
        (
            {"key": item.key, "topic": item.topic, "status": item.status or new, "position": position + offset}
            for offset, item in enumerate(missing)
        ),
    )
    existing = [item for item in items if item.key in known]
    await _update_entries(session, [{"id": known[item.key], "topic": item.topic} for item in existing])
    await _update_entries(session, [{"id": known[item.key], "status": item.status} for item in existing if item.status])
    return known | await _entry_ids(session, [item.key for item in missing])


def _make_public(entry: Entry, revision: Revision, *, now: datetime) -> None:
    entry.status = Status.PUBLISHED
    entry.published_revision = revision
    if revision.published_at is None:
        revision.published_at = now


def _revision_row(item: EntryItem, number: int, *, now: datetime, note: str) -> dict[str, Any]:
    return {
        "number": number,
        "question": item.question,
        "answer": item.answer,
        "short_title": item.short_title,
        "valid_from": item.valid_from,
        "valid_until": item.valid_until,
        "related": list(item.related),
        "must_not_match": list(item.must_not_match),
        "not_covered": list(item.not_covered),
        "change_note": note,
        "created_at": now,
    }


def _variant_rows(revision_id: int, item: EntryItem) -> list[dict[str, Any]]:
    return [
        {"revision_id": revision_id, "position": position, "text": text} for position, text in enumerate(item.variants)
    ]


def _citation_rows(revision_id: int, item: EntryItem, articles: Mapping[str, int]) -> list[dict[str, Any]]:
    if item.article and item.article not in articles:
        raise KnowledgeError(
            f"The entry {item.key!r} cites the unknown article {item.article!r}.", hint="Add it first."
        )
    if not (item.article or item.quote or item.section):
        return []
    article_id = articles.get(item.article)
    passage = {"quote": item.quote, "section": item.section}
    return [{"revision_id": revision_id, "article_id": article_id, "position": 0, **passage}]


async def _insert(session: AsyncSession, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    if listed := list(rows):
        await session.execute(insert(table), listed)


async def _update_entries(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        await session.execute(update(Entry), rows)


async def _locked_entry(session: AsyncSession, key: str) -> Entry:
    await lock(session)
    found = select(Entry).where(Entry.key == key)
    entry = await session.scalar(found, execution_options={"populate_existing": True})
    if entry is None:
        raise KnowledgeError(f"There is no entry {key!r}.", hint="`hoidap export` lists all keys.")
    return entry


async def _entry_ids(session: AsyncSession, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in _parts(keys):
        rows = await session.execute(select(Entry.key, Entry.id).where(Entry.key.in_(part)))
        found |= {row.key: row.id for row in rows}
    return found


async def _statuses(session: AsyncSession, entry_ids: Iterable[int]) -> dict[int, Status]:
    found: dict[int, Status] = {}
    for part in _parts(sorted(entry_ids)):
        rows = await session.execute(select(Entry.id, Entry.status).where(Entry.id.in_(part)))
        found |= {row.id: row.status for row in rows}
    return found


async def _latest(
    session: AsyncSession, column: InstrumentedAttribute[int], entry_ids: Iterable[int]
) -> dict[int, int]:
    """Return the highest number or id among the revisions of each entry."""
    found: dict[int, int] = {}
    for part in _parts(sorted(entry_ids)):
        statement = select(Revision.entry_id, func.max(column)).where(Revision.entry_id.in_(part))
        rows = await session.execute(statement.group_by(Revision.entry_id))
        found |= {row[0]: row[1] for row in rows}
    return found


async def _articles(session: AsyncSession, keys: Iterable[str]) -> list[Article]:
    found: list[Article] = []
    for part in _parts(sorted(keys)):
        found += await session.scalars(select(Article).where(Article.key.in_(part)))
    return found


def _parts(values: Sequence[T]) -> Iterable[Sequence[T]]:
    return (values[start : start + _KEYS_PER_QUERY] for start in range(0, len(values), _KEYS_PER_QUERY))
