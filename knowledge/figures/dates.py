"""Dates and times of day in every form in use, as far as they are given."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from knowledge.figures.values import Amount, Day, Hour, Value

Reading: TypeAlias = Callable[[re.Match[str]], tuple[Value, ...]]

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_CENTURY = 2000
_LAST_DAY, _LAST_MONTH, _LAST_HOUR, _LAST_MINUTE = 31, 12, 24, 59


def _day(hit: re.Match[str]) -> tuple[Value, ...]:
    given = hit.groupdict()
    day, month, year = (int(given.get(part) or 0) for part in ("day", "month", "year"))
    if given.get("short"):
        year = _CENTURY + int(given["short"])
    fits = day <= _LAST_DAY and month <= _LAST_MONTH
    exists = all(int(given[part]) > 0 for part in ("day", "month") if given.get(part))
    return (Day(day, month, year),) if fits and exists else ()


def _lone_day(hit: re.Match[str]) -> tuple[Value, ...]:
    return (*_day(hit), Amount(Decimal(hit["day"])))


def _hour(hit: re.Match[str]) -> tuple[Value, ...]:
    hour, minute = int(hit["hour"]), int(hit["minute"])
    if hour > _LAST_HOUR or minute > _LAST_MINUTE:
        return ()
    full = () if minute else (Amount(Decimal(hour), "hour"),)
    return (Hour(hour, minute), *full)


HOUR = re.compile(r"(?<!\d)(?P<hour>\d{1,2})(?: ?(?:h|g|gio) ?|:)(?P<minute>\d\d)(?:(?: ?(?:p|ph|phut))\b)?(?!\d)")

PATTERNS: tuple[tuple[re.Pattern[str], Reading], ...] = (
    (re.compile(rf"(?<![\d/.-])(?P<day>\d{{1,2}})(?P<by> ?[/.-] ?)(?P<month>\d{{1,2}})(?P=by){_YEAR}(?!\d)"), _day),
    (re.compile(rf"(?<![\d/.-]){_YEAR}-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})(?!\d)"), _day),
    (re.compile(rf"(?<!\d)(?P<day>\d{{1,2}}) thang (?P<month>\d{{1,2}})(?:,? nam | ?[/-] ?){_YEAR}(?!\d)"), _day),
    (re.compile(r"(?<!\d)(?P<day>\d{1,2}) thang (?P<month>\d{1,2})(?!\d)"), _day),
    (re.compile(rf"\bthang (?P<month>\d{{1,2}})(?:,? nam | ?[/-] ?){_YEAR}(?!\d)"), _day),
    (re.compile(r"(?<![\d/.])(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<short>\d\d)(?![\d/])"), _day),
    (re.compile(rf"(?<![\d/.])(?P<month>\d{{1,2}})/{_YEAR}(?![\d/])"), _day),
    (re.compile(r"(?<![\d/.,])(?P<day>\d{1,2})/(?P<month>\d{1,2})(?![\d/])"), _day),
    (re.compile(r"\bthang (?P<month>\d{1,2})(?!\d)"), _day),
    (re.compile(r"\bngay (?P<day>\d{1,2})(?![\d.,]*\d)"), _lone_day),
    (HOUR, _hour),
)
