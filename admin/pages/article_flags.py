"""Entries whose quoted paragraph changed: old and new wording side by side, and what to do about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
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

_MOST = 200  # flags closed by one act


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFlag:
    """A flag with the quote that is proposed for its entry."""

    flag: Flag
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """One changed paragraph, word by word, with its flags: those that need an act each, and the others."""

    first: Flag
    pieces: tuple[Piece, ...]
    single: tuple[ShownFlag, ...]
    intact: tuple[Flag, ...]


async def flags(request: web.Request) -> web.Response:
    """Show every open flag by the paragraph that changed, those with a broken quote first."""
    async with console(request).db.reading() as session:
        found = await flagging.open_flags(session, article=request.query.get("article", ""))
    return render(request, "articles/flags.html", changes=[*_changes(found)], count=len(found))


def _changes(found: Sequence[Flag]) -> Iterator[ShownChange]:
    """Gather the flags of each paragraph. A flag that suspended its entry needs an act of its own."""
    groups: dict[tuple[str, str, str], list[Flag]] = {}
    for flag in found:
        groups.setdefault((flag.article, flag.old_text, flag.new_text), []).append(flag)
    for (_, old_text, new_text), group in groups.items():
        single = [flag for flag in group if flag.has_suspended or not flag.is_quote_intact]
        yield ShownChange(
            first=group[0],
            pieces=word_diff(old_text, new_text),
            single=tuple(ShownFlag(flag=flag, quote=settling.proposed_quote(flag)) for flag in single),
            intact=tuple(flag for flag in group if flag not in single),
        )


async def confirm_all(request: web.Request) -> web.Response:
    """Say that the meaning is unchanged for entries whose quote stands as it did."""
    form, by = await form_of(request), staff_of(request).login
    numbers = [int(number) for number in form.texts("flag") if number.isdecimal()][:_MOST]
    async with console(request).db.transaction() as session:
        keys = await settling.confirm_standing(session, numbers, by=by, now=console(request).clock.now())
        for key in keys:
            await note(request, session, "articles.confirm", f"entry:{key}")
    return see_other(request, "articles.flags", flash=say("articles.settled.all", count=len(keys)))


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
    Action(
        method="POST", path=f"{_BASE}/confirm-all", handler=confirm_all, permission=_EDIT, name="articles.confirm_all"
    ),
    Action(method="POST", path=f"{_BASE}/resume", handler=resume, permission=_PUBLISH, name="articles.resume"),
    Action(method="POST", path=f"{_BASE}/dismiss", handler=dismiss, permission=_EDIT, name="articles.dismiss"),
)
