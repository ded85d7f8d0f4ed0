"""What a question asks for (an amount, a date, a place …) and whether an entry holds anything of the kind."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cache, partial

from knowledge.matching.asking.members import NOTHING, MemberReader, Sought
from knowledge.matching.asking.offices import OfficeReader
from knowledge.matching.asking.points import PointReader
from knowledge.matching.asking.purposes import DATE, LEVEL, SUM, PurposeReader
from knowledge.matching.asking.tabled import Terms
from knowledge.matching.asking.wants import WantReader
from knowledge.matching.lexicon import Lexicon, Row
from knowledge.matching.normalizer import Word, clean, fold

_ASK, _STRICT, _MARKED, _NONE, _SUM, _ENDING = "ask", "strict", "marked", "none", "sum", "ending"
_HOLD, _WRITTEN = "hold", "written"
NAME, _HOLDER = "name", {"person": 0.8}  # what an answer must hold that says who holds an office, and its aspect
EXACT = frozenset({"date", "deadline", "duration", "amount", "percent", "fee"})  # whose patterns tell surely
OPEN = EXACT | {"place", "validity", "contact", "dossier", "procedure", "form"}  # what any subject may be asked for
_NUMBERING = frozenset({"bao", "nhieu", "may", "mot"})
_OF_MONEY, _HOW_MANY = frozenset({"amount", "fee", "penalty"}), frozenset({"nhieu", "may"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for: aspect -> weight 0.0-1.0. `strict`: those an answer must hold.

    `sought`: the sets whose members or number it asks for; `purposes`: for what it wants a sum, of what a date; or "".
    `wants`: what shows in a text by its form (`wants`).
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    strict: frozenset[str] = frozenset()
    sought: Sought = NOTHING
    purposes: tuple[str, ...] = ()
    wants: frozenset[str] = frozenset()

    @property
    def main(self) -> str:
        """The aspect asked for most plainly, or ""."""
        ranked = sorted(self.weights, key=lambda name: (name not in self.strict, -self.weights[name], name))
        return ranked[0] if ranked else ""


@dataclass(frozen=True, slots=True)
class AspectReader:
    """The cues and the patterns of one lexicon, compiled."""

    cues: Terms  # their meaning is the aspect they ask for; "strict": an answer without it does not answer
    sums: Terms  # words for money, whose amount is asked for at the end: "phí … là bao nhiêu"
    endings: Terms  # with which it is asked for
    patterns: Mapping[str, tuple[re.Pattern[str], ...]]  # over folded text
    written: Mapping[str, tuple[re.Pattern[str], ...]]  # over text with its marks and capitals
    members: MemberReader
    purposes: tuple[PurposeReader, ...]  # of sums, of what one gets, of dates
    wants: WantReader
    offices: OfficeReader
    points: PointReader

    @classmethod
    def default(cls) -> AspectReader:
        """Return the reader of the tables shipped with the package; compiled once."""
        return _default()

    @classmethod
    def of(cls, lexicon: Lexicon) -> AspectReader:
        """Compile the table "aspects"."""
        of_kind = partial(Terms.of, lexicon, "aspects")
        return cls(
            cues=of_kind(_ASK, _STRICT, _MARKED, _NONE),
            sums=of_kind(_SUM),
            endings=of_kind(_ENDING),
            patterns=_compiled(lexicon, _HOLD),
            written=_compiled(lexicon, _WRITTEN),
            members=MemberReader.of(lexicon),
            purposes=tuple(PurposeReader.of(lexicon, figure) for figure in (SUM, LEVEL, DATE)),
            wants=WantReader.of(lexicon),
            offices=OfficeReader.of(lexicon),
            points=PointReader.of(lexicon),
        )

    def asked(self, source: Sequence[Word], bare: Container[int] = ()) -> Asked:
        """Return what a question asks for. Of overlapping cues the longest counts.

        `bare`: places of words without marks of somebody who sets them: they surely have none.
        """
        weights: dict[str, float] = {}
        strict: set[str] = set()
        for at, stop, found in self.spans(source):
            for cue in self._meant(found, source, stop):
                if cue.kind == _MARKED and not source[at].is_marked:
                    continue  # "tai" without its mark is no "tải"
                weights[cue.meaning] = max(cue.weight, weights.get(cue.meaning, 0.0))
                # One syllable without marks may be another word ("tham gia"): not to be insisted on.
                is_sure = stop - at > 1 or at == 0 or source[at].is_marked or (at in bare and cue.term.isascii())
                if cue.kind in {_STRICT, _MARKED} and is_sure:
                    strict.add(cue.meaning)
        for cue in self._sum(source):
            weights[cue.meaning] = max(cue.weight, weights.get(cue.meaning, 0.0))
            strict.add(cue.meaning)
        return Asked(weights, frozenset(strict))

    def completed(self, asked: Asked, source: Sequence[Word], whole: Sequence[Word]) -> Asked:
        """Add the sets, purposes, wants and office of a question. `whole`: its words, abbreviations written out.

        "OCOP" written out speaks of each commune: of a purpose only what was typed tells.
        """
        # A sum must be insisted on: "kinh phí" and "miễn phí" speak of money, and ask for none.
        purposes = tuple(
            reader.sought(source, asked.weights if reader.figure == DATE else asked.strict) for reader in self.purposes
        )
        return replace(
            self.with_holder(asked, whole),
            sought=self.members.sought(whole),
            purposes=purposes,
            wants=self.wants.sought(whole, asked.weights),
        )

    def with_holder(self, asked: Asked, whole: Sequence[Word]) -> Asked:
        """Add the name of the holder of an office, if a question asks for one."""
        if not self.offices.asks_holder(whole):
            return asked
        return replace(asked, weights={**asked.weights, **_HOLDER}, strict=asked.strict | {NAME})

    def _meant(self, found: Sequence[Row], source: Sequence[Word], stop: int) -> Sequence[Row]:
        """Return cues as they are meant: before a noun that is no money "hỗ trợ bao nhiêu" asks how many there are.

        So does "hỗ trợ tối đa mấy lần".
        """
        is_asked = source[stop - 1].form in _HOW_MANY
        behind = next((at for at in range(stop, len(source)) if source[at].form not in _NUMBERING), len(source))
        if not (is_asked and self.members.noun_at(source, stop)[0]) and not self.members.counted.at(source, behind):
            return found
        return [replace(cue, meaning="count", kind=_ASK) if cue.meaning in _OF_MONEY else cue for cue in found]

    def _sum(self, source: Sequence[Word]) -> Sequence[Row]:
        """Return the cue of the sum of money that a question ends by asking for, if it does."""
        if not self.endings.before(source, len(source)):
            return ()
        found = (self.sums.find(source[:-1], at) for at in range(len(source)))
        return max(found, key=lambda hit: hit[0], default=(0, ()))[1]

    def spans(self, source: Sequence[Word]) -> Iterator[tuple[int, int, Sequence[Row]]]:
        """Yield start and end of each place where cues stand, and the cues; of overlapping ones the longest."""
        for at, stop, found in self.cues.apart(source):
            # "đánh giá" ends in "giá", and asks for no price: such a term has no aspect.
            yield at, stop, [cue for cue in found if cue.meaning]

    @property
    def names(self) -> frozenset[str]:
        """Return the aspects that words can ask for."""
        return frozenset(row.meaning for row in self.cues.rows() if row.meaning)

    @property
    def checkable(self) -> AbstractSet[str]:
        """Return the aspects that a text can be seen to hold."""
        return self.patterns.keys() | self.written.keys()

    def holds(self, aspect: str, text: str) -> bool:
        """Tell whether `text` contains anything of the kind. True for aspects without a pattern to check by."""
        return aspect not in self.checkable or aspect in self.held(text)

    def held(self, text: str, typed: str = "") -> frozenset[str]:
        """Return the checkable aspects `text` contains something of. `typed`: as it was written, if `text` is not."""
        folded, typed = fold(text), clean(typed or text)
        of_folded = (name for name, found in self.patterns.items() if any(each.search(folded) for each in found))
        of_typed = (name for name, found in self.written.items() if any(each.search(typed) for each in found))
        return frozenset(of_folded).union(of_typed)


@cache
def _default() -> AspectReader:
    return AspectReader.of(Lexicon.default())


def merged(many: Iterable[Asked]) -> dict[str, float]:
    """Return the aspects of several wordings together."""
    weights: dict[str, float] = {}
    for asked in many:
        for name, weight in asked.weights.items():
            weights[name] = max(weight, weights.get(name, 0.0))
    return weights


def _compiled(lexicon: Lexicon, kind: str) -> dict[str, tuple[re.Pattern[str], ...]]:
    """Return the regular expressions of a kind by the aspect they show."""
    found: dict[str, list[re.Pattern[str]]] = {}
    for row in lexicon.tables.get("aspects", ()):
        if row.kind == kind:
            found.setdefault(row.meaning, []).append(re.compile(row.term))
    return {name: tuple(patterns) for name, patterns in found.items()}
