"""Conversations: what a turn starts from, and what follows from its outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import contacts, followups, handoff, misses, outbox, reminders
from bot.handlers.composing import CONTEXT_LIFE
from bot.inbox import Pending
from bot.messages import InboundUpdate, Mode, Outcome, OutcomeKind, Payload, Turn
from bot.records import dump_reply, dump_state, dump_trace, load_state
from bot.tables import Contact, Conversation, Feedback, Message
from runtime.clock import vietnam_date
from runtime.wakers.port import Waker

# A complaint after these is about what they say; after the others about what they do not, and that is a miss already.
DISLIKED = frozenset({OutcomeKind.ANSWER.value, OutcomeKind.DEADLINE.value})
# Zalo's reaction codes and the emoji of the other channels: thumb up and heart, thumb down, sad and angry.
THUMBS = (
    (frozenset({"\U0001f44d", "\u2764\ufe0f", "\u2764", "/-strong", "/-heart"}), 1),
    (frozenset({"\U0001f44e", "\U0001f622", "\U0001f621", ":-((", ":-h", "/-weak"}), -1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of a conversation as a page shows it."""

    id: int
    author: str
    text: str
    reply: Mapping[str, Any] | None
    at: datetime


async def open_turn(session: AsyncSession, pending: Pending, *, now: datetime) -> Turn:
    """Return what is needed to decide about an update. A new person starts with an empty state."""
    known = await contacts.find(session, pending.update)
    conversation = next((conversation for _, conversation in known if conversation is not None), None)
    if conversation is None:
        return Turn(update=pending.update, at=now, on=vietnam_date(now))
    mode = Mode(conversation.mode)
    if mode is Mode.STAFF and conversation.mode_until is not None and conversation.mode_until <= now:
        mode = Mode.BOT
    state = load_state(conversation.state)
    return Turn(update=pending.update, at=now, on=vietnam_date(now), state=state, mode=mode)


async def commit_turn(
    session: AsyncSession,
    waker: Waker,
    asked: Sequence[Pending],
    outcome: Outcome | None,
    payloads: Sequence[Payload],
    *,
    now: datetime,
    patience: timedelta,
) -> int:
    """Write a decided turn: messages, state, misses, handoff and deliveries, all within the caller's transaction.

    Return the id of the conversation.

    `asked` is one update, or the fragments of one question; the reply belongs to the first. `outcome` None: the
    update is kept in the conversation, and nothing is said. Choices that nobody picks from within `patience` are a
    miss.
    """
    pending = asked[0]
    contact, conversation = await contacts.find_or_create(session, pending.update, now=now)
    for one in asked:
        _record_question(session, conversation, one, now=now)
    await followups.greet(session, waker, conversation, now=now)
    if outcome is None:
        return conversation.id
    await _settle(session, conversation, outcome, now=now)
    answer = await _write_answer(session, conversation, asked, outcome, now=now)
    if outcome.kind is OutcomeKind.CHOICES:
        conversation.choice_message_id, conversation.choice_until = answer.id, now + patience
    await outbox.enqueue(
        session,
        waker,
        contact=contact,
        payloads=payloads,
        update_id=pending.id,
        message_id=answer.id,
        trace_id=pending.trace_id,
        now=now,
    )
    return conversation.id


def _record_question(session: AsyncSession, conversation: Conversation, pending: Pending, *, now: datetime) -> None:
    asked = pending.update
    if asked.text or asked.payload or asked.attachment:
        session.add(
            Message(
                conversation_id=conversation.id,
                update_id=pending.id,
                author="contact",
                text=asked.text or asked.payload or f"[{asked.attachment}]",
                created_at=now,
            )
        )


async def _write_answer(
    session: AsyncSession, conversation: Conversation, asked: Sequence[Pending], outcome: Outcome, *, now: datetime
) -> Message:
    conversation.state = dump_state(outcome.state)
    conversation.updated_at = now
    answer = _answer(conversation, asked[0], outcome, now=now)
    session.add(answer)
    await _note(session, conversation, asked, outcome, now=now)
    await session.flush()
    return answer


def _answer(conversation: Conversation, pending: Pending, outcome: Outcome, *, now: datetime) -> Message:
    return Message(
        conversation_id=conversation.id,
        update_id=pending.id,
        author="bot",
        text=outcome.reply.text if outcome.reply else "",
        reply=dump_reply(outcome.reply) if outcome.reply else None,
        outcome=outcome.kind.value,
        entry=outcome.entry,
        confidence=outcome.confidence,
        trace=dump_trace(outcome.trace),
        created_at=now,
    )


async def _note(
    session: AsyncSession, conversation: Conversation, asked: Sequence[Pending], outcome: Outcome, *, now: datetime
) -> None:
    """Note what staff have to look at, and what the person wishes to be told."""
    if outcome.miss:
        await misses.record(session, conversation, asked, outcome, now=now)
    if outcome.handoff is not None:
        await handoff.request(session, conversation, outcome.handoff.reason, now=now)
    if outcome.consent is not None:
        await followups.heed(session, conversation, outcome.consent, now=now)
    if outcome.reminder is not None:
        await reminders.heed(session, conversation, outcome.reminder, now=now)


async def pause_for_staff(session: AsyncSession, pending: Pending, *, until: datetime, now: datetime) -> None:
    """Keep the assistant silent in a conversation in which a person has answered by the platform's own tool."""
    asked = pending.update
    _, conversation = await contacts.find_or_create(session, asked, now=now)
    conversation.mode, conversation.mode_until = Mode.STAFF.value, until
    await handoff.taken_elsewhere(session, conversation.id, now=now)
    if asked.text:
        said = {"author": "staff", "text": asked.text, "created_at": now}
        session.add(Message(conversation_id=conversation.id, update_id=pending.id, **said))


async def judge(session: AsyncSession, asked: InboundUpdate, *, now: datetime) -> None:
    """Record a person's thumb on a message we sent. Other emoji, and thumbs on other messages, say nothing."""
    value = next((value for icons, value in THUMBS if asked.emoji in icons), 0)
    message_id = await outbox.message_of(session, asked.channel, asked.reply_to)
    if value and message_id is not None:
        await session.merge(Feedback(message_id=message_id, value=value, created_at=now))
        await misses.judge(session, message_id, value, now=now)


async def _settle(session: AsyncSession, conversation: Conversation, outcome: Outcome, *, now: datetime) -> None:
    """Take what was said before as picked or left, and a complaint for a thumb down on the answer just before it."""
    await misses.settle_choices(session, conversation, outcome, now=now)
    if not outcome.dislikes:
        return
    statement = select(Message).where(Message.conversation_id == conversation.id, Message.author != "contact")
    last = await session.scalar(statement.order_by(Message.id.desc()).limit(1))
    if last is not None and last.outcome in DISLIKED and now - last.created_at <= CONTEXT_LIFE:
        await session.merge(Feedback(message_id=last.id, value=-1, created_at=now))
        await misses.judge(session, last.id, -1, now=now)


async def history(session: AsyncSession, asked: InboundUpdate, *, after: int = 0, limit: int = 200) -> Sequence[Said]:
    """Return the newest messages of a conversation after a message id, oldest first."""
    found = await session.scalars(
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(
            Contact.channel == asked.channel,
            Contact.account == asked.account,
            Contact.external_id == asked.contact,
            Message.id > after,
        )
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return [
        Said(id=row.id, author=row.author, text=row.text, reply=row.reply, at=row.created_at)
        for row in reversed(found.all())
    ]
