"""Whether a question asks what staff declared, in a question of their own, that an entry does not cover."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from knowledge.matching.aspects import Asked
from knowledge.matching.index import Index
from knowledge.matching.likeness import SAME, gist_of, gist_of_wording, known_gist, likeness
from knowledge.matching.query import Query

_NEARER = 0.4  # how much nearer to what is not covered than to any wording, in shares of what is left to 1.0
# Source: `python -m benchmarks wordings`; below 0.3 right answers are lost, above 0.5 near misses are answered.


def is_uncovered(query: Query, index: Index, entries: Sequence[int]) -> bool:
    """Tell whether a question is that which one of `entries` (by their places) is said not to cover.

    It must ask for whatever that asks for, and be much nearer to it than to every wording of these entries, for they
    may differ in a word alone.
    """
    facts = [index.book.facts[at] for at in entries]
    declared = [text for fact in facts for text, asked in fact.uncovered if _asks_for(query.asked, asked)]
    if not declared:
        return False
    gist = gist_of(query, index)
    nearest = max(likeness(gist, known_gist(text, index)) for text in declared)
    if nearest < SAME:
        return False
    rows = chain.from_iterable(range(index.starts[at], index.stops[at]) for at in entries)
    own = max(likeness(gist, gist_of_wording(row, index)) for row in rows)
    return nearest - own > _NEARER * (1.0 - nearest)


def _asks_for(asked: Asked, declared: Asked) -> bool:
    """Tell whether a question asks for whatever a declared one wants: the most, a reason, the next time."""
    return declared.wants <= asked.wants
