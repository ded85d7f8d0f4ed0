"""Live pages: one socket, or one event stream, that shows what the transcript says as soon as it says it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from runtime.addresses import network_of
from runtime.errors import AppError, BadPayload
from webhooks import wire
from webhooks.webchat import api, payloads
from webhooks.webchat.desk import Desk, NoSession
from webhooks.webchat.limits import TooFast
from webhooks.webchat.origins import Origins
from webhooks.webchat.payloads import Place

# Another process may have sent the answer: look without being told. Seconds.
LOOK_WAITING, LOOK_IDLE = 1.0, 15.0
HELLO_SECONDS = 10.0
CLOSE_SECONDS = 2.0  # a page that is gone must not hold up the end of the server
HEARTBEAT_SECONDS = 25.0  # below the 30 to 60 seconds after which proxies close a silent line
log = structlog.get_logger(__name__)


class Watch:
    """What an open page waits for: news, or its end. Ending it never cuts a database query short.

    A cancelled query costs its connection, and closing a connection of aiosqlite that way may never finish.
    """

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self.has_ended = False

    def end(self) -> None:
        """Have the page's follower return as soon as it can."""
        self.has_ended = True
        self.news.set()

    async def wait(self, seconds: float) -> None:
        """Wait for news, at most so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.news.wait()


async def follow(desk: Desk, token: str, place: Place, watch: Watch) -> AsyncIterator[Mapping[str, Any]]:
    """Yield what a page lacks now, and then whenever there is more. Raises NoSession when the session ends."""
    shown: tuple[Any, ...] | None = None
    visit = await desk.visit(token)
    with desk.channel.listening(visit.contact, watch.news):
        while not watch.has_ended:
            watch.news.clear()
            transcript = await desk.read(token, place)
            waiting = tuple(line.client_id for line in transcript.lines if line.id == 0)
            state = (transcript.thread, transcript.mode, waiting)
            if state != shown or transcript.last_id:
                yield payloads.page(transcript, place)
                kept = place.after if place.thread == transcript.thread else 0
                shown, place = state, Place(thread=transcript.thread, after=max(transcript.last_id, kept))
            if not watch.has_ended:
                await watch.wait(LOOK_WAITING if waiting else LOOK_IDLE)


class Streams:
    """Open pages, counted per network address and closed politely when the server stops."""

    def __init__(self, desk: Desk, origins: Origins) -> None:
        self._desk = desk
        self._origins = origins
        self._open: Counter[str] = Counter()
        self._sockets: set[web.WebSocketResponse] = set()
        self._watches: set[Watch] = set()
        self._serving: set[asyncio.Task[Any]] = set()

    def add_to(self, app: web.Application, guard: api.Api) -> None:
        """Add the routes."""
        app.router.add_get("/chat/socket", self.socket, allow_head=False)
        app.router.add_get("/chat/stream", guard.guarded(self.events), allow_head=False)
        app.on_shutdown.append(self._close)

    async def _close(self, _app: web.Application) -> None:
        """Send every page away; they come back to the next process by themselves."""
        for watch in tuple(self._watches):
            watch.end()
        closing = (socket.close(code=WSCloseCode.SERVICE_RESTART) for socket in tuple(self._sockets))
        await asyncio.gather(*closing, return_exceptions=True)
        if self._serving:  # aiohttp itself does not wait for handlers whose line is gone; the database must
            await asyncio.wait(tuple(self._serving), timeout=2 * CLOSE_SECONDS)

    @contextlib.contextmanager
    def _place_for(self, request: web.Request) -> Iterator[None]:
        """Hold one of the places that the visitor's network address has. Raises TooFast when all are taken."""
        key, task = network_of(self._origins.address(request)), asyncio.current_task()
        if self._open[key] >= self._desk.settings.address_streams:
            raise TooFast(HEARTBEAT_SECONDS)
        self._open[key] += 1
        assert task is not None
        self._serving.add(task)
        try:
            yield
        finally:
            self._serving.discard(task)
            self._open[key] -= 1
            if self._open[key] <= 0:
                del self._open[key]

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Send the transcript as server-sent events, for lines that let no socket through."""
        token, place = api.token_of(request), payloads.place(request.query)
        await self._desk.visit(token)
        with self._place_for(request):
            response = web.StreamResponse(headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",  # nginx would collect the events otherwise
                **self._origins.cors(request),
            })  # fmt: skip
            await response.prepare(request)
            watch = Watch()
            self._watches.add(watch)
            try:
                await self._pour(response, token, place, watch)
            except ConnectionError:
                log.debug("webchat.stream_left")
            finally:
                self._watches.discard(watch)
            return response

    async def _pour(self, response: web.StreamResponse, token: str, place: Place, watch: Watch) -> None:
        async def beat() -> None:
            while True:
                await asyncio.sleep(HEARTBEAT_SECONDS)
                await response.write(b":\n\n")

        beating = asyncio.create_task(beat())
        beating.add_done_callback(lambda _task: watch.end())  # the page has left
        try:
            async for page in follow(self._desk, token, place, watch):
                await response.write(f"data: {json.dumps(page, ensure_ascii=False)}\n\n".encode())
        except NoSession:
            await response.write(b"event: ended\ndata: {}\n\n")
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """Serve one page over one socket."""
        if not self._origins.allows(request, missing=False):
            return api.refused(403, "origin")
        address = self._origins.address(request)
        try:
            with self._place_for(request):
                socket = web.WebSocketResponse(
                    timeout=CLOSE_SECONDS, heartbeat=HEARTBEAT_SECONDS, max_msg_size=payloads.BODY_LIMIT
                )
                await socket.prepare(request)
                self._sockets.add(socket)
                try:
                    await _Session(self._desk, socket, address).run()
                finally:
                    self._sockets.discard(socket)
                return socket
        except TooFast as error:
            return api.refusal(error)


class _Session:
    """One socket: reads what the page sends, and follows the transcript once there is a session."""

    def __init__(self, desk: Desk, socket: web.WebSocketResponse, address: str) -> None:
        self._desk = desk
        self._socket = socket
        self._address = address
        self._token = ""
        self._place = Place()
        self._following: asyncio.Task[None] | None = None
        self._watch = Watch()

    async def run(self) -> None:
        """Serve until the page leaves."""
        try:
            hello = await self._receive(HELLO_SECONDS)
            if hello is None:
                return
            self._place = payloads.place(hello)
            await self._send("hello")
            token = hello.get("token")
            if isinstance(token, str) and token:
                await self._resume(token)
            while (frame := await self._receive(None)) is not None:
                await self._take(frame)
        except (TimeoutError, BadPayload, ConnectionError):
            await self._socket.close(code=WSCloseCode.POLICY_VIOLATION)
        finally:
            self._watch.end()
            if self._following is not None:
                await asyncio.wait([self._following], timeout=CLOSE_SECONDS)
                self._following.cancel()  # it hangs on a page that takes nothing any more

    async def _receive(self, seconds: float | None) -> Mapping[str, Any] | None:
        message = await self._socket.receive(timeout=seconds)
        if message.type is WSMsgType.TEXT:
            return wire.json_object(message.data.encode("utf-8", "replace"))
        if message.type is WSMsgType.BINARY:
            raise BadPayload
        return None

    async def _resume(self, token: str) -> None:
        try:
            await self._desk.visit(token)
        except NoSession:
            await self._send("ended")
            return
        self._token = token
        if self._following is not None:  # the session before this one has ended, and its follower with it
            await self._following
        self._following = asyncio.create_task(self._follow(token))

    async def _follow(self, token: str) -> None:
        try:
            async for page in follow(self._desk, token, self._place, self._watch):
                await self._send("page", **page)
        except NoSession:
            self._token = ""
            await self._send("ended")
        except ConnectionError:
            return
        except Exception:
            log.exception("webchat.stream_failed")
            await self._socket.close(code=WSCloseCode.TRY_AGAIN_LATER)

    async def _take(self, frame: Mapping[str, Any]) -> None:
        """Do what one frame asks for, and say what became of it."""
        if frame.get("type") != "say":
            return
        client_id = wire.text(frame.get("id"), payloads.ID_LIMIT)  # it goes back: nothing that cannot be sent
        try:
            said = payloads.said(frame, limit=self._desk.settings.text_limit)
            if not self._token:
                await self._begin()
            await self._desk.ask(self._token, said, self._address)
        except AppError as error:
            after = error.seconds if isinstance(error, TooFast) else 0
            await self._send("refused", id=client_id, error=api.reason_of(error), retry_after=after)
        else:
            await self._send("taken", id=said.client_id)

    async def _begin(self) -> None:
        opened = await self._desk.begin(self._address)
        await self._send("session", token=opened.token, expires=opened.visit.expires_at.isoformat())
        await self._resume(opened.token)

    async def _send(self, kind: str, **fields: Any) -> None:
        if not self._socket.closed:
            await self._socket.send_str(json.dumps({"type": kind, **fields}, ensure_ascii=False))
