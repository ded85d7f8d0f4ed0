"""Whether the form of a competition answers a question, or the matcher's entry does: a competition named is binding."""

from __future__ import annotations

from datetime import datetime

from bot.handlers import reminders
from bot.handlers.composing import featured, is_recent
from bot.handlers.deadline_reading import FACTS, Asks, DateQuestion, holds_name
from bot.messages import Choice, Turn
from knowledge.base import Knowledge
from knowledge.calendar.model import Competition, Phase
from knowledge.matching.asking.aspects import AspectReader
from knowledge.matching.model import Candidate, Verdict
from knowledge.matching.normalizer import fold
from knowledge.snapshot import Snapshot

COMPETITION_PREFIX = "#competition:"
MAX_CHOICES = 3
_MOST_REST = 2  # words beside the name of a competition that may be anything


def is_ours(question: DateQuestion, topic: Competition | None, turn: Turn, knowledge: Knowledge) -> bool:
    """Tell whether the forms of competitions are to answer a question about `topic`; None: about none in particular."""
    if question.asks is Asks.ABOUT:
        return topic is not None and not _is_told(question, topic, turn, knowledge)
    if question.asks is Asks.ELSE:
        return topic is not None and _is_taken_for_another(question, topic, turn, knowledge)
    is_loose = topic is None and not question.has_topic
    if len(question.rest) > (_MOST_REST if question.named else 0) or (
        is_loose and not _may_stand_alone(question, turn, knowledge.snapshot)
    ):
        return False
    if question.asks in FACTS and (topic is None or _is_left_to_entry(question, topic, turn, knowledge)):
        return False
    if not (topic is not None and topic.has_dates) and len(knowledge.matcher.split(turn.update.text)) > 1:
        return False  # "not announced" would answer one of two questions and pass over the other
    match = knowledge.matcher.match(turn.update.text)
    return match.verdict is not Verdict.ANSWER or _speaks_before(
        match.candidates[0], question, topic, knowledge, now=turn.at
    )


def _is_told(question: DateQuestion, topic: Competition, turn: Turn, knowledge: Knowledge) -> bool:
    """Tell whether an entry that would answer or be offered tells of the competition named: its own, or one so asked.

    An entry with other words in common is about something else, however sure the matcher is of it.
    """
    match = knowledge.matcher.match(turn.update.text)
    is_fact = question.asks in FACTS  # which the entry is said not to tell
    shown = {Verdict.ANSWER: 1, Verdict.PARTIAL: int(is_fact), Verdict.CHOICES: MAX_CHOICES}.get(match.verdict, 0)
    entries = [candidate.entry for candidate in match.candidates[:shown]]
    return topic.entry in entries or any(_names_it(knowledge.snapshot, entry, question) for entry in entries)


def _is_left_to_entry(question: DateQuestion, topic: Competition, turn: Turn, knowledge: Knowledge) -> bool:
    """Tell whether the entry of a competition is to say what its form does not: it may know, or was spoken of."""
    if getattr(topic, question.asks.value):
        return False
    is_about_dates = turn.state.competition == topic.key
    return _is_told(question, topic, turn, knowledge) if question.named or is_about_dates else True


def _is_taken_for_another(question: DateQuestion, topic: Competition, turn: Turn, knowledge: Knowledge) -> bool:
    """Tell whether what is asked of the competition named would be answered with the entry of another one."""
    best = next(iter(knowledge.matcher.match(turn.update.text).candidates), None)
    others = {each.entry for each in knowledge.snapshot.competitions.values() if each.family != topic.family}
    if best is None or best.is_exact or best.entry not in others:
        return False
    return best.entry != topic.entry and not _names_it(knowledge.snapshot, best.entry, question)


def _names_it(snapshot: Snapshot, entry: str, question: DateQuestion) -> bool:
    return any(holds_name(wording, question.name) for wording in snapshot.entries[entry].wordings)


def _speaks_before(
    best: Candidate, question: DateQuestion, topic: Competition | None, knowledge: Knowledge, *, now: datetime
) -> bool:
    """Tell whether dates answer a question better than the entry that answers it as well.

    An entry that has the question word for word keeps it, whatever else could be said.
    """
    is_its_own = best.is_exact
    if topic is not None and not question.named:
        return best.entry == topic.entry or not is_its_own
    if topic is None or question.asks in {Asks.NEXT, Asks.COMING}:
        return question.asks in {Asks.NEXT, Asks.COMING} and not is_its_own
    if question.asks in FACTS:
        return not is_its_own and not _tells_fact(best.entry, question, topic, knowledge.snapshot)
    if topic.has_dates:
        return True
    told = knowledge.snapshot.entries.get(best.entry)
    if is_its_own or told is None or best.entry != topic.entry:
        return False
    # A date in the entry may be that of a document, and that something is over must be said.
    is_history = question.asks is Asks.DEADLINE or topic.phase(now) is Phase.ENDED
    return is_history or not AspectReader.default().holds("date", told.answer)


def _tells_fact(entry: str, question: DateQuestion, topic: Competition, snapshot: Snapshot) -> bool:
    """Tell whether an entry that names a competition is to say a fact of it.

    Its own does if it has the fact word for word as in the form: it quotes its source besides.
    """
    if entry != topic.entry:
        return _names_it(snapshot, entry, question)
    fact = fold(getattr(topic, question.asks.value))
    return bool(fact) and fact in fold(snapshot.entries[entry].answer)


def _may_stand_alone(question: DateQuestion, turn: Turn, snapshot: Snapshot) -> bool:
    """Tell whether a question without a topic may be taken for one about competitions: not amid another topic.

    That was spoken of, or what there is of it was offered; what every newcomer is offered is no topic.
    """
    state = turn.state
    is_offered = bool(state.choices) and state.choices != featured(snapshot, on=turn.on)
    is_other = bool(state.entry) or (is_offered and not any(map(_is_of_competition, state.choices)))
    return question.asks in {Asks.DEADLINE, Asks.NEXT} and not (is_recent(turn) and is_other)


def _is_of_competition(choice: Choice) -> bool:
    return choice.payload.startswith((COMPETITION_PREFIX, reminders.REMIND))
