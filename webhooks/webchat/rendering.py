"""How a page of ours is made: template, nonce, policy. And how a built file is served."""

from __future__ import annotations

import secrets
from typing import Any

import jinja2
from aiohttp import web

from bot.phrases import phrase
from runtime.assets import Asset
from webhooks.webchat.origins import Origins


class Renderer:
    """Renders templates under a strict policy: only what carries the page's nonce runs, and nothing foreign loads."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("webhooks.webchat"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(
        self, request: web.Request, template: str, *, status: int = 200, framed_by: tuple[str, ...] = (), **values: Any
    ) -> web.Response:
        """Return a page. `framed_by`: the sources that may show it in a frame."""
        nonce = secrets.token_urlsafe(16)
        html = self._templates.get_template(template).render(
            **{"nonce": nonce, "title": phrase("webchat.title"), **values}
        )
        headers = {
            "Content-Security-Policy": self._origins.policy(request, nonce, framed_by=framed_by),
            "Cache-Control": "no-store",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "X-Content-Type-Options": "nosniff",
        }
        response = web.Response(text=html, content_type="text/html", charset="utf-8", status=status, headers=headers)
        response.enable_compression()
        return response


def file(request: web.Request, asset: Asset, cache: str) -> web.Response:
    """Return a built file, or 304 when the browser has it."""
    tag = f'"{asset.digest}"'
    headers = {
        "Cache-Control": cache,
        "ETag": tag,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
    }
    if tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    response = web.Response(body=asset.body, headers={**headers, "Content-Type": asset.content_type})
    response.enable_compression()
    return response
