"""Serve: listen, say where, and end in order."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeVar

import structlog
from aiohttp import web

from admin import second_factor
from admin.composition import Announce, Running
from admin.staff import has_administrator, setup_path
from runtime.errors import ConfigurationError, CredentialError
from runtime.settings import Settings

RunningT = TypeVar("RunningT", bound=Running)
_HINT = "See docs/operators/settings.md."
log = structlog.get_logger(__name__)


async def serve(
    settings: Settings,
    open_assistant: Callable[[Settings], AbstractAsyncContextManager[RunningT]],
    web_application: Callable[[RunningT], web.Application],
    *,
    announce: Announce,
    reuse_port: bool = False,
    set_up_link: bool = True,
) -> None:
    """Serve until SIGTERM or SIGINT: stop listening, finish what has begun, close.

    `set_up_link`: whether to make a link for the first administrator, if there is none; it replaces older ones.
    Raises CredentialError when the key does not open what a channel in use or a person's second factor was sealed with.
    """
    stop = _told_to_stop()
    async with open_assistant(settings) as assistant:
        await _require_key(assistant)
        await _reseal(assistant)
        work = asyncio.create_task(assistant.run())
        work.add_done_callback(lambda _task: stop.set())
        runner = web.AppRunner(
            web_application(assistant),
            access_log=None,
            shutdown_timeout=settings.worker.drain_seconds,
            # Nobody packs what they send us, and what was signed are the bytes on the wire.
            auto_decompress=False,
        )
        await runner.setup()
        try:
            with naming_the_address():
                await web.TCPSite(runner, settings.host, settings.port, reuse_port=reuse_port or None).start()
            announce(_address(settings, runner), await _set_up(assistant, settings, wants_link=set_up_link))
            await stop.wait()
        finally:
            log.info("server.draining")
            await runner.cleanup()
            work.cancel()
            await asyncio.wait([work])
        if not work.cancelled():
            work.result()


def _told_to_stop() -> asyncio.Event:
    """Return what is set by the first SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _require_key(assistant: Running) -> None:
    """Refuse to run with a key that is not the one things were sealed with.

    Every reply would fail, one by one; whoever has a second factor could not sign in, and new ones would be sealed
    with another key than the rest. A disabled account may keep what nobody can open.
    """
    for name in sorted(assistant.settings.channels):  # one that is no longer used may keep what nobody can open
        await assistant.vault.read(name)
    if not assistant.settings.console.enabled:
        return
    async with assistant.db.reading() as session:
        shut_out = await second_factor.shut_out(session, assistant.vault.key)
    if shut_out:
        raise CredentialError(
            f"{len(shut_out)} of the second factors of staff cannot be opened: they were sealed with another key.",
            hint="Set HOIDAP_SECRET_KEY to the key that sealed them. If it is lost, `hoidap doctor` names the people; "
            "`hoidap staff reset-totp LOGIN` lets each in again.",
        )


async def _reseal(assistant: Running) -> None:
    """While a key is being changed: leave nothing that only an older one opens."""
    if "," not in assistant.settings.secret_key.get_secret_value():
        return
    await assistant.vault.reseal()
    async with assistant.db.transaction() as session:
        await second_factor.reseal(session, assistant.vault.key)


async def _set_up(assistant: Running, settings: Settings, *, wants_link: bool) -> str | None:
    """Return what is announced about the first administrator."""
    if not settings.console.enabled:
        return ""
    if wants_link:
        return await setup_path(assistant.db, assistant.clock)
    async with assistant.db.reading() as session:
        return "" if await has_administrator(session) else None


@contextmanager
def naming_the_address() -> Iterator[None]:
    """Say which setting is at fault when nothing can listen where the settings say. Raises ConfigurationError."""
    try:
        yield
    except socket.gaierror:
        raise ConfigurationError("HOIDAP_HOST (or --host): there is no such address.", hint=_HINT) from None
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise ConfigurationError("HOIDAP_HOST (or --host): not an address of this machine.", hint=_HINT) from None
        if error.errno == errno.EACCES:
            message = "HOIDAP_PORT (or --port): this account may not listen there."
            raise ConfigurationError(message, hint="Choose a port above 1023.") from None
        raise


def _address(settings: Settings, runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return settings.public_url or f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0', '::'} else host}:{port}"  # noqa: S104 - compared, not bound
