"""Dates in the words people use. Truth tables across midnight, the year and Tết."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot import dates
from knowledge.calendar.model import Competition, Stage
from knowledge.calendar.moments import ZONE


def at(text: str) -> datetime:
    """A moment in Vietnam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("until", "now", "expected"),
    [
        pytest.param("2024-03-15T17:00", "2024-03-12T09:00", "còn 3 ngày, đến 17:00 thứ Sáu 15/03", id="three days"),
        pytest.param("2024-03-15T17:00", "2024-03-12T23:59", "còn 3 ngày, đến 17:00 thứ Sáu 15/03", id="late evening"),
        pytest.param("2024-03-15T17:00", "2024-03-13T00:00", "còn 2 ngày, đến 17:00 thứ Sáu 15/03", id="midnight"),
        pytest.param("2024-03-15T17:00", "2024-03-14T23:59", "còn 1 ngày, đến 17:00 thứ Sáu 15/03", id="the eve"),
        pytest.param("2024-03-15T17:00", "2024-03-15T00:00", "còn 17 giờ, đến 17:00 thứ Sáu 15/03", id="the day"),
        pytest.param("2024-03-15T17:00", "2024-03-15T16:00", "còn 1 giờ, đến 17:00 thứ Sáu 15/03", id="an hour"),
        pytest.param(
            "2024-03-15T17:00", "2024-03-15T16:00:01", "còn chưa đầy 1 giờ, đến 17:00 thứ Sáu 15/03", id="less"
        ),
        pytest.param("2024-03-16T00:00", "2024-03-12T09:00", "còn 3 ngày, đến hết thứ Sáu 15/03", id="a whole day"),
        pytest.param(
            "2024-03-16T00:00", "2024-03-15T23:00", "hôm nay là ngày cuối, đến hết thứ Sáu 15/03", id="its evening"
        ),
        pytest.param("2026-02-18T00:00", "2026-02-16T23:30", "còn 1 ngày, đến hết thứ Ba 17/02", id="Tết's eve"),
        pytest.param("2025-01-02T08:00", "2024-12-31T12:00", "còn 2 ngày, đến 08:00 thứ Năm 02/01/2025", id="New Year"),
        pytest.param("2024-03-01T00:00", "2024-02-27T12:00", "còn 2 ngày, đến hết thứ Năm 29/02", id="a leap day"),
    ],
)
def test_how_long_there_is(until, now, expected):
    assert dates.until_words(at(until), at(now)) == expected


def test_days_are_counted_in_vietnam_wherever_the_server_stands():
    """18:00 in London on the 14th is already the 15th in Vietnam."""
    assert dates.left_words(at("2024-03-15T17:00"), datetime(2024, 3, 14, 18, tzinfo=UTC)) == "còn 16 giờ"


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        ("2024-03-01", "2024-03-15 17:00", "từ thứ Sáu 01/03 đến 17:00 thứ Sáu 15/03"),
        ("2024-03-01 08:00", "2024-03-15", "từ 08:00 thứ Sáu 01/03 đến hết thứ Sáu 15/03"),
        ("2024-05-20", "", "thứ Hai 20/05"),
        ("2024-05-20 08:00", "", "08:00 thứ Hai 20/05"),
        ("2024-05-20 08:00", "2024-05-20 11:30", "từ 08:00 thứ Hai 20/05 đến 11:30 thứ Hai 20/05"),
        ("", "2024-03-15", "đến hết thứ Sáu 15/03"),
        ("2024-05", "", "trong tháng 5, chưa công bố ngày cụ thể"),
        ("2024-12", "2025-01", "từ tháng 12 đến tháng 1/2025, chưa công bố ngày cụ thể"),
        ("2023-05", "", "tháng 5/2023"),
        ("", "", "chưa công bố"),
    ],
)
def test_when_a_stage_is(starts, ends, expected):
    stage = Stage(key="a", name="A", starts=starts, ends=ends)

    assert dates.when_words(stage, at("2024-02-01T00:00")) == expected


def test_a_start_without_an_end_leaves_the_end_open():
    stage = Stage(key="a", name="A", takes_entries=True, starts="2024-03-01")

    assert dates.when_words(stage, at("2024-02-01T00:00")) == "từ thứ Sáu 01/03, chưa công bố ngày kết thúc"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(2023, 2024, "năm 2023-2024"), (2024, 2024, "năm 2024"), (2024, None, "năm 2024"), (None, None, "")],
)
def test_years(first, last, expected):
    assert dates.year_words(Competition(key="a", title="A", first_year=first, last_year=last)) == expected
