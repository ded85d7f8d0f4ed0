"""The audit log: look things up, take it along as CSV."""

from __future__ import annotations

from datetime import date, timedelta

from aiohttp import web

from admin import audit, staff
from admin.audit import EXPORT_ROWS, PAGE_ROWS, Filter
from admin.console import console, render
from admin.naming import MACHINES, actor_name
from admin.page import Action, Page, Permission, Section
from admin.rendering import called, subject_code
from admin.wording import say
from runtime.clock import start_of_day, vietnam_date


async def list_events(request: web.Request) -> web.Response:
    """Show events, newest first."""
    before = request.query.get("before", "")
    async with console(request).db.reading() as session:
        events = await audit.find(
            session, filter_of(request), before_id=int(before) if before.isascii() and before.isdigit() else None
        )
        names = {action: called("action", action) for action in await audit.known_actions(session)}
        persons = {person.login: person.name for person in await staff.people(session)}
        people = [*persons.items(), *((login, actor_name(login)) for login in MACHINES)]
        everything = ("", say("audit.everything"))
        return render(
            request,
            "audit/list.html",
            events=events,
            people=[everything, *people],
            persons=persons,
            actions=[everything, *names.items()],
            names=names,
            older=events[-1].id if len(events) == PAGE_ROWS else None,
        )


async def export(request: web.Request) -> web.Response:
    """Return what the filter finds as CSV."""
    ports = console(request)
    async with ports.db.reading() as session:
        events = await audit.find(session, filter_of(request), limit=EXPORT_ROWS)
    name = f"nhat-ky-{vietnam_date(ports.clock.now()).isoformat()}.csv"
    heading = say("audit.columns").split("|")
    return web.Response(
        body=audit.as_csv(events, heading),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


def filter_of(request: web.Request) -> Filter:
    """Return the filter of the query; days are Vietnam's, the last one included."""
    query = request.query
    first, last = _day(query.get("from", "")), _day(query.get("to", ""))
    return Filter(
        actor=query.get("actor", ""),
        action=query.get("action", ""),
        subject=subject_code(query.get("subject", "").strip())[:100],
        since=start_of_day(first) if first else None,
        until=start_of_day(last + timedelta(days=1)) if last else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


PAGE = Page(
    name="audit",
    menu=True,
    section=Section.ADMINISTRATION,
    icon="history",
    actions=(
        Action(
            method="GET", path="/admin/audit", handler=list_events, permission=Permission.AUDIT_VIEW, name="audit.list"
        ),
        Action(
            method="GET", path="/admin/audit.csv", handler=export, permission=Permission.AUDIT_VIEW, name="audit.export"
        ),
    ),
)
