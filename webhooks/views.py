"""HTTP for platforms and for operators. Every request takes the same way: size, handshake, signature, parse, store."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from time import perf_counter

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.channel import Channel, SignedRequest
from bot.inbox import Accepted
from bot.messages import InboundUpdate
from bot.privacy import redacted
from runtime import telemetry
from runtime.clock import Clock
from runtime.errors import BadPayload, BadSignature, StorageBusy
from runtime.ingress import Ingress
from webhooks.bodies import Unfinished, body_of

log = structlog.get_logger(__name__)
RETRY_AFTER = "2"  # seconds; platforms come again by themselves, this is for honest clients


class Reception:
    """Takes authentic updates in: masked, with a trace id, durable before it returns."""

    def __init__(self, ingress: Ingress[Accepted], clock: Clock) -> None:
        self._ingress = ingress
        self._clock = clock
        self._seconds = cache(telemetry.ACCEPT_SECONDS.labels)

    async def accept(self, channel: str, updates: Sequence[InboundUpdate]) -> None:
        """Store updates. Raises StorageBusy when they must be sent again."""
        if not updates:
            return
        started = perf_counter()
        now = self._clock.now()
        await self._ingress.submit(
            [Accepted(update=redacted(update), trace_id=secrets.token_hex(8), received_at=now) for update in updates]
        )
        self._seconds(channel).observe(perf_counter() - started)


def set_up_webhooks(app: web.Application, channels: Mapping[str, Channel], reception: Reception, clock: Clock) -> None:
    """Add `/webhooks/{channel}` for each platform channel; the path spells the name with hyphens."""
    for name, channel in channels.items():
        view = _Webhook(channel, reception, clock)
        path = f"/webhooks/{name.replace('_', '-')}"
        app.router.add_post(path, view.post)
        app.router.add_get(path, view.get, allow_head=False)


class _Webhook:
    """One platform's endpoint."""

    def __init__(self, channel: Channel, reception: Reception, clock: Clock) -> None:
        self._channel = channel
        self._reception = reception
        self._clock = clock

    async def get(self, request: web.Request) -> web.Response:
        """Answer the platform's set-up handshake; anything else is refused."""
        try:
            answer = self._channel.handshake(self._signed(request, b""))
        except BadSignature:
            answer = None
        if answer is None:
            self._refuse("handshake")
            raise web.HTTPForbidden
        return web.Response(text=answer)

    async def post(self, request: web.Request) -> web.Response:
        """Store what an authentic request says, then acknowledge it."""
        body = await self._body(request)
        signed = self._signed(request, body)
        try:
            probe = self._channel.handshake(signed)
            if probe is not None:
                return web.Response(text=probe)
            self._channel.verify(signed)
            reading = self._channel.read(body)
        except BadSignature:
            self._refuse("signature")
            raise web.HTTPUnauthorized from None
        except BadPayload:
            self._refuse("payload")
            raise web.HTTPBadRequest from None
        try:
            await self._reception.accept(self._channel.name, reading.updates)
        except StorageBusy:
            self._refuse("storage")
            raise web.HTTPServiceUnavailable(headers={"Retry-After": RETRY_AFTER}) from None
        for reason in reading.ignored:
            telemetry.UPDATES_IGNORED.labels(self._channel.name, reason).inc()
        return web.Response(text="ok")

    async def _body(self, request: web.Request) -> bytes:
        limit = self._channel.limits.body
        try:
            body = await body_of(request, limit)
        except Unfinished as unfinished:
            self._refuse("slow" if unfinished.is_slow else "cut_off")
            raise (web.HTTPRequestTimeout if unfinished.is_slow else web.HTTPBadRequest) from None
        if len(body) > limit:
            self._refuse("size")
            raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=max(len(body), request.content_length or 0))
        return body

    def _signed(self, request: web.Request, body: bytes) -> SignedRequest:
        return SignedRequest(
            headers=request.headers,
            body=body,
            received_at=self._clock.now(),
            query=dict(request.query) if request.query_string else {},
        )

    def _refuse(self, reason: str) -> None:
        telemetry.REQUESTS_REFUSED.labels(self._channel.name, reason).inc()
        log.warning("webhook.refused", channel=self._channel.name, reason=reason)


def set_up_operations(app: web.Application, is_ready: Callable[[], Awaitable[str]]) -> None:
    """Add `/livez`, `/readyz` and `/metrics`; name no versions. `is_ready` returns "" or what is missing."""

    async def live(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def ready(_request: web.Request) -> web.Response:
        missing = await is_ready()
        return web.Response(text=missing or "ok", status=503 if missing else 200)

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def discreetly(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers.popall("Server", None)  # versions of what we run on are nobody's business

    app.on_response_prepare.append(discreetly)
    app.router.add_get("/livez", live)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", metrics)
