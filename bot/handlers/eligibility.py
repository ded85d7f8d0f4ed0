"""Beginning an eligibility guide, by a question or a tap, and leading it to its ruling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from bot.handlers.composing import Office, is_wording, remembering
from bot.handlers.guides import openings, prompt_reply, read_payload, ruling_reply, slip_of, spoken_answer
from bot.handlers.hearing import is_question, mentioned
from bot.handlers.picking import picked
from bot.messages import Outcome, OutcomeKind, Reply, Trace, Turn
from bot.phrases import phrase, words
from knowledge.base import Knowledge
from knowledge.eligibility.engine import Cancelled, Command, Given, Prompt, Ruling, Run, advance
from knowledge.eligibility.model import Guide, Step
from knowledge.matching.lexicon import Forms
from knowledge.matching.normalizer import forms
from knowledge.snapshot import PublishedGuide, Snapshot
from knowledge.understanding import consists_of, folded, position, readings

_CLAUSES = re.compile(r"[,.;!\n]+")


class Eligibility:
    """Begins a guide. Stands before the questions: "cty e có dc hỗ trợ ko" is one that no entry can answer."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def __call__(self, turn: Turn, knowledge: Knowledge) -> Outcome | None:
        """Return the first question of a guide, or which guides there are; None when none is asked for."""
        snapshot = knowledge.snapshot
        payload = turn.update.payload or picked(turn)
        tapped = read_payload(payload)
        if tapped is not None:
            published = snapshot.guides.get(tapped[0])
            return self.begin(turn, published) if published else self.gone(turn)
        wanted = () if payload else asked_for(turn.update.text, snapshot)
        if not wanted:
            return None
        if len(wanted) > 1:
            return self._which(turn, snapshot)
        return self.begin(turn, wanted[0], heard=turn.update.text)

    def begin(self, turn: Turn, published: PublishedGuide, *before: str, heard: str = "") -> Outcome:
        """Return the first question of a guide that what was `heard` leaves open, below what is said `before` it."""
        run = Run(guide=published.guide.key, revision=published.revision)
        said = (*before, published.guide.intro, phrase("guide.hint"))
        return self.lead(turn, published, run, Command.BEGIN, *said, heard=heard)

    def lead(
        self, turn: Turn, published: PublishedGuide, run: Run, said: Given | Command, *before: str, heard: str = ""
    ) -> Outcome:
        """Take an answer or a command; return the next question or the ruling.

        `heard`: the text an answer was understood from. It is confirmed back, with what else it tells. Raises
        ValueError for an answer that its step does not know.
        """
        guide = published.guide
        led = advance(guide, run, said)
        noted = [said] if heard and isinstance(said, Given) else []
        while heard and isinstance(led, Prompt):
            more = mentioned(led.step, heard)
            if more is None or len(more.values) > 1:
                break
            noted.append(Given(step=led.step.key, value=more.values[0]))
            led = advance(guide, led.run, noted[-1])
        before = (*before, _noted(published, noted))
        if isinstance(led, Cancelled):
            return self._outcome(turn, "cancelled", Reply(text=phrase("guide.cancelled")), None)
        if isinstance(led, Prompt):
            return self._outcome(turn, f"asked:{led.step.key}", prompt_reply(guide, led.step, *before), led.run)
        return self._ruled(turn, published, led, before)

    def gone(self, turn: Turn) -> Outcome:
        """Say that a guide is not there any more."""
        text = f"{phrase('guide.withdrawn')} {self._office.offer()}"
        return self._outcome(turn, "withdrawn", Reply(text=text, links=self._office.links()), None)

    def _ruled(self, turn: Turn, published: PublishedGuide, ruling: Ruling, before: Sequence[str]) -> Outcome:
        slip = slip_of(published, ruling, office=self._office)
        reply = ruling_reply(published.guide, slip, *before, office=self._office)
        # The run is kept, so that an answer may still be corrected.
        outcome = self._outcome(turn, f"ruled:{ruling.kind.value}", reply, ruling.run)
        return replace(outcome, slip=slip, state=replace(outcome.state, run_at=None))

    def _which(self, turn: Turn, snapshot: Snapshot) -> Outcome:
        reply = Reply(text=phrase("guide.several"), choices=openings(snapshot))
        return self._outcome(turn, "several", reply, None)

    @staticmethod
    def _outcome(turn: Turn, reason: str, reply: Reply, run: Run | None) -> Outcome:
        state = remembering(reply, turn.state, at=turn.at)
        return Outcome(
            kind=OutcomeKind.GUIDE,
            trace=Trace(handler="eligibility", reason=reason),
            reply=reply,
            state=replace(state, run=run, run_at=turn.at if run else None),
        )


def asked_for(text: str, snapshot: Snapshot) -> tuple[PublishedGuide, ...]:
    """Return the guides that a message asks for and nothing else. A known wording of an entry asks for that entry."""
    if not snapshot.guides or not text.strip():
        return ()
    meant = readings(text)
    guides = tuple(snapshot.guides.values())
    named = tuple(each for each in guides if _wordings(each.guide.wordings) & set(meant))
    found = named or tuple(each for each in guides if any(_asks(reading, each.guide) for reading in meant))
    found = found or (guides if _asks_besides(text) else ())
    return found if found and not is_wording(text, snapshot.entries.values()) else ()


def _asks(reading: Forms, guide: Guide) -> bool:
    """Tell whether a message is made of asking for a check, or of "am I supported" said of oneself.

    Who one is may be said with it, or what the guide is about; both together are a question for the entries.
    """
    around = _words("ask_around") | _words("ask_subject") | _words("ask_self")
    of_oneself = any(position(word, reading) >= 0 for word in _words("ask_self"))
    needed = _words("ask_check") | (_words("ask") if of_oneself else frozenset())
    beside = (_names_of_people(guide.steps[:1]), frozenset((form,) for form in forms(guide.title)))
    return any(consists_of(reading, around | _words("ask") | names, needed=needed) for names in beside)


def _asks_besides(text: str) -> bool:
    """Tell whether one clause of a message asks for a check, and the others only tell something of the person."""
    said = [clause for clause in _CLAUSES.split(text) if clause.strip()]
    around = _words("ask_around") | _words("ask_subject") | _words("ask_self")
    asking = [it for it in said if any(consists_of(each, around, needed=_words("ask_check")) for each in readings(it))]
    return len(asking) == 1 and len(said) > 1 and not any(is_question(it) for it in said if it not in asking)


def _noted(published: PublishedGuide, noted: Sequence[Given]) -> str:
    steps = ((published.guide.step(given.step), given.value) for given in noted)
    answers = [phrase("guide.noted_one", answer=spoken_answer(step, value)) for step, value in steps if step]
    return phrase("guide.noted", answers=", ".join(answers)) if answers else ""


@cache
def _wordings(texts: tuple[str, ...]) -> frozenset[Forms]:
    return frozenset(reading for text in texts for reading in readings(text)[:1])


@cache
def _names_of_people(first: tuple[Step, ...]) -> frozenset[Forms]:
    """Return what people call themselves, where the first question of a guide asks for it."""
    names = [name for step in first for choice in step.choices for name in (choice.label, *choice.synonyms)]
    return folded(names) | {reading for name in names for reading in readings(name)}  # "tnhh" is read written out


@cache
def _words(name: str) -> frozenset[Forms]:
    return folded(words(f"guide.{name}"))
