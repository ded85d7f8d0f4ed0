"""Change the staff lexicon: what staff add to the words the matcher knows, applied without a restart.

Everything here runs in the caller's transaction. What changes a term raises the version of what is published.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.editing import lock, raise_version
from knowledge.schema import TermItem
from knowledge.store import MOST_TERMS
from knowledge.tables import Term
from runtime.errors import KnowledgeError


async def import_terms(session: AsyncSession, items: Iterable[TermItem]) -> None:
    """Add terms, or bring those of the same term and meaning up to date. The caller raises the version.

    Raises KnowledgeError when the lexicon would hold more than it may.
    """
    known = {(row.term, row.meaning): row for row in await session.scalars(select(Term))}
    for item in items:
        row = known.setdefault((item.term, item.meaning), Term(term=item.term, meaning=item.meaning))
        row.kind = item.kind.value
        row.weight = item.weight
        row.valid_from = item.valid_from
        row.valid_until = item.valid_until
        session.add(row)
    if len(known) > MOST_TERMS:
        raise KnowledgeError(f"The lexicon would hold more than {MOST_TERMS} terms.", hint="Remove some first.")
    await session.flush()


async def save_term(session: AsyncSession, item: TermItem, *, now: datetime) -> int:
    """Add a term or change it; return the new version of what is published."""
    await lock(session)
    await import_terms(session, [item])
    return await raise_version(session, now=now)


async def remove_term(session: AsyncSession, term: str, meaning: str, *, now: datetime) -> int:
    """Take a term out of the lexicon; return the new version. Raises KnowledgeError when there is none."""
    await lock(session)
    gone = await session.scalars(delete(Term).where(Term.term == term, Term.meaning == meaning).returning(Term.id))
    if not gone.all():
        raise KnowledgeError(f"There is no term {term!r} with that meaning.", hint="See `terms:` in an export.")
    return await raise_version(session, now=now)
