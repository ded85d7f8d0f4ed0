"""Questions about dates of competitions and events, answered from their dates and the clock; also their mere names.

Silent when the knowledge has no competitions, and when an entry answers the question as surely, unless the entry
only tells of a competition whose dates are known: then the dates speak.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from bot.calendars import has_events
from bot.handlers import deadline_replies as replies
from bot.handlers import reminders
from bot.handlers.composing import Office, featured, is_recent, remembering, source_of_competition
from bot.handlers.deadline_reading import FACTS, Asks, DateQuestion, holds_name, read
from bot.handlers.deadline_replies import Said
from bot.layout import paragraphs
from bot.messages import Choice, Link, Outcome, OutcomeKind, Reply, Trace, Turn
from bot.phrases import phrase
from knowledge.base import Knowledge
from knowledge.calendar.model import Competition, Kind, Phase, by_urgency
from knowledge.matching.asking.aspects import AspectReader
from knowledge.matching.model import Candidate, Verdict
from knowledge.snapshot import Snapshot

COMPETITION_PREFIX = "#competition:"
MAX_CHOICES = 3
_MOST_REST = 2  # words beside the name of a competition that may be anything

Topic: TypeAlias = Competition | None


class Deadlines:
    """Speaks of competitions. `public_url`: where the calendar can be reached; empty: no link to it."""

    def __init__(self, office: Office, *, public_url: str = "") -> None:
        self._office = office
        self._public_url = public_url.rstrip("/")

    def __call__(self, turn: Turn, knowledge: Knowledge) -> Outcome | None:
        """Return the outcome when the message picks a competition, asks for its dates or only names it."""
        competitions = knowledge.snapshot.competitions
        if not competitions:
            return None
        if turn.update.payload.startswith(COMPETITION_PREFIX):
            return self._picked(turn, knowledge)
        question = None if turn.update.payload else read(turn.update.text, competitions.values())
        if question is None:
            return None
        ranked = by_urgency(competitions.values(), turn.at)
        topic = _topic(question, turn, knowledge.snapshot, ranked)
        if not _is_ours(question, topic, turn, knowledge):
            return None
        return self._answer(question, topic, turn, knowledge, ranked)

    def _picked(self, turn: Turn, knowledge: Knowledge) -> Outcome | None:
        topic = knowledge.snapshot.competitions.get(turn.update.payload.removeprefix(COMPETITION_PREFIX))
        if topic is None:
            return None
        return self._outcome(turn, knowledge, replies.card(topic, turn.at), topic=topic, reason="picked")

    def _answer(
        self, question: DateQuestion, topic: Topic, turn: Turn, knowledge: Knowledge, ranked: Sequence[Competition]
    ) -> Outcome:
        now = turn.at
        if topic is None:
            return self._in_general(question, turn, knowledge, ranked)
        editions = [each for each in ranked if each.family == topic.family]
        if not _is_meant(topic, question):
            said = Said(
                phrase("deadlines.edition_unknown", title=topic.title, phase=replies.summary(topic, now)),
                is_known=False,
            )
        elif question.asks is Asks.ABOUT:
            said = replies.card(topic, now)
        elif question.asks in FACTS:
            said = replies.about_fact(topic, question.asks.value, now)
        elif question.asks is Asks.ELSE:
            said = replies.about_else(topic, now)
        elif question.asks is Asks.NEXT:
            said = replies.about_next(topic, editions, now)
        elif question.asks is Asks.DEADLINE:
            said = replies.about_deadline(topic, now)
        else:
            said = replies.about_time(topic, now)
        return self._outcome(turn, knowledge, said, topic=topic, reason=question.asks.value)

    def _in_general(
        self, question: DateQuestion, turn: Turn, knowledge: Knowledge, ranked: Sequence[Competition]
    ) -> Outcome:
        """Answer a question that names none: of the only one it can mean, else with a list and a choice."""
        now = turn.at
        alive = [each for each in ranked if each.phase(now) is not Phase.ENDED]
        if question.asks is Asks.DEADLINE:
            alive = [each for each in alive if each.kind is not Kind.EVENT]
        if question.kind is not None and question.asks is not Asks.COMING:
            alive = [each for each in alive if each.kind is question.kind] or alive
        if question.asks is Asks.DEADLINE and not alive:
            said = replies.none_open(ranked, now)
        elif len(alive) == 1 and question.asks is not Asks.NEXT:
            return self._answer(question, alive[0], turn, knowledge, ranked)
        else:
            said = replies.listing(ranked, now)
        offered = tuple(_choice(each) for each in (alive or ranked)[:MAX_CHOICES])
        return self._outcome(turn, knowledge, said, reason=f"{question.asks.value}_in_general", choices=offered)

    def _outcome(
        self,
        turn: Turn,
        knowledge: Knowledge,
        said: Said,
        *,
        topic: Topic = None,
        reason: str,
        choices: tuple[Choice, ...] = (),
    ) -> Outcome:
        choices = (*choices, *(reminders.offer(topic, turn) if topic is not None else ()))
        text = (
            said.text
            if said.is_known
            else paragraphs(self._dated(said.text, topic, turn, knowledge), self._office.offer())
        )
        reply = Reply(
            text=text,
            source=source_of_competition(knowledge.snapshot, topic or _first(knowledge.snapshot, choices)),
            choices=choices,
            links=self._links(topic) if said.is_known else self._office.links(),
        )
        spoken = topic.key if topic else ""
        state = replace(remembering(reply, turn.state, at=turn.at), competition=spoken)
        return Outcome(
            kind=OutcomeKind.DEADLINE if said.is_known else OutcomeKind.PARTIAL,
            trace=Trace(handler="deadlines", reason=reason),
            reply=reply,
            state=state,
            miss="" if said.is_known else "not_announced",
        )

    @staticmethod
    def _dated(said: str, topic: Topic, turn: Turn, knowledge: Knowledge) -> str:
        """Say up to which day anything is known: what an old article does not tell may have been told since."""
        spoken = [topic] if topic is not None else knowledge.snapshot.competitions.values()
        articles = (knowledge.snapshot.articles.get(each.article) for each in spoken)
        days = [
            article.published_on for article in articles if article is not None and article.published_on is not None
        ]
        if not days or max(days) >= turn.on:
            return said
        newest = phrase("deadlines.as_of", date=f"{max(days):%d/%m/%Y}")
        return paragraphs(said, newest) if "\n" in said else f"{said} {newest}"

    def _links(self, topic: Topic) -> tuple[Link, ...]:
        if not self._public_url:
            return ()
        if topic is None or not has_events(topic):
            return (Link(title=phrase("deadlines.all_link"), url=f"{self._public_url}/lich"),)
        return (Link(title=phrase("deadlines.calendar_link"), url=f"{self._public_url}/lich/{topic.key}.ics"),)


def _topic(question: DateQuestion, turn: Turn, snapshot: Snapshot, ranked: Sequence[Competition]) -> Topic:
    """Return the competition a question is about: the edition it names, else the one last spoken of."""
    if question.named:
        families = {each.family for each in question.named}
        editions = [each for each in ranked if each.family in families]
        fitting = [each for each in editions if _is_meant(each, question)]
        return (fitting or editions)[0]
    if question.has_topic and question.asks is Asks.COMING:
        return None
    if question.edition is not None and question.kind is not None:
        numbered = [each for each in ranked if each.kind is question.kind and each.edition is not None]
        return next((each for each in numbered if _is_meant(each, question)), next(iter(numbered), None))
    spoken = _spoken_of(turn, snapshot)
    if spoken is not None and (question.kind is None or question.kind is spoken.kind):
        return next((each for each in ranked if each.family == spoken.family and _is_meant(each, question)), spoken)
    return None


def _spoken_of(turn: Turn, snapshot: Snapshot) -> Topic:
    state = turn.state
    if not is_recent(turn):
        return None
    by_entry = (each for each in snapshot.competitions.values() if state.entry and each.entry == state.entry)
    return snapshot.competitions.get(state.competition) or next(by_entry, None)


def _is_meant(competition: Competition, question: DateQuestion) -> bool:
    if question.edition is not None and competition.edition is not None and question.edition != competition.edition:
        return False
    years = competition.years
    return question.year is None or years is None or years[0] <= question.year <= years[1]


def _is_ours(question: DateQuestion, topic: Topic, turn: Turn, knowledge: Knowledge) -> bool:
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
    best: Candidate, question: DateQuestion, topic: Topic, knowledge: Knowledge, *, now: datetime
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
        is_of_it = best.entry == topic.entry or not _names_it(knowledge.snapshot, best.entry, question)
        return is_of_it and not is_its_own
    if topic.has_dates:
        return True
    told = knowledge.snapshot.entries.get(best.entry)
    if is_its_own or told is None or best.entry != topic.entry:
        return False
    # A date in the entry may be that of a document, and that something is over must be said.
    is_history = question.asks is Asks.DEADLINE or topic.phase(now) is Phase.ENDED
    return is_history or not AspectReader.default().holds("date", told.answer)


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


def _choice(competition: Competition) -> Choice:
    return Choice(
        title=competition.title,
        short_title=competition.short_title,
        payload=f"{COMPETITION_PREFIX}{competition.key}",
    )


def _first(snapshot: Snapshot, choices: Iterable[Choice]) -> Topic:
    offered = (snapshot.competitions.get(each.payload.removeprefix(COMPETITION_PREFIX)) for each in choices)
    return next((each for each in offered if each is not None), None)
