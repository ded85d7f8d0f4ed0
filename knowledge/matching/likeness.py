"""Whether two questions ask the same thing: how misses find each other, and what staff say is not covered. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log, sqrt

from knowledge.matching.asking.book import NOTHING_NAMED
from knowledge.matching.asking.entities import Entities
from knowledge.matching.index import Index
from knowledge.matching.indexing.spaces import grams, pairs
from knowledge.matching.lexicon import Forms
from knowledge.matching.query import Query, prepare

SAME = 0.46  # likeness from which two questions are taken for one
# Source: each third of the starter entries hidden in turn, every two of its wordings compared: of pairs that belong to
# different entries 0.4 % are as alike as this, of pairs of one entry one half. A group is joined by its nearest member.


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """A question as something to compare: two unit vectors and the names in it. Belongs to the base it was read with.

    `terms`: syllables and pairs of every reading, weighted by how much they say; `grams`: letters of the likeliest one.
    """

    terms: Mapping[str, float]
    grams: Mapping[str, float]
    entities: Entities


def gist(text: str, index: Index) -> Gist:
    """Read a text as the matcher does: abbreviations, missing diacritics and typing errors are seen through."""
    return gist_of(prepare(text, index), index)


def gist_of(query: Query, index: Index) -> Gist:
    """Return what a question that is read already is compared by."""
    terms = _unit(_terms(query.readings, index))
    return Gist(terms=terms, grams=_unit(_grams(query.reading, index)), entities=query.entities)


def gist_of_wording(row: int, index: Index) -> Gist:
    """Return what a wording of the base is compared by, as the base has read it. Names in it count as words."""
    said = index.wordings[row].reading
    known: Gist | None = index.gists.get(said)
    if known is None:
        terms = _unit(_terms(((said, 1.0),), index))
        known = index.gists[said] = Gist(terms=terms, grams=_unit(_grams(said, index)), entities=NOTHING_NAMED)
    return known


def likeness(one: Gist, other: Gist) -> float:
    """Return how much two questions are alike, 0.0-1.0; symmetric. Different documents or places: 0."""
    if _differ(one.entities, other.entities):
        return 0.0
    return (_product(one.terms, other.terms) + _product(one.grams, other.grams)) / 2


def _differ(one: Entities, other: Entities) -> bool:
    documents = one.documents and other.documents
    if documents and not any(left.fits(right) for left in one.documents for right in other.documents):
        return True
    if one.editions and other.editions and not one.editions & other.editions:
        return True
    return bool(one.places and other.places and not one.places & other.places)


def _terms(readings: Iterable[tuple[Forms, float]], index: Index) -> dict[str, float]:
    found: dict[str, float] = {}
    for forms, weight in readings:
        for term in (*forms, *pairs(forms)):
            found[term] = max(found.get(term, 0.0), weight * index.weight(term))
    return found


def _grams(said: Forms, index: Index) -> dict[str, float]:
    counts = grams(said)
    weights = index.chars.weigh(counts).tolist()
    return {gram: (1.0 + log(count)) * weight for (gram, count), weight in zip(counts.items(), weights, strict=True)}


def _unit(weights: Mapping[str, float]) -> dict[str, float]:
    norm = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {name: weight / norm for name, weight in weights.items()}


def _product(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    short, long = sorted((one, other), key=len)
    return sum(weight * long.get(name, 0.0) for name, weight in short.items())
