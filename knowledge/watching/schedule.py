"""Read articles again when they are due: one chore, one page at a time, whichever process does it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.portal.fetching import Fetch
from knowledge.portal.tables import ArticleCheck, Paragraph
from knowledge.tables import Article
from knowledge.watching import flagging
from knowledge.watching.checking import Tell, check
from runtime.chores import Chore
from runtime.clock import Clock
from runtime.database import Database
from runtime.errors import KnowledgeError
from runtime.settings import PortalSettings

CHORE = "articles"
_STEP = timedelta(seconds=20)  # between two pages: the portal is not ours alone
_HELD = timedelta(minutes=5)  # longer than any look; when a process dies over one, the article is due again then
_MOST = 500  # articles put under watch at once


def watching(db: Database, clock: Clock, fetch: Fetch, settings: PortalSettings, tell: Tell) -> Chore:
    """Return the chore that looks at one article each time, the one due longest first.

    With 0 hours between two looks, only new articles are read, and those that a person asks for.
    """
    every = timedelta(hours=settings.check_hours)

    async def look_at_one() -> None:
        async with db.transaction() as session:
            await flagging.close_answered(session, now=clock.now())
            await put_under_watch(session, now=clock.now(), every=every)
            key = await take_due(session, now=clock.now())
        if key:
            await check(db, fetch, key, now=clock.now, every=every, tell=tell)

    return Chore(name=CHORE, every=_STEP, run=look_at_one)


async def put_under_watch(session: AsyncSession, *, now: datetime, every: timedelta) -> None:
    """Watch articles that have an address and are not watched yet: due at once, or later if their text is known."""
    rows = await session.execute(
        select(Article.id, func.count(Paragraph.id))
        .outerjoin(ArticleCheck, ArticleCheck.article_id == Article.id)
        .outerjoin(Paragraph, Paragraph.article_id == Article.id)
        .where(ArticleCheck.article_id.is_(None), or_(Article.url.like("http://%"), Article.url.like("https://%")))
        .group_by(Article.id)
        .limit(_MOST)
    )
    for article_id, paragraphs in rows.all():
        later = now + every if every else None
        session.add(ArticleCheck(article_id=article_id, due_at=later if paragraphs else now))
    await session.flush()


async def take_due(session: AsyncSession, *, now: datetime) -> str:
    """Take the article that is due longest, so that nobody else looks at it meanwhile; "" when none is due."""
    longest = (
        select(ArticleCheck.article_id)
        .where(ArticleCheck.due_at <= now)
        .order_by(ArticleCheck.due_at, ArticleCheck.article_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = await session.scalar(
        update(ArticleCheck)
        .where(ArticleCheck.article_id.in_(longest.scalar_subquery()), ArticleCheck.due_at <= now)
        .values(due_at=now + _HELD)
        .returning(ArticleCheck.article_id),
        execution_options={"synchronize_session": False},
    )
    return "" if taken is None else await session.scalar(select(Article.key).where(Article.id == taken)) or ""


async def request_check(session: AsyncSession, key: str, *, now: datetime) -> None:
    """Have an article looked at next; nothing happens for an unknown one. Wake the chore's lane to have it soon."""
    article_id = await session.scalar(select(Article.id).where(Article.key == key, Article.url != ""))
    if article_id is not None:
        state = await session.get(ArticleCheck, article_id) or ArticleCheck(article_id=article_id)
        state.due_at = now
        session.add(state)
        await session.flush()


async def stop_watching(session: AsyncSession, key: str) -> None:
    """Look at an article's page no more; what is kept of it stays. `request_check` puts it under watch again.

    What the last look failed for is forgotten with it. Raises KnowledgeError for an unknown article.
    """
    article_id = await session.scalar(select(Article.id).where(Article.key == key))
    if article_id is None:
        raise KnowledgeError(f"There is no article {key!r}.", hint="The articles page lists all of them.")
    state = await session.get(ArticleCheck, article_id) or ArticleCheck(article_id=article_id)
    state.due_at, state.failures, state.gone, state.problem = None, 0, 0, ""
    session.add(state)
    await session.flush()
