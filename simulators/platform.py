"""What the fake platforms share: running on a free port, failing on demand, remembering what they took."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One failure to act out. Without `taken` nothing was accepted; with it the answer is lost after the deed."""

    code: int | None = None  # refused in the platform's own form
    status: int | None = None  # this HTTP status with a body that is no JSON, as a proxy in between would send
    hang: float = 0.0  # seconds without an answer
    drop: bool = False  # the connection ends without an answer
    taken: bool = False


class Script:
    """The faults to come, first in, first out; an empty script means that all goes well."""

    def __init__(self) -> None:
        self._faults: deque[Fault] = deque()

    def add(self, *faults: Fault) -> None:
        """Put faults at the end; each one is used for one call."""
        self._faults.extend(faults)

    def next(self) -> Fault:
        """Return the fault of this call."""
        return self._faults.popleft() if self._faults else Fault()


class Quota:
    """At most `count` calls in any `seconds` for each key. Without a count nothing is refused."""

    def __init__(self, seconds: float, count: int | None = None) -> None:
        self.seconds = seconds
        self.count = count
        self._taken: defaultdict[str, deque[float]] = defaultdict(deque)

    def takes(self, key: str = "") -> bool:
        """Count one call and tell whether it is within the quota."""
        if self.count is None:
            return True
        now, taken = asyncio.get_running_loop().time(), self._taken[key]
        while taken and taken[0] <= now - self.seconds:
            taken.popleft()
        if len(taken) >= self.count:
            return False
        taken.append(now)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """An event as it goes over the wire: exactly these bytes, signed."""

    body: bytes
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A message that a fake platform took."""

    to: str
    message: Mapping[str, Any]
    message_id: str
    path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@asynccontextmanager
async def running(app: web.Application, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve `app` and yield its address without a slash at the end; port 0 takes a free one."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        bound = runner.addresses[0]
        yield f"http://{bound[0]}:{bound[1]}"
    finally:
        await runner.cleanup()


def channel_settings(channel: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return a channel's settings as environment variables."""
    return {f"HOIDAP_CHANNELS__{channel}__{name}": value for name, value in values.items()}


async def act_out(request: web.Request, fault: Fault) -> web.Response | None:
    """Do what is visible of a fault on the wire; None when the platform answers by itself."""
    if fault.hang:
        await asyncio.sleep(fault.hang)
    if fault.drop and request.transport is not None:
        request.transport.close()
    if fault.status is None and not (fault.hang or fault.drop):
        return None
    # After a hang or a lost connection nobody reads this any more.
    return web.Response(status=fault.status or 504, text="<html>error</html>", content_type="text/html")


async def json_body(request: web.Request) -> Mapping[str, Any] | None:
    """Return the request's JSON object, None when it is not sent as one."""
    if request.content_type != "application/json":
        return None
    try:
        document = json.loads(await request.read())
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def is_text(value: object, limit: int) -> bool:
    """Tell whether `value` is text a platform takes: not blank, at most `limit` characters."""
    return isinstance(value, str) and bool(value.strip()) and len(value) <= limit


def is_composed(value: str) -> bool:
    """Tell whether text is NFC; anything else is counted longer than it looks."""
    return unicodedata.is_normalized("NFC", value)


async def post_event(
    http: aiohttp.ClientSession, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = 10.0
) -> int:
    """Send one event and return the HTTP status."""
    sent = {"Content-Type": "application/json", **headers}
    timeout = aiohttp.ClientTimeout(total=seconds)
    async with http.post(url, data=body, headers=sent, timeout=timeout) as response:
        await response.read()
        return response.status
