"""What staff declare in questions of their own that an entry does not cover."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from benchmarks.cuts import SHIPPED, starter
from knowledge.matching.judging.uncovered import is_uncovered
from knowledge.matching.matcher import Matcher
from knowledge.matching.model import Reason, Verdict
from knowledge.matching.normalizer import fold
from knowledge.matching.query import prepare
from knowledge.snapshot import PublishedEntry, in_words

MARKET = PublishedEntry(
    key="cho",
    question="Đi chợ công nghệ có được hỗ trợ không?",
    variants=("Doanh nghiệp tham gia chợ công nghệ và thiết bị thì được hỗ trợ gì?",),
    answer="Có. Tỉnh hỗ trợ chi phí tham gia chợ công nghệ và thiết bị.",
    not_covered=("Tham gia chợ công nghệ phải đăng ký trước với cơ quan nào?", "amount"),
)
TRAINING = PublishedEntry(
    key="lop",
    question="Mở lớp tập huấn khởi nghiệp được hỗ trợ không?",
    variants=("Kinh phí tổ chức lớp tập huấn khởi nghiệp có được hỗ trợ?",),
    answer="Có. Tỉnh hỗ trợ kinh phí tổ chức lớp tập huấn khởi nghiệp.",
)


@pytest.fixture(scope="module")
def small() -> Matcher:
    return Matcher.build([MARKET, TRAINING])


@pytest.mark.parametrize(
    ("question", "is_told"),
    [
        pytest.param("Tham gia chợ công nghệ phải đăng ký trước với cơ quan nào?", True, id="word for word"),
        pytest.param("tham gia cho cong nghe phai dang ky truoc voi co quan nao", True, id="without marks"),
        pytest.param("đi chợ công nghệ thì đăng ký trước với cơ quan nào ạ", True, id="in other words"),
        pytest.param("dki tham gia cho cnghe truoc voi co quan nao", True, id="in chat spelling"),
        pytest.param("Đi chợ công nghệ có được hỗ trợ không?", False, id="its own question"),
        pytest.param("tham gia chợ công nghệ được hỗ trợ gì", False, id="nearer to a wording"),
        pytest.param("giấy kết hôn làm ở cơ quan nào", False, id="of something else"),
    ],
)
def test_a_question_nearer_to_what_is_not_covered_than_to_any_wording_is_told_so(small, question, is_told):
    index = small.index
    places = [index.positions["cho"]]

    assert is_uncovered(prepare(question, index), index, places) is is_told


def test_the_reply_offers_the_entry_and_claims_nothing(small):
    match = small.match("tham gia cho cong nghe phai dang ky truoc voi co quan nao")

    assert (match.verdict, match.reason) == (Verdict.PARTIAL, Reason.ASPECT_NOT_COVERED)
    assert match.candidates[0].entry == "cho"


def test_what_one_candidate_does_not_cover_no_other_answers():
    declared = replace(TRAINING, not_covered=("Chợ công nghệ năm nay họp mấy phiên?",))
    undeclared = replace(MARKET, not_covered=())
    asked = "cho cong nghe nam nay hop may phien"

    before = Matcher.build([undeclared, TRAINING]).match(asked)
    after = Matcher.build([undeclared, declared]).match(asked)

    assert before.candidates[0].entry == after.candidates[0].entry == "cho"
    assert after.verdict is Verdict.PARTIAL


def test_a_wording_stays_its_entrys_own_though_it_is_declared_elsewhere():
    torn = replace(TRAINING, not_covered=(MARKET.question,))

    assert Matcher.build([MARKET, torn]).match(MARKET.question).verdict is Verdict.ANSWER


def test_names_of_aspects_are_no_questions():
    assert in_words(MARKET.not_covered) == ("Tham gia chợ công nghệ phải đăng ký trước với cơ quan nào?",)


@pytest.mark.parametrize("entry", starter(SHIPPED).entries.values(), ids=lambda entry: entry.key)
def test_what_the_starter_entries_do_not_cover_is_never_answered(entry, shipped):
    asked = [*entry.not_covered, *map(fold, entry.not_covered)]

    assert [text for text in asked if shipped.match(text).verdict is Verdict.ANSWER] == []


def test_composed_and_decomposed_letters_are_declared_alike():
    decomposed = tuple(unicodedata.normalize("NFD", text) for text in MARKET.not_covered)
    matcher = Matcher.build([replace(MARKET, not_covered=decomposed), TRAINING])

    assert matcher.match(MARKET.not_covered[0]).verdict is Verdict.PARTIAL
