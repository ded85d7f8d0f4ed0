"""A question prepared for comparison: its readings and how much each of its parts says."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from knowledge.matching.asking.aspects import Asked, merged
from knowledge.matching.asking.entities import Entities
from knowledge.matching.asking.focus import without_closer
from knowledge.matching.asking.wants import OWNER
from knowledge.matching.index import Index
from knowledge.matching.indexing.spaces import pairs
from knowledge.matching.lexicon import Forms
from knowledge.matching.normalizer import MAX_LENGTH, Word, names, words
from knowledge.matching.reading.fillers import strip_fillers, strip_read_fillers
from knowledge.matching.reading.repair import Edge, Lattice, best_path, best_reading, read, reread
from knowledge.matching.reading.shorthand import Span, in_full
from knowledge.matching.reading.tokenizer import bare_syllables, real_syllables
from knowledge.matching.reading.vocabulary import is_syllable

_MASKS = re.compile(r"\[(?:phone|email|number)\]")  # what stands for masked personal data asks for nothing
_PERSONS = re.compile(r"\[(?:name|address)\]")  # nor does this, which is no way to reach somebody either
_PERCENT = re.compile(r"(?<!\d)(?<!\d\s)%")  # asked for, not told: "bao nhiêu %"
MAX_WORDS = 100  # words of a question that are read: bounds the time
_REACH = 3  # words on either side of it that may belong to the cue
_MOST_SPELLINGS = 12  # bounds the time
_REPAIRS = frozenset({"telex", "spelling", "glued", "split", "twin", "contraction"})  # edges that read what is mistyped
_SYNONYM_PULL = 0.8  # how strongly the third reading prefers official wording
SYNONYM_READING = 0.85  # what a fit of that reading counts
_TOLD_AT = 0.5  # weight from which another reading of a word is worth telling
_MOST_TOLD = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question, understood. `masses` sum to 1.0: how much of the question each term stands for."""

    text: str
    words: tuple[Word, ...]  # without openers and courtesies
    whole: tuple[Span, ...]  # the same, shortened terms written out
    lattice: Lattice
    readings: tuple[tuple[Forms, float], ...]  # (syllables, weight): repaired, as written, in official words
    masses: dict[str, float]
    presence: dict[str, float]  # term -> the surest reading that holds it, 0.0-1.0
    content: float  # total weight of what was written, comparable between questions of one base
    entities: Entities
    asked: Asked
    known: float  # share of that weight in words the base knows, 0.0-1.0

    @property
    def reading(self) -> Forms:
        """The likeliest reading."""
        return self.readings[0][0]

    @property
    def said(self) -> frozenset[str]:
        """Its folded words, shortened terms written out."""
        return frozenset(word.form for _, _, meant in self.whole for word in meant)

    @property
    def told(self) -> tuple[Edge, ...]:
        """What words are likely enough to stand for that whoever looks into the question is told, at most 12."""
        others = (edge for edge in self.lattice.edges if edge.source not in {"written", "synonym"})
        return tuple(islice((edge for edge in others if edge.weight >= _TOLD_AT), _MOST_TOLD))


def prepare(text: str, index: Index) -> Query:
    """Read at most the first 1,000 characters of `text` against the base."""
    text, masks = _MASKS.subn(" ", _PERSONS.sub(" ", _PERCENT.sub(" phan tram ", text)))
    kept = without_closer(
        strip_fillers(words(text[:MAX_LENGTH]), index.lexicon, most=MAX_WORDS), index.lexicon.question_words
    )
    kept = index.book.entities.in_figures(kept)
    lattice, path = _repaired(kept, index, names(text) | index.lexicon.foreign)
    repaired = tuple(form for edge in path for form in edge.forms)
    kept = lattice.words
    # Other words for the same thing are looked up in what was meant, not in what was typed.
    spelled = lattice if repaired == lattice.written else reread(repaired, lattice, index.vocabulary, index.lexicon)
    official = best_reading(spelled, index.vocabulary, synonyms=_SYNONYM_PULL)
    candidates = ((repaired, 1.0), (lattice.written, 1.0), (official, SYNONYM_READING))
    readings = dict(reversed(candidates))
    ordered = tuple((forms, readings[forms]) for forms in dict.fromkeys(forms for forms, _ in candidates))
    masses, presence, content, known = _weigh(lattice, spelled, ordered, index)
    whole = tuple(in_full(kept, index.lexicon))
    entities, asked = _entities(text, repaired, index), _asked(lattice, path, whole, index, gives_contact=masks > 0)
    return Query(
        text=text, words=tuple(kept), whole=whole, lattice=lattice, readings=ordered, masses=masses, presence=presence,
        content=content, known=known, entities=entities, asked=of_document(asked) if entities.documents else asked,
    )  # fmt: skip


def _repaired(source: Sequence[Word], index: Index, firm: frozenset[str]) -> tuple[Lattice, tuple[Edge, ...]]:
    """Return the lattice of a question without courtesies, mistyped ones neither, and its likeliest reading."""
    lattice = read(source, index.vocabulary, index.lexicon, firm)
    path = best_path(lattice, index.vocabulary)
    kept = strip_read_fillers(lattice, path, index.lexicon, index.vocabulary.pairs)
    if len(kept) < len(source):
        lattice = read(kept, index.vocabulary, index.lexicon, firm)
        path = best_path(lattice, index.vocabulary)
    return lattice, path


def _weigh(
    lattice: Lattice, spelled: Lattice, readings: Sequence[tuple[Forms, float]], index: Index
) -> tuple[dict[str, float], dict[str, float], float, float]:
    weigh = cache(index.weight)  # most terms come again in every reading
    positions = [_position_weight(at, lattice, index) for at in range(len(lattice.words))]
    total = sum(positions)
    masses: dict[str, float] = {}
    presence: dict[str, float] = {}
    known = 0.0
    for edge in lattice.edges:
        _share(edge, sum(positions[edge.start : edge.end]), weigh, masses, presence)
    if spelled is not lattice:
        for edge in spelled.edges:
            if edge.source == "synonym":
                replaced = spelled.written[edge.start : edge.end]
                _share(edge, sum(weigh(form) for form in replaced), weigh, masses, presence)
    for at, weight in enumerate(positions):
        surest = max((edge.weight for edge in lattice.covering[at] if _holds(edge, index)), default=0.0)
        known += weight * surest
    whole = total
    for forms, weight in readings:
        for pair in pairs(forms):
            masses.setdefault(pair, weight * weigh(pair))
            presence[pair] = max(presence.get(pair, 0.0), weight)
    whole += sum(weigh(pair) for pair in set(pairs(readings[0][0])))
    if whole > 0:
        masses = {term: mass / whole for term, mass in masses.items()}
    return masses, presence, total, known / total if total > 0 else 0.0


def _position_weight(at: int, lattice: Lattice, index: Index) -> float:
    word = lattice.words[at]
    if index.vocabulary.knows(word.form):
        return index.word_weight(word)
    best = [edge for edge in lattice.covering[at] if edge.source != "written"]
    if not best:
        return index.word_weight(word)
    surest = max(best, key=lambda edge: edge.weight)
    repaired = sum(index.weight(form) for form in surest.forms) / (surest.end - surest.start)
    return surest.weight * repaired + (1.0 - surest.weight) * index.word_weight(word)


def _holds(edge: Edge, index: Index) -> bool:
    return all(index.vocabulary.knows(form) for form in edge.forms)


def _share(
    edge: Edge, mass: float, weigh: Callable[[str], float], masses: dict[str, float], presence: dict[str, float]
) -> None:
    weights = [weigh(form) for form in edge.forms]
    whole = sum(weights) or 1.0
    for form, weight in zip(edge.forms, weights, strict=True):
        part = edge.weight * mass * weight / whole
        masses[form] = max(masses.get(form, 0.0), part)
        presence[form] = max(presence.get(form, 0.0), edge.weight)


def _entities(text: str, reading: Forms, index: Index) -> Entities:
    # As written first: repair may turn a name into another. Repair finds what was glued ("nghiquyet93").
    written = index.book.named(text[:MAX_LENGTH])
    repaired = index.book.named(" ".join(reading))
    return replace(
        written,
        documents=written.documents or repaired.documents,
        editions=written.editions or repaired.editions,
        particulars=index.book.entities.particulars.read(text[:MAX_LENGTH], index.book.localities),
    )


def _asked(
    lattice: Lattice, path: Sequence[Edge], whole: Sequence[Span], index: Index, *, gives_contact: bool
) -> Asked:
    reader, source = index.book.aspects, lattice.words
    written = reader.asked([_legible(word) for word in source], _bare(source))
    found = [written, *(reader.asked(other) for other in _spelled_out(source, whole))]
    if not (written.weights and any(word.is_marked for word in source)):
        found.append(reader.asked([Word(form, form) for edge in path for form in edge.forms]))
    mended = _mended(lattice, path, whole)
    if mended != [word for *_, said in whole for word in said]:
        found.append(reader.asked(mended))
    # Who gives a number ("sdt em la [phone]") does not ask for one.
    given = {"contact"} if gives_contact else set()
    weights = {name: weight for name, weight in merged(found).items() if name not in given}
    asked = Asked(weights, frozenset().union(*(each.strict for each in found)) - given)
    return reader.completed(asked, source, mended)


def _bare(source: Sequence[Word]) -> Collection[int]:
    """Return the places of the words without marks of somebody who sets them wherever they belong."""
    bare = [at for at, word in enumerate(source) if not word.is_marked]
    forms = (source[at].form for at in bare)
    is_set = len(bare) < len(source) and all(form in bare_syllables() or not is_syllable(form) for form in forms)
    return bare if is_set else ()


def of_document(asked: Asked) -> Asked:
    """Insist on the end of its validity where the end of a document is asked for: the day it was issued is none.

    Whose a document is, the office says that issued it: no name of a person is wanted.
    """
    asked = replace(asked, wants=asked.wants - {OWNER})
    if "validity" not in asked.weights:
        return asked
    return replace(asked, strict=asked.strict - {"deadline"} | {"validity"})


def _mended(lattice: Lattice, path: Sequence[Edge], whole: Sequence[Span]) -> list[Word]:
    """Return the words of a question, shortened ones written out and mistyped ones as they are read, without marks."""
    starts = {start: (stop, said) for start, stop, said in whole}
    edges = {edge.start: edge for edge in path}
    mended: list[Word] = []
    at = 0
    while at < len(lattice.words):
        edge = edges.get(at)
        stop, said = starts.get(at, (at + 1, [lattice.words[at]]))
        if said == [lattice.words[at]] and edge is not None and edge.source in _REPAIRS:
            stop, said = edge.end, [Word(form, form) for form in edge.forms]
        mended += [_legible(word) for word in said]
        at = stop
    return mended


def _legible(word: Word) -> Word:
    """Return a word without its marks where no syllable has them: "giám đôc"."""
    is_strange = word.is_marked and word.surface not in real_syllables()
    return Word(word.form, word.form) if is_strange else word


def _spelled_out(source: Sequence[Word], whole: Sequence[Span]) -> list[list[Word]]:
    # The base need not know "dien thoai" for "dt" to ask for a telephone number: here its vocabulary has no say.
    found = [
        [*source[max(0, start - _REACH) : start], *said, *source[stop : stop + _REACH]]
        for start, stop, said in whole
        if said != [source[start]]
    ]
    return found[:_MOST_SPELLINGS]
