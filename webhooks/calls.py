"""One call to a platform's API: bounded in time, never retried here, and silent about what it carried.

Errors name neither URL nor header: a Zalo Bot token stands in the URL of every call.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

import aiohttp
from pydantic import AfterValidator

from bot.channel import RetryLater


class InDoubt(Exception):
    """The request went out whole and no answer came: the platform may have acted on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A platform's answer. `document` is empty when the body was no JSON object."""

    status: int
    document: Mapping[str, Any]

    @property
    def is_readable(self) -> bool:
        """Whether the platform itself answered, rather than something in between that failed."""
        return bool(self.document) and self.status < 500  # noqa: PLR2004 - 5xx


async def call(
    http: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    document: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
) -> Answer:
    """Make one call. Raises RetryLater when it surely did not arrive, InDoubt when it may have.

    A connection closed without any answer counts as not arrived: on a kept-alive connection that is what a server's
    idle timeout looks like, and losing answers every night would be worse than the rare repetition.
    """
    # Connecting must be given up before the whole is: else nobody knows whether the request went out.
    timeout = aiohttp.ClientTimeout(total=seconds, connect=min(5.0, seconds / 2))
    failure: Exception
    try:
        async with http.request(
            method, url, headers=headers, json=document, data=form, timeout=timeout, allow_redirects=False
        ) as response:
            return Answer(status=response.status, document=_document(await response.read()))
    except aiohttp.ConnectionTimeoutError:
        failure = RetryLater("The platform could not be reached in time.", code="connect")
    except (TimeoutError, aiohttp.ClientPayloadError):
        failure = InDoubt("The platform took the request and did not answer in time.")
    except aiohttp.ClientError as error:
        failure = RetryLater(f"The platform could not be reached ({type(error).__name__}).", code="connect")
    # Raised here, outside the handler, so that no traceback carries the original error with its URL.
    raise failure


def _document(body: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _secure_base(url: str) -> str:
    parts = urlsplit(url)
    if parts.query or parts.fragment or parts.username or not parts.hostname:
        raise ValueError("must be an address such as https://host, without a query")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise ValueError("must begin with https:// (http:// is for simulators on this machine)")
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


BaseUrl = Annotated[str, AfterValidator(_secure_base)]
"""Where a platform's API stands: https, or http on this machine; no slash at the end."""
