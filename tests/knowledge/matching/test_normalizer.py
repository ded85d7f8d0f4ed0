from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.matching.normalizer import as_typed, clean, fold, forms, names, normalize, words

ANY_TEXT = st.text(max_size=60)
VIETNAMESE = st.text(
    alphabet="aăâeêioôơuưyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵđ bcghklmnpqrstvx", max_size=60
)


@given(ANY_TEXT)
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT)
def test_normalizing_twice_changes_nothing_more(text):
    assert normalize(normalize(text)) == normalize(text)


@given(VIETNAMESE)
def test_composed_and_decomposed_text_agree(text):
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)

    assert normalize(composed) == normalize(decomposed)
    assert fold(composed) == fold(decomposed)


@given(VIETNAMESE)
def test_folded_vietnamese_is_plain_ascii(text):
    assert fold(text).isascii()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("ĐƯỜNG Đến", "duong den", id="stroked d"),
        pytest.param("hoà uỷ thuý", "hoa uy thuy", id="either tone placement"),
        pytest.param("ѕản хuất", "san xuat", id="Cyrillic look-alikes"),
        pytest.param("𝖧АССР", "haccp", id="mathematical and Cyrillic letters"),
        pytest.param("ng\u200bhị", "nghi", id="zero-width space joins"),
        pytest.param("a\x00b", "a b", id="control separates"),
        pytest.param("\ud800", "", id="lone surrogate"),
        pytest.param("  a \n b ", "a b", id="white space"),
        pytest.param("２０２４", "2024", id="full-width digits"),
    ],
)
def test_fold(written, expected):
    assert fold(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("hoà", "hòa", id="oà"),
        pytest.param("thuý", "thúy", id="uý"),
        pytest.param("quý", "quý", id="qu is a consonant"),
        pytest.param("hoàn", "hoàn", id="closed syllable stays"),
    ],
)
def test_one_placement_of_the_tone_mark(written, expected):
    assert normalize(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("NQ93/2021", ["nq", "93", "2021"], id="document number"),
        pytest.param("KH&CN", ["khcn"], id="ampersand joins"),
        pytest.param("3.000 cái", ["3000", "cai"], id="grouped digits"),
        pytest.param("436tr", ["436", "tr"], id="unit glued to a number"),
        pytest.param("!!!", [], id="nothing to read"),
    ],
)
def test_words(written, expected):
    assert forms(written) == expected


def test_a_word_knows_whether_it_carries_marks():
    assert [word.is_marked for word in words("hỏi hoi")] == [True, False]


def test_clean_keeps_case_and_marks():
    assert clean("Nghị  Quyết") == "Nghị Quyết"


@pytest.mark.parametrize(
    ("text", "folded", "typed"),
    [
        pytest.param("Cho hỏi NQ93/2021 ạ", "nq 93/2021", "NQ93/2021", id="other blanks"),
        pytest.param("ở Tuyên Quang", "tuyen quang", "Tuyên Quang", id="marks and capitals"),
        pytest.param(
            unicodedata.normalize("NFD", "ở Cà Mau"), "ca mau", unicodedata.normalize("NFD", "Cà Mau"), id="NFD"
        ),
        pytest.param("nghị quyết chín ba", "nghi quyet 93", "nghi quyet 93", id="not there as such"),
        pytest.param("", "", "", id="nothing"),
    ],
)
def test_what_was_typed_is_found_by_its_folded_form(text, folded, typed):
    assert as_typed(text, folded) == typed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("KPI của sở là gì", {"kpi"}, id="capitals alone"),
        pytest.param("lớp học ở Pác Bó, Cao Bằng", {"pác", "bó", "bằng"}, id="marked words with a capital within"),
        pytest.param("Đăng ký ở đâu", set(), id="the first word has one anyway"),
        pytest.param("ĐĂNG KÝ Ở KPI ĐÂU", set(), id="all in capitals"),
        pytest.param("", set(), id="nothing"),
    ],
)
def test_what_is_written_as_a_name(text, found):
    assert names(text) == found
