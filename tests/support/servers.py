"""The real server as a process, and a killer that ends it at an exact database statement."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sqlite3
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.nursery import command

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"hoidap serves at (http://\S+)")


class ServerProcess:
    """`hoidap serve` on a free port, with its output collected."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.url = ""
        self.output = ""
        self._reading = asyncio.create_task(self._read())
        self._ready = asyncio.Event()

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.output += line.decode()
            if found := ADDRESS.search(self.output):
                self.url = found[1]
                self._ready.set()
        self._ready.set()

    async def ready(self) -> None:
        async with asyncio.timeout(60):
            await self._ready.wait()
        assert self.url, self.output

    async def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, return the exit code."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.wait()

    async def wait(self) -> int:
        async with asyncio.timeout(30):
            code = await self.process.wait()
            await self._reading
        return code


async def start(directory: Path, environment: dict[str, str], *, arguments=(), script: str = "") -> ServerProcess:
    """Start a server in `directory`. `script` replaces `-m server` for a server with a flaw planted in it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    process = await asyncio.create_subprocess_exec(
        *command(script),
        "serve",
        "--port",
        "0",
        *arguments,
        cwd=directory,
        env={**clean, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=2**20,
    )
    return ServerProcess(process)


@asynccontextmanager
async def serving(directory: Path, environment: dict[str, str], **options):
    """A server that is ready; stopped with SIGTERM at the end."""
    server = await start(directory, environment, **options)
    try:
        await server.ready()
        yield server
    finally:
        if server.process.returncode is None:
            await server.stop()


# Dies like a pulled plug before the Nth statement that touches the queues, counted from the first accepted update.
DIES_AT = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool
from runtime import database
left, begun = {statement}, False

def count(statement):
    global left, begun
    begun = begun or "INTO updates" in statement
    if begun and any(name in statement for name in ("updates", "lanes", "deliveries", "messages", "contacts")):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

def trace(connection, _record):
    if "sqlite" in type(connection).__module__:  # tells of what triggers do, too
        connection.run_async(lambda driver: driver.set_trace_callback(count))

def before(connection, _cursor, statement, *_rest):
    if connection.dialect.name != "sqlite":
        count(statement)

run_alone = database.run_alone

async def running(engine, statement, parameters):
    if engine.dialect.name != "sqlite":
        count(statement)
    return await run_alone(engine, statement, parameters)

event.listen(Pool, "connect", trace)
event.listen(Engine, "before_cursor_execute", before)
database.run_alone = running
sys.argv[0] = "hoidap"
import server
from tests.support.fakes import FakeMatcher
# What is said does not matter here, and the real matcher would cost seconds at each of forty starts.
server.make_matcher = lambda snapshot, _learnt: (FakeMatcher(list(snapshot.entries.values())), True)
server.main()
"""


async def until(condition, seconds: float = 10.0) -> None:
    """Wait until `condition()` is true."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def hoidap(directory: Path, *arguments: str, environment: dict[str, str]) -> tuple[int, str]:
    """Run a command to its end beside this event loop; return its exit code and everything it said."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    process = await asyncio.create_subprocess_exec(
        *command(), *arguments,
        cwd=directory,
        env={**clean, "PYTHONPATH": str(ROOT), "TERM": "dumb", "COLUMNS": "200", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    async with asyncio.timeout(120):
        said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


def noted(directory: Path) -> list[tuple[str, str, str]]:
    """Return who did what to what, by the audit log of the database in a directory, in order."""
    with contextlib.closing(sqlite3.connect(directory / "var/hoidap.db")) as database:
        return database.execute("SELECT actor, action, subject FROM audit_events ORDER BY id").fetchall()
