"""The verbs that connect an account, look at its events, and act out a platform on this machine."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from admin.running import composition_of, fail, failing_plainly, run, settings_of
from bot.channel import SignedRequest
from runtime.clock import SystemClock
from runtime.errors import BadSignature, ConfigurationError
from runtime.vault import open_vault

Option = typer.Option
T = TypeVar("T")

app = typer.Typer()


class Platform(StrEnum):
    """The platforms by the names people type."""

    ZALO = "zalo"
    ZALO_BOT = "zalo-bot"
    WHATSAPP = "whatsapp"


Chosen = Annotated[Platform, typer.Argument(help="Which platform.")]


def _with_channel(
    context: typer.Context, platform: Platform, work: Callable[[Any], Awaitable[T]], *, action: str = ""
) -> T:
    """Do `work` with the configured channel of a platform, and note it in the audit log under the name of an action."""

    async def begin() -> T:
        from admin import audit

        composition, settings = composition_of(context), settings_of()
        async with (
            composition.open_database(settings) as db,
            composition.open_channels(settings, open_vault(settings, db, SystemClock())) as channels,
        ):
            name = platform.value.replace("-", "_")
            if name not in channels:
                hint = f"Set HOIDAP_CHANNELS__{name.upper()}__…; see docs/operators/{platform.value}.md."
                raise ConfigurationError(f"The channel {platform.value} has no settings.", hint=hint)
            done = await work(channels[name])
            if action:
                async with db.transaction() as session:
                    await audit.record(
                        session, actor=audit.COMMAND_LINE, action=action, subject=f"channel:{name}",
                        at=SystemClock().now(),
                    )  # fmt: skip
            return done

    return run(begin())


@app.command("zalo-login")
def zalo_login(
    context: typer.Context,
    code: Annotated[str, Option(help="What came back from the consent: the code, or the whole address.")] = "",
    verifier: Annotated[str, Option(help="The verifier of the consent that was begun (43 characters).")] = "",
    callback: Annotated[str, Option(help="The console's Official Account Callback Url; prints the whole link.")] = "",
    tokens: Annotated[bool, Option("--tokens", help="Take a pair from the API Explorer; asks for both.")] = False,
) -> None:
    """Let the Official Account grant the application, and store its first pair of tokens."""

    async def work(channel: Any) -> Any:
        if tokens:
            access, refresh = _secret("Access token"), _secret("Refresh token")
            return await channel.tokens.take_over(access, refresh)
        if code:
            return await channel.log_in(code, verifier or _secret("Verifier"))
        consent, link = channel.consent(verifier, callback)
        _explain_consent(consent, link)
        answer = (await asyncio.to_thread(input, "Address or code: ")).strip()
        return await channel.log_in(answer, consent.verifier)

    stored = _with_channel(context, Platform.ZALO, work, action="channels.login")
    print(f"Stored pair {stored.version}; the access token is valid until {stored.expires_at:%Y-%m-%d %H:%M} UTC.")
    print("A running server uses it from its next message on. Check with: hoidap doctor")


def _explain_consent(consent: Any, link: str) -> None:
    where = "developers.zalo.me, your application, Official Account, settings"
    print(f"1. At {where}: enter this as Code Challenge and save.\n\n   {consent.challenge}\n")
    if link:
        print(f"2. Open this link as an administrator of the Official Account and consent.\n\n   {link}\n")
    else:
        print("2. Copy the consent link that the same page then shows. It has this form:\n")
        print("   https://oauth.zaloapp.com/v4/oa/permission?app_id=…&redirect_uri=…&code_challenge=…\n")
        print("   Open it as an administrator of the Official Account and consent.\n")
    print("3. The browser is led to your callback address. That page may be empty; its address is what counts.")
    print("   Paste the whole address here within ten minutes; it works once. To go on elsewhere instead:")
    print(f"   hoidap zalo-login --verifier {consent.verifier} --code …\n")


def _secret(name: str) -> str:
    """Ask for a secret without showing it; from a pipe, take the next line."""
    value = getpass.getpass(f"{name}: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not value.strip():
        raise ConfigurationError(f"{name}: nothing was given.", hint="It is read from the terminal or from stdin.")
    return value.strip()


@app.command("verify-event")
def verify_event(
    context: typer.Context,
    platform: Chosen,
    body: Annotated[Path, Option(exists=True, dir_okay=False, help="The body, byte for byte as it came.")],
    header: Annotated[list[str], Option(help='A header as it came, "Name: value"; repeat for each.')],
) -> None:
    """Say whether a captured event is authentic, and on Zalo by which formula it is signed."""
    request = SignedRequest(headers=_headers(header), body=body.read_bytes(), received_at=SystemClock().now())

    async def work(channel: Any) -> str:
        if platform is Platform.ZALO:
            return str(channel.formula(request))
        try:
            channel.verify(request)
        except BadSignature:
            return ""
        return "the configured secret"

    formula = _with_channel(context, platform, work)
    if not formula:
        fail(_NO_FORMULA[platform])
    print(f"Authentic: signed with {formula}.")


_NO_FORMULA: Mapping[Platform, str] = {
    Platform.ZALO: (
        "none of the three formulas matches. Check HOIDAP_CHANNELS__ZALO__OA_SECRET_KEY (the OA Secret Key of the "
        "Webhook page, not the application's secret), __APP_ID and __OA_ID, and that the body is unchanged: no "
        "newline at its end, no reformatting."
    ),
    Platform.ZALO_BOT: "the secret differs from HOIDAP_CHANNELS__ZALO_BOT__SECRET_TOKEN.",
    Platform.WHATSAPP: (
        "no secret matches. Check HOIDAP_CHANNELS__WHATSAPP__APP_SECRET (App settings, Basic), and that the body is "
        "unchanged: letters outside ASCII stand in it as \\uXXXX."
    ),
}


def _headers(lines: list[str]) -> dict[str, str]:
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise typer.BadParameter(f'{line!r} is not "Name: value"', param_hint="--header")
        headers[name.strip().lower()] = value.strip()
    return headers


@app.command("zalo-bot-webhook")
def zalo_bot_webhook(
    context: typer.Context,
    url: Annotated[str, Option("--set", help="Register this address, https://…/webhooks/zalo-bot.")] = "",
    delete: Annotated[bool, Option("--delete", help="Take the webhook off.")] = False,
) -> None:
    """Show, set or delete the webhook of the bot on the Zalo Bot Platform."""
    if url and delete:
        raise typer.BadParameter("give either --set or --delete")
    if url and not url.startswith("https://"):
        raise typer.BadParameter("the platform takes https:// addresses only", param_hint="--set")

    async def work(channel: Any) -> str:
        if url:
            await channel.set_webhook(url)
        elif delete:
            await channel.delete_webhook()
        return str(await channel.webhook())

    action = "channels.webhook" if url or delete else ""
    registered = _with_channel(context, Platform.ZALO_BOT, work, action=action)
    if url and registered != url:
        fail(f"the platform names {registered or 'no address'} instead. Is the address reachable from outside?")
    print(f"Events go to {registered}." if registered else "No webhook is set.")


@app.command()
def simulate(
    platform: Chosen,
    port: Annotated[int, Option(min=0, max=65535, help="Port of the fake platform; 0 takes a free one.")] = 8090,
    webhook: Annotated[str, Option(help="Where events go; by default a server on this machine.")] = "",
    script: Annotated[Path | None, Option(exists=True, dir_okay=False, help="Faults to act out, one per line.")] = None,
    scale: Annotated[float, Option(min=0, help="Factor on the pauses between two tries of an event.")] = 1.0,
) -> None:
    """Act out a platform on this machine, with a page on which one writes as a citizen and sees the replies."""
    from simulators.running import read_script
    from simulators.running import simulate as act

    try:
        faults = read_script(script.read_text(encoding="utf-8")) if script else []
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--script") from None
    where = webhook or f"http://localhost:8080/webhooks/{platform.value}"
    with failing_plainly():
        try:
            asyncio.run(act(platform.value, port=port, webhook=where, announce=_announce, faults=faults, scale=scale))
        except OSError as error:
            fail(f"port {port} cannot be used ({error.strerror}). Choose another one with --port.")


def _announce(base: str, settings: Mapping[str, str]) -> None:
    print(f"Page: {base}/\n\nIn another terminal:\n", flush=True)
    for name, value in settings.items():
        print(f"export {name}={value}")
    print("hoidap serve", flush=True)
