"""How careful the assistant is: stored once, taken up by every process, and what it costs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge import transfer
from knowledge.caution import CHOICES, costs_of, save_caution
from knowledge.feed import KnowledgeFeed
from knowledge.learning import learn, make_matcher
from knowledge.matching.judging.confidence import Point
from knowledge.store import load_snapshot, published_version, save_calibration
from runtime.clock import FixedClock
from tests.support.builders import NOW, a_file
from tests.support.fakes import FakeMatcher


async def chosen(db, caution):
    async with db.transaction() as session:
        return await save_caution(session, caution, now=NOW)


async def test_caution_is_kept_and_taken_up_by_another_process(db):
    await transfer.apply(db, a_file(), NOW)
    elsewhere = KnowledgeFeed(db, make_matcher, clock=FixedClock(NOW))
    before = (await elsewhere.load()).matcher

    assert await chosen(db, 0.02) == (None, True)

    assert await elsewhere.refresh() is True
    assert elsewhere.current.snapshot.caution == 0.02
    assert elsewhere.current.matcher.policy.answer_at > before.policy.answer_at
    assert await chosen(db, None) == (0.02, True)
    await elsewhere.refresh()
    assert elsewhere.current.matcher.policy == before.policy


async def test_the_same_choice_again_publishes_nothing(db):
    await chosen(db, 0.02)

    again = await chosen(db, 0.02)

    async with db.reading() as session:
        assert (again, await published_version(session)) == ((0.02, False), 1)


async def test_caution_survives_publishing_and_learning(db):
    await chosen(db, 0.05)
    await transfer.apply(db, a_file(), NOW)

    async with db.transaction() as session:
        await save_calibration(session, 2, {})

    async with db.reading() as session:
        assert (await load_snapshot(session)).caution == 0.05


@pytest.mark.parametrize("caution", [0.0, 1.0, 5.0, -0.1])
async def test_what_is_no_share_is_refused(db, caution):
    with pytest.raises(ValueError, match="share"):
        await chosen(db, caution)


def learnt(curve, asked):
    matcher, _ = learn(make_matcher(transfer.starter_snapshot())[0])
    return replace(matcher, calibration=replace(matcher.calibration, curve=curve, asked=asked))


def test_each_choice_names_what_is_still_answered():
    curve = (Point(0.34, 0.8, 0.04), Point(0.5, 0.6, 0.015), Point(0.98, 0.1, 0.012))

    own, five, two, one = costs_of(learnt(curve, 200))

    assert [cost.caution for cost in (own, five, two, one)] == [None, 0.05, 0.02, 0.01] == list(CHOICES)
    assert [cost.answered for cost in (own, five, two, one)] == [0.8, 0.8, 0.6, 0.1]
    assert [cost.is_kept for cost in (own, five, two, one)] == [True, True, True, False]
    assert two.interval == pytest.approx((0.531, 0.665), abs=0.001)
    assert two.wrong == 0.015


def test_without_a_count_there_is_no_interval():
    assert costs_of(learnt((Point(0.34, 0.8, 0.04),), 0))[0].interval is None


@pytest.mark.parametrize(
    "matcher",
    [
        pytest.param(FakeMatcher(()), id="a matcher that learns nothing"),
        pytest.param(make_matcher(transfer.starter_snapshot())[0], id="nothing learnt of this base yet"),
    ],
)
def test_what_was_not_measured_on_the_base_is_not_claimed(matcher):
    assert {(cost.answered, cost.is_kept) for cost in costs_of(matcher)} == {(None, True), (None, False)}
