"""Dates of competitions in the words people use: how long there is left, when a stage is, where a competition stands.

Pure: the present moment is an argument. Days are Vietnamese. A year is said only when it is not the present one.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.phrases import phrase, words
from knowledge.calendar.model import Competition, Phase, Stage, StageState
from knowledge.calendar.moments import ZONE, Certainty, Window, day_of, is_midnight

_MOMENT = timedelta(microseconds=1)
_HOUR = timedelta(hours=1)


def day_words(day: date, now: datetime) -> str:
    """Say a day with its weekday, as "Friday 15/03"."""
    form = f"{day:%d/%m}" if day.year == day_of(now).year else f"{day:%d/%m/%Y}"
    return phrase("calendar.day", weekday=words("calendar.weekdays")[day.weekday()], date=form)


def moment_words(at: datetime, now: datetime) -> str:
    """Say a moment; midnight is the beginning of its day and needs no hour."""
    local = at.astimezone(ZONE)
    day = day_words(local.date(), now)
    return day if is_midnight(at) else phrase("calendar.moment", time=f"{local:%H:%M}", day=day)


def end_words(until: datetime, now: datetime) -> str:
    """Say an exclusive end; midnight is the end of the day before."""
    if is_midnight(until):
        return phrase("calendar.to_end_of", day=day_words(day_of(until - _MOMENT), now))
    return moment_words(until, now)


def left_words(until: datetime, now: datetime) -> str:
    """Say how long there is until an exclusive end: calendar days, on the last day hours."""
    days = (day_of(until - _MOMENT) - day_of(now)).days
    if days > 0:
        return phrase("calendar.days_left", count=days)
    if is_midnight(until):
        return phrase("calendar.last_day")
    hours = (until - now) // _HOUR
    return phrase("calendar.hours_left", count=hours) if hours else phrase("calendar.minutes_left")


def until_words(until: datetime, now: datetime) -> str:
    """Say how long there is and to which moment, as "3 days left, until 17:00 Friday 15/03"."""
    return phrase("calendar.until", left=left_words(until, now), end=end_words(until, now))


def when_words(stage: Stage, now: datetime) -> str:
    """Say when a stage takes place, as exactly as it is known."""
    window = stage.window
    if window is None:
        return phrase("calendar.not_announced")
    if stage.certainty is Certainty.MONTH_ONLY:
        return _months(window, now, is_over=stage.state(now) is StageState.OVER)
    if window.starts_at is None and window.until is not None:
        return phrase("calendar.up_to", end=end_words(window.until, now))
    assert window.starts_at is not None
    if window.until is None:
        return phrase("calendar.from_on", start=moment_words(window.starts_at, now))
    if _is_one_day(window):
        return phrase("calendar.on_day", day=moment_words(window.starts_at, now))
    start, end = moment_words(window.starts_at, now), end_words(window.until, now)
    return phrase("calendar.from_to", start=start, end=end)


def stage_parts(stage: Stage, now: datetime, *, is_past: bool = False) -> tuple[str, str, str]:
    """Return name, time and remark of a stage. `is_past`: of what is over, nothing is announced any more."""
    if stage.window is None and is_past:
        return stage.name, phrase("calendar.not_stated"), ""
    return stage.name, when_words(stage, now), _note(stage, now)


def stage_line(stage: Stage, now: datetime, *, is_past: bool = False) -> str:
    """Say one stage on a line."""
    _, when, note = stage_parts(stage, now, is_past=is_past)
    if not note:
        return phrase("calendar.stage_line", name=stage.name, when=when)
    return phrase("calendar.stage_line_noted", name=stage.name, when=when, note=note)


def phase_words(competition: Competition, now: datetime) -> str:
    """Say where a competition stands; of one without any date, that its year is over and not that it took place."""
    phase = competition.phase(now)
    if phase is Phase.ENDED and not competition.has_dates:
        return phrase("calendar.phase_past")
    stage = competition.entry_stage(now)
    if phase is Phase.OPEN and stage is not None and stage.state(now) is StageState.OPEN:
        return phrase("calendar.phase_entries")
    return phrase(f"calendar.phase_{phase.value}")


def year_words(competition: Competition) -> str:
    """Say the years of a competition; "" when none is known."""
    first, last = competition.first_year, competition.last_year
    if first is None or last is None or first == last:
        year = first or last
        return phrase("calendar.year", year=year) if year else ""
    return phrase("calendar.years", first=first, last=last)


def facts_of(competition: Competition) -> list[tuple[str, str]]:
    """Return what else is known of a competition, as (name, value); unknown parts are left out."""
    names = ("organiser", "document", "audience", "prizes", "contact")
    return [(phrase(f"calendar.{name}"), getattr(competition, name)) for name in names if getattr(competition, name)]


def _note(stage: Stage, now: datetime) -> str:
    state = stage.state(now)
    if state is StageState.OVER:
        return phrase("calendar.over")
    window = stage.window
    if state is StageState.OPEN and window is not None and window.until is not None:
        return left_words(window.until, now)
    return ""


def _months(window: Window, now: datetime, *, is_over: bool) -> str:
    first = _month(window.starts_at, now) if window.starts_at else ""
    last = _month(window.until - _MOMENT, now) if window.until else ""
    if first and last and first != last:
        return phrase("calendar.in_months", start=first, end=last)
    return (first or last) if is_over else phrase("calendar.in_month", month=first or last)


def _month(at: datetime, now: datetime) -> str:
    local = at.astimezone(ZONE)
    form = f"{local.month}" if local.year == day_of(now).year else f"{local.month}/{local.year}"
    return phrase("calendar.month", month=form)


def _is_one_day(window: Window) -> bool:
    assert window.starts_at is not None
    assert window.until is not None
    return is_midnight(window.until) and day_of(window.starts_at) == day_of(window.until - _MOMENT)
