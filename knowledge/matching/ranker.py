"""Scorers compare a question with wordings or entries on a scale of 0.0-1.0; their weighted sum ranks the candidates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.linalg import solve

from knowledge.matching.index import Index
from knowledge.matching.query import Query
from knowledge.matching.spaces import Floats, Row, as_text, grams, products, unit

SHORTLIST = 50  # entries that are looked at closely
NAMED_BONUS = 0.10  # for an entry whose wordings name the very document asked about
CONFLICT_LOSS = 0.30  # for one that names another document, edition or place
_RIDGE_ROWS = 120  # wordings of the shortlist the entry-level model learns from
_RIDGE = 0.35  # its regularisation

FUSION: Mapping[str, float] = {
    "chars": 0.10, "cover": 0.12, "fuzzy": 0.03, "model": 0.20, "answer": 0.10, "document": 0.18, "topics": 0.15,
    "shapes": 0.08, "aspects": 0.04,
}  # fmt: skip
"""Weight of each scorer in the ranking score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """The comparison of one question with the whole base, before entries are left out."""

    chars: Floats  # one per wording
    cover: Floats
    asked: Floats  # how much of the question a wording holds
    answer: Floats  # one per entry: how much of the question any of its texts holds
    document: Floats  # cosine with all its texts as one
    topics: Floats  # the same in latent topics, of syllables
    shapes: Floats  # and of character n-grams
    aspects: Floats  # one per wording: likeness of what is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The shortlist, best first. All arrays are parallel."""

    entries: NDArray[np.int64]
    rows: NDArray[np.int64]  # best wording of each
    scores: Floats
    evidence: Mapping[str, Floats]

    def __len__(self) -> int:
        return int(self.entries.size)


def survey(query: Query, index: Index, *, without: int | None = None) -> Field:
    """Compare with every wording and every entry at once. `without`: a wording to behave as if it did not exist."""
    chars = np.zeros(len(index.wordings), dtype=np.float32)
    shapes = np.zeros(len(index.entries), dtype=np.float32)
    left_out = index.owners[without] if without is not None else None
    for forms, weight in query.readings:
        row = unit(index.chars, grams(forms))
        np.maximum(chars, weight * products(row, index.chars.by_feature), out=chars)
        shaped = np.maximum(index.char_documents.topics @ index.char_documents.place(row), 0.0)
        if left_out is not None:
            shaped[left_out] = index.char_documents.without(left_out, index.chars.rows[[without]], row)[1]
        np.maximum(shapes, weight * shaped, out=shapes)
    asked_row = index.terms.vector(query.masses)
    said_row = index.terms.vector({term: weight * index.weight(term) for term, weight in query.presence.items()})
    asked = np.minimum(products(asked_row, index.terms.by_feature), 1.0)
    said = np.minimum(products(said_row, index.terms.by_feature) / index.masses, 1.0)
    answer = np.minimum(products(asked_row, index.answers), 1.0)
    said_row = said_row.scaled()
    document, topics = index.term_documents.cosines(said_row)
    aspects = _aspect_likeness(query, index)
    if without is not None and left_out is not None:
        part = index.terms.rows[[without]] * index.terms.idf[None, :]
        document[left_out], topics[left_out] = index.term_documents.without(left_out, part.tocsr(), said_row)
        answer[left_out] = _answer_without(asked_row, index, left_out, without)
        for values in (chars, asked, said, aspects):
            values[without] = 0.0
    cover = 2.0 * asked * said / np.maximum(asked + said, 1e-6)
    return Field(
        chars=chars, cover=cover.astype(np.float32), asked=asked, answer=answer,
        document=document, topics=topics, shapes=shapes, aspects=aspects,
    )  # fmt: skip


def _aspect_likeness(query: Query, index: Index) -> Floats:
    wanted = np.array([query.asked.weights.get(name, 0.0) for name in index.aspect_names], dtype=np.float32)
    norm = float(np.linalg.norm(wanted))
    if norm == 0.0:
        return np.zeros(len(index.wordings), dtype=np.float32)
    return index.aspects @ (wanted / norm)


def _answer_without(asked: Row, index: Index, entry: int, row: int) -> float:
    rest = {at for at in range(index.starts[entry], index.stops[entry]) if at != row}
    held = {int(column) for at in rest for column in index.terms.rows[[at]].indices}
    held |= {index.terms.vocabulary[form] for form in index.body_terms(entry)}
    return min(
        1.0,
        float(
            sum(
                value
                for column, value in zip(asked.columns.tolist(), asked.values.tolist(), strict=True)
                if column in held
            )
        ),
    )


Scorer = Callable[[Query, Index, Field, NDArray[np.int64], NDArray[np.int64]], Floats]
"""(question, base, survey, entries, best wordings) -> one score of 0.0-1.0 for each entry."""


def score_chars(
    query: Query, index: Index, field: Field, entries: NDArray[np.int64], rows: NDArray[np.int64]
) -> Floats:
    """Cosine of character n-grams."""
    return field.chars[rows]


def score_cover(
    query: Query, index: Index, field: Field, entries: NDArray[np.int64], rows: NDArray[np.int64]
) -> Floats:
    """How much of the question and of the wording lies in common syllables and pairs (harmonic mean)."""
    return field.cover[rows]


def score_fuzzy(
    query: Query, index: Index, field: Field, entries: NDArray[np.int64], rows: NDArray[np.int64]
) -> Floats:
    """Edit similarity of whole strings, words in any order (rapidfuzz)."""
    texts = [as_text(index.wordings[row].reading) for row in rows]
    asked = [as_text(query.reading)]
    in_set = process.cdist(asked, texts, scorer=fuzz.token_set_ratio)[0]
    in_order = process.cdist(asked, texts, scorer=fuzz.token_sort_ratio)[0]
    return ((in_set + in_order) / 200.0).astype(np.float32)


def score_answer(
    query: Query, index: Index, field: Field, entries: NDArray[np.int64], rows: NDArray[np.int64]
) -> Floats:
    """How much of the question the entry's texts hold together: wordings, answer, quotation."""
    return field.answer[entries]


def score_document(
    query: Query, index: Index, field: Field, entries: NDArray[np.int64], rows: NDArray[np.int64]
) -> Floats:
    """Cosine with all texts of the entry taken as one."""
    return field.document[entries]


def score_topics(
    query: Query, index: Index, field: Field, entries: NDArray[np.int64], rows: NDArray[np.int64]
) -> Floats:
    """The same in latent topics: words that stand together in the base stand for each other."""
    return field.topics[entries]


def score_shapes(
    query: Query, index: Index, field: Field, entries: NDArray[np.int64], rows: NDArray[np.int64]
) -> Floats:
    """Latent topics of character n-grams, which misspellings leave standing."""
    return field.shapes[entries]


def score_aspects(
    query: Query, index: Index, field: Field, entries: NDArray[np.int64], rows: NDArray[np.int64]
) -> Floats:
    """Likeness of what is asked for (a fee, a place, a dossier …), best wording."""
    return np.maximum.reduceat(field.aspects, index.starts)[entries].astype(np.float32)


def score_model(
    query: Query, index: Index, field: Field, entries: NDArray[np.int64], rows: NDArray[np.int64]
) -> Floats:
    """Entry-level ridge regression over the wordings of the shortlist."""
    wanted = np.zeros(len(index.entries), dtype=bool)
    wanted[entries] = True
    similarity = 0.5 * field.chars + 0.5 * field.cover
    usable = np.flatnonzero(wanted[index.owners] & (similarity > 0))
    if usable.size > _RIDGE_ROWS:
        usable = usable[np.argsort(-similarity[usable], kind="stable")[:_RIDGE_ROWS]]
    if not usable.size:
        return np.zeros(entries.size, dtype=np.float32)
    features = index.chars.rows[usable]
    kernel = (features @ features.T).toarray()
    kernel.flat[:: usable.size + 1] += _RIDGE
    classes = np.searchsorted(np.sort(entries), index.owners[usable])
    target = np.zeros((usable.size, entries.size), dtype=np.float32)
    target[np.arange(usable.size), classes] = 1.0
    weights = solve(kernel, field.chars[usable], assume_a="pos", overwrite_a=True, check_finite=False)
    found = (weights @ target).astype(np.float32)
    back = np.searchsorted(np.sort(entries), entries)
    return np.clip(found[back], 0.0, 1.0)


SCORERS: Mapping[str, Scorer] = {
    "chars": score_chars,
    "cover": score_cover,
    "fuzzy": score_fuzzy,
    "model": score_model,
    "answer": score_answer,
    "document": score_document,
    "topics": score_topics,
    "shapes": score_shapes,
    "aspects": score_aspects,
}


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
    evidence = {name: scorer(query, index, field, order, chosen) for name, scorer in SCORERS.items()}
    scores = sum((FUSION[name] * value for name, value in evidence.items()), np.zeros(order.size, dtype=np.float32))
    scores = scores / sum(FUSION.values()) + _named(query, index, order)
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
    for at, entry in enumerate(entries.tolist()):
        added[at] = NAMED_BONUS * index.book.fit(entry, named)
        if index.book.conflict(entry, named):
            added[at] -= CONFLICT_LOSS
    return added
