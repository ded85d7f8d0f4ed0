"""Learn from a base itself how sure its matcher may be: each wording left out in turn, and hard negatives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from knowledge.matching.index import Index
from knowledge.matching.judging.confidence import (
    FALLING,
    FEATURES,
    FREE,
    LACKS,
    Calibration,
    ConfidencePolicy,
    Logistic,
    Matrix,
    Point,
    describe,
)
from knowledge.matching.judging.noise import Habits, disturb, shorthand
from knowledge.matching.query import Query, prepare
from knowledge.matching.ranker import rank
from knowledge.matching.scorers import survey

SAMPLES = 240  # wordings that are left out in turn; bounds the time to some seconds
NEGATIVES = 160  # unrelated questions of the package that are asked
STRENGTH = 60.0  # how many examples the shipped calibration counts for
_SEED = 20_240_122
_BEST = 3  # candidates of each question that are learnt from
SCOPE_CAUTION = 6.0  # the examples hold no near misses of the base itself: trust the prior, which knows some, more
INSIDE, HIDDEN, OUTSIDE = "inside", "hidden", "outside"
HIDDEN_WEIGHT = 0.1  # its own entry hidden, the next of the family is nearly right: a harder case than citizens pose
LEAST_SPOKEN = 15.0  # answered examples from which a share of wrong ones is worth stating
_BETWEEN = np.array([float(name in {"odds", "lead", "model"}) for name in FEATURES])  # what compares candidates
_PRECISELY = {"maxiter": 1_000, "ftol": 1e-12, "gtol": 1e-7}

Bounds = tuple[float | None, float | None]


def _senses() -> tuple[Bounds, ...]:
    # Examples of one base teach oddities ("what the answers hold speaks against an entry") that fail on another.
    falling: Bounds = (None, 0.0)
    return (*(falling if name in FALLING else (None, None) if name in FREE else (0.0, None) for name in FEATURES),
            (None, None))  # fmt: skip


_SENSES = _senses()


@dataclass(frozen=True, slots=True)
class Example:
    """Features of the candidates of one question, and which of them is right."""

    features: Matrix
    right: NDArray[np.float64]
    kind: str  # INSIDE, HIDDEN or OUTSIDE


def calibrate(index: Index, prior: Calibration, go_on: Callable[[], None] = lambda: None) -> Calibration:
    """Fit `prior` to the base. Small bases stay near it. The same base always gives the same calibration.

    `go_on` is called before each example, some milliseconds apart; what it raises ends the work.
    """
    examples = []
    for found in chain(left_out(index), unrelated(index)):
        go_on()
        examples.append(found)
    return learn(examples, prior)


def learn(examples: Sequence[Example], prior: Calibration, *, strength: float = STRENGTH) -> Calibration:
    """Fit scope, choice and scale to examples; `strength`: how many examples the prior counts for."""
    inside = [item for item in examples if item.kind == INSIDE]
    if not inside:
        return prior
    plain = [item for item in examples if item.kind != HIDDEN]
    scope = fit(
        np.vstack([item.features[:1] for item in plain]) * (1.0 - LACKS),
        np.array([float(item.kind == INSIDE) for item in plain for _ in item.features[:1]]),
        prior.scope, strength=SCOPE_CAUTION * strength, bounds=_SENSES,
    )  # fmt: skip
    choice = fit(
        np.vstack([item.features for item in inside]) * _BETWEEN, np.concatenate([item.right for item in inside]),
        prior.choice, strength=strength,
    )  # fmt: skip
    draft = Calibration(scope=scope, choice=choice, holding=prior.holding)
    return _scaled(draft, examples, prior, strength)


def _scaled(draft: Calibration, examples: Sequence[Example], prior: Calibration, strength: float) -> Calibration:
    asked = [item for item in examples if len(item.features)]
    evidence = np.concatenate([draft.evidence(item.features[:1]) for item in asked])
    right = np.array([item.right[0] for item in asked])
    weights = np.array([HIDDEN_WEIGHT if item.kind == HIDDEN else 1.0 for item in asked])
    line = fit(
        evidence[:, None], right, Logistic((prior.slope,), prior.offset), weights=weights, strength=0.2 * strength
    )  # fmt: skip
    final = replace(draft, slope=line.weights[0], offset=line.bias)
    chances = final.probability(np.vstack([item.features[:1] for item in asked]))
    certainties = np.array([final.choice.probability(item.features[:1])[0] for item in asked])
    inside = np.array([item.kind == INSIDE for item in asked])
    return replace(
        final, curve=_curve(np.where(_is_clear(chances, certainties), chances, 0.0), right, weights, inside),
        asked=int(inside.sum()),
    )  # fmt: skip


def _is_clear(chances: Matrix, certainties: Matrix) -> NDArray[np.bool_]:
    """Tell which candidates are sure enough against the others: of the rest we ask which one was meant."""
    policy = ConfidencePolicy()
    least = [policy.certainty_for(chance) for chance in chances.tolist()]
    return certainties >= np.array(least)


def _curve(chances: Matrix, right: Matrix, weights: Matrix, inside: NDArray[np.bool_]) -> tuple[Point, ...]:
    points: list[Point] = []
    for threshold in np.arange(0.02, 1.0, 0.02).round(2).tolist():
        spoken = chances >= threshold
        total = float(weights[spoken].sum())
        if total < LEAST_SPOKEN:
            break  # too few to promise anything by
        wrong = float((weights * (1.0 - right))[spoken].sum()) / total
        points.append(Point(threshold, float(spoken[inside].mean()), wrong))
    return tuple(points)


def left_out(index: Index) -> Iterator[Example]:
    """Ask wordings as if they were not in the base, clean and disturbed; and again with their entry hidden."""
    chance = np.random.default_rng(_SEED)
    short = shorthand(index.lexicon)
    counts = np.diff(np.append(index.starts, len(index.wordings)))
    rows = np.flatnonzero(counts[index.owners] > 1)
    if rows.size > SAMPLES:
        rows = np.sort(chance.choice(rows, SAMPLES, replace=False))
    for row in rows.tolist():
        text = index.wordings[row].text
        for number, asked in enumerate((text, disturb(text, short, Habits(), chance))):
            query = prepare(asked, index)
            yield example(query, index, without=row, right=int(index.owners[row]))
            if number == row % 2:
                yield example(query, index, hidden=int(index.owners[row]))


def unrelated(index: Index) -> Iterator[Example]:
    """Ask the package's own unrelated questions, half of them disturbed."""
    chance = np.random.default_rng(_SEED + 1)
    short = shorthand(index.lexicon)
    table = index.lexicon.tables.get("negatives", ())
    for number, row in enumerate(table[:: max(1, len(table) // NEGATIVES)]):
        asked = row.term if number % 2 else disturb(row.term, short, Habits(), chance)
        yield example(prepare(asked, index), index)


def example(
    query: Query,
    index: Index,
    *,
    without: int | None = None,
    hidden: int | None = None,
    right: int = -1,
) -> Example:
    """Rank one question and note which candidate is right (`right`: an entry's place; -1: none is)."""
    field = survey(query, index, without=without)
    ranking = rank(query, index, field, hidden=hidden)
    features = describe(query, index, field, ranking, best=_BEST, without=without)
    kind = HIDDEN if hidden is not None else INSIDE if right >= 0 else OUTSIDE
    return Example(features, (ranking.entries[: len(features)] == right).astype(np.float64), kind)


def fit(
    features: Matrix, labels: Matrix, prior: Logistic, *, weights: Matrix | None = None, strength: float = STRENGTH,
    bounds: Sequence[Bounds] | None = None,
) -> Logistic:  # fmt: skip
    """Return the logistic model likeliest given the examples and a prior of `strength` examples around `prior`.

    `bounds`: least and greatest weight of each feature and of the bias.
    """
    share = np.ones(len(labels)) if weights is None else weights
    design = np.hstack([features, np.ones((len(features), 1))])
    centre = np.array([*prior.weights, prior.bias])
    precision = np.diag(0.25 * strength * np.append(features.var(axis=0) + 1e-4, 1.0))

    def loss(at: Matrix) -> float:
        odds, apart = design @ at, at - centre
        return float(share @ (np.logaddexp(0.0, odds) - labels * odds) + 0.5 * apart @ precision @ apart)

    def slope(at: Matrix) -> Matrix:
        chances = 1.0 / (1.0 + np.exp(-np.clip(design @ at, -30.0, 30.0)))
        steepest: Matrix = design.T @ (share * (chances - labels)) + precision @ (at - centre)
        return steepest

    found = minimize(
        lambda at: (loss(at), slope(at)), centre, jac=True, method="L-BFGS-B", bounds=bounds, options=_PRECISELY
    )
    solution = found.x
    return Logistic(tuple(solution[:-1].tolist()), float(solution[-1]))
