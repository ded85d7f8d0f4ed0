"""Draft entries that an article suggests: a person ticks and rewords, nothing is published."""

from __future__ import annotations

from aiohttp import web

from admin.console import console, form_of, note, render, see_other, staff_of
from admin.page import Action, Permission
from admin.wording import say
from knowledge.watching import drafting
from runtime.errors import KnowledgeError


async def drafts(request: web.Request) -> web.Response:
    """Show what an article suggests."""
    key = request.query.get("key", "")
    async with console(request).db.reading() as session:
        try:
            offered = await drafting.offer(session, key)
        except KnowledgeError:
            raise web.HTTPNotFound from None
    return render(request, "articles/drafts.html", key=key, offered=offered)


async def create(request: web.Request) -> web.Response:
    """Make drafts of the ticked suggestions, with the questions as they were worded."""
    form, ports = await form_of(request), console(request)
    key = form.text("key")
    picked = {name: form.text(f"question-{name}") for name in form.texts("pick")}
    async with ports.db.transaction() as session:
        made = await drafting.create_drafts(
            session, key, picked, now=ports.clock.now(), note=say("articles.draft_note", article=key),
            by=staff_of(request).login,
        )  # fmt: skip
        for entry in made:
            await note(request, session, "entries.draft", f"entry:{entry}", after={"article": key})
    if not made:
        return see_other(request, "articles.drafts", key=key, flash=say("articles.nothing_picked"), tone="attention")
    return see_other(request, "articles.view", key=key, flash=say("articles.drafts_made", count=len(made)))


ACTIONS = (
    Action(
        method="GET", path="/admin/articles/drafts", handler=drafts, permission=Permission.ENTRIES_EDIT,
        name="articles.drafts",
    ),
    Action(
        method="POST", path="/admin/articles/drafts", handler=create, permission=Permission.ENTRIES_EDIT,
        name="articles.create_drafts",
    ),
)  # fmt: skip
