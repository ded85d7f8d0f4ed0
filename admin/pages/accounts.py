"""Accounts: invite people, give them roles, help them in again, end accounts."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from admin import second_factor, sessions, staff
from admin.console import console, form_of, note, render, see_other, staff_of, url_of
from admin.forms import Form
from admin.page import Action, Handler, Page, Permission, Role, Section
from admin.staff import Person, StaffError
from admin.wording import say

# No role is chosen beforehand: what is not looked at would be given by mistake.
_INVITED: Mapping[str, object] = {"login": "", "name": "", "roles": []}


async def list_people(request: web.Request) -> web.Response:
    """Show everybody, and the form that invites somebody."""
    return await _list(request, _INVITED)


async def _list(
    request: web.Request, typed: Mapping[str, object], *, problem: str = "", wrong: str = "", status: int = 200
) -> web.Response:
    async with console(request).db.reading() as session:
        everybody = await staff.people(session)
    return render(
        request,
        "accounts/list.html",
        people=everybody,
        roles=_role_options(),
        typed=typed,
        problem=problem,
        wrong=wrong,
        status=status,
    )


async def invite(request: web.Request) -> web.Response:
    """Create an account and show its invitation link, once."""
    form, ports = await form_of(request), console(request)
    try:
        async with ports.db.transaction() as session:
            person, token = await staff.invite(
                session, login=form.text("login"), name=form.text("name"), roles=_roles(form), now=ports.clock.now()
            )
            await note(request, session, "staff.invite", f"staff:{person.login}", after={"roles": person.roles})
    except StaffError as error:
        typed = {"login": form.text("login"), "name": form.text("name"), "roles": form.texts("role")}
        return await _list(request, typed, problem=_said(error), wrong=error.problem, status=422)
    return _link_page(request, person, token)


async def show(request: web.Request) -> web.Response:
    """Show one account."""
    person, ports = await _person(request), console(request)
    async with ports.db.reading() as session:
        open_sessions = await sessions.of_person(session, person.id, now=ports.clock.now())
    return render(request, "accounts/show.html", person=person, sessions=open_sessions, roles=_role_options())


async def set_roles(request: web.Request) -> web.Response:
    """Give a person exactly the chosen roles."""
    person, form = await _person(request), await form_of(request)
    try:
        async with console(request).db.transaction() as session:
            changed = await staff.set_roles(session, person.id, _roles(form))
            await note(
                request, session, "staff.roles", f"staff:{person.login}",
                before={"roles": person.roles}, after={"roles": changed.roles},
            )  # fmt: skip
    except StaffError as error:
        return _back(request, person, _said(error), tone="danger")
    return _back(request, person, say("accounts.roles_saved"))


async def new_link(request: web.Request) -> web.Response:
    """Show a link with which the person chooses a new password, once."""
    person, ports = await _person(request), console(request)
    try:
        async with ports.db.transaction() as session:
            token = await staff.new_password_link(session, person.id, now=ports.clock.now())
            await note(request, session, "staff.link", f"staff:{person.login}")
    except StaffError as error:
        return _back(request, person, _said(error), tone="danger")
    return _link_page(request, person, token)


async def reset_totp(request: web.Request) -> web.Response:
    """Take the second factor off an account whose owner lost it."""
    person = await _person(request)
    async with console(request).db.transaction() as session:
        await second_factor.turn_off(session, person.id)
        await sessions.end_all(session, person.id)
        await note(request, session, "staff.second-factor-reset", f"staff:{person.login}")
    return _back(request, person, say("accounts.totp_reset"))


async def end_sessions(request: web.Request) -> web.Response:
    """End every session of a person."""
    person = await _person(request)
    async with console(request).db.transaction() as session:
        await sessions.end_all(session, person.id)
        await note(request, session, "staff.session-ended", f"staff:{person.login}")
    return _back(request, person, say("accounts.sessions_ended"))


async def disable(request: web.Request) -> web.Response:
    """End an account, if its login was typed to confirm."""
    person, form, ports = await _person(request), await form_of(request), console(request)
    if form.text("login").casefold() != person.login:
        return _back(request, person, say("accounts.problem.confirm"), tone="danger")
    if person.id == staff_of(request).id:
        return _back(request, person, say("accounts.problem.self"), tone="danger")
    try:
        async with ports.db.transaction() as session:
            await staff.disable(session, person.id, now=ports.clock.now())
            await note(request, session, "staff.disable", f"staff:{person.login}")
    except StaffError as error:
        return _back(request, person, _said(error), tone="danger")
    return _back(request, person, say("accounts.disabled"))


async def enable(request: web.Request) -> web.Response:
    """Let a disabled person in again."""
    person = await _person(request)
    async with console(request).db.transaction() as session:
        await staff.enable(session, person.id)
        await note(request, session, "staff.enable", f"staff:{person.login}")
    return _back(request, person, say("accounts.enabled"))


async def _person(request: web.Request) -> Person:
    async with console(request).db.reading() as session:
        found = await staff.person(session, int(request.match_info["id"]))
    if found is None:
        raise web.HTTPNotFound
    return found


def _link_page(request: web.Request, person: Person, token: str) -> web.Response:
    root = console(request).settings.public_url.rstrip("/") or f"{request.scheme}://{request.host}"
    address = f"{root}{url_of(request, 'access.link', token=token)}"
    return render(request, "accounts/link.html", person=person, address=address)


def _back(request: web.Request, person: Person, flash: str, *, tone: str = "ok") -> web.Response:
    return see_other(request, "accounts.show", flash=flash, tone=tone, id=person.id)


def _role_options() -> list[tuple[str, str]]:
    return [(role.value, f"{say(f'console.role.{role}')}: {say(f'accounts.role.{role}')}") for role in Role]


def _roles(form: Form) -> list[Role]:
    chosen = set(form.texts("role"))
    return [role for role in Role if role.value in chosen]


def _said(error: StaffError) -> str:
    return say(f"accounts.problem.{error.problem}")


def _managed(method: str, path: str, handler: Handler, name: str, *, step_up: bool = False) -> Action:
    return Action(
        method=method,
        path=f"/admin/accounts{path}",
        handler=handler,
        permission=Permission.ACCOUNTS_MANAGE,
        name=f"accounts.{name}",
        step_up=step_up,
    )


_ONE = r"/{id:\d{1,9}}"
PAGE = Page(
    name="accounts",
    menu=True,
    section=Section.ADMINISTRATION,
    icon="users",
    actions=(
        _managed("GET", "", list_people, "list"),
        _managed("POST", "", invite, "invite", step_up=True),
        _managed("GET", _ONE, show, "show"),
        _managed("POST", f"{_ONE}/roles", set_roles, "roles", step_up=True),
        _managed("POST", f"{_ONE}/link", new_link, "link", step_up=True),
        _managed("POST", f"{_ONE}/reset-second-factor", reset_totp, "reset_totp", step_up=True),
        _managed("POST", f"{_ONE}/sessions", end_sessions, "end_sessions"),
        _managed("POST", f"{_ONE}/disable", disable, "disable", step_up=True),
        _managed("POST", f"{_ONE}/enable", enable, "enable", step_up=True),
    ),
)
