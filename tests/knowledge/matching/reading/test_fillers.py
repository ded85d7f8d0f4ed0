from __future__ import annotations

import pytest

from knowledge.matching.lexicon import FILLER, Lexicon, Term
from knowledge.matching.normalizer import forms, words
from knowledge.matching.reading.fillers import are_fillers, strip_fillers, strip_read_fillers
from knowledge.matching.reading.repair import best_path, read
from knowledge.matching.reading.vocabulary import Vocabulary

LEXICON = Lexicon.default()
VOCABULARY = Vocabulary.of([forms("nhà trẻ nhận hồ sơ xây nhà"), forms("khởi nghiệp được hỗ trợ gì")])


def test_courtesies_are_left_out_unless_they_are_all_there_is():
    lexicon = Lexicon().extended([Term(term="cho em hỏi", kind=FILLER, weight=0.95)])

    assert [word.form for word in strip_fillers(words("cho em hỏi hồ sơ"), lexicon)] == ["ho", "so"]
    assert [word.form for word in strip_fillers(words("cho em hỏi"), lexicon)] == ["cho", "em", "hoi"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("hồ sơ gồm gì ạ", "ho so gom gi", id="a particle behind"),
        pytest.param("chuyen doi so la gi", "chuyen doi so la gi", id="words that only look like an opener"),
        pytest.param("bằng lái A1 ạ", "bang lai a 1", id="a letter with its number"),
        pytest.param("xin phép xây nhà", "xin phep xay nha", id="who asks for a permit is not polite"),
        pytest.param("xin phép hỏi về hồ sơ", "ve ho so", id="who asks for leave to ask is"),
        pytest.param("ho so gom gi nha", "ho so gom gi nha", id="the same without its mark may be a house"),
        pytest.param("ho so gom gi z ad", "ho so gom gi", id="chat spellings of particles"),
        pytest.param("vay thế chấp", "vay the chap", id="a particle that belongs to the word behind it"),
        pytest.param("đăng ký thế nào", "dang ky nao", id="but not to a question word"),
    ],
)
def test_what_is_left_without_courtesies(text, kept):
    assert " ".join(word.form for word in strip_fillers(words(text), LEXICON)) == kept


@pytest.mark.parametrize(("text", "is_empty"), [("dạ vâng ạ", True), ("hello ad", True), ("hồ sơ ạ", False)])
def test_courtesies_alone(text, is_empty):
    assert are_fillers(words(text), LEXICON) is is_empty


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("cho em hoir ho so", "ho so", id="with a Telex key"),
        pytest.param("cho emhoi ho so", "ho so", id="with a blank lost"),
        pytest.param("cho em hoikhoi nghiep", "hoikhoi nghiep", id="not when a part of the word is the question"),
        pytest.param("cho emhoir", "cho emhoir", id="not when nothing else was said"),
        pytest.param("ho so gom gi nha", "ho so gom gi", id="a particle at the end"),
        pytest.param("nhan ho so xay nha", "nhan ho so xay nha", id="not beside a word that the base has it beside"),
        pytest.param("nha tre", "nha tre", id="not before a word"),
    ],
)
def test_some_courtesies_are_seen_in_the_reading_alone(text, kept):
    lattice = read(words(text), VOCABULARY, LEXICON)

    left = strip_read_fillers(lattice, best_path(lattice, VOCABULARY), LEXICON, VOCABULARY.pairs)

    assert " ".join(word.form for word in left) == kept
