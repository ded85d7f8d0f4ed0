"""Which questions an entry could take from others: a cheap look at all of them, to choose which to ask in earnest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.index import Index
from knowledge.matching.indexing.spaces import Floats, grams, pairs, products, unit
from knowledge.matching.normalizer import words
from knowledge.matching.query import MAX_WORDS
from knowledge.matching.reading.fillers import strip_fillers

_CHARS, _COVER = 0.55, 0.45  # as the ranker chooses its shortlist


def of_wordings(index: Index, entry: int) -> Floats:
    """Return for each wording how much nearer it is to `entry` than to the other wordings of its own entry.

    Within about -1.0 to 1.0. Wordings of the entry itself get -inf.
    """
    rows = np.arange(index.starts[entry], index.stops[entry])
    nearest = np.zeros(len(index.wordings), dtype=np.float32)
    for start, stop in zip(index.starts.tolist(), index.stops.tolist(), strict=True):
        siblings = _alike(index, np.arange(start, stop), np.arange(start, stop))
        np.fill_diagonal(siblings, 0.0)
        nearest[start:stop] = siblings.max(axis=1)
    margins: Floats = _alike(index, np.arange(len(index.wordings)), rows).max(axis=1) - nearest
    margins[rows] = -np.inf
    return margins


def of_texts(index: Index, entry: int, texts: Sequence[str]) -> Floats:
    """Return for each text how much nearer it is to `entry` than to the nearest other one."""
    margins = np.zeros(len(texts), dtype=np.float32)
    for at, text in enumerate(texts):
        forms = [word.form for word in strip_fillers(words(text), index.lexicon, most=MAX_WORDS)]
        masses = {term: index.weight(term) for term in (*forms, *pairs(forms))}
        common = products(index.terms.vector(masses), index.terms.by_feature)
        cover = 2.0 * common / (sum(masses.values()) + index.masses)
        chars = products(unit(index.chars, grams(forms)), index.chars.by_feature)
        _, best = index.best_rows((_CHARS * chars + _COVER * cover).astype(np.float32))
        rivals = np.delete(best, entry)
        margins[at] = best[entry] - (rivals.max() if rivals.size else 0.0)
    return margins


def _alike(index: Index, left: NDArray[np.int64], right: NDArray[np.int64]) -> Floats:
    """Return left x right: likeness of wordings in letters and in words, 0.0-1.0."""
    chars = (index.chars.rows[left] @ index.chars.rows[right].T).toarray()
    weighted = index.terms.rows[left]
    weighted.data = index.terms.idf[weighted.indices]
    common = (weighted @ index.terms.rows[right].T).toarray()
    cover = 2.0 * common / (index.masses[left][:, None] + index.masses[right][None, :])
    alike: Floats = (_CHARS * chars + _COVER * cover).astype(np.float32)
    return alike
