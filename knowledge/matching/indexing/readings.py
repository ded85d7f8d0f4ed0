"""How wordings of the base read, and on which syllables of the others that hinges: what must be read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from knowledge.matching.lexicon import Forms, Lexicon
from knowledge.matching.normalizer import Word
from knowledge.matching.reading.initialisms import LONGEST_INITIALISM
from knowledge.matching.reading.repair import best_reading, read
from knowledge.matching.reading.vocabulary import Vocabulary, is_syllable

Span = tuple[int, int, Forms]  # words from, to (exclusive), and what they may be read as
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A wording, abbreviations written out, and what of the vocabulary that hinges on: nothing if it reads one way.

    `forms_known`, `pairs_known`: syllables and neighbours whose coming or going may change the reading, and the words
    that may be initialisms.
    """

    forms: Forms
    forms_known: frozenset[str] = frozenset()
    pairs_known: frozenset[Pair] = frozenset()

    @classmethod
    def of(cls, source: Sequence[Word], vocabulary: Vocabulary, lexicon: Lexicon) -> Reading:
        """Read a wording that the vocabulary was made of: each of its words is known, none is misspelt."""
        lattice = read(source, vocabulary, lexicon)
        forms = best_reading(lattice, vocabulary)
        others = {(it.start, it.end, it.forms) for it in lattice.edges if it.source not in {"written", "synonym"}}
        others.update(_meanings(source, lexicon))
        if not others and not any(_may_be_initialism(word.form) for word in source):
            return cls(forms)
        spans = others | {(at, at + 1, (form,)) for at, form in enumerate(lattice.written)}
        known = frozenset(form for _, _, read_as in spans for form in read_as)
        return cls(forms, known, frozenset(_neighbours(spans, len(source))))


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two vocabularies, as far as a reading may hinge on it."""

    forms: frozenset[str]  # syllables that came or went, and initialisms that are read otherwise
    pairs: frozenset[Pair]  # neighbours that came or went

    @classmethod
    def between(cls, before: Vocabulary, after: Vocabulary) -> Changes:
        """Compare two vocabularies."""
        old, new = before.initialisms, after.initialisms
        letters = {
            key for key in old.keys() | new.keys() if old.get(key) is not new.get(key) and old.get(key) != new.get(key)
        }
        return cls(
            frozenset(before.counts.keys() ^ after.counts.keys()) | set(filter(_may_be_initialism, letters)),
            frozenset(before.pairs.keys() ^ after.pairs.keys()),
        )

    def concern(self, reading: Reading) -> bool:
        """Tell whether a wording may read otherwise now."""
        return not (self.forms.isdisjoint(reading.forms_known) and self.pairs.isdisjoint(reading.pairs_known))


def _neighbours(spans: Iterable[Span], size: int) -> Iterator[Pair]:
    """Yield every two syllables that may stand side by side."""
    ends: list[set[str]] = [set() for _ in range(size + 1)]
    starts: list[set[str]] = [set() for _ in range(size + 1)]
    for start, end, forms in spans:
        starts[start].add(forms[0])
        ends[end].add(forms[-1])
        yield from pairwise(forms)
    for lefts, rights in zip(ends, starts, strict=True):
        yield from product(lefts, rights)


def _meanings(source: Sequence[Word], lexicon: Lexicon) -> Iterator[Span]:
    """Yield what terms of the wording stand for, however little the base supports that now."""
    for at, word in enumerate(source):
        begun = tuple(each.form for each in source[at : at + lexicon.reach.get(word.form, 0)])
        for size in range(1, len(begun) + 1):
            for meaning in lexicon.meanings.get(begun[:size], ()):
                yield at, at + size, meaning.forms


def _may_be_initialism(form: str) -> bool:
    return 2 <= len(form) <= LONGEST_INITIALISM and not form.isdigit() and not is_syllable(form)  # noqa: PLR2004
