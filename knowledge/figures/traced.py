"""Folded text that remembers where each of its letters stands in the text as it was written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from knowledge.matching.normalizer import fold

_GLUED = re.compile(r"(?<=[a-z])(?<!qh)(?=\d)")
_SPACED_ASSEMBLY = re.compile(r"(?<=qh) (?=\d)")
GONE = "\x00"  # stands for what has been read: no pattern matches across it


@dataclass(frozen=True, slots=True)
class Traced:
    """`text` is folded as `knowledge.matching` folds it, line ends kept; `at[i]` is the place of its letter i."""

    original: str
    text: str
    at: tuple[int, ...]

    @classmethod
    def of(cls, original: str) -> Traced:
        """Fold letter by letter; "nq93" becomes "nq 93", "qh 14" "qh14", "KH&CN" "khcn", as documents are read."""
        letters = [(piece, place) for place, letter in enumerate(original) for piece in _folded(letter)]
        text = "".join(piece for piece, _ in letters)
        at = [place for _, place in letters]
        for hit in reversed(list(_SPACED_ASSEMBLY.finditer(text))):
            text, at = text[: hit.start()] + text[hit.end() :], at[: hit.start()] + at[hit.end() :]
        for hit in reversed(list(_GLUED.finditer(text))):
            place = hit.start()
            text, at = f"{text[:place]} {text[place:]}", [*at[:place], at[place], *at[place:]]
        return cls(original, text, tuple(at))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the folded letters [start, end) stand in the original, combining marks included."""
        first, last = self.at[start], self.at[end - 1] + 1
        while last < len(self.original) and unicodedata.combining(self.original[last]):
            last += 1
        return first, last

    def written(self, start: int, end: int) -> str:
        """Return the folded letters [start, end) as they were written."""
        first, last = self.span(start, end)
        return self.original[first:last]

    def without(self, start: int, end: int) -> Traced:
        """Return the text with [start, end) blotted out, nothing moved."""
        return Traced(self.original, self.text[:start] + GONE * (end - start) + self.text[end:], self.at)

    def words(self) -> Iterator[tuple[int, int, str]]:
        """Yield each word: start and end in the folded text, and as it was written."""
        for hit in re.finditer(r"[a-z]+", self.text):
            yield hit.start(), hit.end(), self.written(hit.start(), hit.end())


@lru_cache(maxsize=10_000)
def _folded(letter: str) -> str:
    if letter == "&":
        return ""
    if letter.isspace():
        return "\n" if letter in "\n\r\x0b\x0c\x85\u2028\u2029" else " "
    return fold(letter)
