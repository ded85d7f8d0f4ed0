"""The knowledge on paper: a workbook set up for printing, with room for remarks and a signature behind each entry."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import xlsxwriter

from knowledge.schema import ArticleItem, EntryItem, KnowledgeFile, Status
from knowledge.workbooks import CELL_LIMIT

_WIDTHS = {
    "number": 5,
    "key": 14,
    "question": 28,
    "answer": 52,
    "source": 34,
    "validity": 12,
    "remark": 18,
    "signature": 16,
}
_A4 = 9  # as Excel numbers paper
_LEFT_OUT = {Status.ARCHIVED}


def write_review(file: KnowledgeFile, *, on: date) -> bytes:
    """Return a workbook: A4, landscape, one page wide, the heading on every page. Archived entries are left out."""
    wording = _wording()
    articles = {item.key: item for item in file.articles}
    entries = [item for item in file.entries if item.status not in _LEFT_OUT]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(wording["sheet"])
        title = book.add_format({"bold": True, "font_size": 14})
        heading = book.add_format(
            {"bold": True, "border": 1, "bg_color": "#DCE6F1", "text_wrap": True, "align": "center"}
        )
        body = book.add_format({"border": 1, "text_wrap": True, "valign": "top", "font_size": 10})
        sheet.write_string(0, 0, wording["title"], title)
        sheet.write_string(1, 0, wording["printed"].format(day=_day(on), count=len(entries)))
        for at, name in enumerate(_WIDTHS):
            sheet.set_column(at, at, _WIDTHS[name])
            sheet.write_string(3, at, wording["columns"][name], heading)
        for number, item in enumerate(entries, start=1):
            cells = _cells(item, articles.get(item.article), wording) | {"number": str(number)}
            for at, name in enumerate(_WIDTHS):
                sheet.write_string(number + 3, at, cells.get(name, "")[:CELL_LIMIT], body)
        _set_up(sheet, last_row=len(entries) + 3, footer=wording["footer"].format(day=_day(on)))
    return out.getvalue()


def _set_up(sheet: Any, *, last_row: int, footer: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    sheet.freeze_panes(4, 0)
    sheet.print_area(0, 0, last_row, len(_WIDTHS) - 1)
    sheet.set_footer(footer)


def _cells(item: EntryItem, article: ArticleItem | None, wording: Mapping[str, Any]) -> dict[str, str]:
    variants = ["", wording["variants"], *(f"- {text}" for text in item.variants)] if item.variants else []
    answers = [item.answer, item.answer_full] if item.answer_full else [item.answer]
    source = [article.title, article.url] if article is not None else []
    quote = [f"“{item.quote}”"] if item.quote else []
    bounds = [
        wording[name].format(day=_day(on))
        for name, on in (("since", item.valid_from), ("until", item.valid_until))
        if on is not None
    ]
    return {
        "key": item.key,
        "question": "\n".join([item.question, *variants]),
        "answer": "\n\n".join(answers),
        "source": "\n".join([*filter(None, (item.document, *source)), *quote]),
        "validity": "\n".join(bounds),
    }


def _day(on: date) -> str:
    return f"{on:%d/%m/%Y}"


@cache
def _wording() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("knowledge").joinpath("review.vi.toml").read_text(encoding="utf-8"))
