"""The web chat over a real database, with the assistant replaced by an echo."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import date

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import inbox, outbox
from bot.inbox import Inbox
from bot.messages import Choice, Link, Outcome, OutcomeKind, Reply, Source, Trace
from bot.sender import DeliveryDrain
from bot.turns import TurnDrain
from runtime.clock import SystemClock
from runtime.ingress import Ingress
from runtime.settings import Settings, WorkerSettings
from runtime.wakers.embedded import EmbeddedWaker
from tests.support.builders import an_entry
from tests.support.fakes import knowledge_of
from webhooks.views import Reception
from webhooks.webchat.channel import WebchatChannel
from webhooks.webchat.views import set_up_webchat

SITE = "https://startup.caobang.example"


def echo(turn, _knowledge):
    """Says back what it heard, with everything a reply can have."""
    asked = turn.update
    if asked.text == "im lặng":
        return None
    return Outcome(
        kind=OutcomeKind.ANSWER,
        trace=Trace(handler="echo"),
        reply=Reply(
            text=f"Về: {asked.payload or asked.text}",
            source=Source(
                title="Bài <viết>",
                url="https://portal.example/bai.html#:~:text=c%C3%A2u",
                published_on=date(2024, 1, 22),
                quote="Câu được trích",
            ),
            choices=(Choice(title="Câu khác", payload="#faq:khac"),),
            links=(Link(title="Gọi", url="tel:02063852123"), Link(title="Xấu", url="javascript:alert(1)")),
        ),
        state=turn.state,
        miss="too_low" if asked.text == "không biết" else "",
    )


class PatientWaker(EmbeddedWaker):
    """Never cut short while it claims: a cancelled query costs its SQLite connection, and warnings are errors here."""

    async def _claim_some(self, drains):
        claiming = asyncio.ensure_future(super()._claim_some(drains))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            await asyncio.wait([claiming])
            raise


class World:
    """An application whose workers can be started and stopped."""

    def __init__(self, db, **options):
        self.db = db
        self.clock = SystemClock()
        self.channel = WebchatChannel()
        worker = WorkerSettings(poll_seconds=5.0)  # work is announced; a poll that is cut short would cost a connection
        self.waker = PatientWaker(db, self.clock, worker)
        self.ingress = Ingress(Inbox(db, self.waker).accept, batch_rows=64, pending_rows=1000)
        base = (db, self.clock, self.waker, worker)
        channels = {"webchat": self.channel}
        knowledge = options.pop("knowledge", knowledge_of(an_entry()))
        turns = TurnDrain(*base, channels=channels, handlers=[echo], knowledge=lambda: knowledge)
        deliveries = DeliveryDrain(*base, channels=channels)
        self._drains = {inbox.QUEUE: turns.drain, outbox.QUEUE: deliveries.drain}
        self._tasks: list[asyncio.Task] = [asyncio.create_task(self.ingress.run())]
        self.app = web.Application()
        section = {"allowed_origins": SITE, **options.pop("webchat", {})}
        set_up_webchat(
            self.app,
            channel=self.channel,
            db=db,
            reception=Reception(self.ingress, self.clock),
            clock=self.clock,
            settings=Settings(channels={"webchat": section}, **options),
            knowledge=lambda: knowledge,
        )

    def work(self) -> None:
        self._tasks.append(asyncio.create_task(self.waker.run(self._drains)))

    async def stop(self) -> None:
        for task in reversed(self._tasks):
            task.cancel()
        await asyncio.wait(self._tasks)


class Visitor:
    """A browser's side of the JSON requests, on our own origin unless another is given."""

    def __init__(self, client, *, origin: str | None = ""):
        self.client = client
        self.origin = str(client.make_url("/")).rstrip("/") if origin == "" else origin
        self.token = ""

    @property
    def headers(self):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return headers | ({"Origin": self.origin} if self.origin else {})

    async def begin(self):
        answer = await self.client.post("/chat/session", headers=self.headers)
        self.token = (await answer.json()).get("token", "")
        return answer

    async def ask(self, text: str = "", *, id: str = "client-id-1", **fields):  # noqa: A002 - the field's name
        return await self.client.post("/chat/messages", headers=self.headers, json={"id": id, "text": text, **fields})

    async def read(self, thread: str = "", after: int = 0):
        query = {"thread": thread, "after": str(after)}
        answer = await self.client.get("/chat/messages", headers=self.headers, params=query)
        return await answer.json()

    async def read_answered(self, count: int = 2):
        async with asyncio.timeout(20):
            while True:
                page = await self.read()
                if len(page["messages"]) >= count and all(message["id"] for message in page["messages"]):
                    return page
                await asyncio.sleep(0.02)

    async def post(self, path: str, document=None):
        return await self.client.post(f"/chat/{path}", headers=self.headers, json=document or {})


class LikeOurs(TestServer):
    """Lets a handler finish when its visitor leaves, as `hoidap serve` does; aiohttp's own test server cancels it."""

    __test__ = False

    async def _make_runner(self, **options):
        return await super()._make_runner(**{**options, "handler_cancellation": False})


@pytest.fixture
async def make_world(db, aiohttp_client):
    """Make a world and a client of it; `work=False`: nobody answers yet."""
    async with contextlib.AsyncExitStack() as stack:

        async def make(*, work: bool = True, **options):
            world = World(db, **options)
            stack.push_async_callback(world.stop)
            if work:
                world.work()
            return world, await aiohttp_client(LikeOurs(world.app))

        yield make


@pytest.fixture
async def client(make_world):
    _, client = await make_world()
    return client


@pytest.fixture
async def visitor(client):
    visitor = Visitor(client)
    await visitor.begin()
    return visitor
