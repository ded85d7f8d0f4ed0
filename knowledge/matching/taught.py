"""What a question would be understood as if the staff lexicon were another: tried before it is taught. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from knowledge.matching.lexicon import ABBREVIATION, FILLER, FUNCTION, Forms, Lexicon, Term, read_table, shipped_terms
from knowledge.matching.matcher import Matcher
from knowledge.matching.model import Verdict
from knowledge.matching.normalizer import forms, normalize, words
from knowledge.matching.query import Query, prepare
from knowledge.matching.reading.repair import Edge

_SHOWN = 5  # other meanings of one word, ways to read it


@dataclass(frozen=True, slots=True)
class Sense:
    """Another meaning of a written word, with its marks. `weight` 0.0-1.0; `is_ours`: staff added it."""

    term: str
    meaning: str
    weight: float
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What a term in a question may be read as. `weight` 0.0-1.0: how surely; `is_read`: a reading holds it."""

    written: str
    meaning: str
    weight: float
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """How a question is read, and what comes of it. `entry`: the best candidate, "" for none.

    `official`: the reading in other words for the same thing, "" when the term has no part in it. `choices`: what the
    term may be read as where the question says it, the surest first.
    """

    reading: str
    official: str
    choices: tuple[Choice, ...]
    verdict: Verdict
    entry: str


def understand(matcher: Matcher, text: str, terms: Sequence[Term], term: Term) -> Understood:
    """Return how a matcher would understand a text with `terms` as the staff lexicon; `term` is looked at closely.

    The wordings of the base keep the readings that they have; only the question is read anew.
    """
    index = replace(matcher.index, lexicon=Lexicon.default().extended(terms))
    query, match = prepare(text, index), replace(matcher, index=index).match(text)
    spelled = _spelled(terms)
    reading, official = query.reading, _official(query)
    sides = {tuple(forms(side)) for side in (term.term, term.meaning)} - {()}
    has_part = any(_place(side, official) >= 0 and _place(side, reading) < 0 for side in sides)
    return Understood(
        reading=_shown(reading, query, spelled),
        official=_shown(official, query, spelled) if has_part else "",
        choices=tuple(_choices(query, spelled, sides))[:_SHOWN],
        verdict=match.verdict,
        entry=match.candidates[0].entry if match.candidates else "",
    )


def other_senses(term: Term, staff: Iterable[Term]) -> tuple[Sense, ...]:
    """Return what else the written word of a term stands for: other meanings of staff, then those of the package.

    The surest of each stand first. What is left out anyway, as a courtesy, counts as a meaning too: "".
    """
    left, right = tuple(forms(term.term)), tuple(forms(term.meaning))
    ours = [(other, True) for other in staff if tuple(forms(other.term)) == left]
    shipped = [(other, False) for other in _shipped().get(left, ())]
    found: dict[Forms, Sense] = {}
    for other, is_ours in (*ours, *shipped):
        meant = tuple(forms(other.meaning))
        if meant != right and _collides(term, other):
            found.setdefault(meant, Sense(other.term, other.meaning, other.weight, is_ours))
    return tuple(sorted(found.values(), key=lambda sense: (not sense.is_ours, -sense.weight, sense.meaning)))[:_SHOWN]


def entries_saying(matcher: Matcher, text: str) -> int:
    """Return how many entries say these words one after the other in a wording, marks aside."""
    said = tuple(forms(text))
    owners = zip(matcher.index.owners.tolist(), matcher.index.wordings, strict=True)
    return len({entry for entry, wording in owners if said and _place(said, wording.written) >= 0})


def unknown_words(matcher: Matcher, text: str) -> tuple[str, ...]:
    """Return the words of a text that no wording and no answer of the base says, marks aside."""
    vocabulary = matcher.index.vocabulary
    return tuple(word.surface for word in words(text) if not vocabulary.knows(word.form))


def _collides(term: Term, other: Term) -> bool:
    # A word read instead of another collides with what else is read instead; synonyms stand beside the word itself.
    kinds = {term.kind, other.kind}
    return ABBREVIATION in kinds or kinds & {FILLER, FUNCTION} != set()


@cache
def _shipped() -> Mapping[Forms, tuple[Term, ...]]:
    table: dict[Forms, tuple[Term, ...]] = {}
    for term in shipped_terms():
        key = tuple(forms(term.term))
        table[key] = (*table.get(key, ()), term)
    return table


@cache
def _shipped_spelling() -> Mapping[Forms, str]:
    return {
        tuple(forms(side)): normalize(side)
        for name in ("synonyms", "teencode", "abbreviations")
        for row in read_table(name)
        for side in (row.term, row.meaning)
    }


def _spelled(terms: Iterable[Term]) -> Mapping[Forms, str]:
    """Return phrases of the lexicon with their marks, by their folded words: what is read has lost its own."""
    ours = {tuple(forms(side)): normalize(side) for term in terms for side in (term.term, term.meaning)}
    return {**_shipped_spelling(), **ours}


def _shown(reading: Forms, query: Query, spelled: Mapping[Forms, str]) -> str:
    """Return a reading with the marks that are known: those of the lexicon's phrases, and of words as typed."""
    phrases = {edge.forms for edge in query.lattice.edges if edge.source != "written"}
    phrases |= {phrase for phrase in spelled if len(phrase) > 1 and _place(phrase, reading) >= 0}
    typed = {word.form: word.surface for word in reversed(query.words)}
    by_length = sorted(phrases & spelled.keys(), key=lambda phrase: (-len(phrase), phrase))
    shown: list[str] = []
    at = 0
    while at < len(reading):
        phrase = next((it for it in by_length if reading[at : at + len(it)] == it), None)
        is_typed = phrase is not None and len(phrase) == 1 and reading[at] in typed
        shown.append(spelled[phrase] if phrase and not is_typed else typed.get(reading[at], reading[at]))
        at += len(phrase) if phrase else 1
    return " ".join(shown)


def _official(query: Query) -> Forms:
    return next((reading for reading, weight in query.readings if weight < 1.0), query.reading)


def _choices(query: Query, spelled: Mapping[Forms, str], sides: Collection[Forms]) -> Iterator[Choice]:
    read = query.lattice.written
    edges = [
        edge for edge in query.lattice.edges
        if edge.source in {"term", "synonym"} and edge.forms and read[edge.start : edge.end] in sides
    ]  # fmt: skip
    for edge in sorted(edges, key=lambda each: (-each.weight, each.start)):
        meaning = spelled.get(edge.forms, " ".join(edge.forms))
        is_read = any(_place(edge.forms, reading) >= 0 for reading, _ in query.readings)
        yield Choice(_written(query, edge), meaning, edge.weight, is_read)


def _written(query: Query, edge: Edge) -> str:
    return " ".join(word.surface for word in query.words[edge.start : edge.end])


def _place(part: Forms, whole: Forms) -> int:
    return next((at for at in range(len(whole) - len(part) + 1) if whole[at : at + len(part)] == part), -1)
