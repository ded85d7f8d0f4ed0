"""Days, times and months as staff write them ("2024-03-15 17:00", "2024-03-15", "2024-03"), and the windows they open.

Pure. All of them are Vietnamese; a window is half-open and its bounds are aware.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_WRITTEN = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2})(?: (\d{2}):(\d{2}))?)?")


class Certainty(StrEnum):
    """How much is known of a date."""

    CONFIRMED = "confirmed"
    MONTH_ONLY = "month_only"
    NOT_ANNOUNCED = "not_announced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From `starts_at` until, but not at, `until`; None: no bound. At least one of them is there."""

    starts_at: datetime | None = None
    until: datetime | None = None


def written(value: Any) -> str:
    """Return a day, time or month in its one written form; "" for None.

    Takes what YAML makes of it, too. Raises ValueError for anything else, days that do not exist included.
    """
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        local = value.astimezone(ZONE) if value.tzinfo else value
        return f"{local:%Y-%m-%d %H:%M}"
    text = f"{value:%Y-%m-%d}" if isinstance(value, date) else value
    if isinstance(text, str):
        text = " ".join(text.replace("T", " ").split())
        if _WRITTEN.fullmatch(text):
            _parts(text)
            return text
    raise ValueError("must be written as 2024-03-15 17:00, 2024-03-15 or 2024-03")


def certainty_of(*texts: str) -> Certainty:
    """Return how much the written bounds say together; empty ones say nothing."""
    given = [text for text in texts if text]
    if not given:
        return Certainty.NOT_ANNOUNCED
    return Certainty.MONTH_ONLY if any(_is_month(text) for text in given) else Certainty.CONFIRMED


def window_of(starts: str, ends: str, *, stays_open: bool) -> Window | None:
    """Return the window between written bounds; None when nothing is known.

    A day or month as an end is included whole. Without an end, it ends with the day or month it starts in, unless it
    `stays_open` because the end is only not known yet.
    """
    if not starts and not ends:
        return None
    starts_at = _begin(starts) if starts else None
    if ends:
        return Window(starts_at=starts_at, until=_end(ends))
    return Window(starts_at=starts_at, until=None if stays_open else _end(starts if _is_month(starts) else starts[:10]))


def day_of(at: datetime) -> date:
    """Return the Vietnamese calendar day of a moment."""
    return at.astimezone(ZONE).date()


def is_midnight(at: datetime) -> bool:
    """Tell whether a Vietnamese day begins at a moment."""
    local = at.astimezone(ZONE)
    return local.hour == local.minute == 0


def start_of(day: date) -> datetime:
    """Return the moment a Vietnamese day begins."""
    return datetime.combine(day, time(), ZONE)


def _parts(text: str) -> datetime:
    found = _WRITTEN.fullmatch(text)
    assert found is not None
    year, month, day, hour, minute = (
        int(part or least) for part, least in zip(found.groups(), (0, 0, 1, 0, 0), strict=True)
    )
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


def _is_month(text: str) -> bool:
    return len(text) == len("2024-03")


def _begin(text: str) -> datetime:
    return _parts(text)


def _end(text: str) -> datetime:
    begin = _parts(text)
    if _is_month(text):
        return start_of((begin.date() + timedelta(days=31)).replace(day=1))
    return begin if " " in text else start_of(begin.date() + timedelta(days=1))
