"""From scores to a probability, and from the probability to what may be said."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from knowledge.matching.index import Index
from knowledge.matching.judging.compounds import strange
from knowledge.matching.judging.holding import lack, wish
from knowledge.matching.query import Query
from knowledge.matching.ranker import Ranking
from knowledge.matching.scorers import Field

FEATURES = (
    "chars", "cover", "asked", "answer", "document", "topics", "shapes", "model", "odds", "lead", "known", "missing",
    "strange", "size", "named", "unheld", "unmet", "year",
)  # fmt: skip
"""What the acceptance score sees of a candidate; see `describe`."""

FALLING = frozenset({"missing", "strange"})  # more of it never makes an entry likelier to answer
FREE = frozenset(
    {"size"}
)  # neither more nor less of it need mean anything; more of all others never makes it unlikelier

LACKS = np.array([float(name in {"unheld", "unmet", "year"}) for name in FEATURES])
"""1.0 for the features that `holding` alone judges."""

SHARPNESS = 19.5  # turns ranking scores into odds between candidates; fitted together with the fusion weights

Matrix = NDArray[np.float64]


# Log odds that an entry holds what is asked at which its confidence is lowered half-way, and how steeply.
HELD_AT, HELD_SHARPNESS = -0.3, 5.0
LEAST_HELD = 0.4  # what is left of the confidence of an entry that holds nothing of it: enough to be offered
NEARLY_CERTAIN = 0.98  # still answers what one entry alone has word for word (EXACT of the matcher)
CHOICE_SHARE = 0.5  # how much the doubt between candidates counts beside the doubt whether any fits
# A base with many wordings of each entry is surer of what it holds, and can ask for more before it speaks.
ENOUGH = 0.75  # share of its own wordings, left out in turn, that are still to be answered
SUREST = 0.70  # confidence that is never asked for more than, unless staff allow few wrong answers


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

    Their sum of log odds, scaled by `slope` and `offset`, is the log odds that the entry answers the question. What
    the entry lacks of it (`holding`) lowers that.
    """

    scope: Logistic
    choice: Logistic
    holding: Logistic  # does an entry on the topic hold what is asked? Not learnt from a base: it has no examples
    slope: float = 1.0
    offset: float = 0.0
    curve: tuple[Point, ...] = ()  # rising thresholds, measured where it was learnt
    asked: int = 0  # answerable examples behind the curve; 0: not known

    @classmethod
    def default(cls) -> Calibration:
        """Return the calibration shipped with the package, learnt on its own development bases."""
        return _shipped()

    def evidence(self, features: Matrix) -> Matrix:
        """Return the uncalibrated log odds, one for each row of features."""
        return self.scope.logit(features) + CHOICE_SHARE * np.log(self.choice.probability(features) + 1e-9)

    def probability(self, features: Matrix) -> Matrix:
        """Return the probability that each candidate answers the question."""
        raised = np.clip(self.slope * self.evidence(features) + self.offset, -30.0, 30.0)
        return self.held(features) / (1.0 + np.exp(-raised))

    def held(self, features: Matrix) -> Matrix:
        """Return how far each candidate may be taken to hold what is asked, LEAST_HELD-1.0."""
        raised = HELD_SHARPNESS * (self.holding.logit(features) - HELD_AT)
        return LEAST_HELD + (1.0 - LEAST_HELD) / (1.0 + np.exp(-np.clip(raised, -30.0, 30.0)))

    def to_json(self) -> str:
        """Return a text that `from_json` reads back."""
        return json.dumps(
            {
                "features": list(FEATURES),
                "scope": [*self.scope.weights, self.scope.bias],
                "choice": [*self.choice.weights, self.choice.bias],
                "holding": [*self.holding.weights, self.holding.bias],
                "slope": self.slope,
                "offset": self.offset,
                "curve": [[point.threshold, point.answered, point.wrong] for point in self.curve],
                "asked": self.asked,
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
            holding=Logistic(tuple(stored["holding"][:-1]), stored["holding"][-1]),
            slope=stored["slope"],
            offset=stored["offset"],
            curve=tuple(Point(*point) for point in stored["curve"]),
            asked=stored.get("asked", 0),  # what was learnt before this was counted lacks it
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidencePolicy:
    """When the matcher may speak. Staff make it more careful on the test box page (`at_most`)."""

    answer_at: float = 0.34  # probability from which the best candidate is spoken as fact
    partial_at: float = 0.25  # probability from which an entry that lacks what is asked is offered as such
    choose_at: float = 0.08  # probability from which candidates are offered as choices
    certainty: float = 0.45  # share against the other candidates below which we ask which one was meant
    sure_at: float = 0.75  # probability below which that share must be greater
    more_certainty: float = 0.52  # namely so great: what may not be in the base must at least be no other entry
    vague_below: float = 0.34  # probability below which a question that names no topic is asked back
    caution: float | None = None  # share of wrong answers that staff allow at most; None: they chose none

    def certainty_for(self, confidence: float) -> float:
        """Return the share against the other candidates that an answer of such confidence needs."""
        return self.certainty if confidence >= self.sure_at else max(self.certainty, self.more_certainty)

    @classmethod
    def usual(cls, calibration: Calibration) -> ConfidencePolicy:
        """Return the policy of a base whose staff chose no caution.

        It asks for as much confidence, up to SUREST, as leaves ENOUGH of the left-out wordings answered. The default
        policy where that leaves too few, and where the calibration was not learnt on the base at hand.
        """
        default = cls()
        if not calibration.asked:
            return default
        kept = (
            point.threshold
            for point in calibration.curve
            if point.answered >= ENOUGH and default.answer_at <= point.threshold <= SUREST
        )
        return replace(default, answer_at=max(kept, default=default.answer_at))

    @classmethod
    def at_most(cls, wrong: float | None, calibration: Calibration) -> ConfidencePolicy:
        """Return the policy that answers most while at most `wrong` (0.0-1.0) of what is answered is wrong.

        None: the usual policy. Only `answer_at` differs from that, and never is it lower. Rests on the calibration's
        own curve; without one, or when no threshold keeps the promise, answers only what is nearly certain.
        """
        usual = cls.usual(calibration)
        if wrong is None:
            return usual
        thresholds = (point.threshold for point in calibration.curve if point.wrong <= wrong)
        kept = (threshold for threshold in thresholds if threshold >= usual.answer_at)
        return replace(usual, answer_at=min(kept, default=NEARLY_CERTAIN), caution=wrong)


@cache
def _shipped() -> Calibration:
    source = resources.files("knowledge.matching.judging").joinpath("calibration.json")
    return Calibration.from_json(source.read_text(encoding="utf-8"))


def describe(
    query: Query, index: Index, field: Field, ranking: Ranking, *, best: int = 5, without: int | None = None
) -> Matrix:
    """Return the features of the first candidates, one row each, columns as in FEATURES.

    chars … model: the scorers' figures; asked: share of the question in the best wording; odds: log odds of this
    candidate against the others; lead: score over the best rival; known: share of the question in words the base
    knows; missing: share of its heaviest word that the entry lacks; strange: that of
    knowledge.matching.judging.compounds; size: log of the question's weight; named: 1.0 when
    its wordings name the very document of the question, 0.5 when its answer does; unheld, unmet, year: the lacks of
    knowledge.matching.judging.holding, whole, wanted and year. `without`: a wording to behave as if it did not exist.
    """
    size = min(best, len(ranking))
    out = np.zeros((size, len(FEATURES)))
    wished = wish(query, index)
    apart = strange(query.reading, index)
    scores = ranking.scores.astype(np.float64)
    powers = np.exp(SHARPNESS * (scores - scores.max())) if len(ranking) else scores
    for at in range(size):
        rest = float(powers.sum() - powers[at])
        rivals = np.delete(scores, at)
        entry = int(ranking.entries[at])
        own = without if without is not None and index.owners[without] == entry else None
        lacking = lack(wished, index, entry, without=own)
        evidence = [float(ranking.evidence[name][at]) for name in ("answer", "document", "topics", "shapes", "model")]
        out[at] = [
            float(ranking.evidence["chars"][at]), float(ranking.evidence["cover"][at]),
            float(field.asked[ranking.rows[at]]), *evidence,
            float(np.clip(np.log(powers[at] / max(rest, 1e-9)), -4.0, 4.0)),
            scores[at] - (rivals.max() if rivals.size else 0.0), query.known,
            lacking.heaviest, apart, float(np.log1p(query.content)),
            index.book.fit(entry, query.entities) if query.entities.documents else 0.0,
            lacking.whole, lacking.wanted, lacking.year,
        ]  # fmt: skip
    return out
