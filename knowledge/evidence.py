"""The evidence lock: what an answer states in figures must stand in the sources it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.figures.reader import figures
from knowledge.figures.values import Kind, Value, carries


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A figure of an answer, exactly as it stands there at [start, end), in characters."""

    text: str
    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Sources:
    """The figures that the sources of an answer hold."""

    known: frozenset[Value]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Sources:
        """Read quotes, paragraphs, dates (as ISO) and whatever else is stored of the sources."""
        return cls(frozenset(value for text in texts for figure in figures(text) for value in figure.values))

    @classmethod
    def together(cls, sources: Iterable[Sources]) -> Sources:
        """Join sources that were read one by one."""
        return cls(frozenset().union(*(each.known for each in sources)))

    def unsupported(self, answer: str) -> tuple[Token, ...]:
        """Return the figures of an answer that are not among them, in the order of the answer."""
        return tuple(
            Token(text=answer[figure.start : figure.end], start=figure.start, end=figure.end, kind=figure.kind)
            for figure in figures(answer)
            if figure.is_claim and not any(self._holds(value) for value in figure.values)
        )

    def _holds(self, wanted: Value) -> bool:
        return wanted in self.known or any(carries(value, wanted) for value in self.known)


def unsupported(answer: str, quotes: Iterable[str]) -> tuple[Token, ...]:
    """Return the numbers, dates, amounts and document numbers of an answer that none of the stored texts holds.

    The way of writing does not matter: 1.923 is 1 923, 0,4 tỷ is 400 triệu, 13/10/2023 is ngày 13 tháng 10 năm 2023.
    """
    return Sources.of(quotes).unsupported(answer)
