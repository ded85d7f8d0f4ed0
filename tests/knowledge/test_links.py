"""Links open the article at the quoted passage."""

from __future__ import annotations

from importlib import resources
from urllib.parse import unquote

import pytest

from knowledge.links import EDGE_SYLLABLES, LONG_QUOTE_SYLLABLES, source_url
from knowledge.transfer import starter_snapshot
from tests.support.builders import a_citation, an_article

LONG = "một hai ba bốn năm sáu bảy tám " * 4


def directive(quote: str) -> str:
    return source_url(a_citation(quote=quote)).partition("#:~:text=")[2]


def test_link_without_a_quote_is_the_plain_address():
    assert source_url(a_citation(quote="")) == "https://portal.example/bai-viet.html"


def test_article_without_an_address_has_no_link():
    assert source_url(a_citation(article=an_article(url=""))) == ""


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        pytest.param("hỗ trợ", "h%E1%BB%97%20tr%E1%BB%A3", id="Vietnamese letters as UTF-8"),
        pytest.param("a-b, c & d", "a%2Db%2C%20c%20%26%20d", id="the signs that part a directive"),
        pytest.param("  một \n\t hai\u00a0ba ", "m%E1%BB%99t%20hai%20ba", id="any white space is one blank"),
        pytest.param("93/2021 (50%) #1?", "93%2F2021%20%2850%25%29%20%231%3F", id="signs of a URL"),
    ],
)
def test_quote_is_encoded(quote, expected):
    assert directive(quote) == expected


def test_long_quote_is_named_by_its_first_and_last_syllables():
    start, _, end = directive(LONG).partition(",")

    assert unquote(start) == "một hai ba bốn năm sáu bảy tám"
    assert unquote(end) == "một hai ba bốn năm sáu bảy tám"


def test_quote_of_the_longest_length_is_written_in_full():
    assert "," not in directive(" ".join(LONG.split()[:LONG_QUOTE_SYLLABLES]))


def test_edges_of_a_long_quote_never_overlap():
    assert 2 * EDGE_SYLLABLES < LONG_QUOTE_SYLLABLES


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://a.example/x#muc-2", "https://a.example/x#muc-2:~:text=ba", id="an anchor stays"),
        pytest.param("https://a.example/x#:~:text=cu", "https://a.example/x#:~:text=ba", id="an old fragment goes"),
    ],
)
def test_fragment_joins_what_the_address_has(url, expected):
    assert source_url(a_citation(article=an_article(url=url), quote="ba")) == expected


def test_every_starter_quote_opens_at_its_own_passage():
    """A browser takes the first start of the page and the first end behind it."""
    page = resources.files("knowledge").joinpath("starter", "article-2023.txt").read_text(encoding="utf-8")
    text = " ".join(page.split()).lower()
    for entry in starter_snapshot().entries.values():
        assert entry.citation is not None
        quote = " ".join(entry.citation.quote.split()).lower()

        start, _, end = source_url(entry.citation).partition("text=")[2].partition(",")
        begins = text.index(unquote(start).lower())
        ends = text.index(unquote(end).lower(), begins + len(unquote(start))) + len(unquote(end)) if end else None

        assert text[begins:ends].startswith(quote), entry.key
        assert ends is None or text[begins:ends] == quote, entry.key
