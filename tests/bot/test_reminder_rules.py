"""When a reminder may be sent: the morning before, or as near to it as the channel allows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.messages import Reach
from bot.reminder_rules import due_at, stage_to_remind_of, text_of
from knowledge.calendar.model import Competition, Stage
from knowledge.calendar.moments import ZONE


def at(text: str) -> datetime:
    """A moment in Vietnam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


ENTRY = Stage(key="nop", name="Nộp hồ sơ", takes_entries=True, starts="2026-03-01", ends="2026-03-15 17:00")
WHOLE_DAY = Stage(key="nop", name="Nộp hồ sơ", takes_entries=True, ends="2026-03-15")
FINAL = Stage(key="ck", name="Chung kết", starts="2026-05-20 08:00", ends="2026-05-20 17:00")
TET = Stage(key="nop", name="Nộp hồ sơ", takes_entries=True, ends="2026-02-17")  # the first day of Tết


@pytest.mark.parametrize(
    ("stage", "now", "window", "expected"),
    [
        pytest.param(ENTRY, "2026-03-02T10:00", None, "2026-03-14T08:00", id="the morning before"),
        pytest.param(WHOLE_DAY, "2026-03-02T10:00", None, "2026-03-14T08:00", id="a day that counts whole"),
        pytest.param(FINAL, "2026-03-02T10:00", None, "2026-05-19T08:00", id="before it begins"),
        pytest.param(TET, "2026-02-01T10:00", None, "2026-02-16T08:00", id="the eve of Tết"),
        pytest.param(ENTRY, "2026-03-14T09:00", None, "2026-03-15T14:00", id="that morning is over: three hours"),
        pytest.param(ENTRY, "2026-03-15T13:50", None, "2026-03-15T14:00", id="ten minutes are still worth it"),
        pytest.param(ENTRY, "2026-03-15T13:51", None, None, id="nine are not"),
        pytest.param(ENTRY, "2026-03-15T17:00", None, None, id="it is over"),
        pytest.param(ENTRY, "2026-03-13T10:00", 48, "2026-03-14T08:00", id="48 hours reach the morning before"),
        pytest.param(ENTRY, "2026-03-10T10:00", 48, "2026-03-12T08:00", id="or three days before"),
        pytest.param(ENTRY, "2026-03-07T10:00", 48, "2026-03-08T08:00", id="or a week before"),
        pytest.param(ENTRY, "2026-03-09T10:00", 24, None, id="24 hours reach no such morning"),
        pytest.param(ENTRY, "2026-03-14T09:00", 24, "2026-03-14T19:00", id="or the evening before"),
        pytest.param(ENTRY, "2026-03-02T10:00", 168, "2026-03-08T08:00", id="a week reaches the week before"),
        pytest.param(ENTRY, "2026-02-20T10:00", 168, None, id="too early for any"),
    ],
)
def test_when_a_reminder_is_due(stage, now, window, expected):
    reach = Reach(until=at(now) + timedelta(hours=window) if window else None)

    assert due_at(stage, at(now), reach) == (at(expected) if expected else None)


@pytest.mark.parametrize("starts", ["2026-03", ""])
def test_nobody_is_reminded_of_a_date_that_is_not_known(starts):
    assert due_at(Stage(key="a", name="A", starts=starts), at("2026-01-01T00:00"), Reach()) is None


@pytest.mark.parametrize(
    ("now", "expected"),
    [("2026-02-01T00:00", "nop"), ("2026-03-10T00:00", "nop"), ("2026-03-16T00:00", "ck"), ("2026-05-20T09:00", None)],
)
def test_entries_come_before_other_stages(now, expected):
    stage = stage_to_remind_of(Competition(key="a", title="A", stages=(ENTRY, FINAL)), at(now))

    assert (stage.key if stage else None) == expected


def test_a_reminder_says_what_is_left_and_why_it_comes():
    competition = Competition(key="a", title="Cuộc thi lần hai", stages=(ENTRY,))

    said = text_of(competition, ENTRY, at("2026-03-02T10:00"), at("2026-03-14T08:00"))

    assert "Nộp hồ sơ – Cuộc thi lần hai, còn 1 ngày, đến 17:00 Chủ nhật 15/03" in said
    assert "02/03/2026" in said
