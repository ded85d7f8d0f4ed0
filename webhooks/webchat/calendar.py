"""The public calendar: `/lich` as a page, `/lich.ics` to subscribe to, `/lich/{key}.ics` of one competition."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from aiohttp import web

from bot import dates
from bot.calendars import calendar_of, has_events
from bot.phrases import phrase
from knowledge.calendar.ics import CONTENT_TYPE
from knowledge.calendar.model import Competition, Phase, by_urgency
from knowledge.links import source_url
from knowledge.snapshot import Citation, Snapshot
from webhooks.webchat.desk import Desk
from webhooks.webchat.origins import Origins
from webhooks.webchat.rendering import Renderer

_CACHE = "public, max-age=900"  # a moved date should reach calendars within the hour they next ask


class Calendar:
    """Shows what is published; it knows no visitor."""

    def __init__(self, desk: Desk, origins: Origins, renderer: Renderer) -> None:
        self._desk = desk
        self._origins = origins
        self._renderer = renderer

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/lich", self.page)
        app.router.add_get("/lich.ics", self.feed)
        app.router.add_get("/lich/{key}.ics", self.one)

    async def page(self, request: web.Request) -> web.Response:
        """List competitions and events, the most urgent first."""
        snapshot, now = self._desk.knowledge().snapshot, self._desk.clock.now()
        ranked = by_urgency(snapshot.competitions.values(), now)
        feed = f"{self._origins.address_of_server(request)}/lich.ics"
        return self._renderer.page(
            request,
            "calendar.html",
            cards=[_card(each, snapshot, now) for each in ranked],
            feed=feed,
            webcal=f"webcal://{feed.partition('://')[2]}",
        )

    async def feed(self, request: web.Request) -> web.Response:
        """Serve all of them as one calendar."""
        snapshot, now = self._desk.knowledge().snapshot, self._desk.clock.now()
        return _file(request, snapshot, tuple(snapshot.competitions.values()), phrase("calendar.title"), now)

    async def one(self, request: web.Request) -> web.Response:
        """Serve one competition as a calendar; one without any date has none."""
        snapshot, now = self._desk.knowledge().snapshot, self._desk.clock.now()
        competition = snapshot.competitions.get(request.match_info["key"])
        if competition is None or not has_events(competition):
            raise web.HTTPNotFound(text=phrase("calendar.no_dates"))
        return _file(request, snapshot, (competition,), competition.title, now)


def _file(
    request: web.Request, snapshot: Snapshot, competitions: tuple[Competition, ...], name: str, now: datetime
) -> web.Response:
    body = calendar_of(competitions, snapshot.articles, name=name, now=now).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"Cache-Control": _CACHE, "ETag": tag, "X-Content-Type-Options": "nosniff"}
    if tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    file = f"{request.match_info.get('key', 'lich')}.ics"
    headers["Content-Disposition"] = f'inline; filename="{file}"'
    return web.Response(body=body, content_type=CONTENT_TYPE, charset="utf-8", headers=headers)


def _card(competition: Competition, snapshot: Snapshot, now: datetime) -> dict[str, Any]:
    """Return what the page shows of one competition."""
    article = snapshot.articles.get(competition.article)
    is_past = competition.phase(now) is Phase.ENDED
    return {
        "title": competition.title,
        "phase": dates.phase_words(competition, now),
        "mood": competition.phase(now).value,
        "years": dates.year_words(competition),
        "stages": [dates.stage_parts(stage, now, is_past=is_past) for stage in competition.stages],
        "facts": dates.facts_of(competition),
        "source": article.title if article else "",
        "source_url": source_url(Citation(article=article, quote=competition.quote)) if article else "",
        "file": f"/lich/{competition.key}.ics" if has_events(competition) and not is_past else "",
    }
