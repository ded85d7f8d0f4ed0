"""The knowledge file as a table: one row per entry, lists as lines of one cell, the article in columns of its own."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from knowledge.keys import steady_key
from knowledge.parsing import RawFile, Record, unknown_field
from knowledge.schema import ArticleItem, EntryItem, KnowledgeFile, Problem
from runtime.errors import KnowledgeError

_LISTS = ("variants", "related", "must_not_match", "not_covered", "buttons")
_ENTRY_FIELDS = tuple(EntryItem.model_fields)
_ARTICLE_FIELDS = {f"article_{name}": name for name in ArticleItem.model_fields if name != "key"}
COLUMNS = (*_ENTRY_FIELDS, *_ARTICLE_FIELDS)
_DATES = tuple(
    name for name in COLUMNS if name in {"valid_from", "valid_until", "review_on", "article_published", "article_as_of"}
)
_REQUIRED = ("question", "answer")
_DELIMITERS = (",", ";", "\t")  # Excel writes ";" where the comma is the decimal sign, as in Vietnam
_VIETNAMESE_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_SERIAL_DAY = re.compile(r"[2-7]\d{4}")  # 1954 to 2119
_FIRST_DAY = date(1899, 12, 30)  # Excel's day 0, its leap year 1900 taken into account
# A cell that begins so would be computed by a spreadsheet; it is written behind an apostrophe, as spreadsheets do.
_FORMULA_STARTS = ("=", "+", "-", "@", "'")


def read_csv(text: str) -> RawFile:
    """Parse comma, semicolon or tab separated text. Raises KnowledgeError naming the row when that is not possible."""
    return read_table(([_unguarded(cell) for cell in cells], number) for cells, number in _rows(text))


def read_table(rows: Iterator[tuple[list[str], int]]) -> RawFile:
    """Read rows of cells with their numbers, the first being the header. Raises KnowledgeError naming the row."""
    header, first = next(rows, ([], 0))
    names = [name.strip().lower() for name in header]
    missing = [name for name in _REQUIRED if name not in names]
    if missing:
        begun = "The table lacks" if names else "The table is empty: it lacks"
        raise KnowledgeError(
            f"{begun} the column {missing[0]!r}, at row {first or 1}.",
            hint=f"Its first row names the columns: {', '.join(COLUMNS)}.",
        )
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise KnowledgeError(f"Two columns are named {repeated[0]!r}, at row {first}.", hint="Rename one of them.")
    table = _Table()
    for name in names:
        if name and name not in COLUMNS:
            table.warn(f"row {first}", unknown_field(name, COLUMNS))
    for cells, number in rows:
        table.add(names, cells, f"row {number}")
    return replace(table.raw_file(), fields=frozenset(names) & frozenset(_ENTRY_FIELDS))


def write_csv(file: KnowledgeFile) -> str:
    """Write comma separated text; the columns of an article are filled where it first appears."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in table_of(file):
        writer.writerow({name: _guarded(cell) for name, cell in row.items()})
    return out.getvalue()


@dataclass(slots=True)
class _Table:
    """Collects entries, and the articles that are spread over their rows."""

    entries: list[Record] = field(default_factory=list)
    articles: dict[str, Record] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def warn(self, place: str, message: str) -> None:
        """Note something that is not used."""
        self.problems.append(Problem(message=message, place=place, is_fatal=False))

    def add(self, names: Sequence[str], cells: Sequence[str], place: str) -> None:
        """Take one row. A row that only fills article columns describes an article that no entry uses yet."""
        if any(cell.strip() for cell in cells[len(names) :]):
            self.warn(place, "there are more cells than columns; those on the right are not used")
        filled = {name: _day(name, cell) for name, cell in zip(names, cells, strict=False) if cell.strip()}
        details = {_ARTICLE_FIELDS[name]: cell for name, cell in filled.items() if name in _ARTICLE_FIELDS}
        entry: dict[str, Any] = {name: cell for name, cell in filled.items() if name in _ENTRY_FIELDS}
        article = entry.get("article", "").strip()
        is_entry = any(name != "article" for name in entry)
        if article and (details or not is_entry):
            self._describe(article, details, place)
        elif details:
            self.warn(place, "describes an article, but the column 'article' that names it is empty")
        if is_entry and "key" not in entry and "question" in entry:
            entry["key"] = steady_key(entry["question"])
        if is_entry:
            lists = {name: entry[name].splitlines() for name in _LISTS if name in entry}
            fields = {"answer": "", "article": "", **entry, **lists}
            self.entries.append(Record(place=place, fields=fields, keyed_by="question"))

    def raw_file(self) -> RawFile:
        """Return what was collected."""
        articles = tuple(self._with_sections(record) for record in self.articles.values())
        return RawFile(articles=articles, entries=tuple(self.entries), problems=tuple(self.problems))

    def _describe(self, key: str, details: Mapping[str, str], place: str) -> None:
        known = self.articles.setdefault(key, Record(place=place, fields={"key": key}))
        fields = dict(known.fields)
        for name, cell in details.items():
            if fields.setdefault(name, cell).strip() != cell.strip():
                self.warn(place, f"the {name} of article {key!r} differs from {known.place}, which is used")
        self.articles[key] = Record(place=known.place, fields=fields)

    @staticmethod
    def _with_sections(record: Record) -> Record:
        lines = record.fields.get("sections", "").splitlines()
        pairs = (line.partition(":") for line in lines if line.strip())
        return Record(
            place=record.place, fields={**record.fields, "sections": {slug: words for slug, _, words in pairs}}
        )


def _rows(text: str) -> Iterator[tuple[list[str], int]]:
    """Yield the cells and number of every row that is not blank, numbered as a spreadsheet does."""
    first_line = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield cells, number
    except csv.Error as error:
        raise KnowledgeError(f"The table cannot be read at row {number + 1}: {error}.", hint="Correct it.") from error


def table_of(file: KnowledgeFile) -> Iterator[dict[str, str]]:
    """Yield rows by column name.

    An article that cannot be introduced by its first entry in the right order has a row of its own.
    """
    waiting = {item.key: _article_cells(item) for item in file.articles}
    for item in file.entries:
        row = _entry_cells(item)
        if item.article in waiting:
            yield from _introduced(waiting, until=item.article)
            details = waiting.pop(item.article)
            if len(details) == 1:  # nothing but its key: only a row of its own can say that it exists
                yield details
            row |= details
        yield row
    yield from waiting.values()


def _introduced(waiting: dict[str, dict[str, str]], *, until: str) -> Iterator[dict[str, str]]:
    while (key := next(iter(waiting))) != until:
        yield waiting.pop(key)


def _article_cells(item: ArticleItem) -> dict[str, str]:
    cells = {column: getattr(item, name) for column, name in _ARTICLE_FIELDS.items()}
    cells["article_sections"] = [f"{slug}: {words}" for slug, words in item.sections.items()]
    return {"article": item.key} | _written(cells)


def _entry_cells(item: EntryItem) -> dict[str, str]:
    return _written({name: getattr(item, name) for name in _ENTRY_FIELDS})


def _written(cells: Mapping[str, Any]) -> dict[str, str]:
    return {name: _cell(value) for name, value in cells.items() if value}


def _cell(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, Iterable) and not isinstance(value, str) else str(value)


def _day(name: str, cell: str) -> str:
    """Write a day as ISO does that Excel wrote in the Vietnamese way or as the number of days it counts."""
    if name not in _DATES:
        return cell
    written = _VIETNAMESE_DAY.fullmatch(cell.strip())
    try:
        if written:
            return date(int(written[3]), int(written[2]), int(written[1])).isoformat()
        if _SERIAL_DAY.fullmatch(cell.strip()):
            return (_FIRST_DAY + timedelta(days=int(cell))).isoformat()
    except ValueError:
        return cell  # there is no such day: refused with its row
    return cell


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA_STARTS) else cell
