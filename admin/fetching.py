"""Fetch pages of the portal from outside, politely and without being led anywhere else.

Only named hosts over http and https; the address a name leads to is checked when the connection is made, so a name
that changes its mind gains nothing; every redirect is checked like the first address. One request at a time, limited
in size and time, robots.txt kept to, and an honest User-Agent.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from admin.addresses import is_public, plain_host, require_allowed
from knowledge.portal.fetching import Fetched
from runtime.errors import PortalError
from runtime.settings import PortalSettings

AGENT = "hoidap"
_REDIRECTS = 5
_REDIRECT = frozenset({301, 302, 303, 307, 308})
_ROBOTS_SECONDS = 86_400.0  # how long a robots.txt counts
_ROBOTS_BYTES = 512_000  # what a crawler has to read of it (RFC 9309, 2.5)
_LONGEST_PAUSE = 10.0  # seconds of Crawl-delay that are waited
_CHUNK = 65_536
_READABLE = re.compile(r"(?:text/(?:html|plain|xml)|application/(?:xhtml\+xml|rss\+xml|atom\+xml|xml|x?-?gzip))\b")
_NOT_FOUND, _SERVER_ERROR = 400, 500

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""Names to IP addresses."""


class PortalFetcher:
    """Fetches pages of allowed hosts; satisfies knowledge.portal.fetching.Fetch."""

    def __init__(self, settings: PortalSettings, *, contact: str = "", resolve: Resolve | None = None) -> None:
        self._settings = settings
        self._hosts = frozenset(map(plain_host, settings.allowed_hosts))
        self._agent = f"{AGENT}/{version(AGENT)}" + (f" (+{contact})" if contact else "")
        self._resolver = _CheckedResolver(resolve or _look_up, settings.trial_address)
        self._turn = asyncio.Lock()
        self._robots: dict[str, tuple[float, RobotFileParser]] = {}
        self._free_at = 0.0

    async def __call__(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """Return the answer to one GET. Raises PortalError when there is none, or none that may be taken."""
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        async with self._turn:
            try:
                async with asyncio.timeout(self._settings.timeout_seconds), self._session() as session:
                    return await self._follow(session, url, headers, limit=self._settings.max_bytes, ask_robots=True)
            except TimeoutError:
                raise PortalError("timeout", f"{url} did not answer in time.", hint="Try again later.") from None
            except aiohttp.ClientSSLError:
                raise PortalError(
                    "certificate", f"The certificate of {url} is not valid.", hint="Tell who runs the portal."
                ) from None
            except (aiohttp.ClientError, OSError):
                raise PortalError("unreachable", f"{url} cannot be reached.", hint="Try again later.") from None

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(resolver=self._resolver, use_dns_cache=False, force_close=True, limit=1)
        headers = {
            "User-Agent": self._agent,
            "Accept-Language": "vi",
            "Accept": "text/html, application/xml, text/plain",
        }
        return aiohttp.ClientSession(
            connector=connector, headers=headers, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
        )

    async def _follow(
        self, session: aiohttp.ClientSession, url: str, headers: Mapping[str, str], *, limit: int, ask_robots: bool
    ) -> Fetched:
        """Get an address and what it redirects to, each of them checked as if it were the first."""
        for _ in range(_REDIRECTS + 1):
            address = self._checked(url)
            if ask_robots:
                await self._ask_robots(session, url)
            async with session.get(address, headers=headers, allow_redirects=False) as response:
                if response.status not in _REDIRECT or "Location" not in response.headers:
                    return await _taken(response, url, limit=limit)
                url = _redirected(url, response.headers["Location"])
        raise PortalError("redirect", f"{url} is redirected again and again.", hint="Open it in a browser.")

    def _checked(self, url: str) -> str:
        """Return the address to get: the one given, or on trial the same over plain http."""
        parts = require_allowed(url, self._hosts)
        return (
            urlunsplit(parts._replace(scheme="http", netloc=parts.hostname or ""))
            if self._settings.trial_address
            else url
        )

    async def _ask_robots(self, session: aiohttp.ClientSession, url: str) -> None:
        """Wait as long as robots.txt asks for. Raises PortalError when it forbids the page or cannot be read."""
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        now = asyncio.get_running_loop().time()
        expires, rules = self._robots.get(place, (0.0, RobotFileParser()))
        if expires <= now:
            rules = await self._read_robots(session, f"{place}/robots.txt")
            self._robots[place] = (now + _ROBOTS_SECONDS, rules)
        if not rules.can_fetch(AGENT, url):
            raise PortalError(
                "robots", f"robots.txt of {parts.netloc} keeps programs from {parts.path}.", hint="Paste it."
            )
        await asyncio.sleep(max(0.0, self._free_at - asyncio.get_running_loop().time()))
        pause = min(float(rules.crawl_delay(AGENT) or 0), _LONGEST_PAUSE)
        self._free_at = asyncio.get_running_loop().time() + pause

    async def _read_robots(self, session: aiohttp.ClientSession, url: str) -> RobotFileParser:
        """Read the rules. No file allows everything; a server in trouble allows nothing for now (RFC 9309, 2.3.1)."""
        rules = RobotFileParser()
        answer = await self._follow(session, url, {}, limit=_ROBOTS_BYTES, ask_robots=False)
        if answer.status >= _SERVER_ERROR:
            raise PortalError("status", f"{url} cannot be read now.", hint="Try again later.")
        found = answer.status < _NOT_FOUND
        rules.parse(answer.content.decode("utf-8", "replace").splitlines() if found else [])
        return rules


async def _taken(response: aiohttp.ClientResponse, url: str, *, limit: int) -> Fetched:
    """Read a response up to `limit` bytes, unpacked. Raises PortalError when it is larger, or nothing to read."""
    etag, last_modified = response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
    if not response.ok or response.status == 304:  # noqa: PLR2004 - not modified
        return Fetched(url=url, status=response.status, etag=etag, last_modified=last_modified)
    kind = response.headers.get("Content-Type", "").lower()
    if kind and not _READABLE.match(kind):
        raise PortalError("type", f"{url} is no page but {kind.partition(';')[0]}.", hint="Give the address of a page.")
    content = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > limit:
            raise PortalError("size", f"{url} is larger than {limit} bytes.", hint="Paste the text instead.")
    return Fetched(
        url=url,
        status=response.status,
        content=bytes(content),
        charset=response.charset or "",
        etag=etag,
        last_modified=last_modified,
    )


def _redirected(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise PortalError("redirect", f"{url} redirects to what is no address.", hint="Open it in a browser.") from None


class _CheckedResolver(AbstractResolver):
    """Looks names up and refuses any address that is not public; on trial every name is one machine."""

    def __init__(self, resolve: Resolve, trial_address: str) -> None:
        self._resolve = resolve
        self._trial = trial_address.rpartition(":")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses to connect to, all of them checked. Raises PortalError."""
        del family  # whatever the host has
        if self._trial[0]:
            return [_result(host, self._trial[0], int(self._trial[2]))]
        addresses = await self._resolve(host)
        if not addresses or not all(map(is_public, addresses)):
            raise PortalError("address", f"{host} is not on the public internet.", hint="Ask who runs its name server.")
        return [_result(host, address, port) for address in addresses]

    async def close(self) -> None:
        """Nothing is held."""


def _result(name: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=name, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)


async def _look_up(host: str) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    found: list[Any] = await loop.getaddrinfo(plain_host(host), None, type=socket.SOCK_STREAM)
    return [each[4][0] for each in found]
