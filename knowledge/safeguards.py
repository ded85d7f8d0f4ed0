"""What is looked at before something is published: its figures, its quote, and what it would do to other replies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.base import Knowledge
from knowledge.behaviour import Report
from knowledge.entry_trial import check_entry
from knowledge.evidence import Sources, Token
from knowledge.lexicon_trial import check_lexicon
from knowledge.matching.lexicon import Term
from knowledge.matching.matcher import Matcher
from knowledge.portal.paragraphs import stored_text
from knowledge.portal.text import Passages, holds
from knowledge.schema import EntryItem, KnowledgeFile, snapshot_of
from knowledge.tables import Article
from knowledge.trials.questions import load_tests

SPOKEN_FIELDS = ("answer", "answer_full")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A figure in a field of an entry that no source of it holds."""

    field: str
    token: Token


class Quoting(StrEnum):
    """What the quote of an entry is worth. A quote that is ABSENT opens nothing at the portal: it is not published."""

    NO_QUOTE = "no_quote"
    NO_ARTICLE = "no_article"  # nothing to compare the quote with
    NO_TEXT = "no_text"  # as above: what the article says is not stored
    ABSENT = "absent"  # the stored text does not hold it
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """What is stored of an article: its paragraphs in order, and what stands above them: title and days."""

    paragraphs: Sequence[str] = ()
    head: Sequence[str] = ()


NOTHING_STORED = ArticleText()


async def unevidenced(session: AsyncSession, item: EntryItem) -> tuple[Finding, ...]:
    """Return the figures of an entry that stand neither in its quote nor in the passage the quote comes from."""
    return (await unevidenced_among(session, [item])).get(item.key, ())


async def unevidenced_among(session: AsyncSession, items: Sequence[EntryItem]) -> Mapping[str, tuple[Finding, ...]]:
    """Return for each entry its figures without a source, by key; entries that have none are left out."""
    texts = {key: await article_text(session, key) for key in sorted({item.article for item in items})}
    return await asyncio.to_thread(findings_of, items, texts)


def findings_of(items: Iterable[EntryItem], texts: Mapping[str, ArticleText]) -> Mapping[str, tuple[Finding, ...]]:
    """Return the figures of entries that their quote, the paragraphs around it, title and days do not hold, by key.

    A figure that stands elsewhere in the article is another matter: 18 visits do not evidence 18 grants.
    """
    passages = {key: Passages(text.paragraphs) for key, text in texts.items()}
    read = cache(lambda text: Sources.of([text]))  # entries of one article share its paragraphs
    found: dict[str, tuple[Finding, ...]] = {}
    for item in items:
        stored = passages[item.article].around(item.quote) if item.article in passages else ()
        beside = (item.quote, *stored, *texts.get(item.article, NOTHING_STORED).head)
        sources = Sources.together(read(text) for text in beside)
        spoken = ((name, getattr(item, name)) for name in SPOKEN_FIELDS)
        findings = [Finding(field=name, token=token) for name, text in spoken for token in sources.unsupported(text)]
        if findings:
            found[item.key] = tuple(findings)
    return found


async def quoting_of(session: AsyncSession, item: EntryItem) -> Quoting:
    """Return whether the article of an entry holds its quote."""
    return compared(item, (await article_text(session, item.article)).paragraphs)


def compared(item: EntryItem, paragraphs: Sequence[str]) -> Quoting:
    """Return whether these paragraphs, the stored text of an entry's article, hold its quote."""
    if not item.article:
        return Quoting.NO_ARTICLE
    if not item.quote:
        return Quoting.NO_QUOTE
    if not paragraphs:
        return Quoting.NO_TEXT
    return Quoting.HELD if holds(paragraphs, item.quote) else Quoting.ABSENT


async def article_text(session: AsyncSession, key: str) -> ArticleText:
    """Return what is stored of an article; nothing when it is not known."""
    known = select(Article.title, Article.published_on, Article.as_of).where(Article.key == key)
    article = (await session.execute(known)).one_or_none()
    if article is None:
        return NOTHING_STORED
    days = (day.isoformat() for day in (article.published_on, article.as_of) if day)
    return ArticleText(paragraphs=await stored_text(session, key), head=(article.title, *days))


async def replies_changed(session: AsyncSession, known: Knowledge, item: EntryItem) -> Report:
    """Return what publishing `item` would change in the replies of the knowledge in use.

    Takes up to two seconds, and little of it when the same was asked before: what is looked at is then published.
    """
    tests = await load_tests(session)
    spoken = snapshot_of(KnowledgeFile(entries=(item.model_copy(update={"status": None}),)))
    if not isinstance(known.matcher, Matcher):
        raise TypeError("only the product's own matcher can be asked what it would say")
    entry = spoken.entries[item.key]
    return await asyncio.to_thread(check_entry, known.matcher, entry, tests, rehearsed=known.rehearsed)


async def replies_changed_by_terms(
    session: AsyncSession, known: Knowledge, terms: Sequence[Term], touched: Sequence[Term]
) -> Report:
    """Return what the staff lexicon `terms` would change in the replies of the knowledge in use; `touched` differ.

    A matcher that is not the product's own reads no terms: nothing changes. Takes seconds.
    """
    if not isinstance(known.matcher, Matcher):
        return Report(shifts=(), asked=0)
    tests = await load_tests(session)
    return await asyncio.to_thread(check_lexicon, known.matcher, terms, touched, tests)
