"""The pages around the widget: the demo article, the frame's panel, the tag builder, and the built files."""

from __future__ import annotations

import html
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup

from bot.phrases import phrase
from runtime.assets import Asset
from webhooks.webchat import articles
from webhooks.webchat.desk import Desk
from webhooks.webchat.origins import Origins, joined
from webhooks.webchat.rendering import Renderer, file

ATTRIBUTES = (
    "title", "color", "position", "greeting", "zalo", "whatsapp", "messenger", "phone", "auto-open", "locale",
)  # fmt: skip
_ATTRIBUTE_LIMIT = 400
_FOR_EVER = "public, max-age=31536000, immutable"
_LOADER_CACHE = "public, max-age=600"  # sites keep the tag for years; a new release should reach them the same hour


class Pages:
    """Pages without a conversation of their own."""

    def __init__(
        self,
        desk: Desk,
        origins: Origins,
        renderer: Renderer,
        assets: Mapping[str, Asset],
        *,
        demo_ways: Mapping[str, str] | None,
    ) -> None:
        self._desk = desk
        self._origins = origins
        self._renderer = renderer
        self._assets = assets
        self._demo_ways = demo_ways

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        if self._demo_ways is not None:
            app.router.add_get("/", self.demo)
        app.router.add_get("/widget", self.builder)
        app.router.add_get("/widget/sample", self.sample)
        app.router.add_get("/widget.js", self.loader)
        app.router.add_get("/chat/panel", self.panel)
        app.router.add_get("/chat/assets/{digest}/{name}", self.asset)

    async def demo(self, request: web.Request) -> web.Response:
        """Show the article that the knowledge rests on, with the widget on it."""
        snapshot = self._desk.knowledge().snapshot
        article = articles.shown_article(snapshot)
        return self._renderer.page(
            request,
            "article.html",
            article=articles.facts_of(article),
            blocks=articles.blocks_of(snapshot, article),
            topics=self._desk.topics(),
            client_id=secrets.token_hex(8),
            is_built="widget.js" in self._assets,
            attributes=self._demo_ways,
        )

    async def builder(self, request: web.Request) -> web.Response:
        """Show the page that builds the script tag."""
        values = _attributes(request)
        address = self._origins.address_of_server(request)
        attributes = "".join(f' data-{name}="{html.escape(value)}"' for name, value in values.items())
        return self._renderer.page(
            request,
            "widget.html",
            assets=self._addresses(),
            origins=self._origins.listed,
            values=values,
            address=address,
            tag=f'<script async src="{address}/widget.js"{attributes}></script>',
            sample=f"/widget/sample?{urlencode(values)}",
        )

    async def sample(self, request: web.Request) -> web.Response:
        """Show a sample page with the widget as the tag builder has it."""
        return self._renderer.page(request, "sample.html", framed_by=("'self'",), attributes=_attributes(request))

    async def panel(self, request: web.Request) -> web.Response:
        """Show the conversation as it stands in the widget's frame."""
        if "panel.js" not in self._assets:
            return web.Response(status=503, text=phrase("webchat.not_built"))
        return self._renderer.page(
            request,
            "panel.html",
            framed_by=("'self'", *self._origins.listed),
            assets=self._addresses(),
            origins=joined(self._origins.listed),
            beginning={
                "topics": [{"title": topic.title, "choice": topic.payload} for topic in self._desk.topics()],
                "limit": self._desk.settings.text_limit,
            },
            panel_css=Markup(self._assets["panel.css"].body.decode()),  # noqa: S704 - our own build
        )

    async def loader(self, request: web.Request) -> web.Response:
        """Serve the loader, the one file that other sites name."""
        asset = self._assets.get("widget.js")
        if asset is None:
            raise web.HTTPServiceUnavailable(text=phrase("webchat.not_built"))
        return file(request, asset, _LOADER_CACHE)

    async def asset(self, request: web.Request) -> web.Response:
        """Serve a built file under the name of its content."""
        asset = self._assets.get(request.match_info["name"])
        if asset is None or asset.digest != request.match_info["digest"]:
            raise web.HTTPNotFound
        return file(request, asset, _FOR_EVER)

    def _addresses(self) -> Mapping[str, str]:
        return {name: f"/chat/assets/{asset.digest}/{name}" for name, asset in self._assets.items()}


def _attributes(request: web.Request) -> dict[str, str]:
    given = ((name, request.query.get(name, "").strip()[:_ATTRIBUTE_LIMIT]) for name in ATTRIBUTES)
    return {name: value for name, value in given if value}
