"""What a person is writing and has not saved yet: one form per person and entry, kept until it is saved or dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import editing
from knowledge.cleaning import clean_line
from knowledge.tables import Draft, Entry, Revision

NEW = ""  # stands for the key of an entry that does not exist yet


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedDraft:
    """The fields of the form as they stood. `base` is the number of the revision the person started from."""

    base: int
    fields: Mapping[str, str]
    saved_at: datetime


async def keep(
    session: AsyncSession, key: str, *, author: str, base: int, fields: Mapping[str, str], now: datetime
) -> bool:
    """Keep a form as it stands, in place of what was kept of it before; tell whether it was kept.

    It is not when its author has saved the form since: words that were on their way meanwhile would come back as
    unsaved, and their author would be asked to merge with themself.
    """
    await editing.lock(session)
    if await _is_saved(session, key, author=author, base=base, question=fields.get("question", "")):
        return False
    build = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = {"base": base, "fields": dict(fields), "saved_at": now}
    statement = build(Draft).values(entry_key=key, author=author, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["entry_key", "author"], set_=values))
    return True


async def _is_saved(session: AsyncSession, key: str, *, author: str, base: int, question: str) -> bool:
    """Tell whether an author has saved what they write from a base on; a new entry is known by its question."""
    mine = select(Revision.id).join(Entry, Entry.id == Revision.entry_id).where(Revision.author == author)
    if key == NEW:
        saved = mine.where(Revision.number == 1, Revision.question == clean_line(question))
    else:
        saved = mine.where(Entry.key == key, Revision.number > base)
    return await session.scalar(saved.limit(1)) is not None


async def load(session: AsyncSession, key: str, *, author: str) -> SavedDraft | None:
    """Return what a person kept of an entry."""
    found = await session.scalar(select(Draft).where(Draft.entry_key == key, Draft.author == author))
    return SavedDraft(base=found.base, fields=found.fields, saved_at=found.saved_at) if found else None


async def drop(session: AsyncSession, key: str, *, author: str) -> None:
    """Forget what a person kept of an entry."""
    await session.execute(delete(Draft).where(Draft.entry_key == key, Draft.author == author))


async def others_at_work(session: AsyncSession, key: str, *, but: str, since: datetime) -> list[str]:
    """Return who else has unsaved words on an entry, kept after `since`, by name."""
    found = select(Draft.author).where(Draft.entry_key == key, Draft.author != but, Draft.saved_at > since)
    return list(await session.scalars(found.order_by(Draft.author)))
