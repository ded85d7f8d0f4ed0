"""Whether a question asks who holds an office: "ai làm trưởng ban", "chủ nông trại tên gì"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from knowledge.matching.asking.tabled import Terms
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import Word

_LONG = 24  # words of a message from which an office may belong to the story
_REACH = 8  # words between an office and what asks for its holder: whose office it is


@dataclass(frozen=True, slots=True)
class OfficeReader:
    """The table "offices" of one lexicon, compiled."""

    offices: Terms
    before: Terms
    behind: Terms
    others: Terms

    @classmethod
    def of(cls, lexicon: Lexicon) -> OfficeReader:
        """Compile the table."""
        of_kind = partial(Terms.of, lexicon, "offices")
        return cls(offices=of_kind("office"), before=of_kind("who"), behind=of_kind("called"), others=of_kind("other"))

    def asks_holder(self, source: Sequence[Word]) -> bool:
        """Tell whether the words of a question, abbreviations written out, ask for the holder of an office."""
        if len(source) > _LONG:
            return False
        return any(
            self.before.before(source, at) or self._is_called(source, at + size)
            for at in range(len(source))
            if (size := self.offices.at(source, at))
        )

    def _is_called(self, source: Sequence[Word], start: int) -> bool:
        for at in range(start, min(start + _REACH, len(source))):
            if self.behind.at(source, at):
                return True
            if self.others.at(source, at) or self.offices.at(source, at):
                return False
        return False
