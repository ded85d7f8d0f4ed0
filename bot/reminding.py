"""Reminding: each wish is fulfilled once, when it is due by the dates as they stand, as far as the channel allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import reminders
from bot.calendars import has_events
from bot.messages import Link, Payload, Reply, Trace
from bot.phrases import phrase
from bot.reminder_rules import due_at, target_of, text_of
from bot.reminders import Waiting
from bot.speaking import Speaker, reach_of
from bot.tables import Contact, Conversation
from knowledge.base import Knowledge
from knowledge.calendar.model import Competition, Stage
from runtime import telemetry
from runtime.clock import Clock
from runtime.database import Database

CHORE = "reminders"
_AT_ONCE = 200  # people reminded in one go; the rest in the next
_LOOK_AGAIN = timedelta(hours=1)  # at one whose competition is withdrawn for the moment
log = structlog.get_logger(__name__)


class Reminding:
    """The chore that reminds. Safe to repeat: a wish is settled, and its message owed, by one transaction."""

    def __init__(
        self, db: Database, clock: Clock, speaker: Speaker, *, knowledge: Callable[[], Knowledge], public_url: str
    ) -> None:
        self._db = db
        self._clock = clock
        self._speaker = speaker
        self._knowledge = knowledge
        self._public_url = public_url.rstrip("/")
        self._planned_version: int | None = None

    async def __call__(self) -> None:
        """Have reminders follow dates that have moved, then send those that are due."""
        version = self._knowledge().snapshot.version
        if version != self._planned_version:
            await self._follow_dates()
            self._planned_version = version
        async with self._db.reading() as session:
            due = await reminders.due(session, now=self._clock.now(), limit=_AT_ONCE)
        for one in due:
            async with self._db.transaction() as session:
                await self._remind(session, one)

    async def _follow_dates(self) -> None:
        last = 0
        while True:
            async with self._db.transaction() as session:
                waiting = await reminders.all_waiting(session, after=last, limit=_AT_ONCE)
                for one in waiting:
                    await self._follow(session, one)
            if len(waiting) < _AT_ONCE:
                return
            last = waiting[-1].id

    async def _follow(self, session: AsyncSession, reminder: Waiting) -> None:
        """Work out anew when to remind of a moment that has moved: at once, when later is not possible any more."""
        now = self._clock.now()
        _, stage = self._subject(reminder)
        target = target_of(stage) if stage is not None else None
        if stage is None or target is None or target == reminder.target_at or target <= now:
            return
        if not self._speaker.is_in_service(reminder.channel):
            return
        reach = reach_of(self._speaker.channels[reminder.channel], reminder.last_seen_at)
        await reminders.replan(session, reminder, target_at=target, due_at=due_at(stage, now, reach) or now)

    async def _remind(self, session: AsyncSession, reminder: Waiting) -> None:
        now = self._clock.now()
        if not self._speaker.is_in_service(reminder.channel):
            return
        competition, stage = self._subject(reminder)
        target = target_of(stage) if stage is not None else None
        if competition is None or stage is None or target is None:
            await self._put_off(session, reminder)
            return
        reply = Reply(text=text_of(competition, stage, reminder.agreed_at, now), links=self._links(competition))
        payloads = self._speaker.payloads(reminder.channel, reminder.last_seen_at, reply, now=now)
        if target <= now or not payloads:
            await self._settle(session, reminder, "dropped")
        elif await self._settle(session, reminder, "sent"):
            await self._say(session, reminder, reply, payloads)

    async def _put_off(self, session: AsyncSession, reminder: Waiting) -> None:
        """Look again later: perhaps it is only withdrawn for editing, no reason to forget what somebody asked for."""
        now = self._clock.now()
        if reminder.target_at <= now:
            await self._settle(session, reminder, "dropped")
            return
        again = min(now + _LOOK_AGAIN, reminder.target_at)
        await reminders.replan(session, reminder, target_at=reminder.target_at, due_at=again)

    async def _say(self, session: AsyncSession, reminder: Waiting, reply: Reply, payloads: Sequence[Payload]) -> None:
        rows = await session.execute(
            select(Contact, Conversation)
            .join(Conversation, Conversation.contact_id == Contact.id)
            .where(Contact.id == reminder.contact_id)
        )
        contact, conversation = rows.one()
        message_id = await self._speaker.say(
            session,
            (contact, conversation),
            reply,
            payloads=payloads,
            now=self._clock.now(),
            outcome="deadline",
            trace=Trace(handler="reminding", reason=reminder.competition),
        )
        await reminders.note_message(session, reminder, message_id)

    def _subject(self, reminder: Waiting) -> tuple[Competition | None, Stage | None]:
        competition = self._knowledge().snapshot.competitions.get(reminder.competition)
        return competition, competition.stage(reminder.stage) if competition else None

    async def _settle(self, session: AsyncSession, reminder: Waiting, state: str) -> bool:
        is_ours = await reminders.settle(session, reminder, state, now=self._clock.now())
        if is_ours:
            telemetry.REMINDERS.labels(reminder.channel, state).inc()
            log.info("reminder.settled", channel=reminder.channel, state=state, competition=reminder.competition)
        return is_ours

    def _links(self, competition: Competition) -> tuple[Link, ...]:
        if not self._public_url or not has_events(competition):
            return ()
        url = f"{self._public_url}/lich/{competition.key}.ics"
        return (Link(title=phrase("deadlines.calendar_link"), url=url),)
