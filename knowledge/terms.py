"""Change the staff lexicon: what staff add to the words the matcher knows, applied without a restart.

Everything here runs in the caller's transaction. What changes a term raises the version of what is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.editing import lock, raise_version
from knowledge.matching.normalizer import normalize
from knowledge.schema import TermItem
from knowledge.store import MOST_TERMS, term_item
from knowledge.tables import Term
from runtime.errors import EditConflict, KnowledgeError


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTerm:
    """A term as staff see it. Who changed it last, and when: "" and None when that was before it was kept."""

    id: int
    item: TermItem
    changed_by: str = ""
    changed_at: datetime | None = None


class TermGone(KnowledgeError):
    """There is no such term: somebody took it out meanwhile."""


class TermExists(KnowledgeError):
    """Another term says the same; `id` is that of the other."""

    def __init__(self, message: str, *, number: int) -> None:
        self.id = number
        super().__init__(message, hint="Change that one.")


async def stored_terms(session: AsyncSession) -> Sequence[StoredTerm]:
    """Return all terms in the order they were added, also those that hold no more or not yet."""
    return [_stored(row) for row in await session.scalars(select(Term).order_by(Term.id).limit(MOST_TERMS))]


async def find_term(session: AsyncSession, number: int) -> StoredTerm:
    """Return one term. Raises TermGone."""
    row = await session.get(Term, number, populate_existing=True)
    if row is None:
        raise TermGone(f"There is no term {number}.", hint="See the list of terms.")
    return _stored(row)


async def import_terms(session: AsyncSession, items: Iterable[TermItem], *, now: datetime, by: str = "") -> None:
    """Add terms, or bring those of the same term and meaning up to date. The caller raises the version.

    Raises KnowledgeError when the lexicon would hold more than it may.
    """
    known = {(row.term, row.meaning): row for row in await session.scalars(select(Term))}
    for item in items:
        row = known.setdefault((item.term, item.meaning), Term())
        _write(row, item, now=now, by=by)
        session.add(row)
    _require_room(len(known))
    await session.flush()


async def add_term(session: AsyncSession, item: TermItem, *, now: datetime, by: str = "") -> int:
    """Add a term and return its id. Raises TermExists, or KnowledgeError when the lexicon is full."""
    await lock(session)
    known = await stored_terms(session)
    _require_new(item, known)
    _require_room(len(known) + 1)
    row = Term()
    _write(row, item, now=now, by=by)
    session.add(row)
    await raise_version(session, now=now)
    return row.id


async def change_term(
    session: AsyncSession, number: int, item: TermItem, *, base: TermItem, now: datetime, by: str = ""
) -> None:
    """Bring a term to what `item` says, if it still is what the author had before them (`base`).

    Raises TermGone, EditConflict when it is another by now, TermExists when another term says the same.
    """
    await lock(session)
    _require_same(await find_term(session, number), base)
    _require_new(item, [each for each in await stored_terms(session) if each.id != number])
    row = await session.get_one(Term, number)
    _write(row, item, now=now, by=by)
    await session.flush()
    await raise_version(session, now=now)


async def drop_term(session: AsyncSession, number: int, *, base: TermItem, now: datetime) -> None:
    """Take a term out of the lexicon for good. Raises TermGone, or EditConflict as `change_term`."""
    await lock(session)
    _require_same(await find_term(session, number), base)
    await session.execute(delete(Term).where(Term.id == number))
    await raise_version(session, now=now)


async def remove_term(session: AsyncSession, term: str, meaning: str, *, now: datetime) -> int:
    """Take one meaning of a term out of the lexicon; return the new version. Raises TermGone when there is none."""
    await lock(session)
    gone = await session.scalars(delete(Term).where(Term.term == term, Term.meaning == meaning).returning(Term.id))
    if not gone.all():
        raise TermGone(f"There is no term {term!r} with that meaning.", hint="See `terms:` in an export.")
    return await raise_version(session, now=now)


def _stored(row: Term) -> StoredTerm:
    return StoredTerm(id=row.id, item=term_item(row), changed_by=row.changed_by, changed_at=row.changed_at)


def _write(row: Term, item: TermItem, *, now: datetime, by: str) -> None:
    row.term = item.term
    row.meaning = item.meaning
    row.kind = item.kind.value
    row.weight = item.weight
    row.valid_from = item.valid_from
    row.valid_until = item.valid_until
    row.changed_at = now
    row.changed_by = by


def _require_same(stored: StoredTerm, base: TermItem) -> None:
    if stored.item != base:
        raise EditConflict(f"The term {stored.id} was changed meanwhile.", hint="Look at what changed, and save again.")


def _require_new(item: TermItem, others: Iterable[StoredTerm]) -> None:
    said = _said(item)
    same = next((other for other in others if _said(other.item) == said), None)
    if same is not None:
        raise TermExists(f"The lexicon holds {same.item.key!r} already.", number=same.id)


def _said(item: TermItem) -> tuple[str, str]:
    return normalize(item.term), normalize(item.meaning)


def _require_room(size: int) -> None:
    if size > MOST_TERMS:
        raise KnowledgeError(f"The lexicon would hold more than {MOST_TERMS} terms.", hint="Remove some first.")
