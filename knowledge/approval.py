"""Whether a text says something that a second person must have read: an amount of money, or what the law says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from knowledge.schema import EntryItem

MOST_CLAIMS = 6  # named to staff
_D_STROKE = str.maketrans("\N{LATIN SMALL LETTER D WITH STROKE}\N{LATIN CAPITAL LETTER D WITH STROKE}", "dD")
_NUMBER = r"\d[\d.,]*"
_DOCUMENT = (
    r"(?:nghi quyet|quyet dinh|nghi dinh|thong tu|phap lenh|chi thi|ke hoach|cong van|thong bao|huong dan|luat|bo luat)"
)
# On text without marks in lower case, letter for letter as long as the original.
_CLAIMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_NUMBER}\s*(?:trieu|ty|ti|nghin|ngan)?\s*(?:dong|vnd|usd|do la)\b",
        rf"{_NUMBER}\s*(?:trieu|ty|ti)\b",
        r"\b(?:trieu|ty|nghin|ngan|tram)\s+dong\b",
        rf"\b{_DOCUMENT}\s+(?:so\s+)?\d[\w/.-]*",
        r"\b\d{1,5}/(?:\d{4}/)?(?:nq|qd|nd|tt|kh|cv|ct|tb|qh)[\w-]*",
        r"\b(?:dieu|khoan)\s+\d+\b",
        r"\bluat\s+(?:\w+\s+){1,3}(?:nam\s+)?\d{4}\b",
        r"\b(?:theo quy dinh|bat buoc|bi (?:phat|xu phat|xu ly)|xu phat|trach nhiem phap ly)\b",
    )
)


def claims_of(item: EntryItem) -> tuple[str, ...]:
    """Return what makes a second person necessary, in the entry's own words, each once; empty: nothing does."""
    return claims_in((item.answer, item.answer_full))


def claims_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Return what in these texts makes a second person necessary, as `claims_of` does of an entry."""
    found = (claim for text in texts for claim in _claims(text))
    return tuple(dict.fromkeys(found))[:MOST_CLAIMS]


def _claims(text: str) -> Iterable[str]:
    composed = unicodedata.normalize("NFC", text)
    plain = "".join(unicodedata.normalize("NFD", letter)[0] for letter in composed).translate(_D_STROKE).lower()
    hits = (hit.span() for pattern in _CLAIMS for hit in pattern.finditer(plain))
    reached = 0
    for start, end in sorted(hits, key=lambda span: (span[0], -span[1])):  # the longest of several at one place
        if end > reached:
            yield composed[start:end].rstrip(" .,")
        reached = max(reached, end)
