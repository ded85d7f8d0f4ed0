"""`hoidap articles`: read a page into the knowledge, look at known pages again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from admin import audit
from admin.fetching import PortalFetcher
from admin.running import composition_of, run, settings_of
from admin.telling import tell
from knowledge.portal.pages import Page, read_page
from runtime.clock import SystemClock
from runtime.errors import KnowledgeError
from runtime.settings import Settings

app = typer.Typer(name="articles", help="Pages of the portal that entries quote.", no_args_is_help=True)
_SHOWN = 20  # suggestions printed


@app.command()
def read(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="URL|FILE", help="A page's address, or a saved page or text.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be kept.")] = False,
    drafts: Annotated[bool, typer.Option("--drafts", help="Also make a draft of every suggested entry.")] = False,
) -> None:
    """Keep a page of the portal as an article and show the entries that it suggests. Publishes nothing."""
    run(_read(context, source, dry_run=dry_run, drafts=drafts))


@app.command()
def check(
    context: typer.Context,
    keys: Annotated[list[str] | None, typer.Argument(help="Articles by their keys; all when none is given.")] = None,
) -> None:
    """Look at known pages now and say what changed; exit 1 when a page could not be read."""
    failed = run(_check(context, keys or []))
    if failed:
        raise typer.Exit(1)


async def _read(context: typer.Context, source: str, *, dry_run: bool, drafts: bool) -> None:
    from knowledge.portal.drafts import suggest
    from knowledge.transfer import load_starter
    from knowledge.watching.articles import add_article
    from knowledge.watching.checking import look_closely
    from knowledge.watching.drafting import create_drafts, offer

    settings, now = settings_of(), SystemClock().now()
    fetched, page = await look_closely(_fetcher(settings), source) if "://" in source else (None, _saved(source))
    print(f"{page.title or '(no title)'}\n{page.url or '(no address)'}, {page.published_on or 'no date'}, ", end="")
    print(f"{len(page.paragraphs)} paragraphs")
    found = suggest(page.sections)
    for each in found[:_SHOWN]:
        print(f"  [{each.section}] {each.question}")
    print(f"{len(found)} entries suggested.")
    if dry_run:
        return
    async with composition_of(context).open_database(settings) as db:
        await load_starter(db, now)  # what `serve` would answer from
        async with db.transaction() as session:
            checked = await add_article(session, page, now=now, every=_every(settings), fetched=fetched)
            await tell(session, checked, now)
            await _note(session, "articles.read", f"article:{checked.article}", {"outcome": checked.outcome}, now)
            offered = await offer(session, checked.article) if drafts else ()
            picked = {each.suggestion.id: "" for each in offered if not each.entries}
            made = await create_drafts(session, checked.article, picked, now=now, by=audit.COMMAND_LINE.login)
            for entry in made:
                await _note(session, "entries.draft", f"entry:{entry}", {"article": checked.article}, now)
    print(f"Kept as {checked.article}: {checked.outcome}.", *(f"Flagged {key}." for key in checked.flagged))
    if drafts:
        print(f"Made {len(made)} drafts.")


async def _check(context: typer.Context, named: list[str]) -> int:
    from knowledge.watching import articles, checking

    settings, clock = settings_of(), SystemClock()
    failed = 0
    async with composition_of(context).open_database(settings) as db:
        async with db.reading() as session:
            keys = named or await articles.watched(session)
        fetch = _fetcher(settings)
        for key in keys:
            checked = await checking.check(db, fetch, key, now=clock.now, every=_every(settings), tell=tell)
            touched = {"flagged": checked.flagged, "suspended": checked.suspended, "withdrawn": checked.withdrawn}
            words = [f"{name} {', '.join(entries)}" for name, entries in touched.items() if entries]
            print("; ".join([f"{key}: {checked.problem or checked.outcome}", *words]))
            failed += bool(checked.problem)
    return failed


async def _note(session: AsyncSession, action: str, subject: str, after: Mapping[str, str], now: datetime) -> None:
    await audit.record(session, actor=audit.COMMAND_LINE, action=action, subject=subject, at=now, after=after)


def _fetcher(settings: Settings) -> PortalFetcher:
    return PortalFetcher(settings.portal, contact=settings.public_url)


def _every(settings: Settings) -> timedelta:
    return timedelta(hours=settings.portal.check_hours)


def _saved(source: str) -> Page:
    """Read a saved page or text. Raises KnowledgeError when the file cannot be read."""
    from knowledge.portal.decoding import decode

    try:
        return read_page(decode(Path(source).read_bytes()))
    except OSError as error:
        raise KnowledgeError(f"The file {source} cannot be read: {error.strerror}.", hint="Check its name.") from error
