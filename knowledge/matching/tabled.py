"""Where the terms of a lexicon table stand in a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.matching.lexicon import Forms, Lexicon
from knowledge.matching.normalizer import Word, forms, words


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of some kinds of a table, by their folded words, with their spellings."""

    terms: Mapping[Forms, tuple[tuple[str, ...], ...]]
    first: Mapping[str, int]  # first word of a term -> words of the longest that begins so
    last: Mapping[str, int]  # the same by the last word

    @classmethod
    def of(cls, lexicon: Lexicon, table: str, *kinds: str) -> Terms:
        """Compile the rows of `kinds`."""
        found: dict[Forms, tuple[tuple[str, ...], ...]] = {}
        first: dict[str, int] = {}
        last: dict[str, int] = {}
        for row in lexicon.tables.get(table, ()):
            if row.kind in kinds:
                key = tuple(forms(row.term))
                found[key] = (*found.get(key, ()), tuple(word.surface for word in words(row.term)))
                first[key[0]] = max(len(key), first.get(key[0], 0))
                last[key[-1]] = max(len(key), last.get(key[-1], 0))
        return cls(found, first, last)

    def at(self, source: Sequence[Word], start: int) -> int:
        """Return how many words the longest term takes that begins at `start`; 0: none does."""
        if start >= len(source):
            return 0
        longest = self.first.get(source[start].form)
        if longest is None:  # nearly always
            return 0
        for size in range(min(longest, len(source) - start), 0, -1):
            if self._fits(source[start : start + size]):
                return size
        return 0

    def before(self, source: Sequence[Word], stop: int) -> int:
        """Return how many words the longest term takes that ends before `stop`; 0: none does."""
        longest = self.last.get(source[stop - 1].form, 0) if stop else 0
        if not longest:
            return 0
        for size in range(min(longest, stop), 0, -1):
            if self._fits(source[stop - size : stop]):
                return size
        return 0

    def _fits(self, span: Sequence[Word]) -> bool:
        return any(
            all(not word.is_marked or word.surface == surface for word, surface in zip(span, spelling, strict=True))
            for spelling in self.terms.get(tuple(word.form for word in span), ())
        )
