"""Where the bars of a chart stand. Pure; templates draw them as SVG, beside a table with the same figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 12, 24  # room for the scale and the days
MOST_COLUMNS = 62  # more would be thinner than a line: days become weeks
GAP = 0.25  # of a column's width
MOST_LABELS = 8
_STEPS = (1, 2, 3, 4, 5, 6, 8)
_PARTS = (5, 4, 3, 2, 1)  # of a scale, the most that give whole numbers
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What one column stacks: names of series with their counts. `first` and `last` are its days."""

    first: date
    last: date
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return the column's height."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One piece of a column, in the units of the drawing."""

    series: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A figure at the side, or a day below: where it stands."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A stacked column chart, `WIDTH` by `HEIGHT`."""

    columns: Sequence[Column]
    bars: Sequence[Bar]
    scale: Sequence[Mark]
    days: Sequence[Mark]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def columns_of(counts: Mapping[date, Mapping[str, int]], days: Sequence[date]) -> Sequence[Column]:
    """Return one column per day, or per seven days when there are more than `MOST_COLUMNS`."""
    step = 1 if len(days) <= MOST_COLUMNS else _WEEK
    groups = [days[start : start + step] for start in range(0, len(days), step)]
    return [
        Column(first=group[0], last=group[-1], counts=_sum([counts.get(day, {}) for day in group])) for group in groups
    ]


def stacked(columns: Sequence[Column], series: Sequence[str]) -> Chart:
    """Lay out columns; `series` from the bottom up. No columns, or nothing in them, give an empty scale from 0 to 1."""
    top = _ceiling(max((column.total for column in columns), default=0))
    unit = (HEIGHT - TOP - BOTTOM) / top
    step = (WIDTH - LEFT - RIGHT) / max(len(columns), 1)
    bars = [
        bar for place, column in enumerate(columns) for bar in _pieces(column, series, LEFT + place * step, step, unit)
    ]
    every = -(-len(columns) // MOST_LABELS) if columns else 1
    return Chart(
        columns=columns,
        bars=bars,
        scale=[Mark(at=HEIGHT - BOTTOM - value * unit, text=str(value)) for value in _ticks(top)],
        days=[
            Mark(at=LEFT + (place + 0.5) * step, text=f"{column.first:%d/%m}")
            for place, column in enumerate(columns)
            if place % every == 0
        ],
    )


def _pieces(column: Column, series: Sequence[str], left: float, step: float, unit: float) -> Sequence[Bar]:
    bars, below = [], 0
    for name in series:
        count = column.counts.get(name, 0)
        if count:
            below += count
            bars.append(
                Bar(
                    series=name,
                    x=round(left + step * GAP / 2, 2),
                    y=round(HEIGHT - BOTTOM - below * unit, 2),
                    width=round(step * (1 - GAP), 2),
                    height=round(count * unit, 2),
                )
            )
    return bars


def _sum(counts: Sequence[Mapping[str, int]]) -> Mapping[str, int]:
    names = dict.fromkeys(name for each in counts for name in each)
    return {name: sum(each.get(name, 0) for each in counts) for name in names}


def _ceiling(highest: int) -> int:
    """Return the smallest of 1, 2, 3, 4, 5, 6, 8, 10, 20 … that is not below `highest`."""
    magnitude = 1
    while True:
        for step in _STEPS:
            if step * magnitude >= highest:
                return step * magnitude
        magnitude *= 10


def _ticks(top: int) -> Sequence[int]:
    parts = next(parts for parts in _PARTS if top % parts == 0)
    return [top * part // parts for part in range(parts + 1)]
