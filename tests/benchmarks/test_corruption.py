"""The corruptor is a measuring instrument: it must repeat itself and do what its level says."""

from __future__ import annotations

import unicodedata

import pytest

from benchmarks.corruption import LEVELS, corrupt, strip_diacritics

QUESTIONS = (
    "Hồ sơ cấp đổi giấy phép lái xe được nộp ở đâu vậy?",
    "Cho tôi hỏi doanh nghiệp khởi nghiệp được hỗ trợ bao nhiêu tiền?",
    "Sinh viên muốn đăng ký ký túc xá thì liên hệ với ai?",
    "Hợp tác xã có phải nộp mã số thuế cho ủy ban nhân dân không?",
)
SEEDS = range(5)


@pytest.mark.parametrize("level", LEVELS)
def test_same_arguments_give_the_same_text(level):
    first = [corrupt(question, level, seed) for question in QUESTIONS for seed in SEEDS]

    again = [corrupt(question, level, seed) for question in QUESTIONS for seed in SEEDS]

    assert first == again


@pytest.mark.parametrize("question", QUESTIONS)
def test_clean_is_the_text_itself(question):
    assert corrupt(question, "clean", seed=7) == question


@pytest.mark.parametrize("level", ["plain", "hard"])
def test_no_diacritics_remain(level):
    for question in QUESTIONS:
        for seed in SEEDS:
            decomposed = unicodedata.normalize("NFD", corrupt(question, level, seed))

            assert "đ" not in decomposed.lower()
            assert not any(unicodedata.combining(letter) for letter in decomposed)


def test_plain_keeps_everything_but_the_marks():
    assert corrupt("Được Ở Đâu, hả?", "plain", seed=1) == "Duoc O Dau, ha?"


@pytest.mark.parametrize("level", [level for level in LEVELS if level != "clean"])
def test_every_other_level_changes_something(level):
    changed = [corrupt(question, level, seed) != question for question in QUESTIONS for seed in SEEDS]

    assert sum(changed) >= len(changed) * 0.9


def test_a_typo_is_certain_at_the_typo_level():
    for question in QUESTIONS:
        for seed in range(50):
            assert corrupt(question, "typo", seed) != question


def test_seeds_differ():
    """One seed would measure one accident."""
    assert len({corrupt(QUESTIONS[0], "messy", seed) for seed in range(20)}) > 10


def test_abbreviations_keep_the_rest_of_the_question():
    shortened = corrupt("Hợp tác xã ở vùng cao", "abbr", seed=1)

    assert shortened == "htx ở vùng cao"


def test_telex_residue_occurs():
    typed = {corrupt("được", "typo", seed) for seed in range(200)}

    assert typed & {"dduwocj", "dduwowcj"}


def test_messy_is_undiacritised_about_half_of_the_time():
    bare = [text == strip_diacritics(text) for seed in range(100) for text in [corrupt(QUESTIONS[1], "messy", seed)]]

    assert 0.3 < sum(bare) / len(bare) < 0.75


def test_an_empty_text_stays_empty():
    for level in LEVELS:
        assert corrupt("", level, seed=1) == ""


def test_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="unknown level"):
        corrupt("Được không?", "impossible", seed=1)
