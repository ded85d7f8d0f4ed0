"""What a visitor can do, whichever way the request came: page, JSON request or socket."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot import sessions
from bot.handlers.composing import featured
from bot.messages import Choice, InboundUpdate, UpdateKind
from bot.sessions import Transcript, Visit
from knowledge.base import Knowledge
from runtime.addresses import network_of
from runtime.clock import Clock, vietnam_date
from runtime.database import Database
from runtime.errors import AppError
from webhooks.views import Reception
from webhooks.webchat.channel import WebchatChannel
from webhooks.webchat.limits import Allowance
from webhooks.webchat.payloads import Place, Rating, Said
from webhooks.webchat.settings import WebchatSettings

_MINUTE, _HOUR = 60.0, 3600.0


class NoSession(AppError):
    """The token opens nothing: it is unknown, expired or was given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A new session with its token."""

    token: str
    visit: Visit


class Desk:
    """Sessions, questions, transcripts and judgements of web visitors."""

    def __init__(
        self,
        *,
        channel: WebchatChannel,
        db: Database,
        reception: Reception,
        clock: Clock,
        settings: WebchatSettings,
        knowledge: Callable[[], Knowledge],
    ) -> None:
        self.channel = channel
        self.settings = settings
        self.clock = clock
        self.knowledge = knowledge
        self._db = db
        self._reception = reception
        self._per_visitor = Allowance(settings.messages_per_minute, seconds=_MINUTE)
        self._per_address = Allowance(settings.address_messages_per_minute, seconds=_MINUTE)
        self._new_visitors = Allowance(settings.address_sessions_per_hour, seconds=_HOUR)

    def topics(self) -> Sequence[Choice]:
        """Return what a newcomer may ask."""
        return featured(self.knowledge().snapshot, on=vietnam_date(self.clock.now()))

    async def begin(self, address: str) -> Opened:
        """Open a session. Raises TooFast."""
        now = self.clock.now()
        self._new_visitors.take(network_of(address), now)
        async with self._db.transaction() as session:
            token, visit = await sessions.begin(session, now=now)
        return Opened(token=token, visit=visit)

    async def visit(self, token: str) -> Visit:
        """Return the session of a token, prolonged when it is in use. Raises NoSession."""
        now = self.clock.now()
        async with self._db.reading() as session:
            visit = await sessions.find(session, token, now=now)
        if visit is None:
            raise NoSession
        if sessions.needs_renewal(visit, now=now):
            async with self._db.transaction() as session:
                await sessions.renew(session, visit, now=now)
        return visit

    async def ask(self, token: str, said: Said, address: str) -> None:
        """Take a message in; it is durable on return. Raises TooFast, NoSession, StorageBusy."""
        now = self.clock.now()
        self._per_address.take(network_of(address), now)  # first: a flood must not even reach the database
        visit = await self.visit(token)
        self._per_visitor.take(visit.contact, now)
        await self._reception.accept(self.channel.name, [said.update(visit.contact)])
        self.channel.tell(visit.contact)

    async def read(self, token: str, place: Place) -> Transcript:
        """Return what a page lacks. Raises NoSession."""
        async with self._db.reading() as session:
            visit = await sessions.find(session, token, now=self.clock.now())
            if visit is None:
                raise NoSession
            return await sessions.transcript(session, visit, thread=place.thread, after=place.after)

    async def read_answered(self, token: str, place: Place, *, patience: float) -> Transcript:
        """Return what a page lacks, once nothing waits for an answer or patience (seconds) has run out."""
        visit = await self.visit(token)
        news = asyncio.Event()
        end = asyncio.get_running_loop().time() + patience
        with self.channel.listening(visit.contact, news):
            while True:
                news.clear()
                transcript = await self.read(token, place)
                if not transcript.is_waiting or asyncio.get_running_loop().time() >= end:
                    return transcript
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(end):  # around the wait only: a query must not be cut short
                        await news.wait()

    async def rate(self, visit: Visit, rating: Rating) -> bool:
        """Record a judgement; tell whether the message is one of the visitor's. Raises TooFast."""
        now = self.clock.now()
        self._per_visitor.take(visit.contact, now)
        async with self._db.transaction() as session:
            return await sessions.rate(session, visit, rating.message_id, rating.value, reason=rating.reason, now=now)

    async def start_over(self, visit: Visit) -> None:
        """Begin a new conversation within the session."""
        now = self.clock.now()
        self._per_visitor.take(visit.contact, now)
        async with self._db.transaction() as session:
            await sessions.start_over(session, visit, now=now)
        self.channel.tell(visit.contact)

    async def erase(self, visit: Visit) -> None:
        """Delete all that was said, and make the token worthless. Raises StorageBusy, and nothing is changed then.

        The deletion goes through the inbox: it comes after everything the visitor said before, also what still waits.
        """
        request = InboundUpdate(
            channel=self.channel.name,
            external_id=sessions.external_id(visit.contact, f"erase-{secrets.token_hex(8)}"),
            kind=UpdateKind.ERASE,
            contact=visit.contact,
            address=visit.contact,
        )
        await self._reception.accept(self.channel.name, [request])
        async with self._db.transaction() as session:
            await sessions.end(session, visit)
        self.channel.tell(visit.contact)
