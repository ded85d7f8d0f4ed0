from __future__ import annotations

import pytest

from knowledge.matching.fillers import are_fillers, strip_fillers, without_mistyped_fillers
from knowledge.matching.lexicon import FILLER, Lexicon, Term
from knowledge.matching.normalizer import forms, words
from knowledge.matching.repair import best_path, read
from knowledge.matching.vocabulary import Vocabulary

LEXICON = Lexicon.default()
VOCABULARY = Vocabulary.of([forms("nhà trẻ nhận hồ sơ"), forms("khởi nghiệp được hỗ trợ gì")])


def test_courtesies_are_left_out_unless_they_are_all_there_is():
    lexicon = Lexicon.empty().extended([Term(term="cho em hỏi", kind=FILLER, weight=0.95)])

    assert [word.form for word in strip_fillers(words("cho em hỏi hồ sơ"), lexicon)] == ["ho", "so"]
    assert [word.form for word in strip_fillers(words("cho em hỏi"), lexicon)] == ["cho", "em", "hoi"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("hồ sơ gồm gì ạ", "ho so gom gi", id="a particle behind"),
        pytest.param("ho so gom gi nha", "ho so gom gi", id="the same without its mark, at the end"),
        pytest.param("nha tre nhan ho so", "nha tre nhan ho so", id="not before a word: that is a house"),
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
    ],
)
def test_mistyped_courtesies_are_seen_in_the_repaired_text(text, kept):
    lattice = read(words(text), VOCABULARY, LEXICON)

    left = without_mistyped_fillers(lattice, best_path(lattice, VOCABULARY), LEXICON)

    assert " ".join(word.form for word in left) == kept
