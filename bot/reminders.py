"""What people asked to be reminded of: at most one wish per person and stage, with what they agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Update, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.messages import ReminderRequest
from bot.tables import Contact, Conversation, Reminder


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A reminder that has not been sent, and where its person can be reached."""

    id: int
    contact_id: int
    channel: str
    last_seen_at: datetime
    competition: str
    stage: str
    target_at: datetime
    agreed_at: datetime


async def heed(session: AsyncSession, conversation: Conversation, request: ReminderRequest, *, now: datetime) -> None:
    """Take down a wish, anew if there was one for the stage; or withdraw every wish of the person."""
    mine = Reminder.contact_id == conversation.contact_id
    if not request.agreed:
        await session.execute(
            update(Reminder).where(mine, Reminder.state == "waiting").values(state="withdrawn", settled_at=now)
        )
        return
    assert request.target_at is not None
    assert request.due_at is not None
    same = (Reminder.competition == request.competition) & (Reminder.stage == request.stage)
    wish = await session.scalar(select(Reminder).where(mine, same))
    if wish is None:
        wish = Reminder(contact_id=conversation.contact_id, competition=request.competition, stage=request.stage)
        session.add(wish)
    wish.target_at, wish.due_at, wish.wording, wish.agreed_at = request.target_at, request.due_at, request.wording, now
    wish.state, wish.settled_at, wish.message_id = "waiting", None, None


async def due(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[Waiting]:
    """Return reminders whose time has come, earliest first."""
    return await _waiting(session, Reminder.due_at <= now, limit=limit)


async def all_waiting(session: AsyncSession, *, after: int, limit: int) -> Sequence[Waiting]:
    """Return waiting reminders by rising id, those after an id."""
    return await _waiting(session, Reminder.id > after, limit=limit, by_id=True)


async def replan(session: AsyncSession, reminder: Waiting, *, target_at: datetime, due_at: datetime) -> None:
    """Have a waiting reminder follow a moment that has moved, or be looked at again later."""
    await session.execute(_still(reminder).values(target_at=target_at, due_at=due_at))


async def settle(session: AsyncSession, reminder: Waiting, state: str, *, now: datetime) -> bool:
    """Record what became of a waiting reminder; tell whether it was still waiting, so that only one may send it."""
    settled = await session.scalars(_still(reminder).values(state=state, settled_at=now).returning(Reminder.id))
    return settled.first() is not None


async def note_message(session: AsyncSession, reminder: Waiting, message_id: int) -> None:
    """Record the message that was sent for a reminder."""
    await session.execute(update(Reminder).where(Reminder.id == reminder.id).values(message_id=message_id))


async def drop_doubles(session: AsyncSession, *, gone: int, kept: int) -> None:
    """Delete what one contact asked for and another, who is the same person, asked for as well."""
    mine, theirs = aliased(Reminder), Reminder
    both = select(mine.id).where(
        mine.contact_id == kept, mine.competition == theirs.competition, mine.stage == theirs.stage
    )
    await session.execute(delete(theirs).where(theirs.contact_id == gone, both.exists()))


async def counts(session: AsyncSession, competitions: Iterable[str]) -> dict[str, int]:
    """Return how many people wait for a reminder, by the key of the competition."""
    rows = await session.execute(
        select(Reminder.competition, func.count(Reminder.contact_id.distinct()))
        .where(Reminder.state == "waiting", Reminder.competition.in_(list(competitions)))
        .group_by(Reminder.competition)
    )
    return {row[0]: row[1] for row in rows}


def _still(reminder: Waiting) -> Update:
    return update(Reminder).where(Reminder.id == reminder.id, Reminder.state == "waiting")


async def _waiting(
    session: AsyncSession, condition: ColumnElement[bool], *, limit: int, by_id: bool = False
) -> Sequence[Waiting]:
    rows = await session.execute(
        select(Reminder, Contact.channel, Contact.last_seen_at)
        .join(Contact, Contact.id == Reminder.contact_id)
        .where(Reminder.state == "waiting", condition)
        .order_by(*(() if by_id else (Reminder.due_at,)), Reminder.id)
        .limit(limit)
    )
    return [
        Waiting(
            id=row.id,
            contact_id=row.contact_id,
            channel=channel,
            last_seen_at=last_seen_at,
            competition=row.competition,
            stage=row.stage,
            target_at=row.target_at,
            agreed_at=row.agreed_at,
        )
        for row, channel, last_seen_at in rows
    ]
