"""How a question was understood and judged, as values for a page: the matcher's own steps, nothing made up. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.matching.indexing.spaces import as_text
from knowledge.matching.judging.confidence import ConfidencePolicy
from knowledge.matching.matcher import Matcher
from knowledge.matching.model import Match
from knowledge.matching.normalizer import normalize
from knowledge.matching.query import prepare
from knowledge.matching.ranker import FUSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word as written, and whether the knowledge knows it."""

    text: str
    is_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Words read as something else. `source`: which rule; `weight` 0.0-1.0: how surely."""

    written: str
    read: str
    source: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One question on its way through the matcher."""

    text: str  # in one written form
    tokens: tuple[Token, ...]
    repairs: tuple[Repair, ...]
    reading: str  # the likeliest, folded
    documents: tuple[str, ...]
    asked: tuple[tuple[str, float], ...]  # what is asked for, with its weight
    match: Match
    policy: ConfidencePolicy
    weights: tuple[tuple[str, float], ...]  # of the scorers


def explain(matcher: Matcher, text: str, match: Match) -> Explanation:
    """Return how `matcher` came to `match` for a text."""
    index = matcher.index
    query = prepare(text, index)
    repairs = [
        Repair(
            written=" ".join(word.surface for word in query.words[edge.start : edge.end]),
            read=as_text(edge.forms), source=edge.source, weight=edge.weight,
        )
        for edge in query.told
    ]  # fmt: skip
    return Explanation(
        text=normalize(text),
        tokens=tuple(Token(text=word.surface, is_known=index.vocabulary.knows(word.form)) for word in query.words),
        repairs=tuple(repairs),
        reading=as_text(query.reading),
        documents=tuple(document.text for document in query.entities.documents),
        asked=_heaviest(tuple(query.asked.weights.items())),
        match=match,
        policy=matcher.policy,
        weights=_heaviest(tuple(FUSION.items())),
    )


def _heaviest(weights: Sequence[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(weights, key=lambda each: (-each[1], each[0])))
