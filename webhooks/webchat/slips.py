"""The page of a slip: the end of an eligibility guide, to be read again, printed or saved."""

from __future__ import annotations

from aiohttp import web

from bot import slips
from bot.phrases import phrase
from runtime.clock import Clock, vietnam_date
from runtime.database import Database
from webhooks.webchat.rendering import Renderer

# The address is the key: it must neither be indexed nor be told to the pages that are opened from here.
_PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


class SlipPage:
    """Slips by their tokens."""

    def __init__(self, db: Database, clock: Clock, renderer: Renderer) -> None:
        self._db = db
        self._clock = clock
        self._renderer = renderer

    def add_to(self, app: web.Application) -> None:
        """Add the route."""
        app.router.add_get(f"{slips.PATH}{{token}}", self.show)

    async def show(self, request: web.Request) -> web.Response:
        """Show a slip, or say that there is none any more."""
        async with self._db.reading() as session:
            kept = await slips.find(session, request.match_info["token"], now=self._clock.now())
        if kept is None:
            response = self._renderer.page(request, "slip_gone.html", status=404, phrase=phrase)
        else:
            response = self._renderer.page(
                request,
                "slip.html",
                phrase=phrase,
                slip=kept.slip,
                made_on=vietnam_date(kept.created_at),
                until=vietnam_date(kept.expires_at),
            )
        response.headers.update(_PRIVATE)
        return response
