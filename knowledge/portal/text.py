"""Text of portal pages in two forms: as it is kept and quoted, and as it is compared."""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import accumulate

from knowledge.cleaning import clean_line
from knowledge.matching.normalizer import LOOK_ALIKES, normalize

_SHORT_LINE = 120  # characters; counters, days and authors stand on lines of their own
# "436" must not be found in "1436", "1.436" or "436,5".
_CUT_BEFORE = re.compile(r"\w$|\d[.,]$")
_CUT_AFTER = re.compile(r"\w|[.,]\d")
# Whatever may need more than NFC: soft hyphens, all but Latin letters and ordinary signs, formats. Pages are long.
_FOREIGN = re.compile(
    "[\u00ad\u0250-\u02ff\u0370-\u1dff\u1f00-\u200f\u2028-\u202f\u2060-\u20ff\u2100-\uffff\U00010000-\U0010ffff]"
)
_WORD = re.compile(r"[^\W\d_]+")
# Quotation marks come and go with the editor that saved the page; they carry no meaning.
_MARKS = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb\u2033", '"') | dict.fromkeys("\u2018\u2019\u02bc\u2032", "'")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The paragraphs of an article, and what its own lines say about it."""

    paragraphs: tuple[str, ...]
    published_on: date | None = None
    author: str = ""


def readable(text: str) -> str:
    """Return text on one line as it is kept: NFC, no invisible characters, disguised letters made Latin.

    Signs such as "m²" and "…" stay: a browser looks for the quote as the page writes it.
    """
    if _FOREIGN.search(text):
        plain = "".join(map(_plain_letter, unicodedata.normalize("NFC", text)))
        text = _WORD.sub(_undisguised, plain)
        text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return clean_line(text)


def comparable(text: str) -> str:
    """Return the form in which spelling habits, look-alikes, blanks and quotation marks do not count."""
    return normalize(text.translate(_MARKS))


def digest(text: str) -> str:
    """Return a stable name (64 hexadecimal digits) of what a paragraph says."""
    return hashlib.sha256(comparable(text).encode()).hexdigest()


def holds(paragraphs: Iterable[str], quote: str) -> bool:
    """Tell whether a quote stands in a text, wherever the text is broken into paragraphs."""
    return span_of(comparable(quote), comparable(" ".join(paragraphs))) is not None


def span_of(passage: str, text: str, begin: int = 0) -> tuple[int, int] | None:
    """Return where a passage stands in a text from `begin` on, both comparable; never inside a word or a number.

    None: nowhere.
    """
    start = text.find(passage, begin) if passage else -1
    while start >= 0:
        end = start + len(passage)
        if not _CUT_BEFORE.search(text[max(0, start - 2) : start]) and not _CUT_AFTER.match(text[end : end + 2]):
            return start, end
        start = text.find(passage, start + 1)
    return None


class Passages:
    """The paragraphs of an article, to find the ones that a quote comes from."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self._paragraphs = tuple(paragraphs)
        texts = [comparable(paragraph) for paragraph in self._paragraphs]
        self._starts = list(accumulate((len(text) + 1 for text in texts[:-1]), initial=0))
        self._text = " ".join(texts)

    def around(self, quote: str) -> Sequence[str]:
        """Return the paragraphs that hold a quote, with one more on each side; nothing when it is not there."""
        span = span_of(comparable(quote), self._text)
        if span is None:
            return ()
        first = bisect_right(self._starts, span[0]) - 1
        last = bisect_right(self._starts, span[1] - 1) - 1
        return self._paragraphs[max(0, first - 1) : last + 2]


def body_of(lines: Iterable[str], *, title: str = "") -> Body:
    """Return the article among the lines of a page: without layout, counters, its title, its day and its author."""
    kept: list[str] = []
    days: list[date] = []
    authors: list[str] = []
    known_title = comparable(title)
    for line in map(readable, lines):
        rest = _without_counters(line) if len(line) <= _SHORT_LINE else line
        form = comparable(rest)
        if not form or form == known_title or (len(rest) <= _SHORT_LINE and _is_chrome(form)):
            continue
        if len(rest) <= _SHORT_LINE and (day := _day(form)):
            days.append(day)
        elif len(rest) <= _SHORT_LINE and (author := _author(rest)):
            authors.append(author)
        else:
            kept.append(rest)
    return Body(
        paragraphs=_without_repeated_title(kept),
        published_on=days[0] if days else None,
        author=authors[0] if authors else "",
    )


def _without_repeated_title(lines: Sequence[str]) -> tuple[str, ...]:
    """Leave out a first line that stands there twice: portals print the title in the path and above the text."""
    if len(lines) > 1 and comparable(lines[0]) == comparable(lines[1]):
        return tuple(lines[2:])
    return tuple(lines)


def _plain_letter(letter: str) -> str:
    """Write letters and digits of other styles (mathematical, full-width) plainly; leave every other sign."""
    if letter.isascii() or unicodedata.category(letter) not in {"Lu", "Ll", "Lo", "Nd"}:
        return letter
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter


def _undisguised(found: re.Match[str]) -> str:
    """Make look-alike letters Latin in words that are Vietnamese in disguise; single Greek letters stay Greek."""
    word = found[0]
    if word.isascii():
        return word
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in word}
    if "CYRILLIC" in scripts or ("GREEK" in scripts and "LATIN" in scripts):
        return word.translate(LOOK_ALIKES)
    return word


@cache
def _chrome() -> dict[str, re.Pattern[str]]:
    source = resources.files("knowledge.portal").joinpath("chrome.vi.toml").read_text(encoding="utf-8")
    return {
        name: re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
        for name, patterns in tomllib.loads(source).items()
    }


def _is_chrome(form: str) -> bool:
    return _chrome()["paragraphs"].fullmatch(form) is not None


def _without_counters(line: str) -> str:
    return _chrome()["counters"].sub(" ", line).strip(" |-\u2013\u00b7") if _chrome()["counters"].search(line) else line


def _day(form: str) -> date | None:
    found = _chrome()["days"].fullmatch(form)
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _author(line: str) -> str:
    found = _chrome()["authors"].fullmatch(line)
    return next((part.strip() for part in found.groups() if part), "") if found else ""
