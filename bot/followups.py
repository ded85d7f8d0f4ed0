"""Telling the askers: who agreed is told the answer once it exists, once, inside the reply window of their channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gap_states import RESOLVED
from bot.handlers.composing import Office
from bot.handlers.speaking import speak
from bot.layout import shorten
from bot.masking import masked
from bot.messages import Consent, Mode, Reply, Trace
from bot.phrases import phrase
from bot.speaking import Speaker
from bot.tables import Contact, Conversation, Delivery, FollowUp, Gap, Miss
from knowledge.base import Knowledge
from knowledge.snapshot import PublishedEntry, Snapshot
from runtime import chores, telemetry
from runtime.clock import Clock, vietnam_date
from runtime.database import Database
from runtime.wakers.port import Waker

CHORE = "follow-ups"
_QUOTED = 120  # characters of the question that are quoted back
_AT_ONCE = 200  # people told in one go; the rest in the next
_DOUBTFUL = timedelta(days=3)  # a delivery is settled long before
log = structlog.get_logger(__name__)


async def heed(session: AsyncSession, conversation: Conversation, consent: Consent, *, now: datetime) -> None:
    """Record that a person wants to be told the answer to a question, or wants no news any more."""
    if not consent.agreed:
        await session.execute(
            update(FollowUp)
            .where(FollowUp.contact_id == conversation.contact_id, FollowUp.state == "waiting")
            .values(state="withdrawn")
        )
        return
    missed = select(Miss.id).where(Miss.conversation_id == conversation.id, Miss.digest == consent.question)
    miss_id = await session.scalar(missed.order_by(Miss.id.desc()).limit(1))
    if miss_id is None:
        log.warning("follow_up.question_gone", conversation_id=conversation.id)
        return
    wish = await session.scalar(
        select(FollowUp).where(FollowUp.contact_id == conversation.contact_id, FollowUp.digest == consent.question)
    )
    if wish is None:
        wish = FollowUp(contact_id=conversation.contact_id, digest=consent.question)
        session.add(wish)
    wish.miss_id, wish.wording, wish.agreed_at = miss_id, consent.wording, now
    wish.state, wish.told_at, wish.message_id = "waiting", None, None


async def greet(session: AsyncSession, waker: Waker, conversation: Conversation, *, now: datetime) -> None:
    """Have somebody who came back told at once what could not be sent to them while their window was closed."""
    if conversation.owes_news:
        conversation.owes_news = False
        await waker.wake(session, [chores.lane_of(CHORE)], now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """A person whose question has an answer now."""

    contact_id: int
    gap_id: int
    entry: str
    question: str


class FollowUps:
    """The chore that tells people. Safe to repeat: who is told, and the message, are written by one transaction."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        speaker: Speaker,
        *,
        knowledge: Callable[[], Knowledge],
        office: Office,
    ) -> None:
        self._db = db
        self._clock = clock
        self._speaker = speaker
        self._knowledge = knowledge
        self._office = office

    async def __call__(self) -> None:
        """Tell everybody who may be told now; keep what must wait for the next visit."""
        async with self._db.transaction() as session:
            await _take_back_unsent(session, since=self._clock.now() - _DOUBTFUL)
        entries = self._knowledge().snapshot.entries
        async with self._db.reading() as session:
            spoken = [key for key in await _answering(session) if key in entries]
            due = await _due(session, spoken, list(self._speaker.channels))
        for one in due:
            async with self._db.transaction() as session:
                await self._tell(session, one, entries[one.entry])

    async def _tell(self, session: AsyncSession, due: _Due, entry: PublishedEntry) -> None:
        now = self._clock.now()
        found = await session.execute(
            select(Contact, Conversation)
            .join(Conversation, Conversation.contact_id == Contact.id)
            .where(Contact.id == due.contact_id)
        )
        row = found.first()
        if row is None:
            return  # gone meanwhile
        contact, conversation = row
        if not self._speaker.may_write(contact.channel, contact.last_seen_at, now=now):
            conversation.owes_news = True
            return
        told = await session.scalars(
            update(FollowUp).where(_of(due), FollowUp.state == "waiting").values(state="told", told_at=now)
            .returning(FollowUp.id)
        )  # fmt: skip
        ids = told.all()
        if not ids:
            return  # somebody else was faster
        reply = self._reply(due, entry, now=now)
        message_id = await self._speaker.say(
            session, (contact, conversation), reply,
            trace=Trace(handler="follow_ups", reason="told"), outcome="answer", entry=entry.key, now=now,
        )  # fmt: skip
        await session.execute(update(FollowUp).where(FollowUp.id.in_(ids)).values(message_id=message_id))
        telemetry.FOLLOW_UPS.labels(contact.channel).inc()

    def _reply(self, due: _Due, entry: PublishedEntry, *, now: datetime) -> Reply:
        question = shorten(masked(due.question), _QUOTED)
        news = phrase("telling.news", question=question) if question else phrase("telling.news_dropped")
        alone = Snapshot.of((entry,))
        answer = speak(alone, entry, on=vietnam_date(now), office=self._office, full=True).reply
        # No menu: the conversation may be about something else by now, and a number would pick from that.
        return replace(answer, text=f"{news}\n\n{answer.text}", choices=())


def _of(due: _Due) -> ColumnElement[bool]:
    """Every wish of one person that the same answer fulfils: asked twice, they are told once."""
    misses = select(Miss.id).where(Miss.gap_id == due.gap_id)
    return (FollowUp.contact_id == due.contact_id) & FollowUp.miss_id.in_(misses)


async def _answering(session: AsyncSession) -> Sequence[str]:
    """Return the entries that somebody waits for."""
    waited_for = (
        select(Gap.entry)
        .join(Miss, Miss.gap_id == Gap.id)
        .join(FollowUp, FollowUp.miss_id == Miss.id)
        .where(FollowUp.state == "waiting", Gap.state.in_(RESOLVED))
        .distinct()
    )
    return (await session.scalars(waited_for)).all()


async def _due(session: AsyncSession, entries: Sequence[str], channels: Sequence[str]) -> Sequence[_Due]:
    """Return who may be told: of answers that are spoken, on channels in service, in conversations that are ours."""
    rows = await session.execute(
        select(FollowUp.contact_id, Gap.id, Gap.entry, func.max(Miss.text))
        .join(Miss, Miss.id == FollowUp.miss_id)
        .join(Gap, Gap.id == Miss.gap_id)
        .join(Conversation, Conversation.contact_id == FollowUp.contact_id)
        .join(Contact, Contact.id == FollowUp.contact_id)
        .where(
            FollowUp.state == "waiting",
            Gap.state.in_(RESOLVED),
            Gap.entry.in_(entries),
            Contact.channel.in_(channels),
            Conversation.owes_news.is_(False),
            Conversation.mode.in_((Mode.BOT.value, Mode.WAITING.value)),
        )
        .group_by(FollowUp.contact_id, Gap.id, Gap.entry)
        .order_by(func.min(FollowUp.id))
        .limit(_AT_ONCE)
    )
    return [_Due(contact_id=row[0], gap_id=row[1], entry=row[2], question=row[3]) for row in rows]


async def _take_back_unsent(session: AsyncSession, *, since: datetime) -> None:
    """Owe again what was never sent because the window closed while it waited for its place."""
    unsent = (
        select(FollowUp.id, Conversation.id)
        .join(Delivery, Delivery.message_id == FollowUp.message_id)
        .join(Conversation, Conversation.contact_id == FollowUp.contact_id)
        .where(FollowUp.state == "told", FollowUp.told_at >= since)
        .group_by(FollowUp.id, Conversation.id)
        .having(func.count() == func.sum(case((Delivery.state == "dropped", 1), else_=0)))
        .limit(_AT_ONCE)
    )
    rows = (await session.execute(unsent)).all()
    if rows:
        wishes, conversations = zip(*rows, strict=True)
        back = {"state": "waiting", "told_at": None, "message_id": None}
        await session.execute(update(FollowUp).where(FollowUp.id.in_(wishes)).values(**back))
        await session.execute(update(Conversation).where(Conversation.id.in_(conversations)).values(owes_news=True))
