"""Which days of a competition stand in a calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.calendars import calendar_of, events_of, has_events
from knowledge.calendar.model import Competition, Stage
from knowledge.calendar.moments import ZONE
from knowledge.snapshot import Article

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ARTICLE = Article(key="bai", title="Bài", url="https://portal.example/bai.html")


def a_competition(*stages: Stage, **fields) -> Competition:
    return Competition(**{"key": "lan-2", "title": "Cuộc thi lần hai", "article": "bai", "stages": stages} | fields)


def a_stage(**fields) -> Stage:
    return Stage(**{"key": "nop", "name": "Nộp hồ sơ", "takes_entries": True} | fields)


@pytest.mark.parametrize(
    ("stage", "starts", "ends"),
    [
        pytest.param(
            a_stage(starts="2026-03-01", ends="2026-03-15 17:00"), datetime(2026, 3, 15, 17, tzinfo=ZONE), None,
            id="a deadline is its moment",
        ),
        pytest.param(
            a_stage(starts="2026-03-01", ends="2026-03-15"), date(2026, 3, 15), date(2026, 3, 16),
            id="or its last day",
        ),
        pytest.param(a_stage(starts="2026-03-01"), date(2026, 3, 1), date(2026, 3, 2), id="or the day entries open"),
        pytest.param(
            a_stage(takes_entries=False, starts="2026-10-10", ends="2026-10-11"), date(2026, 10, 10),
            date(2026, 10, 12), id="an event lasts its days",
        ),
        pytest.param(
            a_stage(takes_entries=False, starts="2026-10-10 08:00", ends="2026-10-10 11:30"),
            datetime(2026, 10, 10, 8, tzinfo=ZONE), datetime(2026, 10, 10, 11, 30, tzinfo=ZONE), id="or its hours",
        ),
        pytest.param(
            a_stage(takes_entries=False, ends="2026-10-10 11:30"), datetime(2026, 10, 10, 11, 30, tzinfo=ZONE), None,
            id="an end alone is a moment",
        ),
    ],
)  # fmt: skip
def test_where_an_entry_begins_and_ends(stage, starts, ends):
    [event] = events_of(a_competition(stage), ARTICLE, NOW)

    assert (event.starts, event.ends) == (starts, ends)
    assert event.url == ARTICLE.url


def test_a_month_and_what_is_not_announced_stand_in_no_calendar():
    competition = a_competition(a_stage(starts="2026-03"), a_stage(key="chung-ket"))

    assert not has_events(competition)
    assert list(events_of(competition, None, NOW)) == []


def test_the_id_stays_and_the_sequence_follows_the_revision():
    """A moved date replaces the entry in people's calendars instead of adding one."""
    revised_at = datetime(2026, 2, 20, tzinfo=UTC)

    [before] = events_of(a_competition(a_stage(ends="2026-03-15"), revision=1, revised_at=NOW), ARTICLE, NOW)
    [after] = events_of(a_competition(a_stage(ends="2026-03-31"), revision=2, revised_at=revised_at), ARTICLE, NOW)

    assert before.uid == after.uid
    assert (before.sequence, after.sequence) == (1, 2)
    assert after.stamped_at == revised_at


def test_the_file_stays_the_same_as_time_goes_by():
    """What a calendar program has fetched must not look changed every day."""
    competition = a_competition(a_stage(ends="2026-03-15 17:00"), revision=1, revised_at=NOW)
    later = datetime(2027, 1, 1, tzinfo=UTC)

    assert calendar_of([competition], {"bai": ARTICLE}, name="L", now=NOW) == calendar_of(
        [competition], {"bai": ARTICLE}, name="L", now=later
    )
