"""The plain values that travel between channels, handlers and the two queues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from msgspec import Struct

from knowledge.eligibility.engine import Run

Payload: TypeAlias = Mapping[str, Any]
"""One JSON object in a platform's own form, ready to be sent."""


class UpdateKind(StrEnum):
    """What an inbound update is about."""

    TEXT = "text"
    CHOICE = "choice"  # a tap: `payload` is what we put behind the button
    ATTACHMENT = "attachment"
    REACTION = "reaction"
    STATUS = "status"  # what became of a message we sent
    FOLLOW = "follow"
    START = "start"  # opened the chat without writing yet
    UNFOLLOW = "unfollow"
    ERASE = "erase"  # the person asks that their data be deleted
    STAFF = "staff"  # a person answered from the platform's own tool: the assistant stays silent
    UNKNOWN = "unknown"  # authentic, but of a kind or shape we do not know


class ReceiptStatus(StrEnum):
    """What a platform says of a message we sent. Order matters: it only moves forward."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusNote:
    """One platform notice about messages we sent (`message_ids` are the platform's ids)."""

    message_ids: tuple[str, ...]
    status: ReceiptStatus
    error: str = ""


class InboundUpdate(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One inbound event, translated from the platform's form. Unique by (channel, external_id).

    `contact` is the platform's id of the person, opaque text. `address` is what `Channel.send` needs to reach
    them (equal to `contact` on most channels). `account` is our own account that received it. Text is NFC, free of
    control characters and lone surrogates, and already redacted by `bot.privacy`.
    """

    channel: str
    external_id: str
    kind: UpdateKind
    contact: str
    account: str = ""
    address: str = ""
    text: str = ""
    payload: str = ""
    attachment: str = ""  # the platform's word for what was attached: image, audio, sticker …
    emoji: str = ""
    reply_to: str = ""  # platform id of the message this one quotes or reacts to
    note: StatusNote | None = None
    sent_at: datetime | None = None


class Mode(StrEnum):
    """Who speaks in a conversation."""

    BOT = "bot"
    WAITING = "waiting"  # a person was asked for, nobody has taken over yet
    STAFF = "staff"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something the citizen may pick. `payload` opens it by its key; labels are never matched as questions."""

    title: str
    payload: str
    short_title: str = ""  # at most 20 characters, written by staff; empty: channels cut the title at a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an answer comes from. `url` already points at the quoted sentence (text fragment)."""

    title: str
    url: str
    published_on: date | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Something to open besides the source: a phone number (tel:), a mail address, a page."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What to say, independent of any channel. Channels decide how it looks and how it is split."""

    text: str
    source: Source | None = None
    choices: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()


class OutcomeKind(StrEnum):
    """The decision about one turn, as `ask --json` prints it."""

    ANSWER = "answer"
    CHOICES = "choices"
    PARTIAL = "partial"
    UNKNOWN = "unknown"
    SMALLTALK = "smalltalk"
    GUIDE = "guide"
    DEADLINE = "deadline"
    HANDOFF = "handoff"
    PRIVACY = "privacy"


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueState:
    """What a conversation remembers between turns. Everything else is in its messages."""

    choices: tuple[Choice, ...] = ()
    entry: str = ""  # key of the entry spoken of last: its answer was said, or it was only offered or named as near
    spoken: str = ""  # key of the entry whose answer was said last in this talk
    question: str = ""  # digest of the question that was taken last
    parts: tuple[str, ...] = ()  # the questions of the last message, when it had several
    competition: str = ""  # key of the competition spoken of last
    at: datetime | None = None  # when `choices` and `entry` were set
    nudged_at: datetime | None = None  # when we last asked to type instead of sending a picture or a voice note
    offered: str = ""  # digest of the question for which we last offered to tell the answer later
    asked: str = ""  # the last question, when it named the number of a document: that may be taken back
    run: Run | None = None  # where they stand in an eligibility guide
    run_at: datetime | None = None  # when they last answered in it; None: it is at its end

    @property
    def is_told(self) -> bool:
        """Tell whether the entry spoken of last was answered with, and not only offered or named as near."""
        return bool(self.entry) and self.entry == self.spoken

    def lives(self, at: datetime, life: timedelta) -> bool:
        """Tell whether what was set last is at `at` no older than `life`."""
        return self.at is not None and at - self.at <= life


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """The end of an eligibility guide, to be read or printed: what was answered, what decides, what is still open."""

    title: str
    verdict: str  # the kind of ruling: may_qualify, not_covered or ask_staff
    outcome: str
    answers: tuple[tuple[str, str], ...] = ()  # question, answer
    clause: str = ""
    is_open: bool = False  # the clause did not decide: it is the one that hangs on what is not known
    source: Source | None = None
    as_of: date | None = None
    confirm: tuple[str, ...] = ()
    following: str = ""  # the next step, with the contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Until when we may write to a person of our own accord; None: without limit.

    `is_seen_on_visit`: nothing rings there, the person sees it when they open the page.
    """

    until: datetime | None = None
    is_seen_on_visit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Everything needed to decide what to say."""

    update: InboundUpdate
    at: datetime
    on: date  # the calendar day in Vietnam at that moment: validity counts in days
    state: DialogueState = field(default_factory=DialogueState)
    mode: Mode = Mode.BOT
    reach: Reach = field(default_factory=Reach)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """An entry with the calibrated probability (0.0-1.0) that it answers the question."""

    entry: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffRequest:
    """A person is asked for, and why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A person agrees to be told the answer to a question once there is one, or withdraws every such wish."""

    agreed: bool
    question: str = ""  # digest of the question (bot.handlers.telling)
    wording: str = ""  # what the person was asked, word for word


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRequest:
    """A person wants to be reminded of a stage once, or (`agreed` False) of nothing any more.

    `target_at` is the moment they must not miss, `wording` what they were told when they agreed, word for word.
    """

    agreed: bool
    competition: str = ""
    stage: str = ""
    target_at: datetime | None = None
    due_at: datetime | None = None
    wording: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Why this outcome: the handler that decided and its reasons in order. Never holds personal data."""

    handler: str
    reason: str = ""
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything decided about one turn; committed as a whole or not at all."""

    kind: OutcomeKind
    trace: Trace
    reply: Reply | None = None
    state: DialogueState = field(default_factory=DialogueState)
    entry: str = ""
    confidence: float = 0.0
    candidates: tuple[Ranked, ...] = ()
    expired: bool = False
    miss: str = ""  # why staff should look at this question; empty: nothing was missed
    handoff: HandoffRequest | None = None
    consent: Consent | None = None
    reminder: ReminderRequest | None = None
    erase: bool = False
    slip: Slip | None = None
    dislikes: bool = False  # the person says that the answer before this was no good
