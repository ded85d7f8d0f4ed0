"""Which rows of a sparse matrix are nearly the same, without comparing all with all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_CHUNK = 512  # rows compared with all others at once; bounds the memory
_MOST_AT_ONCE = 50_000  # pairs whose cosines are worked out at once
_ROUNDING = 1e-4  # float32: a cosine of exactly the threshold must not be lost

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]


def pairs_alike(rows: sparse.csr_array, least: float) -> Iterator[Pairs]:
    """Yield (left, right, cosine) of rows with a cosine of at least `least` (above 0.0), left < right, by parts.

    `rows`: non-negative, at most of unit length. Two such rows share a feature among the rarest of each whose remaining
    features are together still as long as `least`: with less length left the cosine cannot be reached. Only these
    are multiplied (prefix filtering: Bayardo, Ma and Srikant, "Scaling up all pairs similarity search", WWW 2007).
    """
    rarest = _rarest(rows, least - _ROUNDING)
    turned = rarest.T.tocsr()
    for start in range(0, rarest.shape[0], _CHUNK):
        shared = (rarest[start : start + _CHUNK] @ turned).tocoo()
        left, right = shared.row.astype(np.int64) + start, shared.col.astype(np.int64)
        left, right = left[left < right], right[left < right]
        for at in range(0, len(left), _MOST_AT_ONCE):
            ours, theirs = left[at : at + _MOST_AT_ONCE], right[at : at + _MOST_AT_ONCE]
            cosines = np.asarray(rows[ours].multiply(rows[theirs]).sum(axis=1), dtype=np.float32).ravel()
            are_alike = cosines >= least
            yield ours[are_alike], theirs[are_alike], cosines[are_alike]


def _rarest(rows: sparse.csr_array, least: float) -> sparse.csr_array:
    """Return the rows with their rarest features only, from which the rest is still as long as `least`."""
    owners = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    spread = np.bincount(rows.indices, minlength=rows.shape[1])[rows.indices]
    order = np.lexsort((rows.indices, -spread, owners))  # within each row the commonest first
    squares = np.cumsum(rows.data[order].astype(np.float64) ** 2)
    before = np.concatenate(([0.0], squares))[rows.indptr[:-1]]
    lengths = np.sqrt(squares - before[owners])  # of this feature and all that are commoner
    kept = order[lengths >= least]
    return sparse.csr_array((rows.data[kept], (owners[kept], rows.indices[kept])), shape=rows.shape)
