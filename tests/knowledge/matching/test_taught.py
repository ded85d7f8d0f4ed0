"""What a term would do is seen before it is taught."""

from __future__ import annotations

import pytest

from knowledge.matching.lexicon import FILLER, FUNCTION, ONE_WAY, SYNONYM, Term
from knowledge.matching.matcher import Matcher
from knowledge.matching.taught import entries_saying, other_senses, understand, unknown_words
from tests.support.builders import an_entry

ENTRIES = (
    an_entry(key="vay", question="Vay vốn khởi nghiệp ở đâu?", variants=(), answer="Ở ngân hàng."),
    an_entry(key="nop", question="Nộp hồ sơ ở đâu?", variants=("Hồ sơ nộp cho ai?",), answer="Ở Sở."),
)


@pytest.fixture(scope="module")
def matcher():
    return Matcher.build(ENTRIES)


def seen(matcher, text, *terms):
    return understand(matcher, text, terms, terms[-1])


def test_an_abbreviation_is_read_as_its_meaning_with_its_marks(matcher):
    loan = Term(term="VVKN", meaning="vay vốn khởi nghiệp")

    found = seen(matcher, "cho e hoi vvkn o dau", loan)

    assert found.reading == "vay vốn khởi nghiệp ở đâu"
    assert found.entry == "vay"
    assert [(choice.written, choice.meaning, choice.is_read) for choice in found.choices] == [
        ("vvkn", "vay vốn khởi nghiệp", True)
    ]


def test_trying_a_term_leaves_the_matcher_as_it_was(matcher):
    before = matcher.match("vvkn o dau").candidates

    seen(matcher, "vvkn o dau", Term(term="vvkn", meaning="vay vốn khởi nghiệp"))

    assert matcher.match("vvkn o dau").candidates == before


def test_a_word_with_two_meanings_keeps_both_and_the_neighbours_decide(matcher):
    two = (Term(term="xq", meaning="vay vốn", weight=0.6), Term(term="xq", meaning="nộp", weight=0.6))

    loan, file = seen(matcher, "xq khởi nghiệp", *two), seen(matcher, "hồ sơ xq cho ai", *two)

    assert (loan.reading, file.reading) == ("vay vốn khởi nghiệp", "hồ sơ nộp cho ai")
    for found in (loan, file):
        assert {choice.meaning for choice in found.choices} == {"vay vốn", "nộp"}


def test_an_old_name_stays_and_is_also_read_as_the_new_one(matcher):
    bank = Term(term="quỹ cũ", meaning="khởi nghiệp", kind=ONE_WAY)

    found = seen(matcher, "vay vốn quỹ cũ", bank)

    assert found.reading == "vay vốn quỹ cũ"
    assert found.official == "vay vốn khởi nghiệp"


def test_a_courtesy_is_left_out(matcher):
    assert (
        seen(matcher, "kính trình quý sở nộp hồ sơ", Term(term="kính trình quý sở", kind=FILLER)).reading == "nộp hồ sơ"
    )


@pytest.mark.parametrize(
    ("term", "staff", "meanings"),
    [
        pytest.param(Term(term="HS", meaning="học sinh"), (), ["hồ sơ", "hình sự"], id="with the package"),
        pytest.param(Term(term="HS", meaning="Hồ sơ"), (), ["học sinh", "hình sự"], id="its own meaning is no other"),
        pytest.param(
            Term(term="vvkn", meaning="một"), (Term(term="VVKN", meaning="hai"),), ["hai"], id="with one of staff"
        ),
        pytest.param(
            Term(term="vvkn", meaning="một", kind=SYNONYM), (Term(term="vvkn", meaning="hai", kind=SYNONYM),), [],
            id="synonyms stand beside each other",
        ),
        pytest.param(Term(term="và", kind=FUNCTION), (Term(term="và", meaning="hai"),), ["hai"], id="a function word"),
    ],
)  # fmt: skip
def test_other_meanings_of_the_same_word(term, staff, meanings):
    assert [sense.meaning for sense in other_senses(term, staff)] == meanings


def test_who_says_a_word_and_what_nobody_says(matcher):
    assert entries_saying(matcher, "Hồ sơ") == 1
    assert entries_saying(matcher, "sơ hồ") == 0
    assert entries_saying(matcher, "?!") == 0
    assert unknown_words(matcher, "hồ sơ hải quan") == ("hải", "quan")
