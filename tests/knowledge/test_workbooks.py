"""Officials open the knowledge in Excel, change it there, and nothing else changes."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings

from knowledge import filing
from knowledge.parsing import check
from knowledge.sheets import COLUMNS
from knowledge.workbooks import CELL_LIMIT, read_xlsx, write_xlsx
from runtime.errors import KnowledgeError
from tests.knowledge.test_transfer import files
from tests.support.builders import a_file, an_entry_item


def a_workbook(*rows, options=None):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options or {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, at, cell, day)
                elif cell != "":
                    sheet.write(number, at, cell)
    return out.getvalue()


@given(file=files())
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_a_written_workbook_reads_the_same(file):
    read = check(read_xlsx(write_xlsx(file)))

    assert (read.articles, read.entries) == (file.articles, file.entries)
    assert not any(problem.is_fatal for problem in read.problems)


def test_what_looks_like_a_formula_stays_text(tmp_path):
    file = a_file(an_entry_item(answer='=HYPERLINK("http://x")', variants=("+1", "'=1", "007")))

    filing.write(file, tmp_path / "a.xlsx")

    assert filing.parse(tmp_path / "a.xlsx").entries == file.entries


def test_dates_and_numbers_are_read_as_they_were_meant():
    content = a_workbook(
        ["Key ", "QUESTION", "answer", "valid_until"],
        [],
        [93, "Câu hỏi?", 2024, datetime(2024, 12, 31)],  # noqa: DTZ001 - Excel knows no zones
    )

    (entry,) = check(read_xlsx(content)).entries

    assert (entry.key, entry.answer, entry.valid_until) == ("93", "2024", date(2024, 12, 31))


def test_a_mistake_is_named_by_the_row_that_excel_shows():
    rows = ["a", "Câu hỏi?", "Đáp.", "hôm qua"], ["b", "Câu khác?", "Đáp.", ""]
    content = a_workbook(["key", "question", "answer", "valid_until"], [], *rows)

    assert [problem.place for problem in check(read_xlsx(content)).problems] == ["row 3"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"not a workbook", "not a readable Excel workbook", id="text"),
        pytest.param(b"PK\x03\x04" + b"\0" * 60, "not a readable Excel workbook", id="broken archive"),
        pytest.param(a_workbook(["key", "answer"]), "lacks the column 'question'", id="no question"),
        pytest.param(a_workbook(), "lacks the column 'question'", id="empty"),
        pytest.param(a_workbook(list(COLUMNS), *[[]] * 400_000, [""] * 40 + ["x"]), "stray cells", id="stray cell"),
    ],
)
def test_what_cannot_be_used_is_said_plainly(content, said):
    with pytest.raises(KnowledgeError) as raised:
        read_xlsx(content)

    assert said in str(raised.value)


def test_a_text_longer_than_a_cell_is_never_cut():
    with pytest.raises(KnowledgeError, match="row 2"):
        write_xlsx(
            a_file(an_entry_item(variants=tuple(f"{number} " + "a" * 400 for number in range(CELL_LIMIT // 400 + 1))))
        )
