"""The knowledge on paper can be read, remarked on and signed."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
import python_calamine as calamine

from knowledge import filing
from knowledge.review import write_review
from knowledge.schema import Status
from runtime.errors import KnowledgeError
from tests.support.builders import a_file, an_article_item, an_entry_item

ON = date(2026, 11, 26)


def cells_of(content):
    return calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_each_entry_has_room_for_remarks_and_a_signature():
    file = a_file(an_entry_item(valid_until=date(2030, 12, 31)), articles=(an_article_item(),))

    title, printed, _, heading, entry = cells_of(write_review(file, on=ON))

    assert title[0] == "BẢN RÀ SOÁT NỘI DUNG HỎI ĐÁP"
    assert printed[0] == "Ngày in: 26/11/2026. Số mục: 1."
    assert heading[-2:] == ["Ý kiến", "Ký, ghi rõ họ tên"]
    assert entry[:2] == ["1", "nq93-hinh-thuc"]
    assert "Tiền hỗ trợ được chi trước hay sau?" in entry[2]
    assert "“hỗ trợ một lần sau đầu tư”" in entry[4]
    assert entry[5:] == ["đến hết 31/12/2030", "", ""]


def test_it_prints_on_a4_one_page_wide_with_its_heading_on_every_page():
    with zipfile.ZipFile(io.BytesIO(write_review(a_file(an_entry_item()), on=ON))) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        book = parts.read("xl/workbook.xml").decode()

    assert 'orientation="landscape"' in sheet
    assert 'paperSize="9"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert "$4:$4" in book


def test_what_is_put_away_is_not_printed_and_nothing_is_a_formula():
    file = a_file(an_entry_item(answer="=1+1"), an_entry_item(key="cu", status=Status.ARCHIVED))

    rows = cells_of(write_review(file, on=ON))

    assert [row[1] for row in rows[4:]] == ["nq93-hinh-thuc"]
    assert rows[4][3] == "=1+1"


def test_it_is_a_workbook_only(tmp_path):
    filing.write_printable(a_file(), tmp_path / "a.xlsx", on=ON)

    with pytest.raises(KnowledgeError, match="workbook"):
        filing.write_printable(a_file(), tmp_path / "a.csv", on=ON)
