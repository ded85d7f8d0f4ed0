"""What is done with a competition as a whole: publish, withdraw, archive, look back, take an old revision up again."""

from __future__ import annotations

from aiohttp import web

from admin.competition_conflict import writers_since
from admin.competition_review import Review, review_of
from admin.console import console, form_of, note, render, see_other
from admin.wording import say
from bot import dates
from knowledge.calendar.review import FORBIDDING, Remark, remarks
from knowledge.competition_editing import publish_competition, revise_competition, withdraw_competition
from knowledge.competition_store import CompetitionPage, competition_history, find_competition
from knowledge.editing import lock
from knowledge.portal.paragraphs import stored_text
from knowledge.schema import Status
from runtime.database import Session
from runtime.errors import EditConflict

_TOLD = 5  # figures in one message


async def publish(request: web.Request) -> web.Response:
    """Have the assistant speak of the draft that was looked at, unless it is no longer the latest or something hinders.

    What hinders is looked for in the same draft: nobody else can write one in between.
    """
    ports, key = console(request), request.match_info["key"]
    form = await form_of(request)
    number, reason = form.integer("number") or 0, form.text("reason")
    try:
        async with ports.db.transaction() as session:
            await lock(session)
            page = _known(await find_competition(session, key))
            review = await review_of(request, session, page)
            refusal = await _refusal(request, session, page, review, reason) if page.number == number else ""
            if refusal:
                return see_other(request, "competitions.show", key=key, flash=refusal, tone="danger")
            await publish_competition(session, key, number=number, now=ports.clock.now())
            lacking = [each.text for each in review.unsourced]
            await note(
                request, session, "competitions.publish", f"competition:{key}",
                before={"number": page.published_number},
                after={"number": number} | ({"unsourced": lacking, "reason": reason} if lacking else {}),
            )  # fmt: skip
    except EditConflict:
        return await _overtaken(request, key, number, said="overtaken")
    return see_other(request, "competitions.show", key=key, flash=say("competitions.published"))


async def withdraw(request: web.Request) -> web.Response:
    """Stop the assistant from speaking of a competition, for now."""
    return await _silence(request, Status.SUSPENDED, "withdraw", "withdrawn")


async def archive(request: web.Request) -> web.Response:
    """Put a competition away."""
    return await _silence(request, Status.ARCHIVED, "archive", "archived")


async def history(request: web.Request) -> web.Response:
    """Show the revisions of a competition, newest first, and what each changed."""
    async with console(request).db.reading() as session:
        page = _known(await find_competition(session, request.match_info["key"]))
        changes = await competition_history(session, page.item.key)
    older = [change.item for change in changes[1:]] + [None]
    changed = [
        [] if before is None else [
            name for name in type(before).model_fields if getattr(before, name) != getattr(change.item, name)
        ]
        for change, before in zip(changes, older, strict=True)
    ]  # fmt: skip
    stages = [
        [dates.stage_parts(stage, change.created_at) for stage in change.item.stages] for change in changes
    ]  # fmt: skip
    lines = list(zip(changes, changed, stages, strict=True))
    return render(request, "competitions/history.html", page=page, changes=lines)


async def restore(request: web.Request) -> web.Response:
    """Make a new draft of an old revision, unless somebody else saved one meanwhile."""
    ports, key, form = console(request), request.match_info["key"], await form_of(request)
    old, latest = form.integer("number"), form.integer("latest") or 0
    words = say("competitions.note_restored", number=old)
    try:
        async with ports.db.transaction() as session:
            change = next((one for one in await competition_history(session, key) if one.number == old), None)
            if change is None:
                raise web.HTTPNotFound
            number = await revise_competition(session, change.item, now=ports.clock.now(), note=words, after=latest)
            await note(request, session, "competitions.restore", f"competition:{key}", after={"number": number})
    except EditConflict:
        return await _overtaken(request, key, latest, said="overtaken_restoring")
    said = say("competitions.restored", number=number, old=old)
    return see_other(request, "competitions.show", key=key, flash=said)


async def _refusal(request: web.Request, session: Session, page: CompetitionPage, review: Review, reason: str) -> str:
    """Say why the latest revision is not published; "": nothing stands against it."""
    hindering = await _hindering(request, session, page)
    if hindering is not None:
        return say("competitions.cannot_publish", reason=say(f"competitions.remark.{hindering}"))
    if review.needs_second:
        return say("competitions.needs_second")
    if review.unsourced and not reason:
        return say("competitions.needs_reason", figures=", ".join(each.text for each in review.unsourced[:_TOLD]))
    return ""


async def _hindering(request: web.Request, session: Session, page: CompetitionPage) -> Remark | None:
    snapshot = console(request).feed.current.snapshot
    noticed = remarks(
        page.item, console(request).clock.now(), articles=snapshot.articles, entries=snapshot.entries,
        text="\n".join(await stored_text(session, page.item.article)),
    )  # fmt: skip
    return next((remark for remark in noticed if remark in FORBIDDING), None)


async def _overtaken(request: web.Request, key: str, number: int, *, said: str) -> web.Response:
    """Show the newer draft instead of doing something about it that nobody has looked at."""
    async with console(request).db.reading() as session:
        page = _known(await find_competition(session, key))
        who = await writers_since(session, key, number)
    words = say(f"competitions.{said}", number=number, latest=page.number, who=who)
    return see_other(request, "competitions.show", key=key, flash=words, tone="danger")


async def _silence(request: web.Request, status: Status, action: str, said: str) -> web.Response:
    ports, key = console(request), request.match_info["key"]
    async with ports.db.transaction() as session:
        page = _known(await find_competition(session, request.match_info["key"]))
        await withdraw_competition(session, key, now=ports.clock.now(), status=status)
        await note(
            request, session, f"competitions.{action}", f"competition:{key}",
            before={"status": page.status}, after={"status": status},
        )  # fmt: skip
    return see_other(request, "competitions.show", key=key, flash=say(f"competitions.{said}"))


def _known(page: CompetitionPage | None) -> CompetitionPage:
    if page is None:
        raise web.HTTPNotFound
    return page
