"""Calendar files as RFC 5545 wants them: folded at 75 octets, escaped, with stable ids and the Vietnamese time zone.

Pure. Days are written as days, moments in Vietnam's time with its zone beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from knowledge.calendar.moments import ZONE

CONTENT_TYPE = "text/calendar"
_PRODUCT = "-//hoidap//competitions//VI"
_LINE_OCTETS = 75  # RFC 5545, 3.1: without the line break
_ZONE_NAME = "Asia/Ho_Chi_Minh"
# One offset since 1975-06-13, no daylight saving time (IANA tz database, file asia).
_ZONE_LINES = (
    "BEGIN:VTIMEZONE", f"TZID:{_ZONE_NAME}", "BEGIN:STANDARD", "DTSTART:19750613T000000", "TZOFFSETFROM:+0700",
    "TZOFFSETTO:+0700", "TZNAME:+07", "END:STANDARD", "END:VTIMEZONE",
)  # fmt: skip
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """One entry of a calendar. A date makes it last whole days; `ends` is exclusive, None: a moment, or that one day.

    `sequence` and `stamped_at` are of the revision it comes from; `remind_before` lets the person's calendar ring.
    """

    uid: str
    sequence: int
    stamped_at: datetime
    starts: datetime | date
    ends: datetime | date | None = None
    summary: str
    description: str = ""
    url: str = ""
    remind_before: timedelta | None = None


def calendar_file(events: Iterable[CalendarEvent], *, name: str, refresh: timedelta = timedelta(hours=12)) -> str:
    """Return a calendar of events. Without any, it holds the time zone, which keeps it a valid calendar."""
    hours = refresh // timedelta(hours=1)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        f"X-WR-TIMEZONE:{_ZONE_NAME}",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{hours}H",
        f"X-PUBLISHED-TTL:PT{hours}H",
        *_ZONE_LINES,
        *(line for event in events for line in _event_lines(event)),
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def escaped(text: str) -> str:
    """Return text as a TEXT value: backslash, semicolon, comma and line breaks escaped, other controls left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if char == "\n" or char.isprintable()).translate(_ESCAPES)


def folded(line: str) -> Sequence[str]:
    """Cut a content line into parts of at most 75 octets, each but the first beginning with a blank, no letter torn."""
    parts: list[str] = []
    part, size = "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > _LINE_OCTETS:
            parts.append(part)
            part, size = " ", 1
        part += char
        size += octets
    return [*parts, part]


def _event_lines(event: CalendarEvent) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(event.uid)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{_utc(event.stamped_at)}"
    yield f"LAST-MODIFIED:{_utc(event.stamped_at)}"
    yield f"DTSTART{_when(event.starts)}"
    if event.ends is not None:
        yield f"DTEND{_when(event.ends)}"
    yield f"SUMMARY:{escaped(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{escaped(event.description)}"
    if event.url:
        yield f"URL:{event.url}"
    yield "STATUS:CONFIRMED"
    yield "TRANSP:TRANSPARENT"
    if event.remind_before is not None:
        yield from _alarm_lines(event, event.remind_before)
    yield "END:VEVENT"


def _alarm_lines(event: CalendarEvent, before: timedelta) -> Iterator[str]:
    minutes = before // timedelta(minutes=1)
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"TRIGGER:-PT{minutes}M"
    yield f"DESCRIPTION:{escaped(event.summary)}"
    yield "END:VALARM"


def _when(value: datetime | date) -> str:
    if isinstance(value, datetime):
        return f";TZID={_ZONE_NAME}:{value.astimezone(ZONE):%Y%m%dT%H%M%S}"
    return f";VALUE=DATE:{value:%Y%m%d}"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
