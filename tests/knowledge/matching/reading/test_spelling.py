from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.matching.normalizer import forms
from knowledge.matching.reading.spelling import cuts, guesses, is_attested, likely, slip, telex
from knowledge.matching.reading.vocabulary import Vocabulary

VOCABULARY = Vocabulary.of(
    forms(text)
    for text in (
        "nghị quyết hỗ trợ khoa học và công nghệ",
        "muốn tạm nghỉ học một kỳ thì làm sao",
        "của học sinh trường nào, chưa có",
        "học bổng khuyến khích nghiên cứu",
    )
)
COMMON = frozenset({"cho", "em", "hoi"})


def best(form):
    found = sorted(guesses(form, VOCABULARY, COMMON), key=lambda guess: -guess.weight)
    return " ".join(found[0].forms) if found else ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("hoox", "ho", id="Telex keys"),
        pytest.param("truwowngf", "truong", id="Telex keys, the tone behind"),
        pytest.param("khoong", "khong", id="Telex, of a syllable that only looks like one: any of the language"),
        pytest.param("ccua", "cua", id="a key held down, not another one missed"),
        pytest.param("ucar", "", id="too far from anything"),
        pytest.param("kuyenn", "khuyen", id="two slips of a long word"),
        pytest.param("cnghe", "cong nghe", id="shortened to a letter and a syllable"),
        pytest.param("kkhich", "khich", id="a key held down, no word shortened"),
        pytest.param("tnao", "nao", id="neighbours that are no word are not shortened so"),
        pytest.param("nghiquyet", "nghi quyet", id="blank lost"),
        pytest.param("muoonstamj", "muon tam", id="blank lost, both with Telex keys"),
        pytest.param("hocjbong", "hoc bong", id="blank lost, one with a Telex key"),
        pytest.param("hohcbong", "hoc bong", id="blank lost, one with letters swapped"),
        pytest.param("emhoir", "em hoi", id="blank lost between common words that the base does not know"),
        pytest.param("nghizzz", "", id="a part that is nothing"),
        pytest.param("zq", "", id="nothing"),
    ],
)
def test_what_was_meant(typed, meant):
    assert best(typed) == meant


def test_a_syllable_of_the_language_is_less_likely_mistyped():
    strange, real = (
        {guess.forms: guess.weight for guess in guesses(form, VOCABULARY, COMMON)} for form in ("chuwa", "chu")
    )

    assert is_attested("chu")
    assert not is_attested("chuwa")
    assert real[("chua",)] < 0.5 < strange[("chua",)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("dduwocj", "duoc"), ("hoox", "ho"), ("trowj", "tro"), ("thuees", "thue"), ("nhhan", "nhan")],
)
def test_telex(typed, expected):
    assert expected in telex(typed)


@pytest.mark.parametrize(
    ("surer", "less_sure", "meant"),
    [
        pytest.param("truuong", "truopng", "truong", id="a key held, a key hit beside the way"),
        pytest.param("turong", "tluong", "truong", id="letters swapped, a wrong one"),
        pytest.param("teuong", "tzuong", "truong", id="the key beside it, one far off"),
    ],
)
def test_likelier_slips_weigh_more(surer, less_sure, meant):
    assert slip(surer, meant) > slip(less_sure, meant)


def test_the_likelier_slip_stands_first():
    assert [found for found, _ in likely("ccua", VOCABULARY)][:2] == ["cua", "chua"]


def test_pieces_that_stand_together_in_the_base_are_surer():
    joined, apart = (cuts(form, VOCABULARY)[0] for form in ("hocbong", "bonghoc"))

    assert (joined.forms, apart.forms) == (("hoc", "bong"), ("bong", "hoc"))
    assert joined.weight > apart.weight


@given(form=st.text(alphabet="abcdeghiklmnopqrstuvxywjz", min_size=1, max_size=40))
def test_guesses_are_syllables_with_a_weight(form):
    for guess in guesses(form, VOCABULARY, COMMON):
        assert 0.0 < guess.weight < 1.0
        assert all(
            VOCABULARY.knows(syllable) or syllable in COMMON or is_attested(syllable) for syllable in guess.forms
        )
