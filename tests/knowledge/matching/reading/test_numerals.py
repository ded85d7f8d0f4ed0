"""Numbers as people dictate them, and Roman ones."""

from __future__ import annotations

import pytest

from knowledge.matching.lexicon import Lexicon, Row
from knowledge.matching.reading.numerals import YEARS, digits_of, roman, spoken

DIGITS = digits_of(Lexicon.default().tables["numbers"])


@pytest.mark.parametrize(
    ("words", "number", "taken"),
    [
        # digit by digit
        ("chin ba", 93, 2),
        ("hai tam mot bay", 2817, 4),
        ("mot khong bon", 104, 3),
        ("tam", 8, 1),
        # tens
        ("muoi", 10, 1),
        ("muoi lam", 15, 2),
        ("hai muoi", 20, 2),
        ("hai muoi mot", 21, 3),
        ("hai chuc", 20, 2),
        ("muoi muoi", 1010, 2),  # "mười mười": two numbers, said one after the other
        # hundreds and thousands
        ("tram", 100, 1),
        ("mot tram muoi", 110, 3),
        ("hai tram muoi lam", 215, 4),
        ("sau tram tam bay", 687, 4),
        ("sau tram hai", 620, 3),  # of the next smaller kind
        ("sau tram linh hai", 602, 4),
        ("sau tram hai muoi", 620, 4),
        ("hai muoi nghin", 20_000, 3),
        ("mot nghin hai", 1200, 3),
        ("mot nghin sau tram", 1600, 4),
        ("mot tram nghin", 100_000, 3),
        ("hai tram muoi nghin nam tram", 210_500, 6),
        ("hai nghin khong tram muoi chin", 2019, 6),
        ("hai nghin khong tram hai muoi mot", 2021, 7),
        # what stands before and behind
        ("so chin ba", 93, 3),
        ("chin ba cua tinh", 93, 2),
        ("cua tinh chin ba", 0, 0),
        ("ba trieu", 3, 1),  # an amount is read elsewhere
        ("k", 0, 0),  # one letter is no number word
        ("", 0, 0),
        # "không" at the end asks, within it is a digit
        ("chin ba khong", 93, 2),
        ("chin khong khong", 9, 1),
        ("so chin khong", 9, 2),
        ("khong", 0, 0),
        ("chin ba khong tam", 9308, 4),
        # "năm" behind one word counts years
        ("ba nam", 0, 0),
        ("so ba nam", 0, 0),
        ("nam", 0, 0),
        ("nam ba", 53, 2),
        ("ba muoi nam", 35, 3),
        ("hai nam mot", 251, 3),
    ],
)
def test_a_spoken_number_and_how_many_words_it_takes(words, number, taken):
    assert spoken(words.split(), DIGITS) == (number, taken)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("i", 1), ("iii", 3), ("iv", 4), ("v", 5), ("vi", 6), ("ix", 9), ("x", 10), ("xiv", 14), ("xxi", 21),
        ("", 0), ("l", 0), ("xc", 0), ("ia", 0), ("IV", 0),
    ],
)  # fmt: skip
def test_a_roman_numeral_of_ones_fives_and_tens(form, value):
    assert roman(form) == value


@pytest.mark.parametrize(
    ("kind", "is_read"),
    [
        ("digit", True), ("variant", True), ("scale", True), ("ordinal", True), ("joiner", True),
        ("roman", False), ("quantity", False), ("half", False),
    ],
)  # fmt: skip
def test_the_kinds_of_words_that_numbers_are_made_of(kind, is_read):
    found = digits_of([Row(term="Mười", meaning="10", kind=kind)])

    assert found == ({"muoi": "10"} if is_read else {})


@pytest.mark.parametrize("surer", [0.95, 0.3])
def test_of_two_words_that_fold_alike_the_surer_counts_in_whatever_order(surer):
    rows = [
        Row(term="tám", meaning="8", kind="digit", weight=surer),
        Row(term="tam", meaning="3", kind="ordinal", weight=0.5),
    ]

    assert digits_of(rows) == digits_of(rows[::-1]) == {"tam": "8" if surer > 0.5 else "3"}


@pytest.mark.parametrize(("number", "is_year"), [(1899, False), (1900, True), (2099, True), (2100, False)])
def test_numbers_that_are_taken_for_a_year(number, is_year):
    assert (number in YEARS) is is_year
