"""What a question restricts itself to, and a text may hold for others only: a commune, a people, a rank, an office."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile

from rapidfuzz import fuzz

from knowledge.matching.asking.tabled import Terms
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import Word, begins_name, clean, fold, typed_word
from knowledge.matching.reading.numerals import roman

_TOKEN = re.compile(r"[^\W_]+|[^\w\s'’]")
_LONGEST = 4  # words of a name
_YEAR = re.compile(r"(?:\bnam |\b(?:0?[1-9]|1[0-2])/|\b(?:19|20)\d\d ?- ?)((?:19|20)\d\d)\b(?!/)")
_SHORT_YEAR = re.compile(  # "năm 22"
    r"(?<!moi )(?<!mot )(?<!may )(?<!hang )(?<!\d )\bnam ([12]\d)\b(?! ?(?:%|trieu|ty|tuoi|ngay|ho|nguoi|lop|lan)\b)"
)
_SPAN = re.compile(r"\b((?:19|20)\d\d)(?: ?- ?| den (?:het )?)(?:nam )?((?:19|20)\d\d|nay)\b")
_CLAUSE = re.compile(  # "chuong vi" may be "chương vì" as well
    r"\b(?:(dieu|khoan|chuong|phu luc)(?: so| thu)? (\d{1,3})|(chuong|phu luc) (?!vi\b|xi\b)([ivx]{1,5}))\b"
    r"(?! ?(?:%|trieu|ty|nghin|dong|nguoi|ngay))"
)
_SPANNED = 15  # years at most that "2016-2030" or "từ 2016 đến nay" stands for
_NEAR = 3  # words before a place in which the writer may be named: "nhà em ở xã …"
_ALIKE = 80.0  # likeness in percent from which one name is the other misspelt
_LISTING = " cac so "
_SHARED = ("count", "percent")  # of these each place has its own, while rules hold for all
PARTICULAR, PRIZE, YEAR, CLAUSE = "particular", "prize", "year", "clause"  # the aspects told of here


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a text speaks of: places below the province, peoples, places in a contest, years, offices, clauses."""

    localities: frozenset[str] = frozenset()
    peoples: frozenset[str] = frozenset()
    ranks: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    clauses: frozenset[str] = frozenset()  # "dieu 5"

    def __or__(self, other: Particulars) -> Particulars:
        """Return what either text speaks of."""
        return Particulars(
            self.localities | other.localities, self.peoples | other.peoples,
            self.ranks | other.ranks, self.years | other.years, self.departments | other.departments,
            self.clauses | other.clauses,
        )  # fmt: skip


NONE = Particulars()


@dataclass(frozen=True, slots=True)
class ParticularReader:
    """The table "particulars" of one lexicon, compiled."""

    units: Terms
    selves: Terms
    prefixes: Terms
    peoples: Terms
    ranks: Terms
    departments: Terms

    @classmethod
    def of(cls, lexicon: Lexicon) -> ParticularReader:
        """Compile the table."""
        of_kind = partial(Terms.of, lexicon, "particulars")
        return cls(
            units=of_kind("unit"), selves=of_kind("self"), prefixes=of_kind("prefix"),
            peoples=of_kind("people"), ranks=of_kind("rank"), departments=of_kind("department"),
        )  # fmt: skip

    def read(self, text: str, known: frozenset[str] = frozenset()) -> Particulars:
        """Find what `text` speaks of. `known`: names of places that count without a capital, too."""
        tokens = _TOKEN.findall(clean(text))
        source = [typed_word(token) for token in tokens]
        return Particulars(
            frozenset(self._localities(tokens, source, known)),
            frozenset(self._peoples(source)),
            frozenset(_named(source, self.ranks)),
            frozenset(_years(fold(text))),
            frozenset(_named(source, self.departments)),
            frozenset(_clauses(fold(text))),
        )

    def _localities(self, tokens: Sequence[str], source: Sequence[Word], known: frozenset[str]) -> Iterator[str]:
        for at in range(len(source)):
            start = at + self.units.at(source, at)
            if start == at or any(self.selves.at(source, near) for near in range(max(0, at - _NEAR), at)):
                continue
            behind = range(start, min(start + _LONGEST, len(source)))
            names = [" ".join(word.form for word in source[start : last + 1]) for last in behind]
            capitals = sum(1 for _ in takewhile(lambda place: begins_name(tokens[place]), behind))
            if capitals:
                yield names[capitals - 1]
            else:
                yield from (name for name in names if name in known)

    def _peoples(self, source: Sequence[Word]) -> Iterator[str]:
        for at in range(len(source)):
            start = at + self.prefixes.at(source, at)
            if start > at:
                _, rows = self.peoples.find(source, start)
                yield from (row.meaning for row in rows)


def _named(source: Sequence[Word], terms: Terms) -> Iterator[str]:
    for at in range(len(source)):
        _, rows = terms.find(source, at)
        yield from (row.meaning for row in rows)


def unheld_particular(sought: Particulars, held: Particulars, text: str, aspects: Mapping[str, float]) -> str:
    """Return the aspect of a question that a text holds for others only, or "".

    `text`: its folded words; `aspects`: what the question asks for. Of a place the text need not speak where a rule is
    asked for that holds everywhere, only where figures are.
    """
    if sought.ranks and held.ranks and not sought.ranks & held.ranks:
        return PRIZE
    for asked, told in ((sought.peoples, held.peoples), (sought.departments, held.departments)):
        if asked and told and not asked & told and not any(_is_listed(name, text) for name in asked):
            return PARTICULAR
    if not sought.clauses <= held.clauses:
        return CLAUSE
    is_figure = any(name in aspects for name in _SHARED)
    if is_figure and held.years and sought.years and not _is_told_of(sought.years, held.years, text):
        return YEAR
    if is_figure and sought.localities and not any(_is_named(name, held, text) for name in sought.localities):
        return PARTICULAR
    return ""


def _is_listed(name: str, text: str) -> bool:
    """Tell whether a text lists a department without its unit: "các Sở KH&CN, Công Thương"."""
    return _LISTING in text and fold(name) in text.partition(_LISTING)[2]


def _clauses(folded: str) -> Iterator[str]:
    """Yield the articles and clauses of a document that a text names."""
    for hit in _CLAUSE.finditer(folded):
        yield f"{hit[1]} {hit[2]}" if hit[1] else f"{hit[3]} {roman(hit[4])}"


def _years(folded: str) -> Iterator[str]:
    """Yield the years a text names, and those between two that it joins; the year of a document's number is none."""
    for hit in _YEAR.finditer(folded):
        yield hit[1]
    for hit in _SHORT_YEAR.finditer(folded):
        yield f"20{hit[1]}"
    for hit in _SPAN.finditer(folded):
        first = int(hit[1])
        last = first + _SPANNED if hit[2] == "nay" else min(int(hit[2]), first + _SPANNED)
        yield from map(str, range(first, last + 1))


def _is_told_of(years: frozenset[str], held: frozenset[str], text: str) -> bool:
    return not years.isdisjoint(held) or any(year in text for year in years)


def _is_named(name: str, held: Particulars, text: str) -> bool:
    # Blanks are left out as easily as letters are.
    return name.replace(" ", "") in text.replace(" ", "") or any(
        fuzz.ratio(name, other) >= _ALIKE for other in held.localities
    )
