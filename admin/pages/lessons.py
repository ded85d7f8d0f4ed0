"""Closing a gap: one more way to ask an entry, what it does not cover, or a new entry. Rules: bot.teaching."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from admin.console import console, form_of, note, render, see_other, staff_of, url_of
from admin.misses import how_often, reason_name, title_of
from admin.naming import channel_name, staff_names, who_may
from admin.page import Permission
from admin.wording import say
from bot import gaps, teaching, triage
from bot.gap_states import WAITING
from bot.masking import masked
from bot.teaching import Lesson, Proposal, Taught, Teacher, UnfinishedQuestion
from bot.triage import GapLine, GapView
from knowledge.listing import EntryFilter, list_entries
from knowledge.workflow import NoAnswer
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


async def candidates(request: web.Request, gap: GapLine, *, find: str, chosen: str = "") -> Sequence[Option]:
    """Return the entries that may answer a gap: what was chosen, what the matcher finds, then what staff looked for."""
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
    found = found[: _CANDIDATES + _FOUND]
    if chosen in entries and chosen not in [option.key for option in found]:
        found.insert(0, Option(key=chosen, question=entries[chosen].question))
    return found


async def shown(
    request: web.Request, view: GapView, *, find: str, chosen: Proposal | None = None, problem: str = ""
) -> web.Response:
    """Show one gap with its questions, and everything that can be done about it.

    With a `problem`: again, with what was chosen, and why that cannot be done.
    """
    ports, gap = console(request), view.line
    async with ports.db.reading() as session:
        names = await staff_names(session)
        colleagues = await who_may(session, Permission.MISSES_EDIT)
        alike = await _alike(request, gap)
    return render(
        request, "misses/show.html", view=view, gap=gap, names=names, colleagues=colleagues, alike=alike, find=find,
        candidates=await candidates(request, gap, find=find, chosen=chosen.entry if chosen else ""), problem=problem,
        chosen=chosen, unfinished=teaching.unfinished(gap.samples), title_of=title_of, reason_name=reason_name,
        channel_name=channel_name, entry_title=entry_titles(request), how_often=how_often,
        status=422 if problem else 200,
    )  # fmt: skip


async def _alike(request: web.Request, gap: GapLine) -> Sequence[GapLine]:
    """Return gaps that may mean the same, to be made one."""
    if gap.state not in WAITING or not gap.text:
        return ()
    reader = gaps.Reader(lambda: console(request).feed.current)
    async with console(request).db.reading() as session:
        ids = [number for number in await gaps.alike(session, gap.id, reader) if number != gap.id]
        return await triage.lines(session, ids)


async def teach(request: web.Request) -> web.Response:
    """Add questions of a gap to an entry; show what that would break before anything is changed."""
    form, ports = await form_of(request), console(request)
    view = await view_of(request)
    chosen = [text for text in form.texts("text") if text in view.line.samples][:_TEXTS]
    key = form.text("entry")
    is_covered = form.text("act") != "uncovered"
    proposal = Proposal(gap=view.line, entry=key, texts=tuple(chosen), is_covered=is_covered)
    if not chosen or not key:
        return await shown(request, view, find=form.text("find"), chosen=proposal, problem=say("misses.choose"))
    teacher = teacher_of(request, reason=form.text("reason"))
    try:
        taught = await teaching.teach(
            ports.db, ports.feed, proposal, teacher, record=record_of(request, proposal, teacher.reason)
        )
    except UnfinishedQuestion:
        words = "”, “".join(map(masked, teaching.unfinished(chosen)))
        problem = say("misses.unfinished", words=words)
        return await shown(request, view, find=form.text("find"), chosen=proposal, problem=problem)
    except NoAnswer:
        return see_other(request, "misses.show", id=view.line.id, flash=say("misses.no_answer"), tone="attention")
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
