"""Saying something that answers no update: through the same outbox, within the same window, in the same transcript."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import outbox
from bot.channel import Channel, Limits, Noticing
from bot.messages import Payload, Reach, Reply, Trace
from bot.records import dump_reply, dump_trace
from bot.tables import Contact, Conversation, Message
from runtime.wakers.port import Waker

MARGIN = timedelta(minutes=5)  # a delivery waits for its place: what is said at the last minute may come too late


def closes_at(limits: Limits, last_seen_at: datetime) -> datetime | None:
    """Return until when we may write to a person who was last seen then; None: for ever."""
    hours = limits.reply_window_hours
    return last_seen_at + timedelta(hours=hours) - MARGIN if hours else None


def reach_of(channel: Channel, last_seen_at: datetime) -> Reach:
    """Return until when we may write to a person who was last seen then; a notice may be sent at any time."""
    until = None if _has_notice(channel) else closes_at(channel.limits, last_seen_at)
    return Reach(until=until, is_seen_on_visit=channel.limits.is_seen_on_visit)


def _has_notice(channel: Channel) -> bool:
    return isinstance(channel, Noticing) and channel.notice("-") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Writes to people of its own accord."""

    waker: Waker
    channels: Mapping[str, Channel]

    def is_in_service(self, channel: str) -> bool:
        """Tell whether a channel is switched on."""
        return channel in self.channels

    def may_write(self, channel: str, last_seen_at: datetime, *, now: datetime) -> bool:
        """Tell whether the reply window of a person last seen then is open on a channel that is switched on."""
        if channel not in self.channels:
            return False
        end = closes_at(self.channels[channel].limits, last_seen_at)
        return end is None or now < end

    def payloads(self, channel_name: str, last_seen_at: datetime, reply: Reply, *, now: datetime) -> Sequence[Payload]:
        """Return how a reply reaches a person now: as it is, else as a notice; nothing when neither is possible."""
        channel = self.channels[channel_name]
        if self.may_write(channel_name, last_seen_at, now=now):
            return channel.render(reply)
        notice = channel.notice(reply.text) if isinstance(channel, Noticing) else None
        return [notice] if notice is not None else []

    async def say(
        self,
        session: AsyncSession,
        to: tuple[Contact, Conversation],
        reply: Reply,
        *,
        trace: Trace,
        now: datetime,
        author: str = "bot",
        outcome: str = "",
        entry: str = "",
        payloads: Sequence[Payload] | None = None,
    ) -> int:
        """Write a message and owe it to its person (as `payloads`, else as rendered), in the caller's transaction."""
        contact, conversation = to
        message = Message(
            conversation_id=conversation.id,
            author=author,
            text=reply.text,
            reply=dump_reply(reply),
            outcome=outcome,
            entry=entry,
            trace=dump_trace(trace),
            created_at=now,
        )
        session.add(message)
        await session.flush()
        await outbox.enqueue(
            session,
            self.waker,
            contact=contact,
            payloads=payloads or self.channels[contact.channel].render(reply),
            update_id=None,
            message_id=message.id,
            trace_id=secrets.token_hex(8),
            now=now,
        )
        return message.id
