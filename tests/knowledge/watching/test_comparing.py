"""Which quotes a change of a page touches: the truth table of layout, counters, wording and order."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knowledge.portal.pages import read_page
from knowledge.portal.paragraphs import starter_paragraphs
from knowledge.portal.tables import Change
from knowledge.transfer import starter_file
from knowledge.watching.comparing import Quoted, compare_again, share_standing, touched
from tests.support.portal import PARAGRAPHS, a_fixture, a_html_page

FIRST, SECOND, THIRD, FOURTH = PARAGRAPHS
QUOTES = (
    Quoted(id=1, quote="quy định chính sách hỗ trợ hoạt động khoa học và công nghệ"),
    Quoted(id=2, quote="Mức hỗ trợ tối đa là 300 triệu đồng"),
    Quoted(id=3, quote="trước ngày 30/9 hằng năm"),
    Quoted(id=4, quote="không áp dụng đối với tổ chức, doanh nghiệp có vốn đầu tư nước ngoài"),
)


def touched_by(html: str) -> list[int]:
    return [touch.id for touch in touched(PARAGRAPHS, read_page(html), QUOTES)]


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(a_html_page(), id="nothing"),
        pytest.param(a_html_page(views=1_053), id="view counter"),
        pytest.param(a_html_page(layout="<nav><a href='/'>Trang chủ</a> <b>Tin mới nhất</b></nav>"), id="layout"),
        pytest.param(a_html_page(*(text.replace(" ", "\u00a0") for text in PARAGRAPHS)), id="no-break blanks"),
        pytest.param(a_html_page(*(text.replace("c", "с") for text in PARAGRAPHS)), id="Cyrillic letters"),
        pytest.param(a_html_page(*(text.replace("hỗ trợ", "hỗ\u00ad trợ") for text in PARAGRAPHS)), id="soft hyphens"),
        pytest.param(a_html_page(*reversed(PARAGRAPHS)), id="order of paragraphs"),
        pytest.param(a_html_page(" ".join(PARAGRAPHS)), id="paragraphs run together"),
        pytest.param(a_html_page(*" ".join(PARAGRAPHS).replace(". ", ".\n").split("\n")), id="paragraphs split"),
        pytest.param(
            a_html_page(*FIRST.replace(" quy", "\nquy").split("\n"), SECOND, THIRD, FOURTH),
            id="split within a sentence",
        ),
        pytest.param(
            a_html_page("Một đoạn mới hoàn toàn được thêm vào đầu bài viết.", *PARAGRAPHS), id="new paragraph"
        ),
        pytest.param("\n".join(("Chính sách hỗ trợ khởi nghiệp", *PARAGRAPHS)), id="pasted as text"),
    ],
)
def test_change_that_is_none_touches_nothing(html):
    assert touched_by(html) == []


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        pytest.param((FIRST, SECOND.replace("300", "200"), THIRD, FOURTH), [2], id="a figure"),
        pytest.param((FIRST, SECOND, THIRD.replace("30/9", "31/8"), FOURTH), [3], id="a day"),
        pytest.param((FIRST, SECOND, THIRD, FOURTH.replace("không ", "")), [4], id="a negation"),
        pytest.param((FIRST, SECOND, FOURTH), [3], id="a paragraph taken out"),
        pytest.param((FIRST, SECOND.replace("sau đầu tư", "trước đầu tư"), THIRD, FOURTH), [2], id="beside the quote"),
        pytest.param(
            (FIRST, SECOND + " Riêng dự án nhỏ không được hỗ trợ.", THIRD, FOURTH), [2], id="a sentence added"
        ),
        pytest.param(
            (FIRST.replace("93", "94"), SECOND, THIRD.replace("15", "10"), FOURTH), [1, 3], id="two paragraphs"
        ),
    ],
)
def test_change_touches_exactly_the_quotes_of_its_paragraph(paragraphs, expected):
    assert touched_by(a_html_page(*paragraphs)) == expected


def test_touched_quote_comes_with_old_and_new_wording():
    changed = SECOND.replace("300", "200")

    [touch] = touched(PARAGRAPHS, read_page(a_html_page(FIRST, changed, THIRD, FOURTH)), QUOTES)

    assert (touch.change, touch.old_text, touch.new_text) == (Change.CHANGED, SECOND, changed)
    assert not touch.is_quote_intact


def test_quote_that_still_stands_is_told_apart_from_one_that_does_not():
    changed = SECOND.replace("sau đầu tư", "trước đầu tư")

    [touch] = touched(PARAGRAPHS, read_page(a_html_page(FIRST, changed, THIRD, FOURTH)), QUOTES)

    assert touch.is_quote_intact
    assert touch.new_text == changed


def test_paragraph_without_a_successor_has_vanished():
    [touch] = touched(PARAGRAPHS, read_page(a_html_page(FIRST, SECOND, FOURTH)), QUOTES)

    assert (touch.change, touch.new_text) == (Change.VANISHED, "")


def test_quote_in_two_paragraphs_is_untouched_while_one_of_them_stands():
    text = ("Cuộc thi Khởi nghiệp lần thứ nhất bắt đầu.", "Cuộc thi Khởi nghiệp lần thứ nhất kết thúc.", *PARAGRAPHS)
    page = read_page(a_html_page(text[0], *PARAGRAPHS))

    assert touched(text, page, [Quoted(id=1, quote="Cuộc thi Khởi nghiệp lần thứ nhất")]) == []


def test_quote_that_never_stood_in_the_article_is_not_touched():
    assert touched(PARAGRAPHS, read_page(a_html_page(FIRST)), [Quoted(id=1, quote="câu không có trong bài")]) == []


def test_page_that_says_again_what_it_said_compares_equal():
    assert compare_again(SECOND, "300 triệu đồng", read_page(a_html_page())) is None


def test_notice_of_maintenance_shares_nothing_with_the_article():
    notice = read_page(a_html_page("Hệ thống đang được bảo trì, xin quý vị vui lòng quay lại sau.", title="Thông báo"))

    assert share_standing(PARAGRAPHS, notice) == 0.0
    assert share_standing(PARAGRAPHS, read_page(a_html_page(FIRST, SECOND))) == 0.5


def test_portal_page_touches_nothing_of_the_starter_text():
    """The text that comes with the program and the page as the portal shows it are the same article."""
    file = starter_file()
    quotes = [Quoted(id=number, quote=entry.quote) for number, entry in enumerate(file.entries)]
    page = read_page(a_fixture("caobang-n892.html"))

    assert touched(starter_paragraphs(title=file.articles[0].title), page, quotes) == []


def test_one_figure_in_the_portal_page_touches_the_entries_of_its_paragraph():
    file = starter_file()
    quotes = [Quoted(id=number, quote=entry.quote) for number, entry in enumerate(file.entries)]
    html = a_fixture("caobang-n892.html").replace("436 triệu", "463 triệu")

    found = touched(starter_paragraphs(title=file.articles[0].title), read_page(html), quotes)

    keys = {file.entries[touch.id].key: touch.is_quote_intact for touch in found}
    assert keys.pop("nq93-ket-qua") is False
    assert all(keys.values())
    assert {"nq93-nam-noi-dung"} <= keys.keys()


def in_text(change):
    """Make a change of text into one of HTML that leaves tags alone."""
    return lambda html: re.sub(r"(?<=>)[^<>]{20,}(?=</p>)", lambda found: change(found[0]), html)


LAYOUTS = (
    in_text(lambda text: text.replace(" ", "\u00a0")),
    in_text(lambda text: text.replace("hỗ trợ", "hỗ tr\u00adợ")),
    in_text(lambda text: text.replace("o", "о")),  # a Cyrillic letter
    in_text(lambda text: unicodedata.normalize("NFD", text)),
    in_text(lambda text: text.replace(". ", ".</p><p>")),
    in_text(lambda text: text.replace(", ", ", <b>").replace(" và", "</b> và")),
    lambda html: html.replace("</p>\n<p", "</p><div>Quảng cáo hội chợ</div><p"),
    lambda html: html.replace("Lượt xem 53", "Lượt xem 1.200.453"),
    lambda html: html.replace("<p style", "<p class='x' data-a='1' style").replace("</p>", "</p><hr>"),
)


def test_every_change_of_layout_changes_something():
    assert all(change(a_html_page()) != a_html_page() for change in LAYOUTS)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(LAYOUTS), max_size=4, unique=True))
def test_no_layout_ever_touches_an_entry(changes):
    html = a_html_page()
    for change in changes:
        html = change(html)

    assert touched_by(html) == []


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(PARAGRAPHS) - 1), st.data())
def test_any_figure_that_changes_touches_the_entries_of_its_paragraph(number, data):
    figures = [found.start() for found in re.finditer(r"\d", PARAGRAPHS[number])]
    assume(figures)
    at = data.draw(st.sampled_from(figures))
    old = PARAGRAPHS[number]
    new = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != old[at]]))
    paragraphs = [*PARAGRAPHS]
    paragraphs[number] = old[:at] + new + old[at + 1 :]

    assert touched_by(a_html_page(*paragraphs)) == [number + 1]
