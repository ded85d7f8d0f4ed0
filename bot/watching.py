"""The watchdog of handoffs: nobody waits for ever, and the assistant comes back by itself."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot import handoff
from bot.handlers.composing import Office
from bot.messages import Mode, Reply, Trace
from bot.office import load_hours
from bot.phrases import phrase
from bot.speaking import Speaker
from bot.tables import Contact, Conversation, Handoff
from runtime.clock import Clock
from runtime.database import Database

CHORE = "handoffs"
_AT_ONCE = 200


class Watchdog:
    """The chore that looks after people who wait for staff. Safe to repeat: each conversation is one transaction."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        speaker: Speaker,
        *,
        office: Office,
        waiting: timedelta,
    ) -> None:
        self._db = db
        self._clock = clock
        self._speaker = speaker
        self._office = office
        self._waiting = waiting

    async def __call__(self) -> None:
        """Give back who waited too long in office hours, and whom staff left off answering."""
        for conversation_id in await self._overdue():
            await self._give_back(conversation_id, Mode.WAITING, handoff.OVERDUE)
        for conversation_id in await self._idle():
            await self._give_back(conversation_id, Mode.STAFF, handoff.IDLE)

    async def _overdue(self) -> list[int]:
        now = self._clock.now()
        async with self._db.reading() as session:
            hours = await load_hours(session)
            rows = await session.execute(
                select(Handoff.conversation_id, Handoff.created_at)
                .where(Handoff.closed_at.is_(None), Handoff.claimed_by == "", Handoff.created_at <= now - self._waiting)
                .order_by(Handoff.id)
                .limit(_AT_ONCE)
            )
        return [row[0] for row in rows if hours.open_between(row[1], now) >= self._waiting]

    async def _idle(self) -> list[int]:
        async with self._db.reading() as session:
            found = await session.scalars(
                select(Conversation.id)
                .where(Conversation.mode_until <= self._clock.now(), Conversation.mode == Mode.STAFF.value)
                .limit(_AT_ONCE)
            )
            return list(found)

    async def _give_back(self, conversation_id: int, mode: Mode, ended: str) -> None:
        now = self._clock.now()
        async with self._db.transaction() as session:
            found = await session.execute(
                select(Conversation, Contact)
                .join(Contact, Contact.id == Conversation.contact_id)
                .where(Conversation.id == conversation_id, Conversation.mode == mode.value)
                .with_for_update(of=Conversation)
            )
            row = found.first()
            if row is None or (mode is Mode.STAFF and row[0].mode_until is not None and row[0].mode_until > now):
                return  # staff came in the meantime
            conversation, contact = row
            owes_apology = mode is Mode.WAITING or await handoff.is_unanswered(session, conversation_id)
            await handoff.end(session, conversation, ended, now=now)
            if owes_apology and self._speaker.may_write(contact.channel, contact.last_seen_at, now=now):
                reply = Reply(text=phrase(f"handoff.{ended}", office=self._office.offer()), links=self._office.links())
                trace = Trace(handler="handoff", reason=ended)
                await self._speaker.say(session, (contact, conversation), reply, trace=trace, now=now)
