"""Portal pages as articles, in the shapes that the portals of the field study have."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.portal.decoding import decode
from knowledge.portal.pages import plain_address, read_page, slug_of
from knowledge.portal.paragraphs import starter_paragraphs
from tests.support.portal import PARAGRAPHS, TITLE, a_fixture, a_html_page

N892 = "https://startup.caobang.gov.vn/dau-an-cua-khoa-hoc--cong-nghe-va-doi-moi-sang-tinh-cao-bang-nam-2023-n892.html"


def test_page_of_the_cao_bang_portal():
    page = read_page(a_fixture("caobang-n892.html"), url=f"{N892}?utm_source=zalo#dau-trang")

    assert page.title == "Dấu ấn của Khoa học, công nghệ và đổi mới sáng tỉnh Cao Bằng năm 2023"
    assert (page.url, page.published_on, page.author) == (N892, date(2024, 1, 22), "P.L - P.H")
    assert page.portal == "Cổng thông tin Khởi nghiệp đổi mới sáng tạo tỉnh Cao Bằng"
    assert page.paragraphs == starter_paragraphs(title=page.title)
    assert "chinh-sach-ho-tro-ve-hoat" in {section.slug for section in page.sections}


def test_page_of_a_nukeviet_portal():
    """Its day is written with PHP's T, its lead stands outside the body, and some letters are in disguise."""
    page = read_page(a_fixture("nukeviet-1762.html"), url="https://portal.example/index.php/tin/bai-1762.html")

    assert page.title == "Chính sách hỗ trợ sản xuất nông nghiệp ứng dụng công nghệ cao"
    assert (page.published_on, page.author) == (date(2024, 3, 15), "Nông Văn Minh")
    assert page.url == "https://portal.example/index.php/tin-trong-tinh/chinh-sach-ho-tro-san-xuat-1762.html"
    assert [(section.heading, len(section.paragraphs)) for section in page.sections] == [
        ("", 1),
        ("Đối tượng được hỗ trợ", 1),
        ("Mức hỗ trợ", 6),
    ]
    assert "Hỗ trợ một lần 70 triệu đồng để áp dụng hệ thống quản lý chất lượng HACCP." in page.paragraphs
    assert "Nhà màng, nhà lưới | 200 triệu đồng" in page.paragraphs


def test_page_of_a_sharepoint_portal():
    page = read_page(a_fixture("sharepoint-huong-dan.html"), url="https://portal.example/Pages/hướng dẫn.aspx")

    assert page.title == "Hướng dẫn đăng ký tham gia Cuộc thi Khởi nghiệp đổi mới sáng tạo"
    assert page.published_on == date(2025, 7, 5)
    assert page.url == "https://portal.example/Pages/h%C6%B0%E1%BB%9Bng%20d%E1%BA%ABn.aspx"
    assert [section.slug for section in page.sections] == [
        "mo-dau",
        "doi-tuong-du-thi",
        "thoi-han-nop-ho-so",
        "giai-thuong",
    ]
    assert "Mỗi nhóm có từ 02 đến 05 thành viên." in page.paragraphs


def test_day_of_today_in_the_head_of_the_page_is_not_the_day_of_the_article():
    page = read_page(a_html_page(layout="<div>Thứ tư, 26/11/2026</div>"), url="https://portal.example/a")

    assert page.published_on == date(2024, 1, 22)


def test_pasted_text_is_read_like_the_page():
    text = "\n".join(("Chào mừng đến với Cổng thông tin", TITLE, TITLE, "Ngày 22-01-2024 Lượt xem 53", *PARAGRAPHS))

    page = read_page(text)

    assert (page.title, page.published_on, page.paragraphs) == (TITLE, date(2024, 1, 22), PARAGRAPHS)


def test_pasted_text_may_go_on_with_a_heading_shorter_than_its_title():
    page = read_page("Hỗ trợ khởi nghiệp năm 2026\n\nĐối tượng\n\nDoanh nghiệp mới được hỗ trợ trong 12 tháng.")

    assert page.title == "Hỗ trợ khởi nghiệp năm 2026"
    assert page.paragraphs == ("Đối tượng", "Doanh nghiệp mới được hỗ trợ trong 12 tháng.")


def test_pasted_part_of_a_page_is_read_whole():
    page = read_page("<p>Hồ sơ gửi về Sở trước ngày 30/9.</p><p>Kết quả có sau <b>15 ngày</b>.</p>")

    assert page.paragraphs == ("Hồ sơ gửi về Sở trước ngày 30/9.", "Kết quả có sau 15 ngày.")


@pytest.mark.parametrize("text", ["", "   ", "<html></html>", "<p>", "<html><body><script>x</script></body></html>"])
def test_page_without_text_has_no_paragraphs(text):
    assert read_page(text, url="https://portal.example/a").paragraphs == ()


def test_address_of_another_host_is_not_believed():
    html = a_html_page().replace("<head>", '<head><link rel="canonical" href="https://other.example/x.html">')

    assert read_page(html, url="https://portal.example/a.html").url == "https://portal.example/a.html"


def test_words_in_scripts_are_no_text():
    page = read_page(a_html_page(layout="<script>var x = 'lời trong mã';</script>"))

    assert "lời trong mã" not in page.everything


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        pytest.param("Hỗ trợ đổi mới".encode(), "", id="UTF-8 undeclared"),
        pytest.param("Hỗ trợ đổi mới".encode(), "windows-1252", id="UTF-8 declared as something else"),
        pytest.param("Hỗ trợ đổi mới".encode("utf-8-sig"), "", id="byte order mark"),
        pytest.param("Hỗ trợ đổi mới".encode("utf-16"), "", id="UTF-16"),
        pytest.param("Hô\u0303 trơ\u0323 đô\u0309i mơ\u0301i".encode("cp1258"), "windows-1258", id="windows-1258"),
        pytest.param("Hô\u0303 trơ\u0323 đô\u0309i mơ\u0301i".encode("cp1258"), "iso-8859-1", id="a server's default"),
        pytest.param("Hô\u0303 trơ\u0323 đô\u0309i mơ\u0301i".encode("cp1258"), "no-such-charset", id="unknown name"),
    ],
)
def test_page_is_decoded_whatever_its_server_says(content, declared):
    page = read_page(decode(content, declared=declared))

    assert page.everything == "hỗ trợ đổi mới"


def test_character_set_is_read_from_the_page():
    content = '<meta charset="windows-1258"><p>Hô\u0303 trơ\u0323 đô\u0309i mơ\u0301i</p>'.encode("cp1258")

    assert read_page(decode(content)).everything == "hỗ trợ đổi mới"


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        pytest.param("HTTPS://Portal.Example/A#b", "https://portal.example/A", id="case and fragment"),
        pytest.param("https://p.example/Tên-mục/a.aspx", "https://p.example/T%C3%AAn-m%E1%BB%A5c/a.aspx", id="accents"),
        pytest.param("https://p.example/a%20b?x=1&y=2", "https://p.example/a%20b?x=1&y=2", id="encoded already"),
    ],
)
def test_address_is_written_plainly(url, plain):
    assert plain_address(url) == plain


@pytest.mark.parametrize(
    ("heading", "slug"),
    [("2.1. Mức hỗ trợ", "muc-ho-tro"), ("II. Đối tượng", "doi-tuong"), ("***", "muc"), ("a) Hồ sơ", "ho-so")],
)
def test_section_is_named_by_its_heading(heading, slug):
    assert slug_of(heading) == slug
