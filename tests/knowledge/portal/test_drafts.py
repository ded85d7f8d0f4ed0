"""Draft entries suggested from an article: what is asked, and that every one rests on an exact passage."""

from __future__ import annotations

import pytest

from knowledge.portal.drafts import sentences, suggest
from knowledge.portal.pages import read_page
from knowledge.portal.text import holds
from tests.support.portal import a_fixture

FIXTURES = ["caobang-n892.html", "nukeviet-1762.html", "sharepoint-huong-dan.html"]


@pytest.mark.parametrize("fixture", FIXTURES)
def test_every_suggestion_rests_on_a_passage_and_its_section(fixture):
    page = read_page(a_fixture(fixture))
    slugs = {section.slug for section in page.sections}

    found = suggest(page.sections)

    assert found
    assert all(holds(page.paragraphs, each.quote) and each.section in slugs for each in found)
    assert all(each.answer == each.quote and len(each.answer) <= 500 for each in found)
    assert len({each.question for each in found}) == len(found)


@pytest.mark.parametrize(
    ("line", "question"),
    [
        pytest.param("Hỗ trợ 300 triệu đồng cho một dự án.", "Hỗ trợ bao nhiêu tiền cho một dự án?", id="money"),
        pytest.param("Hồ sơ nộp trước ngày 30/9 hằng năm.", "Hồ sơ nộp trước ngày nào hằng năm?", id="day"),
        pytest.param("Tỉnh đã hỗ trợ 17 lượt tổ chức.", "Tỉnh đã hỗ trợ bao nhiêu lượt tổ chức?", id="count"),
        pytest.param("Ngân sách chi 50% kinh phí.", "Ngân sách chi bao nhiêu phần trăm kinh phí?", id="share"),
        pytest.param("Mỗi nhóm có từ 02 đến 05 thành viên.", "Mỗi nhóm có bao nhiêu thành viên?", id="range"),
        pytest.param(
            "Kế hoạch số 2817/KH-UBND ngày 13/10/2023 của UBND tỉnh.",
            "Kế hoạch số 2817/KH-UBND được ban hành ngày nào?",
            id="document",
        ),
    ],
)  # fmt: skip
def test_sentence_with_a_figure_becomes_a_question(line, question):
    assert [each.question for each in suggest(read_page(f"<p>{line}</p>").sections)] == [question]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Nghị quyết số 93/2021/NQ-HĐND quy định nhiều chính sách.", id="only a document number"),
        pytest.param("Năm 2023 là năm hết sức đặc biệt của ngành khoa học.", id="only a year"),
        pytest.param("Hoạt động giai đoạn 2021-2025 đạt kết quả tốt đẹp.", id="only a period"),
        pytest.param("Ngành khoa học tiếp tục phát triển tích cực.", id="no figure"),
    ],
)
def test_figure_that_is_a_name_is_not_asked_for(line):
    assert suggest(read_page(f"<p>{line}</p>").sections) == ()


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("1. Đối tượng dự thi", "Đối tượng dự thi gồm những ai?"),
        ("Mức hỗ trợ", "Mức hỗ trợ là bao nhiêu?"),
        ("Thời hạn nộp hồ sơ", "Thời hạn nộp hồ sơ là khi nào?"),
        ("Trình tự thực hiện", "Trình tự thực hiện như thế nào?"),
        ("Thành phần hồ sơ", "Thành phần hồ sơ gồm những gì?"),
        ("Làm thế nào để đăng ký?", "Làm thế nào để đăng ký?"),
        ("Vườn ươm doanh nghiệp", "Thông tin về “Vườn ươm doanh nghiệp” là gì?"),
    ],
)
def test_heading_becomes_a_question(heading, question):
    text = "Nội dung dưới đề mục này đủ dài để trả lời, được viết thành một câu trọn vẹn."
    page = read_page(f"<h1>Tên bài viết</h1><h2>{heading}</h2><p>{text}</p>")

    assert suggest(page.sections)[0].question == question


def test_text_is_split_into_sentences_that_it_holds():
    paragraph = "Sở KH&CN TP. Cao Bằng hỗ trợ 1.923 hộ. Ông P.L. báo cáo; Kết quả tốt. “Đề án” kết thúc…"

    assert sentences(paragraph) == [
        "Sở KH&CN TP. Cao Bằng hỗ trợ 1.923 hộ.",
        "Ông P.L. báo cáo;",
        "Kết quả tốt.",
        "“Đề án” kết thúc…",
    ]
