"""What is said about the dates of a competition: from its dates alone, and plainly what is not announced. Pure.

Each sentence comes with whether it tells what was asked (True) or that it is not known (False).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot import dates
from bot.phrases import phrase
from knowledge.calendar.model import Competition, Phase, Stage, StageState
from knowledge.calendar.moments import Certainty

LISTED = 5  # competitions in one list; the calendar has them all


class Said(NamedTuple):
    """A text, and whether it tells what was asked."""

    text: str
    is_known: bool


def about_deadline(competition: Competition, now: datetime) -> Said:
    """Say until when one may hand in; of something without entries, when it is."""
    stage = competition.entry_stage(now)
    if stage is None:
        return about_time(competition, now)
    if stage.window is None:
        return _deadline_unknown(competition, now)
    state, until, when = stage.state(now), stage.window.until, dates.when_words(stage, now)
    is_vague = stage.certainty is Certainty.MONTH_ONLY
    if until is None:
        return Said(phrase("deadlines.open_endless", title=competition.title, when=when), is_known=False)
    if state is StageState.OVER:
        end = when if is_vague else dates.end_words(until, now)
        text = phrase("deadlines.closed", title=competition.title, end=end)
    elif is_vague:
        text = phrase("deadlines.in_month", title=competition.title, when=when)
    elif state is StageState.AHEAD:
        text = phrase("deadlines.ahead", title=competition.title, when=when)
    else:
        text = phrase("deadlines.open", title=competition.title, until=dates.until_words(until, now))
    return Said(text, is_known=True)


def about_time(competition: Competition, now: datetime) -> Said:
    """Say when a competition takes place: its stages, or what is known instead."""
    if competition.has_dates:
        return Said(timetable(competition, now), is_known=True)
    years, is_past = dates.year_words(competition), competition.phase(now) is Phase.ENDED
    name = "when_past" if years and is_past else "when_year" if years else "when_unknown"
    said = phrase(f"deadlines.{name}", title=competition.title, years=years, past=_past(competition))
    return Said(said, is_known=False)


def about_next(competition: Competition, editions: Sequence[Competition], now: datetime) -> Said:
    """Say whether another edition follows. `editions`: those of its series, the most urgent first."""
    later = [each for each in editions if each.key != competition.key and _is_later(each, competition)]
    alive = [each for each in later if each.phase(now) is not Phase.ENDED]
    if alive:
        return about_time(alive[0], now)
    years, is_past = dates.year_words(competition), competition.phase(now) is Phase.ENDED
    name = "next_unknown" if not is_past else "next_ended" if competition.has_dates or not years else "next_past"
    return Said(phrase(f"deadlines.{name}", title=competition.title, past=_past(competition)), is_known=False)


def about_fact(competition: Competition, asks: str, now: datetime) -> Said:
    """Say one thing of a competition besides its dates, or that it is not known: `asks` is the name of its field.

    Who cannot be told where to turn is told who organises it.
    """
    if not getattr(competition, asks):
        lacking = phrase("deadlines.fact_unknown", fact=phrase(f"deadlines.fact_{asks}"), title=competition.title)
        organiser = competition.organiser if asks == "contact" else ""
        also = phrase("calendar.fact", name=phrase("calendar.organiser"), value=organiser) if organiser else ""
        return Said("\n".join(filter(None, (lacking, also))), is_known=False)
    said = phrase("calendar.fact", name=phrase(f"calendar.{asks}"), value=getattr(competition, asks))
    head = phrase("deadlines.when", title=competition.title, phase=dates.phase_words(competition, now))
    return Said(f"{head}\n{said}", is_known=True)


def card(competition: Competition, now: datetime) -> Said:
    """Say everything known of a competition."""
    timed = about_time(competition, now)
    facts = [phrase("calendar.fact", name=name, value=value) for name, value in dates.facts_of(competition)]
    return Said("\n\n".join(filter(None, [timed.text, "\n".join(facts)])), is_known=timed.is_known)


def about_else(competition: Competition, now: datetime) -> Said:
    """Say that what is asked of a competition is not known, and everything that is."""
    lacking = phrase("deadlines.else_unknown", title=competition.title)
    return Said(f"{lacking}\n\n{card(competition, now).text}", is_known=False)


def listing(competitions: Sequence[Competition], now: datetime) -> Said:
    """Say what is open or coming. `competitions`: all, the most urgent first."""
    alive = [each for each in competitions if each.phase(now) is not Phase.ENDED]
    if not alive:
        return Said(_with_latest(phrase("deadlines.none_coming"), competitions, now), is_known=False)
    if not any(each.has_dates for each in alive):
        lines = [phrase("deadlines.planned_line", title=_with_years(each)) for each in alive[:LISTED]]
        return Said("\n".join([phrase("deadlines.planned"), *lines]), is_known=False)
    lines = [phrase("deadlines.coming_line", title=each.title, when=summary(each, now)) for each in alive[:LISTED]]
    return Said("\n".join([phrase("deadlines.coming"), *lines]), is_known=True)


def none_open(competitions: Sequence[Competition], now: datetime) -> Said:
    """Say that nothing takes entries at present, and what was last."""
    return Said(_with_latest(phrase("deadlines.none_open"), competitions, now), is_known=False)


def summary(competition: Competition, now: datetime) -> str:
    """Say on part of a line where a competition stands and what its next date is."""
    stage = next_stage(competition, now)
    stands = dates.phase_words(competition, now)
    if stage is None or stage.window is None:
        return stands
    state, until = stage.state(now), stage.window.until
    if state is StageState.OPEN and until is not None:
        return f"{stands}, {dates.until_words(until, now)}"
    when = dates.when_words(stage, now)
    if competition.phase(now) is Phase.UNKNOWN:
        return when
    return phrase("deadlines.coming_stage", phase=stands, name=stage.name, when=when)


def next_stage(competition: Competition, now: datetime) -> Stage | None:
    """Return the stage with a date that comes next or is on, entries first."""
    stages = [stage for stage in competition.stages if stage.window]
    order = (StageState.OPEN, StageState.AHEAD, StageState.UNKNOWN)
    alive = [stage for stage in stages if stage.state(now) in order]
    return min(alive, key=lambda stage: (order.index(stage.state(now)), not stage.takes_entries), default=None)


def timetable(competition: Competition, now: datetime) -> str:
    """Say the stages of a competition under its title."""
    stands, is_past = dates.phase_words(competition, now), competition.phase(now) is Phase.ENDED
    lines = [dates.stage_line(stage, now, is_past=is_past) for stage in competition.stages]
    return "\n".join([phrase("deadlines.when", title=competition.title, phase=stands), *lines])


def _deadline_unknown(competition: Competition, now: datetime) -> Said:
    if competition.phase(now) is not Phase.ENDED:
        return Said(phrase("deadlines.unknown", title=competition.title), is_known=False)
    years = dates.year_words(competition)
    name = "ended_unknown" if competition.has_dates else "past_unknown"
    name = name if years else "ended_unknown_undated"
    said = phrase(f"deadlines.{name}", title=competition.title, years=years, past=_past(competition))
    return Said(said, is_known=False)


def _past(competition: Competition) -> str:
    """Say that the year of a competition is over, which is all that its years tell."""
    years = _unsaid_years(competition)
    return phrase("deadlines.past" if years else "deadlines.past_named", title=competition.title, years=years)


def _with_latest(text: str, competitions: Sequence[Competition], now: datetime) -> str:
    if not competitions:
        return text
    latest = competitions[0]
    return f"{text} {phrase('deadlines.latest', title=latest.title, phase=_standing(latest, now))}"


def _standing(competition: Competition, now: datetime) -> str:
    return ", ".join(filter(None, [_unsaid_years(competition), dates.phase_words(competition, now)]))


def _with_years(competition: Competition) -> str:
    return ", ".join(filter(None, [competition.title, _unsaid_years(competition)]))


def _unsaid_years(competition: Competition) -> str:
    is_said = str(competition.last_year or competition.first_year) in competition.title
    return "" if is_said else dates.year_words(competition)


def _is_later(one: Competition, other: Competition) -> bool:
    if one.edition is not None and other.edition is not None:
        return one.edition > other.edition
    return (one.first_year or 0) > (other.last_year or other.first_year or 0) or one.has_dates
