"""One serving process, or several that share a port."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys

from admin.composition import Serve
from runtime.errors import ConfigurationError
from runtime.settings import Settings


def serve_one(serve: Serve, settings: Settings, *, share_port: bool = False) -> None:
    """Serve in this process and say where."""

    def announce(address: str) -> None:
        print(f"hoidap serves at {address}", flush=True)
        if settings.demo_page:
            print(f"Demo page: {address}/", flush=True)

    asyncio.run(serve(settings, announce=announce, reuse_port=share_port))


def serve_many(settings: Settings, processes: int) -> int:
    """Serve in several processes and return the worst exit code. Raises ConfigurationError on an embedded database."""
    if settings.is_embedded:
        raise ConfigurationError(
            "Several processes cannot share an embedded database.", hint="Set HOIDAP_DATABASE__URL to PostgreSQL."
        )
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

        def pass_on(number: int, _frame: object) -> None:
            for child in children:
                child.send_signal(number)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, pass_on)
        return max(abs(child.wait()) for child in children)
