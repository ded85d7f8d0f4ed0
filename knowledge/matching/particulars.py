"""What a question restricts itself to, and a text may hold for others only: a commune, a people, a rank."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rapidfuzz import fuzz

from knowledge.matching.lexicon import Forms, Lexicon
from knowledge.matching.members import Terms
from knowledge.matching.normalizer import Word, clean, forms, typed_word

_TOKEN = re.compile(r"[^\W_]+|[^\w\s'’]")
_LONGEST = 4  # words of a name
_NEAR = 3  # words before a place in which the writer may be named: "nhà em ở xã …"
_ALIKE = 80.0  # likeness in percent from which one name is the other misspelt
_SHARED = ("count", "percent")  # of these each place has its own, while rules hold for all
PARTICULAR, PRIZE = "particular", "prize"  # the aspects told of here


@dataclass(frozen=True, slots=True)
class Particulars:
    """Folded names of places below the province and of peoples, and places in a contest, that a text speaks of."""

    localities: frozenset[str] = frozenset()
    peoples: frozenset[str] = frozenset()
    ranks: frozenset[str] = frozenset()

    def __or__(self, other: Particulars) -> Particulars:
        """Return what either text speaks of."""
        return Particulars(self.localities | other.localities, self.peoples | other.peoples, self.ranks | other.ranks)


NONE = Particulars()


@dataclass(frozen=True, slots=True)
class ParticularReader:
    """The table "particulars" of one lexicon, compiled."""

    units: Terms
    selves: Terms
    prefixes: Terms
    people_terms: Terms
    peoples: Mapping[Forms, str]
    rank_terms: Terms
    ranks: Mapping[Forms, str]

    @classmethod
    def of(cls, lexicon: Lexicon) -> ParticularReader:
        """Compile the table."""
        rows = lexicon.tables.get("particulars", ())
        return cls(
            units=Terms.of(lexicon, "particulars", "unit"),
            selves=Terms.of(lexicon, "particulars", "self"),
            prefixes=Terms.of(lexicon, "particulars", "prefix"),
            people_terms=Terms.of(lexicon, "particulars", "people"),
            peoples={tuple(forms(row.term)): row.meaning for row in rows if row.kind == "people"},
            rank_terms=Terms.of(lexicon, "particulars", "rank"),
            ranks={tuple(forms(row.term)): row.meaning for row in rows if row.kind == "rank"},
        )

    def read(self, text: str, known: frozenset[str] = frozenset()) -> Particulars:
        """Find what `text` speaks of. `known`: names of places that count without a capital, too."""
        tokens = _TOKEN.findall(clean(text))
        source = [typed_word(token) for token in tokens]
        return Particulars(
            frozenset(self._localities(tokens, source, known)),
            frozenset(self._peoples(source)),
            frozenset(self._ranks(source)),
        )

    def _localities(self, tokens: Sequence[str], source: Sequence[Word], known: frozenset[str]) -> Iterator[str]:
        for at in range(len(source)):
            start = at + self.units.at(source, at)
            if start == at or any(self.selves.at(source, near) for near in range(max(0, at - _NEAR), at)):
                continue
            behind = range(start, min(start + _LONGEST, len(source)))
            names = [" ".join(word.form for word in source[start : last + 1]) for last in behind]
            capitals = sum(1 for _ in takewhile(lambda place: _is_capital(tokens[place]), behind))
            if capitals:
                yield names[capitals - 1]
            else:
                yield from (name for name in names if name in known)

    def _peoples(self, source: Sequence[Word]) -> Iterator[str]:
        for at in range(len(source)):
            start = at + self.prefixes.at(source, at)
            size = self.people_terms.at(source, start) if start > at else 0
            if size:
                yield self.peoples[tuple(word.form for word in source[start : start + size])]

    def _ranks(self, source: Sequence[Word]) -> Iterator[str]:
        for at in range(len(source)):
            size = self.rank_terms.at(source, at)
            if size:
                yield self.ranks[tuple(word.form for word in source[at : at + size])]


def unheld_particular(sought: Particulars, held: Particulars, text: str, aspects: Mapping[str, float]) -> str:
    """Return the aspect of a question that a text holds for others only, or "".

    `text`: its folded words; `aspects`: what the question asks for. Of a place the text need not speak where a rule is
    asked for that holds everywhere, only where figures are.
    """
    if sought.ranks and held.ranks and not sought.ranks & held.ranks:
        return PRIZE
    if sought.peoples and held.peoples and not sought.peoples & held.peoples:
        return PARTICULAR
    is_figure = any(name in aspects for name in _SHARED)
    if is_figure and sought.localities and not any(_is_named(name, held, text) for name in sought.localities):
        return PARTICULAR
    return ""


def _is_named(name: str, held: Particulars, text: str) -> bool:
    # Blanks are left out as easily as letters are.
    return name.replace(" ", "") in text.replace(" ", "") or any(
        fuzz.ratio(name, other) >= _ALIKE for other in held.localities
    )


def _is_capital(token: str) -> bool:
    return token[0].isupper() and not (len(token) > 1 and token.isupper())
