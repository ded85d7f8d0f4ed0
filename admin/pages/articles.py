"""Pages of the portal that entries quote: the list, one article, new ones, another look."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from admin.addresses import plain_host, require_allowed
from admin.console import console, form_of, note, render, see_other
from admin.page import Action, Page, Permission
from admin.pages import article_drafts, article_flags
from admin.paging import page_number
from admin.wording import say
from knowledge.portal.listings import Listed, Listing, read_listing
from knowledge.portal.pages import read_page
from knowledge.watching import articles, checking, flagging, schedule
from runtime.chores import lane_of
from runtime.errors import KnowledgeError, PortalError

PER_PAGE = 50
_SHOWN = 200  # articles of a list that can be picked from
_SITEMAPS = 3  # of an index that are read: each costs a request
_BODY = 4 * 2**20  # bytes of a form with a pasted page


async def list_page(request: web.Request) -> web.Response:
    """Show every article with how its last look went and what rests on it."""
    page = page_number(request.query)
    async with console(request).db.reading() as session:
        lines = await articles.list_articles(session, offset=(page - 1) * PER_PAGE, limit=PER_PAGE)
        total, flags = await articles.count_articles(session), await flagging.count_open(session)
    return render(
        request, "articles/list.html", lines=lines, page=page, total=total, per_page=PER_PAGE, flags=flags,
        hours=console(request).settings.portal.check_hours,
    )  # fmt: skip


async def view(request: web.Request) -> web.Response:
    """Show one article: its paragraphs, and which entries quote each."""
    async with console(request).db.reading() as session:
        try:
            shown = await articles.view_article(session, request.query.get("key", ""))
        except KnowledgeError:
            raise web.HTTPNotFound from None
        flags = await flagging.open_flags(session, article=shown.line.key)
    return render(request, "articles/view.html", article=shown, flags=flags)


async def new(request: web.Request) -> web.Response:
    """Show the ways to add an article."""
    return _new(request)


def _new(request: web.Request, *, url: str = "", text: str = "", problem: str = "") -> web.Response:
    hosts = sorted(console(request).settings.portal.allowed_hosts)
    status = 422 if problem else 200
    return render(request, "articles/new.html", status=status, hosts=hosts, address=url, text=text, problem=problem)


async def fetch(request: web.Request) -> web.Response:
    """Read the page at an address and keep it; a feed or sitemap is shown to pick from."""
    url, ports = (await form_of(request)).text("url"), console(request)
    try:
        fetched = await ports.fetch(url)
        listing = read_listing(fetched.content, url=fetched.url) if not fetched.has_failed else None
        if listing is not None:
            return await _pick(request, url, await _with_sitemaps(request, listing))
        fetched, page = await checking.understood(fetched)
        async with ports.db.transaction() as session:
            checked = await articles.add_article(
                session, page, now=ports.clock.now(), every=_every(request), fetched=fetched
            )
            await note(
                request, session, "articles.read", f"article:{checked.article}", after={"outcome": checked.outcome}
            )
    except PortalError as error:
        return _new(request, url=url, problem=say(f"articles.problem.{error.problem}"))
    except KnowledgeError:
        return _new(request, url=url, problem=say("articles.problem.empty"))
    return _kept(request, checked)


async def paste(request: web.Request) -> web.Response:
    """Keep a page that was pasted, as HTML or as text."""
    form, ports = await form_of(request), console(request)
    url, text = form.text("url"), form.raw("text")
    try:
        if url:
            require_allowed(url, _hosts(request))
        async with ports.db.transaction() as session:
            checked = await articles.add_article(
                session, read_page(text, url=url), now=ports.clock.now(), every=_every(request)
            )
            await note(
                request, session, "articles.paste", f"article:{checked.article}", after={"outcome": checked.outcome}
            )
    except PortalError as error:
        return _new(request, url=url, text=text, problem=say(f"articles.problem.{error.problem}"))
    except KnowledgeError:
        return _new(request, url=url, text=text, problem=say("articles.problem.empty"))
    return _kept(request, checked)


def _kept(request: web.Request, checked: checking.Checked) -> web.Response:
    if checked.flagged:
        said = say("articles.kept_flagged", count=len(checked.flagged))
        return see_other(request, "articles.flags", flash=said, tone="attention")
    name = "articles.drafts" if checked.outcome == "first" else "articles.view"
    return see_other(request, name, key=checked.article, flash=say(f"articles.outcome.{checked.outcome}"))


async def _with_sitemaps(request: web.Request, listing: Listing) -> Listing:
    """Return an index of sitemaps with what the first of them list."""
    items = list(listing.items)
    for url in listing.sitemaps[:_SITEMAPS]:
        fetched = await console(request).fetch(url)
        found = read_listing(fetched.content, url=fetched.url)
        items += found.items if found is not None else ()
    return Listing(items=tuple(items))


async def _pick(request: web.Request, url: str, listing: Listing) -> web.Response:
    ports = console(request)
    hosts = _hosts(request)
    items = [item for item in listing.items if _is_allowed(item.url, hosts)][:_SHOWN]
    async with ports.db.reading() as session:
        known = await articles.known_addresses(session, [item.url for item in items])
    return render(
        request, "articles/pick.html", address=url, items=items, known=known, left_out=len(listing.items) - len(items)
    )


def _hosts(request: web.Request) -> frozenset[str]:
    return frozenset(map(plain_host, console(request).settings.portal.allowed_hosts))


def _is_allowed(url: str, hosts: frozenset[str]) -> bool:
    try:
        require_allowed(url, hosts)
    except PortalError:
        return False
    return True


async def enqueue(request: web.Request) -> web.Response:
    """Put the picked articles of a list on ours; they are read one after the other."""
    form, ports = await form_of(request), console(request)
    hosts = _hosts(request)
    titles = dict(each.partition("\t")[::2] for each in form.texts("pick")[:_SHOWN])
    listed = [Listed(url=url, title=title) for url, title in titles.items() if _is_allowed(url, hosts)]
    async with ports.db.transaction() as session:
        made = await articles.enqueue(session, listed, now=ports.clock.now())
        for key in made:
            await note(request, session, "articles.enqueue", f"article:{key}")
        await ports.waker.wake(session, [lane_of(schedule.CHORE)], ports.clock.now())
    return see_other(request, "articles.list", flash=say("articles.enqueued", count=len(made)))


async def check(request: web.Request) -> web.Response:
    """Have an article looked at next."""
    key, ports = (await form_of(request)).text("key"), console(request)
    async with ports.db.transaction() as session:
        await schedule.request_check(session, key, now=ports.clock.now())
        await ports.waker.wake(session, [lane_of(schedule.CHORE)], ports.clock.now())
    return see_other(request, "articles.view", key=key, flash=say("articles.check_soon"), tone="info")


async def watch(request: web.Request) -> web.Response:
    """Put an article under watch again; it is looked at next."""
    key, ports = (await form_of(request)).text("key"), console(request)
    async with ports.db.transaction() as session:
        await schedule.request_check(session, key, now=ports.clock.now())
        await note(request, session, "articles.watch", f"article:{key}")
        await ports.waker.wake(session, [lane_of(schedule.CHORE)], ports.clock.now())
    return see_other(request, "articles.view", key=key, flash=say("articles.watched"), tone="info")


async def unwatch(request: web.Request) -> web.Response:
    """Look at an article's page no more."""
    key = (await form_of(request)).text("key")
    try:
        async with console(request).db.transaction() as session:
            await schedule.stop_watching(session, key)
            await note(request, session, "articles.unwatch", f"article:{key}")
    except KnowledgeError:
        raise web.HTTPNotFound from None
    return see_other(request, "articles.view", key=key, flash=say("articles.unwatched"))


async def move(request: web.Request) -> web.Response:
    """Say at which address an article stands now."""
    form, ports = await form_of(request), console(request)
    key, url = form.text("key"), form.text("url")
    try:
        require_allowed(url, _hosts(request))
        async with ports.db.transaction() as session:
            before = await articles.change_address(session, key, url, now=ports.clock.now())
            await note(request, session, "articles.move", f"article:{key}", before={"url": before}, after={"url": url})
            await ports.waker.wake(session, [lane_of(schedule.CHORE)], ports.clock.now())
    except PortalError as error:
        said, tone = say(f"articles.problem.{error.problem}"), "danger"
    except KnowledgeError:
        said, tone = say("articles.taken"), "danger"
    else:
        said, tone = say("articles.moved"), "info"
    return see_other(request, "articles.view", key=key, flash=said, tone=tone)


def _every(request: web.Request) -> timedelta:
    return timedelta(hours=console(request).settings.portal.check_hours)


_VIEW, _EDIT = Permission.ARTICLES_VIEW, Permission.ARTICLES_EDIT
_BASE = "/admin/articles"
PAGE = Page(
    name="articles",
    menu=True,
    icon="news",
    actions=(
        Action(method="GET", path=_BASE, handler=list_page, permission=_VIEW, name="articles.list"),
        Action(method="GET", path=f"{_BASE}/view", handler=view, permission=_VIEW, name="articles.view"),
        Action(method="GET", path=f"{_BASE}/new", handler=new, permission=_EDIT, name="articles.new"),
        Action(method="POST", path=f"{_BASE}/fetch", handler=fetch, permission=_EDIT, name="articles.fetch"),
        Action(
            method="POST", path=f"{_BASE}/paste", handler=paste, permission=_EDIT, name="articles.paste", body=_BODY
        ),
        Action(method="POST", path=f"{_BASE}/enqueue", handler=enqueue, permission=_EDIT, name="articles.enqueue"),
        Action(method="POST", path=f"{_BASE}/move", handler=move, permission=_EDIT, name="articles.move"),
        Action(method="POST", path=f"{_BASE}/check", handler=check, permission=_EDIT, name="articles.check"),
        Action(method="POST", path=f"{_BASE}/watch", handler=watch, permission=_EDIT, name="articles.watch"),
        Action(method="POST", path=f"{_BASE}/unwatch", handler=unwatch, permission=_EDIT, name="articles.unwatch"),
        *article_drafts.ACTIONS,
        *article_flags.ACTIONS,
    ),
)
