"""Write curated knowledge in bulk: entries, their new revisions, variants and citations. Rules are in `editing`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from knowledge.matching.normalizer import fold
from knowledge.schema import EntryItem, Status
from knowledge.tables import Article, Citation, Entry, Revision, Variant
from runtime.database import Base
from runtime.errors import KnowledgeError

T = TypeVar("T")

_KEYS_PER_QUERY = 500  # SQLite and PostgreSQL limit the parameters of one statement


async def write_revisions(
    session: AsyncSession, items: Sequence[EntryItem], *, now: datetime, note: str, new: Status, author: str = ""
) -> list[int]:
    """Add a revision to each entry and return their numbers; new entries get the status `new` if the item names none.

    Rows are written in bulk: thousands of objects would hold the only writing connection for a quarter of a minute.
    """
    articles = {article.key: article.id for article in await articles_of(session, {item.article for item in items})}
    ids = await _file_entries(session, items, new)
    numbers = await _latest(session, Revision.number, ids.values())
    statuses = await _statuses(session, ids.values())
    public = {ids[item.key] for item in items if statuses[ids[item.key]] is new is Status.PUBLISHED}
    rows = [
        _revision_row(item, numbers.get(ids[item.key], 0) + 1, now=now, note=note, author=author)
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
    """Create the entries that do not exist, bring what is no part of a revision up to date; return ids by key."""
    keys = [item.key for item in items]
    known = await _entry_ids(session, keys)
    position = (await session.scalar(select(func.max(Entry.position))) or 0) + 1
    missing = [item for item in items if item.key not in known]
    await _insert(
        session,
        Entry,
        (
            {"key": item.key, "status": item.status or new, "position": position + offset, **_entry_values(item)}
            for offset, item in enumerate(missing)
        ),
    )
    existing = [item for item in items if item.key in known]
    await _update_entries(session, [{"id": known[item.key], **_entry_values(item)} for item in existing])
    await _update_entries(session, [{"id": known[item.key], "status": item.status} for item in existing if item.status])
    return known | await _entry_ids(session, [item.key for item in missing])


def _entry_values(item: EntryItem) -> dict[str, Any]:
    return {
        "topic": item.topic,
        "owner": item.owner,
        "review_on": item.review_on,
        "search_text": search_text(item),
    }


def search_text(item: EntryItem) -> str:
    """Return the words by which staff find an entry: without marks and case."""
    return fold(" ".join((item.key, item.question, *item.variants, item.short_title, item.document, item.answer)))


def _revision_row(item: EntryItem, number: int, *, now: datetime, note: str, author: str) -> dict[str, Any]:
    return {
        "number": number,
        "question": item.question,
        "answer": item.answer,
        "answer_full": item.answer_full,
        "short_title": item.short_title,
        "valid_from": item.valid_from,
        "valid_until": item.valid_until,
        "related": list(item.related),
        "must_not_match": list(item.must_not_match),
        "not_covered": list(item.not_covered),
        "buttons": [str(button) for button in item.buttons],
        "audience": item.audience,
        "document": item.document,
        "on_expiry": item.on_expiry,
        "successor": item.successor,
        "author": author,
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


async def articles_of(session: AsyncSession, keys: Iterable[str]) -> list[Article]:
    """Return the articles of these keys that exist."""
    found: list[Article] = []
    for part in _parts(sorted(keys)):
        found += await session.scalars(select(Article).where(Article.key.in_(part)))
    return found


def _parts(values: Sequence[T]) -> Iterable[Sequence[T]]:
    return (values[start : start + _KEYS_PER_QUERY] for start in range(0, len(values), _KEYS_PER_QUERY))
