"""Scorers: each compares a question with the entries of a shortlist, on a scale of 0.0-1.0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.linalg import solve

from knowledge.matching.index import Index, term_features
from knowledge.matching.indexing.spaces import Floats, Row, Space, as_text, grams, products, unit
from knowledge.matching.query import Query

_RIDGE_ROWS = 120  # wordings of the shortlist the entry-level model learns from; bounds its time to about a millisecond
_RIDGE_CHARS, _RIDGE_WORDS = 0.35, 1.0  # its regularisation: words recur less, and tell less each


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """The comparison of one question with the whole base, before entries are left out."""

    chars: Floats  # one per wording
    words: Floats  # one per wording: cosine of syllables and pairs
    cover: Floats
    asked: Floats  # how much of the question a wording holds
    answer: Floats  # one per entry: how much of the question any of its texts holds
    document: Floats  # cosine with all its texts as one
    topics: Floats  # the same in latent topics, of syllables
    shapes: Floats  # and of character n-grams
    aspects: Floats  # one per wording: likeness of what is asked for
    exact: Floats  # one per entry: 1.0 when one of its wordings is the question word for word


def survey(query: Query, index: Index, *, without: int | None = None) -> Field:
    """Compare with every wording and every entry at once. `without`: a wording to behave as if it did not exist."""
    chars, words = (np.zeros(len(index.wordings), dtype=np.float32) for _ in range(2))
    shapes = np.zeros(len(index.entries), dtype=np.float32)
    left_out = index.owners[without] if without is not None else None
    for forms, weight in query.readings:
        row = unit(index.chars, grams(forms))
        np.maximum(chars, weight * products(row, index.chars.by_feature), out=chars)
        worded = unit(index.words, term_features(forms))
        np.maximum(words, weight * products(worded, index.words.by_feature), out=words)
        shaped = index.char_documents.topical(index.char_documents.place(row))
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
        for values in (chars, words, asked, said, aspects):
            values[without] = 0.0
    cover = 2.0 * asked * said / np.maximum(asked + said, 1e-6)
    return Field(
        chars=chars, words=words, cover=cover.astype(np.float32), asked=asked, answer=answer,
        document=document, topics=topics, shapes=shapes, aspects=aspects,
        exact=_exact(query, index, without),
    )  # fmt: skip


def _exact(query: Query, index: Index, without: int | None) -> Floats:
    found = np.zeros(len(index.entries), dtype=np.float32)
    for said in (query.lattice.written, query.reading):
        for row in index.exact.get(said, ()):
            if row != without:
                found[index.owners[row]] = 1.0
    return found


def _aspect_likeness(query: Query, index: Index) -> Floats:
    wanted = np.array([query.asked.weights.get(name, 0.0) for name in index.aspect_names], dtype=np.float32)
    norm = float(np.linalg.norm(wanted))
    if norm == 0.0:
        return np.zeros(len(index.wordings), dtype=np.float32)
    alike: Floats = index.aspects @ (wanted / norm)
    return alike


def _answer_without(asked: Row, index: Index, entry: int, row: int) -> float:
    rest = {at for at in range(index.starts[entry], index.stops[entry]) if at != row}
    held = {int(column) for at in rest for column in index.terms.rows[[at]].indices}
    held |= {index.terms.vocabulary[form] for form in index.body_terms(entry)}
    found = (
        value for column, value in zip(asked.columns.tolist(), asked.values.tolist(), strict=True) if column in held
    )
    return min(1.0, float(sum(found)))


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A question against a shortlist: places of the entries in the index, and the best wording of each."""

    query: Query
    index: Index
    field: Field
    entries: NDArray[np.int64]
    rows: NDArray[np.int64]

    @cached_property
    def telling(self) -> NDArray[np.int64]:
        """Return the wordings of the shortlist most like the question, to learn from."""
        wanted = np.zeros(len(self.index.entries), dtype=bool)
        wanted[self.entries] = True
        alike = 0.5 * self.field.chars + 0.5 * self.field.cover
        usable = np.flatnonzero(wanted[self.index.owners] & (alike > 0))
        if usable.size > _RIDGE_ROWS:
            usable = usable[np.argsort(-alike[usable], kind="stable")[:_RIDGE_ROWS]]
        return usable


Scorer = Callable[[Comparison], Floats]
"""One score of 0.0-1.0 for each entry of a shortlist."""


def score_chars(seen: Comparison) -> Floats:
    """Cosine of character n-grams."""
    return seen.field.chars[seen.rows]


def score_cover(seen: Comparison) -> Floats:
    """How much of the question and of the wording lies in common syllables and pairs (harmonic mean)."""
    return seen.field.cover[seen.rows]


def score_fuzzy(seen: Comparison) -> Floats:
    """Edit similarity of whole strings, words in any order (rapidfuzz)."""
    texts = [as_text(seen.index.wordings[row].reading) for row in seen.rows]
    asked = [as_text(seen.query.reading)]
    in_set = process.cdist(asked, texts, scorer=fuzz.token_set_ratio)[0]
    in_order = process.cdist(asked, texts, scorer=fuzz.token_sort_ratio)[0]
    alike: Floats = ((in_set + in_order) / 200.0).astype(np.float32)
    return alike


def score_answer(seen: Comparison) -> Floats:
    """How much of the question the entry's texts hold together: wordings, answer, quotation."""
    return seen.field.answer[seen.entries]


def score_document(seen: Comparison) -> Floats:
    """Cosine with all texts of the entry taken as one."""
    return seen.field.document[seen.entries]


def score_topics(seen: Comparison) -> Floats:
    """The same in latent topics: words that stand together in the base stand for each other."""
    return seen.field.topics[seen.entries]


def score_shapes(seen: Comparison) -> Floats:
    """Latent topics of character n-grams, which misspellings leave standing."""
    return seen.field.shapes[seen.entries]


def score_aspects(seen: Comparison) -> Floats:
    """Likeness of what is asked for (a fee, a place, a dossier …), best wording."""
    best: Floats = np.maximum.reduceat(seen.field.aspects, seen.index.starts)
    return best[seen.entries]


def score_model(seen: Comparison) -> Floats:
    """Entry-level ridge regression over the wordings of the shortlist, by character n-grams."""
    return _regressed(seen, seen.index.chars, seen.field.chars, _RIDGE_CHARS)


def score_words(seen: Comparison) -> Floats:
    """The same by syllables and pairs."""
    return _regressed(seen, seen.index.words, seen.field.words, _RIDGE_WORDS)


def _regressed(seen: Comparison, space: Space, alike: Floats, strength: float) -> Floats:
    """Return how far a ridge regression over wordings takes the question for one of each entry, 0.0-1.0."""
    rows = seen.telling
    if not rows.size:
        return np.zeros(seen.entries.size, dtype=np.float32)
    features = space.rows[rows]
    kernel = (features @ features.T).toarray()
    kernel.flat[:: rows.size + 1] += strength
    weights = solve(kernel, alike[rows], assume_a="pos", overwrite_a=True, check_finite=False)
    by_entry = np.bincount(seen.index.owners[rows], weights, len(seen.index.entries))
    found: Floats = np.clip(by_entry[seen.entries], 0.0, 1.0).astype(np.float32)
    return found


SCORERS: Mapping[str, Scorer] = {
    "chars": score_chars,
    "cover": score_cover,
    "fuzzy": score_fuzzy,
    "model": score_model,
    "words": score_words,
    "answer": score_answer,
    "document": score_document,
    "topics": score_topics,
    "shapes": score_shapes,
    "aspects": score_aspects,
}
