"""JSON requests of the widget: what it falls back to when no socket can be had."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import structlog
from aiohttp import web

from runtime import telemetry
from runtime.errors import AppError, BadPayload, StorageBusy
from webhooks import wire
from webhooks.bodies import Unfinished, body_of
from webhooks.webchat import payloads
from webhooks.webchat.desk import Desk, NoSession
from webhooks.webchat.limits import TooFast
from webhooks.webchat.origins import Origins
from webhooks.webchat.payloads import TooLong

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = structlog.get_logger(__name__)

_STATUS: Mapping[type[AppError], tuple[int, str]] = {
    NoSession: (401, "no_session"),
    TooLong: (422, "too_long"),
    BadPayload: (400, "unreadable"),
    TooFast: (429, "too_fast"),
    StorageBusy: (503, "busy"),
    Unfinished: (408, "unfinished"),
}
_RETRY_AFTER = 2  # seconds, when the database is busy
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}


class Api:
    """The endpoints below `/chat/`. Every one of them checks where the request comes from."""

    def __init__(self, desk: Desk, origins: Origins) -> None:
        self._desk = desk
        self._origins = origins

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        routes: tuple[tuple[str, str, Handler], ...] = (
            ("POST", "/chat/session", self.begin),
            ("DELETE", "/chat/session", self.erase),
            ("POST", "/chat/messages", self.ask),
            ("GET", "/chat/messages", self.read),
            ("POST", "/chat/rating", self.rate),
            ("POST", "/chat/restart", self.start_over),
        )
        for method, path, handler in routes:
            app.router.add_route(method, path, self.guarded(handler))
        for path in {path for _, path, _ in routes} | {"/chat/stream"}:
            app.router.add_route("OPTIONS", path, self._preflight)

    def guarded(self, handler: Handler) -> Handler:
        """Refuse foreign origins, turn errors into JSON, and let allowed sites read the answer."""

        @functools.wraps(handler)
        async def guarded(request: web.Request) -> web.StreamResponse:
            if not self._origins.allows(request, missing=request.method == "GET"):
                return refused(403, "origin")
            try:
                response = await handler(request)
            except AppError as error:
                response = refusal(error)
            if not response.prepared:
                response.headers.update({"Cache-Control": "no-store", **self._origins.cors(request)})
            return response

        return guarded

    async def begin(self, request: web.Request) -> web.Response:
        """Open a session."""
        opened = await self._desk.begin(self._origins.address(request))
        return web.json_response({"token": opened.token, "expires": opened.visit.expires_at.isoformat()}, status=201)

    async def erase(self, request: web.Request) -> web.Response:
        """Delete everything of the session, and the session."""
        await self._desk.erase(await self._desk.visit(token_of(request)))
        return web.json_response({})

    async def ask(self, request: web.Request) -> web.Response:
        """Take a message in."""
        said = payloads.said(await document_of(request), limit=self._desk.settings.text_limit)
        await self._desk.ask(token_of(request), said, self._origins.address(request))
        return web.json_response({"id": said.client_id}, status=202)

    async def read(self, request: web.Request) -> web.Response:
        """Return what the page lacks."""
        place = payloads.place(request.query)
        token = token_of(request)
        await self._desk.visit(token)  # prolongs it
        return web.json_response(payloads.page(await self._desk.read(token, place), place))

    async def rate(self, request: web.Request) -> web.Response:
        """Record a judgement."""
        visit = await self._desk.visit(token_of(request))
        judged = payloads.rating(await document_of(request), limit=self._desk.settings.text_limit)
        if not await self._desk.rate(visit, judged):
            return refused(404, "no_message")
        return web.json_response({})

    async def start_over(self, request: web.Request) -> web.Response:
        """Begin a new conversation."""
        await self._desk.start_over(await self._desk.visit(token_of(request)))
        return web.json_response({})

    async def _preflight(self, request: web.Request) -> web.Response:
        cors = self._origins.cors(request)
        known = "Access-Control-Allow-Origin" in cors
        return web.Response(status=204 if known else 403, headers={**cors, **(_PREFLIGHT if known else {})})


def token_of(request: web.Request) -> str:
    """Return the bearer token, "" when there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def document_of(request: web.Request) -> Mapping[str, Any]:
    """Read a JSON body. Raises BadPayload, or Unfinished when it does not come."""
    body = await body_of(request, payloads.BODY_LIMIT)
    if len(body) > payloads.BODY_LIMIT:
        raise TooLong
    return wire.json_object(body)


def refusal(error: AppError) -> web.Response:
    """Say why a request was refused. Raises the error when it is none of a visitor's."""
    for kind, (status, code) in _STATUS.items():
        if isinstance(error, kind):
            after = error.seconds if isinstance(error, TooFast) else _RETRY_AFTER
            return refused(status, code, retry_after=after if status in {429, 503} else 0)
    raise error


def reason_of(error: AppError) -> str:
    """Return the word for an error that a visitor can do something about. Raises the error when there is none."""
    for kind, (_, code) in _STATUS.items():
        if isinstance(error, kind):
            return code
    raise error


def refused(status: int, code: str, *, retry_after: int = 0) -> web.Response:
    """Return a refusal: a word for the page, never a sentence for a person."""
    telemetry.REQUESTS_REFUSED.labels("webchat", code).inc()
    log.info("webchat.refused", reason=code)
    headers = {"Retry-After": str(retry_after)} if retry_after else None
    body = {"error": code, **({"retry_after": retry_after} if retry_after else {})}
    return web.json_response(body, status=status, headers=headers)
