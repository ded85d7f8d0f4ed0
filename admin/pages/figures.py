"""The dashboard and the monthly report: how the assistant is used, and what it lacks."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from aiohttp import web

from admin.console import console, render, url_of
from admin.figures import SERIES, TABLES, Overview, as_csv, channel_title, last_day, overview
from admin.page import Action, Page, Permission, Section
from bot import analytics
from bot.analytics import Period
from runtime.clock import vietnam_date

SPANS = (7, 30, 90)  # days back from today
LONGEST = timedelta(days=366)
DEFAULT_SPAN = 30
_SHOWN = 10
_YEARS = range(2000, 2200)


async def show(request: web.Request) -> web.Response:
    """Show the figures of the chosen days and channel."""
    period = _period(request)
    figures, channels = await _figures(request, period)
    return render(
        request, "figures/show.html", figures=figures, series=tuple(SERIES), spans=SPANS, shown=_SHOWN,
        channel_options=[(name, channel_title(name)) for name in channels], channel_title=channel_title,
        last_day=last_day, today=_today(request),
    )  # fmt: skip


async def table(request: web.Request) -> web.Response:
    """Send one table of the dashboard as CSV."""
    name = request.match_info["table"]
    if name not in TABLES:
        raise web.HTTPNotFound
    figures, _ = await _figures(request, _period(request))
    file = f"hoidap-{name}-{figures.period.first:%Y%m%d}-{figures.period.last:%Y%m%d}.csv"
    return web.Response(
        body=as_csv(figures, name), content_type="text/csv", charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )  # fmt: skip


async def report(request: web.Request) -> web.Response:
    """Show one month on one page, to be printed or saved as PDF by the browser."""
    first = _month(request)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    figures, _ = await _figures(request, Period(first=first, last=last))
    return render(
        request, "figures/report.html", figures=figures, series=tuple(SERIES), today=_today(request),
        office=console(request).settings.contact.name, earlier=_link(request, first - timedelta(days=1)),
        later=_link(request, last + timedelta(days=1)) if last < _today(request) else "",
    )  # fmt: skip


async def _figures(request: web.Request, period: Period) -> tuple[Overview, list[str]]:
    ports = console(request)
    async with ports.db.reading() as session:
        figures = await overview(session, period, ports.feed.current.snapshot, today=_today(request))
        return figures, list(await analytics.channels(session))


def _today(request: web.Request) -> date:
    return vietnam_date(console(request).clock.now())


def _period(request: web.Request) -> Period:
    """Read the days: `from` and `to` (included), else `days` back from today. What is odd is put right silently."""
    today, channel = _today(request), request.query.get("channel", "")
    channel = channel if channel.isidentifier() else ""
    first, last = _day(request.query.get("from")), _day(request.query.get("to"))
    if first is None:
        last = today
        first = last - timedelta(days=_span(request.query.get("days")) - 1)
    last = min(last or today, first + LONGEST)
    return Period(first=min(first, last), last=max(first, last), channel=channel)


def _span(text: str | None) -> int:
    return next((days for days in SPANS if str(days) == text), DEFAULT_SPAN)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _month(request: web.Request) -> date:
    """Read the month (2026-11); without one, the last that is over."""
    found = _day(f"{request.query.get('month', '')}-01")
    return found or (_today(request).replace(day=1) - timedelta(days=1)).replace(day=1)


def _link(request: web.Request, day: date) -> str:
    return url_of(request, "figures.report", month=f"{day:%Y-%m}")


PAGE = Page(
    name="figures",
    menu=True,
    section=Section.OVERSIGHT,
    icon="chart-bar",
    actions=(
        Action(
            method="GET", path="/admin/figures", handler=show, permission=Permission.FIGURES_VIEW, name="figures.show"
        ),
        Action(
            method="GET",
            path="/admin/figures/report",
            handler=report,
            permission=Permission.FIGURES_VIEW,
            name="figures.report",
        ),
        Action(
            method="GET",
            path="/admin/figures/{table}.csv",
            handler=table,
            permission=Permission.FIGURES_VIEW,
            name="figures.table",
        ),
    ),
)
