"""When people of the office answer: two shifts a day, weekends, holidays. Pure; all days and hours are Vietnam's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from runtime.clock import VIETNAM, vietnam_date

LOOK_AHEAD = 60  # days within which the next opening is looked for; Tet closes an office for about ten


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Shift:
    """Hours without a break: from `opens` until, but not at, `closes`."""

    opens: time
    closes: time


# What offices of the province keep; staff enter their own on the page of hours.
_DAY = (Shift(opens=time(7, 30), closes=time(11, 30)), Shift(opens=time(13, 30), closes=time(17)))
USUAL: Mapping[int, tuple[Shift, ...]] = dict.fromkeys(range(5), _DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """The hours of each weekday (0: Monday) and of dates that differ; a date without shifts is closed."""

    week: Mapping[int, tuple[Shift, ...]] = field(default_factory=lambda: USUAL)
    dates: Mapping[date, tuple[Shift, ...]] = field(default_factory=dict)

    def shifts(self, on: date) -> tuple[Shift, ...]:
        """Return the shifts of a day, earliest first."""
        return tuple(sorted(self.dates[on] if on in self.dates else self.week.get(on.weekday(), ())))

    def is_open(self, at: datetime) -> bool:
        """Tell whether people answer at a moment."""
        return any(begin <= at < end for begin, end in self._spans(vietnam_date(at), days=1))

    def next_opening(self, at: datetime) -> datetime | None:
        """Return when people answer next; the moment itself while they do; None: not within `LOOK_AHEAD` days."""
        for begin, end in self._spans(vietnam_date(at), days=LOOK_AHEAD):
            if end > at:
                return max(begin, at)
        return None

    def open_between(self, begin: datetime, end: datetime) -> timedelta:
        """Return for how long people answered between two moments; at most `LOOK_AHEAD` days are looked at."""
        days = (vietnam_date(end) - vietnam_date(begin)).days + 1
        spans = self._spans(vietnam_date(begin), days=min(days, LOOK_AHEAD))
        return sum((max(min(end, to) - max(begin, since), timedelta()) for since, to in spans), timedelta())

    def _spans(self, first: date, *, days: int) -> Iterator[tuple[datetime, datetime]]:
        for day in (first + timedelta(days=offset) for offset in range(days)):
            for shift in self.shifts(day):
                yield _at(day, shift.opens), _at(day, shift.closes)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=VIETNAM)
