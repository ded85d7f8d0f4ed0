"""Deciding about an entry: its history, what a revision changed, the checks before publishing, and every decision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator

from aiohttp import web

from admin.console import console, form_of, note, render, see_other, staff_of
from admin.naming import staff_names
from admin.rendering import day
from admin.wording import say
from knowledge import editing, publishing, workflow
from knowledge.diffing import compare
from knowledge.history import list_revisions, load_entry
from knowledge.publishing import AnswersLost, Decision, Examination, Unevidenced, Unquoted
from knowledge.safeguards import SPOKEN_FIELDS, Finding
from knowledge.schema import EntryItem, validity_of
from knowledge.workflow import NoAnswer, SecondPersonNeeded
from runtime.clock import vietnam_date
from runtime.database import Session
from runtime.errors import EditConflict, KnowledgeError

_TOLD = {
    Unevidenced: "unevidenced", Unquoted: "unquoted", AnswersLost: "lost", SecondPersonNeeded: "second",
    EditConflict: "conflict", NoAnswer: "no_answer",
}  # fmt: skip

Act = Callable[[Session, str, int], Awaitable[object]]


async def history(request: web.Request) -> web.Response:
    """List the revisions of an entry, newest first."""
    key = request.query.get("key", "")
    async with console(request).db.reading() as session:
        lines = await list_revisions(session, key)
        if not lines:
            raise web.HTTPNotFound
        stored, names = await load_entry(session, key), await staff_names(session)
    return render(request, "entries/history.html", key=key, lines=lines, stored=stored, names=names)


async def revision(request: web.Request) -> web.Response:
    """Show one revision, and word by word what it changed since an earlier one."""
    key, number = request.query.get("key", ""), _number(request, "number")
    against = _number(request, "against") or number - 1
    try:
        async with console(request).db.reading() as session:
            stored = await load_entry(session, key, number)
            before = await load_entry(session, key, against) if against else None
            names = await staff_names(session)
    except KnowledgeError:
        raise web.HTTPNotFound from None
    base = before.item if before else _nothing(stored.item)
    return render(
        request,
        "entries/revision.html",
        key=key,
        stored=stored,
        against=against,
        names=names,
        changes=compare(base, stored.item),
    )


async def review(request: web.Request) -> web.Response:
    """Show what publishing the latest revision would mean: its changes, its evidence, and other replies that change."""
    ports, key = console(request), request.query.get("key", "")
    try:
        examined = await publishing.examine(ports.db, ports.feed, key)
        async with ports.db.reading() as session:
            published, names = examined.stored.published, await staff_names(session)
            before = (await load_entry(session, key, published)).item if published else _nothing(examined.stored.item)
    except KnowledgeError:
        raise web.HTTPNotFound from None
    questions = {each: entry.question for each, entry in ports.feed.current.snapshot.entries.items()}
    return render(
        request, "entries/review.html", key=key, stored=examined.stored, examined=examined,
        changes=compare(before, examined.stored.item), marked=dict(_marked(examined)), names=names,
        needs_second=_needs_second(request, examined), questions=questions,
        new_questions=questions | {key: examined.stored.item.question},
    )  # fmt: skip


async def publish(request: web.Request) -> web.Response:
    """Approve and publish, if the checks allow it."""
    form, ports, login = await form_of(request), console(request), staff_of(request).login
    key, number, reason = form.text("key"), form.integer("number") or 0, form.text("reason")

    async def record(session: Session, examined: Examination) -> None:
        lost = len(examined.report.blocking)
        after = {"revision": number} | ({"answers_lost": lost, "reason": reason} if lost else {})
        await note(request, session, "entries.publish", f"entry:{key}", after=after)

    decision = Decision(
        key=key, number=number, by=login, reason=reason, second_approval=ports.settings.knowledge.second_approval
    )
    try:
        examined = await publishing.publish(ports.db, ports.feed, decision, now=ports.clock.now(), record=record)
    except KnowledgeError as error:
        return _refused(request, key, error)
    return see_other(request, "entries.history", key=key, flash=_published(request, examined.stored.item, number))


async def submit(request: web.Request) -> web.Response:
    """Ask for approval."""
    login, now = staff_of(request).login, console(request).clock.now()
    return await _decided(
        request, "submit", "submitted",
        lambda session, key, number: workflow.submit(session, key, number=number, by=login, now=now),
    )  # fmt: skip


async def send_back(request: web.Request) -> web.Response:
    """Return the revision to its author with a note."""
    said = (await form_of(request)).text("review_note")
    return await _decided(
        request, "send-back", "sent_back",
        lambda session, key, number: workflow.send_back(session, key, number=number, note=said),
    )  # fmt: skip


async def restore(request: web.Request) -> web.Response:
    """Make an earlier revision the newest again."""
    login, now = staff_of(request).login, console(request).clock.now()
    latest = (await form_of(request)).integer("latest") or 0
    return await _decided(
        request, "restore", "restored",
        lambda session, key, number: workflow.restore(
            session, key, number, latest=latest, by=login, now=now, note=say("entries.restore_note", number=number)
        ),
    )  # fmt: skip


async def suspend(request: web.Request) -> web.Response:
    """Stop the entry from being spoken."""
    now = console(request).clock.now()
    return await _decided(
        request, "suspend", "suspended", lambda session, key, _number: editing.suspend(session, key, now=now)
    )


async def resume(request: web.Request) -> web.Response:
    """Let the entry speak again as it last did."""
    now = console(request).clock.now()
    return await _decided(
        request, "resume", "resumed", lambda session, key, _number: editing.resume(session, key, now=now)
    )


async def archive(request: web.Request) -> web.Response:
    """Put the entry away."""
    now = console(request).clock.now()
    return await _decided(
        request, "archive", "archived", lambda session, key, _number: editing.archive(session, key, now=now)
    )


async def _decided(request: web.Request, name: str, told: str, act: Act) -> web.Response:
    """Do one act on the entry of the form, note it, and show the history."""
    form = await form_of(request)
    key, number = form.text("key"), form.integer("number") or 0
    try:
        async with console(request).db.transaction() as session:
            await act(session, key, number)
            await note(request, session, f"entries.{name}", f"entry:{key}", after={"revision": number})
    except KnowledgeError as error:
        return _refused(request, key, error)
    return see_other(request, "entries.history", key=key, flash=say(f"entries.{told}", number=number))


def _published(request: web.Request, item: EntryItem, number: int) -> str:
    """Say what the assistant does from now on: what is not in force yet is spoken with a warning."""
    on = vietnam_date(console(request).clock.now())
    if validity_of(item).is_ahead(on):
        return say("entries.published_ahead", number=number, day=day(item.valid_from))
    return say("entries.published", number=number)


def _refused(request: web.Request, key: str, error: KnowledgeError) -> web.Response:
    told = _TOLD.get(type(error), "other")
    return see_other(request, "entries.review", key=key, flash=say(f"entries.refused.{told}"), tone="danger")


def _number(request: web.Request, name: str) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 7 else 0  # noqa: PLR2004 - digits


def _nothing(item: EntryItem) -> EntryItem:
    return EntryItem.model_construct(key=item.key, question="", answer="")


def _needs_second(request: web.Request, examined: Examination) -> bool:
    """Tell whether the signed-in person wrote what only somebody else may approve."""
    is_author = examined.stored.line.author == staff_of(request).login
    return is_author and bool(examined.claims) and console(request).settings.knowledge.second_approval


def _marked(examined: Examination) -> Iterator[tuple[str, list[tuple[str, bool]]]]:
    """Yield the fields with figures that lack evidence, as pieces of text that are to be marked or not."""
    for name in SPOKEN_FIELDS:
        found = [finding for finding in examined.unevidenced if finding.field == name]
        if found:
            yield name, list(_pieces(getattr(examined.stored.item, name), found))


def _pieces(text: str, findings: Iterable[Finding]) -> Iterator[tuple[str, bool]]:
    at = 0
    for finding in findings:
        yield text[at : finding.token.start], False
        yield finding.token.text, True
        at = finding.token.end
    yield text[at:], False
