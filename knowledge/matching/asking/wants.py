"""What a question wants that shows in a text by its form: what comes next, the greatest, a reason, a place, a name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from knowledge.matching.asking.tabled import Terms
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import Word, clean, fold

_LONG = 24  # words of a message from which a want may belong to the story
_NEAR = 8  # words behind "nào" among which its superlative may stand
_GAP = 3  # words between "nhiều" and "nhất": "nhiều điện nhất"
_DOING = 3  # words behind "cách" among which stands what one does
_ASK, _FIGURE, _NONE, _HELD, _SAID = "ask", "figure", "none", "held", "said"
_DATED = frozenset({"date", "day"})
RANK, LATER, STEPS, SOURCE, OWNER = "rank", "later", "steps", "source", "owner"


@dataclass(frozen=True, slots=True)
class WantReader:
    """The table "wants" of one lexicon, compiled."""

    asking: Terms
    which: Terms
    degrees: Terms
    most: Terms
    limits: Terms
    selves: Terms
    hows: Terms
    deeds: Terms
    money: Terms
    shown: Mapping[str, tuple[re.Pattern[str], ...]]  # want -> what shows it
    aspects: Mapping[str, str]

    @classmethod
    def of(cls, lexicon: Lexicon) -> WantReader:
        """Compile the table."""
        rows = lexicon.tables.get("wants", ())
        shown: dict[str, list[re.Pattern[str]]] = {}
        for row in rows:
            if row.kind == _HELD:
                shown.setdefault(row.meaning, []).append(re.compile(row.term))
        of_kind = partial(Terms.of, lexicon, "wants")
        return cls(
            asking=of_kind(_ASK, _FIGURE, _NONE),
            which=of_kind("which"), degrees=of_kind("degree"), most=of_kind("most"), limits=of_kind("limit"),
            selves=of_kind("self"), hows=of_kind("how"), deeds=of_kind("done"), money=of_kind("money"),
            shown={want: tuple(patterns) for want, patterns in shown.items()},
            aspects={row.term: row.meaning for row in rows if row.kind == _SAID},
        )  # fmt: skip

    def sought(self, source: Sequence[Word], asked: Collection[str]) -> frozenset[str]:
        """Return the wants of a question, which asks for the aspects `asked`. `source`: abbreviations written out."""
        if len(source) > _LONG:
            return frozenset()
        wants = set(self._named(source, asked))
        if SOURCE in wants and not self._any(self.money, source):
            wants.discard(SOURCE)
        if self._is_greatest(source):
            wants.add(RANK)
        if self._is_how(source):
            wants.add(STEPS)
        return frozenset(wants)

    def held(self, text: str) -> frozenset[str]:
        """Return the wants that `text` may satisfy: without marks, any."""
        typed = clean(text)
        if typed.lower() == fold(text):
            return frozenset(self.shown)
        return frozenset(want for want, found in self.shown.items() if any(each.search(typed) for each in found))

    def unheld(self, wants: Collection[str], held: Collection[str]) -> str:
        """Return the aspect that a text lacks which holds `held`, or ""."""
        return next((self.aspects.get(want, want) for want in sorted(wants) if want not in held), "")

    def _named(self, source: Sequence[Word], asked: Collection[str]) -> Iterator[str]:
        done = 0
        for at in range(len(source)):
            size, rows = self.asking.find(source, at)
            if at + size <= max(done, at):  # nothing, or within a longer one: "quan nao" in "co quan nao"
                continue
            done = at + size
            if rows[0].kind == _ASK or (rows[0].kind == _FIGURE and self._is_planned(source, asked)):
                yield rows[0].meaning

    def _is_planned(self, source: Sequence[Word], asked: Collection[str]) -> bool:
        """Tell whether a day is asked for that is not of the writer's own plans."""
        return not _DATED.isdisjoint(asked) and not self._any(self.selves, source)

    def _is_greatest(self, source: Sequence[Word]) -> bool:
        """Tell whether "nào" and a superlative ask for one of several, and not for a limit."""
        for at in (at for at in range(1, len(source)) if self.which.at(source, at)):
            for place in range(at + 1, min(at + _NEAR, len(source))):
                ends = range(place + 1, min(place + 1 + _GAP, len(source)))
                end = next((end for end in ends if self.most.at(source, end)), 0)
                if end and self.degrees.at(source, place):
                    beside = (
                        source[at - 1 : at],
                        source[place - 1 : place],
                        source[end - 1 : end],
                        source[end + 1 : end + 4],
                    )
                    return not any(self._any(self.limits, words) for words in beside)
        return False

    def _is_how(self, source: Sequence[Word]) -> bool:
        return any(
            size and self._any(self.deeds, source[at + size : at + size + _DOING])
            for at in range(len(source))
            if (size := self.hows.at(source, at))
        )

    @staticmethod
    def _any(terms: Terms, source: Sequence[Word]) -> bool:
        return any(terms.at(source, at) for at in range(len(source)))
