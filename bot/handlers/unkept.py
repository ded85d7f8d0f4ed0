"""Telephone numbers, mail addresses and the like: masked before anything is stored, and the person is told so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from msgspec import structs

from bot.dispatcher import Handler, dispatch
from bot.handlers.composing import PERSON, Office, remembering
from bot.handlers.hearing import is_question
from bot.handlers.saying import MOST_WORDS, is_made_of, utterance_of
from bot.messages import Choice, HandoffRequest, Mode, Outcome, OutcomeKind, Reply, Trace, Turn
from bot.personal import may_be_name
from bot.phrases import phrase
from bot.privacy import EMAIL, NUMBER, PHONE
from knowledge.base import Knowledge

_MASKS = re.compile("|".join(map(re.escape, (PHONE, EMAIL, NUMBER))))


class Unkept:
    """Stands before `others`, who answer what is asked besides. Numbers are given to be called, and nobody can."""

    def __init__(self, office: Office, others: Sequence[Handler] = ()) -> None:
        self._office = office
        self._others = others

    def __call__(self, turn: Turn, knowledge: Knowledge) -> Outcome | None:
        """Return the outcome when something in the message was masked; None when nothing was."""
        text = turn.update.text
        if turn.update.payload or _MASKS.search(text) is None:
            return None
        if turn.mode is Mode.STAFF:
            return self._told(turn, "given_to_staff")
        rest = " ".join(_MASKS.sub(" ", text).split())
        if not rest or is_made_of(utterance_of(rest), "manners.given"):
            return self._told(turn, "given_reply")
        return self._besides(turn, rest, knowledge) if PHONE in text or EMAIL in text else None

    def _besides(self, turn: Turn, rest: str, knowledge: Knowledge) -> Outcome | None:
        """Have what else is in the message answered, read without its masks, and say below it what was not kept."""
        outcome = dispatch(replace(turn, update=structs.replace(turn.update, text=rest)), knowledge, self._others)
        if outcome is None or outcome.reply is None:
            return outcome
        if outcome.kind is OutcomeKind.UNKNOWN and not is_question(rest) and len(rest.split()) <= MOST_WORDS:
            return self._told(turn, "given_reply")  # a name, and where somebody lives
        if outcome.kind is OutcomeKind.CHOICES and may_be_name(rest):
            return self._told(turn, "given_reply")
        said = f"{outcome.reply.text}\n\n{phrase('manners.given_note')}"
        return replace(outcome, reply=replace(outcome.reply, text=said))

    def _told(self, turn: Turn, wording: str) -> Outcome:
        """Say that it was not kept; who waits for staff is told once more when somebody will come."""
        may_ask = turn.mode is Mode.BOT
        choice = Choice(title=phrase("manners.person"), short_title=phrase("manners.person"), payload=PERSON)
        reply = Reply(
            text=phrase(f"manners.{wording}", office=self._office.reached()),
            choices=(choice,) if may_ask else (),
            links=self._office.links(),
        )
        return Outcome(
            kind=OutcomeKind.SMALLTALK,
            trace=Trace(handler="unkept", reason=wording),
            reply=reply,
            state=remembering(reply, turn.state, at=turn.at) if may_ask else turn.state,
            handoff=HandoffRequest(reason="asked_for_person") if turn.mode is Mode.WAITING else None,
        )
