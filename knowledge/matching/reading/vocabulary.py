"""What the knowledge base itself says: its syllables, their sequences and the initialisms people make of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TypeVar

from rapidfuzz.distance import DamerauLevenshtein

from knowledge.matching.reading.initialisms import Initialism, Initialisms

T = TypeVar("T")

_ONSET = "(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnprstvx])?"
_RIME = (
    "(?:uye[nt]?|uya|uy(?:ch|nh|[tpu])?|uo[cimnptu]|uong|uenh|uech|ue|ua[nty]?|uang|uan|u[aio]?|u(?:ng|[cmnpt])|"
    "ie[mnptuc]|ieng|i(?:ch|nh|[acmnptu])?|ye[mntu]|yeng|y|oa(?:ch|nh|ng|[cimnopty])?|oe[nmto]?|oo(?:ng|c)|o(?:ng|[cimnpt])?|"
    "oi|a(?:ch|nh|ng|[cimnoptuy])?|e(?:ch|nh|ng|[cmnoptu])?)"
)
_SYLLABLE = re.compile(f"{_ONSET}{_RIME}")


@lru_cache(maxsize=50_000)
def is_syllable(form: str) -> bool:
    """Tell whether a folded word has the shape of a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(form) is not None


@dataclass(frozen=True)
class Vocabulary:
    """Folded syllables of the base with the number of texts that hold them, and what can be derived from them."""

    counts: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]
    sequences: Initialisms
    shortened: Mapping[str, tuple[str, ...]]  # each known form with one letter left out -> the forms

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> Vocabulary:
        """Read folded texts. The order of texts does not matter."""
        read = list(texts)
        counts: Counter[str] = Counter()
        neighbours: Counter[tuple[str, str]] = Counter()
        for text in read:
            counts.update(set(text))
            neighbours.update(set(pairwise(text)))
        return cls(
            counts=dict(counts), pairs=dict(neighbours), sequences=Initialisms.of(read), shortened=_shortened(counts)
        )

    def changed(self, added: Sequence[Sequence[str]], removed: Sequence[Sequence[str]]) -> Vocabulary | None:
        """Return what `of` gives with other texts, without reading those that stay. None: they have to be read."""
        sequences = self.sequences.changed(added, removed)
        if sequences is None:
            return None
        counts = _moved(self.counts, (set(text) for text in added), (set(text) for text in removed))
        neighbours = _moved(
            self.pairs, (set(pairwise(text)) for text in added), (set(pairwise(text)) for text in removed)
        )
        shortened = _shortened_anew(self.shortened, self.counts.keys() ^ counts.keys(), counts)
        return Vocabulary(counts=counts, pairs=neighbours, sequences=sequences, shortened=shortened)

    @property
    def initialisms(self) -> Mapping[str, tuple[Initialism, ...]]:
        """The sequences that each initialism may stand for, the likeliest first."""
        return self.sequences.table

    @cached_property
    def before(self) -> Mapping[str, tuple[str, ...]]:
        """The syllables that stand before each syllable."""
        table: defaultdict[str, list[str]] = defaultdict(list)
        for first, second in self.pairs:
            table[second].append(first)
        return {second: tuple(sorted(found)) for second, found in table.items()}

    def knows(self, form: str) -> bool:
        """Tell whether the base holds this syllable."""
        return form in self.counts

    def support(self, forms: Sequence[str]) -> float:
        """Return how far the base knows a sequence, 0.0-1.0: its syllables, and that they stand side by side."""
        known = sum(form in self.counts for form in forms) / len(forms)
        if len(forms) == 1:
            return known
        joined = sum(pair in self.pairs for pair in pairwise(forms)) / (len(forms) - 1)
        return 0.5 * known + 0.5 * joined

    def near(self, form: str) -> list[tuple[str, int]]:
        """Return known forms within one edit (two for six letters and more), nearest and commonest first, at most 4."""
        candidates = set(self.shortened.get(form, ()))
        for at in range(len(form)):
            shorter = form[:at] + form[at + 1 :]
            if shorter in self.counts:
                candidates.add(shorter)
            candidates.update(self.shortened.get(shorter, ()))
        limit = 2 if len(form) >= 6 else 1  # noqa: PLR2004
        scored = [
            (found, DamerauLevenshtein.distance(form, found, score_cutoff=limit))
            for found in candidates
            if found != form and not found.isdigit()
        ]
        kept = [(found, distance) for found, distance in scored if distance <= limit]
        return sorted(kept, key=lambda item: (item[1], -self.counts[item[0]], item[0]))[:4]


def _moved(known: Mapping[T, int], added: Iterable[set[T]], removed: Iterable[set[T]]) -> dict[T, int]:
    counts = dict(known)
    for step, texts in ((1, added), (-1, removed)):
        for item in (item for text in texts for item in text):
            counts[item] = counts.get(item, 0) + step
    gone = [item for item, count in counts.items() if not count]
    for item in gone:
        del counts[item]
    return counts


def _shortenings(form: str) -> set[str]:
    if len(form) < 3 or form.isdigit():  # noqa: PLR2004
        return set()
    return {form[:at] + form[at + 1 :] for at in range(len(form))}


def _shortened(counts: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    table: defaultdict[str, set[str]] = defaultdict(set)
    for form in counts:
        for key in _shortenings(form):
            table[key].add(form)
    return {key: tuple(sorted(found)) for key, found in table.items()}


def _shortened_anew(
    known: Mapping[str, tuple[str, ...]], changed: set[str], counts: Mapping[str, int]
) -> Mapping[str, tuple[str, ...]]:
    if not changed:
        return known
    table = dict(known)
    for form in changed:
        for key in _shortenings(form):
            found = {*table.get(key, ()), form} if form in counts else {*table.get(key, ())} - {form}
            table[key] = tuple(sorted(found))
            if not found:
                del table[key]
    return table
