"""A matcher is there at once; what it learnt of its base is used by the release that learnt it."""

from __future__ import annotations

from dataclasses import replace

from knowledge.learning import learn, make_matcher, revise_matcher
from knowledge.matching.judging.calibration import INSIDE, left_out
from knowledge.matching.judging.confidence import ConfidencePolicy
from knowledge.matching.model import Verdict
from knowledge.snapshot import LexiconTerm, Snapshot
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


def test_a_revised_matcher_is_the_one_that_is_made_anew():
    early = starter_snapshot()
    entries = tuple(early.entries.values())
    term = LexiconTerm(term="ctks", meaning="cuộc thi khởi nghiệp", kind="abbreviation", weight=0.95)
    late = Snapshot.of(entries[2:], terms=(term,))
    before, _ = make_matcher(early)

    for snapshot in (early, late, replace(late, entries=early.entries)):
        before, is_learnt = revise_matcher(before, snapshot)
        made, _ = make_matcher(snapshot)

        assert not is_learnt
        for asked in ("ctks lan 2 khi nao", "nq 93 ap dung cho ai", "hỗ trợ khởi nghiệp"):
            assert before.match(asked) == made.match(asked)


def test_caution_follows_what_is_learnt():
    snapshot = replace(starter_snapshot(), caution=0.15)
    shipped, _ = make_matcher(snapshot)

    learnt, lesson = learn(shipped)
    again, _ = make_matcher(snapshot, lesson)
    revised, _ = revise_matcher(learnt, snapshot, lesson)

    assert shipped.policy == ConfidencePolicy.at_most(0.15, shipped.calibration)
    assert learnt.policy == ConfidencePolicy.at_most(0.15, learnt.calibration) != shipped.policy
    assert learnt.policy == again.policy == revised.policy
    assert learnt.policy.answer_at > ConfidencePolicy().answer_at


def test_caution_that_is_taken_back_leaves_nothing_behind():
    careful, _ = make_matcher(replace(starter_snapshot(), caution=0.01))

    revised, _ = revise_matcher(careful, starter_snapshot())

    learnt, _ = learn(revised)
    assert revised.policy == ConfidencePolicy()
    assert learnt.policy == ConfidencePolicy.usual(learnt.calibration)


def test_the_greatest_caution_still_answers_what_is_asked_word_for_word():
    snapshot = replace(starter_snapshot(), caution=0.01)
    matcher, _ = learn(make_matcher(snapshot)[0])

    entry = snapshot.entries["nq93-tap-huan"]

    assert matcher.match(entry.question).verdict is Verdict.ANSWER


def test_how_many_were_asked_is_learnt_too():
    matcher, lesson = learn(make_matcher(starter_snapshot())[0])

    assert lesson["asked"] == sum(item.kind == INSIDE for item in left_out(matcher.index) if len(item.features))


def test_only_our_own_matcher_can_be_revised():
    assert revise_matcher(FakeMatcher([]), Snapshot.of(())) is None
