"""A matcher is there at once; what it learnt of its base is used by the release that learnt it."""

from __future__ import annotations

from knowledge.learning import learn, make_matcher
from knowledge.transfer import starter_snapshot
from tests.support.fakes import FakeMatcher


def test_what_was_learnt_is_used_again():
    snapshot = starter_snapshot()
    careful, is_learnt = make_matcher(snapshot)
    assert not is_learnt

    refined, learnt = learn(careful)
    again, is_learnt = make_matcher(snapshot, learnt)

    assert is_learnt
    assert again.calibration == refined.calibration != careful.calibration


def test_what_another_release_learnt_is_not_used():
    snapshot = starter_snapshot()

    matcher, is_learnt = make_matcher(snapshot, {"features": ["gone"]})

    assert not is_learnt
    assert matcher.calibration == make_matcher(snapshot)[0].calibration


def test_a_matcher_that_learns_nothing_stays_as_it_is():
    matcher = FakeMatcher(())

    assert learn(matcher) == (matcher, {})
