"""The immutable index of all wordings: who says what, in character n-grams, syllables, pairs and whole texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.matching.asking.book import Book
from knowledge.matching.indexing.counted import Counted, carried
from knowledge.matching.indexing.prepared import Prepared
from knowledge.matching.indexing.spaces import (
    Documents,
    Floats,
    Space,
    cosine_space,
    document_frequency,
    grams,
    inverse_frequency,
    pairs,
    turned,
)
from knowledge.matching.lexicon import Forms, Lexicon
from knowledge.matching.normalizer import Word, as_word, words
from knowledge.matching.reading.vocabulary import Vocabulary
from knowledge.snapshot import PublishedEntry

PHRASE_PAIR, CHANCE_PAIR = 0.6, 0.3  # weight of two neighbouring syllables: one word of pyvi, or mere neighbours
ANSWER_SHARE = 0.7  # weight of a word that only the answer holds, against one of a wording
_LEAST_WEIGHT = 0.08  # even a pure function word says a little


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One way to ask an entry. `reading`: folded, abbreviations written out; `written`: folded as it stands."""

    text: str
    written: Forms
    reading: Forms


@dataclass(frozen=True, kw_only=True)
class Index:
    """Everything a question is compared with. Entries stand in the order of their keys, wordings in that of entries."""

    entries: tuple[PublishedEntry, ...]
    wordings: tuple[Wording, ...]
    positions: Mapping[str, int]  # place of each entry key
    exact: Mapping[Forms, tuple[int, ...]]  # the wordings that read exactly so, written or abbreviations written out
    rarest: float  # weight of a syllable that occurs in a single entry
    starts: NDArray[np.int64]  # first wording of each entry
    stops: NDArray[np.int64]  # the place after its last one
    owners: NDArray[np.int64]  # entry of each wording
    prepared: Prepared
    counts: Counts
    phrases: frozenset[Forms]  # the compound words of the base, folded
    lexicon: Lexicon
    function_share: Mapping[str, float]  # folded syllable -> how little it says, 0.0-1.0
    chars: Space
    terms: Space  # pattern of syllables and pairs; `idf` already lowered for function words
    weights: Mapping[str, float]  # `idf` of each of them by name
    words: Space  # the same syllables and pairs as unit rows, function words as heavy as they are rare
    masses: Floats  # sum of term weights of each wording
    term_documents: Documents
    char_documents: Documents
    book: Book
    aspects: Floats  # wordings x aspects, unit rows: what each wording asks for
    aspect_names: tuple[str, ...]
    answers: sparse.csr_array  # features of `terms` x entries: what all texts of an entry hold
    holdings: tuple[frozenset[str], ...]  # the syllables of all texts of each entry
    longest: int  # characters of the longest wording
    gists: dict[Forms | str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What `likeness` has worked out of readings of wordings, and `uncovered` of declared questions, once for each."""

    @classmethod
    def build(cls, entries: Iterable[PublishedEntry], lexicon: Lexicon, *, before: Index | None = None) -> Index:
        """Index entries. Their order does not matter; of two with one key the later counts.

        `before`: an index over the same lexicon. What it has read of unchanged entries is not read again; the new index
        is the same as without it.
        """
        prepared = Prepared.of(entries, lexicon, before.prepared if before is not None else None)
        return _assemble(prepared, lexicon, before)

    @property
    def vocabulary(self) -> Vocabulary:
        """The syllables of the base."""
        return self.prepared.vocabulary

    def weight(self, term: str) -> float:
        """Return how much a syllable or a pair ("khoi nghiep") says; unknown ones say as much as the rarest."""
        known = self.weights.get(term)
        if known is not None:
            return known
        if " " in term:
            left, right = term.split(" ", 1)
            factor = PHRASE_PAIR if (left, right) in self.phrases else CHANCE_PAIR
            return factor * 0.5 * (self.weight(left) + self.weight(right))
        return self.rarest * max(_LEAST_WEIGHT, 1.0 - self.function_share.get(term, 0.0))

    def body_terms(self, entry: int) -> list[str]:
        """Return the indexed syllables and pairs of the entry's answer and quotation."""
        features = term_features(_forms(self.prepared.texts[entry].body))
        return [name for name in features if name in self.terms.vocabulary]

    def held_without(self, row: int) -> frozenset[str]:
        """Return the syllables that the entry of a wording holds apart from that wording."""
        entry = int(self.owners[row])
        texts, first = self.prepared.texts[entry], int(self.starts[entry])
        others = [at for at in range(len(texts.wordings)) if first + at != row]
        said = [form for at in others for form in self.wordings[first + at].reading]
        said += [word.form for source in (*(texts.wordings[at] for at in others), texts.body) for word in source]
        return frozenset(said)

    def word_weight(self, word: Word) -> float:
        """Return how much a word of a question says: its marks tell a function word from a topic that folds alike."""
        weight = self.weight(word.form)
        share = self.lexicon.function_words.get(word.surface, 0.0) if word.is_marked else 0.0
        return min(weight, self.rarest * max(_LEAST_WEIGHT, 1.0 - share))

    def best_rows(self, scores: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Reduce scores of wordings to (best wording, its score) for each entry."""
        best = np.maximum.reduceat(scores, self.starts)
        hits = np.flatnonzero(scores == best[self.owners])
        rows = np.full(len(self.entries), -1, dtype=np.int64)
        rows[self.owners[hits][::-1]] = hits[::-1]  # of equal ones the first stands
        return rows, best


def _exact(wordings: Sequence[Wording]) -> dict[Forms, tuple[int, ...]]:
    found: dict[Forms, tuple[int, ...]] = {}
    for row, wording in enumerate(wordings):
        for said in {wording.written, wording.reading} - {()}:
            found[said] = (*found.get(said, ()), row)
    return found


def _forms(source: Sequence[Word]) -> Forms:
    return tuple(word.form for word in source)


def _function_shares(spelled: Mapping[str, int], lexicon: Lexicon) -> dict[str, float]:
    # "hoi" folded is both a function word (to ask) and a topic (association): weigh by what the base means with it.
    total: dict[str, float] = {}
    count: dict[str, int] = {}
    for surface in sorted(spelled):  # in one order: sums of fractions depend on it
        form, times = as_word(surface).form, spelled[surface]
        total[form] = total.get(form, 0.0) + times * lexicon.function_words.get(surface, 0.0)
        count[form] = count.get(form, 0) + times
    shares = {form: value / count[form] for form, value in total.items()}
    for written, share in lexicon.function_words.items():
        for word in words(written):
            shares.setdefault(word.form, share)
    return shares


def _assemble(prepared: Prepared, lexicon: Lexicon, before: Index | None) -> Index:
    wordings = tuple(chain.from_iterable(_wordings(prepared, at, before) for at in range(len(prepared.texts))))
    size = len(prepared.texts)
    lengths = [len(texts.wordings) for texts in prepared.texts]
    stops = np.cumsum(lengths, dtype=np.int64)
    starts = stops - np.array(lengths, dtype=np.int64)
    owners = np.repeat(np.arange(size, dtype=np.int64), lengths)
    counts = Counts.of(prepared, before)
    phrases = prepared.phrases
    shares = _function_shares(prepared.spelled, lexicon)
    terms = _term_space(counts.terms, owners, phrases, shares)
    holding = counts.held.within(terms.vocabulary)
    chars = cosine_space(counts.chars.vocabulary, counts.chars.rows, owners)
    said = cosine_space(counts.terms.vocabulary, counts.terms.rows, owners)
    member = sparse.csr_array(
        (np.ones(owners.size, dtype=np.float32), (owners, np.arange(owners.size))), shape=(size, owners.size)
    )
    book = Book.of(prepared.facts, prepared.reader)
    names, asked = _aspect_rows(book)
    return Index(
        prepared=prepared, counts=counts, phrases=phrases, entries=tuple(texts.entry for texts in prepared.texts),
        positions={texts.entry.key: at for at, texts in enumerate(prepared.texts)}, exact=_exact(wordings),
        rarest=float(inverse_frequency(np.ones(1, dtype=np.float32), max(1, size))[0]),
        wordings=wordings, starts=starts, stops=stops, owners=owners, lexicon=lexicon,
        book=book, aspects=asked, aspect_names=names, function_share=shares, chars=chars, terms=terms, words=said,
        term_documents=_term_documents(member, terms, holding),
        char_documents=Documents.of((member @ chars.rows).tocsr()),
        weights=dict(zip(terms.vocabulary, terms.idf.tolist(), strict=True)),
        masses=np.maximum(terms.rows @ terms.idf, 1e-6).astype(np.float32), answers=turned(holding),
        holdings=counts.holdings, longest=max((len(wording.text) for wording in wordings), default=0),
    )  # fmt: skip


def _wordings(prepared: Prepared, at: int, before: Index | None) -> tuple[Wording, ...]:
    source = prepared.sources[at]
    if before is not None and source >= 0:
        return before.wordings[before.starts[source] : before.stops[source]]
    texts = prepared.texts[at]
    return tuple(
        Wording(text=text, written=_forms(said), reading=reading.forms)
        for text, said, reading in zip(texts.entry.wordings, texts.wordings, prepared.readings[at], strict=True)
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """The features of all texts, counted, in the order of wordings and of entries."""

    chars: Counted  # of the reading of each wording
    terms: Counted
    held: Counted  # of all texts of each entry
    holdings: tuple[frozenset[str], ...]  # the syllables among them

    @classmethod
    def of(cls, prepared: Prepared, before: Index | None) -> Counts:
        """Count what `before` has not counted."""
        fresh = [at for at, source in enumerate(prepared.sources) if source < 0]
        readings = [reading.forms for at in fresh for reading in prepared.readings[at]]
        chars, terms = [grams(reading) for reading in readings], [term_features(reading) for reading in readings]
        held = [_entry_features(prepared, at) for at in fresh]
        if before is None:
            return cls(Counted.of(chars), Counted.of(terms), Counted.of(held), tuple(map(_syllables, held)))
        known = before.counts
        entries = carried(prepared.sources, np.ones(len(known.holdings), dtype=np.int64), [1] * len(fresh))
        rows = carried(prepared.sources, before.stops - before.starts, [len(prepared.readings[at]) for at in fresh])
        new = iter(held)
        return cls(
            known.chars.changed(chars, *rows), known.terms.changed(terms, *rows), known.held.changed(held, *entries),
            tuple(known.holdings[source] if source >= 0 else _syllables(next(new)) for source in prepared.sources),
        )  # fmt: skip


def _entry_features(prepared: Prepared, at: int) -> dict[str, float]:
    text = prepared.texts[at]
    said = [forms for source, reading in zip(text.wordings, prepared.readings[at], strict=True)
            for forms in (reading.forms, _forms(source))]  # fmt: skip
    return term_features(*said, _forms(text.body))


def _syllables(features: Mapping[str, float]) -> frozenset[str]:
    return frozenset(name for name in features if " " not in name)


def term_features(*sequences: Sequence[str]) -> dict[str, float]:
    """Return the syllables and pairs of texts, each once."""
    features: dict[str, float] = {}
    for sequence in sequences:
        features |= dict.fromkeys((*sequence, *pairs(sequence)), 1.0)
    return features


def _term_space(
    counted: Counted, owners: NDArray[np.int64], found: frozenset[Forms], shares: Mapping[str, float]
) -> Space:
    vocabulary, rows = counted.vocabulary, counted.rows
    total = int(owners.max()) + 1 if owners.size else 0
    idf = inverse_frequency(document_frequency(rows, owners), total)
    lowered = np.ones_like(idf)
    places: list[tuple[int, int, int]] = []  # of each pair and of its two syllables
    factors: list[float] = []
    for name, at in vocabulary.items():
        left, _, right = name.partition(" ")
        if right:
            places.append((at, vocabulary[left], vocabulary[right]))
            factors.append(0.5 * (PHRASE_PAIR if (left, right) in found else CHANCE_PAIR))
        else:
            lowered[at] = max(_LEAST_WEIGHT, 1.0 - shares.get(name, 0.0))
    idf *= lowered
    whole, first, second = np.array(places, dtype=np.int64).reshape(-1, 3).T
    idf[whole] = np.array(factors, dtype=np.float32) * (idf[first] + idf[second])
    return Space(vocabulary, idf, rows, turned(rows))


def _term_documents(member: sparse.csr_array, terms: Space, held: sparse.csr_array) -> Documents:
    asked = (member @ terms.rows).tocsr()
    unasked = held - held.multiply(asked > 0)  # what only the answer says counts less than what is asked
    raw = (asked + ANSWER_SHARE * unasked).tocsr()
    raw.data *= terms.idf[raw.indices]
    return Documents.of(raw)


def _aspect_rows(book: Book) -> tuple[tuple[str, ...], Floats]:
    every = [asked for fact in book.facts for asked in fact.asked]
    names = tuple(sorted(book.aspects.names))
    rows = np.zeros((len(every), max(1, len(names))), dtype=np.float32)
    places = {name: at for at, name in enumerate(names)}
    for at, asked in enumerate(every):
        for name, weight in asked.weights.items():
            rows[at, places[name]] = weight
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return names, (rows / np.where(norms > 0, norms, 1.0)).astype(np.float32)
