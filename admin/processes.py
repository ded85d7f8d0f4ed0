"""One serving process, or several that share a port."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys

import structlog

from admin.composition import Serve
from admin.serving import naming_the_address
from runtime.errors import ConfigurationError
from runtime.settings import Settings

log = structlog.get_logger(__name__)


def serve_one(
    serve: Serve,
    settings: Settings,
    *,
    share_port: bool = False,
    set_up_link: bool = True,
) -> None:
    """Serve in this process, say where, and how the first administrator gets in if there is none."""

    def announce(address: str, setup: str | None) -> None:
        (_log_address if settings.log_json else _print_address)(settings, address)
        if setup:
            print(f"Set up the console (once, within 30 minutes): {address}{setup}", flush=True)
        elif setup is None and set_up_link:
            _say_who_can_administer(as_json=settings.log_json)

    # the link lets in whoever reads it: it is shown to a person, and never written where lines are kept
    link = set_up_link and not settings.log_json and sys.stdout.isatty()
    asyncio.run(serve(settings, announce=announce, reuse_port=share_port, set_up_link=link))


def _print_address(settings: Settings, address: str) -> None:
    print(f"hoidap serves at {address}", flush=True)
    if settings.demo_page:
        print(f"Demo page: {address}/", flush=True)


def _log_address(settings: Settings, address: str) -> None:
    log.info("server.listening", url=address, demo_page=f"{address}/" if settings.demo_page else "")


def _say_who_can_administer(*, as_json: bool) -> None:
    if as_json:
        log.warning("console.nobody_can_administer", command="hoidap staff set-up")
    else:
        print("Nobody can administer the console yet: `hoidap staff set-up` prints a link.", flush=True)


def commands_of(host: str, port: int, processes: int) -> list[list[str]]:
    """Return what starts each process. Only the first makes a set-up link: each new one makes the older worthless."""
    command = [sys.executable, "-m", "server", "serve", "--host", host, "--port", str(port), "--share-port"]
    return [command, *([*command, "--no-set-up-link"] for _ in range(processes - 1))]


def serve_many(settings: Settings, processes: int) -> int:
    """Serve in several processes and return the worst exit code. Raises ConfigurationError on an embedded database."""
    if settings.is_embedded:
        raise ConfigurationError(
            "Several processes cannot share an embedded database.", hint="Set HOIDAP_DATABASE__URL to PostgreSQL."
        )
    with socket.socket() as holder:  # holds the port, so that 0 means the same one for every process
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        with naming_the_address():
            holder.bind((settings.host, settings.port))
        port = holder.getsockname()[1]
        children = [subprocess.Popen(each) for each in commands_of(settings.host, port, processes)]  # noqa: S603 - ourselves

        def pass_on(number: int, _frame: object) -> None:
            for child in children:
                child.send_signal(number)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, pass_on)
        return max(abs(child.wait()) for child in children)
