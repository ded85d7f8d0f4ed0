"""Links that open an article at the sentence that is quoted."""

from __future__ import annotations

from urllib.parse import quote as percent_encode

from knowledge.snapshot import Citation

# Text fragments (https://wicg.github.io/scroll-to-text-fragment/): a browser takes the first `start` of the page and
# the first `end` behind it. Five words are about eight Vietnamese syllables. With these two figures every quote of the
# starter article opens at its own passage (tests/knowledge/test_links.py); with five syllables some do not.
LONG_QUOTE_SYLLABLES = 24
EDGE_SYLLABLES = 8
_DIRECTIVE = ":~:"


def source_url(citation: Citation) -> str:
    """Return the address of the cited article, opening at the quote; without a quote, the article's plain address."""
    syllables = citation.quote.split()
    if not syllables or not citation.article.url:
        return citation.article.url
    url = citation.article.url.partition(_DIRECTIVE)[0]
    hash_sign = "" if "#" in url else "#"
    return f"{url}{hash_sign}{_DIRECTIVE}text={_text_directive(syllables)}"


def _text_directive(syllables: list[str]) -> str:
    if len(syllables) <= LONG_QUOTE_SYLLABLES:
        return _encode(syllables)
    return f"{_encode(syllables[:EDGE_SYLLABLES])},{_encode(syllables[-EDGE_SYLLABLES:])}"


def _encode(syllables: list[str]) -> str:
    # "-", "," and "&" part the directive; percent-encoding leaves the hyphen alone
    return percent_encode(" ".join(syllables), safe="").replace("-", "%2D")
