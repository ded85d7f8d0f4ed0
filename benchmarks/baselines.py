"""Plain matchers to compare with: search engines, edit distance, and the classifiers of the matching study."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from knowledge.matching.index import Index
from knowledge.matching.indexing.spaces import as_text, pairs
from knowledge.matching.lexicon import Lexicon
from knowledge.matching.normalizer import fold, normalize
from knowledge.matching.query import prepare
from knowledge.matching.reading.tokenizer import segment
from knowledge.matching.scorers import survey
from knowledge.snapshot import PublishedEntry

Scores = Callable[[str], tuple[dict[str, float], float]]
"""A question -> (score of each entry, how sure the best is meant)."""


def _wordings(entries: Sequence[PublishedEntry]) -> tuple[list[str], list[str]]:
    pairs = [(entry.key, text) for entry in entries for text in entry.wordings]
    return [key for key, _ in pairs], [text for _, text in pairs]


def _best(keys: Sequence[str], scores: Sequence[float] | NDArray[Any]) -> tuple[dict[str, float], float]:
    found: dict[str, float] = {}
    for key, score in zip(keys, scores, strict=True):
        found[key] = max(float(score), found.get(key, 0.0))
    return found, max(found.values(), default=0.0)


def rapidfuzz_brute(entries: Sequence[PublishedEntry]) -> Scores:
    """token_set_ratio against every wording."""
    keys, texts = _wordings(entries)
    lowered = [normalize(text) for text in texts]
    return lambda text: _best(keys, process.cdist([normalize(text)], lowered, scorer=fuzz.token_set_ratio)[0])


def bm25_pyvi(entries: Sequence[PublishedEntry]) -> Scores:
    """BM25 over pyvi words: the naive stack."""
    import bm25s

    keys, texts = _wordings(entries)
    index = bm25s.BM25()
    index.index([segment(text) or [""] for text in texts], show_progress=False)
    known = set(index.vocab_dict)

    def ask(text: str) -> tuple[dict[str, float], float]:
        asked = [word for word in segment(text) if word in known]
        return _best(keys, index.get_scores(asked)) if asked else ({}, 0.0)

    return ask


def tantivy_default(entries: Sequence[PublishedEntry]) -> Scores:
    """Tantivy's default tokenizer over folded text."""
    import tantivy

    schema = (
        tantivy.SchemaBuilder().add_text_field("text").add_text_field("key", stored=True, tokenizer_name="raw").build()
    )
    index = tantivy.Index(schema)
    writer = index.writer()
    keys, texts = _wordings(entries)
    for key, text in zip(keys, texts, strict=True):
        writer.add_document(tantivy.Document(text=fold(text), key=key))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def ask(text: str) -> tuple[dict[str, float], float]:
        plain = " ".join("".join(letter if letter.isalnum() else " " for letter in fold(text)).split())
        hits = searcher.search(index.parse_query(plain, ["text"]), 50).hits if plain else []
        return _best([searcher.doc(place)["key"][0] for _, place in hits], [score for score, _ in hits])

    return ask


def sqlite_fts5(entries: Sequence[PublishedEntry]) -> Scores:
    """SQLite full-text search over folded text, any word may match."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE wording USING fts5(key UNINDEXED, text)")
    keys, texts = _wordings(entries)
    database.executemany(
        "INSERT INTO wording VALUES (?, ?)", [(key, fold(text)) for key, text in zip(keys, texts, strict=True)]
    )

    def ask(text: str) -> tuple[dict[str, float], float]:
        plain = "".join(letter if letter.isalnum() else " " for letter in fold(text)).split()
        if not plain:
            return {}, 0.0
        asked = " OR ".join(f'"{word}"' for word in plain)
        rows = database.execute(
            "SELECT key, -bm25(wording) FROM wording WHERE wording MATCH ? ORDER BY bm25(wording) LIMIT 50", (asked,)
        ).fetchall()
        return _best([key for key, _ in rows], [score for _, score in rows])

    return ask


def linear_svm(entries: Sequence[PublishedEntry], *, words: bool) -> Scores:
    """Classify folded text by character 2-4-grams within words (`words`: also by syllables and pairs)."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union
    from sklearn.svm import LinearSVC

    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    syllables = TfidfVectorizer(analyzer=_syllables_and_pairs, sublinear_tf=True)
    read = make_union(grams, syllables) if words else grams
    keys, texts = _wordings(entries)
    trained = LinearSVC().fit(read.fit_transform([fold(text) for text in texts]), keys)

    def ask(text: str) -> tuple[dict[str, float], float]:
        margins = trained.decision_function(read.transform([fold(text)]))[0]
        # Raised above 0.0, which means that nothing was found; the order stays.
        found = 1.0 / (1.0 + np.exp(-margins))
        return _best(trained.classes_.tolist(), found)

    return ask


def _syllables_and_pairs(text: str) -> list[str]:
    syllables = re.findall(r"\w+", text)
    return [*syllables, *pairs(syllables)]


def pairwise_and_svm(entries: Sequence[PublishedEntry]) -> Scores:
    """Rank by likeness of pairs on repaired text plus the classifier's margin, accept by likeness alone.

    The study's j9, rebuilt: letters 0.35, cover 0.30, edits 0.20, margin 1.0.
    """
    index = Index.build([_without_answer(entry) for entry in entries], Lexicon.default())
    texts = [as_text(wording.reading) for wording in index.wordings]
    classify = linear_svm(entries, words=True)

    def ask(text: str) -> tuple[dict[str, float], float]:
        query = prepare(text, index)
        if not query.words:
            return {}, 0.0
        field = survey(query, index)
        said = [as_text(query.reading)]
        edits = process.cdist(said, texts, scorer=fuzz.token_set_ratio)[0]
        edits = (edits + process.cdist(said, texts, scorer=fuzz.token_sort_ratio)[0]) / 200.0
        _, alike = index.best_rows((0.35 * field.chars + 0.30 * field.cover + 0.20 * edits) / 0.85)
        margins, _ = classify(text)
        scores = {entry.key: float(like) + margins[entry.key] for entry, like in zip(index.entries, alike, strict=True)}
        return scores, float(alike.max())

    return ask


def _without_answer(entry: PublishedEntry) -> PublishedEntry:
    return PublishedEntry(key=entry.key, question=entry.question, variants=entry.variants, answer="")
