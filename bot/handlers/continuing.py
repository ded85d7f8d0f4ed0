"""Questions as parts of a talk: a number that is taken back asks again, and nothing is said twice word for word."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from msgspec import structs

from bot.dispatcher import Handler
from bot.handlers.composing import Office, is_recent, is_wording
from bot.handlers.correcting import corrected, following, naming
from bot.handlers.picking import part_named
from bot.handlers.several import TWO
from bot.handlers.telling import digest_of
from bot.messages import Outcome, OutcomeKind, Turn
from bot.phrases import phrase
from bot.phrases import words as phrases
from knowledge.base import Knowledge
from knowledge.matching.asking.aspects import AspectReader
from knowledge.matching.lexicon import Forms, Lexicon
from knowledge.matching.model import Verdict
from knowledge.matching.normalizer import forms, words
from knowledge.understanding import folded, position, readings

_DIGIT = re.compile(r"\d")
_FIGURES = frozenset({"amount", "count", "date", "day", "deadline", "duration", "percent", "year"})  # aspects
_FEWEST_WORDS = 3  # of a sentence that can be said alone
# Between whole sentences only: what stands between semicolons, in brackets or on lines of its own is an item of a list,
# and a list is told whole. A stop after a capital or a figure may be that of a title ("TS.") or of a number.
_SENTENCE_ENDS = re.compile(r"(?<=[^\W\dA-Z\u0110_][.!?])\s+(?=[^\W\d_])|(?<=[)\u201d\"%][.!?])\s+(?=[^\W\d_])")


class Continuing:
    """Stands before `answering`, which takes each question by itself."""

    def __init__(self, office: Office, answering: Handler) -> None:
        self._office = office
        self._answering = answering

    def __call__(self, turn: Turn, knowledge: Knowledge) -> Outcome | None:
        """Return the outcome of the question that is meant; it is kept, should a number in it be taken back."""
        part = part_named(turn)
        text = part or _meant(turn) or turn.update.text
        outcome = self._answering(replace(turn, update=structs.replace(turn.update, text=text)), knowledge)
        if outcome is None:
            return None
        is_wanted_again = part in turn.state.parts[:TWO]  # those were answered; what was left over is a new question
        if is_recent(turn) and not is_wanted_again and _is_said_again(turn, outcome, knowledge):
            outcome = self._shortened(outcome, text, knowledge)
        state = replace(outcome.state, asked=naming(text), question=digest_of(text))
        return replace(outcome, state=replace(state, parts=turn.state.parts) if part else state)

    def _shortened(self, outcome: Outcome, asked: str, knowledge: Knowledge) -> Outcome:
        """Say again what tells what is asked; else that nothing more is known. Source and choices stay.

        Who asks the same in other words, and not only after it, gets the answer.
        """
        assert outcome.reply is not None
        entry = knowledge.snapshot.entries[outcome.entry]
        # A sentence would be said without the warning that goes with what has expired or is not in force yet.
        part = "" if outcome.miss else told(asked, entry.answer or entry.answer_full)
        if part:
            return replace(outcome, reply=replace(outcome.reply, text=phrase("reply.same_part", part=part)))
        alone = knowledge.matcher.match(asked)
        if alone.verdict is Verdict.ANSWER and alone.candidates[0].entry == entry.key:
            return outcome
        said = phrase("reply.same", office=self._office.reached())
        links = (*outcome.reply.links, *self._office.links())
        return replace(outcome, reply=replace(outcome.reply, text=said, links=tuple(dict.fromkeys(links))))


def _meant(turn: Turn) -> str:
    """Return the question that a message about the number of a document means, "" for any other message."""
    text = turn.update.text
    return corrected(text, turn.state.asked) or following(text) if is_recent(turn) else corrected(text, "")


def told(question: str, answer: str) -> str:
    """Return the sentences of an answer that tell what a question asks for; "" when none is seen to.

    They hold most of its words in a row, or the kind of figure it asks for.
    """
    parts = _sentences(answer)
    said = readings(question)[0]
    rows = [_longest_row(said, tuple(forms(part))) for part in parts]
    longest = max(rows, default=0)
    found = [part for part, row in zip(parts, rows, strict=True) if row and row == longest]
    if not found:
        aspects = AspectReader.default()
        asked = aspects.asked(words(question)).main or aspects.asked(words(" ".join(said))).main
        figures = (part for part in parts if _DIGIT.search(part) and aspects.holds(asked, part))
        found = [part for part in figures if asked in _FIGURES][:1]
    return " ".join(part.strip() for part in found)


def _sentences(answer: str) -> list[str]:
    """Return the sentences of an answer. One of a word or two ("Không.") belongs to the next, which lacks it."""
    found: list[str] = []
    for sentence in _SENTENCE_ENDS.split(answer):
        if found and len(found[-1].split()) < _FEWEST_WORDS:
            found[-1] = f"{found[-1]} {sentence}"
        elif sentence.strip():
            found.append(sentence)
    return found


def _longest_row(said: Forms, part: Forms) -> int:
    """Return how many words in a row a question and a part of an answer share; 0 unless two of them say something."""
    for size in range(len(said), 1, -1):
        for at in range(len(said) - size + 1):
            row = said[at : at + size]
            if sum((form,) not in _light() for form in row) > 1 and position(row, part) >= 0:
                return size
    return 0


@cache
def _light() -> frozenset[Forms]:
    function_words = Lexicon.default().function_words
    return folded([*function_words, *phrases("hearing.courtesy"), *phrases("smalltalk.filler")])


def _is_said_again(turn: Turn, outcome: Outcome, knowledge: Knowledge) -> bool:
    """Tell whether an answer was said just before, to who now asks neither the same again nor its very question."""
    entry, state = knowledge.snapshot.entries.get(outcome.entry), turn.state
    if outcome.kind is not OutcomeKind.ANSWER or entry is None or not (state.is_told and state.entry == entry.key):
        return False
    is_asked_again = state.question == digest_of(turn.update.text)
    return not is_asked_again and not is_wording(turn.update.text, (entry,))
