"""The immutable index of all wordings: who says what, in character n-grams, syllables, pairs and whole texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.matching.facts import Book
from knowledge.matching.lexicon import Forms, Lexicon
from knowledge.matching.normalizer import Word, words
from knowledge.matching.prepared import Prepared
from knowledge.matching.spaces import (
    Documents,
    Floats,
    Space,
    carried_over,
    cosine_space,
    document_frequency,
    grams,
    inverse_frequency,
    pairs,
    raw_rows,
    turned,
)
from knowledge.matching.vocabulary import Vocabulary
from knowledge.snapshot import PublishedEntry

PHRASE_PAIR, CHANCE_PAIR = 0.6, 0.3  # weight of two neighbouring syllables: one word of pyvi, or mere neighbours
ANSWER_SHARE = 0.7  # weight of a word that only the answer holds, against one of a wording
_LEAST_WEIGHT = 0.08  # even a pure function word says a little


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One way to ask an entry. `reading`: folded, abbreviations written out; `written`: folded as it stands."""

    entry: int
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
    lexicon: Lexicon
    function_share: Mapping[str, float]  # folded syllable -> how little it says, 0.0-1.0
    chars: Space
    terms: Space  # pattern of syllables and pairs; `idf` already lowered for function words
    weights: Mapping[str, float]  # `idf` of each of them by name
    masses: Floats  # sum of term weights of each wording
    term_documents: Documents
    char_documents: Documents
    book: Book
    aspects: Floats  # wordings x aspects, unit rows: what each wording asks for
    aspect_names: tuple[str, ...]
    answers: sparse.csr_array  # features of `terms` x entries: what all texts of an entry hold
    holdings: tuple[frozenset[str], ...]  # the syllables of all texts of each entry

    @classmethod
    def build(cls, entries: Iterable[PublishedEntry], lexicon: Lexicon, *, before: Index | None = None) -> Index:
        """Index entries. Their order does not matter; of two with one key the later counts.

        `before`: an index over the same lexicon that differs in few entries. What it has read of unchanged ones is not
        read again, and its latent topics stay; finding them anew is most of the work.
        """
        prepared = Prepared.of(entries, lexicon, before.prepared if before is not None else None)
        return _assemble(prepared, lexicon, before)

    @property
    def vocabulary(self) -> Vocabulary:
        """The syllables of the base."""
        return self.prepared.vocabulary

    @property
    def phrases(self) -> frozenset[Forms]:
        """The compound words of the base, folded."""
        return self.prepared.phrases

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
        features = _term_features(_forms(self.prepared.texts[entry].body))
        return [name for name in features if name in self.terms.vocabulary]

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


def _function_shares(texts: Iterable[Sequence[Word]], lexicon: Lexicon) -> dict[str, float]:
    # "hoi" folded is both a function word (to ask) and a topic (association): weigh by what the base means with it.
    total: dict[str, float] = {}
    count: dict[str, int] = {}
    for text in texts:
        for word in text:
            total[word.form] = total.get(word.form, 0.0) + lexicon.function_words.get(word.surface, 0.0)
            count[word.form] = count.get(word.form, 0) + 1
    shares = {form: value / count[form] for form, value in total.items()}
    for written, share in lexicon.function_words.items():
        for word in words(written):
            shares.setdefault(word.form, share)
    return shares


def _assemble(prepared: Prepared, lexicon: Lexicon, before: Index | None) -> Index:
    wordings = tuple(
        Wording(entry=at, text=text, written=_forms(source), reading=reading)
        for at, texts in enumerate(prepared.texts)
        for text, source, reading in zip(texts.entry.wordings, texts.wordings, prepared.readings[at], strict=True)
    )
    size = len(prepared.texts)
    owners = np.array([wording.entry for wording in wordings], dtype=np.int64)
    shares = _function_shares((text for texts in prepared.texts for text in texts.every), lexicon)
    terms = _term_space(wordings, owners, prepared.phrases, shares)
    held = _entry_texts(wordings, [texts.body for texts in prepared.texts], size)
    holding = _by_entry(held, terms)
    chars = cosine_space([grams(wording.reading) for wording in wordings], owners)
    member = sparse.csr_array(
        (np.ones(owners.size, dtype=np.float32), (owners, np.arange(owners.size))), shape=(size, owners.size)
    )
    book = Book.of(prepared.facts, lexicon)
    names, asked = _aspect_rows(book)
    of_terms = _topics(before.term_documents, before.terms, terms) if before is not None else None
    of_chars = _topics(before.char_documents, before.chars, chars) if before is not None else None
    starts = np.searchsorted(owners, np.arange(size))
    return Index(
        positions={texts.entry.key: at for at, texts in enumerate(prepared.texts)}, exact=_exact(wordings),
        rarest=float(inverse_frequency(np.ones(1, dtype=np.float32), max(1, size))[0]),
        prepared=prepared, entries=tuple(texts.entry for texts in prepared.texts), wordings=wordings,
        starts=starts, stops=np.append(starts[1:], len(wordings)), owners=owners, lexicon=lexicon,
        book=book, aspects=asked, aspect_names=names, function_share=shares, chars=chars, terms=terms,
        term_documents=_term_documents(member, terms, holding, of_terms),
        char_documents=Documents.of((member @ chars.rows).tocsr(), basis=of_chars),
        weights=dict(zip(terms.vocabulary, terms.idf.tolist(), strict=True)),
        masses=np.maximum(terms.rows @ terms.idf, 1e-6).astype(np.float32), answers=turned(holding),
        holdings=tuple(frozenset(name for name in text if " " not in name) for text in held),
    )  # fmt: skip


def _term_features(*sequences: Sequence[str]) -> dict[str, float]:
    features: dict[str, float] = {}
    for sequence in sequences:
        features |= dict.fromkeys((*sequence, *pairs(sequence)), 1.0)
    return features


def _term_space(
    wordings: Sequence[Wording], owners: NDArray[np.int64], found: frozenset[Forms], shares: Mapping[str, float]
) -> Space:
    vocabulary, rows = raw_rows([_term_features(wording.reading) for wording in wordings])
    total = int(owners.max()) + 1 if owners.size else 0
    idf = inverse_frequency(document_frequency(rows, owners), total)
    factors = np.ones_like(idf)
    for name, at in vocabulary.items():
        if " " not in name:
            factors[at] = max(_LEAST_WEIGHT, 1.0 - shares.get(name, 0.0))
    idf *= factors
    for name, at in vocabulary.items():
        if " " in name:
            left, right = name.split(" ", 1)
            factor = PHRASE_PAIR if (left, right) in found else CHANCE_PAIR
            idf[at] = factor * 0.5 * (idf[vocabulary[left]] + idf[vocabulary[right]])
    return Space(vocabulary, idf, rows, turned(rows))


def _entry_texts(wordings: Sequence[Wording], bodies: Sequence[Sequence[Word]], size: int) -> list[set[str]]:
    texts: list[set[str]] = [set() for _ in range(size)]
    for wording in wordings:
        texts[wording.entry].update(_term_features(wording.reading, wording.written))
    for text, body in zip(texts, bodies, strict=True):
        text.update(_term_features(_forms(body)))
    return texts


def _by_entry(texts: Sequence[set[str]], terms: Space) -> sparse.csr_array:
    columns = [sorted(terms.vocabulary[name] for name in text if name in terms.vocabulary) for text in texts]
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(column) for column in columns], out=starts[1:])
    flat = np.fromiter((at for column in columns for at in column), dtype=np.int32, count=int(starts[-1]))
    shape = (len(texts), len(terms.vocabulary))
    return sparse.csr_array((np.ones(flat.size, dtype=np.float32), flat, starts), shape=shape)


def _topics(documents: Documents, known: Space, space: Space) -> Floats | None:
    if not documents.norms.size:
        return None
    return carried_over(documents.basis, known.vocabulary, space.vocabulary)


def _term_documents(member: sparse.csr_array, terms: Space, held: sparse.csr_array, basis: Floats | None) -> Documents:
    asked = (member @ terms.rows).tocsr()
    unasked = held - held.multiply(asked > 0)  # what only the answer says counts less than what is asked
    raw = (asked + ANSWER_SHARE * unasked).tocsr()
    raw.data *= terms.idf[raw.indices]
    return Documents.of(raw, basis=basis)


def _aspect_rows(book: Book) -> tuple[tuple[str, ...], Floats]:
    every = [asked for fact in book.facts for asked in fact.asked]
    names = tuple(sorted({cue.aspect for cues in book.aspects.cues.values() for cue in cues}))
    rows = np.zeros((len(every), max(1, len(names))), dtype=np.float32)
    places = {name: at for at, name in enumerate(names)}
    for at, asked in enumerate(every):
        for name, weight in asked.weights.items():
            rows[at, places[name]] = weight
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return names, (rows / np.where(norms > 0, norms, 1.0)).astype(np.float32)
