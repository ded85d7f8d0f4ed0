"""Nearly equal rows are all found, whatever the matrix: nothing is lost by not comparing all with all."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from knowledge.matching.indexing.similar_rows import pairs_alike


def unit_rows(seed: int, *, rows: int = 700, features: int = 40) -> sparse.csr_array:
    """Return random unit rows, many of them alike; the last is empty."""
    chance = np.random.default_rng(seed)
    kinds = chance.random((30, features)) * (chance.random((30, features)) < 0.3)
    found = kinds[chance.integers(0, 30, rows)] * chance.uniform(0.4, 1.0, (rows, features))
    found[-1] = 0.0
    norms = np.linalg.norm(found, axis=1, keepdims=True)
    return sparse.csr_array((found / np.where(norms, norms, 1.0)).astype(np.float32))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("least", [0.3, 0.86, 0.99])
def test_the_same_pairs_are_found_as_by_comparing_all_with_all(seed, least):
    rows = unit_rows(seed)

    found = {
        (left, right)
        for part in pairs_alike(rows, least)
        for left, right in zip(part[0].tolist(), part[1].tolist(), strict=True)
    }

    cosines = (rows @ rows.T).toarray()
    sure, doubtful = np.argwhere(np.triu(cosines >= least + 1e-5, 1)), np.argwhere(np.triu(cosines >= least - 1e-5, 1))
    assert {tuple(pair) for pair in sure.tolist()} <= found <= {tuple(pair) for pair in doubtful.tolist()}
    assert len(sure) > 0


def test_a_row_met_twice_is_wholly_alike():
    rows = sparse.csr_array(np.array([[0.6, 0.8], [1.0, 0.0], [0.6, 0.8]], dtype=np.float32))

    [(left, right, likeness)] = pairs_alike(rows, 0.9)

    assert (left.tolist(), right.tolist()) == ([0], [2])
    assert likeness.tolist() == pytest.approx([1.0])
