"""Differences that people can read, and changes of two people that come together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.diffing import Change, compare, line_diff, merge, merge_fields, merge_lines, texts_of, word_diff
from tests.support.builders import an_entry_item

WORDS = st.lists(st.sampled_from(["hỗ", "trợ", "50", "triệu", "đồng", "\n\n", "  "]), max_size=12).map(" ".join)


@pytest.mark.parametrize("diff", [word_diff, line_diff])
@given(before=WORDS, after=WORDS)
def test_a_diff_holds_both_texts_whole(diff, before, after):
    pieces = diff(before, after)

    assert "".join(piece.text for piece in pieces if piece.change is not Change.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == after


def test_a_mark_that_ends_a_word_is_compared_by_itself():
    pieces = word_diff("Hơn 1.923 triệu đồng, gồm 5 nội dung.", "Hơn 1.923 triệu đồng.")

    assert [(piece.change.value, piece.text) for piece in pieces] == [
        ("same", "Hơn 1.923 triệu đồng"),
        ("removed", ", gồm 5 nội dung"),
        ("same", "."),
    ]


def test_a_diff_names_the_words_that_changed():
    pieces = word_diff("Hỗ trợ 50 triệu đồng.", "Hỗ trợ 60 triệu đồng.")

    assert [(piece.change.value, piece.text) for piece in pieces] == [
        ("same", "Hỗ trợ"),
        ("removed", " 50"),
        ("added", " 60"),
        ("same", " triệu đồng."),
    ]


def test_scraps_between_longer_changes_are_not_left_standing():
    pieces = word_diff("Một hai ba bốn năm sáu bảy.", "Mười linh ba chục nghìn đồng bảy.")

    assert [(piece.change.value, piece.text) for piece in pieces] == [
        ("removed", "Một hai ba bốn năm sáu"),
        ("added", "Mười linh ba chục nghìn đồng"),
        ("same", " bảy."),
    ]


def test_lists_are_compared_line_by_line():
    [change] = compare(
        an_entry_item(variants=("Ai được?", "Bao giờ?")), an_entry_item(variants=("Ai được?", "Khi nào?"))
    )

    assert [(piece.change.value, piece.text) for piece in change.pieces] == [
        ("same", "Ai được?"),
        ("removed", "\nBao giờ?"),
        ("added", "\nKhi nào?"),
    ]


def test_only_fields_that_differ_are_compared():
    changes = compare(an_entry_item(), an_entry_item(answer="Khác.", variants=("Một?", "Hai?")))

    assert [change.name for change in changes] == ["variants", "answer"]


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        pytest.param("a B c d e f", "a b c d E f", ("a B c d E f", True), id="different places"),
        pytest.param("a b c d e f", "a b c d E f", ("a b c d E f", True), id="only theirs"),
        pytest.param("a B c d e f", "a b c d e f", ("a B c d e f", True), id="only mine"),
        pytest.param("a B c d e f", "a B c d e f", ("a B c d e f", True), id="the same change"),
        pytest.param("a X c d e f", "a Y c d e f", ("a X c d e f", False), id="the same word, differently"),
        pytest.param("a X c d e f", "a b Y d e f", ("a X c d e f", False), id="neighbouring words"),
        pytest.param("a b c d e f g", "a b c d e f h", ("a b c d e f g", False), id="both go on at the end"),
        pytest.param("", "a b c d E f", ("", False), id="one deletes what the other changes"),
    ],
)
def test_two_changes_of_one_text_are_merged_unless_they_collide(mine, theirs, expected):
    assert merge("a b c d e f", mine, theirs) == expected


@given(base=WORDS, mine=WORDS, theirs=WORDS)
def test_a_clean_merge_does_not_depend_on_who_is_asked(base, mine, theirs):
    merged, is_clean = merge(base, mine, theirs)
    mirrored, is_clean_too = merge(base, theirs, mine)

    assert is_clean == is_clean_too
    assert not is_clean or merged == mirrored


def test_lists_keep_what_either_added_and_lose_what_either_removed():
    merged, is_clean = merge_lines("một\nhai\nba", "một\nhai\nbốn", "hai\nba\nnăm")

    assert (merged, is_clean) == ("hai\nnăm\nbốn", True)


def test_fields_are_merged_one_by_one():
    base = texts_of(an_entry_item())
    mine = texts_of(an_entry_item(answer="Hỗ trợ một lần sau đầu tư.", topic="khac"))
    theirs = texts_of(an_entry_item(answer="Hỗ trợ trực tiếp hai lần sau đầu tư."))

    merges = {each.name: (each.text, each.is_clean) for each in merge_fields(base, mine, theirs)}

    assert merges == {"answer": ("Hỗ trợ một lần sau đầu tư.", False), "topic": ("khac", True)}
