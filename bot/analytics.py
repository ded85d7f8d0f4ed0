"""What the office wants to know about the conversations: how many, how well, how fast, and what is waiting.

Figures count what is stored. Whoever has their data erased leaves the figures too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, case, cast, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.gap_states import WAITING, GapState
from bot.messages import OutcomeKind
from bot.personal import impersonal
from bot.tables import Contact, Conversation, Delivery, Feedback, Gap, Handoff, Message, Update
from runtime.clock import start_of_day

# Courtesies and requests about one's own data are no questions.
QUESTIONS = (
    OutcomeKind.ANSWER, OutcomeKind.DEADLINE, OutcomeKind.GUIDE, OutcomeKind.CHOICES, OutcomeKind.PARTIAL,
    OutcomeKind.UNKNOWN, OutcomeKind.HANDOFF,
)  # fmt: skip
TOP = 10
TIMED = 20_000  # newest replies whose time is looked at: enough for a percentile, little enough for one page
_SENT = ("sent", "delivered", "read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days in Vietnam, both included, on one channel or ("") on all."""

    first: date
    last: date
    channel: str = ""

    @property
    def days(self) -> Sequence[date]:
        """Return every day of the period."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def before(self) -> Period:
        """Return the period of the same length just before this one."""
        length = timedelta(days=len(self.days))
        return Period(first=self.first - length, last=self.last - length, channel=self.channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """Questions of a period by day, channel and outcome, with how many people asked."""

    by_day: Mapping[date, Mapping[OutcomeKind, int]] = field(default_factory=dict)
    by_channel: Mapping[str, Mapping[OutcomeKind, int]] = field(default_factory=dict)
    people: int = 0

    @property
    def outcomes(self) -> Mapping[OutcomeKind, int]:
        """Return how many questions ended in which way."""
        total: Counter[OutcomeKind] = Counter()
        for outcomes in self.by_channel.values():
            total.update(outcomes)
        return total

    @property
    def questions(self) -> int:
        """Return how many questions there were."""
        return sum(self.outcomes.values())


def share(outcomes: Mapping[OutcomeKind, int], *kinds: OutcomeKind) -> float | None:
    """Return the share (0.0-1.0) of some kinds among all; None when there was nothing."""
    total = sum(outcomes.values())
    return sum(outcomes.get(kind, 0) for kind in kinds) / total if total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgements:
    """Thumbs of a period."""

    helpful: int = 0
    unhelpful: int = 0

    @property
    def satisfaction(self) -> float | None:
        """Return the share of helpful ones, 0.0-1.0; None without any."""
        judged = self.helpful + self.unhelpful
        return self.helpful / judged if judged else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds from a question's arrival to its first reply leaving, median and 95th percentile; None without any."""

    median: float | None = None
    slow: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedQuestion:
    """What the knowledge lacks, by how many people asked for it within the period's days."""

    id: int
    text: str
    people: int
    misses: int
    state: GapState


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits for staff now, and since when the oldest of it does."""

    gaps: int = 0
    oldest_gap_at: datetime | None = None
    handoffs: int = 0
    oldest_handoff_at: datetime | None = None


async def volume(session: AsyncSession, period: Period) -> Volume:
    """Return the questions of a period."""
    day = _vietnam_day(session, Message.created_at)
    statement = (
        select(day, Contact.channel, Message.outcome, func.count(Message.id))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(*_within(period, Message.created_at), Message.outcome.in_([kind.value for kind in QUESTIONS]))
        .group_by(day, Contact.channel, Message.outcome)
    )
    by_day: defaultdict[date, Counter[OutcomeKind]] = defaultdict(Counter)
    by_channel: defaultdict[str, Counter[OutcomeKind]] = defaultdict(Counter)
    for on, channel, outcome, count in await session.execute(statement):
        kind, asked_on = OutcomeKind(outcome), on if isinstance(on, date) else date.fromisoformat(on)
        by_day[asked_on][kind] += count
        by_channel[channel][kind] += count
    people = await session.scalar(
        select(func.count(func.distinct(Conversation.contact_id)))
        .join(Message, Message.conversation_id == Conversation.id)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(*_within(period, Message.created_at), Message.outcome.in_([kind.value for kind in QUESTIONS]))
    )
    return Volume(by_day=by_day, by_channel=by_channel, people=people or 0)


async def top_entries(session: AsyncSession, period: Period) -> Sequence[tuple[str, int, Judgements]]:
    """Return the entries that answered most often: key, how often, and what people thought."""
    asked = func.count(Message.id)
    rows = await session.execute(
        select(Message.entry, asked, _thumbs(up=True), _thumbs(up=False))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Contact, Contact.id == Conversation.contact_id)
        .outerjoin(Feedback, Feedback.message_id == Message.id)
        .where(
            *_within(period, Message.created_at),
            Message.entry != "",
            Message.outcome == OutcomeKind.ANSWER.value,
        )
        .group_by(Message.entry)
        .order_by(asked.desc(), Message.entry)
        .limit(TIMED)
    )
    return [(key, count, Judgements(helpful=up, unhelpful=down)) for key, count, up, down in rows]


async def judgements(session: AsyncSession, period: Period) -> Judgements:
    """Return the thumbs that people gave in a period."""
    row = (
        await session.execute(
            select(_thumbs(up=True), _thumbs(up=False))
            .select_from(Feedback)
            .join(Message, Message.id == Feedback.message_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .join(Contact, Contact.id == Conversation.contact_id)
            .where(*_within(period, Feedback.created_at))
        )
    ).one()
    return Judgements(helpful=row[0] or 0, unhelpful=row[1] or 0)


async def pace(session: AsyncSession, period: Period) -> Pace:
    """Return how fast replies left, over the newest `TIMED` of the period. Staff's own replies are not among them."""
    rows = await session.execute(
        select(Update.received_at, Delivery.settled_at)
        .join(Delivery, Delivery.update_id == Update.id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .where(
            *_within(period, Update.received_at),
            Delivery.ordinal == 0,
            Delivery.settled_at.is_not(None),
            Delivery.state.in_(_SENT),
        )
        .order_by(Update.id.desc())
        .limit(TIMED)
    )
    taken = sorted((settled - received).total_seconds() for received, settled in rows if settled is not None)
    if not taken:
        return Pace()
    return Pace(median=taken[len(taken) // 2], slow=taken[min(len(taken) * 95 // 100, len(taken) - 1)])


async def top_missed(session: AsyncSession, period: Period) -> Sequence[MissedQuestion]:
    """Return the gaps last asked about in a period, those of most people first, whatever became of them since."""
    starts_at, ends_at = start_of_day(period.first), start_of_day(period.last + timedelta(days=1))
    rows = await session.scalars(
        select(Gap)
        .where(Gap.last_at >= starts_at, Gap.last_at < ends_at, Gap.text != "", Gap.state != GapState.SPAM.value)
        .order_by(Gap.people.desc(), Gap.misses.desc(), Gap.id)
        .limit(TOP)
    )
    return [
        MissedQuestion(
            id=gap.id, text=impersonal(gap.text), people=gap.people, misses=gap.misses, state=GapState(gap.state)
        )
        for gap in rows
    ]


async def queue(session: AsyncSession) -> Queue:
    """Return what waits for staff now."""
    waiting = [state.value for state in WAITING]
    gaps, oldest_gap_at = (
        await session.execute(select(func.count(Gap.id), func.min(Gap.first_at)).where(Gap.state.in_(waiting)))
    ).one()
    handoffs, oldest_handoff_at = (
        await session.execute(
            select(func.count(Handoff.id), func.min(Handoff.created_at)).where(Handoff.closed_at.is_(None))
        )
    ).one()
    return Queue(
        gaps=gaps, oldest_gap_at=oldest_gap_at, handoffs=handoffs, oldest_handoff_at=oldest_handoff_at
    )  # fmt: skip


async def channels(session: AsyncSession) -> Sequence[str]:
    """Return the channels on which anybody ever wrote."""
    return (await session.scalars(select(Contact.channel).distinct().order_by(Contact.channel))).all()


def _thumbs(*, up: bool) -> ColumnElement[int]:
    counted = Feedback.value > 0 if up else Feedback.value < 0
    return func.coalesce(func.sum(case((counted, 1), else_=0)), 0)


def _within(period: Period, at: Any) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = [
        at >= start_of_day(period.first), at < start_of_day(period.last + timedelta(days=1)),
    ]  # fmt: skip
    return [*parts, Contact.channel == period.channel] if period.channel else parts


def _vietnam_day(session: AsyncSession, at: Any) -> ColumnElement[Any]:
    """Return the calendar day of a moment in Vietnam, which has kept one offset since 1975."""
    if session.get_bind().dialect.name == "sqlite":
        return func.date(at, literal_column("'+7 hours'"))
    return cast(func.timezone(literal_column("'Asia/Ho_Chi_Minh'"), at), Date)
