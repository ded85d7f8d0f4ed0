"""The stored paragraphs of articles: what quotes are checked against, kept up to date at each reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from importlib import resources

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.portal.tables import Paragraph
from knowledge.portal.text import body_of, digest
from knowledge.tables import Article

STARTER_ARTICLE = "dau-an-khcn-dmst-2023"
_STARTER_TEXT = "article-2023.txt"
_MOST = 5_000  # paragraphs of one article; a page within the size limit has far fewer


async def stored_text(session: AsyncSession, article_key: str) -> Sequence[str]:
    """Return the paragraphs of an article as its page was last read, in order; none when it never was."""
    rows = await session.scalars(
        select(Paragraph.text)
        .join(Article, Article.id == Paragraph.article_id)
        .where(Article.key == article_key, Paragraph.vanished_at.is_(None))
        .order_by(Paragraph.position)
        .limit(_MOST)
    )
    return rows.all()


async def keep(session: AsyncSession, article_id: int, texts: Sequence[str], *, now: datetime) -> None:
    """Make these the paragraphs of an article. What it no longer says is kept as vanished."""
    standing: defaultdict[str, list[Paragraph]] = defaultdict(list)
    for row in await _standing(session, article_id):
        standing[row.digest].append(row)
    for position, text in enumerate(texts[:_MOST]):
        name = digest(text)
        row = standing[name].pop(0) if standing[name] else Paragraph(article_id=article_id, first_seen_at=now)
        row.position, row.text, row.digest, row.last_seen_at = position, text, name, now
        session.add(row)
    for rows in standing.values():
        for row in rows:
            row.vanished_at = now
    await session.flush()


async def has_starter_text(session: AsyncSession) -> bool:
    """Tell whether the starter article has its text, or is not there to have one."""
    missing = select(Article.id).where(
        Article.key == STARTER_ARTICLE, ~select(Paragraph.id).where(Paragraph.article_id == Article.id).exists()
    )
    return await session.scalar(missing) is None


async def keep_starter(session: AsyncSession, *, now: datetime) -> None:
    """Give the starter article its text, unless it has some already or is not there."""
    if not await has_starter_text(session):
        article = (await session.scalars(select(Article).where(Article.key == STARTER_ARTICLE))).one()
        await keep(session, article.id, starter_paragraphs(title=article.title), now=now)


def starter_paragraphs(*, title: str = "") -> tuple[str, ...]:
    """Return the text of the article that the starter knowledge rests on."""
    text = resources.files("knowledge").joinpath("starter", _STARTER_TEXT).read_text(encoding="utf-8")
    return body_of(text.splitlines(), title=title).paragraphs


async def _standing(session: AsyncSession, article_id: int) -> Sequence[Paragraph]:
    rows = await session.scalars(
        select(Paragraph)
        .where(Paragraph.article_id == article_id, Paragraph.vanished_at.is_(None))
        .order_by(Paragraph.position)
        .limit(_MOST)
    )
    return rows.all()
