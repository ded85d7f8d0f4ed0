"""Articles as staff see them: the list, one with its paragraphs, and new ones from pages that were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import editing
from knowledge.assembly import AnyRow, AnySelect
from knowledge.fields import KEY_LENGTH
from knowledge.portal.fetching import Fetched
from knowledge.portal.listings import Listed
from knowledge.portal.pages import Page, plain_address, slug_of, unused
from knowledge.portal.paragraphs import stored_text
from knowledge.portal.tables import ArticleCheck, ArticleFlag, FlagState, Paragraph
from knowledge.portal.text import comparable, span_of
from knowledge.schema import ArticleItem
from knowledge.tables import Article
from knowledge.watching.checking import Checked, record_page
from knowledge.watching.citing import Citing, counts, entries_on
from runtime.errors import KnowledgeError


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLine:
    """An article as the list shows it. `problem`: the word for why the last look failed, "" when it did not.

    `is_watched`: its page is looked at again, or will be put under watch.
    """

    key: str
    title: str
    url: str
    published_on: date | None
    checked_at: datetime | None
    due_at: datetime | None
    http_status: int | None
    failures: int
    problem: str
    paragraphs: int
    entries: int
    flags: int
    is_watched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedParagraph:
    """A paragraph with the entries that quote it."""

    text: str
    entries: tuple[Citing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """An article with everything that rests on it. `unquoted`: entries whose quote it does not hold."""

    line: ArticleLine
    author: str
    paragraphs: tuple[QuotedParagraph, ...]
    unquoted: tuple[Citing, ...]
    vanished: tuple[tuple[str, datetime], ...]


async def list_articles(session: AsyncSession, *, offset: int = 0, limit: int = 50) -> Sequence[ArticleLine]:
    """Return articles, those with open flags or failed looks first."""
    rows = await session.execute(_lines().offset(offset).limit(limit))
    resting = await counts(session)
    return [_line(row, resting.get(row.id, 0)) for row in rows]


async def count_articles(session: AsyncSession) -> int:
    """Return how many articles there are."""
    return await session.scalar(select(func.count(Article.id))) or 0


async def watched(session: AsyncSession, *, limit: int = 500) -> Sequence[str]:
    """Return the keys of articles that have an address to look at."""
    has_address = or_(Article.url.like("http://%"), Article.url.like("https://%"))
    return (await session.scalars(select(Article.key).where(has_address).order_by(Article.id).limit(limit))).all()


async def view_article(session: AsyncSession, key: str) -> ArticleView:
    """Return an article with its paragraphs. Raises KnowledgeError for an unknown one."""
    row = (await session.execute(_lines().where(Article.key == key))).first()
    if row is None:
        raise KnowledgeError(f"There is no article {key!r}.", hint="The articles page lists all of them.")
    citing = await entries_on(session, key)
    texts = await stored_text(session, key)
    paragraphs = tuple(
        QuotedParagraph(text=text, entries=tuple(each for each in citing if _quotes(each, form)))
        for text, form in ((text, comparable(text)) for text in texts)
    )
    whole = comparable(" ".join(texts))
    vanished = select(Paragraph.text, Paragraph.vanished_at).where(
        Paragraph.article_id == row.id, Paragraph.vanished_at.is_not(None)
    )
    gone = (await session.execute(vanished.order_by(Paragraph.vanished_at.desc(), Paragraph.position).limit(50))).all()
    return ArticleView(
        line=_line(row, len({each.id for each in citing})),
        author=row.author,
        paragraphs=paragraphs,
        unquoted=tuple(each for each in citing if each.quote and not _quotes(each, whole)),
        vanished=tuple((text, at) for text, at in gone if at is not None),
    )


async def add_article(
    session: AsyncSession, page: Page, *, now: datetime, every: timedelta, fetched: Fetched | None = None
) -> Checked:
    """Keep a page as an article, or as a new reading of the one with its address; return what was found.

    A page without an address is kept, but nobody can look at it again. Raises KnowledgeError when it holds no text.
    """
    if not page.paragraphs or not page.title:
        raise KnowledgeError("The page holds no article.", hint="Paste its title and its text instead.")
    await editing.lock(session)
    article = await _by_address(session, page.url) if page.url else None
    if article is None:
        article = await _new(session, page)
    old = await stored_text(session, article.key)
    checked = await record_page(session, article, old, page, now=now)
    state = await session.get(ArticleCheck, article.id) or ArticleCheck(article_id=article.id)
    state.checked_at, state.failures, state.gone, state.problem = now, 0, 0, ""
    state.due_at = now + every if article.url and every else None
    if fetched is not None:
        state.http_status, state.etag, state.last_modified = fetched.status, fetched.etag, fetched.last_modified
    session.add(state)
    await session.flush()
    return checked


async def enqueue(session: AsyncSession, listed: Sequence[Listed], *, now: datetime) -> Sequence[str]:
    """Put articles on the list that are to be read, as soon as it is their turn; return the keys of the new ones."""
    await editing.lock(session)
    made: list[str] = []
    for each in listed:
        page = Page(title=each.title, url=plain_address(each.url))  # its day may be that of a change
        if await _by_address(session, page.url) is None:
            article = await _new(session, page)
            session.add(ArticleCheck(article_id=article.id, due_at=now))
            made.append(article.key)
    await session.flush()
    return made


async def change_address(session: AsyncSession, key: str, url: str, *, now: datetime) -> str:
    """Say where an article stands now, and have it read next; return where it stood.

    Raises KnowledgeError for an unknown article, and for an address that another one has.
    """
    await editing.lock(session)
    article = await session.scalar(select(Article).where(Article.key == key))
    if article is None:
        raise KnowledgeError(f"There is no article {key!r}.", hint="The articles page lists all of them.")
    url = plain_address(url)
    other = await _by_address(session, url)
    if other is not None and other.id != article.id:
        raise KnowledgeError(f"The article {other.key!r} has this address.", hint="Look at that one.")
    before, article.url = article.url, url
    state = await session.get(ArticleCheck, article.id) or ArticleCheck(article_id=article.id)
    state.due_at, state.etag, state.last_modified, state.gone, state.failures = now, "", "", 0, 0
    session.add(state)
    await editing.raise_version(session, now=now)  # answers link to it
    return before


async def known_addresses(session: AsyncSession, urls: Sequence[str]) -> frozenset[str]:
    """Return which of some addresses are articles already."""
    asked = [plain_address(url) for url in urls]
    return frozenset(await session.scalars(select(Article.url).where(Article.url.in_(asked))))


async def _by_address(session: AsyncSession, url: str) -> Article | None:
    """Find an article by its address, whichever of http and https it was noted with."""
    bare = url.partition("://")[2]
    same = or_(Article.url == f"https://{bare}", Article.url == f"http://{bare}")
    return await session.scalar(select(Article).where(same).order_by(Article.id).limit(1))


async def _new(session: AsyncSession, page: Page) -> Article:
    item = ArticleItem(
        key=await _free_key(session, page),
        title=page.title,
        url=page.url,
        published=page.published_on,
        author=page.author,
        portal=page.portal,
        as_of=page.published_on,
        sections=page.beginnings,
    )
    await editing.import_articles(session, [item])
    return (await session.scalars(select(Article).where(Article.key == item.key))).one()


async def _free_key(session: AsyncSession, page: Page) -> str:
    """Name an article by the last part of its address, which on these portals ends with a stable number."""
    last = urlsplit(page.url).path.rstrip("/").rpartition("/")[2].partition(".")[0]
    wanted = "-".join(part for part in last.lower().split("-") if part) if last.isascii() and "%" not in last else ""
    wanted = (wanted or slug_of(page.title))[: KEY_LENGTH - 4]
    taken = set(await session.scalars(select(Article.key).where(Article.key.like(f"{wanted}%"))))
    return unused(wanted, taken)


def _quotes(citing: Citing, form: str) -> bool:
    return span_of(comparable(citing.quote), form) is not None


def _lines() -> AnySelect:
    open_flags = (
        select(func.count(ArticleFlag.id))
        .where(ArticleFlag.article_id == Article.id, ArticleFlag.state == FlagState.OPEN)
        .scalar_subquery()
    )
    standing = (
        select(func.count(Paragraph.id))
        .where(Paragraph.article_id == Article.id, Paragraph.vanished_at.is_(None))
        .scalar_subquery()
    )
    failures = func.coalesce(ArticleCheck.failures, 0)
    return (
        select(
            Article.id, Article.key, Article.title, Article.url, Article.published_on, Article.author,
            ArticleCheck.article_id.label("check"),
            ArticleCheck.checked_at, ArticleCheck.due_at, ArticleCheck.http_status, failures.label("failures"),
            func.coalesce(ArticleCheck.problem, "").label("problem"), standing.label("paragraphs"),
            open_flags.label("flags"),
        )
        .outerjoin(ArticleCheck, ArticleCheck.article_id == Article.id)
        .order_by(open_flags.desc(), failures.desc(), Article.id.desc())
    )  # fmt: skip


def _line(row: AnyRow, entries: int) -> ArticleLine:
    return ArticleLine(
        key=row.key,
        title=row.title,
        url=row.url,
        published_on=row.published_on,
        checked_at=row.checked_at,
        due_at=row.due_at,
        http_status=row.http_status,
        failures=row.failures,
        problem=row.problem,
        paragraphs=row.paragraphs,
        entries=entries,
        flags=row.flags,
        is_watched=bool(row.url) and (row.due_at is not None or row.check is None),
    )
