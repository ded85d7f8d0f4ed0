"""The page of a simulator: a chat as the app would show it, and a desk to act out trouble. For this machine only."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

import jinja2
from aiohttp import web

from runtime.clock import VIETNAM
from simulators.scenes import fault_named
from simulators.stage import Stage

HERE = Path(__file__).parent / "page"
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_FILES = {"page.css": "text/css", "page.js": "text/javascript"}
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_FAULTS = ("http:502", "drop", "hang", "lost")
Act: TypeAlias = Callable[[Mapping[str, str]], None]


class Page:
    """Shows a stage. Works without JavaScript; with it, replies appear by themselves."""

    def __init__(self, stage: Stage, settings: Mapping[str, str]) -> None:
        self._stage = stage
        self._settings = settings
        self._token = secrets.token_urlsafe(16)  # so that no other page can act here
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
        )
        self._acts: Mapping[str, Act] = {
            "write": lambda form: stage.write(form["text"].strip()[:20_000]) if form["text"].strip() else None,
            "tap": lambda form: stage.tap(int(form["line"]), int(form["button"])),
            "other": lambda form: stage.other(form["what"]),
            "react": lambda form: stage.react(int(form["line"]), is_good=form["thumb"] == "up"),
            "repeat": lambda _form: stage.repeat(),
            "anew": lambda _form: stage.begin_anew(),
            "fault": self._plan,
        }

    def add_to(self, app: web.Application) -> None:
        """Add the page's routes beside the platform's own."""
        app.add_routes(
            [
                web.get("/", _local(self._show)),
                web.get("/transcript", _local(self._transcript)),
                web.post("/act/{act}", _local(self._act)),
                web.get("/page/{file}", _local(self._file)),
            ]
        )

    def _plan(self, form: Mapping[str, str]) -> None:
        self._stage.scene.faults.add(fault_named(form["fault"]))

    async def _show(self, _request: web.Request) -> web.Response:
        return self._html("page.html", settings=self._settings, faults=[*map(str, self._stage.scene.codes), *_FAULTS])

    async def _transcript(self, _request: web.Request) -> web.Response:
        return self._html("transcript.html")

    async def _act(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        act = self._acts.get(request.match_info["act"])
        if act is None or not secrets.compare_digest(form.get("token", "").encode(), self._token.encode()):
            raise web.HTTPForbidden
        try:
            act(form)
        except (LookupError, ValueError):
            raise web.HTTPBadRequest from None
        raise web.HTTPSeeOther("/")

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["file"]
        if name not in _FILES:
            raise web.HTTPNotFound
        text = (HERE / name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=_FILES[name], headers=_HEADERS)

    def _html(self, template: str, **more: object) -> web.Response:
        self._stage.look()
        text = self._templates.get_template(template).render(
            stage=self._stage, scene=self._stage.scene, token=self._token, zone=VIETNAM, **more
        )
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)


def _local(
    handler: Callable[[web.Request], Awaitable[web.Response]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Refuse requests by another name: a foreign page could have its own name point to this machine."""

    async def guarded(request: web.Request) -> web.Response:
        if urlsplit(f"//{request.host}").hostname not in _LOCAL:
            raise web.HTTPForbidden
        return await handler(request)

    return guarded
