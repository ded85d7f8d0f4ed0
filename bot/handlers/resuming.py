"""Inside an eligibility guide: answers and commands lead on; after anything else the guide resumes where it stood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.dispatcher import Handler, dispatch
from bot.handlers.composing import ENTRY_PREFIX, GUIDE_PREFIX, opening_of
from bot.handlers.deadline_claims import COMPETITION_PREFIX
from bot.handlers.eligibility import Eligibility
from bot.handlers.guides import choices_of, payload_of, prompt_reply, question_of, read_payload
from bot.handlers.hearing import Heard, command_of, corrected, hear, is_correction, is_mere_agreement, is_question
from bot.handlers.picking import picked
from bot.handlers.speaking import FULL_PREFIX
from bot.layout import PARAGRAPH, paragraphs, source_line
from bot.messages import Choice, Link, Outcome, OutcomeKind, Reply, Trace, Turn
from bot.phrases import phrase
from knowledge.base import Knowledge
from knowledge.eligibility.engine import Command, Given, Prompt, Run, advance
from knowledge.eligibility.model import Step
from knowledge.snapshot import PublishedGuide

# Behind choices that merely go on from an answer.
_ENTRIES = (ENTRY_PREFIX, GUIDE_PREFIX, FULL_PREFIX, COMPETITION_PREFIX)
_MOST_CHOICES = 10  # a WhatsApp list has no more rows
# What is worth saying although a guide is open that cannot be gone on with: everything else would be idle talk.
_WEIGHTY = frozenset(
    {OutcomeKind.ANSWER, OutcomeKind.PARTIAL, OutcomeKind.DEADLINE, OutcomeKind.HANDOFF, OutcomeKind.PRIVACY}
)
# Asides below which the open question is repeated; the others end with choices of their own, or with a person.
_RESUMED = frozenset({OutcomeKind.ANSWER, OutcomeKind.PARTIAL, OutcomeKind.DEADLINE, OutcomeKind.SMALLTALK})


class Resuming:
    """The first handler while a guide is open. `aside`: who answers what is not meant for the guide, in order."""

    def __init__(self, guides: Eligibility, aside: Sequence[Handler], *, idle_days: int) -> None:
        self._guides = guides
        self._aside = aside
        self._idle_days = idle_days

    def __call__(self, turn: Turn, knowledge: Knowledge) -> Outcome | None:
        """Return the outcome while a guide is open; None when none is."""
        run = turn.state.run
        if run is None:
            return None
        published = knowledge.snapshot.guide(run.guide, run.revision)
        if turn.state.run_at is None:
            return self._ruled(turn, published, run) if published else None
        if self._has_expired(turn) or published is None:
            return self._ended(turn, knowledge, run)
        return self._within(turn, knowledge, published, run)

    def _within(self, turn: Turn, knowledge: Knowledge, published: PublishedGuide, run: Run) -> Outcome | None:
        # The open question's menu lives as long as the run, not as long as other menus.
        lasting = replace(turn, state=replace(turn.state, at=turn.at))
        payload = turn.update.payload or picked(lasting)
        tapped = read_payload(payload)
        if tapped is not None and tapped[0] == run.guide:
            return self._lead(turn, published, run, tapped[1])
        said = None if payload else command_of(turn.update.text)
        if said is not None:
            return self._lead(turn, published, run, said)
        prompt = advance(published.guide, run, Command.BEGIN)
        assert isinstance(prompt, Prompt)  # else the run would be at its end
        heard = None if payload else _heard(prompt.step, turn.update.text)
        changed = None if payload or (heard and not heard.is_loose) else _changed(published, run, turn.update.text)
        if changed is not None:
            return self._guides.lead(turn, published, run, changed, heard=turn.update.text)
        if heard is not None:
            return self._answer(turn, published, prompt, heard)
        return self._beside(turn, knowledge, published, prompt)

    def _ruled(self, turn: Turn, published: PublishedGuide, run: Run) -> Outcome | None:
        """After the ruling: an answer may still be corrected, anything else is not about the guide any more."""
        tapped = read_payload(turn.update.payload or picked(turn))
        if tapped is not None and tapped[0] == run.guide and isinstance(tapped[1], Given):
            return self._lead(turn, published, run, tapped[1])
        text = "" if turn.update.payload else turn.update.text
        changed = _changed(published, run, text) if is_correction(text) else None
        if changed is not None:
            return self._guides.lead(turn, published, run, changed, heard=text)
        said = command_of(text)
        return self._lead(turn, published, run, said) if said in {Command.BACK, Command.RESTART} else None

    def _lead(self, turn: Turn, published: PublishedGuide, run: Run, said: Given | Command) -> Outcome:
        """Follow a tap or a command. A tap on what this revision does not know repeats the open question."""
        before = phrase("guide.nothing_before") if said is Command.BACK and not run.answers else ""
        try:
            return self._guides.lead(turn, published, run, said, before)
        except ValueError:
            return self._guides.lead(turn, published, run, Command.BEGIN)

    def _answer(self, turn: Turn, published: PublishedGuide, prompt: Prompt, heard: Heard) -> Outcome:
        if len(heard.values) > 1:
            reply = prompt_reply(published.guide, prompt.step, phrase("guide.which"), only=heard.values)
            return self._again(turn, "ambiguous", reply)
        given = Given(step=prompt.step.key, value=heard.values[0])
        text = "" if heard.is_exact else turn.update.text
        try:
            return self._guides.lead(turn, published, prompt.run, given, heard=text)
        except ValueError:
            reply = prompt_reply(published.guide, prompt.step, phrase("guide.out_of_bounds"))
            return self._again(turn, "out_of_bounds", reply)

    def _beside(self, turn: Turn, knowledge: Knowledge, published: PublishedGuide, prompt: Prompt) -> Outcome | None:
        """Answer what is not meant for the guide, and come back to the open question."""
        lost = prompt_reply(published.guide, prompt.step, phrase("guide.not_understood"))
        if not turn.update.payload and is_mere_agreement(turn.update.text):
            return self._again(turn, "not_understood", lost)
        outcome = dispatch(turn, knowledge, self._aside)
        if outcome is None or outcome.reply is None:
            return outcome
        if outcome.kind is OutcomeKind.CHOICES:
            on = Choice(title=phrase("guide.go_on"), payload=payload_of(published.guide.key))
            return _with(turn, outcome, replace(outcome.reply, choices=(*outcome.reply.choices, on)))
        if outcome.kind is OutcomeKind.UNKNOWN and not is_question(turn.update.text):
            return self._again(turn, "not_understood", lost)
        if outcome.kind in _RESUMED or outcome.kind is OutcomeKind.UNKNOWN or outcome.reminder is not None:
            question = phrase("guide.resume", question=question_of(prompt.step))
            return _with(turn, outcome, _resumed(outcome.reply, question, choices_of(published.guide, prompt.step)))
        return outcome

    def _ended(self, turn: Turn, knowledge: Knowledge, run: Run) -> Outcome | None:
        """Leave a run that cannot be gone on with: too old, or its revision withdrawn."""
        free = replace(turn, state=replace(turn.state, run=None, run_at=None, choices=()))
        is_for_guide = read_payload(turn.update.payload) is not None
        aside = None if is_for_guide else dispatch(free, knowledge, self._aside)
        if aside is not None and (aside.kind in _WEIGHTY or aside.kind is OutcomeKind.GUIDE):
            return aside
        current = knowledge.snapshot.guides.get(run.guide)
        if current is None:
            return self._guides.gone(free)
        if not self._has_expired(turn):
            return self._guides.begin(free, current, phrase("guide.revised"))
        reply = Reply(text=phrase("guide.expired", days=self._idle_days), choices=(opening_of(current.guide),))
        state = replace(free.state, choices=reply.choices, at=turn.at)
        return Outcome(kind=OutcomeKind.GUIDE, trace=_trace("expired"), reply=reply, state=state)

    def _has_expired(self, turn: Turn) -> bool:
        at = turn.state.run_at
        return at is None or turn.at - at > timedelta(days=self._idle_days)

    @staticmethod
    def _again(turn: Turn, reason: str, reply: Reply) -> Outcome:
        state = replace(turn.state, choices=reply.choices, at=turn.at)
        return Outcome(kind=OutcomeKind.GUIDE, trace=_trace(reason), reply=reply, state=state)


def _heard(step: Step, text: str) -> Heard | None:
    """Return the answer a text gives; a question that only mentions one gives none."""
    heard = hear(step, text)
    return heard if heard is not None and (heard.is_exact or not is_question(text)) else None


def _changed(published: PublishedGuide, run: Run, text: str) -> Given | None:
    """Return the earlier answer that a text takes back for another one; a question takes none back."""
    return None if is_question(text) else corrected(published.guide, run, text)


def _resumed(reply: Reply, question: str, choices: Sequence[Choice]) -> Reply:
    """Return a reply with the open question under it. The source is named above the question, where it belongs.

    The question's choices take the place of those that merely go on from the answer; others follow them.
    """
    said = reply.text.split(PARAGRAPH)
    while len(said) > 1 and said[-1].rstrip().endswith(":"):
        said.pop()  # it introduced the choices that are not there any more
    others = [choice for choice in reply.choices if not choice.payload.startswith(_ENTRIES)]
    source = reply.source
    named = source_line(source, with_url=False) if source else ""
    opening = (Link(title=phrase("layout.open_source"), url=source.url),) if source and source.url else ()
    text = paragraphs(PARAGRAPH.join(said), named, question)
    return Reply(text=text, choices=(*choices, *others)[:_MOST_CHOICES], links=(*opening, *reply.links))


def _with(turn: Turn, outcome: Outcome, reply: Reply) -> Outcome:
    state = replace(outcome.state, choices=reply.choices, at=turn.at)
    return replace(outcome, reply=reply, state=state)


def _trace(reason: str) -> Trace:
    return Trace(handler="eligibility", reason=reason)
