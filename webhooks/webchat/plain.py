"""The conversation as a page that needs no JavaScript. The only one with a cookie; the widget has none."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.phrases import phrase
from bot.sessions import LIFE, Transcript
from runtime.errors import AppError, BadPayload, StorageBusy
from webhooks.webchat import payloads
from webhooks.webchat.desk import Desk, NoSession
from webhooks.webchat.limits import TooFast
from webhooks.webchat.origins import Origins
from webhooks.webchat.payloads import Place, TooLong
from webhooks.webchat.rendering import Renderer

COOKIE = "hoidap-chat"
PATIENCE = 2.0  # seconds a form waits for its answer before the page is shown without it
AUTHORS = ("contact", "bot", "staff")


class PlainChat:
    """Forms and redirects over the same desk as the widget."""

    def __init__(self, desk: Desk, origins: Origins, renderer: Renderer) -> None:
        self._desk = desk
        self._origins = origins
        self._renderer = renderer

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/chat", _to_chat)
        app.router.add_get("/chat/", self.chat)
        app.router.add_post("/chat/", self.ask)
        app.router.add_post("/chat/restart-page", self.start_over)
        app.router.add_post("/chat/erase-page", self.erase)

    async def chat(self, request: web.Request) -> web.Response:
        """Show the conversation."""
        return await self._conversation(request)

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """Take a question in, wait a moment for its answer, and show the page."""
        if not self._origins.allows(request, missing=True):
            return await self._conversation(request, notice=phrase("webchat.foreign"), status=403)
        form = await _form_of(request)
        try:
            document = {**form, "text": form.get("text") or await self._title_of(request, form.get("choice", ""))}
            said = payloads.said(document, limit=self._desk.settings.text_limit)
            token = await self._token_of(request) or (await self._desk.begin(self._origins.address(request))).token
            await self._desk.ask(token, said, self._origins.address(request))
            await self._desk.read_answered(token, Place(), patience=PATIENCE)
        except AppError as error:
            status, notice = self._explained(error)
            return await self._conversation(request, notice=notice, draft=form.get("text", ""), status=status)
        response = _see("/chat/#moi")
        self._keep(request, response, token)
        return response

    async def start_over(self, request: web.Request) -> web.StreamResponse:
        """Begin a new conversation."""
        return await self._change(request, is_erasing=False)

    async def erase(self, request: web.Request) -> web.StreamResponse:
        """Delete everything that was said."""
        return await self._change(request, is_erasing=True)

    async def _change(self, request: web.Request, *, is_erasing: bool) -> web.StreamResponse:
        if not self._origins.allows(request, missing=True):
            return await self._conversation(request, notice=phrase("webchat.foreign"), status=403)
        response = _see("/chat/?xong=1" if is_erasing else "/chat/")
        token = await self._token_of(request)
        try:
            if token and is_erasing:
                await self._desk.erase(await self._desk.visit(token))
            elif token:
                await self._desk.start_over(await self._desk.visit(token))
        except AppError as error:
            status, notice = self._explained(error)
            return await self._conversation(request, notice=notice, status=status)
        if is_erasing:
            response.del_cookie(COOKIE, path="/chat")
        return response

    async def _conversation(
        self, request: web.Request, *, notice: str = "", draft: str = "", status: int = 200
    ) -> web.Response:
        token = await self._token_of(request)
        transcript: Transcript | None = None
        if token:
            transcript = await self._desk.read(token, Place())
        elif "xong" in request.query:
            notice = notice or phrase("webchat.erased")
        return self._renderer.page(
            request,
            "chat.html",
            status=status,
            lines=[payloads.line_of(line) for line in transcript.lines] if transcript else [],
            is_waiting=transcript.is_waiting if transcript else False,
            authors={author: phrase(f"webchat.author_{author}") for author in AUTHORS},
            topics=[{"title": c.title, "choice": c.payload} for c in self._desk.topics()],
            greeting=phrase("webchat.greeting"),
            limit=self._limit_said(),
            client_id=secrets.token_hex(8),
            notice=notice,
            draft=draft,
        )

    async def _token_of(self, request: web.Request) -> str:
        """Return the cookie's token if it opens a session, else ""."""
        token = request.cookies.get(COOKIE, "")
        try:
            await self._desk.visit(token)
        except NoSession:
            return ""
        return token

    async def _title_of(self, request: web.Request, choice: str) -> str:
        """Return the label behind which a choice stood: it is the visitor's bubble."""
        token = await self._token_of(request) if choice else ""
        lines = (await self._desk.read(token, Place())).lines if token else ()
        shown = [item for line in reversed(lines) for item in _picks_of(payloads.line_of(line))]
        labels = {topic.payload: topic.title for topic in self._desk.topics()}
        return next((item["title"] for item in shown if item["choice"] == choice), labels.get(choice, ""))

    def _explained(self, error: AppError) -> tuple[int, str]:
        """Return the status and the sentence that fit an error. Raises it when it is not a visitor's."""
        if isinstance(error, TooLong):
            return 422, phrase("webchat.too_long", limit=self._limit_said())
        if isinstance(error, TooFast):
            return 429, phrase("webchat.too_fast", seconds=error.seconds)
        if isinstance(error, StorageBusy | NoSession):
            return 503, phrase("webchat.busy")
        if isinstance(error, BadPayload):
            return 400, phrase("webchat.unreadable")
        raise error

    def _limit_said(self) -> str:
        return f"{self._desk.settings.text_limit:,}".replace(",", ".")

    def _keep(self, request: web.Request, response: web.Response, token: str) -> None:
        response.set_cookie(
            COOKIE,
            token,
            path="/chat",
            max_age=int(LIFE.total_seconds()),
            httponly=True,
            samesite="Lax",
            secure=self._origins.is_secure(request),
        )


def _picks_of(line: Mapping[str, Any]) -> list[dict[str, str]]:
    return [*line["offers"], *line["choices"]]


async def _to_chat(_request: web.Request) -> web.Response:
    return web.Response(status=308, headers={"Location": "/chat/"})


def _see(location: str) -> web.Response:
    return web.Response(status=303, headers={"Location": location, "Cache-Control": "no-store"})


async def _form_of(request: web.Request) -> dict[str, str]:
    """Read the fields of a form. A body beyond the limit counts as too long a question."""
    if (request.content_length or 0) > payloads.BODY_LIMIT * 4:  # percent-encoding triples Vietnamese letters
        return {"id": secrets.token_hex(8), "text": "x" * payloads.BODY_LIMIT}
    try:
        fields = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    except (ValueError, LookupError, web.HTTPRequestEntityTooLarge):  # LookupError: an unknown charset
        fields = {}
    return {"id": secrets.token_hex(8), **fields}
