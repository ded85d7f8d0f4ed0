"""For what a sum or of what event a date is asked, and told: a prize is no fee, a total no level."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.matching.asking.tabled import Terms
from knowledge.matching.lexicon import Lexicon, Row
from knowledge.matching.normalizer import BETWEEN_SENTENCES, Word, words

_LONG = 24  # words of a message from which a purpose may belong to the story
_ASKED, _TOLD, _WITH = "asked", "told", "with"


@dataclass(frozen=True, slots=True)
class Figure:
    """What has a purpose. `aspects` ask for it, `aspect` is lacking; `units`: beside a number they make one.

    `before`, `after`: words on either side of it that may say its purpose.
    """

    table: str
    aspects: frozenset[str]
    units: frozenset[str]
    is_before: bool  # the unit stands before the number
    before: int
    after: int
    aspect: str


SUM = Figure(
    "purposes", frozenset({"amount", "fee", "prize", "penalty"}),
    frozenset({"trieu", "ty", "ti", "nghin", "ngan", "dong", "vnd", "usd"}),
    is_before=False, before=16, after=4, aspect="amount",
)  # fmt: skip
LEVEL = replace(SUM, table="levels", before=10)
DATE = Figure(
    "events", frozenset({"date", "day", "deadline"}), frozenset({"ngay", "thang", "nam", "quy"}),
    is_before=True, before=6, after=6, aspect="date",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PurposeReader:
    """The table of one kind of figure, compiled."""

    figure: Figure
    terms: Terms
    alike: frozenset[tuple[str, str]]  # purposes of which the first may be told as the second

    @classmethod
    def of(cls, lexicon: Lexicon, figure: Figure) -> PurposeReader:
        """Compile the table of `figure`."""
        rows = lexicon.tables.get(figure.table, ())
        return cls(
            figure=figure,
            terms=Terms.of(lexicon, figure.table, _ASKED, _TOLD),
            alike=frozenset((row.term, row.meaning) for row in rows if row.kind == _WITH),
        )

    def sought(self, source: Sequence[Word], asked: Collection[str]) -> str:
        """Return for what a question that asks for aspects wants its figure, or "" when that is open."""
        if self.figure.aspects.isdisjoint(asked) or len(source) > _LONG:
            return ""
        named = list(self._named(source))
        purposes = {row.meaning for _, row in named}
        is_asked = any(row.kind == _ASKED for _, row in named)
        return purposes.pop() if is_asked and len(purposes) == 1 else ""

    def told(self, text: str) -> tuple[frozenset[str], ...]:
        """Return for each figure of a text for what it may be; nothing for one that stands by itself."""
        return tuple(found for line in BETWEEN_SENTENCES.split(text) for found in self._figures(words(line)))

    def unheld(self, purpose: str, figures: Sequence[frozenset[str]]) -> str:
        """Return the aspect that a text lacks whose figures are all for something else than `purpose`, or ""."""
        fitting = {purpose, *(told for asked, told in self.alike if asked == purpose)}
        if not purpose or not figures or any(not found or found & fitting for found in figures):
            return ""
        return purpose if purpose in self.figure.aspects else self.figure.aspect

    def _figures(self, source: Sequence[Word]) -> Iterator[frozenset[str]]:
        named = list(self._named(source))
        for at, word in enumerate(source):
            number = at + 1 if self.figure.is_before else at - 1
            if word.form not in self.figure.units or not 0 <= number < len(source):
                continue
            if source[number].form.isdigit():
                before = [row.meaning for place, row in named if at - self.figure.before <= place < at]
                after = [row.meaning for place, row in named if at < place <= at + self.figure.after]
                yield frozenset([*before[-1:], *after])

    def _named(self, source: Sequence[Word]) -> Iterator[tuple[int, Row]]:
        """Yield where words say a purpose, and their row; "chi phí" says none."""
        for at, stop, (row, *_) in self.terms.apart(source):
            # One syllable without marks may be another word: "dong", "den", "gia".
            if row.meaning and (stop - at > 1 or source[at].is_marked):
                yield at, row
