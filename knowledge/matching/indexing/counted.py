"""Which features each text has, kept from one index to the next so that only what changed is counted again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.matching.indexing.spaces import Features

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts of features. `vocabulary`: every feature of any text, in sorted order; `rows`: texts x features."""

    vocabulary: Mapping[str, int]
    rows: sparse.csr_array

    @classmethod
    def of(cls, texts: Sequence[Features]) -> Counted:
        """Count the features of texts."""
        vocabulary = {name: at for at, name in enumerate(sorted({name for text in texts for name in text}))}
        return cls(vocabulary, _rows(texts, vocabulary, len(vocabulary)))

    def changed(self, fresh: Sequence[Features], kept: Places, order: Places) -> Counted:
        """Return the counts of the texts at `kept` and of fresh ones, in the `order` of both, the kept ones first.

        The same as `of` all of them; none of the kept texts is read again.
        """
        names = list(self.vocabulary)
        found = {name for text in fresh for name in text}
        added = sorted(found - self.vocabulary.keys())
        before = np.array([bisect_left(names, name) for name in added], dtype=np.int64)
        places = np.arange(len(names), dtype=np.int32)
        moved = places + np.searchsorted(before, places, side="right").astype(np.int32)
        lookup = {name: int(moved[self.vocabulary[name]]) for name in found & self.vocabulary.keys()}
        lookup.update(zip(added, (before + np.arange(len(added))).tolist(), strict=True))
        size = len(names) + len(added)
        known = self.rows[kept]
        known = sparse.csr_array((known.data, moved[known.indices], known.indptr), shape=(known.shape[0], size))
        rows = sparse.vstack([known, _rows(fresh, lookup, size)], format="csr")[order]
        is_used = np.bincount(rows.indices, minlength=size) > 0
        if not added and is_used.all():
            return Counted(self.vocabulary, rows)
        return _without(is_used, sorted((*names, *added)), rows)

    def within(self, vocabulary: Mapping[str, int]) -> sparse.csr_array:
        """Return the rows with the features of another vocabulary alone, in its places."""
        places = np.array([vocabulary.get(name, -1) for name in self.vocabulary], dtype=np.int32)
        columns = places[self.rows.indices]
        is_known = columns >= 0
        starts = np.concatenate(([0], np.cumsum(is_known)))[self.rows.indptr].astype(np.int32)
        shape = (self.rows.shape[0], len(vocabulary))
        return sparse.csr_array((self.rows.data[is_known], columns[is_known], starts), shape=shape)


def carried(sources: Sequence[int], before: Places, fresh: Sequence[int]) -> tuple[Places, Places]:
    """Return for `changed` which rows are kept, and the order of kept and fresh ones.

    `sources`: for each entry its place before, or -1; `before` and `fresh`: how many rows each of those entries has.
    """
    starts = np.cumsum(before) - before
    places = np.array(sources, dtype=np.int64)
    is_kept = places >= 0
    lengths = np.zeros(len(places), dtype=np.int64)
    lengths[is_kept], lengths[~is_kept] = before[places[is_kept]], np.array(fresh, dtype=np.int64)
    row_is_kept = np.repeat(is_kept, lengths)
    kept = np.repeat(starts[places[is_kept]], lengths[is_kept]) + _within(lengths[is_kept])
    order = np.empty(row_is_kept.size, dtype=np.int64)
    order[row_is_kept] = np.arange(kept.size)
    order[~row_is_kept] = kept.size + np.arange(row_is_kept.size - kept.size)
    return kept, order


def _within(lengths: Places) -> Places:
    """Return 0, 1, … for each length anew."""
    return np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _rows(texts: Sequence[Features], places: Mapping[str, int], width: int) -> sparse.csr_array:
    starts = np.zeros(len(texts) + 1, dtype=np.int32)
    np.cumsum([len(text) for text in texts], out=starts[1:])
    size = int(starts[-1])
    columns = np.fromiter((places[name] for text in texts for name in text), dtype=np.int32, count=size)
    values = np.fromiter((value for text in texts for value in text.values()), dtype=np.float32, count=size)
    rows = sparse.csr_array((values, columns, starts), shape=(len(texts), width))
    rows.sort_indices()
    return rows


def _without(is_used: NDArray[np.bool_], names: Sequence[str], rows: sparse.csr_array) -> Counted:
    places = (np.cumsum(is_used) - 1).astype(np.int32)
    vocabulary = {name: at for at, name in enumerate(compress(names, is_used.tolist()))}
    remaining = sparse.csr_array((rows.data, places[rows.indices], rows.indptr), shape=(rows.shape[0], len(vocabulary)))
    return Counted(vocabulary, remaining)
