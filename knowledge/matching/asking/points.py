"""What a question asks after: the words between "có" and "không", between "nếu" and "thì sao", behind "ai"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile

from knowledge.matching.asking.tabled import Terms
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import Word

_CLOSE = 3  # words at the end of a question among which its closing word stands
_MOST = 3  # words behind "ai" that belong to it


@dataclass(frozen=True, slots=True)
class PointReader:
    """The table "points" of one lexicon, compiled."""

    has: Terms
    still: Terms
    closers: Terms
    tags: Terms
    who: Terms
    general: Terms
    ifs: Terms
    thens: Terms
    leaning: Terms  # words that point back to what was spoken of

    @classmethod
    def of(cls, lexicon: Lexicon) -> PointReader:
        """Compile the table."""
        of_kind = partial(Terms.of, lexicon, "points")
        return cls(
            has=of_kind("has"), still=of_kind("still"), closers=of_kind("closer"), tags=of_kind("tag"),
            who=of_kind("who"), general=of_kind("general"),
            ifs=of_kind("if"), thens=of_kind("then"), leaning=of_kind("leaning"),
        )  # fmt: skip

    def runs(self, source: Sequence[Word], is_light: Callable[[Word], bool]) -> Iterator[tuple[int, int]]:
        """Yield start and end of the words that say what is asked.

        `source`: words spelled out. `is_light`: tells words that say nothing.
        """
        yield from self._whether(source)
        yield from self._if(source)
        for at in range(len(source)):
            start = at + self.who.at(source, at)
            if start > at:
                behind = source[start : start + _MOST]
                yield start, start + sum(1 for _ in takewhile(lambda word: not is_light(word), behind))

    def is_general(self, span: Sequence[Word]) -> bool:
        """Tell whether words may stand for anything that an entry says."""
        return self.general.at(span, 0) == len(span)

    def _whether(self, source: Sequence[Word]) -> Iterator[tuple[int, int]]:
        """Yield what stands between "có" and "không"."""
        ends = range(len(source) - 1, max(-1, len(source) - 1 - _CLOSE), -1)
        stop = next((at for at in ends if self.closers.at(source, at)), 0)
        for openers in (self.has, self.still):
            start = next((at for at in range(stop - 1, -1, -1) if openers.at(source, at)), None)
            if start is not None:
                if not self.tags.at(source, start):
                    yield start + 1, stop
                return

    def _if(self, source: Sequence[Word]) -> Iterator[tuple[int, int]]:
        """Yield what stands between "nếu" and "thì", where a question asks what then happens."""
        start = next((at for at in range(len(source)) if self.ifs.at(source, at)), None)
        stop = next((at for at in range(start or 0, len(source)) if self.thens.at(source, at)), None)
        if start is not None and stop is not None:
            yield start + 1, stop
