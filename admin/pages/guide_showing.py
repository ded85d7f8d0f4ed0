"""What all pages about one guide begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from admin.console import console, see_other
from admin.guide_conflict import writers_since
from admin.wording import say
from knowledge.eligibility.checking import BREAKS_DIAGRAM, Problem
from knowledge.eligibility.diagram import TooLarge
from knowledge.eligibility.model import Guide
from knowledge.eligibility.picture import BOX_WIDTH, Picture, picture_of, wrapped
from knowledge.guide_store import GuidePage, find_guide


async def guide_page(request: web.Request) -> GuidePage:
    """Return the guide that the path names. Raises HTTPNotFound."""
    async with console(request).db.reading() as session:
        found = await find_guide(session, request.match_info["key"])
    if found is None:
        raise web.HTTPNotFound
    return found


async def overtaken(request: web.Request, number: int, *, said: str) -> web.Response:
    """Show the version that came after the one looked at, instead of doing something about it unseen."""
    page = await guide_page(request)
    async with console(request).db.reading() as session:
        who = await writers_since(session, page.item.key, number)
    words = say(f"guides.{said}", number=number, latest=page.number, who=who)
    return see_other(request, "guides.show", flash=words, tone="danger", key=page.item.key)


def picture_values(guide: Guide, problems: Sequence[Problem]) -> dict[str, Any]:
    """Return what a page needs to draw a guide; `picture` is None when its rules cannot be followed."""
    return {"picture": _drawn(guide, problems), "box_width": BOX_WIDTH, "wrapped": wrapped}


def _drawn(guide: Guide, problems: Sequence[Problem]) -> Picture | None:
    if any(problem.flaw in BREAKS_DIAGRAM for problem in problems):
        return None
    try:
        return picture_of(guide)
    except TooLarge:
        return None
