"""Getting in and out: sign-in, second factor, links of set-up and invitation, sign-out."""

from __future__ import annotations

from aiohttp import web

from admin import sessions, staff
from admin.auth import Entered, Refused, TooSoon
from admin.console import VISIT, console, form_of, go_to, note_as, place_of, render, session_of, set_cookie, url_of
from admin.gate import SESSION_COOKIE, inner_path, told
from admin.page import Action, Page, Permission
from admin.passwords import problem_of
from admin.staff import Access, StaffError
from admin.wording import say

DEVICE_COOKIE = "hoidap_device"
_DEVICE_SECONDS = 180 * 24 * 3600


async def sign_in(request: web.Request) -> web.Response:
    """Show the sign-in form; who is signed in goes on."""
    visit = request[VISIT]
    if visit.signed is not None and visit.signed.is_complete:
        return go_to(request, inner_path(request.query.get("next", "")))
    return render(request, "access/sign-in.html", login="", next=request.query.get("next", ""), problem="")


async def enter(request: web.Request) -> web.Response:
    """Check login and password."""
    form = await form_of(request)
    login, following = form.text("login"), form.text("next")
    try:
        entered = await console(request).doorkeeper.sign_in(
            login, form.raw("password"), place_of(request), device=request.cookies.get(DEVICE_COOKIE, "")
        )
    except (Refused, TooSoon) as error:
        return render(
            request,
            "access/sign-in.html",
            login=login,
            next=following,
            problem=told(error, "access.wrong"),
            status=422,
        )
    return await _let_in(request, entered, following)


async def code(request: web.Request) -> web.Response:
    """Ask for the second factor."""
    visit = request[VISIT]
    if visit.signed is None or visit.signed.is_complete:
        return go_to(request, "/admin")
    return render(request, "access/code.html", next=request.query.get("next", ""), problem="")


async def enter_code(request: web.Request) -> web.Response:
    """Check the second factor."""
    form, visit = await form_of(request), request[VISIT]
    if visit.signed is None or visit.signed.is_complete:
        return go_to(request, "/admin")
    try:
        token = await console(request).doorkeeper.enter_code(visit.signed, form.text("code"), place_of(request))
    except (Refused, TooSoon) as error:
        problem = told(error, "access.wrong_code")
        return render(request, "access/code.html", next=form.text("next"), problem=problem, status=422)
    response = go_to(request, inner_path(form.text("next")))
    set_cookie(request, response, SESSION_COOKIE, token, max_age=None)
    return response


async def sign_out(request: web.Request) -> web.Response:
    """End this session."""
    ports, signed = console(request), session_of(request)
    async with ports.db.transaction() as session:
        await sessions.end(session, signed.id, staff_id=signed.person.id)
    response = go_to(request, url_of(request, "access.sign_in"))
    response.del_cookie(SESSION_COOKIE, path="/admin")
    return response


async def link(request: web.Request) -> web.Response:
    """Show what a link is for: the first administrator, an invitation, or a new password."""
    access = await _access_of(request)
    if access is None:
        return render(request, "access/spent.html", status=410)
    return render(request, "access/link.html", person=access.person, values={}, problem="")


async def use_link(request: web.Request) -> web.Response:
    """Take a link: create the account or choose the password, and go in."""
    form, access, ports = await form_of(request), await _access_of(request), console(request)
    if access is None:
        return render(request, "access/spent.html", status=410)
    login = access.person.login if access.person else form.text("login")
    name = access.person.name if access.person else form.text("name")
    password, problem = form.raw("password"), ""
    try:
        login = staff.cleaned_login(login)
        if weakness := problem_of(password, login=login, name=name):
            problem = say(f"account.password_{weakness}")
        elif password != form.raw("password_again"):
            problem = say("account.password_differs")
        else:
            return await _take_link(request, login, name, await ports.doorkeeper.passwords.hash(password))
    except StaffError as error:
        problem = say(f"accounts.problem.{error.problem}")
    return render(
        request, "access/link.html", person=access.person, values={"login": login, "name": name}, problem=problem,
        status=422,
    )  # fmt: skip


async def _take_link(request: web.Request, login: str, name: str, password_hash: str) -> web.Response:
    ports, token = console(request), request.match_info["token"]
    async with ports.db.transaction() as session:
        person = await staff.use_link(
            session, token, login=login, name=name, password_hash=password_hash, now=ports.clock.now()
        )
        await note_as(request, session, person, "staff.password-chosen", f"staff:{person.login}")
        entered = await ports.doorkeeper.open_for(session, person.id, place_of(request))
    return await _let_in(request, entered, "")


async def _access_of(request: web.Request) -> Access | None:
    ports = console(request)
    async with ports.db.reading() as session:
        return await staff.access_of(session, request.match_info["token"], now=ports.clock.now())


async def _let_in(request: web.Request, entered: Entered, following: str) -> web.Response:
    """Set the cookies of a new session, whose token is never the one the browser had before."""
    await _end_former(request)
    path = url_of(request, "access.code", next=following) if entered.needs_code else inner_path(following)
    response = go_to(request, path)
    set_cookie(request, response, SESSION_COOKIE, entered.token, max_age=None)
    set_cookie(request, response, DEVICE_COOKIE, entered.device, max_age=_DEVICE_SECONDS)
    return response


async def _end_former(request: web.Request) -> None:
    former = request[VISIT].signed
    if former is not None:
        async with console(request).db.transaction() as session:
            await sessions.end(session, former.id, staff_id=former.person.id)


_ANYONE = Permission.ANYONE
PAGE = Page(
    name="access",
    actions=(
        Action(method="GET", path="/admin/sign-in", handler=sign_in, permission=_ANYONE, name="access.sign_in"),
        Action(method="POST", path="/admin/sign-in", handler=enter, permission=_ANYONE, name="access.enter"),
        Action(method="GET", path="/admin/code", handler=code, permission=_ANYONE, name="access.code"),
        Action(method="POST", path="/admin/code", handler=enter_code, permission=_ANYONE, name="access.enter_code"),
        Action(method="GET", path="/admin/link/{token}", handler=link, permission=_ANYONE, name="access.link"),
        Action(method="POST", path="/admin/link/{token}", handler=use_link, permission=_ANYONE, name="access.use_link"),
        Action(
            method="POST",
            path="/admin/sign-out",
            handler=sign_out,
            permission=Permission.SIGNED_IN,
            name="access.sign_out",
        ),
    ),
)
