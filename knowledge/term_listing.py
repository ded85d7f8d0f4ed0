"""Staff's list of terms: found by words without marks, by kind and by whether they hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.matching.lexicon import Forms, Term
from knowledge.matching.normalizer import fold, forms
from knowledge.matching.taught import Sense, other_senses
from knowledge.schema import TermItem, TermKind, validity_of
from knowledge.terms import StoredTerm


class Standing(StrEnum):
    """Whether a term is used on a day."""

    CURRENT = "current"
    COMING = "coming"  # its first day has not come
    PAST = "past"  # its last day is over


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFilter:
    """Which terms to list; what is None or empty does not narrow. `words` need no marks and may be parts of words.

    `several`: those whose word has other meanings too.
    """

    words: str = ""
    kind: TermKind | None = None
    standing: Standing | None = None
    several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TermLine:
    """A term as the list shows it. `senses`: what else its word stands for."""

    stored: StoredTerm
    standing: Standing
    senses: tuple[Sense, ...]


def standing_of(item: TermItem, on: date) -> Standing:
    """Return whether a term is used on a day; both of its days are included."""
    days = validity_of(item)
    if days.is_ahead(on):
        return Standing.COMING
    return Standing.PAST if days.has_ended(on) else Standing.CURRENT


def lines_of(terms: Iterable[StoredTerm], wanted: TermFilter, *, on: date) -> Sequence[TermLine]:
    """Return the wanted terms in the order of the alphabet."""
    every = list(terms)
    said = _by_word(every, on)
    searched = fold(wanted.words).split()
    lines = [
        _line(stored, said.get(tuple(forms(stored.item.term)), ()), on)
        for stored in every
        if (wanted.kind is None or stored.item.kind is wanted.kind)
        and all(word in fold(f"{stored.item.term} {stored.item.meaning}") for word in searched)
    ]  # fmt: skip
    kept = [
        line for line in lines
        if (wanted.standing is None or line.standing is wanted.standing) and (line.senses or not wanted.several)
    ]  # fmt: skip
    return sorted(kept, key=lambda line: (fold(line.stored.item.term), -line.stored.item.weight, line.stored.id))


def term_of(item: TermItem) -> Term:
    """Return a term as the matcher takes it."""
    return Term(term=item.term, meaning=item.meaning, kind=item.kind.value, weight=item.weight)


def used_on(terms: Iterable[StoredTerm], on: date) -> list[Term]:
    """Return the terms that hold on a day."""
    return [term_of(each.item) for each in terms if standing_of(each.item, on) is Standing.CURRENT]


def _line(stored: StoredTerm, said: Sequence[Term], on: date) -> TermLine:
    standing = standing_of(stored.item, on)
    is_over = standing is Standing.PAST  # what is used no more collides with nothing
    return TermLine(
        stored=stored, standing=standing, senses=() if is_over else other_senses(term_of(stored.item), said)
    )


def _by_word(terms: Iterable[StoredTerm], on: date) -> Mapping[Forms, list[Term]]:
    found: defaultdict[Forms, list[Term]] = defaultdict(list)
    for term in used_on(terms, on):
        found[tuple(forms(term.term))].append(term)
    return found
