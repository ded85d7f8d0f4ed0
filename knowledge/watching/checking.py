"""Look at an article's page again and write down what was found: paragraphs, flags, suspensions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge import editing
from knowledge.portal.decoding import decode
from knowledge.portal.fetching import Fetch, Fetched
from knowledge.portal.pages import Page, read_page
from knowledge.portal.paragraphs import keep, stored_text
from knowledge.portal.tables import ArticleCheck, Change, Paragraph
from knowledge.portal.text import comparable, digest, span_of
from knowledge.schema import Status
from knowledge.tables import Article
from knowledge.watching import flagging
from knowledge.watching.citing import Citing, entries_on
from knowledge.watching.comparing import Quoted, Text, Touched, share_standing, touched
from runtime.database import Database
from runtime.errors import KnowledgeError, PortalError

RETRY = timedelta(hours=1)  # after a look that failed: the portal may only be slow or under maintenance
_RETRIES = 3  # in a row; then the usual interval
_LOOKS_WITHOUT_PAGE = 2  # after which entries are no longer spoken
_STRANGE = 0.2  # share of standing paragraphs below which the page is believed only when seen twice
_FEW = 3  # paragraphs below which no share is meaningful
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a look found. `outcome`: unchanged, changed, first, strange, gone, failed. Entries by their keys."""

    article: str
    outcome: str
    problem: str = ""
    flagged: tuple[str, ...] = ()
    suspended: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    unquoted: tuple[str, ...] = ()  # entries whose quote the page does not hold, at the first reading


Tell = Callable[[AsyncSession, Checked, datetime], Awaitable[None]]
"""Notes what a look found, and when, for staff, in the same transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One look from outside: the answer with the page read from it, or the word for why there is none."""

    fetched: Fetched | None = None
    page: Page | None = None
    problem: str = ""


async def look(fetch: Fetch, url: str, *, etag: str = "", last_modified: str = "") -> Looked:
    """Fetch and read a page; whatever goes wrong becomes a word, never an error."""
    try:
        fetched = await fetch(url, etag=etag, last_modified=last_modified)
    except PortalError as error:
        return Looked(problem=error.problem)
    if fetched.is_unchanged:
        return Looked(fetched=fetched)
    if fetched.has_failed:
        return Looked(fetched=fetched, problem="gone" if fetched.is_gone else "status")
    page = await read(fetched)
    return Looked(fetched=fetched, page=page) if page.paragraphs else Looked(fetched=fetched, problem="empty")


async def look_closely(fetch: Fetch, url: str) -> tuple[Fetched, Page]:
    """Fetch and read a page that a person asks for. Raises PortalError, with the reason, when there is none."""
    return await understood(await fetch(url))


async def understood(fetched: Fetched) -> tuple[Fetched, Page]:
    """Read an answer as a page. Raises PortalError, with the reason, when it is none."""
    url = fetched.url
    if fetched.has_failed:
        problem = "gone" if fetched.is_gone else "status"
        raise PortalError(problem, f"{url} answered {fetched.status}.", hint="Open it in a browser.")
    page = await read(fetched)
    if not page.paragraphs:
        raise PortalError("empty", f"There is no article at {url}.", hint="Paste its title and its text instead.")
    return fetched, page


async def read(fetched: Fetched) -> Page:
    """Read a fetched page, off the loop: large ones take a while."""
    text = decode(fetched.content, declared=fetched.charset)
    return await asyncio.to_thread(read_page, text, url=fetched.url)


async def check(
    db: Database, fetch: Fetch, key: str, *, now: Callable[[], datetime], every: timedelta, tell: Tell
) -> Checked:
    """Look at an article's page and write down what was found, in one transaction after the look.

    Raises KnowledgeError for an unknown article.
    """
    async with db.reading() as session:
        article = await _article(session, key)
        state = await session.get(ArticleCheck, article.id) or ArticleCheck(etag="", last_modified="")
    seen = await look(fetch, article.url, etag=state.etag, last_modified=state.last_modified)
    async with db.transaction() as session:
        at = now()
        checked = await _write_down(session, key, seen, now=at, every=every)
        await tell(session, checked, at)
    log.info("article.checked", article=key, outcome=checked.outcome, problem=checked.problem)
    return checked


async def _write_down(session: AsyncSession, key: str, seen: Looked, *, now: datetime, every: timedelta) -> Checked:
    await editing.lock(session)
    article = await _article(session, key)
    stored = await session.get(ArticleCheck, article.id)
    if stored is not None and stored.due_at is None:
        every = timedelta(0)  # taken off the watch: one look puts it on no more than it was
    state = stored or ArticleCheck(article_id=article.id, failures=0, gone=0)
    session.add(state)
    state.checked_at = now
    state.http_status = seen.fetched.status if seen.fetched else None
    if seen.problem:
        return await _without_page(session, article, state, seen, now=now, every=every)
    assert seen.fetched is not None
    old = await stored_text(session, key)
    if seen.page is not None and _is_strange(old, seen.page) and state.problem != "strange":
        _note_failure(state, "strange", now=now, every=every)
        return Checked(article=key, outcome="strange", problem="strange")
    state.failures, state.gone, state.problem = 0, 0, ""
    state.due_at = _after(now, every)
    if seen.page is None:
        await _still_there(session, article.id, now=now)
        return Checked(article=key, outcome="unchanged")
    state.etag, state.last_modified = seen.fetched.etag, seen.fetched.last_modified
    return await record_page(session, article, old, seen.page, now=now)


async def record_page(
    session: AsyncSession, article: Article, old: Sequence[str], page: Page, *, now: datetime
) -> Checked:
    """Keep what a page says now; flag entries whose paragraph is not as it was in `old`. The caller has locked."""
    citing = await entries_on(session, article.key)
    found = await asyncio.to_thread(touched, old, page, [Quoted(id=each.id, quote=each.quote) for each in citing])
    withdrawn = await flagging.look_again(session, article.id, page, now=now)
    flagged = await flagging.raise_flags(session, article.id, citing, found, now=now)
    await keep(session, article.id, page.paragraphs, now=now)
    if not old:
        if _complete(article, page) and citing:
            await editing.raise_version(session, now=now)
        return Checked(article=article.key, outcome="first", unquoted=_unquoted(citing, page))
    outcome = "unchanged" if [*map(digest, old)] == [*map(digest, page.paragraphs)] else "changed"
    return Checked(article=article.key, outcome=outcome, flagged=flagged, withdrawn=withdrawn)


def _complete(article: Article, page: Page) -> bool:
    """Fill in what nobody has said of an article that is read for the first time; tell whether there was anything."""
    read = {
        "title": page.title,
        "author": page.author,
        "portal": page.portal,
        "published_on": page.published_on,
        "as_of": page.published_on,
        "sections": page.beginnings,
    }
    missing = {name: value for name, value in read.items() if value and not getattr(article, name)}
    for name, value in missing.items():
        setattr(article, name, value)
    return bool(missing)


def _unquoted(citing: Sequence[Citing], page: Page) -> tuple[str, ...]:
    return tuple(each.key for each in citing if each.quote and span_of(comparable(each.quote), page.everything) is None)


def _is_strange(old: Sequence[str], page: Page) -> bool:
    """Tell whether nearly nothing of an article is left: a notice of maintenance looks like that, too."""
    return len(old) >= _FEW and share_standing(old, page) < _STRANGE


async def _still_there(session: AsyncSession, article_id: int, *, now: datetime) -> None:
    standing = (Paragraph.article_id == article_id, Paragraph.vanished_at.is_(None))
    await session.execute(update(Paragraph).where(*standing).values(last_seen_at=now))


def _note_failure(state: ArticleCheck, problem: str, *, now: datetime, every: timedelta) -> None:
    state.failures += 1
    state.problem = problem
    state.due_at = _after(now, min(RETRY, every) if state.failures <= _RETRIES else every)


def _after(now: datetime, pause: timedelta) -> datetime | None:
    """Return when to look again; never, when articles are looked at only on request."""
    return now + pause if pause else None


async def _without_page(
    session: AsyncSession, article: Article, state: ArticleCheck, seen: Looked, *, now: datetime, every: timedelta
) -> Checked:
    """Note a look that found no page. Gone twice in a row, its entries are no longer spoken."""
    _note_failure(state, seen.problem, now=now, every=every)
    if seen.problem != "gone":
        return Checked(article=article.key, outcome="failed", problem=seen.problem)
    state.gone += 1
    state.due_at = _after(now, every)
    if state.gone != _LOOKS_WITHOUT_PAGE:  # later looks leave alone what a person let speak again
        return Checked(article=article.key, outcome="gone", problem="gone")
    return await _suspend_all(session, article, now=now)


async def _suspend_all(session: AsyncSession, article: Article, *, now: datetime) -> Checked:
    """Stop everything published that rests on a page which is gone; later looks find nothing more to stop."""
    spoken = [each for each in await entries_on(session, article.key) if each.status is Status.PUBLISHED]
    for entry in spoken:
        await editing.suspend(session, entry.key, now=now)
    text = Text(await stored_text(session, article.key))
    gone = [
        Touched(id=each.id, change=Change.PAGE_GONE, old_text=text.around(each.quote) or each.quote) for each in spoken
    ]
    flagged = await flagging.raise_flags(session, article.id, spoken, gone, now=now)
    return Checked(
        article=article.key, outcome="gone", problem="gone", flagged=flagged,
        suspended=tuple(each.key for each in spoken),
    )  # fmt: skip


async def _article(session: AsyncSession, key: str) -> Article:
    article = await session.scalar(select(Article).where(Article.key == key))
    if article is None:
        raise KnowledgeError(f"There is no article {key!r}.", hint="The articles page lists all of them.")
    return article
