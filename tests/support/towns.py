"""A whole assistant drained by hand: several channels, the real handlers, every chore. Time moves when told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot import inbox, outbox
from bot.channel import Limits
from bot.chores import chores
from bot.handlers.composing import Office
from bot.handlers.confirming import Confirming
from bot.handlers.continuing import Continuing
from bot.handlers.deadlines import Deadlines
from bot.handlers.faq import Faq
from bot.handlers.lifecycle import lifecycle
from bot.handlers.manners import Manners
from bot.handlers.picking import Picking
from bot.handlers.reminders import Reminders
from bot.handlers.smalltalk import Smalltalk
from bot.handlers.sourcing import sourcing
from bot.handlers.telling import telling
from bot.handlers.unkept import Unkept
from bot.inbox import Accepted, Inbox
from bot.sender import DeliveryDrain
from bot.speaking import Speaker
from bot.turns import TurnDrain
from runtime import lanes
from runtime.chores import QUEUE as CHORES
from runtime.chores import ChoreDrain, lane_of
from runtime.clock import FixedClock
from runtime.settings import Settings, StaffSettings, WorkerSettings
from runtime.wakers.embedded import EmbeddedWaker
from tests.support.fakes import FakeChannel, an_update, knowledge_of

MONDAY = datetime(2026, 1, 5, 2, tzinfo=UTC)  # 09:00 in Vietnam
LEASE = timedelta(seconds=30)
PUBLIC_URL = "https://hoidap.example"


def limits(hours):
    return Limits(text=2000, choices=5, choice_title=100, reply_window_hours=hours)


class Town:
    """Citizens on three channels with one assistant. `say`, let `work` be done, look at what was `heard`."""

    def __init__(self, db, *entries, knowledge=None, staff=None):
        self.db = db
        self.clock = FixedClock(MONDAY)
        self.knowledge = knowledge or knowledge_of(*entries)
        worker = WorkerSettings(gather_seconds=0, chore_seconds=15)
        settings = Settings(worker=worker, staff=staff or StaffSettings(), public_url=PUBLIC_URL)
        self.waker = EmbeddedWaker(db, self.clock, worker)
        self.channels = {
            "zalo": FakeChannel(name="zalo", limits=limits(48)),
            "whatsapp": FakeChannel(name="whatsapp", limits=limits(24)),
            "webchat": FakeChannel(name="webchat", limits=replace(limits(0), is_seen_on_visit=True)),
        }
        self.inbox = Inbox(db, self.waker)
        self.speaker = Speaker(waker=self.waker, channels=self.channels)
        base = (db, self.clock, self.waker, worker)
        office = Office(name="Sở KH&CN")
        smalltalk = Smalltalk(office)
        reminders, deadlines = Reminders(public_url=PUBLIC_URL), Deadlines(office, public_url=PUBLIC_URL)
        picking = Picking(office, (smalltalk, reminders, deadlines, telling))
        answering = (
            picking,
            sourcing,
            Manners(office),
            smalltalk,
            reminders,
            deadlines,
            Continuing(office, Faq(office)),
        )
        turns = TurnDrain(
            *base,
            channels=self.channels,
            handlers=(lifecycle, Unkept(office, answering), Confirming(answering), *answering),
            among_staff=(Unkept(office),),
            knowledge=lambda: self.knowledge,
        )
        self._listed = chores(
            db, self.clock, self.speaker, settings=settings, knowledge=lambda: self.knowledge, office=office
        )
        self.chores = ChoreDrain(*base, chores=self._listed)
        deliveries = DeliveryDrain(*base, channels=self.channels)
        self._drains = {inbox.QUEUE: turns.drain, outbox.QUEUE: deliveries.drain, CHORES: self.chores.drain}
        self._said = 0

    def follow(self, feed):
        """Answer from the knowledge that is published, as it changes."""
        self._feed = feed

    @property
    def knowledge(self):
        return self._feed.current if self._feed is not None else self._knowledge

    @knowledge.setter
    def knowledge(self, knowledge):
        self._feed, self._knowledge = None, knowledge

    async def say(self, person, text="", *, channel="webchat", **update):
        """Let a person write, and everything be done that follows at once."""
        self._said += 1
        said = an_update(text, id=f"{channel}-{self._said}", channel=channel, contact=person, **update)
        await self.inbox.accept([Accepted(update=said, trace_id="t", received_at=self.clock.now())])
        await self.work()

    async def work(self):
        """Drain whatever is ready, until nothing is."""
        while claims := await lanes.claim_ready(self.db, now=self.clock.now(), lease=LEASE, limit=20):
            for claim in claims:
                await self._drains[claim.queue](claim)

    async def do_chores(self):
        """Have every chore done now, twice: one may make work for another."""
        for _ in range(2):
            async with self.db.transaction() as session:
                keys = [lane_of(chore.name) for chore in self._listed]
                await lanes.wake(session, keys, self.clock.now())
            await self.work()

    def chore(self, name):
        """Return one chore, to be run by hand."""
        return next(chore for chore in self._listed if chore.name == name)

    async def after(self, **time):
        """Let time pass, and everything be done that falls due."""
        self.clock.advance(timedelta(**time))
        await self.work()

    def heard(self, person, *, channel="webchat"):
        """Return what a person was sent, oldest first."""
        return [text for to, text in self.channels[channel].sent if to == person]

    async def act(self, function, *arguments, **options):
        """Call a function of the product in a transaction of its own."""
        async with self.db.transaction() as session:
            return await function(session, *arguments, **options)

    async def rows(self, *columns):
        async with self.db.reading() as session:
            return [tuple(row) for row in await session.execute(select(*columns).order_by(*columns))]
