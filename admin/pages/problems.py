"""What is wrong with the published knowledge, each with the way to mend it."""

from __future__ import annotations

from itertools import groupby

from aiohttp import web

from admin.console import console, form_of, note, render, see_other, staff_of
from admin.page import Action, Page, Permission
from admin.wording import say
from knowledge import editing
from knowledge.history import load_entry
from knowledge.problems import find_troubles
from knowledge.terms import remove_term
from runtime.clock import vietnam_date
from runtime.errors import KnowledgeError

MOST_OF_A_KIND = 100


async def list_page(request: web.Request) -> web.Response:
    """Show every trouble by its kind."""
    ports = console(request)
    on = vietnam_date(ports.clock.now())
    async with ports.db.reading() as session:
        troubles = await find_troubles(session, ports.feed.current, on=on)
    kinds = [(kind, list(found)) for kind, found in groupby(troubles, key=lambda trouble: trouble.kind)]
    return render(request, "problems/list.html", kinds=kinds, total=len(troubles), most=MOST_OF_A_KIND)


async def suspend(request: web.Request) -> web.Response:
    """Stop an entry from being spoken."""
    key, ports = (await form_of(request)).text("key"), console(request)
    try:
        async with ports.db.transaction() as session:
            await editing.suspend(session, key, now=ports.clock.now())
            await note(request, session, "entries.suspend", f"entry:{key}")
    except KnowledgeError:
        return see_other(request, "problems.list", flash=say("problems.refused"), tone="attention")
    await ports.feed.refresh()
    return see_other(request, "problems.list", flash=say("problems.suspended", entry=key))


async def drop_variant(request: web.Request) -> web.Response:
    """Take a wording out of an entry, in a new draft."""
    form, ports = await form_of(request), console(request)
    key, text = form.text("key"), form.text("text")
    try:
        async with ports.db.transaction() as session:
            stored = await load_entry(session, key)
            kept = tuple(variant for variant in stored.item.variants if variant != text)
            if len(kept) == len(stored.item.variants):
                said = say("problems.not_dropped", entry=key)
                return see_other(request, "problems.list", flash=said, tone="attention")
            number = await editing.revise(
                session, stored.item.model_copy(update={"variants": kept}), now=ports.clock.now(),
                note=say("problems.drop_note"), author=staff_of(request).login, base=stored.latest,
            )  # fmt: skip
            await note(request, session, "entries.save", f"entry:{key}", after={"revision": number})
    except KnowledgeError:
        return see_other(request, "problems.list", flash=say("problems.refused"), tone="attention")
    return see_other(request, "entries.review", flash=say("problems.dropped", entry=key), key=key)


async def forget(request: web.Request) -> web.Response:
    """Take one meaning of a term out of the lexicon."""
    form, ports = await form_of(request), console(request)
    term, meaning = form.text("term"), form.text("meaning")
    try:
        async with ports.db.transaction() as session:
            await remove_term(session, term, meaning, now=ports.clock.now())
            await note(request, session, "terms.remove", f"term:{term}", before={"meaning": meaning})
    except KnowledgeError:
        return see_other(request, "problems.list", flash=say("problems.refused"), tone="attention")
    await ports.feed.refresh()
    return see_other(request, "problems.list", flash=say("problems.forgotten", term=term, meaning=meaning))


_BASE = "/admin/problems"
_PUBLISH = Permission.ENTRIES_PUBLISH
PAGE = Page(
    name="problems",
    menu=True,
    icon="alert-triangle",
    actions=(
        Action(method="GET", path=_BASE, handler=list_page, permission=Permission.ENTRIES_VIEW, name="problems.list"),
        Action(method="POST", path=f"{_BASE}/suspend", handler=suspend, permission=_PUBLISH, name="problems.suspend"),
        Action(
            method="POST", path=f"{_BASE}/variant", handler=drop_variant, permission=Permission.ENTRIES_EDIT,
            name="problems.drop_variant",
        ),
        Action(method="POST", path=f"{_BASE}/term", handler=forget, permission=_PUBLISH, name="problems.forget"),
    ),
)  # fmt: skip
