"""The knowledge file as an Excel workbook: the table of `knowledge.sheets` on one sheet, every cell text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

import python_calamine as calamine
import xlsxwriter

from knowledge.parsing import RawFile
from knowledge.schema import KnowledgeFile
from knowledge.sheets import COLUMNS, read_table, table_of
from runtime.errors import KnowledgeError

CELL_LIMIT = 32_767  # characters; Excel's own
_MOST_CELLS = 5_000_000  # a stray cell at the far corner of a sheet would ask for thousands of times more
_MOST_BYTES = 200 * 2**20  # unpacked; a sheet of 10,000 entries has about 30 MB
_MOST_MERGED = 1_000  # rows; a range over a whole sheet is decoration
_SHEET = "hoidap"
_WIDE = {"question": 45, "variants": 55, "answer": 70, "quote": 55, "key": 28}  # columns, in characters
_NARROW = 18


def read_xlsx(content: bytes) -> RawFile:
    """Read the first sheet of a workbook. Raises KnowledgeError naming the row when that is not possible."""
    _refuse_bomb(content)
    try:
        sheet = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except calamine.PasswordError:
        raise KnowledgeError("The workbook is protected by a password.", hint="Save it without one.") from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise KnowledgeError(f"This is not a readable Excel workbook: {error}.", hint="Save it as .xlsx.") from None
    if sheet.height * sheet.width > _MOST_CELLS:
        said = f"The sheet {sheet.name!r} spans {sheet.height} rows and {sheet.width} columns."
        raise KnowledgeError(said, hint="Delete the stray cells far right or below, and save it again.")
    return read_table(_joined(_rows(sheet), sheet))


def _refuse_bomb(content: bytes) -> None:
    """Refuse a workbook whose parts are declared far larger than any table of entries."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except zipfile.BadZipFile:
        return  # the reader says what it is
    if size > _MOST_BYTES:
        said = f"The workbook unpacks to more than {_MOST_BYTES // 2**20} MB."
        raise KnowledgeError(said, hint="Delete pictures and stray formatting, and save it again.")


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


def _joined(rows: Iterator[tuple[list[str], int]], sheet: calamine.CalamineSheet) -> Iterator[tuple[list[str], int]]:
    """Resolve cells merged downwards, as people draw tables.

    Rows under a merged key belong to one entry: what stands in them is added as further lines. Other merged cells say
    for every row what they say for the first.
    """
    header, first = next(rows, ([], 0))
    yield header, first
    names = [name.strip().lower() for name in header]
    above = _covering(sheet)
    key = names.index("key") if "key" in names else -1
    known: dict[int, list[str]] = {}
    entry: tuple[list[str], int] | None = None
    for cells, number in rows:
        known[number] = cells
        if entry is not None and (number, key) in above:
            entry = _with_lines(entry[0], cells), entry[1]
            continue
        if entry is not None:
            yield entry
        for at, cell in enumerate(cells):
            origin = known.get(above.get((number, at), 0))
            cells[at] = origin[at] if not cell and origin else cell
        entry = cells, number
    if entry is not None:
        yield entry


def _covering(sheet: calamine.CalamineSheet) -> dict[tuple[int, int], int]:
    """Return for each cell that lies below the first row of a merged range the number of that row."""
    column = sheet.start[1] if sheet.start else 0
    return {
        (row + 1, at - column): top + 1
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        if bottom - top < _MOST_MERGED
        for row in range(top + 1, bottom + 1)
        for at in range(left, right + 1)
    }


def _with_lines(cells: list[str], more: list[str]) -> list[str]:
    """Add the cells of a further row of an entry as lines to its own."""
    return ["\n".join(filter(None, pair)) for pair in zip_longest(cells, more, fillvalue="")]


def _text(value: Any) -> str:
    """Return a cell as it was meant: a whole number without ".0", a day without its midnight."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
