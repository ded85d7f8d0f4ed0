"""Web visitors: whose conversation a token opens, and what a page of it shows.

A token is 256 random bits that only the browser keeps; the database holds its SHA-256. The conversation belongs to the
session's `contact`, a second random value, so that nothing stored or logged leads back to a token.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import misses
from bot.inbox import lane_of
from bot.messages import DialogueState, InboundUpdate, Mode, UpdateKind
from bot.privacy import redact
from bot.records import dump_state, load_update
from bot.tables import ChatSession, Contact, Conversation, Feedback, Message, Update

CHANNEL = "webchat"
LIFE = timedelta(days=30)
RENEW_AFTER = timedelta(days=1)  # a session in use is prolonged once a day, not at every request
REASON_LENGTH = 500
SHOWN = 200  # newest messages of a conversation that a page gets
_TOKEN_BYTES = 32
_CONTACT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """An open session, as its browser may know it."""

    contact: str
    expires_at: datetime
    shown_from: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message on a page. `id` 0: the question is stored and waits for its answer."""

    id: int
    author: str
    text: str
    at: datetime
    reply: Mapping[str, Any] | None = None
    outcome: str = ""
    client_id: str = ""  # the browser's own id of what it sent
    rating: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What a page shows. Another `thread` than before: the conversation was deleted or begun anew."""

    thread: str
    mode: Mode
    lines: Sequence[Line]

    @property
    def is_waiting(self) -> bool:
        """Whether a stored question has not been answered yet."""
        return any(line.id == 0 for line in self.lines)

    @property
    def last_id(self) -> int:
        """Id of the newest message, 0 when there is none."""
        return max((line.id for line in self.lines), default=0)


def hash_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def external_id(contact: str, client_id: str) -> str:
    """Return the update id of something a browser sent: the same message sent twice is one update."""
    return f"{contact}:{client_id}"


def address(contact: str) -> InboundUpdate:
    """Return an update that says nothing but names the person: how the other modules look a conversation up."""
    return InboundUpdate(channel=CHANNEL, external_id="", kind=UpdateKind.UNKNOWN, contact=contact)


async def begin(session: AsyncSession, *, now: datetime) -> tuple[str, Visit]:
    """Open a new session; return its token, which is shown only now. Expired sessions are removed on the way."""
    await session.execute(delete(ChatSession).where(ChatSession.expires_at <= now))
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = ChatSession(
        token_hash=hash_of(token), contact=secrets.token_hex(_CONTACT_BYTES), created_at=now, expires_at=now + LIFE
    )
    session.add(row)
    return token, _visit(row)


async def find(session: AsyncSession, token: str, *, now: datetime) -> Visit | None:
    """Return the session of a token, None when there is none or its time is over."""
    row = await session.get(ChatSession, hash_of(token)) if token else None
    return None if row is None or row.expires_at <= now else _visit(row)


def needs_renewal(visit: Visit, *, now: datetime) -> bool:
    """Tell whether a session in use should be prolonged."""
    return visit.expires_at - now < LIFE - RENEW_AFTER


async def renew(session: AsyncSession, visit: Visit, *, now: datetime) -> None:
    """Prolong a session in use."""
    statement = update(ChatSession).where(ChatSession.contact == visit.contact)
    await session.execute(statement.values(expires_at=now + LIFE))


async def end(session: AsyncSession, visit: Visit) -> None:
    """Make the token of a session worthless."""
    await session.execute(delete(ChatSession).where(ChatSession.contact == visit.contact))


async def start_over(session: AsyncSession, visit: Visit, *, now: datetime) -> None:
    """Begin a new conversation: earlier messages are hidden and the menus of the old one forgotten."""
    await session.execute(update(ChatSession).where(ChatSession.contact == visit.contact).values(shown_from=now))
    contacts = select(Contact.id).where(Contact.channel == CHANNEL, Contact.external_id == visit.contact)
    await session.execute(
        update(Conversation)
        .where(Conversation.contact_id.in_(contacts))
        .values(state=dump_state(DialogueState()), updated_at=now)
    )


async def rate(
    session: AsyncSession, visit: Visit, message_id: int, value: int, *, reason: str = "", now: datetime
) -> bool:
    """Record what a visitor thinks of an answer; tell whether it is one of theirs. 0 takes the judgement back."""
    statement = _messages(visit).where(Message.id == message_id, Message.author != "contact")
    if await session.scalar(statement.with_only_columns(Message.id)) is None:
        return False
    if value == 0:
        await session.execute(delete(Feedback).where(Feedback.message_id == message_id))
    else:
        said = redact(reason)[:REASON_LENGTH]
        await session.merge(Feedback(message_id=message_id, value=value, reason=said, created_at=now))
    await misses.judge(session, message_id, value, now=now)
    return True


async def transcript(session: AsyncSession, visit: Visit, *, thread: str = "", after: int = 0) -> Transcript:
    """Return what a page that shows `thread` up to message `after` lacks; everything when its thread is another.

    Questions that wait for their answer are always in it, last.
    """
    found = (
        await session.execute(
            select(Conversation.mode, Contact.created_at)
            .join(Contact, Contact.id == Conversation.contact_id)
            .where(Contact.channel == CHANNEL, Contact.external_id == visit.contact)
        )
    ).first()
    # SQLite hands out the ids of deleted rows again, so that only moments tell two threads apart.
    moments = (visit.shown_from, found.created_at if found else None)
    current = "-".join(str(int(at.timestamp() * 1e6)) if at else "0" for at in moments)
    waiting = await _waiting(session, visit)  # first: an answer that is committed meanwhile is then seen below
    lines = await _said(session, visit, after=after if thread == current else 0) if found else []
    answered = {line.client_id for line in lines}
    waiting = [line for line in waiting if line.client_id not in answered]
    return Transcript(thread=current, mode=Mode(found.mode) if found else Mode.BOT, lines=[*lines, *waiting])


async def has_left_traces(session: AsyncSession, contact: str) -> bool:
    """Tell whether anything of a person is still stored."""
    statement = select(func.count()).select_from(Contact)
    found = await session.scalar(statement.where(Contact.channel == CHANNEL, Contact.external_id == contact))
    return bool(found)


def _messages(visit: Visit) -> Any:
    statement = (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(Contact.channel == CHANNEL, Contact.external_id == visit.contact)
    )
    return statement if visit.shown_from is None else statement.where(Message.created_at >= visit.shown_from)


async def _said(session: AsyncSession, visit: Visit, *, after: int) -> list[Line]:
    statement = (
        _messages(visit)
        .outerjoin(Feedback, Feedback.message_id == Message.id)
        .outerjoin(Update, Update.id == Message.update_id)
        .where(Message.id > after)
        .order_by(Message.id.desc())
        .limit(SHOWN)
        .with_only_columns(Message, Feedback.value, Update.external_id, maintain_column_froms=True)
    )
    return [
        Line(
            id=message.id,
            author=message.author,
            text=message.text,
            at=message.created_at,
            reply=message.reply,
            outcome=message.outcome,
            client_id=_client_id(asked) if message.author == "contact" else "",
            rating=rating or 0,
        )
        for message, rating, asked in reversed((await session.execute(statement)).all())
    ]


async def _waiting(session: AsyncSession, visit: Visit) -> list[Line]:
    rows = await session.scalars(
        select(Update)
        .where(Update.lane_key == lane_of(address(visit.contact)), Update.state == "pending")
        .order_by(Update.id)
        .limit(SHOWN)
    )
    asked = [(row, load_update(row.body)) for row in rows]
    return [
        Line(id=0, author="contact", text=said.text, at=row.received_at, client_id=_client_id(row.external_id))
        for row, said in asked
        if said.text
    ]


def _client_id(external_id: str | None) -> str:
    return (external_id or "").rpartition(":")[2]


def _visit(row: ChatSession) -> Visit:
    return Visit(contact=row.contact, expires_at=row.expires_at, shown_from=row.shown_from)
