"""From scores to a probability, and from the probability to what may be said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.index import Index
from knowledge.matching.query import Query
from knowledge.matching.ranker import Ranking
from knowledge.matching.repair import Edge
from knowledge.matching.scorers import Field

FEATURES = (
    "chars", "cover", "asked", "answer", "document", "topics", "shapes", "model", "odds", "lead", "known", "missing",
    "size", "named",
)  # fmt: skip
"""What the acceptance score sees of a candidate; see `describe`."""

SHARPNESS = 15.0  # turns ranking scores into odds between candidates; fitted together with the fusion weights

Matrix = NDArray[np.float64]


CHOICE_SHARE = 0.5  # how much the doubt between candidates counts beside the doubt whether any fits


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model over FEATURES: 1 / (1 + exp(-(bias + weights · features)))."""

    weights: tuple[float, ...]
    bias: float

    def logit(self, features: Matrix) -> Matrix:
        """Return one log odds for each row, within ±30."""
        raised: Matrix = np.clip(features @ np.array(self.weights) + self.bias, -30.0, 30.0)
        return raised

    def probability(self, features: Matrix) -> Matrix:
        """Return one probability for each row."""
        return 1.0 / (1.0 + np.exp(-self.logit(features)))


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold costs, 0.0-1.0: `answered` of the answerable, and the `wrong` share of all that is answered."""

    threshold: float
    answered: float
    wrong: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Learnt apart: is what is asked in the base at all (`scope`), and is it this entry (`choice`)?

    Their sum of log odds, scaled by `slope` and `offset`, is the log odds that the entry answers the question.
    """

    scope: Logistic
    choice: Logistic
    slope: float = 1.0
    offset: float = 0.0
    curve: tuple[Point, ...] = ()  # rising thresholds, measured where it was learnt

    @classmethod
    def default(cls) -> Calibration:
        """Return the calibration shipped with the package, learnt on its own development bases."""
        return _shipped()

    def evidence(self, features: Matrix) -> Matrix:
        """Return the uncalibrated log odds, one for each row of features."""
        return self.scope.logit(features) + CHOICE_SHARE * np.log(self.choice.probability(features) + 1e-9)

    def probability(self, features: Matrix) -> Matrix:
        """Return the probability that each candidate answers the question."""
        return 1.0 / (1.0 + np.exp(-np.clip(self.slope * self.evidence(features) + self.offset, -30.0, 30.0)))

    def to_json(self) -> str:
        """Return a text that `from_json` reads back."""
        return json.dumps(
            {
                "features": list(FEATURES),
                "scope": [*self.scope.weights, self.scope.bias],
                "choice": [*self.choice.weights, self.choice.bias],
                "slope": self.slope,
                "offset": self.offset,
                "curve": [[point.threshold, point.answered, point.wrong] for point in self.curve],
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """Read a stored calibration. Raises ValueError when it was learnt on other features."""
        stored = json.loads(text)
        if tuple(stored["features"]) != FEATURES:
            raise ValueError("This calibration belongs to another version of the matcher: recalibrate.")
        return cls(
            scope=Logistic(tuple(stored["scope"][:-1]), stored["scope"][-1]),
            choice=Logistic(tuple(stored["choice"][:-1]), stored["choice"][-1]),
            slope=stored["slope"],
            offset=stored["offset"],
            curve=tuple(Point(*point) for point in stored["curve"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidencePolicy:
    """When the matcher may speak. Staff tune it on the test box page."""

    answer_at: float = 0.50  # probability from which the best candidate is spoken as fact
    partial_at: float = 0.25  # probability from which an entry that lacks what is asked is offered as such
    choose_at: float = 0.12  # probability from which candidates are offered as choices
    certainty: float = 0.45  # share against the other candidates below which we ask which one was meant

    @classmethod
    def at_most(cls, wrong: float, calibration: Calibration) -> ConfidencePolicy:
        """Return the policy that answers most while at most `wrong` (0.0-1.0) of what is answered is wrong.

        Rests on the calibration's own curve; without one, or when no threshold keeps the promise, answers only what
        is nearly certain.
        """
        kept = [point.threshold for point in calibration.curve if point.wrong <= wrong]
        return cls(answer_at=min(kept, default=max(0.95, 1.0 - wrong)))


@cache
def _shipped() -> Calibration:
    source = resources.files("knowledge.matching").joinpath("calibration.json")
    return Calibration.from_json(source.read_text(encoding="utf-8"))


def describe(query: Query, index: Index, field: Field, ranking: Ranking, *, best: int = 5) -> Matrix:
    """Return the features of the first candidates, one row each, columns as in FEATURES.

    chars … model: the scorers' figures; asked: share of the question in the best wording; odds: log odds of this
    candidate against the others; lead: score over the best rival; known: share of the question in words the base
    knows; missing: share of its heaviest word that the entry lacks; size: log of the question's weight; named: 1.0 when
    its wordings name the very document of the question, 0.5 when its answer does.
    """
    size = min(best, len(ranking))
    out = np.zeros((size, len(FEATURES)))
    words = _weighty(query, index)
    scores = ranking.scores.astype(np.float64)
    powers = np.exp(SHARPNESS * (scores - scores.max())) if len(ranking) else scores
    for at in range(size):
        rest = float(powers.sum() - powers[at])
        rivals = np.delete(scores, at)
        evidence = [float(ranking.evidence[name][at]) for name in ("answer", "document", "topics", "shapes", "model")]
        out[at] = [
            float(ranking.evidence["chars"][at]), float(ranking.evidence["cover"][at]),
            float(field.asked[ranking.rows[at]]), *evidence,
            float(np.clip(np.log(powers[at] / max(rest, 1e-9)), -4.0, 4.0)),
            scores[at] - (rivals.max() if rivals.size else 0.0), query.known,
            _heaviest_missing(words, index.holdings[int(ranking.entries[at])]), float(np.log1p(query.content)),
            index.book.fit(int(ranking.entries[at]), query.entities) if query.entities.documents else 0.0,
        ]  # fmt: skip
    return out


def _weighty(query: Query, index: Index) -> list[tuple[float, tuple[Edge, ...]]]:
    """Return each word of a question once: its share of the question's weight, and what it may be read as."""
    total = query.content or 1.0
    readings = dict(zip(query.words, query.lattice.covering, strict=True))
    return [(index.word_weight(word) / total, edges) for word, edges in readings.items()]


def _heaviest_missing(words: Sequence[tuple[float, tuple[Edge, ...]]], held: frozenset[str]) -> float:
    """Return the share of the question's weight in its heaviest word that is not among the syllables `held`."""
    worst = 0.0
    for share, edges in words:
        if share > worst:  # else nothing can make it the heaviest
            surest = max((edge.weight for edge in edges if held.issuperset(edge.forms)), default=0.0)
            worst = max(worst, (1.0 - surest) * share)
    return min(worst, 1.0)
