"""What becomes of a question whose reply differs has a name."""

from __future__ import annotations

import pytest

from knowledge.behaviour import Effect, Origin, Question, Reply, effect_of
from knowledge.matching.model import Verdict

ANSWER, CHOICES, UNKNOWN = Verdict.ANSWER, Verdict.CHOICES, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("expected", "origin", "before", "after", "effect"),
    [
        pytest.param("a", Origin.TEST, (ANSWER, "a"), (ANSWER, "new"), Effect.STOLEN, id="answered by the new one"),
        pytest.param(
            "a", Origin.PARAPHRASE, (ANSWER, "a"), (CHOICES, "new"), Effect.STOLEN, id="offered the new one first"
        ),
        pytest.param("a", Origin.TEST, (ANSWER, "a"), (ANSWER, "b"), Effect.LOST, id="answered by another"),
        pytest.param("a", Origin.TEST, (ANSWER, "a"), (CHOICES, "a"), Effect.LOST, id="a test gets a choice"),
        pytest.param("a", Origin.PARAPHRASE, (ANSWER, "a"), (CHOICES, "a"), Effect.WEAKER, id="a paraphrase does"),
        pytest.param(
            "a", Origin.PARAPHRASE, (ANSWER, "a"), (CHOICES, "a new"), Effect.LOST, id="the new one crowds in"
        ),
        pytest.param("a", Origin.PARAPHRASE, (ANSWER, "a"), (UNKNOWN, ""), Effect.LOST, id="no answer at all"),
        pytest.param("a", Origin.TEST, (CHOICES, "a"), (CHOICES, "new"), Effect.OVERTAKEN, id="offered later"),
        pytest.param("a", Origin.TEST, (UNKNOWN, ""), (ANSWER, "a"), Effect.GAINED, id="answered at last"),
        pytest.param("", Origin.TEST, (UNKNOWN, ""), (ANSWER, "new"), Effect.STOLEN, id="answered out of scope"),
        pytest.param("", Origin.TEST, (ANSWER, "b"), (UNKNOWN, ""), Effect.GAINED, id="rightly silent"),
        pytest.param("", Origin.TEST, (UNKNOWN, ""), (CHOICES, "b"), Effect.OTHER, id="a choice claims nothing"),
    ],
)
def test_what_becomes_of_a_question_has_one_name(expected, origin, before, after, effect):
    def reply(verdict: Verdict, keys: str) -> Reply:
        return Reply(verdict=verdict, entries=tuple(keys.split()))

    question = Question(text="?", expected=expected, origin=origin)

    assert effect_of(question, reply(*before), reply(*after), "new") is effect
