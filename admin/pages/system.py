"""The state of the system: what the doctor finds, tokens and their age, dead letters, versions."""

from __future__ import annotations

from aiohttp import web

from admin import inspection
from admin.console import console, form_of, note, render, see_other
from admin.findings import told
from admin.page import Action, Page, Permission, Section
from admin.wording import say
from bot import deadletters


async def show(request: web.Request) -> web.Response:
    """Show the state; `?platforms=1` asks the platforms as well."""
    ports, asked = console(request), "platforms" in request.query
    async with ports.db.reading() as session:
        dead, letters = await deadletters.count(session), await deadletters.newest(session)
    return render(
        request,
        "system/show.html",
        findings=[told(found) for found in await inspection.findings(ports, with_platforms=asked)],
        with_platforms=asked,
        tokens=await inspection.tokens(ports),
        versions=await inspection.versions(ports),
        dead=dead,
        letters=letters,
    )


async def revive(request: web.Request) -> web.Response:
    """Give one dead letter, or all of them, another life."""
    form, ports = await form_of(request), console(request)
    queue, letter_id = form.text("queue"), form.integer("letter")
    async with ports.db.transaction() as session:
        updates, deliveries = await deadletters.revive(
            session, ports.waker, now=ports.clock.now(), queue=queue, letter_id=letter_id
        )
        subject = f"{queue}:{letter_id}" if letter_id is not None else "queues"
        await note(request, session, "queues.revive", subject, after={"updates": updates, "deliveries": deliveries})
    return see_other(request, "system.show", flash=say("system.revived", updates=updates, deliveries=deliveries))


PAGE = Page(
    name="system",
    menu=True,
    section=Section.ADMINISTRATION,
    icon="settings",
    actions=(
        Action(method="GET", path="/admin/system", handler=show, permission=Permission.SYSTEM_VIEW, name="system.show"),
        Action(
            method="POST",
            path="/admin/system/revive",
            handler=revive,
            permission=Permission.SYSTEM_MANAGE,
            name="system.revive",
        ),
    ),
)
