from __future__ import annotations

import pytest

from knowledge.matching.asking.purposes import DATE, LEVEL, SUM, PurposeReader
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import words

READER = PurposeReader.of(Lexicon.default(), SUM)
LEVELS = PurposeReader.of(Lexicon.default(), LEVEL)
EVENTS = PurposeReader.of(Lexicon.default(), DATE)


@pytest.mark.parametrize(
    ("question", "purpose"),
    [
        ("tổ tiêu biểu được thưởng bao nhiêu tiền", "prize"),
        ("tổ trưởng 1 tháng phụ cấp bao nhiêu", "wage"),
        ("trại cá bị cuốn được nhà nước đền bao nhiêu tiền", "compensation"),
        ("phí đưa một sản phẩm lên sàn là bao nhiêu", "fee"),
        ("tien thuong bao nhieu", "prize"),
        pytest.param("được hỗ trợ bao nhiêu tiền", "", id="support may be told in many words"),
        pytest.param("được hỗ trợ bao nhiêu học phí", "", id="two purposes"),
        pytest.param("to cong nghe hoat dong moi nam may trieu", "", id="one unmarked syllable"),
        pytest.param("công trình bán hàng tốn mấy tỷ", "", id="a word that only answers use"),
        pytest.param("chi phí bao nhiêu", "", id="costs are anything"),
        pytest.param("đánh giá bao nhiêu tiền", "", id="part of another word"),
    ],
)
def test_for_what_a_sum_is_asked(question, purpose):
    assert READER.sought(words(question), {"amount"}) == purpose


def test_who_asks_for_no_sum_asks_for_none_of_a_purpose():
    assert READER.sought(words("ai được thưởng"), ()) == ""


@pytest.mark.parametrize(
    ("purpose", "answer", "aspect"),
    [
        ("prize", "mỗi tổ được hỗ trợ ban đầu 20 triệu đồng", "prize"),
        ("wage", "mỗi tổ được hỗ trợ ban đầu 20 triệu đồng", "amount"),
        ("fee", "doanh thu 31,4 tỷ đồng; bán chạy nhất là cà phê với 9,6 tỷ đồng", "fee"),
        ("compensation", "đợt lũ cuốn trôi 9 cơ sở, thiệt hại ước 12 tỷ đồng", "amount"),
        pytest.param("compensation", "mỗi hộ được hỗ trợ 2 triệu đồng", "", id="compensation may be told as support"),
        pytest.param("wage", "mỗi người được hỗ trợ 5,5 triệu đồng một tháng", "", id="what is paid by the month"),
        pytest.param("fee", "32 triệu đồng một năm", "", id="a sum by itself may be for anything"),
        pytest.param("prize", "Mỗi giải nhất trị giá 50 triệu đồng", "", id="the purpose stands further off"),
        pytest.param("fee", "thiệt hại 12 tỷ đồng. Nộp phí 20.000 đồng", "", id="one of several"),
        pytest.param("fee", "được miễn lệ phí", "", id="no sum at all is judged elsewhere"),
        pytest.param("", "doanh thu 31,4 tỷ đồng", "", id="nothing was wanted"),
    ],
)
def test_what_a_text_with_sums_for_other_things_lacks(purpose, answer, aspect):
    assert READER.unheld(purpose, READER.told(answer)) == aspect


@pytest.mark.parametrize(
    ("question", "event"),
    [
        ("Trung tâm bao giờ khánh thành", "opening"),
        ("cuoc thi phat dong khi nao", "launch"),
        ("hạn nộp hồ sơ ngày nào", "submission"),
        pytest.param("quyết định ban hành ngày nào", "", id="a date by itself is mostly that of the document"),
        pytest.param("chung kết và trao giải khi nào", "", id="two events"),
    ],
)
def test_of_what_event_a_date_is_asked(question, event):
    assert EVENTS.sought(words(question), {"date"}) == event


@pytest.mark.parametrize(
    ("event", "answer", "aspect"),
    [
        ("opening", "Năm 2025 tỉnh sẽ khởi công Trung tâm tại thành phố Lào Cai", "date"),
        ("submission", "Nghị quyết được ban hành ngày 10/12/2021", "date"),
        ("submission", "nhận hồ sơ đến ngày 20/11/2024", ""),
        ("launch", "chọn 16 bài vào chung kết ngày 12/10/2024 tại Trung tâm", "date"),
        ("final", "chọn 16 bài vào chung kết ngày 12/10/2024 tại Trung tâm", ""),
        pytest.param("award", "chung kết ngày 12/10/2024", "", id="awarded at the final"),
        pytest.param("opening", "diễn ra ngày 12/10/2024", "", id="a date by itself"),
        ("completion", "thành lập theo Quyết định số 1172/QĐ-UBND ngày 28/6/2024", "date"),
        pytest.param("effect", "Quyết định số 1172/QĐ-UBND ngày 28/6/2024", "", id="in force from the document's day"),
        pytest.param("opening", "khởi công năm 2025, khánh thành năm 2026", "", id="one of several"),
        pytest.param("opening", "tại thành phố Lào Cai", "", id="no date at all is judged elsewhere"),
    ],
)
def test_what_a_text_with_dates_of_other_events_lacks(event, answer, aspect):
    assert EVENTS.unheld(event, EVENTS.told(answer)) == aspect


@pytest.mark.parametrize(
    ("question", "answer", "aspect"),
    [
        ("một hợp tác xã được hỗ trợ tối đa bao nhiêu tiền", "với tổng số tiền hơn 436 triệu đồng", "amount"),
        ("mỗi dự án được bao nhiêu tiền", "với tổng số tiền hơn 436 triệu đồng", "amount"),
        ("một htx được bao nhiêu tiền", "với tổng số tiền hơn 436 triệu đồng", "amount"),
        ("công ty của em được bao nhiêu tiền", "với tổng số tiền hơn 436 triệu đồng", "amount"),
        ("tổng kinh phí là bao nhiêu", "mỗi tổ được hỗ trợ ban đầu 20 triệu đồng", "amount"),
        pytest.param("được hỗ trợ tối đa bao nhiêu", "không quá 150 triệu đồng", "", id="a level"),
        pytest.param("được hỗ trợ tối đa bao nhiêu", "hỗ trợ 150 triệu đồng", "", id="neither is said"),
        pytest.param("được bao nhiêu tiền", "với tổng số tiền hơn 436 triệu đồng", "", id="neither is asked"),
        pytest.param("tổng số tiền là bao nhiêu", "tổng trị giá 6,8 tỷ đồng", "", id="a total"),
    ],
)
def test_a_total_is_no_level(question, answer, aspect):
    wanted = LEVELS.sought(words(question), {"amount"})

    assert LEVELS.unheld(wanted, LEVELS.told(answer)) == aspect
