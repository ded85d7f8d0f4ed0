from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from knowledge.matching.judging.calibration import fit
from knowledge.matching.judging.confidence import (
    FEATURES,
    LEAST_HELD,
    NEARLY_CERTAIN,
    Calibration,
    ConfidencePolicy,
    Logistic,
    Point,
)
from knowledge.matching.matcher import EXACT


def test_a_calibration_survives_being_stored():
    shipped = Calibration.default()

    assert Calibration.from_json(shipped.to_json()) == shipped


def test_a_calibration_of_other_features_is_refused():
    with pytest.raises(ValueError, match="recalibrate"):
        Calibration.from_json('{"features": ["old"], "scope": [], "choice": [], "slope": 1, "offset": 0, "curve": []}')


def test_probabilities_lie_between_nothing_and_certainty():
    extremes = np.vstack([np.zeros(len(FEATURES)), np.ones(len(FEATURES)), np.full(len(FEATURES), 1e6)])

    chances = Calibration.default().probability(extremes)

    assert ((chances >= 0) & (chances <= 1)).all()


def test_a_calibration_stored_before_the_asked_were_counted_is_read():
    stored = json.loads(Calibration.default().to_json())
    del stored["asked"]

    assert Calibration.from_json(json.dumps(stored)).asked == 0


def a_calibration(curve):
    flat = Logistic((0.0,) * len(FEATURES), 0.0)
    return Calibration(scope=flat, choice=flat, holding=flat, curve=curve)


def test_the_policy_answers_most_while_keeping_the_promise():
    curve = (Point(0.2, 0.95, 0.10), Point(0.4, 0.90, 0.04), Point(0.6, 0.80, 0.01))

    assert ConfidencePolicy.at_most(0.05, a_calibration(curve)).answer_at == 0.4
    assert ConfidencePolicy.at_most(0.01, a_calibration(curve)).answer_at == 0.6


@pytest.mark.parametrize(
    "curve",
    [
        pytest.param((), id="nothing measured"),
        pytest.param((Point(0.3, 0.9, 0.10), Point(0.6, 0.5, 0.08)), id="always more are wrong"),
        pytest.param((Point(0.1, 0.9, 0.005), Point(0.6, 0.5, 0.08)), id="kept only where nobody answers"),
    ],
)
def test_a_promise_nobody_can_keep_leaves_only_what_is_nearly_certain(curve):
    assert ConfidencePolicy.at_most(0.01, a_calibration(curve)).answer_at == NEARLY_CERTAIN <= EXACT


@pytest.mark.parametrize(
    ("curve", "asked", "answer_at"),
    [
        pytest.param(((0.40, 0.90), (0.60, 0.80), (0.68, 0.70)), 100, 0.60, id="the surest that leaves enough"),
        pytest.param(((0.40, 0.90), (0.70, 0.85), (0.90, 0.80)), 100, 0.70, id="never surer than that"),
        pytest.param(((0.30, 0.80), (0.40, 0.60)), 100, 0.34, id="too few left even by the least"),
        pytest.param(((0.40, 0.90), (0.60, 0.80)), 0, 0.34, id="not learnt on this base"),
        pytest.param((), 100, 0.34, id="nothing measured"),
    ],
)
def test_the_usual_policy_asks_for_what_leaves_enough_answered(curve, asked, answer_at):
    points = tuple(Point(threshold, answered, 0.05) for threshold, answered in curve)

    policy = ConfidencePolicy.usual(replace(a_calibration(points), asked=asked))

    assert policy == replace(ConfidencePolicy(), answer_at=answer_at)


def test_no_caution_is_laxer_than_none():
    curve = (Point(0.1, 1.0, 0.004), Point(0.34, 0.9, 0.003), Point(0.6, 0.5, 0.0))

    careful = ConfidencePolicy.at_most(0.05, a_calibration(curve))

    assert careful == replace(ConfidencePolicy(), caution=0.05)


def test_fitting_without_prior_finds_the_line_that_made_the_labels():
    chance = np.random.default_rng(1)
    features = chance.normal(size=(4000, 1))
    labels = (chance.random(4000) < 1 / (1 + np.exp(-(2.0 * features[:, 0] - 1.0)))).astype(float)

    line = fit(features, labels, Logistic((0.0,), 0.0), strength=1e-6)

    assert_allclose([line.weights[0], line.bias], [2.0, -1.0], atol=0.25)


def test_a_strong_prior_is_not_moved_by_few_examples():
    prior = Logistic((2.0,), -1.0)

    line = fit(np.array([[1.0], [-1.0]]), np.array([0.0, 1.0]), prior, strength=10_000.0)

    assert_allclose([line.weights[0], line.bias], [2.0, -1.0], atol=0.05)


def test_a_prior_that_is_sure_of_the_contrary_is_unlearnt_from_examples_that_a_line_separates():
    """A full Newton step overshoots there and never comes back."""
    features = np.linspace(-3.0, 3.0, 41)[:, None]
    labels = (features[:, 0] > 0.0).astype(float)

    line = fit(features, labels, Logistic((-6.0,), 0.0), strength=0.01)

    assert ((line.probability(features) > 0.5) == (labels > 0.5)).all()


def test_what_an_entry_does_not_hold_lowers_its_confidence_and_leaves_it_to_be_offered():
    shipped = Calibration.default()
    rows = np.vstack([np.full(len(FEATURES), 0.5)] * 2)
    for name in ("unheld", "unmet", "year"):
        rows[:, FEATURES.index(name)] = (0.0, 1.0)

    held, lacking = shipped.probability(rows)

    assert LEAST_HELD * held < lacking < 0.5 * held
