"""Where terms of a table stand in a text: the longest counts, marks count where they were set."""

from __future__ import annotations

import pytest

from knowledge.matching.asking.tabled import Terms
from knowledge.matching.lexicon import Lexicon, Row
from knowledge.matching.normalizer import words

ROWS = (
    Row(term="giá", meaning="price", kind="ask"),
    Row(term="đánh giá", kind="none"),
    Row(term="giá vé", meaning="ticket", kind="ask"),
    Row(term="gia", meaning="family", kind="other"),
)


@pytest.fixture(scope="module")
def terms() -> Terms:
    return Terms.of(Lexicon(tables={"prices": ROWS}), "prices", "ask", "none")


@pytest.mark.parametrize(
    ("text", "start", "size", "meanings"),
    [
        ("giá bao nhiêu", 0, 1, ["price"]),
        ("gia bao nhieu", 0, 1, ["price"]),
        ("giả bao nhiêu", 0, 0, []),
        ("giá vé bao nhiêu", 0, 2, ["ticket"]),
        ("gia ve bao nhieu", 0, 2, ["ticket"]),
        ("giá về bao nhiêu", 0, 1, ["price"]),
        ("đánh giá", 0, 2, [""]),
        ("đánh giá", 1, 1, ["price"]),
        ("đánh giá", 2, 0, []),
        ("vé", 0, 0, []),
        pytest.param("dánh giá", 0, 2, [""], id="its stroke left out"),
    ],
)
def test_the_longest_term_that_begins_somewhere(terms, text, start, size, meanings):
    found, rows = terms.find(words(text), start)

    assert (found, [row.meaning for row in rows]) == (size, meanings)
    assert terms.at(words(text), start) == size


@pytest.mark.parametrize(
    ("text", "stop", "size"),
    [("hỏi giá vé", 3, 2), ("hỏi giá vé", 2, 1), ("hoi danh gia", 3, 2), ("hỏi đánh già", 3, 0), ("giá", 0, 0)],
)
def test_the_longest_term_that_ends_somewhere(terms, text, stop, size):
    assert terms.before(words(text), stop) == size


def test_of_overlapping_terms_the_first_and_longest_counts(terms):
    found = [(start, stop, rows[0].meaning) for start, stop, rows in terms.apart(words("đánh giá vé, giá vé, giá"))]

    assert found == [(0, 2, ""), (3, 5, "ticket"), (5, 6, "price")]


def test_rows_of_other_kinds_are_left_out(terms):
    assert {row.meaning for row in terms.rows()} == {"price", "ticket", ""}
    assert terms.words() == {"gia", "danh", "ve"}
