"""Draft entries from a stored article: what is suggested, and the drafts of what a person picked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import editing
from knowledge.portal.drafts import Suggestion, suggest
from knowledge.portal.pages import sections_of, slug_of, unused
from knowledge.portal.paragraphs import stored_text
from knowledge.portal.text import comparable, span_of
from knowledge.schema import EntryItem
from knowledge.tables import Article, Entry
from knowledge.watching.citing import entries_on
from runtime.errors import KnowledgeError

_KEY_WORDS = 60  # characters of an entry's key that are made of its question


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A suggestion, with the entries that quote (a part of) the same passage already."""

    suggestion: Suggestion
    entries: tuple[str, ...] = ()


async def offer(session: AsyncSession, article_key: str) -> Sequence[Offered]:
    """Return what a stored article suggests. Raises KnowledgeError for an unknown one."""
    article = await session.scalar(select(Article).where(Article.key == article_key))
    if article is None:
        raise KnowledgeError(f"There is no article {article_key!r}.", hint="The articles page lists all of them.")
    sections = sections_of(await stored_text(session, article_key), article.sections)
    found = await asyncio.to_thread(suggest, sections)
    quoted = [(each.key, comparable(each.quote)) for each in await entries_on(session, article_key) if each.quote]
    return [Offered(suggestion=each, entries=_overlapping(comparable(each.quote), quoted)) for each in found]


async def create_drafts(
    session: AsyncSession,
    article_key: str,
    questions: Mapping[str, str],
    *,
    now: datetime,
    note: str = "",
    by: str = "",
) -> Sequence[str]:
    """Make a draft of each suggestion picked (id -> question, as a person worded it); return the entries' keys.

    A suggestion that the article no longer makes is left out: its passage has changed since it was picked.
    """
    await editing.lock(session)
    offered = {each.suggestion.id: each.suggestion for each in await offer(session, article_key)}
    keys: list[str] = []
    for name, question in questions.items():
        suggestion = offered.get(name)
        if suggestion is None:
            continue
        asked = question.strip() or suggestion.question
        item = EntryItem(
            key=await _free_key(session, asked), article=article_key, question=asked, answer=suggestion.answer,
            quote=suggestion.quote, section=suggestion.section,
        )  # fmt: skip
        await editing.revise(session, item, now=now, note=note, author=by)
        keys.append(item.key)
    return keys


def _overlapping(passage: str, quoted: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(key for key, quote in quoted if span_of(quote, passage) or span_of(passage, quote))


async def _free_key(session: AsyncSession, question: str) -> str:
    wanted = slug_of(question, most=12)[:_KEY_WORDS].strip("-")
    taken = set(await session.scalars(select(Entry.key).where(Entry.key.like(f"{wanted}%"))))
    return unused(wanted, taken)
