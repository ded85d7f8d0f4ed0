"""One serving process, or several that share a port."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys

from admin.composition import Composition, Serve
from admin.staff import setup_path
from runtime.clock import SystemClock
from runtime.errors import ConfigurationError
from runtime.settings import Settings


def serve_one(serve: Serve, settings: Settings, *, share_port: bool = False) -> None:
    """Serve in this process and say where."""

    def announce(address: str, setup: str) -> None:
        print(f"hoidap serves at {address}", flush=True)
        if settings.demo_page:
            print(f"Demo page: {address}/", flush=True)
        show_setup(address, setup)

    asyncio.run(serve(settings, announce=announce, reuse_port=share_port))


def show_setup(address: str, setup: str) -> None:
    """Say how the first administrator gets in, if there is none yet."""
    if setup:
        print(f"Set up the console (once, within 30 minutes): {address}{setup}", flush=True)


async def _setup_path(composition: Composition, settings: Settings) -> str:
    async with composition.open_database(settings) as db:
        return await setup_path(db, SystemClock())


def serve_many(composition: Composition, settings: Settings, processes: int) -> int:
    """Serve in several processes and return the worst exit code. Raises ConfigurationError on an embedded database."""
    if settings.is_embedded:
        raise ConfigurationError(
            "Several processes cannot share an embedded database.", hint="Set HOIDAP_DATABASE__URL to PostgreSQL."
        )
    setup = asyncio.run(_setup_path(composition, settings)) if settings.console.enabled else ""
    with socket.socket() as holder:  # holds the port, so that 0 means the same one for every process
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind((settings.host, settings.port))
        port = holder.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "server",
            "serve",
            "--host",
            settings.host,
            "--port",
            str(port),
            "--share-port",
        ]
        children = [subprocess.Popen(command) for _ in range(processes)]  # noqa: S603 - ourselves
        show_setup(settings.public_url or f"http://{settings.host}:{port}", setup)

        def pass_on(number: int, _frame: object) -> None:
            for child in children:
                child.send_signal(number)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, pass_on)
        return max(abs(child.wait()) for child in children)
