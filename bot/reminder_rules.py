"""When a reminder of a stage may be sent and what it says. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot import dates
from bot.messages import Reach
from bot.phrases import phrase
from knowledge.calendar.model import Competition, Stage, StageState
from knowledge.calendar.moments import ZONE, Certainty, day_of

MORNING, EVENING = time(8, 0), time(19, 0)
_DAYS_BEFORE = (1, 3, 7)  # of the last day: the first that lies ahead and within reach is taken
_SHORTLY = timedelta(hours=3)  # before the moment itself, once the morning of the day before is over
_SOON = timedelta(minutes=10)  # a reminder in less than that is none
_MARGIN = timedelta(minutes=10)  # to the end of the reply window: chores come round, sending may be repeated
_MOMENT = timedelta(microseconds=1)


def target_of(stage: Stage) -> datetime | None:
    """Return the moment a person must not miss: the end of taking entries, else the beginning. None: not known."""
    window = stage.window
    if window is None or stage.certainty is not Certainty.CONFIRMED:
        return None
    return window.until if stage.takes_entries else window.starts_at or window.until


def due_at(stage: Stage, now: datetime, reach: Reach) -> datetime | None:
    """Return when to remind of a stage: the morning before, or as near to it as the channel allows.

    None: its moment is not known, is over or too near, or lies beyond reach.
    """
    target = target_of(stage)
    if target is None:
        return None
    last_day = day_of(target - _MOMENT if stage.takes_entries else target)
    mornings = [datetime.combine(last_day - timedelta(days=days), MORNING, ZONE) for days in _DAYS_BEFORE]
    evening = datetime.combine(last_day - timedelta(days=1), EVENING, ZONE)
    candidates = (mornings[0], target - _SHORTLY, evening, *mornings[1:])
    return next((at for at in candidates if now + _SOON <= at < target and _is_within(reach, at)), None)


def stage_to_remind_of(competition: Competition, now: datetime) -> Stage | None:
    """Return the stage a person would want to be reminded of: entries first, else the next that begins."""
    entry = competition.entry_stage(now)
    ahead = [stage for stage in competition.stages if _is_to_come(stage, now)]
    if entry is not None and entry in ahead:
        return entry
    return min(ahead, key=lambda stage: target_of(stage) or now, default=None)


def text_of(competition: Competition, stage: Stage, consented_at: datetime, now: datetime) -> str:
    """Return the reminder itself."""
    window = stage.window
    assert window is not None
    is_deadline = stage.takes_entries and window.until is not None
    when = dates.until_words(window.until, now) if is_deadline and window.until else dates.when_words(stage, now)
    return phrase(
        "reminders.message", title=competition.title, stage=stage.name, when=when,
        on=f"{day_of(consented_at):%d/%m/%Y}",
    )  # fmt: skip


def _is_within(reach: Reach, at: datetime) -> bool:
    return reach.until is None or at <= reach.until - _MARGIN


def _is_to_come(stage: Stage, now: datetime) -> bool:
    target = target_of(stage)
    return target is not None and target > now and stage.state(now) in {StageState.OPEN, StageState.AHEAD}
