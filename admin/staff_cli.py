"""The verbs about people of staff: for the first one, and for when the console cannot be reached."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from admin.page import Role
from admin.running import composition_of, fail, run, settings_of
from runtime.clock import VIETNAM, SystemClock
from runtime.settings import Settings

Option = typer.Option
T = TypeVar("T")
Login = Annotated[str, typer.Argument(help="Login of the account.")]

app = typer.Typer(name="staff", help="People who work in the console.", no_args_is_help=True)


def _with_session(
    context: typer.Context, settings: Settings, work: Callable[[AsyncSession, datetime], Awaitable[T]]
) -> T:
    async def begin() -> T:
        async with composition_of(context).open_database(settings) as db, db.transaction() as session:
            return await work(session, SystemClock().now())

    return run(begin())


def _on_account(context: typer.Context, login: str, action: str, work: Callable[..., Awaitable[T]]) -> T:
    """Do something to an account and write it into the audit log."""
    from admin import audit, staff

    async def act(session: AsyncSession, now: datetime) -> T:
        person = await staff.find_login(session, login)
        if person is None:
            fail(f"There is no account {login!r}. `hoidap staff list` shows all.")
        done = await work(session, person.id, now)
        await audit.record(session, actor=audit.COMMAND_LINE, action=action, subject=f"staff:{person.login}", at=now)
        return done

    return _with_session(context, settings_of(), act)


def _print_link(settings: Settings, token: str) -> None:
    """Print a link; what decides its address goes to the error output, so that the link can be piped."""
    root = settings.public_url.rstrip("/") or f"http://localhost:{settings.port}"
    print(f"{root}/admin/link/{token}")
    if not settings.public_url:
        said = "HOIDAP_PUBLIC_URL is not set: the address is that of HOIDAP_PORT on this machine."
        typer.echo(f"{said} Where `hoidap serve` has another --port or host, open the path there.", err=True)


@app.command("list")
def list_people(context: typer.Context) -> None:
    """List accounts: login, name, roles, state, last seen."""
    from admin import staff

    for person in _with_session(context, settings_of(), lambda session, _now: staff.people(session)):
        state = "disabled" if person.disabled_at else "active" if person.has_password else "invited"
        seen = person.last_seen_at.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M") if person.last_seen_at else "-"
        factor = "second factor" if person.has_totp else "-"
        print(f"{person.login}\t{person.name}\t{','.join(person.roles) or '-'}\t{state}\t{factor}\t{seen}")


@app.command()
def invite(
    context: typer.Context,
    login: Login,
    name: Annotated[str, Option(help="Full name.")],
    role: Annotated[list[Role], Option(help="A role; may be given several times.")],
) -> None:
    """Create an account and print its invitation link (72 hours, once)."""
    from admin import audit, staff

    settings = settings_of()

    async def act(session: AsyncSession, now: datetime) -> str:
        person, token = await staff.invite(session, login=login, name=name, roles=role, now=now)
        await audit.record(
            session, actor=audit.COMMAND_LINE, action="staff.invite", subject=f"staff:{person.login}", at=now,
            after={"roles": person.roles},
        )  # fmt: skip
        return token

    _print_link(settings, _with_session(context, settings, act))


@app.command("set-up")
def set_up(context: typer.Context) -> None:
    """Print a new set-up link (30 minutes, once) while nobody can administer."""
    from admin import staff

    settings = settings_of()
    token = _with_session(context, settings, lambda session, now: staff.setup_token(session, now=now))
    if token is None:
        fail("Somebody can administer already. Use `hoidap staff invite` or `hoidap staff reset-password`.")
    _print_link(settings, token)


@app.command("reset-password")
def reset_password(context: typer.Context, login: Login) -> None:
    """Print a link (72 hours, once) with which a person chooses a new password."""
    from admin import staff

    token = _on_account(
        context, login, "staff.link", lambda session, one, now: staff.new_password_link(session, one, now=now)
    )
    _print_link(settings_of(), token)


@app.command("reset-totp")
def reset_totp(context: typer.Context, login: Login) -> None:
    """Take the second factor off an account whose owner lost it, and end its sessions."""
    from admin import second_factor, sessions

    async def act(session: AsyncSession, staff_id: int, _now: datetime) -> None:
        await second_factor.turn_off(session, staff_id)
        await sessions.end_all(session, staff_id)

    _on_account(context, login, "staff.second-factor-reset", act)
    print(f"{login} signs in with the password alone.")


@app.command()
def disable(context: typer.Context, login: Login) -> None:
    """End an account and its sessions; what it did stays in the log."""
    from admin import staff

    _on_account(context, login, "staff.disable", lambda session, one, now: staff.disable(session, one, now=now))
    print(f"{login} is disabled.")


@app.command()
def enable(context: typer.Context, login: Login) -> None:
    """Let a disabled person in again, with the old password."""
    from admin import staff

    _on_account(context, login, "staff.enable", lambda session, one, _now: staff.enable(session, one))
    print(f"{login} may sign in again.")
