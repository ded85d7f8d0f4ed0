"""Questions about dates of competitions and events, answered from their dates and the clock; also their mere names.

Silent when the knowledge has no competitions, and when an entry answers the question as surely, unless the entry
only tells of a competition whose dates are known: then the dates speak.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from bot.calendars import has_events
from bot.handlers import deadline_replies as replies
from bot.handlers import reminders
from bot.handlers.composing import Office, is_recent, remembering, source_of_competition
from bot.handlers.deadline_claims import COMPETITION_PREFIX, MAX_CHOICES, is_ours
from bot.handlers.deadline_reading import FACTS, Asks, DateQuestion, read
from bot.handlers.deadline_replies import Said
from bot.layout import paragraphs
from bot.messages import Choice, Link, Outcome, OutcomeKind, Reply, Trace, Turn
from bot.phrases import phrase
from knowledge.base import Knowledge
from knowledge.calendar.model import Competition, Kind, Phase, by_urgency
from knowledge.snapshot import Snapshot

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
        if not is_ours(question, topic, turn, knowledge):
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


def _choice(competition: Competition) -> Choice:
    return Choice(
        title=competition.title,
        short_title=competition.short_title,
        payload=f"{COMPETITION_PREFIX}{competition.key}",
    )


def _first(snapshot: Snapshot, choices: Iterable[Choice]) -> Topic:
    offered = (snapshot.competitions.get(each.payload.removeprefix(COMPETITION_PREFIX)) for each in choices)
    return next((each for each in offered if each is not None), None)
