"""Courtesies, "help", "stop", "let me talk to a person" and "delete my data"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from bot.handlers.composing import PERSON, Office, featured, is_wording, remembering
from bot.handlers.saying import Utterance, mentions, says, utterance_of
from bot.messages import Choice, DialogueState, HandoffRequest, Outcome, OutcomeKind, Reply, Trace, Turn
from bot.phrases import phrase, words
from knowledge.base import Knowledge
from knowledge.matching.normalizer import fold
from knowledge.understanding import readings

ERASE, KEEP = "#erase", "#keep"
# When several are in one message ("chào ad, cảm ơn"), the earlier name here decides.
INTENTS = ("person_alone", "help", "cancel", "thanks", "bye", "greet", "ack")
_WORD = re.compile(r"\w+")


class Smalltalk:
    """Answers a message only when nothing else is in it: "chào ad, nq 93 là gì" is a question, not a greeting."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def __call__(self, turn: Turn, knowledge: Knowledge) -> Outcome | None:
        """Return the outcome when the message is an intent of ours."""
        payload = turn.update.payload
        if payload == PERSON or _asks_for_person(turn.update.text):
            return self._hand_over(turn)
        text = turn.update.text
        is_call = not payload and wants_call(utterance_of(text))
        if is_call and not is_wording(text, knowledge.snapshot.entries.values()):
            return self._hand_over(turn, meanwhile="meanwhile_call")
        if payload in {ERASE, KEEP} or (not payload and says(utterance_of(turn.update.text), "privacy.ask")):
            return self._privacy(turn, payload)
        intent = intent_in(turn)
        if intent is None:
            return None
        if intent == "person_alone":
            return self._hand_over(turn)
        choices = featured(knowledge.snapshot, on=turn.on) if intent in {"greet", "help"} else ()
        reply = Reply(text=phrase(f"smalltalk.{intent}_reply"), choices=choices)
        state = remembering(reply, turn.state, at=turn.at) if choices or intent == "cancel" else turn.state
        return Outcome(kind=OutcomeKind.SMALLTALK, trace=_trace(intent), reply=reply, state=state)

    def _hand_over(self, turn: Turn, meanwhile: str = "meanwhile") -> Outcome:
        noted = phrase("smalltalk.person_reply")
        text = f"{noted}\n\n{phrase(f'handoff.{meanwhile}', office=self._office.reached())}"
        return Outcome(
            kind=OutcomeKind.HANDOFF,
            trace=_trace("person"),
            reply=Reply(text=text, links=self._office.links()),
            state=turn.state,
            handoff=HandoffRequest(reason="asked_for_person"),
            miss="asked_for_person",
        )

    def _privacy(self, turn: Turn, payload: str) -> Outcome:
        if payload == ERASE:
            reply, state = Reply(text=phrase("privacy.erased")), DialogueState()
        elif payload == KEEP:
            reply = Reply(text=phrase("privacy.kept"))
            state = remembering(reply, turn.state, at=turn.at, entry=turn.state.entry)  # a later yes deletes nothing
        else:
            yes = Choice(title=phrase("privacy.confirm_yes"), payload=ERASE)
            no = Choice(title=phrase("privacy.confirm_no"), payload=KEEP)
            reply = Reply(text=phrase("privacy.confirm"), choices=(yes, no))
            state = remembering(reply, turn.state, at=turn.at)
        return Outcome(
            kind=OutcomeKind.PRIVACY,
            trace=_trace(payload.removeprefix("#") or "ask"),
            reply=reply,
            state=state,
            erase=payload == ERASE,
        )


def wants_call(heard: Utterance) -> bool:
    """Tell whether somebody wants to be called or to talk to a person, and does not ask for a number to call."""
    return says(heard, "manners.call") and not mentions(heard, "manners.call_number")


def intent_in(turn: Turn) -> str | None:
    """Return the intent of a turn that holds nothing but courtesies, else None."""
    return None if turn.update.payload else courtesy_of(turn.update.text)


def courtesy_of(text: str) -> str | None:
    """Return the intent of a text, spelled in any way, that holds nothing but courtesies, else None."""
    said = (_normal(text), *map(" ".join, utterance_of(text).readings))
    return next((intent for each in said if (intent := intent_of(each))), None)


def intent_of(text: str) -> str | None:
    """Return the intent of a folded text that holds nothing but courtesies, else None."""
    tokens = text.split()
    found: set[str] = set()
    position = 0
    while position < len(tokens):
        length, intent = _longest(tokens[position:])
        if not length:
            return None
        found.add(intent)
        position += length
    return next((intent for intent in INTENTS if intent in found), None)


def _longest(tokens: list[str]) -> tuple[int, str]:
    """Return the longest known phrase at the beginning of `tokens`: its length in words and its intent."""
    table = _phrases()
    for length in range(min(len(tokens), max(len(key) for key in table)), 0, -1):
        intent = table.get(tuple(tokens[:length]))
        if intent is not None:
            return length, intent
    return 0, ""


@cache
def _phrases() -> Mapping[tuple[str, ...], str]:
    return dict(_entries())


def _entries() -> Iterator[tuple[tuple[str, ...], str]]:
    for intent in ("filler", *reversed(INTENTS)):  # a later entry wins: intents over fillers, earlier ones over later
        for text in words(f"smalltalk.{intent}"):
            yield tuple(_normal(text).split()), intent


@cache
def _folded(key: str) -> frozenset[str]:
    return frozenset(_normal(text) for text in words(key))


def _asks_for_person(text: str) -> bool:
    """Tell whether a person is asked for, whatever else is said: as it is typed, or with chat spellings written out."""
    said = {_normal(text), *map(" ".join, readings(text))}
    return any(f" {known} " in f" {each} " for known in _folded("smalltalk.person") for each in said)


def _normal(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))


def _trace(reason: str) -> Trace:
    return Trace(handler="smalltalk", reason=reason)
