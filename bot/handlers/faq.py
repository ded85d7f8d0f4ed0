"""Questions: an answer with its source, a choice between candidates, or an honest "I don't know"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.handlers.composing import (
    Office,
    choices_of,
    is_recent,
    remembering,
)
from bot.handlers.picking import wrong_number
from bot.handlers.several import TWO, both, mixed, part_of, questions_in
from bot.handlers.speaking import speak
from bot.handlers.telling import offer, offered
from bot.messages import Choice, Outcome, OutcomeKind, Ranked, Reply, Trace, Turn
from bot.phrases import phrase
from knowledge.base import Knowledge
from knowledge.matching.model import Candidate, Context, Match, Reason, Verdict

MAX_CHOICES = 3
MAX_NEAR = 2
# Below this the nearest entry has nothing to do with the question, and offering it would look foolish.
NEAR = 0.15
FAR_BEHIND = 0.1  # share of the best candidate's confidence below which another is not offered beside it


class Faq:
    """The last handler: whatever nobody else took is a question."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def __call__(self, turn: Turn, knowledge: Knowledge) -> Outcome | None:
        """Return the outcome; None only for an update without any text."""
        if not turn.update.text.strip():
            return None
        parts = knowledge.matcher.split(turn.update.text)
        if len(parts) == TWO:
            answers = [self._one(part_of(turn, part), knowledge) for part in parts]
            if all(answer.kind is OutcomeKind.ANSWER for answer in answers):
                return both(*answers, asked=(*parts, *questions_in(turn.update.text, knowledge.matcher)[TWO:]))
        whole = self._one(turn, knowledge)
        return whole if whole.kind is OutcomeKind.CHOICES else self._in_part(turn, knowledge, whole) or whole

    def _in_part(self, turn: Turn, knowledge: Knowledge, whole: Outcome) -> Outcome | None:
        """Return what can be told of the first two questions of a message whose answer as one is not that of both.

        None: there are no two, or it comes to the same.
        """
        asked = questions_in(turn.update.text, knowledge.matcher)
        if len(asked) < TWO:
            return None
        first = self._one(part_of(turn, asked[0]), knowledge)
        rest = replace(part_of(turn, asked[1]), state=first.state)  # as in a talk
        match = _match(rest, knowledge)
        if whole.kind is OutcomeKind.ANSWER and not _is_left_untold(first, match, whole):
            return None
        second = self._outcome(rest, knowledge, match)
        if len(asked) > TWO and first.kind is second.kind is OutcomeKind.ANSWER and first.entry != second.entry:
            return both(first, second, asked=asked)
        return mixed(first, second, turn, asked=asked)

    def _one(self, turn: Turn, knowledge: Knowledge) -> Outcome:
        return self._outcome(turn, knowledge, _match(turn, knowledge))

    def _outcome(self, turn: Turn, knowledge: Knowledge, match: Match) -> Outcome:
        if match.verdict is Verdict.ANSWER:
            return self._answer(turn, knowledge, match)
        misdialled = wrong_number(turn) if match.verdict is Verdict.UNKNOWN else None
        if misdialled is not None:
            trace = Trace(handler="faq", reason="wrong_number", steps=match.explanation)
            return Outcome(kind=OutcomeKind.SMALLTALK, trace=trace, reply=misdialled, state=turn.state)
        compose = {
            Verdict.CHOICES: self._choices,
            Verdict.PARTIAL: self._partial,
            Verdict.UNKNOWN: self._unknown,
        }[match.verdict]
        reply = compose(turn, knowledge, match)
        if match.verdict is Verdict.CHOICES and not reply.choices:  # all of them are hidden by now
            reply, match = self._unknown(turn, knowledge, match), replace(match, verdict=Verdict.UNKNOWN)
        kind = OutcomeKind(match.verdict.value)
        return Outcome(
            kind=kind,
            trace=_trace(match),
            reply=reply,
            state=replace(
                remembering(reply, turn.state, at=turn.at, entry=_spoken_of(match, reply, turn)),
                offered=offered(turn, reply),
            ),
            confidence=match.candidates[0].confidence if match.candidates else 0.0,
            entry=match.candidates[0].entry if match.candidates and kind is OutcomeKind.PARTIAL else "",
            candidates=_ranked(match.candidates),
            miss="" if kind is OutcomeKind.CHOICES else match.reason.value,
        )

    def _answer(self, turn: Turn, knowledge: Knowledge, match: Match) -> Outcome:
        best = match.candidates[0]
        entry = knowledge.snapshot.entries[best.entry]
        near = (candidate.entry for candidate in match.candidates[1:])
        spoken = speak(knowledge.snapshot, entry, on=turn.on, office=self._office, near=near)
        return Outcome(
            kind=spoken.kind,
            trace=_trace(match),
            reply=spoken.reply,
            state=remembering(spoken.reply, turn.state, at=turn.at, entry=spoken.entry, is_answered=True),
            entry=spoken.entry,
            confidence=best.confidence,
            candidates=_ranked(match.candidates),
            expired=spoken.expired,
            miss=spoken.miss,
        )

    def _choices(self, turn: Turn, knowledge: Knowledge, match: Match) -> Reply:
        offered = choices_of(knowledge.snapshot, _likely(match.candidates[:MAX_CHOICES]), on=turn.on)
        ambiguous = match.reason is Reason.ENTITY_AMBIGUOUS
        asked = phrase("reply.choose_one" if len(offered) == 1 else "reply.choose")
        return Reply(
            text=phrase("unknown.entity_ambiguous", detail=match.detail) if ambiguous else asked, choices=offered
        )

    def _partial(self, turn: Turn, knowledge: Knowledge, match: Match) -> Reply:
        aspect = _aspect_words(match.detail or match.asked_for)
        said = phrase("partial.aspect_not_covered", aspect=aspect) if aspect else phrase("partial.general")
        near = choices_of(
            knowledge.snapshot, _likely([c for c in match.candidates if c.confidence >= NEAR][:MAX_NEAR]), on=turn.on
        )
        return self._instead(said, near, offer(turn), nearest=phrase("partial.nearest"))

    def _unknown(self, turn: Turn, knowledge: Knowledge, match: Match) -> Reply:
        words = _UNKNOWN_WORDS.get(match.reason, "too_low")
        if match.reason is Reason.ENTITY_CONFLICT and not match.detail:
            words = "too_low"  # staff excluded the question from this entry: there is nothing to name
        elif match.reason is Reason.ENTITY_CONFLICT and match.detail.isdigit():
            words = "edition_conflict"
        elif match.reason is Reason.ENTITY_CONFLICT and match.candidates[0].veto.startswith("place "):
            words = "place_conflict"
        said = phrase(f"unknown.{words}", detail=match.detail)
        if match.reason is Reason.TOO_SHORT:
            return Reply(text=said)
        near: tuple[Choice, ...] = ()
        if match.reason is not Reason.OUT_OF_SCOPE:
            keys = [c.entry for c in match.candidates if c.confidence >= NEAR][:MAX_NEAR]
            near = choices_of(knowledge.snapshot, keys, on=turn.on)
        tell = () if match.reason is Reason.OUT_OF_SCOPE else offer(turn)
        return self._instead(said, near, tell, nearest=phrase("unknown.nearest"))

    def _instead(self, said: str, near: tuple[Choice, ...], tell: tuple[Choice, ...], *, nearest: str) -> Reply:
        """Say what there is instead of an answer: the office, the nearest entries, and to be told later."""
        lines = [f"{said} {self._office.offer()}", phrase("telling.ask") if tell else "", nearest if near else ""]
        return Reply(text="\n\n".join(filter(None, lines)), choices=(*near, *tell), links=self._office.links())


_UNKNOWN_WORDS = {
    Reason.OUT_OF_SCOPE: "out_of_scope",
    Reason.TOO_SHORT: "too_short",
    Reason.ENTITY_UNKNOWN: "entity_unknown",
    Reason.ENTITY_CONFLICT: "entity_conflict",
}


def _match(turn: Turn, knowledge: Knowledge) -> Match:
    return knowledge.matcher.match(turn.update.text, context=context_of(turn))


def _is_left_untold(first: Outcome, second: Match, whole: Outcome) -> bool:
    """Tell whether the answer to a message answers its first question and surely lacks what its second asks for."""
    is_answered = first.kind is OutcomeKind.ANSWER and first.entry == whole.entry
    return is_answered and second.verdict is Verdict.PARTIAL and bool(second.detail)


def _spoken_of(match: Match, reply: Reply, turn: Turn) -> str:
    """Return the entry that a short question after this reply is about; "": nobody can tell."""
    if match.verdict is Verdict.PARTIAL:
        return match.candidates[0].entry if match.candidates else ""
    if match.verdict is Verdict.CHOICES:
        return match.candidates[0].entry if len(reply.choices) == 1 else ""
    is_at_hand = match.reason in {Reason.TOO_SHORT, Reason.TOO_LOW} and context_of(turn) is not None
    return turn.state.entry if is_at_hand else ""


def _likely(candidates: Sequence[Candidate]) -> list[str]:
    """Return the keys of the best candidate and of those that are not far behind it: others only look foolish."""
    return [
        each.entry
        for at, each in enumerate(candidates)
        if at == 0 or (not each.veto and each.confidence >= FAR_BEHIND * candidates[0].confidence)
    ]


def context_of(turn: Turn) -> Context | None:
    """Return what was spoken of just before, None when that is too long ago to be meant."""
    return Context(entry=turn.state.entry) if is_recent(turn) else None


def _aspect_words(aspect: str) -> str:
    try:
        return phrase(f"aspect.{aspect}")
    except KeyError:
        return ""


def _ranked(candidates: Sequence[Candidate]) -> tuple[Ranked, ...]:
    return tuple(Ranked(entry=c.entry, confidence=c.confidence) for c in candidates[:5])


def _trace(match: Match) -> Trace:
    return Trace(handler="faq", reason=match.reason.value, steps=match.explanation)
