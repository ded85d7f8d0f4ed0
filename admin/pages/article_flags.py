"""Entries whose quoted paragraph changed: old and new wording side by side, and what to do about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from admin.console import console, form_of, note, render, see_other, staff_of
from admin.page import Action, Permission
from admin.wording import say
from knowledge.diffing import Piece, word_diff
from knowledge.watching import flagging, settling
from knowledge.watching.flagging import Flag
from knowledge.watching.settling import Settled
from runtime.errors import KnowledgeError


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFlag:
    """A flag with how its paragraph changed, word by word, and the quote that is proposed."""

    flag: Flag
    pieces: tuple[Piece, ...]
    quote: str


async def flags(request: web.Request) -> web.Response:
    """Show every open flag, those with a broken quote first."""
    async with console(request).db.reading() as session:
        found = await flagging.open_flags(session, article=request.query.get("article", ""))
    shown = [
        ShownFlag(flag=flag, pieces=word_diff(flag.old_text, flag.new_text), quote=settling.proposed_quote(flag))
        for flag in found
    ]
    return render(request, "articles/flags.html", flags=shown)


async def confirm(request: web.Request) -> web.Response:
    """Say that the meaning is unchanged; the quote follows the page."""
    quote = (await form_of(request)).text("quote")

    async def act(session: Any, flag: int, by: str) -> Settled:
        now = console(request).clock.now()
        return await settling.confirm(session, flag, quote=quote, by=by, now=now, note=say("articles.quote_note"))

    return await _settled(request, "confirm", act)


async def resume(request: web.Request) -> web.Response:
    """Let an entry speak again whose page has come back."""

    async def act(session: Any, flag: int, by: str) -> Settled:
        return await settling.resume(session, flag, by=by, now=console(request).clock.now())

    return await _settled(request, "resume", act)


async def dismiss(request: web.Request) -> web.Response:
    """Close a flag; its entry stays as it is."""

    async def act(session: Any, flag: int, by: str) -> Settled:
        return await settling.dismiss(session, flag, by=by, now=console(request).clock.now())

    return await _settled(request, "dismiss", act)


async def _settled(request: web.Request, name: str, act: Callable[[Any, int, str], Awaitable[Settled]]) -> web.Response:
    number = (await form_of(request)).integer("flag") or 0
    try:
        async with console(request).db.transaction() as session:
            settled = await act(session, number, staff_of(request).login)
            after = {"revision": settled.revision} if settled.revision else None
            await note(request, session, f"articles.{name}", f"entry:{settled.entry}", after=after)
    except KnowledgeError:
        return see_other(request, "articles.flags", flash=say(f"articles.refused.{name}"), tone="danger")
    told = "revised" if settled.revision else name
    return see_other(request, "articles.flags", flash=say(f"articles.settled.{told}", entry=settled.entry))


_BASE = "/admin/articles/flags"
_VIEW, _EDIT, _PUBLISH = Permission.ARTICLES_VIEW, Permission.ARTICLES_EDIT, Permission.ENTRIES_PUBLISH
ACTIONS = (
    Action(method="GET", path=_BASE, handler=flags, permission=_VIEW, name="articles.flags"),
    Action(method="POST", path=f"{_BASE}/confirm", handler=confirm, permission=_EDIT, name="articles.confirm"),
    Action(method="POST", path=f"{_BASE}/resume", handler=resume, permission=_PUBLISH, name="articles.resume"),
    Action(method="POST", path=f"{_BASE}/dismiss", handler=dismiss, permission=_EDIT, name="articles.dismiss"),
)
