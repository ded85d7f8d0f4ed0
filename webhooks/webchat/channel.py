"""The web chat as a channel: messages lie in the database, sending only tells open pages to look."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from bot.channel import Finding, Limits, Reading, Receipt, SignedRequest
from bot.messages import InboundUpdate, Payload, Reply
from bot.sessions import CHANNEL, LIFE
from runtime.errors import BadPayload, BadSignature


class WebchatChannel:
    """Visitors of web pages. What they read comes from the transcript, so a lost notice is only a later look."""

    name = CHANNEL
    limits = Limits(
        text=10_000,
        choices=10,
        choice_title=300,
        is_seen_on_visit=True,
        pages=True,
        reply_window_hours=LIFE // timedelta(hours=1),  # afterwards nobody holds a token that opens the conversation
    )

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def listening(self, contact: str, event: asyncio.Event) -> Iterator[None]:
        """Have `event` set whenever there may be news for a visitor."""
        self._listeners[contact].add(event)
        try:
            yield
        finally:
            self._listeners[contact].discard(event)
            if not self._listeners[contact]:
                del self._listeners[contact]

    def tell(self, contact: str) -> None:
        """Have the open pages of a visitor in this process look for news."""
        for event in self._listeners.get(contact, ()):
            event.set()

    def handshake(self, request: SignedRequest) -> str | None:  # noqa: ARG002 - no platform probes us
        """Return None: there is no platform."""
        return None

    def verify(self, request: SignedRequest) -> None:  # noqa: ARG002 - nothing may be authentic
        """Refuse: visitors come through `/chat/`, never through `/webhooks/`."""
        raise BadSignature

    def parse(self, body: bytes) -> Sequence[InboundUpdate]:  # noqa: ARG002 - as above
        """Refuse, for the same reason."""
        raise BadPayload

    def read(self, body: bytes) -> Reading:  # noqa: ARG002 - as above
        """Refuse, for the same reason."""
        raise BadPayload

    def render(self, reply: Reply) -> Sequence[Payload]:
        """Owe one notice per reply; its content is read from the transcript."""
        return ({"kind": "notice"},) if reply.text or reply.choices else ()

    async def send(self, to: str, payload: Payload) -> Receipt:  # noqa: ARG002 - the notice says it all
        """Tell open pages of this process. Pages of other processes look by themselves within seconds."""
        self.tell(to)
        return Receipt(external_id="")

    async def check(self) -> Sequence[Finding]:
        """Report that the channel needs nothing."""
        return [Finding(subject=self.name, ok=True, message="Visitors are served by this server itself.")]
