"""Before a word is taught, staff see which answers it would cost."""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks.cuts import GIVEN, starter
from knowledge.behaviour import Effect, Origin, Question
from knowledge.lexicon_trial import check_lexicon
from knowledge.matching.lexicon import ABBREVIATION, FILLER, SYNONYM, Term
from knowledge.matching.matcher import Matcher

RESOLUTION = "nghị quyết 93 là gì"


@cache
def matcher() -> Matcher:
    return Matcher.build(tuple(starter(GIVEN).entries.values())).calibrated()


def trial(term: Term, *tests: Question):
    return check_lexicon(matcher(), [term], [term], tests)


def test_a_courtesy_that_citizens_ask_with_costs_answers():
    expected = matcher().match(RESOLUTION).candidates[0].entry

    report = trial(Term(term="nghị quyết", meaning="", kind=FILLER), Question(text=RESOLUTION, expected=expected))

    lost = {(shift.effect, shift.question.origin, shift.question.text) for shift in report.blocking}
    assert (Effect.LOST, Origin.TEST, RESOLUTION) in lost
    assert (Effect.LOST, Origin.WORDING, "Các nội dung được hỗ trợ theo Nghị quyết 93/2021/NQ-HĐND") in lost
    assert Effect.STOLEN not in {shift.effect for shift in report.shifts}


@pytest.mark.parametrize(
    "term",
    [
        pytest.param(Term(term="kính gửi quý sở", meaning="", kind=FILLER), id="a courtesy nobody asks with"),
        pytest.param(Term(term="vvkn", meaning="nghị quyết 93", kind=ABBREVIATION, weight=0.9), id="an abbreviation"),
        pytest.param(Term(term="trụ sở đóng", meaning="địa chỉ", kind=SYNONYM, weight=0.7), id="another word"),
    ],
)
def test_a_harmless_term_costs_nothing(term):
    assert trial(term).blocking == ()


def test_what_nobody_says_is_not_asked():
    assert trial(Term(term="xyzt", meaning="", kind=FILLER)).asked == 0


def test_a_term_that_is_taken_out_is_looked_at_too():
    taught = Term(term="nghị quyết", meaning="", kind=FILLER)

    report = check_lexicon(matcher(), [], [taught])

    assert report.asked > 0
    assert report.shifts == ()
