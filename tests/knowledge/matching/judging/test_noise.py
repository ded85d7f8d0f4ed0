"""Clean questions written the way people type them: what each habit does to a text."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.matching.judging.noise import Habits, disturb, shorthand
from knowledge.matching.lexicon import Lexicon, Term
from knowledge.matching.reading.spelling import NEIGHBOURS

LEXICON = Lexicon().extended(
    [
        Term(term="ko", meaning="không", weight=0.9),
        Term(term="k", meaning="không", weight=0.5),
        Term(term="hem", meaning="không", weight=0.49),
        Term(term="dn", meaning="doanh nghiệp", weight=0.9),
        Term(term="dn", meaning="Đà Nẵng", weight=0.6),
        Term(term="ubnd", meaning="ủy ban nhân dân", weight=0.9),
        Term(term="ub", meaning="ủy ban", weight=0.9),
        Term(term="bhxhvn", meaning="bảo hiểm xã hội Việt Nam", weight=0.9),
    ]
)
SHORT = shorthand(LEXICON)
TEXT = "Doanh nghiệp không trả thuế"


def typed(text: str, *, seed: int = 0, short=SHORT, **habits: float) -> str:
    chosen = {"shorten": 0.0, "mistype": 0.0, "glue": 0.0, "unmarked": 0.0} | habits
    return disturb(text, short, Habits(**chosen), np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("forms", "shortened"),
    [
        pytest.param("khong", ("k", "ko"), id="all that are sure enough"),
        pytest.param("doanh nghiep", ("dn",), id="one short form …"),
        pytest.param("da nang", ("dn",), id="… of two phrases"),
        pytest.param("dn", None, id="never the other way round"),
    ],
)
def test_the_table_of_abbreviations_turned_round(forms, shortened):
    assert SHORT.get(tuple(forms.split())) == shortened


@pytest.mark.parametrize(
    ("habits", "text", "expected"),
    [
        pytest.param({}, TEXT, {"doanh nghiệp không trả thuế"}, id="no habit: only small letters"),
        pytest.param({"unmarked": 1.0}, TEXT, {"doanh nghiep khong tra thue"}, id="marks left out"),
        pytest.param({"glue": 1.0}, "trả thuế", {"trảthuế"}, id="glued"),
        pytest.param({"shorten": 1.0}, TEXT, {"dn ko trả thuế", "dn k trả thuế"}, id="shortened"),
        pytest.param({"shorten": 1.0}, "ủy ban nhân dân", {"ubnd"}, id="the longest phrase"),
        pytest.param({"shorten": 1.0}, "ủy ban xã", {"ub xã"}, id="else a shorter one"),
        pytest.param({"shorten": 1.0}, "của ủy ban", {"của ub"}, id="up to the last word"),
        pytest.param({"shorten": 1.0}, "bảo hiểm xã hội việt nam", {"bảo hiểm xã hội việt nam"},
                     id="no phrase of more than five words"),
        pytest.param({"shorten": 1.0, "mistype": 1.0}, "không", {"ko", "k"}, id="what is shortened is not mistyped"),
        pytest.param({"shorten": 1.0, "unmarked": 1.0, "glue": 1.0}, TEXT, {"dnkotrathue", "dnktrathue"}, id="several"),
        pytest.param({"mistype": 1.0}, "ở xã", {"ở xã"}, id="words of two letters are not mistyped"),
        pytest.param({"mistype": 1.0}, "", {""}, id="nothing"),
    ],
)  # fmt: skip
def test_each_habit_alone(habits, text, expected):
    assert {typed(text, seed=seed, **habits) for seed in range(20)} == expected


def test_a_word_is_mistyped_in_each_of_the_five_ways_and_in_no_other():
    word = "sổi"
    left_out = {"si", "sổ"}
    swapped = {"ổsi", "siổ"}
    doubled = {"sổổi", "sổii"}
    beside = {f"s{letter}i" for letter in NEIGHBOURS["o"]} | {f"sổ{letter}" for letter in NEIGHBOURS["i"]}
    telex = {f"soi{end}" for end in "sfrxj"}

    found = {typed(word, seed=seed, mistype=1.0) for seed in range(1_000)}

    assert found == left_out | swapped | doubled | beside | telex


def test_a_letter_without_neighbours_stays():
    assert "jazz" in {typed("jazz", seed=seed, mistype=1.0) for seed in range(100)}


@pytest.mark.parametrize(
    ("text", "is_disturbed", "share"),
    [
        pytest.param("không", lambda written: written in {"k", "ko"}, 0.5, id="shortened"),
        pytest.param("nghe", lambda written: written != "nghe", 0.15, id="mistyped"),
        pytest.param("ba ca", lambda written: written == "baca", 0.03, id="glued"),
        pytest.param("xã ở", lambda written: written == "xa o", 0.5, id="without marks"),
    ],
)
def test_how_often_people_do_so_usually(text, is_disturbed, share):
    chance = np.random.default_rng(1)
    usual = [disturb(text, SHORT, Habits(), chance) for _ in range(5_000)]

    found = sum(map(is_disturbed, usual)) / len(usual)

    assert found == pytest.approx(share, abs=0.02)


def test_the_same_state_of_chance_gives_the_same_text():
    asked = [typed(TEXT, seed=7, shorten=0.5, mistype=0.5, glue=0.2, unmarked=0.5) for _ in range(2)]

    assert asked[0] == asked[1]
