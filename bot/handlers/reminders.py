"""Reminders: taken down when a person asks for one, refused at once where the channel could not send it. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import dates
from bot.calendars import has_events
from bot.handlers.composing import is_recent, remembering
from bot.handlers.deadline_reading import read_reminder
from bot.messages import Choice, Link, Outcome, OutcomeKind, Reach, ReminderRequest, Reply, Trace, Turn
from bot.phrases import phrase
from bot.reminder_rules import due_at, stage_to_remind_of, target_of
from knowledge.base import Knowledge
from knowledge.calendar.model import Competition, Stage, by_urgency

REMIND, FORGET = "#remind:", "#forget-reminders"
MAX_CHOICES = 3


class Reminders:
    """Takes wishes down. `public_url` as in `Deadlines`: what cannot be reminded of can be put into a calendar."""

    def __init__(self, *, public_url: str = "") -> None:
        self._public_url = public_url.rstrip("/")

    def __call__(self, turn: Turn, knowledge: Knowledge) -> Outcome | None:
        """Return the outcome when the message asks for a reminder, or for none any more."""
        competitions = knowledge.snapshot.competitions
        payload = turn.update.payload
        if payload == FORGET:
            return _forgotten(turn)
        if payload.startswith(REMIND):
            key, _, stage_key = payload.removeprefix(REMIND).partition(":")
            known = competitions.get(key)
            stage = known.stage(stage_key) if known else None
            return self._taken_down(turn, known, stage) if known and stage else None
        asked = None if payload else read_reminder(turn.update.text, competitions.values())
        if asked is None:
            return None
        if not asked.wanted:
            return _forgotten(turn)
        ranked = by_urgency(asked.named or _spoken_of(turn, knowledge) or competitions.values(), turn.at)
        possible = [(each, stage) for each in ranked if (stage := stage_to_remind_of(each, turn.at))]
        if len(possible) == 1:
            return self._taken_down(turn, *possible[0])
        return _which(turn, possible) if possible else _nothing(turn, ranked[0] if len(ranked) == 1 else None)

    def _taken_down(self, turn: Turn, competition: Competition, stage: Stage) -> Outcome:
        now, target = turn.at, target_of(stage)
        due = due_at(stage, now, turn.reach)
        if target is None or target <= now:
            return _nothing(turn, competition)
        when = _when(stage, now)
        if due is None:
            is_near = due_at(stage, now, Reach()) is None
            said = phrase(
                "reminders.too_near" if is_near else "reminders.cannot",
                title=competition.title, stage=stage.name, when=when,
            )  # fmt: skip
            return _outcome(turn, Reply(text=said, links=self._links(competition)), competition, "cannot")
        said = phrase(
            "reminders.agreed",
            due=dates.moment_words(due, now), stage=stage.name, title=competition.title, when=when,
        )  # fmt: skip
        place = phrase("reminders.on_page" if turn.reach.is_seen_on_visit else "reminders.on_channel")
        text = f"{said} {place}"
        forget = Choice(title=phrase("reminders.forget"), short_title=phrase("reminders.forget_short"), payload=FORGET)
        request = ReminderRequest(
            agreed=True, competition=competition.key, stage=stage.key, target_at=target, due_at=due, wording=text
        )
        reply = Reply(text=text, choices=(forget,), links=self._links(competition))
        return replace(_outcome(turn, reply, competition, "agreed"), reminder=request)

    def _links(self, competition: Competition) -> tuple[Link, ...]:
        if not self._public_url or not has_events(competition):
            return ()
        url = f"{self._public_url}/lich/{competition.key}.ics"
        return (Link(title=phrase("deadlines.calendar_link"), url=url),)


def offer(competition: Competition, turn: Turn) -> tuple[Choice, ...]:
    """Return the choice of being reminded, where the channel can; nothing for who has no address (the command line)."""
    stage = stage_to_remind_of(competition, turn.at)
    if not turn.update.contact or stage is None or due_at(stage, turn.at, turn.reach) is None:
        return ()
    return (
        Choice(
            title=phrase("reminders.offer", stage=stage.name),
            short_title=phrase("reminders.offer_short"),
            payload=f"{REMIND}{competition.key}:{stage.key}",
        ),
    )


def _spoken_of(turn: Turn, knowledge: Knowledge) -> tuple[Competition, ...]:
    known = knowledge.snapshot.competitions.get(turn.state.competition) if is_recent(turn) else None
    return (known,) if known else ()


def _which(turn: Turn, possible: list[tuple[Competition, Stage]]) -> Outcome:
    choices = tuple(
        Choice(
            title=phrase("reminders.choice", title=each.title, stage=stage.name),
            short_title=each.short_title,
            payload=f"{REMIND}{each.key}:{stage.key}",
        )
        for each, stage in possible[:MAX_CHOICES]
    )
    return _outcome(turn, Reply(text=phrase("reminders.which"), choices=choices), None, "which")


def _nothing(turn: Turn, competition: Competition | None) -> Outcome:
    if competition is None:
        text = phrase("reminders.nothing")
    else:
        stands = dates.phase_words(competition, turn.at)
        text = phrase("reminders.no_date", title=competition.title, phase=stands)
    return _outcome(turn, Reply(text=text), competition, "nothing")


def _forgotten(turn: Turn) -> Outcome:
    outcome = _outcome(turn, Reply(text=phrase("reminders.forgotten")), None, "forgotten")
    return replace(outcome, reminder=ReminderRequest(agreed=False))


def _outcome(turn: Turn, reply: Reply, competition: Competition | None, reason: str) -> Outcome:
    spoken = competition.key if competition else ""
    return Outcome(
        kind=OutcomeKind.PRIVACY,
        trace=Trace(handler="reminders", reason=reason),
        reply=reply,
        state=replace(remembering(reply, turn.state, at=turn.at), competition=spoken),
    )


def _when(stage: Stage, now: datetime) -> str:
    window = stage.window
    if stage.takes_entries and window is not None and window.until is not None:
        return dates.until_words(window.until, now)
    return dates.when_words(stage, now)
