from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.matching.model import Verdict
from knowledge.matching.reading.vni import without_vni


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("nghi5 quyet61 93 ho64 tro75 gi2", "nghị quyết 93 hỗ trợ gì", id="figures behind"),
        pytest.param("gia1m d9o61c so73 la2 ai", "giám đốc sở là ai", id="figures within"),
        pytest.param("D9u7o75c ho64 tro75 kho6ng", "được hỗ trợ không", id="capitals"),
        pytest.param("thi kho73i nghie65p", "thi khởi nghiệp", id="words without marks stay"),
        pytest.param("cau1 lan2", "cau1 lan2", id="counting, not tones"),
        pytest.param("nq93 kh2817 qd32 qh15 covid19 h2o co2", "nq93 kh2817 qd32 qh15 covid19 h2o co2", id="names"),
        pytest.param("ho5 tro", "ho5 tro", id="a tone alone is no proof"),
        pytest.param("ho64 tro", "hỗ tro", id="a hat and a tone are"),
        pytest.param("cu7o71c o dau", "cước o dau", id="figures within are"),
        pytest.param("nghi quyet so73", "nghi quyet so73", id="number 73"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_vni_left_behind_is_read(typed, expected):
    assert without_vni(typed) == expected


@given(text=st.text(alphabet="abdehiouyn0123456789 ", max_size=60))
def test_nothing_is_left_to_read_a_second_time(text):
    once = without_vni(text)

    assert without_vni(once) == once


def test_a_question_typed_for_vni_is_answered(calibrated):
    found = calibrated.match("ho75p ta1c xa4 co1 d9u7o75c ho64 tro75 kho6ng")

    assert (found.verdict, found.candidates[0].entry) == (Verdict.ANSWER, "nq93-hop-tac-xa")
