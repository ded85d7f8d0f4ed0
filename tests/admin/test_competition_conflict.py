"""Two people's changes of one competition come together: what only one changed is kept, what both did is told."""

from __future__ import annotations

import pytest

from admin.competition_conflict import merged
from admin.competition_forms import filled
from knowledge.calendar.model import Stage
from tests.support.builders import NOW, a_competition_item

ENTRIES = Stage(key="nop", name="Nộp hồ sơ", takes_entries=True, starts="2024-06-01", ends="2024-06-15")
FINAL = Stage(key="chung-ket", name="Chung kết", starts="2024-08")
LATER = ENTRIES.model_copy(update={"ends": "2024-06-30"})
PRIZES = Stage(key="trao-giai", name="Trao giải")
SEMIFINAL = Stage(key="ban-ket", name="Bán kết")


def brought_together(base, mine, theirs):
    return merged(a_competition_item(**base), filled(a_competition_item(**mine)), a_competition_item(**theirs), now=NOW)


def test_each_keeps_the_fields_that_the_other_left_alone():
    both = brought_together(
        {"organiser": "", "contact": "0206"},
        {"organiser": "", "contact": "0207"},
        {"organiser": "Sở", "contact": "0206"},
    )

    assert (both.form.item.organiser, both.form.item.contact) == ("Sở", "0207")
    assert [(change.heading, change.is_clean) for change in both.changes] == [("Đơn vị tổ chức", True)]


def test_where_both_wrote_the_words_of_this_person_stay_and_the_others_are_shown():
    both = brought_together({"organiser": "Sở"}, {"organiser": "UBND tỉnh"}, {"organiser": "Tỉnh đoàn"})

    assert both.form.item.organiser == "UBND tỉnh"
    [change] = both.changes
    assert not change.is_clean
    assert [piece.text for piece in change.pieces] == ["Sở", "Tỉnh đoàn"]


def test_names_that_either_added_are_all_there():
    both = brought_together({"aliases": ["a"]}, {"aliases": ["a", "b"]}, {"aliases": ["a", "c"]})

    assert set(both.form.item.aliases) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("mine", "theirs", "kept", "is_clean"),
    [
        pytest.param([ENTRIES, FINAL], [LATER, FINAL], [LATER, FINAL], True, id="they moved a day"),
        pytest.param([ENTRIES], [LATER, FINAL], [LATER], True, id="I removed another"),
        pytest.param([ENTRIES, FINAL, PRIZES], [LATER, FINAL], [LATER, FINAL, PRIZES], True, id="I added one"),
        pytest.param([FINAL], [LATER, FINAL], [LATER, FINAL], False, id="I removed what they moved"),
        pytest.param([LATER, FINAL], [FINAL], [LATER, FINAL], False, id="they removed what I moved"),
        pytest.param([ENTRIES, FINAL], [FINAL], [FINAL], True, id="they removed one"),
        pytest.param([LATER, FINAL], [LATER, FINAL], [LATER, FINAL], True, id="both moved it alike"),
        pytest.param(
            [ENTRIES, FINAL, PRIZES], [ENTRIES, SEMIFINAL, FINAL], [ENTRIES, SEMIFINAL, FINAL, PRIZES], True,
            id="each added one",
        ),
        pytest.param([FINAL, ENTRIES], [LATER, FINAL], [FINAL, LATER], True, id="I moved one up"),
    ],
)  # fmt: skip
def test_stages_are_taken_whole_and_in_order(mine, theirs, kept, is_clean):
    both = brought_together({"stages": [ENTRIES, FINAL]}, {"stages": mine}, {"stages": theirs})

    assert list(both.form.item.stages) == kept
    assert [change.is_clean for change in both.changes] == [is_clean]


def test_a_stage_is_shown_with_its_time():
    both = brought_together({"stages": [ENTRIES]}, {"stages": [ENTRIES]}, {"stages": [LATER]})

    [change] = both.changes
    assert change.heading == "Mốc “Nộp hồ sơ”"
    assert any("30/06" in piece.text for piece in change.pieces if piece.change == "added")


def test_what_cannot_be_together_is_said_at_its_field():
    years = {"first_year": 2024, "last_year": 2025}

    both = brought_together(years, years | {"first_year": 2025}, years | {"last_year": 2024})

    assert both.form.item is None
    assert both.form.errors
