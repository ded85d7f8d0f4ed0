"""Where the terms of a lexicon table stand in a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.matching.lexicon import Forms, Lexicon, Row
from knowledge.matching.normalizer import Word, forms, words


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of some kinds of a table, by their folded words, with their spellings and rows."""

    terms: Mapping[Forms, tuple[tuple[tuple[str, ...], Row], ...]]
    first: Mapping[str, int]  # first word of a term -> words of the longest that begins so
    last: Mapping[str, int]  # the same by the last word

    @classmethod
    def of(cls, lexicon: Lexicon, table: str, *kinds: str) -> Terms:
        """Compile the rows of `kinds`."""
        found: dict[Forms, tuple[tuple[tuple[str, ...], Row], ...]] = {}
        first: dict[str, int] = {}
        last: dict[str, int] = {}
        for row in lexicon.tables.get(table, ()):
            if row.kind in kinds:
                key = tuple(forms(row.term))
                found[key] = (*found.get(key, ()), (tuple(word.surface for word in words(row.term)), row))
                first[key[0]] = max(len(key), first.get(key[0], 0))
                last[key[-1]] = max(len(key), last.get(key[-1], 0))
        return cls(found, first, last)

    def rows(self) -> Iterator[Row]:
        """Yield every row."""
        return (row for known in self.terms.values() for _, row in known)

    def words(self) -> frozenset[str]:
        """Return the folded words that terms consist of."""
        return frozenset(word for key in self.terms for word in key)

    def find(self, source: Sequence[Word], start: int) -> tuple[int, tuple[Row, ...]]:
        """Return how many words the longest term takes that begins at `start`, and its rows; 0: none does."""
        longest = self.first.get(source[start].form, 0) if start < len(source) else 0
        for size in range(min(longest, len(source) - start), 0, -1):
            rows = self._fitting(source[start : start + size])
            if rows:
                return size, rows
        return 0, ()

    def at(self, source: Sequence[Word], start: int) -> int:
        """Return how many words the longest term takes that begins at `start`; 0: none does."""
        return self.find(source, start)[0]

    def before(self, source: Sequence[Word], stop: int) -> int:
        """Return how many words the longest term takes that ends before `stop`; 0: none does."""
        longest = self.last.get(source[stop - 1].form, 0) if stop else 0
        for size in range(min(longest, stop), 0, -1):
            if self._fitting(source[stop - size : stop]):
                return size
        return 0

    def apart(self, source: Sequence[Word]) -> Iterator[tuple[int, int, tuple[Row, ...]]]:
        """Yield start, end and rows of each term in a text; of overlapping ones the first, and longest."""
        at = 0
        while at < len(source):
            size, rows = self.find(source, at)
            if size:
                yield at, at + size, rows
            at += max(1, size)

    def _fitting(self, span: Sequence[Word]) -> tuple[Row, ...]:
        known = self.terms.get(tuple(word.form for word in span))
        return tuple(row for spelling, row in known if _written_alike(span, spelling)) if known else ()


def _written_alike(span: Sequence[Word], spelling: Sequence[str]) -> bool:
    return all(
        not word.is_marked or surface in {word.surface, _stroked(word.surface)}
        for word, surface in zip(span, spelling, strict=True)
    )


def _stroked(surface: str) -> str:
    """Return a marked word with the stroke that is easily left out: "dâu" may be "đâu"."""
    return f"\u0111{surface[1:]}" if surface[:1] == "d" else surface
