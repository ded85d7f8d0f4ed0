"""The figures of a period in one value: what the dashboard shows, what the monthly report prints, what CSV holds."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from admin.audit import harmless
from admin.charts import Chart, columns_of, stacked
from admin.rendering import topic_name
from admin.wording import say
from bot import analytics
from bot.analytics import Judgements, MissedQuestion, Pace, Period, Queue, Volume
from bot.masking import masked
from bot.messages import OutcomeKind
from knowledge.snapshot import PublishedEntry, Snapshot

SOON = timedelta(days=30)
# How outcomes are told apart for people, from the bottom of a column up.
SERIES: dict[str, tuple[OutcomeKind, ...]] = {
    "answered": (OutcomeKind.ANSWER, OutcomeKind.DEADLINE, OutcomeKind.GUIDE),
    "choices": (OutcomeKind.CHOICES,),
    "partial": (OutcomeKind.PARTIAL,),
    "unknown": (OutcomeKind.UNKNOWN,),
    "handoff": (OutcomeKind.HANDOFF,),
}
TABLES = ("days", "channels", "entries", "topics", "missed")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFigures:
    """How often an entry answered, and how that was received. `question` is empty when it is no longer published."""

    key: str
    question: str
    topic: str
    asked: int
    judgements: Judgements


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFigures:
    """The questions of one channel by series."""

    name: str
    counts: Mapping[str, int]

    @property
    def title(self) -> str:
        """Return the channel's name for people."""
        return channel_title(self.name)

    @property
    def total(self) -> int:
        """Return how many questions came this way."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything about one period, with the volume of the period before it."""

    period: Period
    volume: Volume
    before: Volume
    judgements: Judgements
    pace: Pace
    entries: Sequence[EntryFigures]
    topics: Sequence[tuple[str, int]]
    missed: Sequence[MissedQuestion]
    queue: Queue
    expiring: Sequence[PublishedEntry]
    chart: Chart

    @property
    def counts(self) -> dict[str, int]:
        """Return the questions of the period by series."""
        return _by_series(self.volume.outcomes)

    @property
    def channels(self) -> Sequence[ChannelFigures]:
        """Return the questions of each channel that had any."""
        by_channel = sorted(self.volume.by_channel.items())
        return [ChannelFigures(name=name, counts=_by_series(outcomes)) for name, outcomes in by_channel]

    @property
    def answered(self) -> float | None:
        """Return the share of questions that were answered, 0.0-1.0."""
        return analytics.share(self.volume.outcomes, *SERIES["answered"])


def channel_title(name: str) -> str:
    """Return a channel's name for people; an unknown one is called what it calls itself."""
    try:
        return say(f"figures.channel.{name}")
    except KeyError:
        return name


def last_day(entry: PublishedEntry) -> date | None:
    """Return the last day on which an entry may be spoken as fact."""
    until = entry.validity.until
    return None if until is None else until - timedelta(days=1)


async def overview(session: AsyncSession, period: Period, snapshot: Snapshot, *, today: date) -> Overview:
    """Return the figures of a period; names of entries come from what is published now."""
    volume = await analytics.volume(session, period)
    entries = [
        _entry_figures(snapshot, key, asked, judged)
        for key, asked, judged in await analytics.top_entries(session, period)
    ]
    columns = columns_of({day: _by_series(outcomes) for day, outcomes in volume.by_day.items()}, period.days)
    return Overview(
        period=period,
        volume=volume,
        before=await analytics.volume(session, period.before),
        judgements=await analytics.judgements(session, period),
        pace=await analytics.pace(session, period),
        entries=entries,
        topics=_topics(entries),
        missed=await analytics.top_missed(session, period),
        queue=await analytics.queue(session),
        expiring=_expiring(snapshot, today),
        chart=stacked(columns, tuple(SERIES)),
    )


def as_csv(figures: Overview, table: str) -> bytes:
    """Return one of `TABLES` as CSV that Excel opens as UTF-8 and never takes for formulas. Raises KeyError."""
    rows = {
        "days": _day_rows,
        "channels": _channel_rows,
        "entries": _entry_rows,
        "topics": _topic_rows,
        "missed": _missed_rows,
    }[table](figures)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([harmless(str(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _day_rows(figures: Overview) -> Iterable[Sequence[object]]:
    yield [say("figures.column.day"), *_series_titles(), say("figures.column.total")]
    for day in figures.period.days:
        counts = _by_series(figures.volume.by_day.get(day, {}))
        yield [day.isoformat(), *counts.values(), sum(counts.values())]


def _channel_rows(figures: Overview) -> Iterable[Sequence[object]]:
    yield [say("figures.column.channel"), *_series_titles(), say("figures.column.total")]
    for channel in figures.channels:
        yield [channel.title, *channel.counts.values(), channel.total]


def _entry_rows(figures: Overview) -> Iterable[Sequence[object]]:
    names = ("key", "question", "topic", "asked", "helpful", "unhelpful")
    yield [say(f"figures.column.{name}") for name in names]
    for entry in figures.entries:
        judged = entry.judgements
        yield [entry.key, entry.question, topic_name(entry.topic), entry.asked, judged.helpful, judged.unhelpful]


def _topic_rows(figures: Overview) -> Iterable[Sequence[object]]:
    yield [say("figures.column.topic"), say("figures.column.asked")]
    yield from ((topic_name(topic), asked) for topic, asked in figures.topics)


def _missed_rows(figures: Overview) -> Iterable[Sequence[object]]:
    yield [say(f"figures.column.{name}") for name in ("question", "people", "misses", "state")]
    for missed in figures.missed:
        yield [masked(missed.text), missed.people, missed.misses, say(f"misses.state.{missed.state.value}")]


def _series_titles() -> list[str]:
    return [say(f"figures.series.{name}") for name in SERIES]


def _by_series(outcomes: Mapping[OutcomeKind, int]) -> dict[str, int]:
    return {name: sum(outcomes.get(kind, 0) for kind in kinds) for name, kinds in SERIES.items()}


def _entry_figures(snapshot: Snapshot, key: str, asked: int, judged: Judgements) -> EntryFigures:
    entry = snapshot.entries.get(key)
    question, topic = (entry.question, entry.topic) if entry else ("", "")
    return EntryFigures(key=key, question=question, topic=topic, asked=asked, judgements=judged)


def _topics(entries: Iterable[EntryFigures]) -> Sequence[tuple[str, int]]:
    asked: Counter[str] = Counter()
    for entry in entries:
        asked[entry.topic] += entry.asked
    return asked.most_common(analytics.TOP)


def _expiring(snapshot: Snapshot, today: date) -> Sequence[PublishedEntry]:
    """Return the entries that have ended or end soon, the earliest first."""
    ending = [
        (entry.validity.until, entry.key)
        for entry in snapshot.entries.values()
        if entry.validity.until is not None and entry.validity.until <= today + SOON
    ]
    return [snapshot.entries[key] for _, key in sorted(ending)]
