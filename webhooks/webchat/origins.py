"""Which sites may show the widget, and what the browser is told about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from aiohttp import web

from runtime.addresses import address_behind
from webhooks.webchat.settings import WebchatSettings

_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{1,5})?")


class Origins:
    """The allow-list: exact origins from the settings, and this server's own."""

    def __init__(self, settings: WebchatSettings, *, public_url: str) -> None:
        parts = urlsplit(public_url)
        own = {f"{parts.scheme}://{parts.netloc}".lower()} if parts.netloc else set[str]()
        self.listed = settings.allowed_origins
        self._public_url = public_url.rstrip("/")
        self._known = frozenset((*settings.allowed_origins, *own))
        self._is_secure = parts.scheme == "https"
        self._proxies = settings.trusted_proxies

    def allows(self, request: web.Request, *, missing: bool) -> bool:
        """Tell whether the request's Origin may talk to us; `missing` is the verdict on a request without one."""
        origin = request.headers.get("Origin")
        if origin is None:
            return missing and request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
        return origin in self._known or self._is_own(origin, request)

    def cors(self, request: web.Request) -> dict[str, str]:
        """Return the headers that let an allowed site read our answer."""
        headers = {"Vary": "Origin"}
        origin = request.headers.get("Origin", "")
        if origin and self.allows(request, missing=False):
            headers["Access-Control-Allow-Origin"] = origin
        return headers

    def policy(self, request: web.Request, nonce: str, *, framed_by: tuple[str, ...] = ()) -> str:
        """Return the Content-Security-Policy of one of our pages. Nothing is loaded from anywhere else."""
        host = request.host if _HOST.fullmatch(request.host) else ""
        sockets = f" ws://{host} wss://{host}" if host else ""  # older Safari does not count sockets as 'self'
        ancestors = " ".join(framed_by) or "'none'"
        return "; ".join((
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            f"style-src 'nonce-{nonce}'",
            f"connect-src 'self'{sockets}",
            "img-src 'self' data:",
            "frame-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {ancestors}",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ))  # fmt: skip

    def address(self, request: web.Request) -> str:
        """Return the visitor's network address: as many steps before us as there are proxies of ours."""
        return address_behind(self._proxies, request.headers.getall("X-Forwarded-For", []), request.remote)

    def address_of_server(self, request: web.Request) -> str:
        """Return the address under which people reach this server."""
        host = request.host if _HOST.fullmatch(request.host) else ""
        return self._public_url or f"{request.scheme}://{host}"

    def is_secure(self, request: web.Request) -> bool:
        """Tell whether the visitor's line is encrypted."""
        return self._is_secure or request.secure

    @staticmethod
    def _is_own(origin: str, request: web.Request) -> bool:
        scheme, _, host = origin.partition("://")
        return scheme in {"http", "https"} and bool(_HOST.fullmatch(host)) and host == request.host


def joined(origins: Iterable[str]) -> str:
    """Return origins as one attribute value."""
    return " ".join(origins)
