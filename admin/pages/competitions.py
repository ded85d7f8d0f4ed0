"""Competitions and events: list, edit with a preview, publish, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from aiohttp import web

from admin.competition_conflict import merged, writers_since
from admin.competition_forms import Filled, filled, read
from admin.competition_review import Review, review_of
from admin.console import console, form_of, note, render, see_other
from admin.merging import told
from admin.page import Action, Page, Permission, Section
from admin.pages.competition_acts import archive, history, publish, restore, withdraw
from admin.previewing import WEB, Preview, previews_of
from admin.wording import say
from bot import dates, reminders
from bot.handlers.composing import Office
from bot.handlers.deadline_claims import COMPETITION_PREFIX
from bot.handlers.deadline_replies import next_stage
from bot.handlers.deadlines import Deadlines
from bot.messages import InboundUpdate, Turn, UpdateKind
from knowledge.calendar.model import Competition, Phase, by_urgency
from knowledge.calendar.moments import ZONE, day_of
from knowledge.calendar.review import FORBIDDING, remarks
from knowledge.competition_editing import revise_competition
from knowledge.competition_store import CompetitionPage, competition_history, find_competition, list_competitions
from knowledge.editing import lock
from knowledge.portal.paragraphs import stored_text
from knowledge.schema import CompetitionItem, Status
from runtime.database import Session

_NOON = time(12)


async def list_all(request: web.Request) -> web.Response:
    """List competitions as citizens would want them: what is open first."""
    ports = console(request)
    now, wanted = ports.clock.now(), request.query.get("phase", "")
    async with ports.db.reading() as session:
        pages = {page.item.key: page for page in await list_competitions(session)}
        waiting = await reminders.counts(session, pages)
    ranked = by_urgency((page.item for page in pages.values()), now)
    lines = [
        {
            "page": pages[item.key], "phase": item.phase(now).value, "nearest": _nearest(item, now),
            "waiting": waiting.get(item.key, 0),
        }
        for item in ranked
        if wanted in {"", item.phase(now).value}
    ]  # fmt: skip
    return render(request, "competitions/list.html", lines=lines, total=len(pages), phases=list(Phase), wanted=wanted)


async def new(request: web.Request) -> web.Response:
    """Show an empty form."""
    return _form_page(request, filled(None), None)


async def create(request: web.Request) -> web.Response:
    """Save the first draft of a competition."""
    form, ports = await form_of(request), console(request)
    typed = read(form)
    if typed.item is None:
        return _form_page(request, typed, None, status=422)
    async with ports.db.transaction() as session:
        if await find_competition(session, typed.item.key) is not None:
            clash = Filled(values=typed.values, rows=typed.rows, errors={"key": say("competitions.exists")})
            return _form_page(request, clash, None, status=422)
        number = await revise_competition(session, typed.item, now=ports.clock.now(), note=form.text("change_note"))
        await note(request, session, "competitions.create", f"competition:{typed.item.key}")
    return see_other(request, "competitions.show", key=typed.item.key, flash=say("competitions.saved", number=number))


async def show(request: web.Request) -> web.Response:
    """Show a competition: its form, how it would be told, and what can be done with it."""
    async with console(request).db.reading() as session:
        page = await find_competition(session, request.match_info["key"])
        if page is None:
            raise web.HTTPNotFound
        waiting = (await reminders.counts(session, [page.item.key])).get(page.item.key, 0)
        text = "\n".join(await stored_text(session, page.item.article))
        review = await review_of(request, session, page)
    return _form_page(request, filled(page.item), page, waiting=waiting, text=text, review=review)


async def save(request: web.Request) -> web.Response:
    """Save a new draft, unless somebody else saved one meanwhile or nothing has changed."""
    form, ports, key = await form_of(request), console(request), request.match_info["key"]
    typed, base = read(form, key=key), form.integer("number") or 0
    async with ports.db.transaction() as session:
        await lock(session)
        page = await find_competition(session, key)
        if page is None:
            raise web.HTTPNotFound
        if typed.item is None:
            return _form_page(request, typed, page, base=base, status=422)
        if base != page.number:
            return await _conflict(request, session, page, typed, base)
        if _is_same(typed.item, page.item):
            return see_other(request, "competitions.show", key=key, flash=say("competitions.unchanged"), tone="info")
        number = await revise_competition(session, typed.item, now=ports.clock.now(), note=form.text("change_note"))
        await note(
            request, session, "competitions.save", f"competition:{key}",
            before={"number": page.number}, after={"number": number},
        )  # fmt: skip
    return see_other(request, "competitions.show", key=key, flash=say("competitions.saved", number=number))


async def _conflict(
    request: web.Request, session: Session, page: CompetitionPage, mine: Filled, base: int
) -> web.Response:
    """Show what the others changed meanwhile, and a form with the changes of both, to be looked at and saved."""
    history = await competition_history(session, page.item.key, limit=max(page.number - base + 1, 1))
    before = next((change.item for change in history if change.number == base), None)
    if before is None:
        raise web.HTTPNotFound
    both = merged(before, mine, page.item, now=console(request).clock.now())
    conflict = told(history, base, who=await writers_since(session, page.item.key, base), changes=both.changes)
    return _form_page(request, both.form, page, conflict=conflict, status=409)


def _form_page(
    request: web.Request,
    form: Filled,
    page: CompetitionPage | None,
    *,
    waiting: int = 0,
    text: str = "",
    base: int | None = None,
    conflict: Mapping[str, object] | None = None,
    review: Review | None = None,
    status: int = 200,
) -> web.Response:
    """Show the form. `base`: the revision it began with, None: the latest; `conflict`: what others did meanwhile.

    `review`: what publishing it would mean; None: it is not offered.
    """
    ports = console(request)
    snapshot, item = ports.feed.current.snapshot, form.item
    at = _moment(request, ports.clock.now())
    known = {"articles": snapshot.articles, "entries": snapshot.entries}
    found = remarks(item, at, **known, text=text) if item is not None else ()
    return render(
        request, "competitions/edit.html", status=status, form=form, page=page, waiting=waiting, conflict=conflict,
        review=review,
        base=page.number if page is not None and base is None else base,
        articles=[(each.key, each.title or each.key) for each in snapshot.articles.values()],
        hindering=[remark for remark in found if remark in FORBIDDING],
        advice=[remark for remark in found if remark not in FORBIDDING],
        stands=dates.phase_words(item, at) if item is not None else "",
        stages=[dates.stage_parts(stage, at) for stage in item.stages] if item is not None else (),
        previews=_previews(request, item, at) if item is not None else (), on=at.astimezone(ZONE).date(),
        is_spoken=page is not None and page.status is Status.PUBLISHED,
    )  # fmt: skip


def _previews(request: web.Request, item: CompetitionItem, at: datetime) -> tuple[Preview, ...]:
    """Return what a person who picks the competition is told on each channel, at a moment."""
    ports = console(request)
    known = ports.feed.current
    snapshot = replace(known.snapshot, competitions={**known.snapshot.competitions, item.key: item})
    picked = InboundUpdate(
        channel=WEB, external_id="", kind=UpdateKind.CHOICE, contact="-", payload=f"{COMPETITION_PREFIX}{item.key}"
    )
    speaker = Deadlines(Office(**ports.settings.contact.model_dump()), public_url=ports.settings.public_url)
    outcome = speaker(Turn(update=picked, at=at, on=day_of(at)), replace(known, snapshot=snapshot))
    return previews_of(outcome.reply, ports.renderers) if outcome is not None and outcome.reply is not None else ()


def _moment(request: web.Request, now: datetime) -> datetime:
    """Return the moment that is previewed: now, or noon of the day asked for."""
    try:
        on = date.fromisoformat(request.query.get("on", ""))
    except ValueError:
        return now
    return datetime.combine(on, _NOON, ZONE)


def _nearest(item: Competition, now: datetime) -> str:
    """Say the stage that is on or comes next; without one, the years."""
    stage = next_stage(item, now)
    if stage is None:
        return dates.year_words(item)
    name, when, remark = dates.stage_parts(stage, now)
    return f"{name}: {when} ({remark})" if remark else f"{name}: {when}"


def _is_same(one: CompetitionItem, other: CompetitionItem) -> bool:
    return _content(one) == _content(other)


def _content(item: CompetitionItem) -> dict[str, Any]:
    return item.model_dump(exclude={"status"})


_VIEW, _EDIT, _PUBLISH = (
    Permission.COMPETITIONS_VIEW,
    Permission.COMPETITIONS_EDIT,
    Permission.COMPETITIONS_PUBLISH,
)
_ONE = "/admin/competitions/{key}"
PAGE = Page(
    name="competitions",
    menu=True,
    section=Section.KNOWLEDGE,
    icon="trophy",
    actions=(
        Action(
            method="GET", path="/admin/competitions", handler=list_all, permission=_VIEW, name="competitions.list_all"
        ),
        Action(method="GET", path="/admin/competitions/new", handler=new, permission=_EDIT, name="competitions.new"),
        Action(
            method="POST", path="/admin/competitions/new", handler=create, permission=_EDIT, name="competitions.create"
        ),
        Action(method="GET", path=_ONE, handler=show, permission=_VIEW, name="competitions.show"),
        Action(method="POST", path=_ONE, handler=save, permission=_EDIT, name="competitions.save"),
        Action(
            method="POST", path=f"{_ONE}/publish", handler=publish, permission=_PUBLISH, name="competitions.publish"
        ),
        Action(
            method="POST", path=f"{_ONE}/withdraw", handler=withdraw, permission=_PUBLISH, name="competitions.withdraw"
        ),
        Action(
            method="POST", path=f"{_ONE}/archive", handler=archive, permission=_PUBLISH, name="competitions.archive"
        ),
        Action(method="GET", path=f"{_ONE}/history", handler=history, permission=_VIEW, name="competitions.history"),
        Action(method="POST", path=f"{_ONE}/restore", handler=restore, permission=_EDIT, name="competitions.restore"),
    ),
)
