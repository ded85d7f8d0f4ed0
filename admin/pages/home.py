"""The start page: what there is to do for this person."""

from __future__ import annotations

from aiohttp import web

from admin.console import console, render
from admin.page import Action, Page, Permission, Section


async def start(request: web.Request) -> web.Response:
    """Show the way to every page that the person may open."""
    return render(request, "home.html", entries=len(console(request).feed.current.snapshot.entries))


PAGE = Page(
    name="home",
    section=Section.START,
    icon="home",
    menu=True,
    actions=(Action(method="GET", path="/admin", handler=start, permission=Permission.SIGNED_IN, name="home.start"),),
)
