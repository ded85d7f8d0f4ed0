"""Read a question as a lattice: every word as written, and beside it what else it may stand for, with weights."""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from knowledge.matching.lexicon import Forms, Lexicon, Meaning
from knowledge.matching.normalizer import Word
from knowledge.matching.reading.initialisms import LONGEST_INITIALISM
from knowledge.matching.reading.numerals import roman
from knowledge.matching.reading.spelling import guesses, is_attested, is_compound, twin
from knowledge.matching.reading.tokenizer import real_syllables
from knowledge.matching.reading.vocabulary import Vocabulary, is_syllable

MAX_REPAIRED = 40  # unknown words per question that are looked up; the rest stand as written (bounds the time)
BEAM = 4  # paths that are followed from each place
_SYNONYM_SUPPORT = 0.5  # how far the base must know other words for the same thing (Vocabulary.support)
_CLOSING = 0.95  # weight of a closing word in the place where it closes
PAIR_BONUS = 0.8  # what a pair of neighbours that the base knows adds to the log weight of a reading


@dataclass(frozen=True, slots=True)
class Edge:
    """Words `start` to `end` (exclusive) read as `forms`, with a weight of 0.0-1.0. `source` says which rule."""

    start: int
    end: int
    forms: Forms
    weight: float
    source: str


@dataclass(frozen=True)
class Lattice:
    """All readings of a question at once. The edge of each word as written comes with source "written"."""

    words: tuple[Word, ...]
    edges: tuple[Edge, ...]

    @cached_property
    def covering(self) -> tuple[tuple[Edge, ...], ...]:
        """Return for each word the edges that read it."""
        found: list[list[Edge]] = [[] for _ in self.words]
        for edge in self.edges:
            for at in range(edge.start, edge.end):
                found[at].append(edge)
        return tuple(tuple(edges) for edges in found)

    @cached_property
    def written(self) -> Forms:
        """The folded words as they stand."""
        return tuple(word.form for word in self.words)


def read(
    words: Sequence[Word], vocabulary: Vocabulary, lexicon: Lexicon, firm: Container[str] = frozenset()
) -> Lattice:
    """Build the lattice of `words`. Unknown words are repaired; known ones only gain weak alternatives.

    `firm`: words, as they are written, that are surely no slip: names.
    """
    edges: dict[tuple[int, int, Forms], Edge] = {}
    unknown = 0
    sets_marks = 2 * sum(word.is_marked for word in words) >= len(words)
    for at, word in enumerate(words):
        known = vocabulary.knows(word.form)
        strange = not known and not word.form.isdigit() and not _is_meant(word, firm, sets_marks=sets_marks)
        unknown += strange
        terms = _terms(at, words, vocabulary, lexicon)
        found = [_as_written(at, word, vocabulary), *terms, *_numerals(at, word), *_twin(at, word, vocabulary)]
        if strange and unknown <= MAX_REPAIRED and not (terms and _is_shorthand(word, lexicon)):
            found += _repairs(at, words, vocabulary, lexicon)
        found += _initialisms(at, word, vocabulary, lexicon, known=known)
        for edge in found:
            place = (edge.start, edge.end, edge.forms)
            if place not in edges or edges[place].weight < edge.weight:
                edges[place] = edge
    _close(edges, words, lexicon)
    ordered = sorted(edges.values(), key=lambda edge: (edge.start, edge.end, -edge.weight, edge.forms))
    return Lattice(tuple(words), tuple(ordered))


def _is_meant(word: Word, firm: Container[str], *, sets_marks: bool) -> bool:
    """Tell whether a word is surely no slip: a name, or a real syllable of one who sets marks here or in most words."""
    if word.surface in firm:
        return True
    return word.surface in real_syllables() if word.is_marked else sets_marks and is_attested(word.form)


def _close(edges: dict[tuple[int, int, Forms], Edge], words: Sequence[Word], lexicon: Lexicon) -> None:
    """Prefer what makes a question of a statement in its last word: "co duoc kh", "dk hong a"."""
    last = next((at for at in range(len(words) - 1, -1, -1) if len(words[at].form) > 1 or not at), 0)
    closing = {place for place in edges if place[:2] == (last, last + 1) and place[2] in lexicon.closing_words}
    if not last or not any(edges[place].source == "term" for place in closing):
        return
    for place, edge in edges.items():
        if place in closing:
            edges[place] = replace(edge, weight=max(edge.weight, _CLOSING))
        elif place[0] == last and edge.source in {"term", "initialism"}:
            edges[place] = replace(edge, weight=edge.weight * 0.5)


def _twin(at: int, word: Word, vocabulary: Vocabulary) -> list[Edge]:
    other = twin(word.form)
    return [Edge(at, at + 1, (other,), 0.9 if vocabulary.knows(other) else 0.1, "twin")] if other else []


def reread(reading: Forms, lattice: Lattice, vocabulary: Vocabulary, lexicon: Lexicon) -> Lattice:
    """Build the lattice of a reading of `lattice`, as if it had been typed so: its words, and synonyms of them."""
    surfaces = {word.form: word.surface for word in lattice.words}
    words = tuple(Word(surfaces.get(form, form), form) for form in reading)
    edges = [Edge(at, at + 1, (word.form,), 1.0, "written") for at, word in enumerate(words)]
    for at in range(len(words)):
        edges += [edge for edge in _terms(at, words, vocabulary, lexicon) if edge.source == "synonym"]
    return Lattice(words, tuple(edges))


def best_reading(lattice: Lattice, vocabulary: Vocabulary, *, synonyms: float = 0.0) -> Forms:
    """Return the likeliest sequence of syllables. `synonyms` > 0 prefers official wording where the base uses it."""
    return tuple(form for edge in best_path(lattice, vocabulary, synonyms=synonyms) for form in edge.forms)


def best_path(lattice: Lattice, vocabulary: Vocabulary, *, synonyms: float = 0.0) -> tuple[Edge, ...]:
    """Return the edges of that reading."""
    size = len(lattice.words)
    leaving: list[list[Edge]] = [[] for _ in range(size)]
    for edge in lattice.edges:
        if edge.source != "synonym" or synonyms:
            leaving[edge.start].append(edge)
    best: list[dict[str, _Step]] = [{} for _ in range(size + 1)]
    best[0][""] = _Step(0.0, None, None)
    for at in range(size):
        # The best path for each last syllable: the next word may prefer another neighbour than the best so far.
        beam = sorted(best[at].items(), key=lambda item: -item[1].score)[:BEAM]
        for edge in leaving[at]:
            own, share = _worth(edge, vocabulary, synonyms)
            for last, before in beam:
                score = before.score + own + (share if (last, edge.forms[0]) in vocabulary.pairs else 0.0)
                known = best[edge.end].get(edge.forms[-1])
                if known is None or score > known.score:
                    best[edge.end][edge.forms[-1]] = _Step(score, edge, before)
    return _path(max(best[size].values(), key=lambda step: step.score, default=None))


@dataclass(frozen=True, slots=True)
class _Step:
    score: float
    edge: Edge | None
    before: _Step | None


def _path(step: _Step | None) -> tuple[Edge, ...]:
    edges: list[Edge] = []
    while step is not None and step.edge is not None:
        edges.append(step.edge)
        step = step.before
    return tuple(reversed(edges))


def _worth(edge: Edge, vocabulary: Vocabulary, synonyms: float) -> tuple[float, float]:
    """Return what an edge adds to the log weight of a path, and what a known pair with the syllable before it adds."""
    # Each word read counts once, so that long expansions do not win by the number of their own pairs.
    share = PAIR_BONUS * (edge.end - edge.start) / len(edge.forms)
    own = math.log(edge.weight) + share * sum(pair in vocabulary.pairs for pair in pairwise(edge.forms))
    if edge.source == "synonym":
        own += synonyms * (edge.end - edge.start) * vocabulary.support(edge.forms)
    return own, share


def _is_shorthand(word: Word, lexicon: Lexicon) -> bool:
    # "sdt" is no misspelt "set": what people surely abbreviate is not corrected letter by letter.
    known = lexicon.meanings.get((word.form,), ())
    return not is_syllable(word.form) and any(meaning.weight >= 0.6 for meaning in known)  # noqa: PLR2004


def _as_written(at: int, word: Word, vocabulary: Vocabulary) -> Edge:
    if word.form.isdigit():
        weight = 1.0
    elif vocabulary.knows(word.form):
        weight = 1.0 if is_syllable(word.form) else 0.8  # "khcn" stands in the base too, and still means its words
    else:
        weight = 0.7 if is_attested(word.form) else 0.35
    return Edge(at, at + 1, (word.form,), weight, "written")


def _terms(at: int, words: Sequence[Word], vocabulary: Vocabulary, lexicon: Lexicon) -> list[Edge]:
    found: list[Edge] = []
    reach = lexicon.reach.get(words[at].form, 0)
    begun = tuple(word.form for word in words[at : at + reach])
    for end in range(at + 1, at + len(begun) + 1):
        span = begun[: end - at]
        for source, table in (("term", lexicon.meanings), ("synonym", lexicon.synonyms)):
            for meaning in table.get(span, ()):
                weight = _term_weight(meaning, words[at:end], vocabulary, source)
                if weight >= 0.1:  # noqa: PLR2004
                    found.append(Edge(at, end, meaning.forms, weight, source))
    return found


def _term_weight(meaning: Meaning, span: Sequence[Word], vocabulary: Vocabulary, source: str) -> float:
    written = " ".join(word.surface for word in span)
    marked = written != " ".join(word.form for word in span)
    if marked and meaning.written != written and not _same_words(meaning.written, span):
        return 0.0  # "hong" written with marks is another word than the chat spelling of "khong"
    support = vocabulary.support(meaning.forms)
    weight = meaning.weight * (0.3 + 0.7 * support)
    if source == "synonym":
        return weight * 0.9 if support >= _SYNONYM_SUPPORT else 0.0
    known = len(span) == 1 and vocabulary.knows(span[0].form) and is_syllable(span[0].form)
    return min(0.95, weight) * (0.5 if known else 1.0)


def _same_words(written: str, span: Sequence[Word]) -> bool:
    parts = written.replace("/", " ").split()
    if len(parts) != len(span):
        return False
    return all(part == word.surface or not word.is_marked for part, word in zip(parts, span, strict=True))


def _initialisms(at: int, word: Word, vocabulary: Vocabulary, lexicon: Lexicon, *, known: bool) -> list[Edge]:
    if not 2 <= len(word.form) <= LONGEST_INITIALISM or (is_syllable(word.form) and (known or word.is_marked)):  # noqa: PLR2004
        return []
    strength = 0.35 if is_syllable(word.form) else 0.45 if known else 0.85
    # What everybody reads in it ("ng" is a person) outweighs a chance neighbourhood of the base.
    strength *= 1.0 - 0.85 * max((meaning.weight for meaning in lexicon.meanings.get((word.form,), ())), default=0.0)
    return [
        Edge(at, at + 1, found.forms, max(0.1, strength * found.share**0.5 * _bond(found.forms)), "initialism")
        for found in vocabulary.initialisms.get(word.form, ())
    ]


def _bond(forms: Forms) -> float:
    # Two neighbours of the base that are no word of the language are hardly ever meant by two letters.
    return 1.0 if len(forms) > 2 or is_compound(forms) else 0.4  # noqa: PLR2004


def _numerals(at: int, word: Word) -> list[Edge]:
    value = 0 if word.is_marked or len(word.form) < 2 else roman(word.form)  # noqa: PLR2004
    return [Edge(at, at + 1, (str(value),), 0.3 if is_syllable(word.form) else 0.9, "numeral")] if value else []


def _repairs(at: int, words: Sequence[Word], vocabulary: Vocabulary, lexicon: Lexicon) -> list[Edge]:
    form = words[at].form
    found = [
        Edge(at, at + 1, guess.forms, guess.weight, guess.source)
        for guess in guesses(form, vocabulary, lexicon.common_words)
    ]
    if at + 1 < len(words) and vocabulary.knows(form + words[at + 1].form) and not is_attested(form):
        found.append(Edge(at, at + 2, (form + words[at + 1].form,), 0.8, "split"))
    return found
