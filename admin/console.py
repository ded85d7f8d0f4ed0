"""What every page of the console works with: the ports, who is signed in, posted fields, answers.

A handler parses, calls one function, responds. See docs/developers/add-a-page.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import jinja2
from aiohttp import web
from cryptography.fernet import MultiFernet
from sqlalchemy.ext.asyncio import AsyncSession

from admin import audit
from admin.auth import Doorkeeper
from admin.composition import Render
from admin.forms import Form
from admin.page import Page, Permission, Section
from admin.sessions import Place, SignedIn
from admin.staff import Person
from admin.tokens import form_token, signed, unsigned
from admin.wording import say
from bot.channel import Channel
from bot.dispatcher import Handler
from knowledge.feed import KnowledgeFeed, MakeMatcher
from knowledge.portal.fetching import Fetch
from runtime.addresses import address_behind, network_of
from runtime.assets import Asset
from runtime.clock import Clock
from runtime.database import Database
from runtime.settings import Settings
from runtime.vault import Vault
from runtime.wakers.port import Waker

FLASH_COOKIE = "hoidap_flash"
THEME_COOKIE = "hoidap_theme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The ports that pages work with."""

    db: Database
    clock: Clock
    settings: Settings
    feed: KnowledgeFeed
    make_matcher: MakeMatcher
    handlers: Sequence[Handler]
    renderers: Mapping[str, Render]
    channels: Mapping[str, Channel]
    waker: Waker
    vault: Vault
    fetch: Fetch
    key: MultiFernet
    environment: Mapping[str, str]
    pages: tuple[Page, ...]
    assets: Mapping[str, Asset]
    templates: jinja2.Environment
    doorkeeper: Doorkeeper


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """Something wrong that every page shows until it is mended. `action`: the page where that is done, "" for none."""

    tone: str
    message: str
    action: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """One line of the menu."""

    name: str
    title: str
    url: str
    icon: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What the gate found out about a request. `cookie` is what form tokens are derived from."""

    cookie: str
    place: Place
    signed: SignedIn | None = None
    page: Page | None = None
    banners: Sequence[Banner] = ()


CONSOLE = web.AppKey("CONSOLE", Console)
VISIT = web.RequestKey("VISIT", Visit)


def console(request: web.Request) -> Console:
    """Return the ports."""
    return request.config_dict[CONSOLE]


def place_of(request: web.Request) -> Place:
    """Return where a request comes from, behind the proxies that the settings trust."""
    proxies = console(request).settings.console.trusted_proxies
    address = address_behind(proxies, request.headers.getall("X-Forwarded-For", []), request.remote)
    return Place(address=address, network=network_of(address), agent=request.headers.get("User-Agent", ""))


def session_of(request: web.Request) -> SignedIn:
    """Return the session of the request. Only for actions that need somebody signed in."""
    found = request[VISIT].signed
    assert found is not None, "the gate lets nobody in without a session"
    return found


def staff_of(request: web.Request) -> Person:
    """Return the signed-in person."""
    return session_of(request).person


async def form_of(request: web.Request) -> Form:
    """Return the posted fields; the gate has checked their token."""
    try:
        return Form(await request.post())
    except (ValueError, LookupError):  # no form after all, or an unknown charset
        raise web.HTTPBadRequest from None


def render(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """Return a page from a template below admin/templates."""
    flash, tone = _flash_of(request)
    context = {**_frame(request), "flash_text": flash, "flash_tone": tone, **values}
    html = console(request).templates.get_template(template).render(context)
    response = web.Response(text=html, content_type="text/html", charset="utf-8", status=status)
    if FLASH_COOKIE in request.cookies:
        response.del_cookie(FLASH_COOKIE, path="/admin")
    response.enable_compression()
    return response


def _frame(request: web.Request) -> dict[str, Any]:
    """Return what base.html and the macros need."""
    visit = request[VISIT]
    me = visit.signed.person if visit.signed is not None and visit.signed.is_complete else None

    def url(name: str, /, **parts: object) -> str:
        return url_of(request, name, **parts)

    return {
        "me": me,
        "menu": _menu(request) if me is not None else {},
        "banners": visit.banners,
        "url": url,
        "may": lambda permission: me is not None and me.may(Permission(permission)),
        "form_token": lambda: form_token(visit.cookie),
        "theme": request.cookies.get(THEME_COOKIE) if request.cookies.get(THEME_COOKIE) in {"light", "dark"} else "",
        "here": request.path_qs,
        "query": request.query,
    }


def _menu(request: web.Request) -> dict[str, list[MenuItem]]:
    """Return the lines of the menu by section: the pages that this person may open."""
    person, page_here = staff_of(request), request[VISIT].page
    found: dict[str, list[MenuItem]] = {section.value: [] for section in Section}
    for page in console(request).pages:
        first = page.actions[0]
        if page.menu and person.may(first.permission):
            item = MenuItem(
                name=page.name, title=say(f"{page.name}.menu"), url=first.path, icon=page.icon,
                is_current=page == page_here,
            )  # fmt: skip
            found[page.section.value].append(item)
    return {section: items for section, items in found.items() if items}


def url_of(request: web.Request, name: str, /, **parts: object) -> str:
    """Return the path of an action. Parts that its path does not have become the query; None and "" are left out.

    Raises KeyError for an action that no page has.
    """
    resource = request.app.router[name]
    blanks = {key: str(parts.pop(key)) for key in _blanks_of(resource) if key in parts}
    path = str(resource.url_for(**blanks))
    query = [(key.rstrip("_"), str(value)) for key, value in parts.items() if value not in {None, ""}]
    return f"{path}?{urlencode(query)}" if query else path


def _blanks_of(resource: Any) -> set[str]:
    pattern = resource.get_info().get("pattern")
    return set(pattern.groupindex) if pattern is not None else set()


def see_other(
    request: web.Request, name: str, /, *, flash: str = "", tone: str = "ok", **parts: object
) -> web.Response:
    """Return the answer to a POST that worked: go and look there. `flash` is a sentence shown once on top."""
    return go_to(request, url_of(request, name, **parts), flash=flash, tone=tone)


def go_to(request: web.Request, path: str, *, flash: str = "", tone: str = "ok") -> web.Response:
    """Return a redirection to a path of ours."""
    response = web.Response(status=303, headers={"Location": path})
    if flash:
        cookie = signed(json.dumps([flash, tone]), request[VISIT].cookie, "flash")
        set_cookie(request, response, FLASH_COOKIE, cookie, max_age=120)
    return response


def _flash_of(request: web.Request) -> tuple[str, str]:
    text = unsigned(request.cookies.get(FLASH_COOKIE, ""), request[VISIT].cookie, "flash")
    flash, tone = json.loads(text) if text else ("", "")
    return str(flash), str(tone)


def set_cookie(
    request: web.Request, response: web.StreamResponse, name: str, value: str, *, max_age: int | None
) -> None:
    """Set a cookie for the console only, out of reach of scripts."""
    is_secure = console(request).settings.public_url.startswith("https://") or request.secure
    response.set_cookie(name, value, max_age=max_age, path="/admin", httponly=True, secure=is_secure, samesite="Lax")


async def note(
    request: web.Request,
    session: AsyncSession,
    action: str,
    subject: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add what the signed-in person does to the audit log, in the unit of work that does it. See audit.record."""
    await note_as(request, session, staff_of(request), action, subject, before=before, after=after)


async def note_as(
    request: web.Request,
    session: AsyncSession,
    person: Person,
    action: str,
    subject: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add what a person does who is only just coming in."""
    await audit.record(
        session, actor=person, action=action, subject=subject, before=before, after=after,
        at=console(request).clock.now(), origin=place_of(request).address,
    )  # fmt: skip
