"""Differences that people can read, and changes of two people that come together."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.diffing import Change, Fit, compare, line_diff, merge, merge_fields, merge_lines, texts_of, word_diff
from tests.support.builders import an_entry_item

WORDS = st.lists(st.sampled_from(["hỗ", "trợ", "50", "triệu", "đồng.", "\n\n", "  "]), max_size=12).map(" ".join)


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
        pytest.param("a B c d e f", "a b c d E f", ("a B c d E f", Fit.CLEAN), id="different places"),
        pytest.param("a b c d e f", "a b c d E f", ("a b c d E f", Fit.CLEAN), id="only theirs"),
        pytest.param("a B c d e f", "a b c d e f", ("a B c d e f", Fit.CLEAN), id="only mine"),
        pytest.param("a B c d e f", "a B c d e f", ("a B c d e f", Fit.CLEAN), id="the same change"),
        pytest.param("a X c d e f", "a Y c d e f", ("a Y X c d e f", Fit.COLLIDED), id="the same word, differently"),
        pytest.param("a X c d e f", "a b Y d e f", ("a b Y X c d e f", Fit.COLLIDED), id="neighbouring words"),
        pytest.param("a b c d e f g", "a b c d e f h", ("a b c d e f h g", Fit.COLLIDED), id="both go on at the end"),
        pytest.param("", "a b c d E f", ("a b c d E f", Fit.COLLIDED), id="one deletes what the other changes"),
        pytest.param("X b c d e F", "Y b c d e f", ("Y X b c d e F", Fit.COLLIDED), id="one of two places"),
    ],
)
def test_two_changes_of_one_text_are_merged_unless_they_collide(mine, theirs, expected):
    assert merge("a b c d e f", mine, theirs) == expected


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"),
    [
        pytest.param("Một lần.", "Một lần. Nộp ở Sở.", "Một lần. Chi sau đầu tư.",
                     ("Một lần. Chi sau đầu tư. Nộp ở Sở.", Fit.JOINED), id="at the end"),
        pytest.param("Một lần", "Một lần. Nộp ở Sở.", "Một lần. Chi sau đầu tư.",
                     ("Một lần. Chi sau đầu tư. Nộp ở Sở.", Fit.JOINED), id="at the end, without a full stop before"),
        pytest.param("Một lần.", "Một lần.\n\nNộp ở Sở.", "Một lần. Chi sau đầu tư!",
                     ("Một lần. Chi sau đầu tư!\n\nNộp ở Sở.", Fit.JOINED), id="a paragraph"),
        pytest.param("Một lần. Ai cũng được nộp.", "Một lần. Sau đầu tư. Ai cũng được nộp.",
                     "Một lần. Trực tiếp. Ai cũng được nộp.",
                     ("Một lần. Trực tiếp. Sau đầu tư. Ai cũng được nộp.", Fit.JOINED), id="in the middle"),
        pytest.param("Một lần.", "Một lần. Nộp ở Sở. Gọi trước.", "Một lần. Nộp ở Sở. Mang theo đơn.",
                     ("Một lần. Nộp ở Sở. Mang theo đơn. Gọi trước.", Fit.JOINED), id="beginning alike"),
        pytest.param("", "Nộp ở Sở.", "Chi sau đầu tư.",
                     ("Chi sau đầu tư. Nộp ở Sở.", Fit.COLLIDED), id="two whole texts"),
        pytest.param("Nộp tại Sở.", "Nộp trực tiếp tại Sở.", "Nộp qua mạng tại Sở.",
                     ("Nộp qua mạng trực tiếp tại Sở.", Fit.COLLIDED), id="within a sentence"),
    ],
)  # fmt: skip
def test_sentences_that_two_people_add_at_one_place_both_stand(base, mine, theirs, expected):
    assert merge(base, mine, theirs) == expected


@given(base=WORDS, mine=WORDS, theirs=WORDS)
def test_a_clean_merge_does_not_depend_on_who_is_asked(base, mine, theirs):
    merged, fit = merge(base, mine, theirs)
    mirrored, fit_too = merge(base, theirs, mine)

    assert fit is fit_too
    assert fit is not Fit.CLEAN or merged == mirrored


@given(before=WORDS, mine=WORDS, after=WORDS, theirs=WORDS)
def test_changes_of_two_parts_both_stand_whole(before, mine, after, theirs):
    merged = merge(f"{before} / còn / {after}", f"{mine} / còn / {after}", f"{before} / còn / {theirs}")

    assert merged == (f"{mine} / còn / {theirs}", Fit.CLEAN)


@given(base=WORDS, mine=WORDS, theirs=WORDS)
def test_no_word_that_either_wrote_is_missing_from_a_merge(base, mine, theirs):
    merged = Counter(merge(base, mine, theirs)[0].split())

    assert not Counter(mine.split()) - Counter(base.split()) - merged
    assert not Counter(theirs.split()) - Counter(base.split()) - merged


def test_lists_keep_what_either_added_and_lose_what_either_removed():
    merged, fit = merge_lines("một\nhai\nba", "một\nhai\nbốn", "hai\nba\nnăm")

    assert (merged, fit) == ("hai\nnăm\nbốn", Fit.CLEAN)


def test_fields_are_merged_one_by_one():
    base = texts_of(an_entry_item())
    mine = texts_of(an_entry_item(answer="Hỗ trợ một lần sau đầu tư.", topic="khac"))
    theirs = texts_of(an_entry_item(answer="Hỗ trợ trực tiếp hai lần sau đầu tư."))

    merges = {each.name: (each.text, each.fit) for each in merge_fields(base, mine, theirs)}

    assert merges == {
        "answer": ("Hỗ trợ trực tiếp hai một lần sau đầu tư.", Fit.COLLIDED),
        "topic": ("khac", Fit.CLEAN),
    }


def test_more_in_a_field_that_is_no_prose_is_chosen_not_joined():
    base, mine, theirs = (
        texts_of(an_entry_item(answer=f"Một lần.{more}", quote=f"Một lần.{more}"))
        for more in ("", " Ở Sở.", " Sau đó.")
    )

    fits = {each.name: each.fit for each in merge_fields(base, mine, theirs)}

    assert fits == {"answer": Fit.JOINED, "quote": Fit.COLLIDED}
