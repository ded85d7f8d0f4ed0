"""Who a person is. Some channels know a person by two ids, of which an event may name both or either one.

On WhatsApp people have a telephone number, a platform id that outlives it, or both
(developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids, 2026-05-28). An update's
`contact` is the lasting id when it is known, its `address` the number; one person stays one Contact throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import misses, reminders
from bot.messages import DialogueState, InboundUpdate, Mode, UpdateKind
from bot.records import dump_state
from bot.tables import Contact, Conversation, Delivery, FollowUp, GuideSlip, Handoff, Message, Miss, Reminder

Known: TypeAlias = tuple[Contact, Conversation | None]


async def find(session: AsyncSession, asked: InboundUpdate) -> Sequence[Known]:
    """Return the contacts an update may mean, best first: its id, its address as an id, its id as an address.

    More than one means that two ids have turned out to be one person.
    """
    found = await _having(session, asked, Contact.external_id.in_({asked.contact, asked.address or asked.contact}))
    if not found:
        return await _having(session, asked, Contact.address == asked.contact)
    return sorted(found, key=lambda known: known[0].external_id != asked.contact)


async def _having(session: AsyncSession, asked: InboundUpdate, condition: ColumnElement[bool]) -> Sequence[Known]:
    rows = await session.execute(
        select(Contact, Conversation)
        .outerjoin(Conversation, Conversation.contact_id == Contact.id)
        .where(Contact.channel == asked.channel, Contact.account == asked.account, condition)
        .order_by(Contact.id)
        .limit(2)
    )
    return [(row[0], row[1]) for row in rows]


async def find_or_create(session: AsyncSession, asked: InboundUpdate, *, now: datetime) -> tuple[Contact, Conversation]:
    """Return the contact and conversation of an update. Its lane is held, so nobody else creates them meanwhile."""
    known = await find(session, asked)
    if known:
        contact, conversation = known[0]
        for other, _ in known[1:]:
            conversation = await _merge(session, contact, conversation, other)
    else:
        contact, conversation = await _create(session, asked, now=now), None
    if asked.contact != contact.external_id and asked.address == contact.external_id:
        contact.external_id = asked.contact  # the lasting id has become known
    if asked.address and (asked.address != asked.contact or contact.address == contact.external_id):
        contact.address = asked.address
    if asked.kind is not UpdateKind.STAFF:
        contact.last_seen_at = max(contact.last_seen_at, min(asked.sent_at or now, now))
    if conversation is None:
        conversation = Conversation(
            contact_id=contact.id, mode=Mode.BOT.value, state=dump_state(DialogueState()), updated_at=now
        )
        session.add(conversation)
        await session.flush()
    return contact, conversation


async def _create(session: AsyncSession, asked: InboundUpdate, *, now: datetime) -> Contact:
    contact = Contact(
        channel=asked.channel,
        account=asked.account,
        external_id=asked.contact,
        address=asked.address or asked.contact,
        created_at=now,
        # Not the platform's time: what arrives late is tried once, and the platform knows best whether it may be.
        last_seen_at=now,
    )
    session.add(contact)
    await session.flush()
    return contact


async def _merge(
    session: AsyncSession, kept: Contact, conversation: Conversation | None, gone: Contact
) -> Conversation | None:
    """Move everything of `gone` to `kept` and return the conversation that is left."""
    theirs = await session.scalar(select(Conversation).where(Conversation.contact_id == gone.id))
    both = select(FollowUp.digest).where(FollowUp.contact_id == kept.id)
    await session.execute(delete(FollowUp).where(FollowUp.contact_id == gone.id, FollowUp.digest.in_(both)))
    await reminders.drop_doubles(session, gone=gone.id, kept=kept.id)
    for owned in (Delivery, Miss, FollowUp, Reminder):
        await session.execute(update(owned).where(owned.contact_id == gone.id).values(contact_id=kept.id))
    if theirs is not None and conversation is None:
        theirs.contact_id = kept.id
        conversation = theirs
    elif theirs is not None and conversation is not None:
        for table in (Message, Miss, Handoff, GuideSlip):
            moved = update(table).where(table.conversation_id == theirs.id).values(conversation_id=conversation.id)
            await session.execute(moved)
        await session.delete(theirs)
    kept.last_seen_at = max(kept.last_seen_at, gone.last_seen_at)
    await session.flush()
    await session.delete(gone)
    await session.flush()
    return conversation


async def erase(session: AsyncSession, asked: InboundUpdate) -> set[str]:
    """Delete a person: contact, conversation, messages, deliveries, misses, wishes, feedback and handoffs.

    Return every id under which they were known.
    """
    known = [contact for contact, _ in await find(session, asked)]
    ids = [contact.id for contact in known]
    gaps = await misses.gaps_of(session, ids) if ids else set()
    await session.execute(delete(Contact).where(Contact.id.in_(ids)))
    await misses.recount(session, gaps)
    return {asked.contact, *(each for contact in known for each in (contact.external_id, contact.address))}
