"""Asking once whether a person wants to be told, and taking the answer down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.handlers.composing import Office
from bot.handlers.faq import Faq
from bot.handlers.picking import Picking
from bot.handlers.telling import DO_NOT_TELL, digest_of, telling
from bot.messages import DialogueState, OutcomeKind, Turn, UpdateKind
from bot.phrases import phrase
from knowledge.matching.model import Match, Reason, Verdict
from tests.support.fakes import FakeMatcher, an_update, knowledge_of

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
FAQ = Faq(Office(name="Sở KH&CN"))
PICKING = Picking(Office(), (telling,))
QUESTION = "Trồng nấm có được hỗ trợ không?"


class Puzzled(FakeMatcher):
    """Knows nothing, for the reason given."""

    def __init__(self, reason, verdict=Verdict.UNKNOWN):
        super().__init__(())
        self.result = Match(verdict=verdict, reason=reason)

    def match(self, text, *, context=None):
        return self.result


def asked(text=QUESTION, *, reason=Reason.TOO_LOW, verdict=Verdict.UNKNOWN, state=None, **update):
    turn = Turn(update=an_update(text, **update), at=NOW, on=date(2026, 1, 5), state=state or DialogueState())
    return FAQ(turn, replace(knowledge_of(), matcher=Puzzled(reason, verdict)))


def tapped(payload="", text="", *, state=None):
    kind = UpdateKind.CHOICE if payload else UpdateKind.TEXT
    update = an_update(text, kind=kind, payload=payload)
    return PICKING(Turn(update=update, at=NOW, on=date(2026, 1, 5), state=state or DialogueState()), knowledge_of())


def offers(outcome):
    return [choice.payload for choice in outcome.reply.choices if choice.payload.startswith("#tell:")]


@pytest.mark.parametrize(
    ("reason", "verdict", "expected"),
    [
        pytest.param(Reason.TOO_LOW, Verdict.UNKNOWN, True, id="unknown"),
        pytest.param(Reason.ENTITY_UNKNOWN, Verdict.UNKNOWN, True, id="unknown document"),
        pytest.param(Reason.ASPECT_NOT_COVERED, Verdict.PARTIAL, True, id="not stated"),
        pytest.param(Reason.OUT_OF_SCOPE, Verdict.UNKNOWN, False, id="none of our business"),
        pytest.param(Reason.TOO_SHORT, Verdict.UNKNOWN, False, id="no question yet"),
    ],
)
def test_who_got_no_answer_is_asked_whether_to_be_told_when_there_may_be_one(reason, verdict, expected):
    assert bool(offers(asked(reason=reason, verdict=verdict))) is expected


def test_the_same_question_is_not_asked_about_twice():
    first = asked()

    again = asked("trồng nấm có được hỗ trợ không", state=first.state)
    other = asked("Nuôi cá tầm có được hỗ trợ không?", state=again.state)

    assert offers(first)
    assert not offers(again)
    assert offers(other) != offers(first)


def test_the_command_line_is_not_asked():
    assert not offers(asked(contact=""))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"payload": f"#tell:{digest_of(QUESTION)}"}, id="by the button"),
        pytest.param({"text": "1"}, id="by its number"),
        pytest.param({"text": "bao cho toi khi co cau tra loi"}, id="by its label"),
    ],
)
def test_a_yes_is_taken_down_with_the_question_and_the_very_words(answer):
    outcome = tapped(**answer, state=asked().state)

    assert outcome.kind is OutcomeKind.PRIVACY
    assert outcome.consent.agreed
    assert outcome.consent.question == digest_of(QUESTION)
    assert phrase("telling.ask") in outcome.consent.wording
    assert [choice.payload for choice in outcome.reply.choices] == [DO_NOT_TELL]


def test_a_wish_can_be_withdrawn():
    outcome = tapped(DO_NOT_TELL)

    assert outcome.consent.agreed is False
    assert not outcome.reply.choices


def test_buttons_fit_where_titles_are_shortest():
    assert len(phrase("telling.offer_short")) <= 20
    assert len(phrase("telling.withdraw_short")) <= 20


@pytest.mark.parametrize("text", ["", "???", "\N{THUMBS UP SIGN}"])
def test_what_is_no_question_has_no_digest(text):
    assert digest_of(text) == ""
