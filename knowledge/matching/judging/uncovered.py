"""Whether a question asks what staff declared, in a question of their own, that an entry does not cover."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from knowledge.matching.index import Index
from knowledge.matching.likeness import SAME, Gist, gist_of, gist_of_wording, likeness
from knowledge.matching.query import Query, prepare
from knowledge.snapshot import in_words

_NEARER = 0.4  # how much nearer to what is not covered than to any wording, in shares of what is left to 1.0
# Source: `python -m benchmarks wordings`; below 0.3 right answers are lost, above 0.5 near misses are answered.
_NAME = 3  # words that may be a mere name


def is_uncovered(query: Query, index: Index, entries: Sequence[int]) -> bool:
    """Tell whether a question is that which one of `entries` (by their places) is said not to cover.

    It must ask for whatever that asks for, and be much nearer to it than to every wording of these entries, for they
    may differ in a word alone.
    """
    if not query.asked.weights and len(query.words) <= _NAME:
        return False  # "nhãn hiệu" names what several questions are about, and asks none of them
    if any(int(index.owners[row]) in entries for row in index.exact.get(query.lattice.written, ())):
        return False  # nothing is nearer than that
    texts = [text for at in entries for text in in_words(index.entries[at].not_covered)]
    declared = [gist for gist, wants in (_read(text, index) for text in texts) if wants <= query.asked.wants]
    if not declared:
        return False
    asked = gist_of(query, index)
    nearest = max(likeness(asked, gist) for gist in declared)
    if nearest < SAME:
        return False
    rows = chain.from_iterable(range(index.starts[at], index.stops[at]) for at in entries)
    own = max(likeness(asked, gist_of_wording(row, index)) for row in rows)
    return nearest - own > _NEARER * (1.0 - nearest)


def _read(text: str, index: Index) -> tuple[Gist, frozenset[str]]:
    """Return what a declared question is compared by, and what it wants ("the most"), read as any question is."""
    known: tuple[Gist, frozenset[str]] | None = index.gists.get(text)
    if known is None:
        query = prepare(text, index)
        known = index.gists[text] = gist_of(query, index), query.asked.wants
    return known
