"""Free text read as an answer to a question of ours."""

from __future__ import annotations

import pytest

from knowledge.matching.lexicon import Lexicon, Term
from knowledge.understanding import consists_of, folded, position, readings, stripped

LEXICON = Lexicon().extended(
    [
        Term(term="dn", meaning="doanh nghiệp", weight=0.9),
        Term(term="dn", meaning="Đà Nẵng", weight=0.6),
        Term(term="ko", meaning="không", weight=0.5),
        Term(term="hem", meaning="không", weight=0.49),
        Term(term="hông", meaning="không", weight=0.9),
        Term(term="kh công", meaning="khoa công", weight=0.9),
    ]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [""], id="nothing"),
        pytest.param("Có ạ!", ["co a"], id="as it is written, without marks"),
        pytest.param("DN nhỏ", ["doanh nghiep nho", "da nang nho"], id="the likeliest meaning first"),
        pytest.param("ko", ["khong"], id="sure enough"),
        pytest.param("hem", ["hem"], id="not sure enough"),
        pytest.param("hông", ["khong"], id="written with the same marks"),
        pytest.param("hong", ["khong"], id="written without marks"),
        pytest.param("hồng", ["hong"], id="written with other marks"),
        pytest.param("kh công", ["kh cong"], id="terms of several words are not read"),
        pytest.param(
            "dn dn", ["doanh nghiep doanh nghiep", "da nang doanh nghiep", "doanh nghiep da nang", "da nang da nang"],
            id="each with each",
        ),
    ],
)  # fmt: skip
def test_readings(text, expected):
    assert [" ".join(reading) for reading in readings(text, LEXICON)] == expected


def test_equal_readings_are_given_once():
    twice = Lexicon().extended([Term(term="hong", meaning="không"), Term(term="hông", meaning="không")])

    assert readings("hong", twice) == (("khong",),)


def test_without_a_lexicon_that_of_the_package_counts():
    assert readings("ko")[0] == ("khong",)


def test_long_and_manifold_texts_are_read_to_a_bound():
    """Eight readings at most, and 200 words: what is typed must not decide how long it takes."""
    found = readings("dn " * 300, LEXICON)

    assert len(found) == 8
    assert found[0] == ("doanh", "nghiep") * 200


@pytest.mark.parametrize(
    ("part", "whole", "at"),
    [
        ("doanh nghiep", "doanh nghiep nho", 0),
        ("nho", "doanh nghiep nho", 2),
        ("nho", "nho nho", 0),
        ("doanh nho", "doanh nghiep nho", -1),
        ("doanh nghiep nho", "doanh nghiep", -1),
        ("lon", "doanh nghiep nho", -1),
    ],
)
def test_where_words_stand_in_others(part, whole, at):
    assert position(tuple(part.split()), tuple(whole.split())) == at


KNOWN, NEEDED = folded(["dạ", "em", "vâng ạ", "ạ", ""]), folded(["đồng ý", "vâng", ""])


@pytest.mark.parametrize(
    ("text", "of_known", "with_needed"),
    [
        pytest.param("da em", True, False, id="courtesies alone"),
        pytest.param("da em dong y a", True, True, id="with what is needed"),
        pytest.param("dong y", True, True, id="that alone"),
        pytest.param("vang a", True, True, id="cut in the way that fits"),
        pytest.param("vang a vang a", True, True, id="twice"),
        pytest.param("dong", False, False, id="half a phrase"),
        pytest.param("da em khong dong y", False, False, id="something else between"),
        pytest.param("dong y nhe", False, False, id="something else behind"),
        pytest.param("", False, False, id="nothing"),
    ],
)
def test_a_text_of_nothing_but_known_phrases(text, of_known, with_needed):
    whole = tuple(text.split())

    assert consists_of(whole, KNOWN | NEEDED) is of_known
    assert consists_of(whole, KNOWN, needed=NEEDED) is with_needed


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param("da cho em hoi dong y a", "dong y", id="at both ends, several"),
        pytest.param("dong y", "dong y", id="none"),
        pytest.param("em dong y voi em nhe", "dong y voi em nhe", id="not behind something else"),
        pytest.param("dong em y", "dong em y", id="not within"),
        pytest.param("cho em hoi gia", "gia", id="the longest first"),
        pytest.param("gia cam on a", "gia", id="several at the end"),
        pytest.param("da em a", "da em a", id="nothing would be left"),
        pytest.param("da", "da", id="one courtesy alone"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_courtesies_at_the_ends_are_left_aside(text, left):
    courtesies = folded(["dạ", "em", "ạ", "cho em hỏi", "cho", "cảm ơn", ""])

    assert stripped(tuple(text.split()), courtesies) == tuple(left.split())


def test_phrases_are_folded():
    assert folded(["Đồng ý", "Vâng ạ!", "đồng Ý"]) == {("dong", "y"), ("vang", "a")}
