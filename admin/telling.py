"""Tell staff what a look at an article's page found."""

from __future__ import annotations

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.watching.checking import Checked
from runtime import telemetry

log = structlog.get_logger(__name__)


async def tell(_session: AsyncSession, checked: Checked) -> None:
    """Count the look; say in the log which entries it touched, by their keys."""
    telemetry.ARTICLE_CHECKS.labels(checked.outcome).inc()
    if checked.flagged or checked.suspended:
        log.warning(
            "article.touches_entries",
            article=checked.article,
            flagged=list(checked.flagged),
            suspended=list(checked.suspended),
        )
