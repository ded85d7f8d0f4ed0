"""The gate before every action: session, permission, form token, step-up. And the frame around every answer."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from admin import sessions
from admin.auth import Refused, TooSoon
from admin.console import (
    VISIT,
    Banner,
    Visit,
    console,
    form_of,
    go_to,
    place_of,
    render,
    see_other,
    set_cookie,
    url_of,
)
from admin.forms import FORM_TOKEN
from admin.page import DEFAULT_BODY, Action, Page, Permission
from admin.rendering import HEADERS
from admin.sessions import SignedIn
from admin.tokens import is_form_token, new_token
from admin.typed import typed
from admin.wording import say
from knowledge.watching import flagging
from runtime.clock import Clock
from runtime.errors import CredentialError, KnowledgeError

SESSION_COOKIE = "hoidap_staff"
VISIT_COOKIE = "hoidap_visit"
CONFIRM_FIELD = "confirm_secret"
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_SECRET_FIELDS = ("password", "secret", "code")

log = structlog.get_logger(__name__)
Next: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Gate:
    """Two middlewares over all actions of all pages. What is no action of a page is not found."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._actions: Mapping[str, tuple[Page, Action]] = {
            action.name: (page, action) for page in pages for action in page.actions
        }

    @web.middleware
    async def frame(self, request: web.Request, handler: Next) -> web.StreamResponse:
        """Put headers on every answer, and a page with words on every failure."""
        _, action = self._actions.get(request.match_info.route.name or "", (None, None))
        request = request.clone(client_max_size=action.body if action else DEFAULT_BODY)
        request[VISIT] = Visit(cookie=request.cookies.get(VISIT_COOKIE, ""), place=place_of(request))
        try:
            response = await handler(request)
        except web.HTTPException as error:
            response = _failure(request, error.status)
        except (KnowledgeError, CredentialError) as error:  # refused by a rule that the page did not foresee
            log.info("console.refused", path=request.path, error=type(error).__name__)
            response = _failure(request, 409, detail=str(error))
        except Exception:  # the person gets a page with a number under which the log tells the rest
            number = secrets.token_hex(4)
            log.exception("console.failed", number=number, path=request.path)
            response = _failure(request, 500, number=number)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @web.middleware
    async def guard(self, request: web.Request, handler: Next) -> web.StreamResponse:
        """Let through who may do this, and explain to everybody else what to do."""
        found = self._actions.get(request.match_info.route.name or "")
        if found is None:
            return await handler(request)  # a built file, or nothing: aiohttp's own 404 and 405
        page, action = found
        signed = await self._signed(request)
        cookie = request.cookies.get(SESSION_COOKIE if signed else VISIT_COOKIE, "")
        fresh = "" if cookie else new_token()
        request[VISIT] = Visit(cookie=cookie or fresh, place=place_of(request), signed=signed, page=page)
        response = await self._passed(request, action, signed) or await handler(await _with_banners(request))
        if fresh and signed is None and VISIT_COOKIE not in response.cookies:
            set_cookie(request, response, VISIT_COOKIE, fresh, max_age=None)
        return response

    async def _signed(self, request: web.Request) -> SignedIn | None:
        token = request.cookies.get(SESSION_COOKIE, "")
        if not token:
            return None
        ports = console(request)
        now, idle = ports.clock.now(), timedelta(minutes=ports.settings.console.idle_minutes)
        async with ports.db.reading() as session:
            signed = await sessions.find(session, token, now=now, idle=idle)
        # a page that looks for news by itself is no sign that anybody sits in front of it
        if signed is not None and not _looks_by_itself(request) and now - signed.last_seen_at > sessions.TOUCH_AFTER:
            async with ports.db.transaction() as session:
                await sessions.touch(session, signed, now=now)
        return signed

    async def _passed(self, request: web.Request, action: Action, signed: SignedIn | None) -> web.StreamResponse | None:
        """Return None when the action may be done, else the answer that says why not."""
        is_post = request.method not in _SAFE_METHODS
        if is_post and not _is_from_us(request):
            raise web.HTTPForbidden
        is_signed = signed is not None and signed.is_complete
        if action.permission is not Permission.ANYONE:
            if signed is None or not is_signed:
                if _looks_by_itself(request):
                    return web.Response(status=204, headers={"HX-Refresh": "true"})  # reload: leads to the sign-in page
                return await _expired(request, action) if is_post else _to_sign_in(request)
            if not signed.person.may(action.permission):
                raise web.HTTPForbidden
            if _lacks_factor(request, signed) and action.permission is not Permission.SIGNED_IN:
                return see_other(request, "account.totp", flash=say("account.totp_required"), tone="attention")
        if is_post and not is_form_token((await form_of(request)).raw(FORM_TOKEN), request[VISIT].cookie):
            return await _stale(request, action)
        return await self._confirmed(request, signed) if action.step_up and signed is not None else None

    async def _confirmed(self, request: web.Request, signed: SignedIn) -> web.StreamResponse | None:
        """Return None when the person has just proven who they are, else the page that asks for it."""
        ports = console(request)
        if is_fresh(signed, ports.clock, ports.settings.console.step_up_minutes):
            return None
        if request.method in _SAFE_METHODS:
            return see_other(request, "account.confirm", next=request.path_qs)
        form = await form_of(request)
        problem = ""
        if secret := form.raw(CONFIRM_FIELD):
            try:
                await ports.doorkeeper.confirm(signed, secret)
            except (Refused, TooSoon) as error:
                problem = told(error, "account.confirm_wrong")
            else:
                return None
        fields = [(name, value) for name, value in form.pairs() if name != CONFIRM_FIELD]
        return render(request, "account/confirm.html", fields=fields, target=request.path_qs, problem=problem)


def is_fresh(signed: SignedIn, clock: Clock, minutes: float) -> bool:
    """Tell whether the person proved who they are within the last minutes."""
    return signed.confirmed_at is not None and clock.now() - signed.confirmed_at < timedelta(minutes=minutes)


def told(error: Refused | TooSoon, wrong: str) -> str:
    """Return what to tell a person whose password or code was not taken; `wrong` is the key of the usual sentence."""
    return say("account.too_soon", seconds=error.seconds) if isinstance(error, TooSoon) else say(wrong)


def sign_in_path(request: web.Request) -> str:
    """Return the address of the sign-in page, which leads back to where the person wanted to go."""
    return url_of(request, "access.sign_in", next="" if request.path == "/admin" else request.path_qs)


def _to_sign_in(request: web.Request) -> web.Response:
    """Lead to the sign-in page; a part of a page that is being fetched leads the whole page there."""
    if "HX-Request" in request.headers:
        return web.Response(headers={"HX-Redirect": sign_in_path(request)})
    return go_to(request, sign_in_path(request))


def inner_path(wanted: str) -> str:
    """Return a path of the console to go to: `wanted` if it is one, else the start page. Never leads elsewhere."""
    parts = urlsplit(wanted)
    is_ours = not parts.scheme and not parts.netloc and (wanted == "/admin" or wanted.startswith("/admin/"))
    is_plain = wanted.isprintable() and "\\" not in wanted and "//" not in parts.path and ".." not in parts.path
    return wanted if is_ours and is_plain else "/admin"


def _lacks_factor(request: web.Request, signed: SignedIn) -> bool:
    return console(request).settings.console.require_totp and not signed.person.has_totp


def _looks_by_itself(request: web.Request) -> bool:
    """Tell whether a page asks for its own news (htmx, `every …s`); addresses that do so have no other use."""
    return request.method == "GET" and "HX-Request" in request.headers


def _is_from_us(request: web.Request) -> bool:
    """Tell whether a page of ours sent this, as far as the browser says."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    hosts = {request.host, urlsplit(console(request).settings.public_url).netloc}
    return origin is None or urlsplit(origin).netloc in hosts - {""}


async def _with_banners(request: web.Request) -> web.Request:
    """Add what every page has to warn of."""
    visit = request[VISIT]
    if visit.signed is not None and visit.signed.is_complete and request.method in _SAFE_METHODS:
        ages = await console(request).vault.ages()
        banners = [
            Banner(tone="danger", message=say("console.token_failing", name=age.name))
            for age in ages
            if age.failing_since
        ]
        if visit.signed.person.may(Permission.ARTICLES_EDIT):
            banners += await _changes_waiting(request)
        request[VISIT] = replace(visit, banners=banners)
    return request


async def _changes_waiting(request: web.Request) -> list[Banner]:
    """Tell of changes on the portal that wait for a person; worse, when entries are silent because of them."""
    async with console(request).db.reading() as session:
        waiting = await flagging.count_open(session)
        silent = await flagging.count_open(session, suspended=True) if waiting else 0
    if not waiting:
        return []
    said = say("articles.suspended", count=silent) if silent else say("articles.flags_waiting", count=waiting)
    tone = "danger" if silent else "attention"
    return [Banner(tone=tone, message=said, action="articles.flags", link=say("articles.flags_link"))]


async def _expired(request: web.Request, action: Action) -> web.Response:
    """Show that the session has ended, with everything that was typed."""
    return await _again(request, action, "errors/expired.html", status=401)


async def _stale(request: web.Request, action: Action) -> web.Response:
    """The form belongs to another session of this browser: show what was typed and offer to send it again."""
    log.info("console.stale_form", action=action.name)
    if action.permission is Permission.ANYONE:
        return go_to(request, request.path_qs, flash=say("console.stale_form"), tone="attention")
    return await _again(request, action, "errors/stale.html", status=403)


async def _again(request: web.Request, action: Action, template: str, *, status: int) -> web.Response:
    pairs = (await form_of(request)).pairs()
    fields = [(name, value) for name, value in pairs if not any(word in name for word in _SECRET_FIELDS)]
    shown = typed(action.name.partition(".")[0], fields)
    return render(request, template, status=status, fields=fields, typed=shown, target=request.path_qs)


def _failure(request: web.Request, status: int, *, number: str = "", detail: str = "") -> web.Response:
    kind = {403: "forbidden", 404: "missing", 405: "missing", 409: "refused", 413: "large"}.get(status, "failed")
    return render(
        request, "errors/failure.html", status=status, title=say(f"errors.{kind}"), advice=say(f"errors.{kind}_advice"),
        number=number, detail=detail,
    )  # fmt: skip
