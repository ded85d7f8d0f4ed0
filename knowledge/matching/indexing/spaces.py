"""Sparse features of texts: how often each occurs, how much it says, and products with all texts at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, eigsh

from knowledge.matching.lexicon import Forms

Floats = NDArray[np.float32]
Features = Mapping[str, float]
TOPICS = 50  # singular vectors; 30 to 80 did about equally well on the development bases
BASIS_ENTRIES = 2_000  # entries the topics are learnt from; further ones are only placed among them
SMALLEST_GRAM, LONGEST_GRAM = 2, 4
_ROUNDING = 1e-10
_GATHERING = 8  # what gathering a value costs, against passing by it; measured with 3,000 to 30,000 texts


def grams(forms: Sequence[str]) -> dict[str, float]:
    """Return the character 2- to 4-grams within each word (a blank at both ends) with their counts."""
    found: dict[str, float] = {}
    for form in forms:
        for gram in _word_grams(form):
            found[gram] = found.get(gram, 0.0) + 1.0
    return found


@lru_cache(maxsize=50_000)
def _word_grams(form: str) -> tuple[str, ...]:
    padded = f" {form} "
    return tuple(
        padded[at : at + size]
        for size in range(SMALLEST_GRAM, LONGEST_GRAM + 1)
        for at in range(max(1, len(padded) - size + 1))
    )


def pairs(forms: Sequence[str]) -> list[str]:
    """Return neighbouring syllables as one feature each."""
    return [f"{left} {right}" for left, right in pairwise(forms)]


@dataclass(frozen=True, slots=True)
class Row:
    """One sparse row: rising columns and their values."""

    columns: NDArray[np.int64]
    values: Floats

    def scaled(self) -> Row:
        """Return the row at unit length."""
        norm = float(np.sqrt((self.values**2).sum())) or 1.0
        return Row(self.columns, (self.values / norm).astype(np.float32))


def turned(rows: sparse.csr_array) -> sparse.csr_array:
    """Return texts x features as features x texts, for `products`; double: the order of adding hardly tells."""
    return rows.T.tocsr().astype(np.float64)


def products(row: Row, by_feature: sparse.csr_array) -> Floats:
    """Return the dot products of `row` with every column of `by_feature` (features x texts, `turned`).

    Few texts share a feature with the row: only they are gathered. Else every text is gone through, in one sweep that
    takes about as long as gathering one value in eight.
    """
    begin = by_feature.indptr[row.columns].astype(np.int64)
    lengths = by_feature.indptr[row.columns + 1].astype(np.int64) - begin
    total = int(lengths.sum())
    if total * _GATHERING > by_feature.nnz:
        dense = np.zeros(by_feature.shape[0])
        dense[row.columns] = row.values
        swept: Floats = (by_feature.T @ dense).astype(np.float32)
        return swept
    places = np.repeat(begin - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths) + np.arange(total)
    weights = by_feature.data[places] * np.repeat(row.values, lengths)
    return np.bincount(by_feature.indices[places], weights, by_feature.shape[1]).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Space:
    """Features over texts. `rows`: texts x features; `by_feature`: the same turned round, for products."""

    vocabulary: Mapping[str, int]
    idf: Floats
    rows: sparse.csr_array
    by_feature: sparse.csr_array

    def vector(self, features: Features) -> Row:
        """Return `features` as one row; unknown features are left out."""
        known = sorted((self.vocabulary[name], value) for name, value in features.items() if name in self.vocabulary)
        columns = np.fromiter((column for column, _ in known), dtype=np.int64, count=len(known))
        return Row(columns, np.fromiter((value for _, value in known), dtype=np.float32, count=len(known)))

    def holders(self, name: str) -> list[int]:
        """Return the texts that have a feature, rising; none for an unknown one."""
        column = self.vocabulary.get(name)
        if column is None:
            return []
        begin, end = self.by_feature.indptr[column : column + 2]
        held: list[int] = self.by_feature.indices[begin:end].tolist()
        return held

    def weigh(self, features: Features) -> Floats:
        """Return the idf of each feature in order; an unknown feature weighs as one that occurs in a single text."""
        rarest = float(self.idf.max()) if self.idf.size else 1.0
        found = (self.idf[self.vocabulary[name]] if name in self.vocabulary else rarest for name in features)
        return np.fromiter(found, dtype=np.float32, count=len(features))


def document_frequency(rows: sparse.csr_array, groups: NDArray[np.int64]) -> Floats:
    """Return in how many groups of rows (entries) each feature occurs: ten wordings of one entry count once."""
    pattern = sparse.csr_array((np.ones_like(rows.data), rows.indices, rows.indptr), shape=rows.shape)
    size = int(groups.max()) + 1 if groups.size else 0
    member = sparse.csr_array(
        (np.ones(groups.size, dtype=np.float32), (groups, np.arange(groups.size))), shape=(size, groups.size)
    )
    merged = member @ pattern
    frequency: Floats = np.bincount(merged.indices, minlength=rows.shape[1]).astype(np.float32)
    return frequency


def inverse_frequency(frequency: Floats, total: int) -> Floats:
    """Return the smoothed inverse document frequency: ln((1 + n) / (1 + df)) + 1."""
    idf: Floats = (np.log((1.0 + total) / (1.0 + frequency)) + 1.0).astype(np.float32)
    return idf


def cosine_space(vocabulary: Mapping[str, int], rows: sparse.csr_array, groups: NDArray[np.int64]) -> Space:
    """Return a space of counted texts whose products with a unit vector are cosines (sublinear counts times idf)."""
    idf = inverse_frequency(document_frequency(rows, groups), int(groups.max()) + 1 if groups.size else 0)
    weighted = rows.copy()
    weighted.data = (1.0 + np.log(weighted.data)) * idf[weighted.indices]
    norms = np.sqrt(np.add.reduceat(np.append(weighted.data**2, 0.0), weighted.indptr[:-1])) if rows.nnz else np.ones(1)
    lengths = np.diff(weighted.indptr)
    norms = np.where(lengths > 0, norms, 1.0)
    weighted.data /= np.repeat(norms, lengths).astype(np.float32)
    return Space(vocabulary, idf, weighted, turned(weighted))


def unit(space: Space, counts: Features) -> Row:
    """Return `counts` as a unit row of a cosine space. Unknown features count towards its length: they fit nothing."""
    idf = space.weigh(counts)
    weights = (1.0 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * idf
    norm = float(np.sqrt((weights**2).sum())) or 1.0
    return space.vector(dict(zip(counts, (weights / norm).tolist(), strict=True)))


@dataclass(frozen=True, slots=True)
class Documents:
    """Entries as single texts. `raw`: entries x features, weighted; the rest serves cosines with a question."""

    raw: sparse.csr_array
    norms: Floats
    by_feature: sparse.csr_array  # features x entries, unit columns
    basis: Floats  # features x topics
    topics: Floats  # entries x topics, unit rows

    @classmethod
    def of(cls, raw: sparse.csr_array) -> Documents:
        """Prepare weighted texts of entries; topics are the leading singular vectors (latent semantic analysis)."""
        norms = np.sqrt(np.asarray(raw.multiply(raw).sum(axis=1)).ravel()).astype(np.float32)
        norms[norms == 0] = 1.0
        scaled = sparse.csr_array(
            (raw.data / np.repeat(norms, np.diff(raw.indptr)), raw.indices, raw.indptr), shape=raw.shape
        )
        basis = _leading(scaled)
        return cls(raw, norms, turned(scaled), basis, _unit_rows(scaled @ basis))

    def cosines(self, question: Row) -> tuple[Floats, Floats]:
        """Return for each entry the cosine with a unit question, in features and in topics (not below 0)."""
        return products(question, self.by_feature), self.topical(self.place(question))

    def topical(self, placed: Floats) -> Floats:
        """Return for each entry the cosine with a unit vector of topics (not below 0)."""
        alike: Floats = np.maximum(self.topics @ placed, 0.0)
        return alike

    def place(self, question: Row) -> Floats:
        """Return the unit vector of a question in topics."""
        placed: Floats = _unit_rows((question.values @ self.basis[question.columns])[None, :])[0]
        return placed

    def without(self, entry: int, part: sparse.csr_array, question: Row) -> tuple[float, float]:
        """Return both cosines with an entry that lacks `part` of its text: for leaving one wording out."""
        rest = (self.raw[[entry]] - part).toarray()[0]
        norm = float(np.linalg.norm(rest)) or 1.0
        known = _unit_rows((rest @ self.basis)[None, :])[0]
        return float(rest[question.columns] @ question.values) / norm, max(0.0, float(known @ self.place(question)))


def _leading(rows: sparse.csr_array) -> Floats:
    sample = rows[:: max(1, rows.shape[0] // BASIS_ENTRIES)]
    count = min(TOPICS, min(sample.shape) // 2)
    if count < 1 or not sample.nnz:
        return np.zeros((rows.shape[1], 1), dtype=np.float32)
    wide = sample.astype(np.float64)
    wide = wide if wide.shape[0] <= wide.shape[1] else wide.T.tocsr()
    across = wide.T
    size = wide.shape[0]
    # A fixed start vector: the same base always gives the same topics.
    squares, short = eigsh(
        LinearOperator((size, size), matvec=lambda side: wide @ (across @ side), dtype=np.float64), k=count,
        v0=np.full(size, 1.0 / np.sqrt(size)),
    )  # fmt: skip
    # Of singular vectors of the longer side only those of values that are not nothing but rounding.
    lengths = np.sqrt(np.where(squares > squares.max() * _ROUNDING, squares, np.inf))
    basis = short if sample.shape[0] > sample.shape[1] else (across @ short) / lengths
    return np.ascontiguousarray(basis, dtype=np.float32)


def _unit_rows(rows: Floats) -> Floats:
    dense = np.asarray(rows, dtype=np.float32)
    norms = np.linalg.norm(dense, axis=1, keepdims=True)
    unit_rows: Floats = (dense / np.where(norms > 0, norms, 1.0)).astype(np.float32)
    return unit_rows


def as_text(forms: Forms) -> str:
    """Join syllables for string comparison."""
    return " ".join(forms)
