"""Tables of the conversation and its two queues. Rows never leave this package."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, String, Text, Time, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from runtime.database import Base, Json, UtcDateTime

BigId = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts only INTEGER keys by itself

ID_LENGTH = 255
LANE_LENGTH = 640


class Update(Base):
    """The inbox: one inbound event, stored before it is acknowledged. `state`: pending, done or dead."""

    __tablename__ = "updates"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    kind: Mapped[str] = mapped_column(String(20))
    lane_key: Mapped[str] = mapped_column(String(LANE_LENGTH))
    body: Mapped[str] = mapped_column(Text)  # the InboundUpdate as JSON
    trace_id: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), server_default="pending")
    error: Mapped[str] = mapped_column(Text, server_default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_updates_lane_key_state", "lane_key", "state", "id"),
    )


class Contact(Base):
    """A person on one channel. `address` is what messages go to; it differs from the id where people have two ids."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    account: Mapped[str] = mapped_column(String(ID_LENGTH))
    external_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    address: Mapped[str] = mapped_column(String(LANE_LENGTH), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)  # their last act: the reply window counts from it

    __table_args__ = (UniqueConstraint("channel", "account", "external_id"),)


class Conversation(Base):
    """The ordered exchange with a contact. `mode`: bot, waiting, staff or closed."""

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), unique=True)
    mode: Mapped[str] = mapped_column(String(10), server_default="bot")
    mode_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # when a staff pause ends by itself
    state: Mapped[dict[str, Any]] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    choice_message_id: Mapped[int | None] = mapped_column(BigId)  # the choices that wait for a pick
    choice_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # after that they are abandoned
    owes_news: Mapped[bool] = mapped_column(server_default=false())  # an answer promised earlier waits for a visit


class Message(Base):
    """One utterance, in or out. `author`: contact, bot or staff. `trace` says why, for what the bot said."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    update_id: Mapped[int | None] = mapped_column(ForeignKey("updates.id", ondelete="SET NULL"), index=True)
    author: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    reply: Mapped[dict[str, Any] | None] = mapped_column(Json)
    outcome: Mapped[str] = mapped_column(String(20), server_default="")
    entry: Mapped[str] = mapped_column(String(ID_LENGTH), server_default="")
    confidence: Mapped[float | None]
    trace: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_messages_entry", "entry", "outcome", "created_at"),
    )  # how often staff's entries are asked


class Delivery(Base):
    """The outbox: one payload owed to one contact. `state`: queued, sent, delivered, read, failed, dead or dropped."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    update_id: Mapped[int | None] = mapped_column(ForeignKey("updates.id", ondelete="SET NULL"))
    ordinal: Mapped[int]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(LANE_LENGTH))
    lane_key: Mapped[str] = mapped_column(String(LANE_LENGTH))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    trace_id: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), server_default="queued")
    external_id: Mapped[str] = mapped_column(String(ID_LENGTH), server_default="", index=True)
    error: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        # at most one reply per update, however often the update is tried
        UniqueConstraint("update_id", "ordinal"),
        Index("ix_deliveries_lane_key_state", "lane_key", "state", "id"),
    )


class Handoff(Base):
    """A request that a person take over. Open until `closed_at`; `ended`: released, overdue or idle."""

    __tablename__ = "handoffs"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str] = mapped_column(String(ID_LENGTH), server_default="")
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    ended: Mapped[str] = mapped_column(String(10), server_default="")


class Gap(Base):
    """What the knowledge lacks: misses of one meaning, triaged as one. `state`: see bot.gap_states.GapState.

    The counts stay when texts are dropped. `samples`: up to a few different wordings, masked.
    """

    __tablename__ = "gaps"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    text: Mapped[str] = mapped_column(Text)  # the first question; empty: grouped by reason alone, or dropped
    samples: Mapped[list[str]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(String(40))  # of the latest miss
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(Json)  # of the latest miss that had some
    people: Mapped[int] = mapped_column(server_default="0", index=True)
    misses: Mapped[int] = mapped_column(server_default="0")
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    state: Mapped[str] = mapped_column(String(20), server_default="new", index=True)
    assignee: Mapped[str] = mapped_column(String(ID_LENGTH), server_default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, server_default="")
    entry: Mapped[str] = mapped_column(String(ID_LENGTH), server_default="")  # that answers it, or is to
    becomes: Mapped[str] = mapped_column(String(20), server_default="")  # its state once that entry is published
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it left the queue
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when its texts were dropped
    recurs_id: Mapped[int | None] = mapped_column(ForeignKey("gaps.id", ondelete="SET NULL"), index=True)


class Miss(Base):
    """A question that was not answered well, for staff. Its text outlives the conversation only until triage."""

    __tablename__ = "misses"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    # what we said, where that is what was wrong: one miss at most for one message
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), unique=True)
    gap_id: Mapped[int | None] = mapped_column(ForeignKey("gaps.id", ondelete="SET NULL"), index=True)
    channel: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(20), server_default="")
    reason: Mapped[str] = mapped_column(String(40))
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class FollowUp(Base):
    """A person's wish to be told the answer to one question. `state`: waiting, told or withdrawn."""

    __tablename__ = "follow_ups"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(20))  # of the question
    miss_id: Mapped[int | None] = mapped_column(ForeignKey("misses.id", ondelete="SET NULL"), index=True)
    wording: Mapped[str] = mapped_column(Text)  # what the person agreed to, word for word
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), server_default="waiting", index=True)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)

    __table_args__ = (UniqueConstraint("contact_id", "digest"),)


class Reminder(Base):
    """A person's wish to be reminded of a stage of a competition. `state`: waiting, sent, withdrawn or dropped.

    `target_at` is the moment they must not miss, as it stood when `due_at` was worked out; staff may move it.
    """

    __tablename__ = "reminders"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    competition: Mapped[str] = mapped_column(String(120))
    stage: Mapped[str] = mapped_column(String(40))
    target_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    wording: Mapped[str] = mapped_column(Text)  # what the person agreed to, word for word
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), server_default="waiting")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)

    __table_args__ = (UniqueConstraint("contact_id", "competition", "stage"),)


class OfficeShift(Base):
    """When people answer: hours of a weekday (0: Monday), or of one date instead. No hours on a date: closed."""

    __tablename__ = "office_shifts"

    id: Mapped[int] = mapped_column(primary_key=True)
    weekday: Mapped[int | None]
    on_date: Mapped[date | None] = mapped_column(Date, index=True)
    opens: Mapped[time | None] = mapped_column(Time)
    closes: Mapped[time | None] = mapped_column(Time)
    label: Mapped[str] = mapped_column(Text, server_default="")  # why a date differs


class Feedback(Base):
    """A person's judgement of one message we sent: `value` 1 (helpful) or -1; a later one replaces it."""

    __tablename__ = "feedback"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    value: Mapped[int]
    reason: Mapped[str] = mapped_column(Text, server_default="")  # in the person's own words, masked; often empty
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChatSession(Base):
    """A web visitor's right to a conversation. The token itself is nowhere: only its SHA-256 is kept."""

    __tablename__ = "chat_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    contact: Mapped[str] = mapped_column(String(ID_LENGTH), unique=True)  # the contact's external id on this channel
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    shown_from: Mapped[datetime | None] = mapped_column(UtcDateTime)  # "new conversation": earlier messages are hidden


class GuideSlip(Base):
    """The end of an eligibility guide behind a link. The link's token itself is nowhere: only its SHA-256 is kept."""

    __tablename__ = "guide_slips"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
