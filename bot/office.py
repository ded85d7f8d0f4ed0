"""The office's hours as staff keep them. Until they enter some, the usual ones count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.hours import USUAL, OfficeHours, Shift
from bot.tables import OfficeShift

_MOST = 2_000  # rows read; a year has a few dozen


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionalDay:
    """A date with hours of its own (none: closed), and why."""

    on: date
    shifts: tuple[Shift, ...] = ()
    label: str = ""


async def load_hours(session: AsyncSession) -> OfficeHours:
    """Return the hours in force."""
    week: dict[int, list[Shift]] = {}
    rows = (await session.scalars(select(OfficeShift).order_by(OfficeShift.id).limit(_MOST))).all()
    for row in rows:
        if row.weekday is not None and row.opens is not None and row.closes is not None:
            week.setdefault(row.weekday, []).append(Shift(opens=row.opens, closes=row.closes))
    has_week = any(row.weekday is not None for row in rows)
    return OfficeHours(
        week={day: tuple(shifts) for day, shifts in week.items()} if has_week else USUAL,
        dates={day.on: day.shifts for day in _days(rows)},
    )


async def exceptional_days(session: AsyncSession, *, since: date) -> Sequence[ExceptionalDay]:
    """Return the dates with hours of their own from a day on, earliest first."""
    found = select(OfficeShift).where(OfficeShift.on_date >= since).order_by(OfficeShift.on_date, OfficeShift.opens)
    return _days((await session.scalars(found.limit(_MOST))).all())


async def set_week(session: AsyncSession, week: Mapping[int, Sequence[Shift]]) -> None:
    """Replace the hours of all weekdays (0: Monday). Raises ValueError for a shift that ends before it begins."""
    await session.execute(delete(OfficeShift).where(OfficeShift.weekday.is_not(None)))
    for weekday in range(7):
        shifts = _checked(week.get(weekday, ()))
        session.add_all(OfficeShift(weekday=weekday, opens=each.opens, closes=each.closes) for each in shifts)
        if not shifts:  # a row without hours: staff have said that this day is closed
            session.add(OfficeShift(weekday=weekday))
    await session.flush()


async def set_day(session: AsyncSession, day: ExceptionalDay) -> None:
    """Give a date hours of its own, or none. Raises ValueError for a shift that ends before it begins."""
    shifts = _checked(day.shifts)
    await clear_day(session, day.on)
    session.add_all(
        OfficeShift(on_date=day.on, opens=each.opens, closes=each.closes, label=day.label) for each in shifts
    )
    if not shifts:
        session.add(OfficeShift(on_date=day.on, label=day.label))
    await session.flush()


async def clear_day(session: AsyncSession, on: date) -> None:
    """Let a date have the hours of its weekday again."""
    await session.execute(delete(OfficeShift).where(OfficeShift.on_date == on))


def _days(rows: Sequence[OfficeShift]) -> list[ExceptionalDay]:
    shifts: dict[date, list[Shift]] = {}
    labels: dict[date, str] = {}
    for row in rows:
        if row.on_date is not None:
            labels[row.on_date] = row.label
            hours = shifts.setdefault(row.on_date, [])
            if row.opens is not None and row.closes is not None:
                hours.append(Shift(opens=row.opens, closes=row.closes))
    return [ExceptionalDay(on=on, shifts=tuple(shifts[on]), label=labels[on]) for on in sorted(shifts)]


def _checked(shifts: Sequence[Shift]) -> list[Shift]:
    """Return shifts in order; they must not overlap."""
    ordered = sorted(shifts)
    for each in ordered:
        if each.closes <= each.opens:
            raise ValueError(f"{each.opens:%H:%M}-{each.closes:%H:%M}")
    for before, after in pairwise(ordered):
        if after.opens < before.closes:
            raise ValueError(f"{before.opens:%H:%M}-{before.closes:%H:%M}, {after.opens:%H:%M}-{after.closes:%H:%M}")
    return ordered
