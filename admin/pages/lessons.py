"""Closing a gap: one more way to ask an entry, what it does not cover, or a new entry. Rules: bot.teaching."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from admin.console import console, form_of, note, render, see_other, staff_of, url_of
from admin.page import Permission
from admin.wording import say
from bot import teaching, triage
from bot.teaching import Lesson, Proposal, Taught, Teacher
from bot.triage import GapLine, GapView
from knowledge.listing import EntryFilter, list_entries
from runtime.errors import KnowledgeError

_CANDIDATES = 5
_FOUND = 15
_TEXTS = 6  # wordings taken over at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An entry that may answer a gap. `confidence` None: found by its words, not by the matcher."""

    key: str
    question: str
    confidence: float | None = None


async def candidates(request: web.Request, gap: GapLine, *, find: str) -> Sequence[Option]:
    """Return the entries that may answer a gap: what the matcher finds today, then what staff looked for."""
    ports = console(request)
    known = ports.feed.current
    ranked = known.matcher.match(gap.text).candidates if gap.text else ()
    named = {each["entry"]: each.get("confidence", 0.0) for each in gap.candidates}
    scores = {each.entry: each.confidence for each in ranked} or named
    entries = known.snapshot.entries
    found = [
        Option(key=key, question=entries[key].question, confidence=at) for key, at in scores.items() if key in entries
    ]
    if find.strip():
        async with ports.db.reading() as session:
            lines = await list_entries(session, EntryFilter(words=find.strip()), limit=_FOUND)
        found += [Option(key=line.key, question=line.question) for line in lines if line.key not in scores]
    return found[: _CANDIDATES + _FOUND]


async def teach(request: web.Request) -> web.Response:
    """Add questions of a gap to an entry; show what that would break before anything is changed."""
    form, ports = await form_of(request), console(request)
    view = await view_of(request)
    chosen = [text for text in form.texts("text") if text in view.line.samples][:_TEXTS]
    key = form.text("entry")
    if not chosen or not key:
        return see_other(request, "misses.show", id=view.line.id, flash=say("misses.choose"), tone="attention")
    is_covered = form.text("act") != "uncovered"
    proposal = Proposal(gap=view.line, entry=key, texts=tuple(chosen), is_covered=is_covered)
    teacher = teacher_of(request, reason=form.text("reason"))
    try:
        taught = await teaching.teach(
            ports.db, ports.feed, proposal, teacher, record=record_of(request, proposal, teacher.reason)
        )
    except KnowledgeError:
        return see_other(request, "misses.show", id=view.line.id, flash=say("misses.no_entry"), tone="danger")
    if taught.lesson is Lesson.REFUSED:
        return _refused(request, proposal, taught)
    text, tone = told(taught, askers=view.askers, is_covered=is_covered)
    return see_other(request, "misses.show", id=view.line.id, flash=text, tone=tone)


def _refused(request: web.Request, proposal: Proposal, taught: Taught) -> web.Response:
    number = proposal.gap.id if proposal.gap else 0
    return refused(
        request, proposal, taught, target=url_of(request, "misses.variant", id=number),
        back=url_of(request, "misses.show", id=number),
    )  # fmt: skip


def refused(request: web.Request, proposal: Proposal, taught: Taught, *, target: str, back: str) -> web.Response:
    """Show which answers a variant would take from other questions; `target` takes it all the same, with a reason."""
    return render(
        request, "misses/refused.html", proposal=proposal, report=taught.report, target=target, back=back,
        entry_title=entry_titles(request), status=422,
    )  # fmt: skip


def told(taught: Taught, *, askers: int = 0, is_covered: bool = True) -> tuple[str, str]:
    """Return what to say of questions that an entry was taught, and in which tone."""
    if taught.lesson is Lesson.SUBMITTED:
        name = "submitted" if is_covered else "uncovered_submitted"
        return say(f"misses.{name}", why=say(f"misses.because.{taught.why}")), "attention"
    if not is_covered:
        return say("misses.uncovered"), "ok"
    return say("misses.published_askers" if askers else "misses.published", count=askers), "ok"


async def start_entry(request: web.Request) -> web.Response:
    """Start a draft entry that asks what a gap asks, and go on in the editor."""
    ports, view = console(request), await view_of(request)
    try:
        async with ports.db.transaction() as session:
            key = await teaching.start_entry(session, view.line, teacher_of(request))
            await note(request, session, "misses.entry", f"gap:{view.line.id}", after={"entry": key})
    except KnowledgeError:
        return see_other(request, "entries.new")  # without a question there is nothing to take over
    return see_other(request, "entries.edit", key=key, flash=say("misses.started"))


def record_of(request: web.Request, proposal: Proposal, reason: str) -> teaching.Record:
    """Return what notes a variant in the audit log."""

    async def record(session: Any, action: str) -> None:
        after = {"gap": proposal.gap.id if proposal.gap else None, "reason": reason or None}
        await note(request, session, action, f"entry:{proposal.entry}", after=after)

    return record


def teacher_of(request: web.Request, *, reason: str = "") -> Teacher:
    """Return the signed-in person as who closes a gap; a reason counts only from who may publish."""
    ports, person = console(request), staff_of(request)
    may_publish = person.may(Permission.ENTRIES_PUBLISH)
    return Teacher(
        by=person.login, at=ports.clock.now(), may_publish=may_publish, reason=reason if may_publish else "",
        second_approval=ports.settings.knowledge.second_approval,
    )  # fmt: skip


def entry_titles(request: web.Request) -> Callable[[str], str]:
    """Return what gives the question of an entry by its key; the key itself for one that is not spoken."""
    entries = console(request).feed.current.snapshot.entries
    return lambda key: entries[key].question if key in entries else key


async def view_of(request: web.Request) -> GapView:
    """Return the gap that an address names; 404 when there is none."""
    ports = console(request)
    async with ports.db.reading() as session:
        view = await triage.view(session, id_of(request), now=ports.clock.now())
    if view is None:
        raise web.HTTPNotFound
    return view


def id_of(request: web.Request) -> int:
    """Return the number in an address."""
    return int(request.match_info["id"])
