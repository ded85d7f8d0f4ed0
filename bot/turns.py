"""The drain of the inbox: one update becomes at most one reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from time import perf_counter
from typing import Any

import structlog
from msgspec import structs
from sqlalchemy.ext.asyncio import AsyncSession

from bot import contacts, conversations, inbox, outbox
from bot.channel import Channel
from bot.courtesy import Courtesies
from bot.dispatcher import Handler, dispatch
from bot.fragments import MAX_FRAGMENTS, is_fragment, is_settled, joined
from bot.handoff import acknowledged
from bot.inbox import Pending
from bot.messages import Mode, Outcome, OutcomeKind, Payload, Turn, UpdateKind
from bot.office import load_hours
from bot.slips import SlipPages
from bot.speaking import reach_of
from bot.worker import LaneDrain, NotYet
from knowledge.base import Knowledge
from runtime import telemetry

# These say something about the conversation; nobody waits for an answer to them.
NOTICES = frozenset({UpdateKind.STATUS, UpdateKind.STAFF, UpdateKind.UNFOLLOW, UpdateKind.ERASE, UpdateKind.REACTION})
# Who leaves takes their data along; what the person says of it is an event of the platform.
FORGETS = frozenset({UpdateKind.UNFOLLOW, UpdateKind.ERASE})
# Somebody sits in front of the screen and waits.
AWAITED = frozenset({UpdateKind.TEXT, UpdateKind.CHOICE})
# A receipt can overtake the answer to the very request it is about; that answer comes within a call's time limit.
RECEIPT_PATIENCE, RECEIPT_PAUSE = timedelta(seconds=10), 0.5
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """An outcome with the payloads that say it on its channel."""

    outcome: Outcome | None = None
    payloads: Sequence[Payload] = ()
    also: tuple[Pending, ...] = ()  # fragments that this outcome answers too
    slip_token: str = ""  # of the page that holds the outcome's slip


class TurnDrain(LaneDrain[Pending, Decided]):
    """Decides updates one after the other; the decision itself is pure."""

    def __init__(
        self,
        *base: Any,
        channels: Mapping[str, Channel],
        handlers: Sequence[Handler],
        knowledge: Callable[[], Knowledge],
        among_staff: Sequence[Handler] = (),
        slips: SlipPages | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*base, **options)
        self._channels = channels
        self._handlers = handlers
        self._knowledge = knowledge
        self._among_staff = among_staff
        self._slips = slips or SlipPages()
        self.courtesies = Courtesies()

    async def oldest(self, session: AsyncSession, key: str) -> Pending | None:
        """Return the oldest pending update of the conversation."""
        return await inbox.oldest(session, key)

    async def has_more(self, session: AsyncSession, key: str) -> bool:
        """Tell whether the conversation has pending updates."""
        return await inbox.has_pending(session, key)

    async def work(self, item: Pending) -> Decided:
        """Decide what to say. No transaction is open: matching takes milliseconds."""
        structlog.contextvars.bind_contextvars(trace_id=item.trace_id)
        if item.update.kind in NOTICES:
            await self._await_what_it_is_about(item)
            return Decided()
        async with self.db.reading() as session:
            turn = await conversations.open_turn(session, item, now=self.clock.now())
        seen_at = min(turn.update.sent_at or turn.at, turn.at)
        turn = replace(turn, reach=reach_of(self._channels[turn.update.channel], seen_at))
        if turn.mode is Mode.CLOSED:
            return Decided()
        if turn.mode is Mode.STAFF:
            return self._decided(turn, dispatch(turn, self._knowledge(), self._among_staff))
        if turn.update.kind in AWAITED:
            self.courtesies.show(self._channels[turn.update.channel], turn.update)
        outcome, also = self._decide(turn, item)
        if outcome is not None and outcome.handoff is not None:
            async with self.db.reading() as session:
                outcome = acknowledged(outcome, await load_hours(session), now=turn.at)
        return replace(self._decided(turn, outcome), also=also)

    async def _await_what_it_is_about(self, item: Pending) -> None:
        """Raise NotYet for a receipt that came before the platform told us the id of what it is about."""
        note = item.update.note
        if note is None or self.clock.now() - item.received_at > RECEIPT_PATIENCE:
            return
        async with self.db.reading() as session:
            if await outbox.may_follow(session, item.update, note):
                raise NotYet(RECEIPT_PAUSE)

    def _decide(self, turn: Turn, item: Pending) -> tuple[Outcome | None, tuple[Pending, ...]]:
        """Return the outcome of an update, alone or with the fragments after it. Raises NotYet when more may come."""
        outcome = self._dispatch(turn)
        if is_settled(outcome) or not is_fragment(turn.update):
            return outcome, ()
        alone = outcome
        if item.fragments:
            outcome = self._dispatch(joined(turn, [it.update for it in item.fragments]))
        if not is_settled(outcome) and any(self._stands_alone(turn, it) for it in item.fragments):
            return alone, ()  # what follows is a question of its own
        pause = timedelta(seconds=self.settings.gather_seconds)
        until = (item, *item.fragments)[-1].received_at + pause
        if not is_settled(outcome) and turn.at < until and len(item.fragments) + 1 < MAX_FRAGMENTS:
            raise NotYet((until - turn.at).total_seconds())
        return outcome, item.fragments

    def _stands_alone(self, turn: Turn, fragment: Pending) -> bool:
        return is_settled(self._dispatch(replace(turn, update=fragment.update)))

    def _dispatch(self, turn: Turn) -> Outcome | None:
        started = perf_counter()
        outcome = dispatch(turn, self._knowledge(), self._handlers)
        telemetry.TURN_SECONDS.observe(perf_counter() - started)
        return outcome

    def _decided(self, turn: Turn, outcome: Outcome | None) -> Decided:
        channel = turn.update.channel
        if outcome is None:
            return Decided()
        if self._is_stale(turn, outcome):
            telemetry.UPDATES_IGNORED.labels(channel, "stale").inc()
            return Decided()
        telemetry.OUTCOMES.labels(channel, outcome.kind.value).inc()
        log.info("turn.decided", channel=channel, outcome=outcome.kind.value, entry=outcome.entry,
                 confidence=round(outcome.confidence, 3), reason=outcome.trace.reason)  # fmt: skip
        outcome, token = self._slips.linked(outcome) if self._channels[channel].limits.pages else (outcome, "")
        reply = outcome.reply
        payloads = self._channels[channel].render(reply) if reply else ()
        return Decided(outcome=outcome, payloads=payloads, slip_token=token)

    def _is_stale(self, turn: Turn, outcome: Outcome) -> bool:
        """Tell whether this is small talk of days ago: after a breakdown, questions are caught up on, greetings not."""
        hours = self._channels[turn.update.channel].limits.smalltalk_hours
        is_chat = turn.update.kind in AWAITED and outcome.kind is OutcomeKind.SMALLTALK
        sent_at = turn.update.sent_at
        return bool(hours and is_chat and sent_at and turn.at - sent_at > timedelta(hours=hours))

    async def commit(self, session: AsyncSession, item: Pending, done: Decided) -> None:
        """Write the decision and finish the update: both or neither."""
        now = self.clock.now()
        forgets = item.update.kind in FORGETS or (done.outcome is not None and done.outcome.erase)
        # First, so that only the confirmation is left.
        forgotten = await contacts.erase(session, item.update) if forgets else set()
        if item.update.kind in NOTICES:
            await self._note(session, item)
        else:
            asked = (item, *done.also)
            patience = timedelta(minutes=self.settings.choice_minutes)
            conversation_id = await conversations.commit_turn(
                session, self.waker, asked, done.outcome, done.payloads, now=now, patience=patience
            )
            if done.slip_token and done.outcome is not None and done.outcome.slip is not None:
                await self._slips.keep(session, done.outcome.slip, done.slip_token, conversation_id, now=now)
        for finished in (item, *done.also):
            await inbox.finish(session, finished.id, now=now)
        for contact in forgotten:
            await inbox.forget(session, inbox.lane_of(structs.replace(item.update, contact=contact)))

    async def _note(self, session: AsyncSession, item: Pending) -> None:
        asked, now = item.update, self.clock.now()
        if asked.kind is UpdateKind.STATUS and asked.note is not None:
            await outbox.confirm(session, asked.channel, asked.note)
        elif asked.kind is UpdateKind.STAFF:
            until = now + timedelta(minutes=self.settings.staff_pause_minutes)
            await conversations.pause_for_staff(session, item, until=until, now=now)
        elif asked.kind is UpdateKind.REACTION:
            await conversations.judge(session, asked, now=now)

    async def bury(self, session: AsyncSession, item: Pending, error: str) -> None:
        """Keep the update as a dead letter."""
        await inbox.finish(session, item.id, now=self.clock.now(), error=error)
