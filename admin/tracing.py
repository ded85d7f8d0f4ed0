"""Why the assistant says what it says, in words that staff understand. Every figure comes from the matcher itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from admin.wording import named, say
from bot.messages import Outcome
from knowledge.base import Knowledge
from knowledge.matching.explanation import Explanation, explain
from knowledge.matching.matcher import Matcher
from knowledge.matching.model import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One figure of a candidate: what was compared, how well it fits and how much that weighs, both 0.0-1.0."""

    name: str
    value: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A candidate with what speaks for it, the strongest first."""

    entry: str
    question: str
    wording: str
    confidence: float
    score: float
    veto: str
    grounds: Sequence[Ground]


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedReply:
    """A reply with the way to it. `explanation` None: nobody had to search (a greeting, a menu, a date)."""

    outcome: Outcome
    outcome_name: str
    handler_name: str
    why: str
    explanation: Explanation | None = None
    considered: Sequence[Considered] = ()
    asked_for: Sequence[tuple[str, float]] = ()
    repairs: Sequence[tuple[str, str, str]] = ()  # written, read as, which rule
    thresholds: Sequence[tuple[str, float]] = ()


def trace_of(text: str, outcome: Outcome, knowledge: Knowledge) -> TracedReply:
    """Return an outcome with its reasons."""
    told = TracedReply(
        outcome=outcome,
        outcome_name=named("testbox.outcome", outcome.kind.value),
        handler_name=named("testbox.handler", outcome.trace.handler),
        why=named("testbox.reason", outcome.trace.reason),
    )
    matcher = knowledge.matcher
    if outcome.trace.handler != "faq" or not isinstance(matcher, Matcher):
        return told
    explanation = explain(matcher, text, matcher.match(text))
    policy = explanation.policy
    return TracedReply(
        outcome=outcome,
        outcome_name=told.outcome_name,
        handler_name=told.handler_name,
        why=told.why,
        explanation=explanation,
        considered=[_considered(each, knowledge, dict(explanation.weights)) for each in explanation.match.candidates],
        asked_for=[(named("testbox.aspect", name), weight) for name, weight in explanation.asked],
        repairs=[
            (repair.written, repair.read, named("testbox.repair", repair.source)) for repair in explanation.repairs
        ],
        thresholds=[
            (say(f"testbox.threshold.{name}"), getattr(policy, name))
            for name in ("answer_at", "partial_at", "choose_at", "certainty", "sure_at", "more_certainty")
        ],
    )


def _considered(candidate: Candidate, knowledge: Knowledge, weights: Mapping[str, float]) -> Considered:
    entry = knowledge.snapshot.entries.get(candidate.entry)
    grounds = [
        Ground(name=named("testbox.scorer", name), value=value, weight=weights.get(name, 0.0))
        for name, value in candidate.evidence.items()
    ]
    return Considered(
        entry=candidate.entry,
        question=entry.question if entry else candidate.entry,
        wording=candidate.wording,
        confidence=candidate.confidence,
        score=candidate.score,
        veto=_objection(candidate.veto) if candidate.veto else "",
        grounds=sorted(grounds, key=lambda ground: -ground.value * ground.weight),
    )


def _objection(veto: str) -> str:
    """Say why an entry may not answer; the matcher names the kind and what it is about ("document nq 93")."""
    kind, _, what = veto.partition(" ")
    try:
        return say(f"testbox.veto.{kind}", what=what)
    except KeyError:
        return veto
