"""What is looked at before an entry is published: are its figures evidenced, and what would it do to other replies?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
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
NO_SOURCES = Sources(frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A figure in a field of an entry that no source of it holds."""

    field: str
    token: Token


async def unevidenced(session: AsyncSession, item: EntryItem) -> tuple[Finding, ...]:
    """Return the figures of an entry that stand neither in its quote nor in what is stored of its article."""
    return (await unevidenced_among(session, [item])).get(item.key, ())


async def unevidenced_among(session: AsyncSession, items: Sequence[EntryItem]) -> Mapping[str, tuple[Finding, ...]]:
    """Return for each entry its figures without a source, by key; entries that have none are left out."""
    texts = {key: await article_texts(session, key) for key in sorted({item.article for item in items})}
    return await asyncio.to_thread(findings_of, items, texts)


def findings_of(items: Iterable[EntryItem], texts: Mapping[str, Iterable[str]]) -> Mapping[str, tuple[Finding, ...]]:
    """Return the figures of entries that stand neither in their quote nor in `texts` of their article, by key."""
    articles = {key: Sources.of(stored) for key, stored in texts.items()}
    found: dict[str, tuple[Finding, ...]] = {}
    for item in items:
        sources = articles.get(item.article, NO_SOURCES).with_texts([item.quote])
        spoken = ((name, getattr(item, name)) for name in SPOKEN_FIELDS)
        findings = [Finding(field=name, token=token) for name, text in spoken for token in sources.unsupported(text)]
        if findings:
            found[item.key] = tuple(findings)
    return found


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
