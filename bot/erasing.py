"""Forget people: one on request, and whoever has not written for longer than conversations are kept.

Nothing is deleted here: a request goes through the inbox, as a person's own does. So it comes after everything they
said before, also what still waits, and whoever serves carries it out.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.inbox import Accepted, Inbox
from bot.messages import InboundUpdate, Mode, UpdateKind
from bot.tables import Contact, Conversation, FollowUp, Reminder
from runtime.database import Database
from runtime.wakers.port import Waker

BATCH = 500  # people forgotten in one round of the chore


async def known_as(session: AsyncSession, channel: str, id_: str, *, now: datetime) -> Sequence[Accepted]:
    """Return requests to forget whoever a channel knows by an id, on whichever account; empty when nobody is."""
    found = await session.scalars(
        select(Contact)
        .where(Contact.channel == channel, or_(Contact.external_id == id_, Contact.address == id_))
        .order_by(Contact.id)
        .limit(BATCH)
    )
    return [_request(contact, now) for contact in found]


async def forget_the_silent(db: Database, waker: Waker, *, days: int, now: datetime) -> None:
    """Ask to forget who did nothing for so many days, is owed nothing and is not with staff; 0: nobody."""
    if days:
        async with db.reading() as session:
            requests = await _silent_since(session, now - timedelta(days=days), now=now)
        await Inbox(db, waker).accept(requests)


async def _silent_since(session: AsyncSession, before: datetime, *, now: datetime) -> Sequence[Accepted]:
    found = await session.scalars(
        select(Contact)
        .outerjoin(Conversation, Conversation.contact_id == Contact.id)
        .where(
            Contact.last_seen_at < before,
            or_(Conversation.id.is_(None), Conversation.mode.not_in((Mode.WAITING.value, Mode.STAFF.value))),
            *(
                ~select(owed.id).where(owed.contact_id == Contact.id, owed.state == "waiting").exists()
                for owed in (FollowUp, Reminder)
            ),
        )
        .order_by(Contact.last_seen_at)
        .limit(BATCH)
    )
    return [_request(contact, now) for contact in found]


def _request(contact: Contact, now: datetime) -> Accepted:
    mark = secrets.token_hex(8)
    request = InboundUpdate(
        channel=contact.channel,
        external_id=f"erase-{mark}",
        kind=UpdateKind.ERASE,
        account=contact.account,
        contact=contact.external_id,
        address=contact.address,
    )
    return Accepted(update=request, trace_id=mark, received_at=now)
