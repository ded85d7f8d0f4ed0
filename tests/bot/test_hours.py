"""Two shifts a day, weekends, and dates that differ."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from bot.hours import OfficeHours, Shift
from runtime.clock import VIETNAM

TET = {date(2026, 2, 17) + timedelta(days=n): () for n in range(5)}
HALF_DAY = {date(2026, 2, 13): (Shift(opens=time(7, 30), closes=time(11, 30)),)}
HOURS = OfficeHours(dates=TET | HALF_DAY)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param("2026-01-05 07:29:59", False, id="Monday, a second before"),
        pytest.param("2026-01-05 07:30", True, id="Monday, when the office opens"),
        pytest.param("2026-01-05 11:30", False, id="noon break"),
        pytest.param("2026-01-05 16:59", True, id="last minute"),
        pytest.param("2026-01-05 17:00", False, id="closing time"),
        pytest.param("2026-01-10 09:00", False, id="Saturday"),
        pytest.param("2026-02-17 09:00", False, id="holiday on a weekday"),
        pytest.param("2026-02-13 14:00", False, id="afternoon of a half day"),
    ],
)
def test_people_answer_in_their_hours(moment, expected):
    assert HOURS.is_open(at(moment)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param("2026-01-05 08:00", "2026-01-05 08:00", id="open now"),
        pytest.param("2026-01-05 12:00", "2026-01-05 13:30", id="after the noon break"),
        pytest.param("2026-01-09 18:00", "2026-01-12 07:30", id="over the weekend"),
        pytest.param("2026-02-16 18:00", "2026-02-23 07:30", id="over the holidays and the weekend after"),
    ],
)
def test_the_next_opening_skips_closed_days(moment, expected):
    assert HOURS.next_opening(at(moment)) == at(expected)


def test_an_office_that_never_opens_has_no_next_opening():
    assert OfficeHours(week={}).next_opening(at("2026-01-05 08:00")) is None


def test_only_open_hours_count_as_waiting():
    waited = HOURS.open_between(at("2026-01-09 16:30"), at("2026-01-12 08:00"))

    assert waited == timedelta(hours=1)
