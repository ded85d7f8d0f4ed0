"""What is looked at before an entry is published: are its figures evidenced, and what would it do to other replies?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import behaviour
from knowledge.base import Knowledge
from knowledge.evidence import Sources, Token
from knowledge.matching.matcher import Matcher
from knowledge.portal.paragraphs import stored_text
from knowledge.schema import EntryItem, KnowledgeFile, snapshot_of
from knowledge.tables import Article
from knowledge.trials.questions import load_tests

SPOKEN_FIELDS = ("answer", "answer_full")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A figure in a field of an entry that no source of it holds."""

    field: str
    token: Token


async def unevidenced(session: AsyncSession, item: EntryItem) -> tuple[Finding, ...]:
    """Return the figures of an entry that stand neither in its quote nor in what is stored of its article."""
    return figures_without_source(item, await article_texts(session, item.article))


def figures_without_source(item: EntryItem, texts: Iterable[str]) -> tuple[Finding, ...]:
    """Return the figures of an entry that stand neither in its quote nor in `texts`."""
    sources = Sources.of((item.quote, *texts))
    return tuple(
        Finding(field=name, token=token) for name in SPOKEN_FIELDS for token in sources.unsupported(getattr(item, name))
    )


async def article_texts(session: AsyncSession, key: str) -> tuple[str, ...]:
    """Return what is stored of an article: its paragraphs, its title and its days; nothing when it is not known."""
    known = select(Article.title, Article.published_on, Article.as_of).where(Article.key == key)
    article = (await session.execute(known)).one_or_none()
    if article is None:
        return ()
    days = (day.isoformat() for day in (article.published_on, article.as_of) if day)
    return (*await stored_text(session, key), article.title, *days)


async def replies_changed(session: AsyncSession, known: Knowledge, item: EntryItem) -> behaviour.Report:
    """Return what publishing `item` would change in the replies of the knowledge in use. Takes up to two seconds."""
    tests = await load_tests(session)
    spoken = snapshot_of(KnowledgeFile(entries=(item.model_copy(update={"status": None}),)))
    if not isinstance(known.matcher, Matcher):
        raise TypeError("only the product's own matcher can be asked what it would say")
    return await asyncio.to_thread(behaviour.check, known.matcher, spoken.entries[item.key], tests)
