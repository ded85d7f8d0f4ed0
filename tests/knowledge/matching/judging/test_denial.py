from __future__ import annotations

import pytest

from knowledge.matching.judging.denial import is_denied, refuses_another, without_denial
from knowledge.matching.model import Verdict
from knowledge.matching.query import prepare


@pytest.mark.parametrize(
    ("asked", "entry", "expected"),
    [
        pytest.param("công ty tôi không có vốn nước ngoài có được không", "nq93-von-nuoc-ngoai", True, id="denied"),
        pytest.param("cty e ko co von nuoc ngoai thi dc ho tro k", "nq93-von-nuoc-ngoai", True, id="in chat spelling"),
        pytest.param("doanh nghiệp chưa trích lập quỹ KHCN", "nq93-quy-khcn", True, id="not yet"),
        pytest.param("doanh nghiệp có vốn nước ngoài có được hỗ trợ không ạ", "nq93-von-nuoc-ngoai", False, id="asked"),
        pytest.param(
            "vốn nước ngoài có được không, vốn trong nước thì sao", "nq93-von-nuoc-ngoai", False, id="clauses"
        ),
        pytest.param("có được không doanh nghiệp vốn nước ngoài", "nq93-von-nuoc-ngoai", False, id="a question word"),
        pytest.param("nghị quyết 93 không áp dụng cho ai", "nq93-doi-tuong", False, id="its answer denies it, too"),
        pytest.param("cá nhân không có công ty thì sao", "nq93-hop-tac-xa", False, id="its wording denies it, too"),
        pytest.param("em không biết trạm xanh là gì", "tram-xanh", False, id="who asks does not know"),
        pytest.param("trạm xanh là gì", "tram-xanh", False, id="nothing denied"),
    ],
)
def test_what_is_denied(matcher, asked, entry, expected):
    index = matcher.index

    assert is_denied(prepare(asked, index), index, index.positions[entry]) is expected


@pytest.mark.parametrize(
    ("asked", "entry", "expected"),
    [
        pytest.param("nq93 có áp dụng cho hộ kinh doanh không", "nq93-von-nuoc-ngoai", True, id="a household"),
        pytest.param(
            "sinh vien co duoc ap dung nq 93 ko", "nq93-von-nuoc-ngoai", True, id="a student, in chat spelling"
        ),
        pytest.param("doanh nghiệp nhà nước có được hỗ trợ không", "nq93-von-nuoc-ngoai", True, id="half of a word"),
        pytest.param("công ty có vốn Nhật có được hỗ trợ không", "nq93-von-nuoc-ngoai", False, id="capital"),
        pytest.param("cty fdi co dc huong ko", "nq93-von-nuoc-ngoai", False, id="its own word"),
        pytest.param("nq93 có áp dụng cho hộ kinh doanh không", "nq93-doi-tuong", False, id="an entry that says no no"),
    ],
)
def test_a_no_is_for_those_it_names(matcher, asked, entry, expected):
    index = matcher.index

    assert refuses_another(prepare(asked, index), index, index.positions[entry]) is expected


def test_a_no_to_others_is_offered_as_a_choice(calibrated):
    assert calibrated.match("nq93 có áp dụng cho hộ kinh doanh không").verdict is Verdict.CHOICES


@pytest.mark.parametrize(
    "asked",
    ["công ty tôi không có vốn nước ngoài có được hỗ trợ không", "em ko có vốn nước ngoài thì có được hỗ trợ không"],
)
def test_who_denies_what_an_entry_affirms_is_not_offered_it_alone(calibrated, asked):
    found = calibrated.match(asked)
    best = found.candidates[0].confidence

    assert found.verdict is Verdict.CHOICES
    assert sum(candidate.confidence > best / 2 for candidate in found.candidates) > 1


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param("em không có vốn nước ngoài, có được không", "em , có được không", id="up to a sign"),
        pytest.param("em ko phải cty FDI thì có được không", "em thì có được không", id="up to thì"),
        pytest.param("có được hỗ trợ không", "có được hỗ trợ không", id="a question word"),
    ],
)
def test_what_is_left_of_a_question_without_what_it_denies(matcher, text, left):
    assert without_denial(text, matcher.index) == left


def test_whether_a_document_still_holds_is_not_answered_by_whom_it_does_not_apply_to(calibrated):
    found = calibrated.match("nghị quyết 93 còn hiệu lực không")

    assert (found.verdict, found.detail) == (Verdict.PARTIAL, "validity")
