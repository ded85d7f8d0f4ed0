"""Competitions as calendar entries: each stage with a date is one, a deadline is its last moment. Pure.

What is only known by its month stands in no calendar: an entry on a made-up day would be a claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from bot import dates
from bot.phrases import phrase
from knowledge.calendar.ics import CalendarEvent, calendar_file
from knowledge.calendar.model import Competition, Stage
from knowledge.calendar.moments import Certainty, Window, day_of, is_midnight, start_of
from knowledge.snapshot import Article

_REMIND_BEFORE = timedelta(days=1)
_DAY = timedelta(days=1)
_LONG_AGO = start_of(date(2000, 1, 1))  # seen from there every date is said with its year, whenever the file is read


def calendar_of(
    competitions: Iterable[Competition], articles: Mapping[str, Article], *, name: str, now: datetime
) -> str:
    """Return the calendar file of competitions. `now` stamps those that come from no database."""
    events = (
        event
        for competition in competitions
        for event in events_of(competition, articles.get(competition.article), now)
    )
    return calendar_file(events, name=name)


def has_events(competition: Competition) -> bool:
    """Tell whether any day of a competition is known."""
    return any(stage.certainty is Certainty.CONFIRMED for stage in competition.stages)


def events_of(competition: Competition, article: Article | None, now: datetime) -> Iterator[CalendarEvent]:
    """Yield the calendar entries of a competition."""
    facts = [phrase("calendar.fact", name=name, value=value) for name, value in dates.facts_of(competition)]
    for stage in competition.stages:
        window = stage.window
        if window is None or stage.certainty is not Certainty.CONFIRMED:
            continue
        starts, ends = _span(stage, window)
        yield CalendarEvent(
            uid=f"{competition.key}.{stage.key}@hoidap",
            sequence=competition.revision,
            stamped_at=competition.revised_at or now,
            starts=starts,
            ends=ends,
            summary=phrase(
                "calendar.deadline_summary" if stage.takes_entries and window.until else "calendar.stage_summary",
                title=competition.short_title or competition.title,
                stage=stage.name,
            ),
            description="\n".join([competition.title, dates.stage_line(stage, _LONG_AGO), *facts]),
            url=article.url if article else "",
            remind_before=_REMIND_BEFORE if stage.takes_entries else None,
        )


def _span(stage: Stage, window: Window) -> tuple[datetime | date, datetime | date | None]:
    """Return where an entry begins and ends: of a deadline its moment or last day, of other stages their window."""
    until = window.until
    if until is None or stage.takes_entries or window.starts_at is None:
        at = until or window.starts_at
        assert at is not None
        if not is_midnight(at):
            return at, None
        day = day_of(at) - _DAY if until else day_of(at)
        return day, day + _DAY
    assert window.starts_at is not None
    if is_midnight(window.starts_at) and is_midnight(until):
        return day_of(window.starts_at), day_of(until)
    return window.starts_at, until
