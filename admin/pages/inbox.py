"""Conversations in which a person is asked for: who waits, what was said, answering, giving back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from admin.console import console, form_of, note, render, see_other, staff_of, url_of
from admin.naming import channel_name, span, staff_names
from admin.page import Action, Handler, Page, Permission, Section
from admin.paging import page_number
from admin.wording import say
from bot import handoff, threads
from bot.channel import WindowClosed
from bot.handoff import Desk, HandoffError, TakenByAnother
from bot.speaking import Speaker
from bot.threads import Folder, Thread

_SEE_OTHER = web.HTTPSeeOther.status_code
TEXT_LENGTH = 4_000  # characters of one answer; channels split what is longer than theirs


async def list_threads(request: web.Request) -> web.Response:
    """Show the conversations of a folder, those that wait first."""
    ports, now = console(request), console(request).clock.now()
    asked = request.query.get("folder", "")
    folder = Folder(asked) if asked in set(Folder) else Folder.WAITING
    page = page_number(request.query)
    async with ports.db.reading() as session:
        found, total = await threads.listing(session, ports.channels, folder, now=now, page=page)
        waiting = await threads.waiting(session)
        names = await staff_names(session)
    return render(
        request, "inbox/list.html", threads=found, total=total, page=page, per_page=threads.PAGE, folder=folder,
        folders=list(Folder), waiting=waiting, names=names, window=_window(request), **_words(request),
    )  # fmt: skip


async def show(request: web.Request) -> web.Response:
    """Show one conversation, and the form to answer."""
    return await _page(request)


async def news(request: web.Request) -> web.Response:
    """Return the part of a conversation that changes; 204 while it is as the page shows it."""
    found = await _found(request)
    if _mark(found) == request.query.get("mark", ""):
        return web.Response(status=204)
    return render(request, "inbox/news.html", **await _values(request, found))


async def answer(request: web.Request) -> web.Response:
    """Say something as a person of staff."""
    form, ports, desk = await form_of(request), console(request), _desk(request)
    text, number = form.raw("text").strip(), _id(request)
    if not text or len(text) > TEXT_LENGTH:
        return await _page(request, typed=form.raw("text"), problem=say("inbox.length", most=TEXT_LENGTH), status=422)
    speaker = _speaker(request)
    try:
        async with ports.db.transaction() as session:
            await handoff.answer(session, speaker, number, text, desk)
            await note(request, session, "inbox.answer", f"conversation:{number}")
    except (WindowClosed, HandoffError) as error:
        return await _page(request, typed=form.raw("text"), problem=_told(error), status=409)
    return see_other(request, "inbox.show", id=number)


async def claim(request: web.Request) -> web.Response:
    """Take a conversation over. What was being typed meanwhile is there again, not sent yet."""
    desk, typed = _desk(request), (await form_of(request)).raw("text")
    done = await _act(request, "claim", lambda session, number: handoff.claim(session, number, desk), typed=typed)
    if not typed.strip() or done.status != _SEE_OTHER:
        return done
    return await _page(request, typed=typed, flash_text=say("inbox.done_claim"), flash_tone="ok")


async def release(request: web.Request) -> web.Response:
    """Give a conversation back to the assistant; a colleague's only when their name was shown."""
    desk, speaker, held_by = _desk(request), _speaker(request), (await form_of(request)).text("held_by")

    async def do(session: Any, number: int) -> str:
        is_told = await handoff.release(session, speaker, number, desk, held_by=held_by)
        return "_unanswered" if is_told else ""

    return await _act(request, "release", do)


async def close(request: web.Request) -> web.Response:
    """Let nobody speak in a conversation; a colleague's only when their name was shown."""
    desk, held_by = _desk(request), (await form_of(request)).text("held_by")
    return await _act(request, "close", lambda session, number: handoff.close(session, number, desk, held_by=held_by))


async def _act(
    request: web.Request, name: str, do: Callable[[Any, int], Awaitable[str | None]], *, typed: str = ""
) -> web.Response:
    """Do something to a conversation and say so; what `do` returns names what else is to be said."""
    number = _id(request)
    try:
        async with console(request).db.transaction() as session:
            also = await do(session, number) or ""
            await note(request, session, f"inbox.{name}", f"conversation:{number}")
    except TakenByAnother as error:
        return await _page(request, typed=typed, status=409, flash_text=_told(error), flash_tone="danger")
    except HandoffError as error:
        return see_other(request, "inbox.list", flash=_told(error), tone="danger")
    return see_other(request, "inbox.show", id=number, flash=say(f"inbox.done_{name}{also}"))


async def _page(
    request: web.Request, *, typed: str = "", problem: str = "", status: int = 200, **flash: str
) -> web.Response:
    here = url_of(request, "inbox.show", id=_id(request))  # what was posted to has no page to come back to
    values = await _values(request, await _found(request)) | {"here": here, **flash}
    return render(request, "inbox/thread.html", typed=typed, problem=problem, most=TEXT_LENGTH, status=status, **values)


async def _found(request: web.Request) -> Any:
    ports = console(request)
    async with ports.db.reading() as session:
        found = await threads.thread(session, ports.channels, _id(request))
    if found is None:
        raise web.HTTPNotFound
    return found


async def _values(request: web.Request, found: Any) -> dict[str, Any]:
    async with console(request).db.reading() as session:
        names = await staff_names(session)
    now, holder = console(request).clock.now(), found[0].claimed_by
    is_anothers = handoff.is_anothers(holder, staff_of(request).login)
    return {
        "thread": found[0], "said": found[1], "mark": _mark(found), "names": names, "window": _window(request),
        "can_answer": found[0].can_answer(now), "colleague": names.get(holder, holder) if is_anothers else "",
        **_words(request),
    }  # fmt: skip


def _mark(found: Any) -> str:
    """Return what changes whenever there is something new to see: messages, what became of them, who speaks."""
    thread, said = found
    states = "".join(each.state[:1] for each in said if each.state)
    return f"{said[-1].id if said else 0}.{thread.mode.value}.{thread.claimed_by}.{states[-20:]}"


def _words(request: web.Request) -> dict[str, Any]:
    now = console(request).clock.now()
    return {"channel_name": channel_name, "ago": lambda at: span(now - at)}


def _window(request: web.Request) -> Callable[[Thread], str]:
    now = console(request).clock.now()

    def left(thread: Thread) -> str:
        if not thread.is_in_service:
            return say("inbox.window.off")
        if thread.closes_at is None:
            return say("inbox.window.open")
        return say("inbox.window.left", span=span(thread.closes_at - now)) if thread.closes_at > now else say(
            "inbox.window.closed"
        )  # fmt: skip

    return left


def _desk(request: web.Request) -> Desk:
    ports = console(request)
    pause = timedelta(minutes=ports.settings.worker.staff_pause_minutes)
    return Desk(staff=staff_of(request).login, now=ports.clock.now(), pause=pause)


def _speaker(request: web.Request) -> Speaker:
    ports = console(request)
    return Speaker(waker=ports.waker, channels=ports.channels)


def _told(error: WindowClosed | HandoffError) -> str:
    if isinstance(error, WindowClosed):
        return say("inbox.problem.window")
    return say("inbox.problem.taken") if isinstance(error, TakenByAnother) else say("inbox.problem.gone")


def _id(request: web.Request) -> int:
    return int(request.match_info["id"])


def _of_thread(method: str, path: str, handler: Handler, name: str, permission: Permission) -> Action:
    return Action(
        method=method, path=rf"/admin/inbox/{{id:\d{{1,12}}}}{path}", handler=handler, permission=permission,
        name=f"inbox.{name}",
    )  # fmt: skip


PAGE = Page(
    name="inbox",
    menu=True,
    section=Section.CONVERSATIONS,
    icon="inbox",
    actions=(
        Action(
            method="GET", path="/admin/inbox", handler=list_threads, permission=Permission.INBOX_VIEW, name="inbox.list"
        ),
        _of_thread("GET", "", show, "show", Permission.INBOX_VIEW),
        _of_thread("GET", "/news", news, "news", Permission.INBOX_VIEW),
        _of_thread("POST", "/answer", answer, "answer", Permission.INBOX_REPLY),
        _of_thread("POST", "/claim", claim, "claim", Permission.INBOX_REPLY),
        _of_thread("POST", "/release", release, "release", Permission.INBOX_REPLY),
        _of_thread("POST", "/close", close, "close", Permission.INBOX_REPLY),
    ),
)
