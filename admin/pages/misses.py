"""The queue of what the knowledge lacks: find, share out, settle many at once, look at one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from aiohttp import web

from admin.console import console, form_of, note, render, see_other, staff_of
from admin.misses import PLAIN, as_csv, chosen_states, reason_name, title_of, wanted_of
from admin.naming import staff_names, who_may
from admin.page import Action, Handler, Page, Permission, Section
from admin.pages import lessons
from admin.paging import page_number
from admin.wording import say
from bot import gaps, teaching, triage
from bot.gap_states import GapState
from bot.triage import GapLine
from runtime.clock import vietnam_date

_MOST = 200  # gaps of one bulk act
_PAGES = 100  # of the list that one table holds


async def list_gaps(request: web.Request) -> web.Response:
    """Show the queue, what concerns most people first."""
    ports, query = console(request), request.query
    wanted = wanted_of(query, me=staff_of(request).login, today=vietnam_date(ports.clock.now()))
    page = page_number(query)
    async with ports.db.reading() as session:
        found, total = await triage.listing(session, wanted, page=page)
        counts = await triage.counts(session)
        names = await staff_names(session)
        colleagues = await who_may(session, Permission.MISSES_EDIT)
    kept = {name: query.get(name, "") for name in ("show", "reason", "who", "q")}
    return render(
        request, "misses/list.html", gaps=found, total=total, page=page, per_page=triage.PAGE, kept=kept,
        counts=counts, shows=chosen_states(), names=names, colleagues=colleagues, title_of=title_of,
        reason_name=reason_name, reasons=PLAIN, today=vietnam_date(ports.clock.now()),
    )  # fmt: skip


async def table(request: web.Request) -> web.Response:
    """Return what the list shows as CSV, all pages of it."""
    ports = console(request)
    wanted = wanted_of(request.query, me=staff_of(request).login, today=vietnam_date(ports.clock.now()))
    found: list[GapLine] = []
    async with ports.db.reading() as session:
        names = await staff_names(session)
        for page in range(1, _PAGES + 1):
            lines, total = await triage.listing(session, wanted, page=page)
            found += lines
            if len(found) >= total or not lines:
                break
    headers = {"Content-Disposition": 'attachment; filename="cau-chua-tra-loi.csv"'}
    return web.Response(body=as_csv(found, names), content_type="text/csv", charset="utf-8", headers=headers)


async def bulk(request: web.Request) -> web.Response:
    """Do one thing to every gap that was ticked."""
    form, act = await form_of(request), (await form_of(request)).text("act")
    ids = [int(text) for text in form.texts("gap") if text.isdigit()][:_MOST]
    back = {name: form.text(name) for name in ("show", "reason", "who", "q")}
    if not ids or act not in {"assign", "expert", "out_of_scope", "spam", "reopen"}:
        return see_other(request, "misses.list", flash=say("misses.none_chosen"), tone="attention", **back)
    count = await _do(request, act, ids, assignee=form.text("assignee"))
    return see_other(request, "misses.list", flash=say("misses.bulk_done", count=count), **back)


async def _do(request: web.Request, act: str, ids: Sequence[int], *, assignee: str) -> int:
    ports, now = console(request), console(request).clock.now()
    async with ports.db.transaction() as session:
        if act == "assign":
            count = await triage.share_out(session, ids, assignee=assignee)
        elif act == "expert":
            count = await triage.wait_for_expert(session, ids)
        elif act == "reopen":
            count = await teaching.take_back(session, await triage.lines(session, ids))
        elif act == "spam":
            count = await triage.settle(session, ids, GapState.SPAM, now=now)
        else:
            lines = await triage.lines(session, ids)
            count = await teaching.set_aside(session, lines, lessons.teacher_of(request))
        for gap_id in ids:
            after = {"assignee": assignee} if assignee else None
            await note(request, session, f"misses.{act}", f"gap:{gap_id}", after=after)
    return count


async def show(request: web.Request) -> web.Response:
    """Show one gap."""
    return await lessons.shown(request, await lessons.view_of(request), find=request.query.get("find", ""))


async def keep_note(request: web.Request) -> web.Response:
    """Write down who looks after a gap, until when, and what they think."""
    form, ports, number = await form_of(request), console(request), lessons.id_of(request)
    due_on, assignee = _day(form.text("due_on")), form.text("assignee")
    async with ports.db.transaction() as session:
        await triage.note(session, number, text=form.raw("note").strip()[:2000], due_on=due_on)
        view = await triage.view(session, number, now=ports.clock.now())
        if view is not None and view.line.assignee != assignee:
            await triage.share_out(session, [number], assignee=assignee)
        after = {"assignee": assignee, "due_on": due_on.isoformat() if due_on else None}
        await note(request, session, "misses.noted", f"gap:{number}", after=after)
    return see_other(request, "misses.show", id=number, flash=say("misses.noted"))


async def settle(request: web.Request) -> web.Response:
    """Settle one gap without an answer, hand it to an expert, or put it back into the queue."""
    form, number = await form_of(request), lessons.id_of(request)
    act = form.text("act")
    if act not in {"expert", "out_of_scope", "spam", "reopen"}:
        raise web.HTTPBadRequest
    await _do(request, act, [number], assignee="")
    return see_other(request, "misses.show", id=number, flash=say(f"misses.done_{act}"))


async def merge(request: web.Request) -> web.Response:
    """Make another gap part of this one."""
    form, ports, number = await form_of(request), console(request), lessons.id_of(request)
    other = form.integer("other") or 0
    try:
        async with ports.db.transaction() as session:
            await gaps.merge(session, other, number, now=ports.clock.now())
            await note(request, session, "misses.merged", f"gap:{number}", before={"gap": other})
    except ValueError:
        return see_other(request, "misses.show", id=number, flash=say("misses.gone"), tone="danger")
    return see_other(request, "misses.show", id=number, flash=say("misses.merged"))


async def regroup(request: web.Request) -> web.Response:
    """Sort anew what nobody has touched."""
    ports = console(request)
    async with ports.db.transaction() as session:
        count = await gaps.regroup(session)
        await note(request, session, "misses.regrouped", "gaps", after={"gaps": count})
    await gaps.Sorting(ports.db, knowledge=lambda: ports.feed.current)()
    return see_other(request, "misses.list", flash=say("misses.regrouped"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _of_gap(method: str, path: str, handler: Handler, name: str, permission: Permission, **options: Any) -> Action:
    path = rf"/admin/misses/{{id:\d{{1,12}}}}{path}"
    return Action(
        method=method, path=path, handler=handler, permission=permission, name=f"misses.{name}", **options
    )  # fmt: skip


def _of_list(method: str, path: str, handler: Handler, name: str, permission: Permission) -> Action:
    return Action(
        method=method, path=f"/admin/misses{path}", handler=handler, permission=permission, name=f"misses.{name}"
    )  # fmt: skip


PAGE = Page(
    name="misses",
    menu=True,
    section=Section.CONVERSATIONS,
    icon="message-question",
    actions=(
        _of_list("GET", "", list_gaps, "list", Permission.MISSES_VIEW),
        _of_list("GET", "/table.csv", table, "table", Permission.MISSES_VIEW),
        _of_list("POST", "/bulk", bulk, "bulk", Permission.MISSES_EDIT),
        _of_list("POST", "/regroup", regroup, "regroup", Permission.MISSES_EDIT),
        _of_gap("GET", "", show, "show", Permission.MISSES_VIEW),
        _of_gap("POST", "/note", keep_note, "note", Permission.MISSES_EDIT),
        _of_gap("POST", "/settle", settle, "settle", Permission.MISSES_EDIT),
        _of_gap("POST", "/merge", merge, "merge", Permission.MISSES_EDIT),
        _of_gap("POST", "/variant", lessons.teach, "variant", Permission.ENTRIES_EDIT),
        _of_gap("POST", "/entry", lessons.start_entry, "entry", Permission.ENTRIES_EDIT),
    ),
)
