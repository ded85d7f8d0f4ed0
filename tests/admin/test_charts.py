"""Columns stand where their figures say, whatever the figures are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.charts import BOTTOM, HEIGHT, LEFT, MOST_COLUMNS, TOP, WIDTH, columns_of, stacked

SERIES = ("answered", "unknown")
START = date(2024, 6, 1)


def days(number: int) -> list[date]:
    return [START + timedelta(days=offset) for offset in range(number)]


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), max_size=200))
def test_no_bar_leaves_the_drawing_and_heights_keep_their_ratio(pairs):
    span = days(len(pairs))
    counts = {day: dict(zip(SERIES, pair, strict=True)) for day, pair in zip(span, pairs, strict=True)}

    chart = stacked(columns_of(counts, span), SERIES)

    assert all(bar.x >= LEFT and bar.x + bar.width <= WIDTH for bar in chart.bars)
    assert all(bar.y >= TOP - 0.1 and bar.y + bar.height <= HEIGHT - BOTTOM + 0.1 for bar in chart.bars)
    assert sum(column.total for column in chart.columns) == sum(sum(pair) for pair in pairs)


@pytest.mark.parametrize(
    ("number", "columns"),
    [
        pytest.param(0, 0, id="no day"),
        pytest.param(MOST_COLUMNS, MOST_COLUMNS, id="as many days as fit"),
        pytest.param(MOST_COLUMNS + 1, 9, id="one more: weeks"),
        pytest.param(366, 53, id="a year"),
    ],
)
def test_many_days_become_weeks(number, columns):
    assert len(columns_of({}, days(number))) == columns


@pytest.mark.parametrize(
    ("highest", "scale"),
    [
        pytest.param(0, ["0", "1"], id="nothing"),
        pytest.param(3, ["0", "1", "2", "3"], id="three"),
        pytest.param(57, ["0", "12", "24", "36", "48", "60"], id="between"),
        pytest.param(100, ["0", "20", "40", "60", "80", "100"], id="exact"),
    ],
)
def test_the_scale_is_whole_and_just_above(highest, scale):
    chart = stacked(columns_of({START: {"answered": highest}}, [START]), SERIES)

    assert [mark.text for mark in chart.scale] == scale
