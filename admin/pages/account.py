"""A person's own account: password, second factor, open sessions, colours."""

from __future__ import annotations

from aiohttp import web
from markupsafe import Markup

from admin import second_factor, sessions, staff
from admin.auth import Refused, TooSoon
from admin.console import (
    THEME_COOKIE,
    console,
    form_of,
    go_to,
    note,
    render,
    see_other,
    session_of,
    set_cookie,
    staff_of,
)
from admin.gate import CONFIRM_FIELD, inner_path, told
from admin.page import Action, Handler, Page, Permission
from admin.passwords import problem_of
from admin.wording import say

_THEME_SECONDS = 365 * 24 * 3600


async def show(request: web.Request) -> web.Response:
    """Show the account."""
    ports, signed = console(request), session_of(request)
    async with ports.db.reading() as session:
        return render(
            request,
            "account/show.html",
            sessions=await sessions.of_person(session, signed.person.id, now=ports.clock.now()),
            current=signed.id,
            codes_left=await second_factor.codes_left(session, signed.person.id),
            problem="",
        )


async def change_password(request: web.Request) -> web.Response:
    """Replace the password; every other session ends."""
    form, ports, signed = await form_of(request), console(request), session_of(request)
    person, password = signed.person, form.raw("password")
    problem = problem_of(password, login=person.login, name=person.name)
    if problem or password != form.raw("password_again"):
        said = say(f"account.password_{problem}") if problem else say("account.password_differs")
        return see_other(request, "account.show", flash=said, tone="danger")
    hashed = await ports.doorkeeper.passwords.hash(password)
    async with ports.db.transaction() as session:
        await staff.set_password(session, person.id, hashed, keep_session=signed.id)
        await note(request, session, "staff.password-changed", f"staff:{person.login}")
    return see_other(request, "account.show", flash=say("account.password_changed"))


async def totp(request: web.Request) -> web.Response:
    """Show the QR code of a new second factor."""
    return _totp_page(request, second_factor.new_secret(), problem="")


async def turn_on(request: web.Request) -> web.Response:
    """Use the new second factor, if the app shows the right code."""
    form, ports, person = await form_of(request), console(request), staff_of(request)
    secret = second_factor.unsealed(form.text("sealed"), ports.key)
    step = second_factor.step_of(form.text("code"), secret, now=ports.clock.now(), after=0)
    if step is None:
        return _totp_page(request, secret, problem=say("access.wrong_code"), status=422)
    async with ports.db.transaction() as session:
        codes = await second_factor.turn_on(session, person.id, secret, step, ports.key)
        await note(request, session, "staff.second-factor-on", f"staff:{person.login}")
    return render(request, "account/codes.html", codes=codes)


async def turn_off(request: web.Request) -> web.Response:
    """Forget the second factor."""
    ports, person = console(request), staff_of(request)
    async with ports.db.transaction() as session:
        await second_factor.turn_off(session, person.id)
        await note(request, session, "staff.second-factor-off", f"staff:{person.login}")
    return see_other(request, "account.show", flash=say("account.totp_off"))


async def renew_codes(request: web.Request) -> web.Response:
    """Make new recovery codes; the old ones count no more."""
    ports, person = console(request), staff_of(request)
    async with ports.db.transaction() as session:
        codes = await second_factor.renew_codes(session, person.id)
        await note(request, session, "staff.recovery-renewed", f"staff:{person.login}")
    return render(request, "account/codes.html", codes=codes)


async def end_session(request: web.Request) -> web.Response:
    """End one session of this person, or all but this one."""
    form, ports, signed = await form_of(request), console(request), session_of(request)
    chosen = form.integer("session")
    async with ports.db.transaction() as session:
        if chosen is None:
            await sessions.end_all(session, signed.person.id, but=signed.id)
        else:
            await sessions.end(session, chosen, staff_id=signed.person.id)
        await note(request, session, "staff.session-ended", f"staff:{signed.person.login}")
    return see_other(request, "account.show", flash=say("account.session_ended"))


async def theme(request: web.Request) -> web.Response:
    """Choose light, dark, or what the device prefers."""
    form = await form_of(request)
    response = go_to(request, inner_path(form.text("next")))
    set_cookie(request, response, THEME_COOKIE, form.text("theme"), max_age=_THEME_SECONDS)
    return response


async def confirm(request: web.Request) -> web.Response:
    """Ask who sits there, on the way to a page that needs it."""
    return render(
        request,
        "account/confirm.html",
        fields=[("next", request.query.get("next", ""))],
        target=request.path,
        problem="",
    )


async def confirmed(request: web.Request) -> web.Response:
    """Check the password or code and go on."""
    form, following = await form_of(request), (await form_of(request)).text("next")
    try:
        await console(request).doorkeeper.confirm(session_of(request), form.raw(CONFIRM_FIELD))
    except (Refused, TooSoon) as error:
        problem = told(error, "account.confirm_wrong")
        return render(
            request,
            "account/confirm.html",
            fields=[("next", following)],
            target=request.path,
            problem=problem,
            status=422,
        )
    return go_to(request, inner_path(following))


def _totp_page(request: web.Request, secret: str, *, problem: str, status: int = 200) -> web.Response:
    return render(
        request,
        "account/totp.html",
        qr=Markup(second_factor.qr_code(secret, staff_of(request).login)),  # noqa: S704 - made by segno from our own text
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        sealed=second_factor.sealed(secret, console(request).key),
        problem=problem,
        status=status,
    )


def _own(method: str, path: str, handler: Handler, name: str, *, step_up: bool = False) -> Action:
    return Action(
        method=method,
        path=f"/admin/account{path}",
        handler=handler,
        permission=Permission.SIGNED_IN,
        name=f"account.{name}",
        step_up=step_up,
    )


PAGE = Page(
    name="account",
    actions=(
        _own("GET", "", show, "show"),
        _own("POST", "/password", change_password, "password", step_up=True),
        _own("GET", "/second-factor", totp, "totp"),
        _own("POST", "/second-factor", turn_on, "turn_on", step_up=True),
        _own("POST", "/second-factor/off", turn_off, "turn_off", step_up=True),
        _own("POST", "/recovery-codes", renew_codes, "renew_codes", step_up=True),
        _own("POST", "/sessions/end", end_session, "end_session"),
        _own("POST", "/theme", theme, "theme"),
        _own("GET", "/confirm", confirm, "confirm"),
        _own("POST", "/confirm", confirmed, "confirmed"),
    ),
)
