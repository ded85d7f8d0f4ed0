"""Questions that mean the same are alike, however they are written; those about another document are not."""

from __future__ import annotations

import pytest

from knowledge.matching.likeness import SAME, likeness
from knowledge.matching.matcher import Matcher
from tests.support.builders import an_entry


@pytest.fixture(scope="module")
def matcher():
    return Matcher.build(
        (
            an_entry(),
            an_entry(key="tap-huan", question="Lớp tập huấn khởi nghiệp mở khi nào?", variants=()),
            an_entry(key="co-van", question="Ai là cố vấn khởi nghiệp của tỉnh Cao Bằng?", variants=()),
        )
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Xe điện có được hỗ trợ không?", "xe dien co duoc ho tro ko ad", id="without diacritics"),
        pytest.param("học phí lớp tập huấn bao nhiêu", "lớp tập huấn học phí bao nhiêu tiền ạ", id="another order"),
        pytest.param("trồng nấm có được vay vốn không", "trồng nấm thì được vay vốn k", id="chat spelling"),
    ],
)
def test_paraphrases_are_alike(matcher, one, other):
    assert likeness(matcher.gist(one), matcher.gist(other)) >= SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("học phí lớp tập huấn bao nhiêu", "trồng nấm có được vay vốn không", id="another matter"),
        pytest.param("nghị quyết 93 hỗ trợ xe điện không", "nghị quyết 36 hỗ trợ xe điện không", id="another document"),
        pytest.param("cuộc thi lần 1 có giải gì", "cuộc thi lần 2 có giải gì", id="another edition"),
    ],
)
def test_other_questions_are_not(matcher, one, other):
    assert likeness(matcher.gist(one), matcher.gist(other)) < SAME


def test_likeness_is_symmetric_and_a_question_is_wholly_like_itself(matcher):
    one, other = matcher.gist("trồng nấm có được vay vốn không"), matcher.gist("vay vốn trồng nấm")

    assert likeness(one, other) == pytest.approx(likeness(other, one))
    assert likeness(one, one) == pytest.approx(1.0)
    assert likeness(matcher.gist("?"), one) == 0.0
