"""Flags on entries whose quoted paragraph changed: raised by a look at the page, settled by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.assembly import current_revisions
from knowledge.portal.pages import Page
from knowledge.portal.paragraphs import stored_text
from knowledge.portal.tables import ArticleFlag, Change, FlagState
from knowledge.portal.text import holds
from knowledge.schema import Status
from knowledge.tables import Article, Citation, Entry, Revision
from knowledge.watching.citing import Citing
from knowledge.watching.comparing import Touched, compare_again
from runtime.errors import KnowledgeError

BY_PUBLISHING = "(published)"  # who closed a flag that nobody closed by hand
_MOST = 500  # flags closed at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A flag as staff see it. `new_text` is "" when nothing like the old paragraph stands on the page."""

    id: int
    entry: str
    question: str
    status: Status
    article: str
    title: str
    url: str
    change: Change
    state: FlagState
    quote: str
    old_text: str
    new_text: str
    is_quote_intact: bool
    has_suspended: bool
    raised_at: datetime


async def raise_flags(
    session: AsyncSession, article_id: int, citing: Sequence[Citing], found: Sequence[Touched], *, now: datetime
) -> tuple[str, ...]:
    """Open a flag for each touched entry, or bring its open one up to date; return the entries' keys."""
    by_id = {each.id: each for each in citing}
    standing = {flag.entry_id: flag for flag in await _open_on(session, article_id)}
    for touch in found:
        flag = standing.get(touch.id)
        if flag is None:
            flag = ArticleFlag(
                article_id=article_id, entry_id=touch.id, state=FlagState.OPEN, raised_at=now,
                quote=by_id[touch.id].quote, old_text=touch.old_text,
            )  # fmt: skip
            session.add(flag)
        _describe(flag, touch)
        flag.has_suspended = flag.has_suspended or touch.change is Change.PAGE_GONE
    await session.flush()
    return tuple(by_id[touch.id].key for touch in found)


async def look_again(session: AsyncSession, article_id: int, page: Page, *, now: datetime) -> tuple[str, ...]:
    """Bring open flags of an article up to date with its page; return the entries whose flag was withdrawn.

    A flag is withdrawn when the page says again what it said, unless its entry was suspended: that a person undoes.
    """
    withdrawn: list[int] = []
    for flag in await _open_on(session, article_id):
        touch = compare_again(flag.old_text, flag.quote, page)
        if touch is not None:
            _describe(flag, touch)
        elif flag.has_suspended:
            flag.new_text, flag.is_quote_intact = flag.old_text, True
        else:
            flag.state, flag.settled_at = FlagState.WITHDRAWN, now
            withdrawn.append(flag.entry_id)
    await session.flush()
    return tuple(await session.scalars(select(Entry.key).where(Entry.id.in_(withdrawn)).order_by(Entry.id)))


async def close_answered(session: AsyncSession, *, now: datetime) -> None:
    """Close flags whose entry has been dealt with elsewhere: published anew since, with a quote that the page holds."""
    answered = await session.execute(
        select(ArticleFlag, Citation.quote, Article.key)
        .join(Entry, Entry.id == ArticleFlag.entry_id)
        .join(Revision, Revision.id == Entry.published_revision_id)
        .join(Citation, Citation.revision_id == Revision.id)
        .join(Article, Article.id == ArticleFlag.article_id)
        .where(
            ArticleFlag.state == FlagState.OPEN,
            Entry.status == Status.PUBLISHED,
            or_(Revision.published_at > ArticleFlag.raised_at, ArticleFlag.has_suspended),
        )
        .limit(_MOST)
    )
    for flag, quote, article in answered.all():
        if holds(await stored_text(session, article), quote):
            flag.state, flag.settled_at, flag.settled_by = FlagState.CONFIRMED, now, BY_PUBLISHING
    await session.flush()


async def open_flags(session: AsyncSession, *, article: str = "", limit: int = 200) -> Sequence[Flag]:
    """Return open flags, broken quotes first, then the oldest; of one article when `article` names it."""
    statement = _flags().where(ArticleFlag.state == FlagState.OPEN)
    if article:
        statement = statement.where(Article.key == article)
    ordered = statement.order_by(ArticleFlag.is_quote_intact, ArticleFlag.raised_at, ArticleFlag.id).limit(limit)
    return [_flag(row[0], row[1], row[2], row[3]) for row in await session.execute(ordered)]


async def count_open(session: AsyncSession, *, suspended: bool = False) -> int:
    """Return how many flags wait for a person; with `suspended` those whose entry is not spoken meanwhile."""
    statement = select(func.count(ArticleFlag.id)).where(ArticleFlag.state == FlagState.OPEN)
    if suspended:
        statement = statement.where(ArticleFlag.has_suspended)
    return await session.scalar(statement) or 0


async def find_flag(session: AsyncSession, flag_id: int) -> Flag:
    """Return a flag, whatever its state. Raises KnowledgeError for an unknown one."""
    row = (await session.execute(_flags().where(ArticleFlag.id == flag_id))).first()
    if row is None:
        raise KnowledgeError(f"There is no flag {flag_id}.", hint="The page of flags lists those that are open.")
    return _flag(row[0], row[1], row[2], row[3])


async def settle(session: AsyncSession, flag_id: int, state: FlagState, *, by: str, now: datetime) -> None:
    """Close an open flag. Raises KnowledgeError when it is closed already: somebody else was quicker."""
    flag = await session.get(ArticleFlag, flag_id, with_for_update=True, populate_existing=True)
    if flag is None or flag.state is not FlagState.OPEN:
        raise KnowledgeError(f"The flag {flag_id} is not open.", hint="Somebody has settled it; read the page again.")
    flag.state, flag.settled_by, flag.settled_at = state, by, now
    await session.flush()


def _describe(flag: ArticleFlag, touch: Touched) -> None:
    flag.change, flag.new_text, flag.is_quote_intact = touch.change, touch.new_text, touch.is_quote_intact


async def _open_on(session: AsyncSession, article_id: int) -> Sequence[ArticleFlag]:
    open_here = (ArticleFlag.article_id == article_id, ArticleFlag.state == FlagState.OPEN)
    return (await session.scalars(select(ArticleFlag).where(*open_here).order_by(ArticleFlag.id))).all()


def _flags() -> Select[ArticleFlag, Entry, Article, str]:
    current = current_revisions(only_published=False)
    return (
        select(ArticleFlag, Entry, Article, Revision.question)
        .join(Entry, Entry.id == ArticleFlag.entry_id)
        .join(Article, Article.id == ArticleFlag.article_id)
        .join(current, current.c.entry_id == Entry.id)
        .join(Revision, Revision.id == current.c.revision_id)
    )


def _flag(flag: ArticleFlag, entry: Entry, article: Article, question: str) -> Flag:
    return Flag(
        id=flag.id,
        entry=entry.key,
        question=question,
        status=entry.status,
        article=article.key,
        title=article.title,
        url=article.url,
        change=flag.change,
        state=flag.state,
        quote=flag.quote,
        old_text=flag.old_text,
        new_text=flag.new_text,
        is_quote_intact=flag.is_quote_intact,
        has_suspended=flag.has_suspended,
        raised_at=flag.raised_at,
    )
