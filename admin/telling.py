"""Tell staff what a look at an article's page found: in the log, in the figures, in the audit log."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from admin import audit
from knowledge.watching.checking import Checked
from runtime import telemetry

WATCH = audit.Machine(login="(watch)")
log = structlog.get_logger(__name__)


async def tell(session: AsyncSession, checked: Checked, at: datetime) -> None:
    """Count a look; note which entries it flagged or suspended, by their keys, for good."""
    telemetry.ARTICLE_CHECKS.labels(checked.outcome).inc()
    touched = {"flagged": checked.flagged, "suspended": checked.suspended, "withdrawn": checked.withdrawn}
    found = {name: list(keys) for name, keys in touched.items() if keys}
    if found:
        log.warning("article.touches_entries", article=checked.article, **found)
        await audit.record(
            session, actor=WATCH, action="articles.check", subject=f"article:{checked.article}", at=at, after=found
        )
