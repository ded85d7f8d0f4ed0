"""A person takes over: asked for, claimed, answering, given back. Whatever staff say keeps the assistant silent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import WindowClosed
from bot.handlers.manners import is_courtesy
from bot.hours import OfficeHours
from bot.messages import Mode, Outcome, Reply, Trace
from bot.phrases import phrase
from bot.speaking import Speaker
from bot.tables import Contact, Conversation, Handoff, Message
from runtime import telemetry
from runtime.clock import VIETNAM
from runtime.errors import AppError

ELSEWHERE = "@platform"  # stands for whoever answered by the platform's own tool; no login can be that
RELEASED, OVERDUE, IDLE = "released", "overdue", "idle"
_TWICE = timedelta(seconds=20)  # the same words again within this time are one press of the button too many
_SOON = timedelta(days=14)  # a later opening is not promised by its date


class HandoffError(AppError):
    """The conversation cannot be taken over or answered as asked."""


class TakenByAnother(HandoffError):
    """Another person of staff is answering this conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a person of staff needs to act: who it is, when, and for how long the assistant is silent afterwards."""

    staff: str
    now: datetime
    pause: timedelta


def acknowledged(outcome: Outcome, hours: OfficeHours, *, now: datetime) -> Outcome:
    """Return the outcome of asking for a person, which says when a person will answer: before what to do meanwhile."""
    if outcome.handoff is None or outcome.reply is None:
        return outcome
    noted, *meanwhile = outcome.reply.text.split("\n\n")
    text = "\n\n".join((f"{noted} {when(hours, now=now)}", *meanwhile))
    return replace(outcome, reply=replace(outcome.reply, text=text))


def when(hours: OfficeHours, *, now: datetime) -> str:
    """Say when a person will answer."""
    opening = hours.next_opening(now)
    if opening == now:
        return phrase("handoff.open")
    if opening is None or opening - now > _SOON:
        return phrase("handoff.closed_long")
    at = opening.astimezone(VIETNAM)
    day = phrase(f"handoff.weekday_{at.weekday()}")
    return phrase(
        "handoff.closed",
        opening=phrase("handoff.opening", time=f"{at:%H:%M}", day=day, date=f"{at:%d/%m/%Y}"),
    )


async def request(session: AsyncSession, conversation: Conversation, reason: str, *, now: datetime) -> None:
    """Put a conversation into the queue of staff; asking again while waiting changes nothing."""
    if await _open(session, conversation.id) is None:
        session.add(Handoff(conversation_id=conversation.id, reason=reason, created_at=now))
    conversation.mode, conversation.mode_until = Mode.WAITING.value, None


async def claim(session: AsyncSession, conversation_id: int, desk: Desk) -> None:
    """Take a conversation over; the assistant is silent from now on. Raises TakenByAnother or HandoffError."""
    conversation = await _conversation(session, conversation_id)
    handoff = await _open(session, conversation_id)
    if handoff is None:
        session.add(
            Handoff(
                conversation_id=conversation_id, reason="staff", created_at=desk.now,
                claimed_by=desk.staff, claimed_at=desk.now,
            )
        )  # fmt: skip
    elif handoff.claimed_by != desk.staff:
        mine = await session.scalars(
            update(Handoff)
            .where(Handoff.id == handoff.id, Handoff.claimed_by.in_(("", ELSEWHERE)), Handoff.closed_at.is_(None))
            .values(claimed_by=desk.staff, claimed_at=desk.now)
            .returning(Handoff.id)
        )
        if mine.first() is None:
            raise TakenByAnother
    conversation.mode, conversation.mode_until = Mode.STAFF.value, desk.now + desk.pause


async def taken_elsewhere(session: AsyncSession, conversation_id: int, *, now: datetime) -> None:
    """Note that somebody answers by the platform's own tool: nobody need come any more."""
    await session.execute(
        update(Handoff)
        .where(Handoff.conversation_id == conversation_id, Handoff.closed_at.is_(None), Handoff.claimed_by == "")
        .values(claimed_by=ELSEWHERE, claimed_at=now)
    )


async def answer(session: AsyncSession, speaker: Speaker, conversation_id: int, text: str, desk: Desk) -> int:
    """Say something as a person of staff; claims the conversation. Return the message's id.

    Raises WindowClosed when the platform lets nobody write to this person any more, TakenByAnother, HandoffError.
    """
    conversation = await _conversation(session, conversation_id)
    contact = (await session.scalars(select(Contact).where(Contact.id == conversation.contact_id))).one()
    if not speaker.is_in_service(contact.channel):
        raise HandoffError(hint="The channel is switched off.")
    if not speaker.may_write(contact.channel, contact.last_seen_at, now=desk.now):
        raise WindowClosed
    await claim(session, conversation_id, desk)
    same = select(Message.id).where(
        Message.conversation_id == conversation_id,
        Message.author == "staff",
        Message.text == text,
        Message.created_at > desk.now - _TWICE,
    )
    again = await session.scalar(same.limit(1))
    if again is not None:
        return again
    trace = Trace(handler="staff", reason=desk.staff)
    return await speaker.say(
        session, (contact, conversation), Reply(text=text), trace=trace, now=desk.now, author="staff"
    )


def is_anothers(claimed_by: str, staff: str) -> bool:
    """Tell whether a colleague in the console is answering a conversation."""
    return claimed_by not in {"", ELSEWHERE, staff}


async def release(
    session: AsyncSession, speaker: Speaker, conversation_id: int, desk: Desk, *, held_by: str = ""
) -> bool:
    """Give a conversation back to the assistant; tell whether it had to say that nobody answered the last message.

    `held_by`: the colleague from whom it is taken on purpose. Raises TakenByAnother when another has it, HandoffError.
    """
    conversation = await _conversation(session, conversation_id)
    await _check_holder(session, conversation_id, desk, held_by)
    was_closed = conversation.mode == Mode.CLOSED.value
    await end(session, conversation, RELEASED, now=desk.now)
    if was_closed or not await is_unanswered(session, conversation_id):
        return False
    contact = (await session.scalars(select(Contact).where(Contact.id == conversation.contact_id))).one()
    if not speaker.may_write(contact.channel, contact.last_seen_at, now=desk.now):
        return False
    reply, trace = Reply(text=phrase("handoff.released")), Trace(handler="handoff", reason=RELEASED)
    await speaker.say(session, (contact, conversation), reply, trace=trace, now=desk.now)
    return True


async def close(session: AsyncSession, conversation_id: int, desk: Desk, *, held_by: str = "") -> None:
    """Let nobody speak in a conversation until it is released: for who abuses it. `held_by` and errors as `release`."""
    conversation = await _conversation(session, conversation_id)
    await _check_holder(session, conversation_id, desk, held_by)
    await end(session, conversation, RELEASED, now=desk.now)
    conversation.mode = Mode.CLOSED.value


async def is_unanswered(session: AsyncSession, conversation_id: int) -> bool:
    """Tell whether the person wrote after staff did, more than a courtesy.

    A remark of the assistant in between answers nothing.
    """
    said = select(Message.author, Message.text).where(
        Message.conversation_id == conversation_id, Message.author != "bot"
    )
    last = (await session.execute(said.order_by(Message.id.desc()).limit(1))).first()
    return last is not None and last.author == "contact" and not is_courtesy(last.text)


async def end(session: AsyncSession, conversation: Conversation, ended: str, *, now: datetime) -> bool:
    """Close the open handoff of a conversation and let the assistant speak; tell whether there was one."""
    closed = await session.scalars(
        update(Handoff)
        .where(Handoff.conversation_id == conversation.id, Handoff.closed_at.is_(None))
        .values(closed_at=now, ended=ended)
        .returning(Handoff.id)
    )
    conversation.mode, conversation.mode_until = Mode.BOT.value, None
    was_open = closed.first() is not None
    if was_open:
        telemetry.HANDOFFS.labels(ended).inc()
    return was_open


async def _check_holder(session: AsyncSession, conversation_id: int, desk: Desk, held_by: str) -> None:
    """Raise TakenByAnother when a colleague has claimed a conversation whom the person at the desk did not name."""
    held = select(Handoff.claimed_by).where(Handoff.conversation_id == conversation_id, Handoff.closed_at.is_(None))
    claimed_by = await session.scalar(held.order_by(Handoff.id).limit(1).with_for_update())
    if claimed_by and claimed_by != held_by and is_anothers(claimed_by, desk.staff):
        raise TakenByAnother


async def _open(session: AsyncSession, conversation_id: int) -> Handoff | None:
    found = select(Handoff).where(Handoff.conversation_id == conversation_id, Handoff.closed_at.is_(None))
    return await session.scalar(found.order_by(Handoff.id).limit(1))


async def _conversation(session: AsyncSession, conversation_id: int) -> Conversation:
    conversation = await session.scalar(select(Conversation).where(Conversation.id == conversation_id))
    if conversation is None:
        raise HandoffError(hint="The person has left; their conversation was deleted.")
    return conversation
