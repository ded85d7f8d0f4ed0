"""Which addresses may be fetched: named hosts only, and never a machine of our own network."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from runtime.errors import PortalError

_PORTS = {None, 80, 443}
_NUMERIC = re.compile(r"[\d.]+|0x[0-9a-f.x]*|.*:.*")
# Networks whose addresses carry another one inside: a translator at our edge would take us to it.
_TRANSLATED = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))


def require_allowed(url: str, hosts: Collection[str], *, ports: Collection[int | None] = _PORTS) -> SplitResult:
    """Return the parts of an address that may be fetched. Raises PortalError: its problem is "address" or "host"."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise PortalError("address", f"{url!r} is not an address.", hint="Copy it from the browser.") from None
    host = plain_host(parts.hostname or "")
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None or port not in ports:
        raise PortalError("address", f"{url!r} is not a plain web address.", hint="Use http:// or https://.")
    if _NUMERIC.fullmatch(host) or host not in hosts:
        raise PortalError(
            "host", f"Pages of {host} may not be read.", hint="Add the host to HOIDAP_PORTAL__HOSTS if it may be."
        )
    return parts


def plain_host(name: str) -> str:
    """Return a host name in lower case and ASCII, without the dot at its end; "" for one that is none."""
    try:
        return name.strip().rstrip(".").lower().encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def is_public(written: str) -> bool:
    """Tell whether an IP address belongs to the public internet, also by an IPv4 address it carries inside."""
    try:
        address = ipaddress.ip_address(written.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if any(address in network for network in _TRANSLATED):
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
        if address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
