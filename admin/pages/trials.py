"""Test questions: what must be answered by which entry, or by none; asked on demand and before each publication."""

from __future__ import annotations

import asyncio

from aiohttp import web

from admin.console import console, form_of, note, render, see_other, staff_of
from admin.page import Action, Page, Permission
from admin.paging import page_number
from admin.wording import say
from knowledge.behaviour import Question
from knowledge.trials.asking import ask_all
from knowledge.trials.questions import Kept, drop_question, keep_question, kept_questions
from knowledge.trials.sources import Source
from runtime.errors import KnowledgeError

PER_PAGE = 100


async def list_page(request: web.Request) -> web.Response:
    """Show the questions, newest first; with `run` also what is said to them now."""
    return await _list(request)


async def _list(
    request: web.Request, *, text: str = "", expected: str = "", error: str = "", is_entry: bool = False
) -> web.Response:
    ports, query = console(request), request.query
    async with ports.db.reading() as session:
        every = await kept_questions(session)
    number = page_number(query)
    shown = every[(number - 1) * PER_PAGE : number * PER_PAGE]
    replies = await asyncio.to_thread(ask_all, ports.feed.current.matcher, _asked(every)) if query.get("run") else {}
    entries = list(ports.feed.current.snapshot.entries.values())
    results = {kept.id: replies[question] for kept, question in zip(every, _asked(every), strict=True) if replies}
    return render(
        request, "trials/list.html", kept=shown, results=results, page=number, per_page=PER_PAGE, total=len(every),
        wrong=sum(not right for _, right in results.values()), entries=entries,
        typed={"text": text, "expected": expected}, error=error, entry_error=is_entry, status=422 if error else 200,
    )  # fmt: skip


async def keep(request: web.Request) -> web.Response:
    """Store a question; its entry, if it names one, must be published."""
    form, ports = await form_of(request), console(request)
    text, expected = form.text("text"), form.text("expected")
    if expected and expected not in ports.feed.current.snapshot.entries:
        error = say("trials.no_entry", entry=expected)
        return await _list(request, text=text, expected=expected, error=error, is_entry=True)
    try:
        async with ports.db.transaction() as session:
            number = await keep_question(
                session, text, expected=expected, source=Source.STAFF, by=staff_of(request).login, now=ports.clock.now()
            )
            await note(request, session, "trials.keep", f"question:{number}", after={"expected": expected})
    except KnowledgeError:
        return await _list(request, text=text, expected=expected, error=say("trials.not_a_question"))
    return see_other(request, "trials.list", flash=say("trials.kept"))


async def drop(request: web.Request) -> web.Response:
    """Take a question back."""
    number = (await form_of(request)).integer("id") or 0
    async with console(request).db.transaction() as session:
        was_there = await drop_question(session, number)
        if was_there:
            await note(request, session, "trials.drop", f"question:{number}")
    return see_other(
        request, "trials.list", flash=say("trials.dropped" if was_there else "trials.gone"),
        tone="ok" if was_there else "attention",
    )  # fmt: skip


def _asked(kept: tuple[Kept, ...]) -> list[Question]:
    return [Question(text=each.text, expected=each.expected) for each in kept]


_BASE = "/admin/trials"
PAGE = Page(
    name="trials",
    menu=True,
    icon="clipboard-check",
    actions=(
        Action(method="GET", path=_BASE, handler=list_page, permission=Permission.ENTRIES_VIEW, name="trials.list"),
        Action(method="POST", path=_BASE, handler=keep, permission=Permission.ENTRIES_EDIT, name="trials.keep"),
        Action(
            method="POST", path=f"{_BASE}/drop", handler=drop, permission=Permission.ENTRIES_EDIT, name="trials.drop"
        ),
    ),
)  # fmt: skip
