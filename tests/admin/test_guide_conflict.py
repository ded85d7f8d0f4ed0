"""Two people's changes of one guide come together: what only one changed is kept, what both did is told."""

from __future__ import annotations

import pytest

from admin.guide_conflict import merged
from admin.guide_form import fields_of
from knowledge.guide_file import guide_of
from tests.support.guides import YES_NO, a_guide, a_rule, a_step, at_least, is_

FIRST, SECOND = a_step("a"), a_step("b")
OLD = a_rule(is_("a"), clause="Điều 1", quote="Câu một.")
NEW = a_rule(is_("a"), clause="Điều 1 sửa đổi", quote="Câu một mới.")
REWRITTEN = a_rule(is_("b", "khong"), clause="Điều 9", quote="Câu chín.")
OTHER = a_rule(is_("b"), "not_covered", clause="Điều 2", quote="Câu hai.")
THIRD = a_rule(is_("b", "khong"), "ask_staff", clause="Điều 3")
NESTED = a_rule({"kind": "all", "of": (is_("a"), {"kind": "any", "of": (is_("b"), {"kind": "not", "of": is_("a")})})})
BASE = {"steps": (FIRST, SECOND), "rules": (OLD, OTHER)}


def brought_together(base, mine, theirs):
    return merged(*(a_guide(**BASE | change) for change in (base, mine, theirs)))


def guide_of_draft(both):
    return guide_of(fields_of(both.draft))


def as_rules(*rules):
    return a_guide(**BASE | {"rules": rules}).rules


def test_each_keeps_the_fields_that_the_other_left_alone():
    both = brought_together(
        {"wordings": ("a",)},
        {"wordings": ("a", "b"), "contact": "Gọi trước khi tới."},
        {"wordings": ("a", "c"), "intro": "Xin chào."},
    )

    guide = guide_of_draft(both)
    assert (guide.contact, guide.intro, set(guide.wordings)) == ("Gọi trước khi tới.", "Xin chào.", {"a", "b", "c"})
    assert [(change.heading, change.is_clean) for change in both.changes] == [
        ("Lời mở đầu", True), ("Cách hỏi", True),
    ]  # fmt: skip


def test_where_both_wrote_the_words_of_this_person_stay_and_the_others_are_shown():
    both = brought_together({"title": "Kiểm tra"}, {"title": "Tự kiểm tra"}, {"title": "Tra cứu"})

    [change] = both.changes
    assert (both.draft["title"], change.is_clean) == ("Tự kiểm tra", False)
    assert "Tra cứu" in "".join(piece.text for piece in change.pieces)


@pytest.mark.parametrize(
    ("mine", "theirs", "kept", "is_clean"),
    [
        pytest.param((OLD, OTHER), (NEW, OTHER), (NEW, OTHER), (True,), id="they changed one"),
        pytest.param((OLD,), (NEW, OTHER), (NEW,), (True,), id="I removed another"),
        pytest.param((OLD, OTHER, THIRD), (NEW, OTHER), (NEW, OTHER, THIRD), (True,), id="I added one"),
        pytest.param((OTHER,), (NEW, OTHER), (NEW, OTHER), (False,), id="I removed what they changed"),
        pytest.param((NEW, OTHER), (OTHER,), (NEW, OTHER), (False,), id="they removed what I changed"),
        pytest.param((NEW, OTHER), (NEW, OTHER), (NEW, OTHER), (True,), id="both changed it alike"),
        pytest.param((OTHER, OLD), (NEW, OTHER), (OTHER, NEW), (True,), id="I moved one down"),
        pytest.param((OLD, OTHER, THIRD), (OLD, OTHER, THIRD), (OLD, OTHER, THIRD), (True,), id="both added one alike"),
        pytest.param((OLD, OTHER), (REWRITTEN, OTHER), (REWRITTEN, OTHER), (True,), id="they wrote one anew"),
        pytest.param((NEW, OTHER), (REWRITTEN, OTHER), (NEW, OTHER), (False,), id="they wrote anew what I changed"),
        pytest.param((OLD, OTHER), (OLD, OTHER, OLD), (OLD, OTHER, OLD), (True,), id="they doubled one"),
    ],
)
def test_rules_are_taken_whole_and_in_order(mine, theirs, kept, is_clean):
    both = brought_together({}, {"rules": mine}, {"rules": theirs})

    assert guide_of_draft(both).rules == as_rules(*kept)
    assert tuple(change.is_clean for change in both.changes) == is_clean


def test_two_steps_of_one_key_are_both_kept_until_somebody_corrects_it():
    twice = {"steps": (FIRST, FIRST, SECOND)}

    both = brought_together(
        twice, twice | {"title": "Tên khác"}, twice | {"steps": (FIRST, FIRST, SECOND, a_step("c"))}
    )

    assert [step["key"] for step in both.draft["steps"]] == ["a", "a", "b", "c"]


def test_a_condition_that_no_line_can_say_comes_along_and_is_told_in_words():
    both = brought_together({}, {"title": "Tên khác"}, {"rules": (NESTED, OTHER)})

    [change] = both.changes
    assert guide_of_draft(both).rules == as_rules(NESTED, OTHER)
    assert change.heading == "Quy tắc “Điều 2”"
    said = "".join(piece.text for piece in change.pieces if piece.change != "removed")
    assert "Điều kiện: (a = co) và (b = co hoặc ! a = co)" in said


def test_a_step_is_shown_as_the_form_names_its_fields():
    amount = a_step("b", kind="number", choices=(), unit="người", least="1", unsure=False)

    both = brought_together({}, {}, {"steps": (FIRST, amount), "rules": (OLD, a_rule(at_least("b", "10")))})

    step, _rule = both.changes
    said = "".join(piece.text for piece in step.pieces if piece.change != "removed")
    assert step.heading == "Bước “Câu hỏi b?”"
    assert said.splitlines() == ["Khóa: b", "Câu hỏi: Câu hỏi b?", "Kiểu: Số", "Đơn vị: người", "Nhỏ nhất: 1"]
    assert YES_NO[0]["key"] not in said
