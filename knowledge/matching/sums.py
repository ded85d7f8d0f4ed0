"""For what a sum of money is asked, and for what the sums of a text are: a prize is no fee, damage no compensation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.matching.lexicon import Forms, Lexicon
from knowledge.matching.members import Terms
from knowledge.matching.normalizer import Word, forms, words

_MONEY = frozenset({"amount", "fee", "prize", "penalty"})  # aspects that ask for a sum
_UNITS = frozenset({"trieu", "ty", "ti", "nghin", "ngan", "dong", "vnd", "usd"})
_BEFORE, _AFTER = 16, 4  # words before and behind a sum that may say for what it is
_LONG = 24  # words of a message from which a purpose may belong to the story
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_ASKED, _TOLD, _WITH = "asked", "told", "with"


@dataclass(frozen=True, slots=True)
class PurposeReader:
    """The table "purposes" of one lexicon, compiled."""

    purposes: Mapping[Forms, str]
    asking: frozenset[str]
    terms: Terms
    alike: frozenset[tuple[str, str]]  # purposes of which the first may be told as the second

    @classmethod
    def of(cls, lexicon: Lexicon) -> PurposeReader:
        """Compile the table."""
        rows = lexicon.tables.get("purposes", ())
        return cls(
            purposes={tuple(forms(row.term)): row.meaning for row in rows if row.kind != _WITH},
            asking=frozenset(row.meaning for row in rows if row.kind == _ASKED),
            terms=Terms.of(lexicon, "purposes", _ASKED, _TOLD),
            alike=frozenset((row.term, row.meaning) for row in rows if row.kind == _WITH),
        )

    def sought(self, source: Sequence[Word], strict: frozenset[str]) -> str:
        """Return for what a question wants a sum that it insists on (`strict`: on what), or "" when that is open."""
        if not strict & _MONEY or len(source) > _LONG:
            return ""
        named = {purpose for _, purpose in self._named(source)}
        return named.pop() if len(named) == 1 and named <= self.asking else ""

    def told(self, text: str) -> tuple[frozenset[str], ...]:
        """Return for each sum of a text for what it may be; nothing for one that stands by itself."""
        return tuple(found for line in _SENTENCE.split(text) for found in self._sums(words(line)))

    def unheld(self, purpose: str, sums: Sequence[frozenset[str]]) -> str:
        """Return the aspect that a text lacks whose sums are all for something else than `purpose`, or ""."""
        fitting = {purpose, *(told for asked, told in self.alike if asked == purpose)}
        if not purpose or not sums or any(not found or found & fitting for found in sums):
            return ""
        return purpose if purpose in _MONEY else "amount"

    def _sums(self, source: Sequence[Word]) -> Iterator[frozenset[str]]:
        named = list(self._named(source))
        for at in range(1, len(source)):
            if source[at].form not in _UNITS or not source[at - 1].form.isdigit():
                continue
            before = [purpose for place, purpose in named if at - _BEFORE <= place < at]
            after = [purpose for place, purpose in named if at < place <= at + _AFTER]
            yield frozenset([*before[-1:], *after])

    def _named(self, source: Sequence[Word]) -> Iterator[tuple[int, str]]:
        """Yield the words that say a purpose and where they stand; "chi phí" says none."""
        at = 0
        while at < len(source):
            size = self.terms.at(source, at)
            purpose = self.purposes.get(tuple(word.form for word in source[at : at + size]), "")
            # One syllable without marks may be another word: "dong", "den", "gia".
            if purpose and (size > 1 or source[at].is_marked):
                yield at, purpose
            at += max(1, size)
