"""The outbox: what we owe to people, sent in order, settled once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import InboundUpdate, Payload, ReceiptStatus, StatusNote
from bot.tables import Contact, Delivery, Update
from runtime import telemetry
from runtime.wakers.port import Waker

QUEUE = "deliveries"
# A receipt may come late or twice; a state only ever moves to a later one.
_EARLIER = {
    ReceiptStatus.SENT: ("queued",),
    ReceiptStatus.DELIVERED: ("queued", "sent"),
    ReceiptStatus.READ: ("queued", "sent", "delivered"),
    ReceiptStatus.FAILED: ("queued", "sent"),
}

_TAKEN = ("sent", "delivered", "read", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """The next delivery of a lane, with what is needed to decide whether it may still be sent."""

    id: int
    channel: str
    address: str
    payload: Payload
    trace_id: str
    created_at: datetime
    contact_id: int
    last_seen_at: datetime
    asked_at: datetime | None


async def enqueue(
    session: AsyncSession,
    waker: Waker,
    *,
    contact: Contact,
    payloads: Sequence[Payload],
    update_id: int | None,
    message_id: int | None,
    trace_id: str,
    now: datetime,
) -> None:
    """Owe payloads to a contact, in order, and wake their lane. One delivery per payload."""
    lane_key = f"{QUEUE}:{contact.channel}:{contact.account}:{contact.external_id}"
    session.add_all(
        Delivery(
            update_id=update_id,
            ordinal=ordinal,
            message_id=message_id,
            contact_id=contact.id,
            channel=contact.channel,
            address=contact.address,
            lane_key=lane_key,
            payload=dict(payload),
            trace_id=trace_id,
            created_at=now,
        )
        for ordinal, payload in enumerate(payloads)
    )
    if payloads:
        await session.flush()
        await waker.wake(session, [lane_key], now)


async def oldest(session: AsyncSession, lane_key: str) -> Owed | None:
    """Return the oldest queued delivery of a lane."""
    found = await session.execute(
        select(Delivery, Contact.last_seen_at, Update.received_at)
        .join(Contact, Contact.id == Delivery.contact_id)
        .outerjoin(Update, Update.id == Delivery.update_id)
        .where(Delivery.lane_key == lane_key, Delivery.state == "queued")
        .order_by(Delivery.id)
        .limit(1)
    )
    row = found.first()
    if row is None:
        return None
    delivery: Delivery = row[0]
    return Owed(
        id=delivery.id,
        channel=delivery.channel,
        address=delivery.address,
        payload=delivery.payload,
        trace_id=delivery.trace_id,
        created_at=delivery.created_at,
        contact_id=delivery.contact_id,
        last_seen_at=row[1],
        asked_at=row[2],
    )


async def has_queued(session: AsyncSession, lane_key: str) -> bool:
    """Tell whether a lane has something to send."""
    statement = select(Delivery.id).where(Delivery.lane_key == lane_key, Delivery.state == "queued").limit(1)
    return (await session.scalar(statement)) is not None


async def last_sent_at(session: AsyncSession, contact_id: int) -> datetime | None:
    """Return when the platform last took a message to this contact."""
    return await session.scalar(
        select(func.max(Delivery.settled_at)).where(Delivery.contact_id == contact_id, Delivery.state.in_(_TAKEN))
    )


async def settle(
    session: AsyncSession, owed: Owed, *, state: str, now: datetime, external_id: str = "", error: str = ""
) -> None:
    """Record what became of a delivery: sent, dead (used up or refused) or dropped (must not be sent any more)."""
    await session.execute(
        update(Delivery)
        .where(Delivery.id == owed.id, Delivery.state == "queued")
        .values(state=state, external_id=external_id, error=error, settled_at=now)
    )
    telemetry.DELIVERIES.labels(owed.channel, state).inc()
    if state == "dead":
        telemetry.DEAD_LETTERS.labels(QUEUE).inc()


async def confirm(session: AsyncSession, channel: str, note: StatusNote) -> None:
    """Move deliveries on by the platform's own receipts, never backwards."""
    if note.message_ids:
        await session.execute(
            update(Delivery)
            .where(
                Delivery.channel == channel,
                Delivery.external_id.in_(note.message_ids),
                Delivery.state.in_(_EARLIER[note.status]),
            )
            .values(state=note.status.value, error=note.error)
        )


async def may_follow(session: AsyncSession, asked: InboundUpdate, note: StatusNote) -> bool:
    """Tell whether a receipt may be about a delivery in hand, whose id the platform has not told us yet."""
    named = select(func.count(Delivery.external_id.distinct())).where(
        Delivery.channel == asked.channel, Delivery.external_id.in_(note.message_ids)
    )
    if await session.scalar(named) == len(set(note.message_ids)):
        return False
    person = or_(Contact.external_id == asked.contact, Contact.address == (asked.address or asked.contact))
    in_hand = (
        select(Delivery.id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .where(Contact.channel == asked.channel, Contact.account == asked.account, person, Delivery.state == "queued")
        .limit(1)
    )
    return (await session.scalar(in_hand)) is not None


async def message_of(session: AsyncSession, channel: str, external_id: str) -> int | None:
    """Return the id of the message that a platform's message id belongs to."""
    if not external_id:
        return None
    return await session.scalar(
        select(Delivery.message_id).where(Delivery.channel == channel, Delivery.external_id == external_id).limit(1)
    )


async def revive(session: AsyncSession, waker: Waker, *, now: datetime, only: Collection[int] | None = None) -> int:
    """Queue every dead delivery, or only those with these ids, again; return how many."""
    chosen = true() if only is None else Delivery.id.in_(only)
    keys = await session.scalars(
        update(Delivery)
        .where(Delivery.state == "dead", chosen)
        .values(state="queued", error="", settled_at=None)
        .returning(Delivery.lane_key)
    )
    revived = keys.all()
    await waker.wake(session, set(revived), now)
    return len(revived)
