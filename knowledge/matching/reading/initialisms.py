"""Which sequences of syllables people may mean by their first letters: counted, and changed in small steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.lexicon import Forms

LONGEST_INITIALISM = 6  # letters
_RARE_ENOUGH = 40  # more sequences than this behind one initialism: it says nothing
_SMALL = 20_000  # sequences of a base below which one that was seen once is all there is, and no chance neighbourhood
CONNECTIVES = frozenset(
    {"va", "cua", "ve", "cho", "cac", "nhung", "trong", "tai", "o", "voi"}
)  # skipped in initialisms


@dataclass(frozen=True, slots=True)
class Initialism:
    """A sequence of the base that starts with these letters. `share`: of all its readings in the base, 0.0-1.0."""

    forms: Forms
    share: float


@dataclass(frozen=True, slots=True)
class Initialisms:
    """Sequences with the number of texts that hold them. Those that one text holds are only told apart by their hash.

    They are most of all sequences: in a large base none of them is read in an initialism, but it must be known when a
    second text holds it.
    """

    often: Mapping[Forms, int]
    once: NDArray[np.int64]  # sorted
    groups: Mapping[str, tuple[Forms, ...]]  # letters -> the sequences of `often` that may be meant by them
    table: Mapping[str, tuple[Initialism, ...]]

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> Initialisms:
        """Count the sequences of texts."""
        runs: Counter[Forms] = Counter()
        for text in texts:
            runs.update(_runs(text))
        least = 1 if len(runs) < _SMALL else 2
        often = {run: count for run, count in runs.items() if count >= least}
        hashes = np.fromiter((hash(run) for run, count in runs.items() if count < least), dtype=np.int64)
        groups: dict[str, list[Forms]] = {}
        for run in often:
            if _may_be_meant(run):
                groups.setdefault(_letters(run), []).append(run)
        table = {letters: _likeliest(found, often) for letters, found in groups.items()}
        return cls(
            often, np.sort(hashes), {letters: tuple(found) for letters, found in groups.items()},
            {letters: found for letters, found in table.items() if found},
        )  # fmt: skip

    @property
    def is_small(self) -> bool:
        """Tell whether sequences that were seen once count."""
        return len(self.often) + self.once.size < _SMALL

    def changed(self, added: Sequence[Sequence[str]], removed: Sequence[Sequence[str]]) -> Initialisms | None:
        """Return what `of` gives with other texts. None: the base became small or large, all have to be read."""
        step: Counter[Forms] = Counter(run for text in added for run in _runs(text))
        step.subtract(run for text in removed for run in _runs(text))
        often, groups = dict(self.often), dict(self.groups)
        least = 1 if self.is_small else 2
        gone: list[int] = []
        come: list[int] = []
        touched: set[str] = set()
        for run, difference in step.items():
            if not difference:
                continue
            before = often.get(run) or int(self._is_once(run))
            after = before + difference
            if max(before, after) >= least:
                touched |= _moved(run, after if after >= least else 0, often, groups)
            if 0 < before < least:
                gone.append(hash(run))
            if 0 < after < least:
                come.append(hash(run))
        changed = Initialisms(often, self._once(gone, come), groups, self._table(touched, groups, often))
        return changed if changed.is_small == self.is_small else None

    def _is_once(self, run: Forms) -> bool:
        wanted = hash(run)
        at = int(np.searchsorted(self.once, wanted))
        return at < self.once.size and int(self.once[at]) == wanted

    def _once(self, gone: list[int], come: list[int]) -> NDArray[np.int64]:
        kept = np.delete(self.once, np.searchsorted(self.once, np.array(sorted(gone), dtype=np.int64)))
        new = np.array(sorted(come), dtype=np.int64)
        return np.insert(kept, np.searchsorted(kept, new), new)

    def _table(
        self, touched: set[str], groups: Mapping[str, tuple[Forms, ...]], often: Mapping[Forms, int]
    ) -> Mapping[str, tuple[Initialism, ...]]:
        table = dict(self.table)
        for letters in touched:
            found = _likeliest(groups.get(letters, ()), often)
            if found:
                table[letters] = found
            else:
                table.pop(letters, None)
        return table


def _moved(run: Forms, count: int, often: dict[Forms, int], groups: dict[str, tuple[Forms, ...]]) -> set[str]:
    """Enter the new count of a sequence, 0: it goes. Return the letters whose readings that may change."""
    was_known = run in often
    if count:
        often[run] = count
    else:
        often.pop(run, None)
    if not _may_be_meant(run):
        return set()
    letters = _letters(run)
    if bool(count) != was_known:
        others = tuple(other for other in groups.get(letters, ()) if other != run)
        groups[letters] = (*others, run) if count else others
        if not groups[letters]:
            del groups[letters]
    return {letters}


def _letters(run: Forms) -> str:
    return "".join(form[0] for form in run)


def _may_be_meant(run: Forms) -> bool:
    return run[0] not in CONNECTIVES and run[-1] not in CONNECTIVES


def _likeliest(runs: Sequence[Forms], counts: Mapping[Forms, int]) -> tuple[Initialism, ...]:
    best = sorted(((run, counts[run]) for run in runs), key=lambda item: (-item[1], item[0]))
    if not best or (len(best) > _RARE_ENOUGH and best[0][1] < 3):  # noqa: PLR2004
        return ()
    total = sum(count * count for _, count in best)
    return tuple(Initialism(run, count * count / total) for run, count in best[:3])


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
            for size in range(2, LONGEST_INITIALISM + 1):
                found.update(tuple(stretch[at : at + size]) for at in range(len(stretch) - size + 1))
            stretch = []
    return found
