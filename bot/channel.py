"""What a channel is. Declared here, implemented in webhooks/, plugged in by server.py.

SendError
├── RetryLater      temporary: try again after `after` seconds (None: the queue's own back-off)
├── Rejected        the platform refuses this payload for this person: never retry
├── WindowClosed    the reply window has passed: never retry
└── Unauthorized    our own credentials or account are not accepted: hold the lane, alert
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from msgspec import Struct

from bot.messages import InboundUpdate, Payload, Reply
from runtime.errors import AppError


class SignedRequest(Struct, frozen=True, kw_only=True):
    """A request as it came in. Headers are looked up in lower case; `query` holds the last value of each name."""

    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    query: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At most `count` messages in any `seconds`, of all processes together; `account` names what is counted."""

    account: str
    count: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one message of a channel may hold. Lengths in characters after NFC; 0: not available."""

    text: int
    choices: int
    choice_title: int
    reply_window_hours: int = 0  # how long after the citizen's last act we may write; 0: no limit
    smalltalk_hours: int = 0  # a greeting older than this is let pass; 0: the platform never delivers that late
    is_seen_on_visit: bool = False  # messages wait on a page until the person opens it; nothing rings
    person_seconds: float = 0.0  # least time between two messages to one person; 0: no limit
    pace: Pace | None = None  # messages of our whole account; None: no limit
    body: int = 1024 * 1024  # bytes of one webhook request
    pages: bool = False  # whether people read it in a browser, where a page of ours opens beside it


class Reading(Struct, frozen=True, kw_only=True):
    """What an authentic body holds: updates in order, and one reason for each item that needs nothing.

    Reasons are a small fixed vocabulary, fit for a metric label.
    """

    updates: tuple[InboundUpdate, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The platform took a delivery. `external_id` is its id of the message ("" when it gives none)."""

    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One result of a check: what was looked at, whether it is well, and what to do if not.

    `is_warning`: it works as it is, and somebody should still look at it.
    """

    subject: str
    ok: bool
    message: str
    hint: str = ""
    is_warning: bool = False


class SendError(AppError):
    """The platform did not take a delivery."""

    def __init__(self, message: str | None = None, *, hint: str = "", code: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code


class RetryLater(SendError):
    """Temporary failure of the platform or the line."""

    def __init__(self, message: str | None = None, *, after: float | None = None, code: str = "") -> None:
        super().__init__(message, code=code)
        self.after = after

    @property
    def is_outage(self) -> bool:
        """Whether the platform is away as a whole, which no message is at fault for."""
        return self.code == "connect" or self.code.startswith("http_5")


class Rejected(SendError):
    """The platform refuses this message for this person."""


class WindowClosed(SendError):
    """The platform's reply window has passed."""


class Unauthorized(SendError):
    """Our own credentials or account are not accepted."""


class Channel(Protocol):
    """One way citizens reach us."""

    name: str
    limits: Limits

    def handshake(self, request: SignedRequest) -> str | None:
        """Return the text that answers a platform's set-up probe, or None when this is not one.

        Raises BadSignature for a probe with the wrong token.
        """
        ...

    def verify(self, request: SignedRequest) -> None:
        """Check the signature over the raw bytes. Raises BadSignature."""
        ...

    def parse(self, body: bytes) -> Sequence[InboundUpdate]:
        """Translate an authentic body. An odd item becomes kind UNKNOWN; its siblings survive.

        Raises BadPayload when the body is not a JSON object.
        """
        ...

    def read(self, body: bytes) -> Reading:
        """Do what `parse` does, and say why the other items of the body need nothing."""
        ...

    def render(self, reply: Reply) -> Sequence[Payload]:
        """Say `reply` in this platform's form: as few messages as possible, none over its limits."""
        ...

    async def send(self, to: str, payload: Payload) -> Receipt:
        """Send one payload to an address. Raises RetryLater, Rejected, WindowClosed or Unauthorized."""
        ...

    async def check(self) -> Sequence[Finding]:
        """Look at the platform without messaging anyone (for the doctor)."""
        ...


@runtime_checkable
class Noticing(Protocol):
    """A channel that has a form of message for outside the reply window. A channel need not."""

    def notice(self, text: str) -> Payload | None:
        """Say `text` in that form; None: none is set up."""
        ...

    def is_notice(self, payload: Payload) -> bool:
        """Tell whether a payload has that form."""
        ...


@runtime_checkable
class Courteous(Protocol):
    """A channel on which a person can see that we are at it: "read", "typing". A channel need not be."""

    async def acknowledge(self, update: InboundUpdate) -> None:
        """Show it. A nicety: failure is only logged."""
        ...
