"""How a snapshot gets its matcher, and how sure the matcher learns to be from its own base."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import structlog

from knowledge.base import MatcherLike
from knowledge.snapshot import Snapshot

if TYPE_CHECKING:
    from knowledge.matching.index import Index

log = structlog.get_logger(__name__)


def make_matcher(snapshot: Snapshot, learnt: Mapping[str, Any] | None = None) -> tuple[MatcherLike, bool]:
    """Return a matcher that can be used at once, and whether it uses `learnt`.

    `learnt` is what `learn` gave for this base or an earlier one. Without it, and when another release of the matcher
    learnt it, the confidence shipped with the package is used, which is the more careful one. Every term of the
    snapshot is used: hand in the snapshot of a day (`Snapshot.on`). With the caution of the snapshot it answers less.
    """
    return _made(snapshot, learnt, None)


def revise_matcher(
    before: MatcherLike, snapshot: Snapshot, learnt: Mapping[str, Any] | None = None
) -> tuple[MatcherLike, bool] | None:
    """Return what `make_matcher` does without reading again what `before` has read; None: it is no matcher of ours."""
    from knowledge.matching.matcher import Matcher

    return _made(snapshot, learnt, before.index) if isinstance(before, Matcher) else None


def _made(snapshot: Snapshot, learnt: Mapping[str, Any] | None, before: Index | None) -> tuple[MatcherLike, bool]:
    from knowledge.matching.judging.confidence import Calibration, ConfidencePolicy
    from knowledge.matching.lexicon import Lexicon, Term
    from knowledge.matching.matcher import Matcher

    calibration = None
    if learnt:  # nothing is learnt of a matcher that has no confidence to learn
        try:
            calibration = Calibration.from_json(json.dumps(learnt))
        except ValueError:
            log.info("calibration.outdated")
    terms = [Term(term=it.term, meaning=it.meaning, kind=it.kind, weight=it.weight) for it in snapshot.terms]
    lexicon = Lexicon.default().extended(terms) if terms else None
    known = calibration or Calibration.default()
    policy = ConfidencePolicy.at_most(snapshot.caution, known)
    matcher = Matcher.build(
        tuple(snapshot.entries.values()), lexicon=lexicon, policy=policy, calibration=known, before=before
    )
    return matcher, calibration is not None


def learn(matcher: MatcherLike, go_on: Callable[[], None] = lambda: None) -> tuple[MatcherLike, Mapping[str, Any]]:
    """Return the matcher with its confidence learnt from its own base, and what was learnt. Takes seconds.

    The caution it is to have is kept with the thresholds that are learnt anew. `go_on` is called again and again; what
    it raises ends the work.
    """
    from knowledge.matching.matcher import Matcher

    if not isinstance(matcher, Matcher):
        return matcher, {}
    refined = matcher.calibrated(go_on)
    learnt = json.loads(refined.calibration.to_json())
    assert isinstance(learnt, dict)
    return refined, learnt
