"""The stages of matching as values: what was understood, what fits, and what may be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """What the matcher allows to be said."""

    ANSWER = "answer"  # speak the best candidate as fact
    CHOICES = "choices"  # ask which of up to three was meant; claim nothing
    PARTIAL = "partial"  # the entry on topic does not hold what is asked: say so, offer it
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why this verdict. Each has its own wording to the citizen."""

    CONFIDENT = "confident"
    TOO_CLOSE = "too_close"  # two entries fit about equally well
    UNSURE = "unsure"  # probably right, not surely enough to claim it
    TOO_LOW = "too_low"
    OUT_OF_SCOPE = "out_of_scope"  # nothing of the question is known here
    TOO_SHORT = "too_short"  # nothing left after courtesies, or only a vague word
    ENTITY_UNKNOWN = "entity_unknown"  # names a document that no entry knows
    ENTITY_AMBIGUOUS = "entity_ambiguous"  # two documents fit the number given
    ENTITY_CONFLICT = "entity_conflict"  # the best text match speaks of another document
    ASPECT_NOT_COVERED = "aspect_not_covered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entry that may answer, best wording first.

    `score` is the ranking score (0.0-1.0, comparable only within one match); `confidence` the calibrated probability
    (0.0-1.0) that this entry answers the question; `evidence` the scorers' own figures, for the trace.
    """

    entry: str
    score: float
    confidence: float
    wording: str = ""
    evidence: Mapping[str, float] = field(default_factory=dict)
    veto: str = ""  # why this entry may not answer although its text fits; empty: it may
    is_exact: bool = False  # the question is a wording of it, word for word


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the conversation was about, for questions that cannot stand alone."""

    entry: str = ""  # key of the entry that answered last


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The matcher's result: a verdict with its reason, and the candidates (best first, at most 5)."""

    verdict: Verdict
    reason: Reason
    candidates: tuple[Candidate, ...] = ()
    asked_for: str = ""  # the aspect asked for (aspects.Aspect value), "" when none was recognised
    detail: str = ""  # what the reason is about, e.g. the document number as the citizen wrote it
    explanation: tuple[str, ...] = ()  # the trace, one line per stage
