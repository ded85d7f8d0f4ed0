"""The start page: what waits for this person, and the way to everything else."""

from __future__ import annotations

from aiohttp import web

from admin import tasks
from admin.console import console, render, staff_of
from admin.page import Action, Page, Permission, Section
from knowledge.listing import list_returned


async def start(request: web.Request) -> web.Response:
    """Show what waits, then every page that the person may open."""
    ports, person = console(request), staff_of(request)
    async with ports.db.reading() as session:
        waiting = await tasks.waiting_for(session, person)
        returned = await list_returned(session, person.login) if person.may(Permission.ENTRIES_EDIT) else []
    entries = len(ports.feed.current.snapshot.entries)
    return render(request, "home.html", entries=entries, waiting=waiting, returned=returned)


PAGE = Page(
    name="home",
    section=Section.START,
    icon="home",
    menu=True,
    actions=(Action(method="GET", path="/admin", handler=start, permission=Permission.SIGNED_IN, name="home.start"),),
)
