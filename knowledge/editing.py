"""Change curated knowledge under its rules: a published revision never changes, a change is a new revision.

Everything here runs in the caller's transaction and raises the version of what is published in that same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.rows import articles_of, write_revisions
from knowledge.schema import ArticleItem, EntryItem, Status
from knowledge.store import PUBLICATION_ID
from knowledge.tables import Article, Entry, Publication, Revision
from runtime.errors import EditConflict, KnowledgeError


class NotPublished(KnowledgeError):
    """Only what is published can be suspended."""


class NotPutAway(KnowledgeError):
    """Only what was suspended or archived comes back."""


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
    known = {article.key: article for article in await articles_of(session, wanted)}
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


async def import_entries(
    session: AsyncSession,
    items: Sequence[EntryItem],
    *,
    now: datetime,
    note: str = "",
    new: Status = Status.PUBLISHED,
    author: str = "",
) -> None:
    """Give each entry a new revision holding the item, published at once if the entry is (or becomes) published.

    An item without a status becomes `new` when its entry is new and leaves it as it is otherwise; with `new` other
    than published nothing is published. Their articles exist. The caller has left out unchanged items and raises the
    version.
    """
    await write_revisions(session, items, now=now, note=note, new=new, author=author)


async def revise(
    session: AsyncSession,
    item: EntryItem,
    *,
    now: datetime,
    note: str = "",
    author: str = "",
    base: int | None = None,
) -> int:
    """Give an entry a new, unpublished revision and return its number; a new entry begins as a draft.

    A published entry keeps answering with what is published until `publish`; only its topic, which is not part of a
    revision, changes at once. One that waited for approval is a draft again. The item's status is not used.

    `base` is the number of the revision the author had before them (0: none, the entry is new). Raises EditConflict
    when there is a newer one by now; None does not look.
    """
    await lock(session)
    known = (await session.scalars(select(Entry).where(Entry.key == item.key))).one_or_none()
    if base is not None:
        await require_latest(session, item.key, base)
    if known and known.status is Status.PUBLISHED and known.topic != item.topic:
        await raise_version(session, now=now)
    status = Status.DRAFT if known and known.status is Status.IN_REVIEW else None
    item = item.model_copy(update={"status": status})
    [number] = await write_revisions(session, [item], now=now, note=note, new=Status.DRAFT, author=author)
    return number


async def require_latest(session: AsyncSession, key: str, number: int) -> None:
    """Raise EditConflict unless the latest revision of an entry has this number (0: there is no such entry)."""
    newest = select(func.max(Revision.number)).join(Entry, Entry.id == Revision.entry_id).where(Entry.key == key)
    latest = await session.scalar(newest) or 0
    if latest != number:
        raise EditConflict(
            f"The entry {key!r} is at revision {latest} by now, not {number}.", hint="Look at what changed, and merge."
        )


async def set_status(session: AsyncSession, key: str, status: Status, *, now: datetime) -> int:
    """Give an entry any status, publishing its latest revision if need be; return the version of what is published."""
    if status is Status.PUBLISHED:
        return await publish(session, key, now=now)
    return await _silence(session, await locked_entry(session, key), status, now=now)


async def publish(session: AsyncSession, key: str, *, now: datetime, approved_by: str = "") -> int:
    """Publish the latest revision of an entry; return the new version of what is published."""
    entry = await locked_entry(session, key)
    latest = select(Revision).where(Revision.entry_id == entry.id).order_by(Revision.number.desc()).limit(1)
    revision = (await session.scalars(latest)).one()
    entry.status = Status.PUBLISHED
    entry.published_revision = revision
    if revision.published_at is None:
        revision.published_at, revision.approved_by = now, approved_by
    await session.flush()
    return await raise_version(session, now=now)


async def suspend(session: AsyncSession, key: str, *, now: datetime) -> int:
    """Stop an entry from being spoken, for now; return the version of what is published."""
    entry = await locked_entry(session, key)
    if entry.status not in {Status.PUBLISHED, Status.SUSPENDED}:
        raise NotPublished(f"The entry {key!r} is {entry.status}, not published.", hint="Only that can be suspended.")
    return await _silence(session, entry, Status.SUSPENDED, now=now)


async def archive(session: AsyncSession, key: str, *, now: datetime) -> int:
    """Put an entry away for good, its history kept; return the version of what is published."""
    return await _silence(session, await locked_entry(session, key), Status.ARCHIVED, now=now)


async def resume(session: AsyncSession, key: str, *, now: datetime) -> int:
    """Let a suspended or archived entry speak again as it last did; return the version of what is published.

    Unlike `publish` this leaves out what was written since. Raises NotPutAway for any other, or one never published.
    """
    entry = await locked_entry(session, key)
    if entry.status not in {Status.SUSPENDED, Status.ARCHIVED} or entry.published_revision_id is None:
        raise NotPutAway(f"The entry {key!r} was not suspended or archived.", hint="Publish it instead.")
    entry.status = Status.PUBLISHED
    await session.flush()
    return await raise_version(session, now=now)


async def bring_back(session: AsyncSession, key: str, *, now: datetime) -> None:
    """Undo `suspend` or `archive`: as `resume`, and what was put away before it ever was published is a draft again."""
    entry = await locked_entry(session, key)
    if entry.status in {Status.SUSPENDED, Status.ARCHIVED} and entry.published_revision_id is None:
        entry.status = Status.DRAFT
        await session.flush()
    else:
        await resume(session, key, now=now)


async def change_topic(session: AsyncSession, key: str, topic: str, *, now: datetime) -> None:
    """Move an entry to another topic at once: the topic is no part of a revision."""
    entry = await locked_entry(session, key)
    if entry.topic == topic:
        return
    entry.topic = topic
    await session.flush()
    if entry.status is Status.PUBLISHED:
        await raise_version(session, now=now)


async def _silence(session: AsyncSession, entry: Entry, status: Status, *, now: datetime) -> int:
    was_spoken, entry.status = entry.status is Status.PUBLISHED, status
    await session.flush()
    if was_spoken:
        return await raise_version(session, now=now)
    current = select(Publication.version).where(Publication.id == PUBLICATION_ID)
    return await session.scalar(current) or 0


async def locked_entry(session: AsyncSession, key: str) -> Entry:
    """Return an entry that nobody else can change during this transaction. Raises KnowledgeError for an unknown key."""
    await lock(session)
    found = select(Entry).where(Entry.key == key)
    entry = await session.scalar(found, execution_options={"populate_existing": True})
    if entry is None:
        raise KnowledgeError(f"There is no entry {key!r}.", hint="`hoidap export` lists all keys.")
    return entry
