"""Office hours: when people who ask for a person are told that somebody will answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time

from aiohttp import web

from admin.console import console, form_of, note, render, see_other
from admin.page import Action, Page, Permission
from admin.wording import say
from bot import office
from bot.hours import Shift
from bot.office import ExceptionalDay
from runtime.clock import vietnam_date

_SHIFT = re.compile(r"(\d{1,2})(?:[:hg.](\d{2})?)?\s*[-\N{EN DASH}]\s*(\d{1,2})(?:[:hg.](\d{2})?)?")
LABEL_LENGTH = 120


async def show(request: web.Request) -> web.Response:
    """Show the hours of the week and the dates that differ."""
    return await _page(request)


async def save_week(request: web.Request) -> web.Response:
    """Replace the hours of the week."""
    form, ports = await form_of(request), console(request)
    typed = {day: form.text(f"day_{day}") for day in range(7)}
    try:
        week = {day: shifts_of(text) for day, text in typed.items()}
        async with ports.db.transaction() as session:
            await office.set_week(session, week)
            await note(request, session, "hours.week", "office", after={str(day): typed[day] for day in typed})
    except ValueError as error:
        return await _page(request, typed=typed, problem=say("hours.wrong", what=error), status=422)
    return see_other(request, "hours.show", flash=say("hours.saved"))


async def save_day(request: web.Request) -> web.Response:
    """Give a date hours of its own."""
    form, ports = await form_of(request), console(request)
    try:
        on = date.fromisoformat(form.text("on"))
        day = ExceptionalDay(on=on, shifts=shifts_of(form.text("shifts")), label=form.text("label")[:LABEL_LENGTH])
        async with ports.db.transaction() as session:
            await office.set_day(session, day)
            await note(request, session, "hours.day", f"day:{on.isoformat()}", after={"hours": form.text("shifts")})
    except ValueError as error:
        return await _page(request, problem=say("hours.wrong", what=error), status=422)
    return see_other(request, "hours.show", flash=say("hours.saved"))


async def clear_day(request: web.Request) -> web.Response:
    """Let a date have the hours of its weekday again."""
    form, ports = await form_of(request), console(request)
    try:
        on = date.fromisoformat(form.text("on"))
    except ValueError:
        raise web.HTTPBadRequest from None
    async with ports.db.transaction() as session:
        await office.clear_day(session, on)
        await note(request, session, "hours.cleared", f"day:{on.isoformat()}")
    return see_other(request, "hours.show", flash=say("hours.saved"))


def shifts_of(text: str) -> tuple[Shift, ...]:
    """Read hours as people write them: "7:30-11:30, 13h30 - 17h". Nothing: closed. Raises ValueError: what is odd."""
    shifts: list[Shift] = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;\n]", text))):
        found = _SHIFT.fullmatch(part.lower())
        if found is None:
            raise ValueError(part)
        begin, end = found[1], found[3]
        shifts.append(Shift(opens=_time(begin, found[2], part), closes=_time(end, found[4], part)))
    return tuple(shifts)


def _time(hour: str, minute: str | None, part: str) -> time:
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise ValueError(part) from None


def written(shifts: Sequence[Shift]) -> str:
    """Write hours as the form takes them."""
    return ", ".join(f"{shift.opens:%H:%M}-{shift.closes:%H:%M}" for shift in shifts)


async def _page(
    request: web.Request, *, typed: dict[int, str] | None = None, problem: str = "", status: int = 200
) -> web.Response:
    ports = console(request)
    today = vietnam_date(ports.clock.now())
    async with ports.db.reading() as session:
        hours = await office.load_hours(session)
        days = await office.exceptional_days(session, since=today)
    week = typed or {day: written(hours.week.get(day, ())) for day in range(7)}
    return render(
        request, "hours/show.html", week=week, days=days, written=written, problem=problem, today=today.isoformat(),
        is_open=hours.is_open(ports.clock.now()), opening=hours.next_opening(ports.clock.now()), status=status,
    )  # fmt: skip


PAGE = Page(
    name="hours",
    actions=(
        Action(
            method="GET", path="/admin/hours", handler=show, permission=Permission.INBOX_VIEW, name="hours.show"
        ),
        Action(
            method="POST", path="/admin/hours/week", handler=save_week, permission=Permission.SYSTEM_MANAGE,
            name="hours.save_week",
        ),
        Action(
            method="POST", path="/admin/hours/days", handler=save_day, permission=Permission.SYSTEM_MANAGE,
            name="hours.save_day",
        ),
        Action(
            method="POST", path="/admin/hours/days/clear", handler=clear_day, permission=Permission.SYSTEM_MANAGE,
            name="hours.clear_day",
        ),
    ),
)  # fmt: skip
