"""What the knowledge base itself says: its syllables, their sequences and the initialisms people make of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import DamerauLevenshtein

from knowledge.matching.lexicon import Forms

_ONSET = "(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnprstvx])?"
_RIME = (
    "(?:uye[nt]?|uya|uy(?:ch|nh|[tpu])?|uo[cimnptu]|uong|uenh|uech|ue|ua[nty]?|uang|uan|u[aio]?|u(?:ng|[cmnpt])|"
    "ie[mnptuc]|ieng|i(?:ch|nh|[acmnptu])?|ye[mntu]|yeng|y|oa(?:ch|nh|ng|[cimnopty])?|oe[nmto]?|oo(?:ng|c)|o(?:ng|[cimnpt])?|"
    "oi|a(?:ch|nh|ng|[cimnoptuy])?|e(?:ch|nh|ng|[cmnoptu])?)"
)
_SYLLABLE = re.compile(f"{_ONSET}{_RIME}")
_LONGEST_INITIALISM = 6
_RARE_ENOUGH = 40  # more sequences than this behind one initialism: it says nothing
CONNECTIVES = frozenset(
    {"va", "cua", "ve", "cho", "cac", "nhung", "trong", "tai", "o", "voi"}
)  # skipped in initialisms


@lru_cache(maxsize=50_000)
def is_syllable(form: str) -> bool:
    """Tell whether a folded word has the shape of a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(form) is not None


@dataclass(frozen=True, slots=True)
class Initialism:
    """A sequence of the base that starts with these letters. `share`: of all its readings in the base, 0.0-1.0."""

    forms: Forms
    share: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Folded syllables of the base with the number of texts that hold them, and what can be derived from them."""

    counts: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]
    initialisms: Mapping[str, tuple[Initialism, ...]]
    shortened: Mapping[str, tuple[str, ...]]  # each known form with one letter left out -> the forms

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> Vocabulary:
        """Read folded texts. The order of texts does not matter."""
        counts: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        runs: Counter[Forms] = Counter()
        for text in texts:
            counts.update(set(text))
            pairs.update(set(pairwise(text)))
            runs.update(_runs(text))
        return cls(counts=counts, pairs=pairs, initialisms=_initialisms(runs), shortened=_shortened(counts))

    def extended(self, texts: Iterable[Sequence[str]]) -> Vocabulary:
        """Return a vocabulary that also knows `texts`, without reading the others again."""
        more = Vocabulary.of(texts)
        return Vocabulary(
            counts=Counter(self.counts) + Counter(more.counts),
            pairs=Counter(self.pairs) + Counter(more.pairs),
            initialisms={**more.initialisms, **self.initialisms},
            shortened={
                **self.shortened,
                **{key: tuple(sorted({*found, *self.shortened.get(key, ())})) for key, found in more.shortened.items()},
            },
        )

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


def _runs(text: Sequence[str]) -> set[Forms]:
    found: set[Forms] = set()
    full = list(text)
    short = [form for form in full if form not in CONNECTIVES]
    for source in (full, short) if len(short) < len(full) else (full,):
        stretch: list[str] = []
        for form in [*source, ""]:
            if len(form) > 1 and form[0].isalpha():
                stretch.append(form)
                continue
            for size in range(2, _LONGEST_INITIALISM + 1):
                found.update(tuple(stretch[at : at + size]) for at in range(len(stretch) - size + 1))
            stretch = []
    return found


def _initialisms(runs: Mapping[Forms, int]) -> dict[str, tuple[Initialism, ...]]:
    # A sequence seen once is a chance neighbourhood unless it is all there is in a small base.
    least = 1 if len(runs) < 20_000 else 2  # noqa: PLR2004
    grouped: defaultdict[str, list[tuple[Forms, int]]] = defaultdict(list)
    for run, count in runs.items():
        if count >= least and run[0] not in CONNECTIVES and run[-1] not in CONNECTIVES:
            grouped["".join(form[0] for form in run)].append((run, count))
    table: dict[str, tuple[Initialism, ...]] = {}
    for letters, found in grouped.items():
        best = sorted(found, key=lambda item: (-item[1], item[0]))
        total = sum(count * count for _, count in best)
        if len(best) > _RARE_ENOUGH and best[0][1] < 3:  # noqa: PLR2004
            continue
        table[letters] = tuple(Initialism(run, count * count / total) for run, count in best[:3])
    return table


def _shortened(counts: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    table: defaultdict[str, set[str]] = defaultdict(set)
    for form in counts:
        if len(form) >= 3 and not form.isdigit():  # noqa: PLR2004
            for at in range(len(form)):
                table[form[:at] + form[at + 1 :]].add(form)
    return {key: tuple(sorted(found)) for key, found in table.items()}
