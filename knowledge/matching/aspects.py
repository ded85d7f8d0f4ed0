"""What a question asks for (an amount, a date, a place …) and whether an entry holds anything of the kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from knowledge.matching.lexicon import Forms, Lexicon, Row
from knowledge.matching.members import NOTHING, MemberReader, Sought
from knowledge.matching.normalizer import Word, clean, fold, forms, words
from knowledge.matching.offices import OfficeReader
from knowledge.matching.purposes import DATE, LEVEL, SUM, PurposeReader
from knowledge.matching.wants import WantReader

_STRICT, _SUM, _ENDING = "strict", "sum", "ending"
_HOLD, _WRITTEN = "hold", "written"
NAME, _HOLDER = "name", {"person": 0.8}  # what an answer must hold that says who holds an office, and its aspect
_NUMBERING = frozenset({"bao", "nhieu", "may", "mot"})
_OF_MONEY, _HOW_MANY = frozenset({"amount", "fee", "penalty"}), frozenset({"nhieu", "may"})


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that ask for an aspect. `surfaces`: with their marks; `strict`: an answer without it does not answer."""

    aspect: str
    surfaces: tuple[str, ...]
    weight: float
    strict: bool


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

    cues: Mapping[Forms, tuple[Cue, ...]]
    patterns: Mapping[str, tuple[re.Pattern[str], ...]]  # over folded text
    written: Mapping[str, tuple[re.Pattern[str], ...]]  # over text with its marks and capitals
    reach: Mapping[str, int]  # first syllable -> syllables of the longest cue that begins with it
    sums: Mapping[Forms, tuple[Cue, ...]]  # words for money, whose amount is asked for at the end: "phí … là bao nhiêu"
    endings: frozenset[Forms]  # with which it is asked for
    members: MemberReader
    purposes: tuple[PurposeReader, ...]  # of sums, of what one gets, of dates
    wants: WantReader
    offices: OfficeReader

    @classmethod
    def of(cls, lexicon: Lexicon) -> AspectReader:
        """Compile the table "aspects"."""
        cues: dict[Forms, list[Cue]] = {}
        sums: dict[Forms, list[Cue]] = {}
        endings: set[Forms] = set()
        patterns: dict[str, list[re.Pattern[str]]] = {}
        written: dict[str, list[re.Pattern[str]]] = {}
        for row in lexicon.tables.get("aspects", ()):
            if row.kind in {_HOLD, _WRITTEN}:
                table_of = patterns if row.kind == _HOLD else written
                table_of.setdefault(row.meaning, []).append(re.compile(row.term))
            elif row.kind == _ENDING:
                endings.add(tuple(forms(row.term)))
            else:
                source = words(row.term)
                table = sums if row.kind == _SUM else cues
                table.setdefault(tuple(word.form for word in source), []).append(_cue(row, source))
        return cls(
            cues={key: tuple(found) for key, found in cues.items()},
            patterns={name: tuple(found) for name, found in patterns.items()},
            written={name: tuple(found) for name, found in written.items()},
            reach={key[0]: max(len(other) for other in cues if other[0] == key[0]) for key in cues},
            sums={key: tuple(found) for key, found in sums.items()},
            endings=frozenset(endings),
            members=MemberReader.of(lexicon),
            purposes=tuple(PurposeReader.of(lexicon, figure) for figure in (SUM, LEVEL, DATE)),
            wants=WantReader.of(lexicon),
            offices=OfficeReader.of(lexicon),
        )

    def asked(self, source: Sequence[Word]) -> Asked:
        """Return what a question asks for. Of overlapping cues the longest counts."""
        weights: dict[str, float] = {}
        strict: set[str] = set()
        for at, stop, found in self.spans(source):
            for cue in self._meant(found, source, stop):
                weights[cue.aspect] = max(cue.weight, weights.get(cue.aspect, 0.0))
                # One unmarked syllable may be part of another word ("tham gia"): not to be insisted on.
                if cue.strict and (stop - at > 1 or at == 0 or source[at].is_marked):
                    strict.add(cue.aspect)
        for cue in self._sum(source):
            weights[cue.aspect] = max(cue.weight, weights.get(cue.aspect, 0.0))
            strict.add(cue.aspect)
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

    def _meant(self, found: list[Cue], source: Sequence[Word], stop: int) -> list[Cue]:
        """Return cues as they are meant: before a noun that is no money "hỗ trợ bao nhiêu" asks how many there are.

        So does "hỗ trợ tối đa mấy lần".
        """
        is_asked = source[stop - 1].form in _HOW_MANY
        behind = next((at for at in range(stop, len(source)) if source[at].form not in _NUMBERING), len(source))
        if not (is_asked and self.members.noun_at(source, stop)[0]) and not self.members.counted.at(source, behind):
            return found
        return [replace(cue, aspect="count", strict=False) if cue.aspect in _OF_MONEY else cue for cue in found]

    def _sum(self, source: Sequence[Word]) -> list[Cue]:
        """Return the cue of the sum of money that a question ends by asking for, if it does."""
        said = tuple(word.form for word in source)
        if not any(said[-len(end) :] == end for end in self.endings):
            return []
        spans = ((at, at + size) for size in (2, 1) for at in range(len(source) - size))
        return next((found for start, stop in spans if (found := self._at(source[start:stop], self.sums))), [])

    def spans(self, source: Sequence[Word]) -> Iterator[tuple[int, int, list[Cue]]]:
        """Yield start and end of each place where cues stand, and the cues; of overlapping ones the longest."""
        at = 0
        while at < len(source):
            stop = at + 1
            for length in range(min(self.reach.get(source[at].form, 0), len(source) - at), 0, -1):
                found = self._at(source[at : at + length])
                if found:
                    stop = at + length
                    # "đánh giá" ends in "giá", and asks for no price: such a term has no aspect.
                    yield at, stop, [cue for cue in found if cue.aspect]
                    break
            at = stop

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

    def _at(self, span: Sequence[Word], table: Mapping[Forms, tuple[Cue, ...]] | None = None) -> list[Cue]:
        found = (self.cues if table is None else table).get(tuple(word.form for word in span), ())
        return [cue for cue in found if _written_alike(cue, span)]


def agreement(asked: Mapping[str, float], offered: Mapping[str, float]) -> float:
    """Return how far two questions ask for the same, 0.0-1.0; 0.5 when either asks for nothing recognised."""
    if not asked or not offered:
        return 0.5
    common = sum(min(weight, offered.get(name, 0.0)) for name, weight in asked.items())
    return common / max(min(sum(asked.values()), sum(offered.values())), 1e-6)


def merged(many: Iterable[Asked]) -> dict[str, float]:
    """Return the aspects of several wordings together."""
    weights: dict[str, float] = {}
    for asked in many:
        for name, weight in asked.weights.items():
            weights[name] = max(weight, weights.get(name, 0.0))
    return weights


def _cue(row: Row, source: Sequence[Word]) -> Cue:
    return Cue(row.meaning, tuple(word.surface for word in source), row.weight, row.kind == _STRICT)


def _written_alike(cue: Cue, span: Sequence[Word]) -> bool:
    return all(not word.is_marked or word.surface == surface for word, surface in zip(span, cue.surfaces, strict=True))
