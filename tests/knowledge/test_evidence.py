"""Nothing with a figure in it is published unless that figure stands in the sources."""

from __future__ import annotations

import re
import time
import unicodedata
from importlib import resources

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge import formats, parsing
from knowledge.evidence import Sources, unsupported
from knowledge.figures.values import Kind

ARTICLE = resources.files("knowledge").joinpath("starter", "article-2023.txt").read_text(encoding="utf-8")
STARTER = parsing.check(
    formats.read_yaml(resources.files("knowledge").joinpath("starter", "cao-bang.yaml").read_text(encoding="utf-8"))
)
OF_THE_ARTICLE = Sources.of([ARTICLE])


def refused(answer: str, *quotes: str) -> list[str]:
    return [token.text for token in unsupported(answer, quotes)]


@pytest.mark.parametrize("entry", STARTER.entries, ids=lambda entry: entry.key)
def test_every_starter_answer_rests_on_its_article(entry):
    assert OF_THE_ARTICLE.unsupported(entry.answer) == ()


@pytest.mark.parametrize(
    ("answer", "quote"),
    [
        pytest.param("Kiểm định 1.923 phương tiện", "kiểm định được 1 923 phương tiện đo", id="thousands by blank"),
        pytest.param("Kiểm định 1923 phương tiện", "kiểm định 1.923 phương tiện đo", id="thousands without a mark"),
        pytest.param("Kiểm định 1.923 phương tiện", "kiểm định được 1\u00a0923 phương tiện", id="no-break space"),
        pytest.param("436.000.000 đồng", "tổng số tiền hơn 436 triệu đồng", id="million in full"),
        pytest.param("436 triệu", "tổng số tiền 436.000.000đ", id="đ for đồng"),
        pytest.param("400 triệu đồng", "trị giá 0,4 tỷ đồng", id="decimal comma"),
        pytest.param("1,5 tỉ đồng", "1 tỷ 500 triệu đồng", id="a sum in two scales"),
        pytest.param("1,5 tỷ đồng", "một tỷ rưỡi đồng", id="rưỡi"),
        pytest.param("hai nghìn tỷ đồng", "2.000 tỷ đồng", id="two scales"),
        pytest.param("17 lượt", "hỗ trợ cho mười bảy lượt tổ chức", id="words in the source"),
        pytest.param("mười bảy lượt", "hỗ trợ cho 17 lượt tổ chức", id="words in the answer"),
        pytest.param("5 nội dung", "Năm nội dung được hỗ trợ", id="five"),
        pytest.param("2023", "năm hai nghìn không trăm hai mươi ba", id="a year in words"),
        pytest.param("lần thứ nhất", "Cuộc thi lần thứ 1", id="edition in words"),
        pytest.param("lần thứ 19", "Hội nghị lần thứ XIX", id="Roman edition"),
        pytest.param("ngày 13 tháng 10 năm 2023", "ngày 13/10/2023", id="date in words"),
        pytest.param("13-10-2023", "ngày 13 tháng 10 năm 2023", id="date with hyphens"),
        pytest.param("13.10.2023", "2023-10-13", id="ISO date"),
        pytest.param("tháng 10/2023", "ngày 13/10/2023", id="month of a date"),
        pytest.param("năm 2023", "ngày 13/10/2023", id="year of a date"),
        pytest.param("ngày 5 và 6/7/2024", "từ ngày 05/07/2024 đến 06/07/2024", id="one month for two days"),
        pytest.param("Nghị quyết 93", "Nghị quyết số 93/2021/NQ-HĐND", id="a document by its number"),
        pytest.param("NQ 93/2021", "93/2021/NQ - HĐND", id="blanks in a document number"),
        pytest.param("số 145/TB-SKHCN", "Thông báo 145/TB-SKHCN", id="a code of no table"),
        pytest.param("TCVN ISO 9001", "theo ISO 9001:2015", id="a standard"),
        pytest.param("năm 2021", "Nghị quyết 93/2021/NQ-HĐND", id="year of a document"),
        pytest.param("Gọi 0206 3852 123", "điện thoại: (0206) 3.852.123", id="phone"),
        pytest.param("+84 206 3852 123", "0206.3852.123", id="phone, international"),
        pytest.param("Tổng đài 1900 6099", "tổng đài 19006099", id="service number"),
        pytest.param("lúc 7 giờ 30", "bắt đầu 7h30", id="time of day"),
        pytest.param("8h00", "từ 8 giờ", id="full hour"),
        pytest.param("10%", "mười phần trăm", id="share"),
        pytest.param("từ 5% đến 10%", "hỗ trợ từ 5 - 10%", id="range of shares"),
        pytest.param("5 triệu đồng", "từ 5 đến 10 triệu đồng", id="range of sums"),
        pytest.param("trong 15 ngày", "thời hạn mười lăm ngày làm việc", id="period"),
        pytest.param("05 nhiệm vụ", "5 nhiệm vụ", id="leading zero"),
    ],
)  # fmt: skip
def test_the_way_of_writing_does_not_matter(answer, quote):
    assert refused(answer, quote) == []
    assert refused(unicodedata.normalize("NFD", answer), unicodedata.normalize("NFD", quote)) == []


@pytest.mark.parametrize(
    ("answer", "quote", "token"),
    [
        pytest.param("hỗ trợ 436 triệu đồng", "hỗ trợ 346 triệu đồng", "436 triệu đồng", id="another sum"),
        pytest.param("hỗ trợ 436 triệu đồng", "hỗ trợ 436 tỷ đồng", "436 triệu đồng", id="another scale"),
        pytest.param("hỗ trợ 17 đồng", "hỗ trợ 17 lượt", "17 đồng", id="money is not a count"),
        pytest.param("đạt 100%", "gồm 100 người", "100%", id="a share is not a count"),
        pytest.param("trong 15 tháng", "trong 15 ngày", "15 tháng", id="another unit of time"),
        pytest.param("ngày 10/12/2021", "ngày 10/12/2022", "10/12/2021", id="another year"),
        pytest.param("ngày 10/12/2021", "tháng 12/2021", "10/12/2021", id="a day nobody gave"),
        pytest.param("Nghị quyết 17 quy định", "17 lượt được hỗ trợ", "17", id="a count is no document"),
        pytest.param("93/2021/NQ-HĐND", "Nghị quyết 93", "93/2021/NQ-HĐND", id="a year nobody gave"),
        pytest.param("93/2021/QĐ-HĐND", "93/2021/NQ-HĐND", "93/2021/QĐ-HĐND", id="another kind of document"),
        pytest.param("mười tám lượt", "17 lượt", "mười tám", id="in words"),
        pytest.param("lần thứ hai", "lần thứ nhất", "hai", id="another edition"),
        pytest.param("gọi 0206 3852 124", "0206 3852 123", "0206 3852 124", id="another phone"),
        pytest.param("lúc 7h45", "7h30", "7h45", id="another time"),
        pytest.param("Khóa XVII", "Khóa XVI", "XVII", id="Roman"),
    ],
)  # fmt: skip
def test_the_token_that_no_source_holds_is_named(answer, quote, token):
    [found] = unsupported(answer, [quote])

    assert found.text == token
    assert answer[found.start : found.end] == token


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("Có hai hình thức hỗ trợ.", id="counts what the answer lists"),
        pytest.param("Gồm: (1) đơn đăng ký; (2) bản sao giấy phép.", id="list in brackets"),
        pytest.param("1. Đơn đăng ký\n2. Bản sao\n3. Ảnh", id="list by lines"),
        pytest.param("Bước 1: nộp hồ sơ. Bước 2: chờ kết quả.", id="steps"),
        pytest.param("Xem https://startup.caobang.gov.vn/bai-viet-n892.html", id="link"),
        pytest.param("Thư gửi về sokhcn2024@caobang.gov.vn", id="address"),
        pytest.param("Trong năm qua, năm đầu tiên và hằng năm", id="năm is a year"),
        pytest.param("đầu tư một lần, từ nguồn khác", id="syllables that fold to numbers"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_asserts_no_figure_is_let_through(answer):
    assert refused(answer, "") == []


def test_a_number_that_breaks_the_list_is_a_figure():
    assert refused("Gồm: (1) đơn; (3) bản sao.", "") == ["1", "3"]


@pytest.mark.parametrize("word", ["5 đồng chí", "5 ngân hàng", "5 tỉnh"])
def test_a_word_that_begins_like_a_unit_is_none(word):
    [token] = unsupported(word, [])

    assert (token.text, token.kind) == ("5", Kind.NUMBER)


# ------------------------------------------------------------------ any figure, written in any way

YEARS = st.integers(1990, 2039)
COUNTS = st.integers(1, 999_999)


def _grouped(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


@st.composite
def figures_written_twice(draw) -> tuple[str, str]:
    """Draw a figure and return two ways to write it, in a sentence each."""
    kind = draw(st.sampled_from(["count", "sum", "share", "date", "document", "phone", "time"]))
    number, year = draw(COUNTS), draw(YEARS)
    day, month = draw(st.integers(1, 28)), draw(st.integers(1, 12))
    tail = f"{draw(st.integers(100_000, 999_999))}"
    forms = {
        "count": [f"{number}", _grouped(number, "."), _grouped(number, " ")],
        "sum": [f"{number} triệu đồng", f"{_grouped(number * 10**6, '.')} đồng", f"{_grouped(number, '.')} triệu"],
        "share": [f"{number}%", f"{number} %", f"{number} phần trăm"],
        "date": [f"{day}/{month}/{year}", f"{day:02}-{month:02}-{year}", f"{day} tháng {month} năm {year}"],
        "document": [f"{number % 99_999}/{year}/NQ-HĐND", f"{number % 99_999}/{year}/NQ - HĐND"],
        "phone": [f"0206{tail}", f"0206 {tail[:3]} {tail[3:]}", f"+84 206 {tail}"],
        "time": [f"{month}h{day:02}", f"{month} giờ {day:02} phút", f"{month}:{day:02}"],
    }[kind]
    sentence = draw(st.sampled_from(["Theo bài viết, {} được nêu rõ.", "- {}\n", "({})", "“{}”;"]))
    first, second = draw(st.sampled_from(forms)), draw(st.sampled_from(forms))
    return sentence.format(first), f"nêu: {second}."


@given(figures_written_twice())
@settings(max_examples=300, deadline=None)
def test_a_figure_is_evidenced_however_it_is_written(written):
    answer, quote = written

    assert refused(answer, quote) == []


@given(figures_written_twice(), st.data())
@settings(max_examples=500, deadline=None)
def test_one_wrong_digit_is_always_caught(written, data):
    answer, quote = written
    places = [hit.start() for hit in re.finditer(r"\d", answer)]
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != answer[place]))
    wrong = answer[:place] + digit + answer[place + 1 :]

    tokens = unsupported(wrong, [quote])

    assert tokens, f"{wrong!r} rests on {quote!r}"


@given(st.sampled_from(STARTER.entries), st.data())
@settings(max_examples=200, deadline=None)
def test_a_wrong_digit_in_a_starter_answer_is_caught_unless_its_article_holds_that_too(entry, data):
    places = [hit.start() for hit in re.finditer(r"\d{2,}", entry.answer)]
    assume(places)
    place = data.draw(st.sampled_from(places))
    wrong = entry.answer[:place] + "8" + entry.answer[place + 1 :]
    number = re.match(r"\d[\d.]*", wrong[place:])
    assume(wrong != entry.answer and number and number.group().strip(".") not in ARTICLE)

    tokens = OF_THE_ARTICLE.unsupported(wrong)

    assert any(token.start <= place < token.end for token in tokens)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_read_and_is_its_own_evidence(text):
    tokens = unsupported(text, [text])

    assert tokens == ()
    assert all(text[token.start : token.end] == token.text for token in unsupported(text, []))


@pytest.mark.parametrize(
    "piece", ["a.", "a-", "1.", "1/", "01 ", "một trăm ", "nghị quyết 1 ", "http://", "(", "X", "a@"]
)
def test_no_text_takes_long_to_read(piece):
    text = piece * (20_000 // len(piece))
    begun = time.process_time()

    unsupported(text, [])

    assert time.process_time() - begun < 3.0
