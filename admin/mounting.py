"""Put the console into the web application: ports, gate, routes of every page, built files."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence

from aiohttp import web

from admin.auth import Doorkeeper
from admin.composition import Render, Running
from admin.console import CONSOLE, Console
from admin.gate import Gate
from admin.page import Page
from admin.rendering import ASSETS_PATH, build_of, templates
from bot.dispatcher import Handler
from knowledge.feed import MakeMatcher
from runtime.assets import Asset, load_assets
from runtime.settings import Settings

ROOT = "/admin"
_PACKED_ALREADY = (".woff2",)
_FOR_EVER = "public, max-age=31536000, immutable"


def set_up_console(
    app: web.Application,
    pages: tuple[Page, ...],
    assistant: Running,
    *,
    make_matcher: MakeMatcher,
    handlers: Callable[[Settings], Sequence[Handler]],
    renderers: Mapping[str, Render],
    environment: Mapping[str, str],
) -> None:
    """Add everything below `/admin` to `app`."""
    assets, settings, key = load_assets("admin"), assistant.settings, assistant.vault.key
    inner = web.Application(middlewares=[(gate := Gate(pages)).frame, gate.guard])
    inner[CONSOLE] = Console(
        db=assistant.db,
        clock=assistant.clock,
        settings=settings,
        feed=assistant.feed,
        make_matcher=make_matcher,
        handlers=handlers(settings),
        renderers=renderers,
        channels=assistant.channels,
        waker=assistant.waker,
        vault=assistant.vault,
        fetch=assistant.fetch,
        key=key,
        environment=environment,
        pages=pages,
        assets=assets,
        templates=templates(assets),
        doorkeeper=Doorkeeper(assistant.db, assistant.clock, settings.console, key),
    )
    for page in pages:
        for action in page.actions:
            inner.router.add_route(action.method, action.path.removeprefix(ROOT), action.handler, name=action.name)
    _serve_assets(inner, assets)
    app.router.add_get(f"{ROOT}/", _without_slash)  # as people type it
    app.add_subapp(ROOT, inner)


async def _without_slash(_request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": ROOT})


def _serve_assets(inner: web.Application, assets: Mapping[str, Asset]) -> None:
    """Add the built files, below the name of their build."""
    build = build_of(assets)
    # packed once: packing the style sheet takes longer than answering a page
    packed = {
        name: gzip.compress(it.body, mtime=0) for name, it in assets.items() if not name.endswith(_PACKED_ALREADY)
    }

    async def built_file(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        asset = assets.get(name)
        if asset is None or request.match_info["build"] != build:
            raise web.HTTPNotFound
        headers = {"Cache-Control": _FOR_EVER, "Content-Type": asset.content_type, "Vary": "Accept-Encoding"}
        if name in packed and "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=packed[name], headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=asset.body, headers=headers)

    inner.router.add_get(f"{ASSETS_PATH.removeprefix(ROOT)}/{{build}}/{{name}}", built_file)
