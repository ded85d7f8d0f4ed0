from __future__ import annotations

import pytest

from knowledge.matching.judging.holding import affirms_of_another, lack, rests_on_other_words, wish
from knowledge.matching.lexicon import SYNONYM, Lexicon, Term
from knowledge.matching.matcher import Matcher
from knowledge.matching.query import prepare
from knowledge.snapshot import PublishedEntry

ENTRIES = [
    PublishedEntry(
        key="lop", question="Năm 2023 mở bao nhiêu lớp tập huấn?", variants=("Số lớp tập huấn khởi nghiệp",),
        answer="Năm 2023 Sở mở 12 lớp tập huấn cho thanh niên, phát trên đài của tỉnh.",
    ),
    PublishedEntry(key="khong-loi", question="Giờ làm việc của trung tâm", answer=""),
]  # fmt: skip


@pytest.fixture(scope="module")
def index():
    return Matcher.build(ENTRIES).index


def lacking(index, question, key="lop", **without):
    return lack(wish(prepare(question, index), index), index, index.positions[key], **without)


def test_a_question_in_the_words_of_an_entry_lacks_nothing(index):
    found = lacking(index, "mở bao nhiêu lớp tập huấn")

    assert (found.whole, found.wanted, found.year) == (0.0, 0.0, 0.0)


def test_what_is_wanted_and_not_there_weighs_by_itself(index):
    found = lacking(index, "lớp tập huấn do giảng viên nào dạy")

    assert found.wanted > found.whole > 0.0


def test_a_year_an_entry_does_not_speak_of(index):
    assert lacking(index, "năm 2026 mở bao nhiêu lớp tập huấn").year == 1.0
    assert lacking(index, "năm 2023 mở bao nhiêu lớp tập huấn").year == 0.0


def test_a_date_is_held_whatever_the_words_that_ask_for_it(index):
    """ "hôm" stands in no entry; but the year is a date, and that is what is asked for."""
    assert lacking(index, "lớp tập huấn hôm nào").wanted == 0.0


def test_of_an_entry_without_text_nothing_can_be_missed(index):
    found = lacking(index, "giờ làm việc của trung tâm ở đường nào năm 2026", "khong-loi")

    assert (found.whole, found.wanted, found.year) == (0.0, 0.0, 0.0)
    assert found.heaviest > 0.0


def test_shortened_question_words_ask_too(index):
    spelled_out = lacking(index, "tap huan bao nhieu hoc vien").wanted

    assert lacking(index, "tap huan bn hoc vien").wanted == pytest.approx(spelled_out)
    assert spelled_out > 0.0


def test_a_wording_left_out_holds_nothing(index):
    row = next(at for at, wording in enumerate(index.wordings) if "khởi nghiệp" in wording.text)

    assert lacking(index, "tập huấn khởi nghiệp").whole == 0.0
    assert lacking(index, "tập huấn khởi nghiệp", without=row).whole > 0.0


@pytest.mark.parametrize(
    ("question", "rests"),
    [
        ("dạy nghề", True),  # only "tập huấn" that may be said for it stands in the entry
        ("dạy nghề cho thanh niên", False),
        ("mở lớp", False),
        ("bao nhiêu", False),  # nothing telling was said at all
    ],
)
def test_what_only_other_words_join_to_an_entry(question, rests):
    lexicon = Lexicon.default().extended([Term(term="dạy nghề", meaning="tập huấn", kind=SYNONYM, weight=0.9)])
    taught = Matcher.build(ENTRIES, lexicon=lexicon).index

    assert rests_on_other_words(prepare(question, taught), taught, taught.positions["lop"]) is rests


CAPITAL = PublishedEntry(
    key="von", question="Công ty có vốn nước ngoài có được hỗ trợ khoa học không?",
    variants=("Nhà đầu tư nước ngoài mở xưởng có được hỗ trợ không?",),
    answer="Không. Chính sách không áp dụng với tổ chức có vốn nước ngoài.",
)  # fmt: skip
TRADEMARK = PublishedEntry(
    key="nhan-hieu", question="Đăng ký nhãn hiệu có được hỗ trợ không?", answer="Có. Tỉnh hỗ trợ xác lập nhãn hiệu."
)
STATION = PublishedEntry(key="tram", question="Tìm hiểu mô hình Trạm xanh", answer="Trạm xanh quảng bá nông sản.")


@pytest.mark.parametrize(
    ("question", "key", "expected"),
    [
        pytest.param("công ty có vốn nước ngoài có được hỗ trợ không", "von", False, id="its own words"),
        pytest.param("công ty có vốn ngoại quốc có được hỗ trợ không", "von", False, id="other words for them"),
        pytest.param("chuyên gia nước ngoài có được hỗ trợ không", "von", True, id="their syllables, far apart"),
        pytest.param("đăng ký nhãn hiệu có được hỗ trợ không", "nhan-hieu", False, id="its own mark"),
        pytest.param("hiểu có được hỗ trợ không", "nhan-hieu", True, id="a mark that only another entry has"),
        pytest.param("hieu co duoc ho tro khong", "nhan-hieu", False, id="without marks it may be its own"),
    ],
)
def test_an_entry_that_says_yes_or_no_says_it_of_what_it_speaks_of(question, key, expected):
    index = Matcher.build([CAPITAL, TRADEMARK, STATION]).index

    assert affirms_of_another(prepare(question, index), index, index.positions[key]) is expected
