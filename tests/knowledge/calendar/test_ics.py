"""Calendar files are what RFC 5545 demands, whatever the Vietnamese in them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calendar.ics import CalendarEvent, calendar_file, escaped, folded
from knowledge.calendar.moments import ZONE

STAMP = datetime(2026, 2, 20, 1, 2, 3, tzinfo=UTC)


def an_event(**overrides) -> CalendarEvent:
    fields = {
        "uid": "lan-2.nop@hoidap", "sequence": 3, "stamped_at": STAMP, "summary": "Hạn chót",
        "starts": datetime(2026, 3, 15, 17, 0, tzinfo=ZONE),
    }  # fmt: skip
    return CalendarEvent(**fields | overrides)


def lines_of(text: str) -> list[str]:
    """Unfold as RFC 5545, 3.1 says."""
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


@given(st.text())
def test_no_line_is_longer_than_75_octets_and_unfolding_gives_it_back(text):
    parts = folded(text)

    assert all(len(part.encode("utf-8", "surrogatepass")) <= 75 for part in parts)
    assert parts[0] + "".join(part.removeprefix(" ") for part in parts[1:]) == text
    assert all(part.startswith(" ") for part in parts[1:])


def test_letters_are_not_torn_at_the_fold():
    parts = folded("SUMMARY:" + "ế" * 60)

    assert [len(part.encode()) for part in parts] == [74, 73, 43]
    assert "".join(parts).replace(" ", "") == "SUMMARY:" + "ế" * 60


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b;c", "a\\,b\\;c"),
        ("một\nhai\r\nba\rbốn", "một\\nhai\\nba\\nbốn"),
        ("C:\\lịch", "C:\\\\lịch"),
        ("tab\tvà\x07chuông", "tabvàchuông"),
    ],
)
def test_text_is_escaped(text, expected):
    assert escaped(text) == expected


def test_a_moment_carries_its_zone_and_its_revision():
    lines = lines_of(calendar_file([an_event(url="https://portal.example/a.html")], name="Lịch"))

    for expected in (
        "DTSTART;TZID=Asia/Ho_Chi_Minh:20260315T170000", "UID:lan-2.nop@hoidap", "SEQUENCE:3",
        "DTSTAMP:20260220T010203Z", "URL:https://portal.example/a.html", "TZID:Asia/Ho_Chi_Minh",
        "TZOFFSETTO:+0700", "VERSION:2.0",
    ):  # fmt: skip
        assert lines.count(expected) == 1
    assert not any(line.startswith("DTEND") for line in lines), "a moment has no end"


def test_whole_days_are_written_as_days():
    event = an_event(starts=date(2026, 10, 10), ends=date(2026, 10, 12))

    lines = lines_of(calendar_file([event], name="Lịch"))

    assert "DTSTART;VALUE=DATE:20261010" in lines
    assert "DTEND;VALUE=DATE:20261012" in lines


def test_components_are_nested_and_closed():
    open_ones: list[str] = []
    for line in lines_of(calendar_file([an_event(remind_before=timedelta(days=1)), an_event()], name="Lịch")):
        word, _, component = line.partition(":")
        if word == "BEGIN":
            open_ones.append(component)
        elif word == "END":
            assert open_ones.pop() == component

    assert open_ones == []


def test_a_calendar_without_events_is_still_a_calendar():
    """RFC 5545, 3.6: at least one component."""
    assert "BEGIN:VTIMEZONE" in lines_of(calendar_file([], name="Lịch"))
