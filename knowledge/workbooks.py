"""The knowledge file as an Excel workbook: the table of `knowledge.sheets` on one sheet, every cell text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import python_calamine as calamine
import xlsxwriter

from knowledge.parsing import RawFile
from knowledge.schema import KnowledgeFile
from knowledge.sheets import COLUMNS, read_table, table_of
from runtime.errors import KnowledgeError

CELL_LIMIT = 32_767  # characters; Excel's own
_MOST_CELLS = 5_000_000  # a stray cell at the far corner of a sheet would ask for thousands of times more
_SHEET = "hoidap"
_WIDE = {"question": 45, "variants": 55, "answer": 70, "quote": 55, "key": 28}  # columns, in characters
_NARROW = 18


def read_xlsx(content: bytes) -> RawFile:
    """Read the first sheet of a workbook. Raises KnowledgeError naming the row when that is not possible."""
    try:
        sheet = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except calamine.PasswordError:
        raise KnowledgeError("The workbook is protected by a password.", hint="Save it without one.") from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise KnowledgeError(f"This is not a readable Excel workbook: {error}.", hint="Save it as .xlsx.") from None
    if sheet.height * sheet.width > _MOST_CELLS:
        said = f"The sheet {sheet.name!r} spans {sheet.height} rows and {sheet.width} columns."
        raise KnowledgeError(said, hint="Delete the stray cells far right or below, and save it again.")
    return read_table(_rows(sheet))


def write_xlsx(file: KnowledgeFile) -> bytes:
    """Return a workbook with one row per entry. Raises KnowledgeError when a text is longer than a cell can hold."""
    out = io.BytesIO()
    # Nothing is ever a formula, a number or a link: a cell says exactly what the entry says.
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(_SHEET)
        heading = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
        body = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        sheet.freeze_panes(1, 1)
        for at, name in enumerate(COLUMNS):
            sheet.set_column(at, at, _WIDE.get(name, _NARROW), body)
            sheet.write_string(0, at, name, heading)
        for number, row in enumerate(table_of(file), start=1):
            for at, name in enumerate(COLUMNS):
                if row.get(name):
                    sheet.write_string(number, at, _fitting(row[name], name, number + 1), body)
        sheet.autofilter(0, 0, 0, len(COLUMNS) - 1)
    return out.getvalue()


def _fitting(text: str, name: str, number: int) -> str:
    if len(text) > CELL_LIMIT:
        said = f"The {name} at row {number} has {len(text)} characters; a cell of Excel holds {CELL_LIMIT}."
        raise KnowledgeError(said, hint="Export it as YAML or CSV.")
    return text


def _rows(sheet: calamine.CalamineSheet) -> Iterator[tuple[list[str], int]]:
    """Yield the cells and number of every row that is not blank, numbered as Excel does."""
    first = sheet.start[0] + 1 if sheet.start else 1
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=first):
        texts = [_text(cell) for cell in cells]
        if any(text.strip() for text in texts):
            yield texts, number


def _text(value: Any) -> str:
    """Return a cell as it was meant: a whole number without ".0", a day without its midnight."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
