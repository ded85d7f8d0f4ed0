from __future__ import annotations

import pytest

from knowledge.matching.asking.focus import focus, without_closer
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import words

LEXICON = Lexicon.default()
LIGHT = {"la", "cua", "o", "co", "duoc"}


def wanted(question: str) -> set[str]:
    source = words(question)
    return {source[at].form for at in focus(source, LEXICON.question_words, lambda word: word.form in LIGHT)}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("chuyên mục phát trên đài nào", {"phat", "tren", "dai"}, id="behind"),
        pytest.param("mấy lớp", {"lop"}, id="ahead"),
        pytest.param("tên dự án", {"du", "an"}, id="a name"),
        pytest.param("lop bao nhieu nguoi", {"lop", "nguoi"}, id="around"),
        pytest.param("máy móc", set(), id="another word that folds alike"),
        pytest.param("nội dung nghị quyết", set(), id="no question word"),
    ],
)
def test_what_is_wanted_stands_beside_the_question_word(question, expected):
    assert wanted(question) == expected


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("techfest la gi vay", "techfest la gi"),
        ("o dau the", "o dau"),
        ("muon vay", "muon vay"),
        ("techfest là gì vạy", "techfest la gi vay"),
        ("vay", "vay"),
    ],
)
def test_a_closing_particle_is_no_loan(question, left):
    kept = without_closer(words(question), LEXICON.question_words)

    assert " ".join(word.form for word in kept) == left
