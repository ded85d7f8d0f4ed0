"""The shipped tables are whole, and hold no column that nobody reads."""

from __future__ import annotations

from collections import Counter
from importlib import resources

import pytest

from knowledge.matching.lexicon import Row, read_table
from knowledge.matching.normalizer import normalize

FOLDER = resources.files("knowledge.matching").joinpath("lexicon")
NAMES = sorted(file.name.removesuffix(".tsv") for file in FOLDER.iterdir())
WEIGHED = {"abbreviations", "aspects", "documents", "members", "numbers", "stopwords", "synonyms", "teencode"}
"""The tables of which code reads the weight."""


def lines_of(name: str) -> list[list[str]]:
    text = FOLDER.joinpath(f"{name}.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line.strip() and line[0] != "#"]


@pytest.mark.parametrize("name", NAMES)
def test_every_line_has_a_cell_for_each_column_and_no_column_is_empty(name):
    columns, *rows = lines_of(name)

    assert {len(row) for row in rows} == {len(columns)}
    assert all(any(cells) for cells in zip(*rows, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_a_table_has_weights_where_they_are_read_and_nowhere_else(name):
    columns, *_ = lines_of(name)

    assert set(columns) <= {"term", "meaning", "kind", "weight"}
    assert ("weight" in columns) is (name in WEIGHED)


@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_read(name):
    rows = read_table(name)

    assert len(rows) == len(lines_of(name)) - 1
    assert all(row.term and row.kind and 0.0 < row.weight <= 1.0 for row in rows)


def test_a_spelling_and_its_meaning_stand_in_one_table_and_there_once():
    rows = [row for name in ("abbreviations", "teencode") for row in read_table(name)]

    counted = Counter((normalize(row.term), normalize(row.meaning)) for row in rows)
    assert [pair for pair, times in counted.items() if times > 1] == []


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("abbreviations", Row(term="ubnd", meaning="ủy ban nhân dân", kind="organisation", weight=0.95)),
        ("places", Row(term="An Giang", meaning="An Giang", kind="province")),
        ("questions", Row(term="bao nhiêu", kind="around")),
        ("negatives", Row(term="asdfghjkl", kind="gibberish")),
    ],
)
def test_columns_that_a_table_leaves_out_are_those_of_a_plain_row(name, row):
    assert row in read_table(name)


def test_a_table_that_is_not_there_is_empty():
    assert read_table("no-such-table") == ()
