"""Network addresses: whose request it is behind proxies of ours, and what counts as one place."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

_IPV6_NETWORK = 64  # what a provider gives to one household


def address_behind(proxies: int, forwarded: Sequence[str], remote: str | None) -> str:
    """Return the client's address: as many steps before us as there are proxies of ours.

    `forwarded` holds the X-Forwarded-For headers in order; with `proxies` = 0 they are not believed.
    """
    hops = [hop.strip() for hop in ",".join(forwarded).split(",")]
    if proxies and len(hops) >= proxies and hops[-proxies]:
        return hops[-proxies]
    return remote or ""


def network_of(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or an IPv6 network of one household."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False))
    return str(parsed)
