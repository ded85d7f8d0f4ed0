"""What an approver is told before a competition is published, and whether this person may do it alone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

from admin.competition_conflict import writer_of
from admin.console import console, staff_of
from knowledge.competition_sources import Unsourced, claims_of, unsourced
from knowledge.competition_store import CompetitionPage
from knowledge.safeguards import article_text
from runtime.database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What the latest revision states. `unsourced` needs a reason; `has_text`: the article could be compared with.

    `needs_second`: it names `claims`, money or law, and the signed-in person wrote it.
    """

    unsourced: tuple[Unsourced, ...]
    has_text: bool
    claims: tuple[str, ...]
    needs_second: bool


async def review_of(request: web.Request, session: Session, page: CompetitionPage) -> Review:
    """Compare the latest revision of a competition with its article."""
    article, claims = await article_text(session, page.item.article), claims_of(page.item)
    asks_second = bool(claims) and console(request).settings.knowledge.second_approval
    return Review(
        unsourced=await asyncio.to_thread(unsourced, page.item, article),
        has_text=bool(article.paragraphs),
        claims=claims,
        needs_second=asks_second and await writer_of(session, page.item.key, page.number) == staff_of(request).login,
    )
