"""Entries: the list with its filters and acts on many at once. Editing and reviewing stand in modules of their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import date, timedelta

from aiohttp import web

from admin.console import console, form_of, note, render, see_other, staff_of
from admin.forms import Form
from admin.naming import staff_names
from admin.page import Action, Page, Permission
from admin.pages import entry_editing, entry_review
from admin.paging import page_number
from admin.wording import say
from bot.usage import Usage, usage_of_entries
from knowledge import editing, workflow
from knowledge.listing import EntryFilter, Progress, find_entries, list_entries, list_topics
from knowledge.schema import Status
from runtime.clock import vietnam_date
from runtime.database import Session
from runtime.errors import EditConflict, KnowledgeError

PER_PAGE = 30
USAGE_PERIOD = timedelta(days=90)
SOON = timedelta(days=30)  # an entry that ends within this is "expiring"
FILTERS = ("q", "topic", "status", "show", "note")
SHOWS = ("waiting", "writing", "expiring", "due", "never", "often", "disliked")
_REFUSALS_TOLD = 5
_WHY_NOT: Mapping[type[KnowledgeError], str] = {
    workflow.AlreadyPublished: "published", workflow.NoAnswer: "no_answer", editing.NotPublished: "not_published",
    editing.NotPutAway: "not_put_away", EditConflict: "conflict",
}  # fmt: skip

Act = Callable[[Session, str], Awaitable[object]]


async def list_page(request: web.Request) -> web.Response:
    """Show the entries that the query asks for, a page at a time."""
    ports, query = console(request), request.query
    now = ports.clock.now()
    number = page_number(query)
    async with ports.db.reading() as session:
        usage = await usage_of_entries(session, since=now - USAGE_PERIOD)
        wanted = wanted_of(query, usage, on=vietnam_date(now))
        lines, total = await find_entries(session, wanted, offset=(number - 1) * PER_PAGE, limit=PER_PAGE)
        topics, names = await list_topics(session), await staff_names(session)
    return render(
        request, "entries/list.html", lines=lines, total=total, page=number, per_page=PER_PAGE, topics=topics,
        names=names, usage=usage, nothing=Usage(), on=vietnam_date(now), soon=vietnam_date(now) + SOON,
        statuses=list(Status), shows=SHOWS, kept={name: query[name] for name in FILTERS if query.get(name)},
    )  # fmt: skip


def wanted_of(query: Mapping[str, str], usage: Mapping[str, Usage], *, on: date) -> EntryFilter:
    """Return what a query asks for. Values that mean nothing do not narrow."""
    show, status = query.get("show", ""), query.get("status", "")
    among: dict[str, Collection[str]] = {
        "often": [key for key, each in usage.items() if each.is_often_asked],
        "disliked": [key for key, each in usage.items() if each.is_disliked],
    }
    return EntryFilter(
        words=query.get("q", ""),
        topic=query.get("topic") or None,
        status=Status(status) if status in set(Status) else Status.PUBLISHED if show == "never" else None,
        progress=Progress(show) if show in {Progress.WAITING, Progress.WRITING} else None,
        ends_before=on + SOON if show == "expiring" else None,
        due_on=on if show == "due" else None,
        noted=query.get("note", ""),
        among=among.get(show),
        without=list(usage) if show == "never" else (),
    )


async def submit_many(request: web.Request) -> web.Response:
    """Ask for the approval of the chosen entries."""
    login, now = staff_of(request).login, console(request).clock.now()
    return await _in_bulk(
        request, "submit", lambda session, key: workflow.submit_latest(session, key, by=login, now=now)
    )


async def move_many(request: web.Request) -> web.Response:
    """Move the chosen entries to another topic."""
    form, now = await form_of(request), console(request).clock.now()
    topic = form.text("new_topic")
    if not topic:
        return see_other(request, "entries.list", flash=say("entries.no_topic"), tone="attention", **_kept(form))
    return await _in_bulk(request, "topic", lambda session, key: editing.change_topic(session, key, topic, now=now))


async def suspend_many(request: web.Request) -> web.Response:
    """Stop the chosen entries from being spoken."""
    now = console(request).clock.now()
    return await _silenced(request, "suspend", lambda session, key: editing.suspend(session, key, now=now))


async def archive_many(request: web.Request) -> web.Response:
    """Put the chosen entries away."""
    now = console(request).clock.now()
    return await _silenced(request, "archive", lambda session, key: editing.archive(session, key, now=now))


async def bring_back_many(request: web.Request) -> web.Response:
    """Let the chosen entries speak again; those that never were published are drafts again."""
    now = console(request).clock.now()
    return await _in_bulk(request, "resume", lambda session, key: editing.bring_back(session, key, now=now))


async def _silenced(request: web.Request, name: str, act: Act) -> web.Response:
    """Do what takes entries from the assistant, once the person has seen how many of them it answers with."""
    form = await form_of(request)
    chosen = form.texts("key")[:PER_PAGE]
    if form.flag("sure"):
        return await _in_bulk(request, name, act)
    async with console(request).db.reading() as session:
        wanted = EntryFilter(among=chosen, status=Status.PUBLISHED)
        spoken = await list_entries(session, wanted, limit=PER_PAGE)
    if not spoken:
        return await _in_bulk(request, name, act)
    return render(request, "entries/silence.html", act=name, chosen=chosen, spoken=spoken, kept=_kept(form))


async def _in_bulk(request: web.Request, name: str, act: Act) -> web.Response:
    """Do something to every chosen entry, note each, and go back to the list as it was filtered."""
    form = await form_of(request)
    keys, back = form.texts("key")[:PER_PAGE], _kept(form)
    if not keys:
        return see_other(request, "entries.list", flash=say("entries.nothing_chosen"), tone="attention", **back)
    async with console(request).db.transaction() as session:
        bulk = await workflow.in_bulk(session, keys, lambda key: act(session, key))
        for key in bulk.done:
            await note(request, session, f"entries.{name}", f"entry:{key}")
    told = say(f"entries.bulk.{name}", count=len(bulk.done))
    if not bulk.refused:
        return see_other(request, "entries.list", flash=told, **back)
    reasons = "; ".join(
        say("entries.bulk.reason", entry=key, why=say(f"entries.why.{_WHY_NOT.get(type(error), 'other')}"))
        for key, error in bulk.refused[:_REFUSALS_TOLD]
    )
    refusal = say("entries.bulk.refused", count=len(bulk.refused), reasons=reasons)
    told = f"{told} {refusal}" if bulk.done else refusal
    return see_other(request, "entries.list", flash=told, tone="attention", **back)


def _kept(form: Form) -> dict[str, str]:
    """Return how the list was filtered, and its page."""
    return {part: form.text(f"kept_{part}") for part in (*FILTERS, "page")}


def _act(method: str, path: str, handler: Callable[[web.Request], Awaitable[web.StreamResponse]], name: str) -> Action:
    """Return an action below /admin/entries. Looking needs ENTRIES_VIEW, deciding ENTRIES_PUBLISH, the rest EDIT."""
    deciding = {
        "publish", "send_back", "suspend", "resume", "archive", "suspend_many", "archive_many", "bring_back_many",
    }  # fmt: skip
    looking = {"list", "history", "revision"}
    permission = (
        Permission.ENTRIES_VIEW if name in looking
        else Permission.ENTRIES_PUBLISH if name in deciding
        else Permission.ENTRIES_EDIT
    )  # fmt: skip
    return Action(
        method=method, path=f"/admin/entries{path}", handler=handler, permission=permission, name=f"entries.{name}"
    )


PAGE = Page(
    name="entries",
    menu=True,
    icon="message-question",
    actions=(
        _act("GET", "", list_page, "list"),
        _act("POST", "/bulk/submit", submit_many, "submit_many"),
        _act("POST", "/bulk/topic", move_many, "move_many"),
        _act("POST", "/bulk/suspend", suspend_many, "suspend_many"),
        _act("POST", "/bulk/archive", archive_many, "archive_many"),
        _act("POST", "/bulk/bring-back", bring_back_many, "bring_back_many"),
        _act("GET", "/new", entry_editing.new, "new"),
        _act("GET", "/edit", entry_editing.edit, "edit"),
        _act("POST", "/edit", entry_editing.save, "save"),
        _act("GET", "/names", entry_editing.names, "names"),
        _act("POST", "/preview", entry_editing.preview, "preview"),
        _act("POST", "/draft", entry_editing.keep_draft, "keep_draft"),
        _act("POST", "/draft/drop", entry_editing.drop_draft, "drop_draft"),
        _act("GET", "/history", entry_review.history, "history"),
        _act("GET", "/revision", entry_review.revision, "revision"),
        _act("GET", "/review", entry_review.review, "review"),
        _act("POST", "/submit", entry_review.submit, "submit"),
        _act("POST", "/restore", entry_review.restore, "restore"),
        _act("POST", "/publish", entry_review.publish, "publish"),
        _act("POST", "/send-back", entry_review.send_back, "send_back"),
        _act("POST", "/suspend", entry_review.suspend, "suspend"),
        _act("POST", "/resume", entry_review.resume, "resume"),
        _act("POST", "/archive", entry_review.archive, "archive"),
    ),
)
