"""Rank the entries of a base for a question: a shortlist by cheap comparison, then the weighted sum of all scorers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.index import Index
from knowledge.matching.indexing.spaces import Floats
from knowledge.matching.query import Query
from knowledge.matching.scorers import SCORERS, Comparison, Field, survey

SHORTLIST = 50  # entries that are looked at closely
NAMED_BONUS = 0.08  # for an entry whose wordings name the very document asked about
ALONE_BONUS = 0.08  # and as much again if it is the only one that does
CONFLICT_LOSS = 0.23  # for one that names another document, edition or place
EXACT_BONUS = 0.40  # for an entry that has the question word for word among its wordings

FUSION: Mapping[str, float] = {
    "chars": 0.10, "cover": 0.12, "fuzzy": 0.03, "model": 0.20, "answer": 0.10, "document": 0.18, "topics": 0.15,
    "shapes": 0.08, "aspects": 0.04, "words": 0.30,
}  # fmt: skip
"""Weight of each scorer in the ranking score. Listwise fit on three development bases (docs/decisions/0010), then moved
towards the wording scorers (chars, cover), which real questions resemble more than the development ones do. `words` was
added to them by hand (0022): from 0.10 to 0.50 it did about equally well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The shortlist, best first. All arrays are parallel."""

    entries: NDArray[np.int64]
    rows: NDArray[np.int64]  # best wording of each
    scores: Floats
    evidence: Mapping[str, Floats]

    def __len__(self) -> int:
        return int(self.entries.size)


def rank(query: Query, index: Index, field: Field | None = None, *, hidden: int | None = None) -> Ranking:
    """Rank the entries. An empty base gives an empty ranking. `hidden`: an entry to behave as if it did not exist."""
    if not index.entries:
        empty = np.zeros(0, dtype=np.int64)
        return Ranking(entries=empty, rows=empty, scores=np.zeros(0, dtype=np.float32), evidence={})
    field = survey(query, index) if field is None else field
    rows, best = index.best_rows(0.55 * field.chars + 0.45 * field.cover)
    appeal = best + field.document
    if hidden is not None:
        appeal[hidden] = -1.0
    order = _shortlist(appeal)
    chosen = rows[order]
    comparison = Comparison(query=query, index=index, field=field, entries=order, rows=chosen)
    evidence = {name: scorer(comparison) for name, scorer in SCORERS.items()}
    scores = sum((FUSION[name] * value for name, value in evidence.items()), np.zeros(order.size, dtype=np.float32))
    scores = scores / sum(FUSION.values()) + _named(query, index, order) + EXACT_BONUS * field.exact[order]
    final = np.argsort(-scores, kind="stable")
    return Ranking(
        entries=order[final], rows=chosen[final], scores=np.clip(scores[final], 0.0, 1.0).astype(np.float32),
        evidence={name: value[final] for name, value in evidence.items()},
    )  # fmt: skip


def _shortlist(appeal: Floats) -> NDArray[np.int64]:
    usable = int((appeal >= 0).sum())
    size = min(SHORTLIST, usable)
    cut = np.argpartition(-appeal, size - 1)[:size] if 0 < size < appeal.size else np.flatnonzero(appeal >= 0)
    return cut[np.lexsort((cut, -appeal[cut]))]


def _named(query: Query, index: Index, entries: NDArray[np.int64]) -> Floats:
    """Return what named documents, editions and places add to or take from the scores."""
    added = np.zeros(entries.size, dtype=np.float32)
    named = query.entities
    if not (named.documents or named.editions or named.places):
        return added
    fits = [index.book.fit(entry, named) for entry in entries.tolist()]
    bonus = NAMED_BONUS + (ALONE_BONUS if fits.count(1.0) == 1 else 0.0)
    for at, (entry, fit) in enumerate(zip(entries.tolist(), fits, strict=True)):
        added[at] = bonus * fit
        if index.book.conflict(entry, named):
            added[at] -= CONFLICT_LOSS
    return added
