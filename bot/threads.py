"""Conversations as staff see them: who waits, for how long, until when one may write, and what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Channel
from bot.handoff import IDLE, OVERDUE
from bot.messages import Mode
from bot.speaking import closes_at
from bot.tables import Contact, Conversation, Delivery, Handoff, Message

PAGE = 40
SHOWN = 100  # newest messages of a thread
_MISSED_FOR = timedelta(days=7)


class Folder(StrEnum):
    """What of the conversations is wanted."""

    WAITING = "waiting"
    STAFF = "staff"  # somebody of staff is speaking
    MISSED = "missed"  # nobody came, or nobody went on, within the last week
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One conversation in a list. `closes_at`: until when it can be answered; None: for ever."""

    id: int
    contact_id: int
    channel: str
    mode: Mode
    last_text: str  # what the person wrote last
    last_at: datetime
    waiting_since: datetime | None
    claimed_by: str
    closes_at: datetime | None
    is_in_service: bool

    def can_answer(self, now: datetime) -> bool:
        """Tell whether staff may write at a moment."""
        return self.is_in_service and (self.closes_at is None or now < self.closes_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One message of a thread. `state`: what became of ours: queued, sent, delivered, read, dropped or dead."""

    id: int
    author: str
    text: str
    at: datetime
    staff: str = ""
    outcome: str = ""
    entry: str = ""
    state: str = ""
    choices: tuple[str, ...] = ()


async def listing(
    session: AsyncSession, channels: Mapping[str, Channel], folder: Folder, *, now: datetime, page: int = 1
) -> tuple[Sequence[Thread], int]:
    """Return one page of threads, those that wait longest first, and how many there are in all."""
    wanted = _in_folder(folder, now=now)
    order = [Handoff.created_at.asc()] if folder is Folder.WAITING else [Conversation.updated_at.desc()]
    chosen = _threads().where(wanted).order_by(*order, Conversation.id).offset((max(page, 1) - 1) * PAGE).limit(PAGE)
    rows = (await session.execute(chosen)).all()
    last = await _last_messages(session, [row[0].id for row in rows])
    total = await session.scalar(
        select(func.count()).select_from(_threads().with_only_columns(Conversation.id).where(wanted).subquery())
    )
    return [_thread((row[0], row[1], row[2]), last.get(row[0].id), channels) for row in rows], total or 0


async def waiting(session: AsyncSession) -> int:
    """Return how many people wait for somebody of staff."""
    unclaimed = select(func.count()).where(Handoff.closed_at.is_(None), Handoff.claimed_by == "")
    return await session.scalar(unclaimed) or 0


async def thread(
    session: AsyncSession, channels: Mapping[str, Channel], conversation_id: int
) -> tuple[Thread, Sequence[Spoken]] | None:
    """Return one conversation with its newest messages, oldest first; None when it is gone."""
    row = (await session.execute(_threads().where(Conversation.id == conversation_id))).first()
    if row is None:
        return None
    newest = select(Message).where(Message.conversation_id == conversation_id).order_by(Message.id.desc()).limit(SHOWN)
    messages = list(reversed((await session.scalars(newest)).all()))
    states = await _states(session, [message.id for message in messages])
    last = next((message for message in reversed(messages) if message.author == "contact"), None)
    return _thread((row[0], row[1], row[2]), last, channels), [
        _spoken(message, states.get(message.id, "")) for message in messages
    ]


def _threads() -> Select[Conversation, Contact, Handoff]:
    is_open = and_(Handoff.conversation_id == Conversation.id, Handoff.closed_at.is_(None))
    return (
        select(Conversation, Contact, Handoff)
        .join(Contact, Contact.id == Conversation.contact_id)
        .outerjoin(Handoff, is_open)
    )


def _in_folder(folder: Folder, *, now: datetime) -> ColumnElement[bool]:
    if folder is Folder.WAITING:
        return and_(Handoff.id.is_not(None), Handoff.claimed_by == "")
    if folder is Folder.STAFF:
        return Conversation.mode.in_((Mode.STAFF.value, Mode.CLOSED.value))
    if folder is Folder.MISSED:
        left = select(Handoff.conversation_id).where(
            Handoff.ended.in_((OVERDUE, IDLE)), Handoff.closed_at >= now - _MISSED_FOR
        )
        return and_(Conversation.id.in_(left), Handoff.id.is_(None))
    return true()


async def _last_messages(session: AsyncSession, conversation_ids: Sequence[int]) -> Mapping[int, Message]:
    newest = (
        select(func.max(Message.id))
        .where(Message.conversation_id.in_(conversation_ids), Message.author == "contact")
        .group_by(Message.conversation_id)
    )
    found = await session.scalars(select(Message).where(Message.id.in_(newest)))
    return {message.conversation_id: message for message in found}


async def _states(session: AsyncSession, message_ids: Sequence[int]) -> Mapping[int, str]:
    """Return the state of each message of ours: that of its last payload."""
    rows = await session.execute(
        select(Delivery.message_id, Delivery.state).where(Delivery.message_id.in_(message_ids)).order_by(Delivery.id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def _thread(
    found: tuple[Conversation, Contact, Handoff | None], last: Message | None, channels: Mapping[str, Channel]
) -> Thread:
    conversation, contact, handoff = found
    channel = channels.get(contact.channel)
    return Thread(
        id=conversation.id,
        contact_id=contact.id,
        channel=contact.channel,
        mode=Mode(conversation.mode),
        last_text=last.text if last else "",
        last_at=last.created_at if last else conversation.updated_at,
        waiting_since=handoff.created_at if handoff and not handoff.claimed_by else None,
        claimed_by=handoff.claimed_by if handoff else "",
        closes_at=closes_at(channel.limits, contact.last_seen_at) if channel else None,
        is_in_service=channel is not None,
    )


def _spoken(message: Message, state: str) -> Spoken:
    offered = (message.reply or {}).get("choices", ())
    return Spoken(
        id=message.id,
        author=message.author,
        text=message.text,
        at=message.created_at,
        staff=str((message.trace or {}).get("reason", "")) if message.author == "staff" else "",
        outcome=message.outcome,
        entry=message.entry,
        state=state,
        choices=tuple(str(choice.get("title", "")) for choice in offered),
    )
