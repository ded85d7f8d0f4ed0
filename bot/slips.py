"""Slips: the end of an eligibility guide as a page of its own, behind a link that nobody can guess and that expires."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import Link, Outcome, Slip
from bot.phrases import phrase
from bot.records import dump_slip, load_slip
from bot.tables import GuideSlip

PATH = "/phieu/"
_TOKEN_BYTES = 24
_TOKEN_LENGTH = 64  # characters; longer ones are none of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSlip:
    """A slip with the days between which its link opens it."""

    slip: Slip
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipPages:
    """Where slips are shown (`address`, "" for a path on the page's own server) and for how many days."""

    address: str = ""
    days: int = 30

    def linked(self, outcome: Outcome) -> tuple[Outcome, str]:
        """Add the link to an outcome's slip; return its token too, "" when there is no slip."""
        if outcome.slip is None or outcome.reply is None:
            return outcome, ""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        link = Link(title=phrase("guide.slip"), url=f"{self.address.rstrip('/')}{PATH}{token}")
        return replace(outcome, reply=replace(outcome.reply, links=(link, *outcome.reply.links))), token

    async def keep(self, session: AsyncSession, slip: Slip, token: str, conversation_id: int, *, now: datetime) -> None:
        """Keep a slip, and delete those that have expired. Only the token's digest is stored."""
        await session.execute(delete(GuideSlip).where(GuideSlip.expires_at <= now))
        session.add(
            GuideSlip(
                token_hash=_digest(token),
                conversation_id=conversation_id,
                content=dump_slip(slip),
                created_at=now,
                expires_at=now + timedelta(days=self.days),
            )
        )


async def find(session: AsyncSession, token: str, *, now: datetime) -> KeptSlip | None:
    """Return the slip of a token, None when there is none or its time is over."""
    if len(token) > _TOKEN_LENGTH:
        return None
    wanted = select(GuideSlip).where(GuideSlip.token_hash == _digest(token), GuideSlip.expires_at > now)
    row = await session.scalar(wanted)
    if row is None:
        return None
    return KeptSlip(slip=load_slip(row.content), created_at=row.created_at, expires_at=row.expires_at)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
