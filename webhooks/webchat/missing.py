"""What is said where there is nothing: a page to people, a word to programs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeAlias

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.phrases import phrase
from webhooks.webchat.rendering import Renderer

Next: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


def telling_missing(renderer: Renderer) -> Middleware:
    """Return a middleware for the whole server: nobody is shown what aiohttp says in English of a wrong address."""

    @web.middleware
    async def told(request: web.Request, handler: Next) -> web.StreamResponse:
        try:
            return await handler(request)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
            if error.text != f"{error.status}: {error.reason}":
                raise  # whoever raised it says more
            response = _told(request, renderer, error.status)
            if allowed := error.headers.get("Allow"):
                response.headers["Allow"] = allowed
            return response

    return told


def _told(request: web.Request, renderer: Renderer, status: int) -> web.Response:
    if "text/html" in request.headers.get("Accept", ""):
        return renderer.page(request, "missing.html", status=status, phrase=phrase)
    return web.json_response({"error": HTTPStatus(status).name.lower()}, status=status)
