"""The staff lexicon: words that only this office and its citizens use, and what they mean. Used as soon as saved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from admin.console import console, render
from admin.naming import staff_names
from admin.page import Action, Page, Permission
from admin.pages import term_editing
from admin.paging import page_number
from knowledge.schema import TermKind
from knowledge.term_listing import Standing, TermFilter, lines_of
from knowledge.terms import stored_terms
from runtime.clock import vietnam_date

PER_PAGE = 50
FILTERS = ("q", "kind", "show")
SEVERAL = "several"
SHOWS = (*Standing, SEVERAL)


async def list_page(request: web.Request) -> web.Response:
    """Show the terms that the query asks for, a page at a time."""
    ports, query = console(request), request.query
    on = vietnam_date(ports.clock.now())
    async with ports.db.reading() as session:
        terms, names = await stored_terms(session), await staff_names(session)
    lines = lines_of(terms, wanted_of(query), on=on)
    number = page_number(query)
    return render(
        request, "terms/list.html", lines=lines[(number - 1) * PER_PAGE : number * PER_PAGE], total=len(lines),
        page=number, per_page=PER_PAGE, names=names, kinds=list(TermKind), shows=[str(show) for show in SHOWS],
        has_any=bool(terms), kept={name: query[name] for name in FILTERS if query.get(name)},
    )  # fmt: skip


def wanted_of(query: Mapping[str, str]) -> TermFilter:
    """Return what a query asks for. Values that mean nothing do not narrow."""
    kind, show = query.get("kind", ""), query.get("show", "")
    return TermFilter(
        words=query.get("q", ""),
        kind=TermKind(kind) if kind in set(TermKind) else None,
        standing=Standing(show) if show in set(Standing) else None,
        several=show == SEVERAL,
    )


def _act(method: str, path: str, handler: Callable[[web.Request], Awaitable[web.StreamResponse]], name: str) -> Action:
    """Return an action below /admin/terms. Whatever changes a term is spoken at once: it needs who may publish."""
    permission = Permission.ENTRIES_VIEW if name == "list" else Permission.ENTRIES_PUBLISH
    return Action(
        method=method, path=f"/admin/terms{path}", handler=handler, permission=permission, name=f"terms.{name}"
    )


PAGE = Page(
    name="terms",
    menu=True,
    icon="vocabulary",
    actions=(
        _act("GET", "", list_page, "list"),
        _act("GET", "/new", term_editing.new, "new"),
        _act("GET", "/edit", term_editing.edit, "edit"),
        _act("POST", "/edit", term_editing.save, "save"),
        _act("POST", "/preview", term_editing.preview, "preview"),
        _act("POST", "/retire", term_editing.retire, "retire"),
        _act("POST", "/remove", term_editing.remove, "remove"),
    ),
)
