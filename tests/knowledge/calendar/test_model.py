"""Where a competition stands follows from the clock alone: truth tables across midnight, the time zone and Tết."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from knowledge.calendar.model import Competition, Phase, Stage, StageState, by_urgency
from knowledge.calendar.moments import ZONE, Certainty, written
from knowledge.transfer import starter_snapshot


def at(text: str) -> datetime:
    """A moment in Vietnam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def a_stage(key: str = "nop-ho-so", **fields) -> Stage:
    return Stage(**{"key": key, "name": "Nộp hồ sơ", "takes_entries": key == "nop-ho-so"} | fields)


def a_competition(*stages: Stage, **fields) -> Competition:
    return Competition(**{"key": "cuoc-thi", "title": "Cuộc thi", "stages": stages} | fields)


@pytest.mark.parametrize(
    ("starts", "ends", "now", "expected"),
    [
        pytest.param("2024-03-01", "2024-03-15 17:00", "2024-02-29T23:59:59", StageState.AHEAD, id="a leap day before"),
        pytest.param("2024-03-01", "2024-03-15 17:00", "2024-03-01T00:00", StageState.OPEN, id="the first moment"),
        pytest.param("2024-03-01", "2024-03-15 17:00", "2024-03-15T16:59:59", StageState.OPEN, id="the last second"),
        pytest.param("2024-03-01", "2024-03-15 17:00", "2024-03-15T17:00", StageState.OVER, id="the end is exclusive"),
        pytest.param("2024-03-01", "2024-03-15", "2024-03-15T23:59:59", StageState.OPEN, id="a day is included whole"),
        pytest.param("2024-03-01", "2024-03-15", "2024-03-16T00:00", StageState.OVER, id="midnight ends the day"),
        pytest.param("", "2024-03-15", "2023-01-01T00:00", StageState.OPEN, id="only the deadline is known"),
        pytest.param("2024-03-01", "", "2024-09-01T00:00", StageState.OPEN, id="open, deadline not announced"),
        pytest.param("", "", "2024-03-15T00:00", StageState.UNKNOWN, id="nothing is announced"),
        pytest.param("2024-03", "2024-03", "2024-02-29T23:59", StageState.AHEAD, id="before the month"),
        pytest.param("2024-03", "2024-03", "2024-03-10T12:00", StageState.UNKNOWN, id="somewhere in the month"),
        pytest.param("2024-03", "2024-03", "2024-04-01T00:00", StageState.OVER, id="after the month"),
        pytest.param("2024-12", "2024-12", "2024-12-31T23:59", StageState.UNKNOWN, id="December ends with the year"),
        pytest.param("2024-12", "2024-12", "2025-01-01T00:00", StageState.OVER, id="New Year"),
        pytest.param("2026-02-10", "2026-02-17", "2026-02-17T00:30", StageState.OPEN, id="the first half hour of Tết"),
    ],
)
def test_a_stage_is_open_until_but_not_at_its_end(starts, ends, now, expected):
    assert a_stage(starts=starts, ends=ends).state(at(now)) is expected


def test_a_stage_of_one_day_without_entries_ends_with_that_day():
    final = a_stage("chung-ket", starts="2024-05-20 08:00")

    assert final.state(at("2024-05-20T23:00")) is StageState.OPEN
    assert final.state(at("2024-05-21T00:00")) is StageState.OVER


def test_days_are_vietnamese_wherever_the_server_stands():
    stage = a_stage(ends="2024-03-15")

    assert stage.state(datetime(2024, 3, 15, 16, 59, tzinfo=UTC)) is StageState.OPEN
    assert stage.state(datetime(2024, 3, 15, 17, 0, tzinfo=UTC)) is StageState.OVER


ENTRY = a_stage(starts="2024-03-01", ends="2024-03-15")
FINAL = a_stage("chung-ket", name="Chung kết", starts="2024-05-20")
FINAL_UNKNOWN = a_stage("chung-ket", name="Chung kết")


@pytest.mark.parametrize(
    ("competition", "now", "expected"),
    [
        pytest.param(a_competition(ENTRY, FINAL), "2024-02-01T00:00", Phase.UPCOMING, id="before everything"),
        pytest.param(a_competition(ENTRY, FINAL), "2024-03-15T23:59", Phase.OPEN, id="entries are taken"),
        pytest.param(a_competition(ENTRY, FINAL), "2024-03-16T00:00", Phase.BETWEEN, id="between deadline and final"),
        pytest.param(a_competition(ENTRY, FINAL), "2024-05-20T09:00", Phase.OPEN, id="the day of the final"),
        pytest.param(a_competition(ENTRY, FINAL), "2024-05-21T00:00", Phase.ENDED, id="after the final"),
        pytest.param(a_competition(ENTRY, FINAL_UNKNOWN), "2024-06-01T00:00", Phase.BETWEEN, id="the final is to come"),
        pytest.param(a_competition(ENTRY, FINAL_UNKNOWN), "2025-03-16T00:00", Phase.ENDED, id="a year of silence"),
        pytest.param(
            a_competition(ENTRY, FINAL_UNKNOWN, last_year=2024), "2025-01-01T00:00", Phase.ENDED, id="its year is over"
        ),
        pytest.param(a_competition(FINAL_UNKNOWN, first_year=2024), "2023-12-31T23:59", Phase.UPCOMING, id="next year"),
        pytest.param(a_competition(FINAL_UNKNOWN, first_year=2024), "2024-06-01T00:00", Phase.UNKNOWN, id="this year"),
        pytest.param(a_competition(FINAL_UNKNOWN, first_year=2024), "2025-01-01T00:00", Phase.ENDED, id="last year"),
        pytest.param(
            a_competition(ENTRY, a_stage("chung-ket", starts="2024-05")),
            "2024-05-10T00:00",
            Phase.BETWEEN,
            id="somewhere in the month of the final",
        ),
        pytest.param(a_competition(), "2024-06-01T00:00", Phase.UNKNOWN, id="nothing is known"),
    ],
)
def test_the_phase_follows_from_the_stages(competition, now, expected):
    assert competition.phase(at(now)) is expected


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        ("2024-03-01", "2024-03-15 17:00", Certainty.CONFIRMED),
        ("2024-03", "", Certainty.MONTH_ONLY),
        ("2024-03-01", "2024-05", Certainty.MONTH_ONLY),
        ("", "", Certainty.NOT_ANNOUNCED),
    ],
)
def test_certainty_follows_from_what_is_written(starts, ends, expected):
    assert a_stage(starts=starts, ends=ends).certainty is expected


def test_open_ones_lead_by_what_closes_first_and_past_ones_follow_newest_first():
    def one(key, **stage):
        return a_competition(a_stage(**stage), key=key)

    everything = [
        one("past-older", starts="2023-01-01", ends="2023-02-01"),
        one("past-newer", starts="2024-01-01", ends="2024-02-01"),
        one("unknown"),
        one("coming", starts="2024-07-01", ends="2024-08-01"),
        one("closes-late", starts="2024-05-01", ends="2024-09-01"),
        one("closes-soon", starts="2024-05-01", ends="2024-06-05"),
    ]

    ranked = [competition.key for competition in by_urgency(everything, at("2024-06-01T00:00"))]

    assert ranked == ["closes-soon", "closes-late", "coming", "unknown", "past-newer", "past-older"]


@pytest.mark.parametrize("text", ["2024", "15/03/2024", "2024-13", "2024-02-30", "2024-03-15 25:00", "hôm qua", 2024])
def test_dates_that_are_none_are_refused(text):
    with pytest.raises(ValueError, match=r"written as|must be in|out of range"):
        written(text)


def test_a_stage_cannot_end_before_it_starts():
    with pytest.raises(ValidationError, match="ends before it starts"):
        a_stage(starts="2024-03-15 17:00", ends="2024-03-15 17:00")


def test_the_starter_competitions_claim_no_date():
    """The one date beside them, 13/10/2023, is the plan's."""
    competitions = starter_snapshot().competitions.values()

    assert len(competitions) == 5
    assert all(stage.certainty is Certainty.NOT_ANNOUNCED for each in competitions for stage in each.stages)
    assert all(starter_snapshot().entries[each.entry].citation.quote == each.quote for each in competitions)
    assert {each.phase(at("2024-06-01T00:00")) for each in competitions} == {Phase.UNKNOWN, Phase.ENDED}
