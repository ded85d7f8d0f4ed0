"""What a portal page says, whatever its layout, counters and letters do."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.portal.paragraphs import starter_paragraphs
from knowledge.portal.text import body_of, comparable, digest, holds, readable
from knowledge.transfer import starter_file

PARAGRAPH = "Sở KH&CN đã hỗ trợ 17 lượt tổ chức với tổng số tiền hơn 436 triệu đồng."


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        pytest.param("ѕản хuất", "sản xuất", id="Cyrillic letters between Latin ones"),
        pytest.param("𝖧АССР", "HACCP", id="mathematical and Cyrillic letters"),
        pytest.param("１７ lượt", "17 lượt", id="full-width digits"),
        pytest.param("hỗ\u00a0trợ\u2009kinh\u3000phí", "hỗ trợ kinh phí", id="kinds of blanks"),
        pytest.param("khởi\u00adnghiệp\u200b", "khởinghiệp", id="soft hyphen and zero-width blank"),
        pytest.param("hô\u0303 trơ\u0323", "hỗ trợ", id="decomposed letters"),
        pytest.param("500 m² … 50 %", "500 m² … 50 %", id="signs stay as the page has them"),
        pytest.param("enzym α-amylase", "enzym α-amylase", id="a Greek letter that means itself"),
    ],
)
def test_text_is_kept_in_letters_that_can_be_quoted(written, kept):
    assert readable(written) == kept


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(PARAGRAPH.replace(" ", "\u00a0"), id="no-break blanks"),
        pytest.param(PARAGRAPH.replace("Sở", "Sở\u00ad"), id="soft hyphen"),
        pytest.param(PARAGRAPH.replace("c", "с").replace("o", "о"), id="look-alike letters"),
        pytest.param(PARAGRAPH.upper(), id="capitals"),
    ],
)
def test_paragraph_keeps_its_digest(other):
    assert digest(other) == digest(PARAGRAPH)


def test_tone_mark_on_the_other_vowel_is_no_change():
    assert digest("hàng hóa") == digest("hàng hoá")


def test_kind_of_quotation_marks_is_no_change():
    assert digest("Đề án “Hỗ trợ”") == digest('Đề án "Hỗ trợ"')


@pytest.mark.parametrize("other", ["436 triệu", "43 triệu", "đồng/lượt", "không hỗ trợ"])
def test_another_word_or_figure_changes_the_digest(other):
    assert digest(f"đã hỗ trợ 463 triệu {other}") != digest("đã hỗ trợ 463 triệu")


@pytest.mark.parametrize(
    ("text", "quote", "expected"),
    [
        pytest.param(["hơn 436 triệu đồng."], "436 triệu", True, id="within a sentence"),
        pytest.param(["hơn 436 triệu", "đồng."], "triệu đồng", True, id="across a break"),
        pytest.param(["hơn 1436 triệu"], "436 triệu", False, id="not within a number"),
        pytest.param(["hơn 1.436 triệu"], "436 triệu", False, id="not behind a thousands point"),
        pytest.param(["hơn 436,5 triệu"], "hơn 436", False, id="not before a decimal comma"),
        pytest.param(["tổng 5 436 và 436 triệu"], "436 triệu", True, id="a later place counts"),
        pytest.param(["hợp tác xã"], "hợp tác x", False, id="not within a word"),
        pytest.param(["hợp tác xã"], "", False, id="nothing is quoted"),
    ],
)
def test_quote_is_found_as_whole_words(text, quote, expected):
    assert holds(text, quote) is expected


def test_every_starter_quote_stands_in_the_starter_text():
    file = starter_file()
    text = starter_paragraphs(title=file.articles[0].title)

    assert not [entry.key for entry in file.entries if not holds(text, entry.quote)]


LAYOUT = [
    "Skip Ribbon Commands",
    "Chào mừng đến với Cổng thông tin Khởi nghiệp đổi mới sáng tạo tỉnh Cao Bằng",
    "Hỗ trợ doanh nghiệp khởi nghiệp",
    "Ngày 22-01-2024 Lượt xem 53",
    PARAGRAPH,
    "Tác giả bài viết: P.L - P.H",
    "Kết nối",
    "wiget Chat Zalo Whatsapp Chat",
]


def test_layout_day_and_author_are_no_paragraphs():
    body = body_of(LAYOUT, title="Hỗ trợ doanh nghiệp khởi nghiệp")

    assert body.paragraphs == (PARAGRAPH,)
    assert body.published_on == date(2024, 1, 22)
    assert body.author == "P.L - P.H"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        pytest.param("( Cập nhật lúc: 05/07/2025 )", date(2025, 7, 5), id="SharePoint"),
        pytest.param("Thứ hai - 22/01/2024 09:15", date(2024, 1, 22), id="NukeViet"),
        pytest.param("Ngày 22-01-2024 Lượt xem: 1.053", date(2024, 1, 22), id="the Cao Bằng portal"),
        pytest.param("Đã xem: 1053 | Ngày đăng: 22/01/2024", date(2024, 1, 22), id="counter first"),
    ],
)
def test_day_is_read_from_its_own_line(line, day):
    assert body_of([line, PARAGRAPH]).published_on == day
    assert body_of([line, PARAGRAPH]).paragraphs == (PARAGRAPH,)


@pytest.mark.parametrize(
    "line",
    [
        "Kết nối cung cầu công nghệ là một nhiệm vụ trọng tâm.",
        "In sao băng đĩa phải có giấy phép.",
        "Xếp hạng kết quả xây dựng hệ thống quản lý chất lượng",
        "Ngày 22/01/2024, Sở KH&CN tổ chức hội nghị.",
        "Đoạn phim đã có 53 lượt xem",
    ],
)
def test_sentence_of_the_article_is_never_taken_for_layout(line):
    assert body_of([line]).paragraphs == (line,)


def test_impossible_day_is_no_day():
    assert body_of(["Ngày 31-02-2024", PARAGRAPH]).published_on is None


def test_comparable_form_is_stable():
    assert comparable(comparable(PARAGRAPH)) == comparable(PARAGRAPH)
