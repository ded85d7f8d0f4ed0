"""The test box: ask as a citizen, see what they would get on their channel and why, say what it should have been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from aiohttp import web

from admin.console import console, form_of, note, render, see_other, staff_of, url_of
from admin.naming import channel_name
from admin.page import Action, Page, Permission, Section
from admin.pages import lessons
from admin.previewing import WEB, preview
from admin.rendering import percent
from admin.tracing import TracedReply, trace_of
from admin.wording import say
from bot import teaching
from bot.asking import ask
from bot.teaching import Lesson, Proposal
from knowledge.caution import CHOICES, costs_of, save_caution
from knowledge.listing import EntryFilter, list_entries
from knowledge.trials.questions import keep_question
from knowledge.trials.sources import Source
from runtime.clock import VIETNAM, vietnam_date
from runtime.errors import KnowledgeError

TEXT_LENGTH = 1_000
_FOUND = 15
_NOON = time(12)
OWN = "own"  # the form's name for the assistant's own thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked, as the address says it."""

    text: str
    channel: str
    on: date


async def show(request: web.Request) -> web.Response:
    """Show the form, and what comes of a question."""
    asked = _asked(request)
    channels = [WEB, *console(request).renderers]
    traced = _answered(request, asked) if asked.text else None
    find, found = request.query.get("find", "").strip(), []
    if find:
        async with console(request).db.reading() as session:
            found = list(await list_entries(session, EntryFilter(words=find), limit=_FOUND))
    return render(
        request, "testbox/show.html", asked=asked, traced=traced, find=find, found=found, most=TEXT_LENGTH,
        channels=[(name, channel_name("webchat" if name == WEB else name)) for name in channels],
        preview=preview(traced.outcome.reply, asked.channel, console(request).renderers)
        if traced and traced.outcome.reply
        else None,
        entry_title=lessons.entry_titles(request), **_caution_of(request),
    )  # fmt: skip


def _caution_of(request: web.Request) -> dict[str, Any]:
    known = console(request).feed.current
    costs = costs_of(known.matcher)
    return {
        "caution": known.snapshot.caution, "caution_code": _code, "costs": costs,
        "is_measured": any(cost.answered is not None for cost in costs),
    }  # fmt: skip


async def expect(request: web.Request) -> web.Response:
    """File what the reply should have been: a test question, or one more wording of an entry."""
    form = await form_of(request)
    text, entry = form.text("text")[:TEXT_LENGTH], form.text("entry")
    back = {"text": text, "channel": form.text("channel"), "on": form.text("on")}
    if not text or (form.text("act") == "variant" and not entry):
        return see_other(request, "testbox.show", flash=say("testbox.choose"), tone="attention", **back)
    try:
        if form.text("act") == "variant":
            return await _add_variant(request, text, entry, reason=form.text("reason"), back=back)
        async with console(request).db.transaction() as session:
            number = await keep_question(
                session, text, expected=entry, source=Source.STAFF, by=staff_of(request).login,
                now=console(request).clock.now(),
            )  # fmt: skip
            await note(request, session, "testbox.expect", f"test-question:{number}", after={"entry": entry or None})
    except KnowledgeError:
        return see_other(request, "testbox.show", flash=say("testbox.refused"), tone="danger", **back)
    flash = say("testbox.kept", entry=lessons.entry_titles(request)(entry)) if entry else say("testbox.kept_none")
    return see_other(request, "testbox.show", flash=flash, **back)


async def be_careful(request: web.Request) -> web.Response:
    """Take how many wrong answers are allowed at most."""
    ports, form = console(request), await form_of(request)
    back = {name: form.text(name) for name in ("text", "channel", "on")}
    chosen = {_code(caution): caution for caution in CHOICES}
    code = form.text("caution")
    if code not in chosen:
        return see_other(request, "testbox.show", flash=say("testbox.caution.choose"), tone="attention", **back)
    async with ports.db.transaction() as session:
        before, is_changed = await save_caution(session, chosen[code], now=ports.clock.now())
        if is_changed:
            was, now = {"caution": _code(before)}, {"caution": code}
            await note(request, session, "testbox.caution", "caution", before=was, after=now)
    await ports.feed.refresh()
    return see_other(request, "testbox.show", flash=say("testbox.caution.saved"), **back)


def _code(caution: float | None) -> str:
    return OWN if caution is None else percent(caution)


async def _add_variant(
    request: web.Request, text: str, entry: str, *, reason: str, back: dict[str, str]
) -> web.Response:
    ports, proposal = console(request), Proposal(entry=entry, texts=(text,))
    teacher = lessons.teacher_of(request, reason=reason)
    taught = await teaching.teach(
        ports.db, ports.feed, proposal, teacher, record=lessons.record_of(request, proposal, teacher.reason)
    )
    if taught.lesson is Lesson.REFUSED:
        return lessons.refused(
            request, proposal, taught, target=url_of(request, "testbox.expect"),
            back=url_of(request, "testbox.show", **back),
        )  # fmt: skip
    flash, tone = lessons.told(taught)
    return see_other(request, "testbox.show", flash=flash, tone=tone, **back)


def _asked(request: web.Request) -> Asked:
    query, today = request.query, vietnam_date(console(request).clock.now())
    try:
        on = date.fromisoformat(query.get("on", ""))
    except ValueError:
        on = today
    is_known = query.get("channel", "") in console(request).renderers
    return Asked(text=query.get("text", "").strip()[:TEXT_LENGTH], channel=query["channel"] if is_known else WEB, on=on)


def _answered(request: web.Request, asked: Asked) -> TracedReply:
    """Ask along the path of live messages: now, or at noon of another day."""
    ports = console(request)
    now = ports.clock.now().astimezone(VIETNAM)
    at = now if asked.on == now.date() else datetime.combine(asked.on, _NOON, tzinfo=VIETNAM)
    outcome = ask(asked.text, ports.feed.current, ports.handlers, at=at, channel=asked.channel, contact="testbox")
    return trace_of(asked.text, outcome, ports.feed.current)


PAGE = Page(
    name="testbox",
    menu=True,
    section=Section.KNOWLEDGE,
    icon="test-pipe",
    actions=(
        Action(
            method="GET", path="/admin/testbox", handler=show, permission=Permission.TESTBOX_USE, name="testbox.show"
        ),
        Action(
            method="POST", path="/admin/testbox", handler=expect, permission=Permission.ENTRIES_EDIT,
            name="testbox.expect",
        ),
        Action(
            method="POST", path="/admin/testbox/caution", handler=be_careful, permission=Permission.ENTRIES_PUBLISH,
            name="testbox.caution",
        ),
    ),
)  # fmt: skip
