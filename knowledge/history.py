"""The revisions of an entry: which there are, and what each of them held."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.assembly import assemble, citations_of, entries_of, variants_of
from knowledge.schema import EntryItem, Status
from knowledge.tables import Article, Entry, Revision
from runtime.errors import KnowledgeError

MOST_REVISIONS = 1_000  # of one entry


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionLine:
    """A revision as the history of its entry shows it.

    `is_current`: it is spoken, or was when put away; `is_latest`: there is no newer one.
    """

    id: int
    number: int
    question: str
    author: str
    change_note: str
    created_at: datetime
    submitted_at: datetime | None
    submitted_by: str
    review_note: str
    approved_by: str
    published_at: datetime | None
    is_current: bool
    is_latest: bool

    @property
    def is_waiting(self) -> bool:
        """Tell whether it waits for approval: only the latest revision can be approved."""
        return self.is_latest and self.submitted_at is not None and self.published_at is None

    @property
    def is_passed_over(self) -> bool:
        """Tell whether a newer revision came before this one was published."""
        return not self.is_latest and self.published_at is None


_COPIED = tuple(each.name for each in fields(RevisionLine) if each.name not in {"is_current", "is_latest"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry with one of its revisions. `published` and `latest` are numbers of revisions; 0: there is none."""

    item: EntryItem
    status: Status
    line: RevisionLine
    published: int
    latest: int

    @property
    def has_unpublished(self) -> bool:
        """Tell whether something newer than what is (or was) published is being worked on."""
        return self.latest > self.published


async def load_entry(session: AsyncSession, key: str, number: int | None = None) -> StoredEntry:
    """Read an entry with its latest revision, or with that of a number. Raises KnowledgeError when there is none."""
    found = select(Revision.id).join(Entry, Entry.id == Revision.entry_id).where(Entry.key == key)
    if number is not None:
        found = found.where(Revision.number == number)
    revision_id = await session.scalar(found.order_by(Revision.number.desc()).limit(1))
    if revision_id is None:
        what = f"There is no entry {key!r}" if number is None else f"The entry {key!r} has no revision {number}"
        raise KnowledgeError(f"{what}.", hint="`hoidap entries list` shows all keys.")
    item = await _item(session, revision_id)
    lines = await list_revisions(session, key)
    return StoredEntry(
        item=item.model_copy(update={"status": None}),
        status=item.status or Status.PUBLISHED,
        line=next(line for line in lines if line.id == revision_id),
        published=next((line.number for line in lines if line.is_current), 0),
        latest=lines[0].number,
    )


async def list_revisions(session: AsyncSession, key: str, *, limit: int = MOST_REVISIONS) -> list[RevisionLine]:
    """Return the latest revisions of an entry, newest first; none for an unknown key."""
    rows = await session.execute(
        select(Revision, Entry.published_revision_id)
        .join(Entry, Entry.id == Revision.entry_id)
        .where(Entry.key == key)
        .order_by(Revision.number.desc())
        .limit(limit)
    )
    return [
        RevisionLine(is_current=row.id == current, is_latest=not at, **{name: getattr(row, name) for name in _COPIED})
        for at, (row, current) in enumerate(rows)
    ]


async def _item(session: AsyncSession, revision_id: int) -> EntryItem:
    chosen = select(Revision.entry_id, Revision.id.label("revision_id")).where(Revision.id == revision_id).subquery()
    articles = (await session.execute(select(*Article.__table__.columns))).all()
    variants = (await session.execute(variants_of(chosen))).all()
    citations = (await session.execute(citations_of(chosen))).all()
    entries = (await session.execute(entries_of(chosen))).all()
    return assemble(articles, variants, citations, entries).entries[0]
