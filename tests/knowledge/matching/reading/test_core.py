from __future__ import annotations

import pytest

from knowledge.matching.lexicon import Lexicon
from knowledge.matching.matcher import Matcher
from knowledge.matching.model import Verdict
from knowledge.matching.reading.core import core
from knowledge.snapshot import PublishedEntry

LEXICON = Lexicon.default()
STORY = (
    "Chào anh chị, em là kế toán của một trường ở huyện, năm nay trường nhận đề tài. Em tìm mãi không ra, "
    "cho em hỏi định mức dự toán nhiệm vụ khoa học ở tỉnh theo nghị quyết nào ạ?"
)


def test_the_question_of_a_story_is_what_stands_behind_its_lead():
    assert core(STORY, LEXICON) == "định mức dự toán nhiệm vụ khoa học ở tỉnh theo nghị quyết nào ạ?"


def test_without_marks_the_lead_is_found_too():
    bare = "chao anh chi em la ke toan cua mot truong o huyen cho em hoi dinh muc du toan theo nghi quyet nao a"

    assert core(bare, LEXICON) == "dinh muc du toan theo nghi quyet nao a"


def test_the_last_sentence_that_asks_counts():
    text = "Nhà em làm miến dong ở Nguyên Bình. Tỉnh có hỗ trợ đăng ký nhãn hiệu không? Em cảm ơn anh chị nhiều lắm ạ."

    assert core(text, LEXICON) == "Tỉnh có hỗ trợ đăng ký nhãn hiệu không?"


@pytest.mark.parametrize("text", ["", "nq 93 là gì", "cho em hỏi nq 93 áp dụng cho ai ạ"])
def test_a_short_message_is_its_own_question(text):
    assert core(text, LEXICON) == ""


def test_a_story_does_not_keep_a_question_from_its_answer(calibrated: Matcher):
    found = calibrated.match(STORY)

    assert found.verdict is Verdict.ANSWER
    assert found.candidates[0].entry == "nq87-du-toan"


def test_what_the_story_names_is_not_passed_over(calibrated: Matcher):
    """The part alone names no document; the message as a whole names one that no entry knows."""
    text = (
        "Em vừa đọc xong Nghị quyết 68 về kinh tế tư nhân trên báo và rất quan tâm. Em là chủ một hợp tác xã ở huyện, "
        "cho em hỏi hợp tác xã có được hỗ trợ không ạ?"
    )

    assert calibrated.match(text).verdict is Verdict.UNKNOWN


def test_of_a_letter_only_the_question_is_read(calibrated: Matcher):
    letter = "Năm nay xã tôi mất mùa, bà con đi làm xa cả, nhà nào cũng chỉ còn người già. " * 6 + STORY

    assert calibrated.match(letter).candidates[0].entry == "nq87-du-toan"
    assert calibrated.match(letter).verdict is Verdict.ANSWER
    assert calibrated.match(f"Tôi đọc Nghị quyết 68. {letter}").verdict is Verdict.UNKNOWN


def test_a_base_that_holds_letters_is_asked_by_the_whole():
    letter = "Tôi bị đau lưng đã ba tháng, đi khám ở huyện thì bác sĩ bảo thoái hóa, uống thuốc không đỡ. " * 6
    matcher = Matcher.build(
        [
            PublishedEntry(key="lung", question=f"{letter} Tôi nên làm gì?", answer=""),
            PublishedEntry(key="tay", question="Tôi bị tê tay, tôi nên làm gì?", answer=""),
        ]
    )

    assert matcher.match(f"{letter} Vậy tôi nên làm gì?").candidates[0].entry == "lung"
