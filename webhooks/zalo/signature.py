"""Whether an event comes from Zalo: plain SHA-256 over a concatenation that ends with the OA secret key.

Header `X-ZEvent-Signature: mac=<hex>`, hex = SHA-256(appId + data + timeStamp + OAsecretKey), data = the raw body
(docs.zaloplatforms.com/docs/OA, webhook pages, surveyed 2026-08-20). Which timestamp and which id the platform takes
is not agreed between sources, so three formulas are candidates, and no more: each further one would be a further
chance to forge.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

from webhooks import wire

SIGNATURE_HEADER = "x-zevent-signature"
TIMESTAMP_HEADER = "x-zevent-timestamp"

_TIMESTAMP = re.compile(rb'(?<!\\)"timestamp"\s*:\s*"?(\d{1,20})(?!\d)')

BY_BODY = "app_id + body + body.timestamp"
BY_HEADER = "app_id + body + X-ZEvent-Timestamp"
BY_ACCOUNT = "oa_id + body + body.timestamp"


def matching_formula(headers: Mapping[str, str], body: bytes, *, app_id: str, oa_id: str, secret: str) -> str:
    """Return the name of the formula that the event's signature matches, "" for none.

    Header names are lower case. All formulas are computed and compared whatever the outcome, so the time taken tells
    nothing. An event of another application matches none, even if it is signed with our secret.
    """
    document = wire.lenient_object(body)
    given = _given(headers.get(SIGNATURE_HEADER, ""))
    # Nothing of an unreadable body is ever used: what is found here only decides between 401 and 400.
    possible = {wire.stamp(document.get("timestamp"))} if document else {"", _unparsed_timestamp(body)}
    received = headers.get(TIMESTAMP_HEADER, "").strip()
    is_dated = received.isascii() and received.isdigit()
    found = ""
    for written in sorted(possible):
        by_header = received if is_dated else written
        formulas = ((BY_ACCOUNT, oa_id, written), (BY_HEADER, app_id, by_header), (BY_BODY, app_id, written))
        for name, first, timestamp in formulas:
            if hmac.compare_digest(given, _mac(first, body, timestamp, secret)):
                found = name
    is_ours = document.get("app_id", app_id) in (app_id, _as_number(app_id))
    return found if is_ours and secret else ""


def _unparsed_timestamp(body: bytes) -> str:
    """Return the timestamp of a body that is no JSON object: whether it is authentic decides between 401 and 400."""
    found = _TIMESTAMP.findall(body) if body.lstrip().startswith(b"{") else ()
    return found[-1].decode() if found else ""


def _mac(first: str, body: bytes, timestamp: str, secret: str) -> bytes:
    pieces = first.encode(), body, timestamp.encode("utf-8", "replace"), secret.encode()
    return hashlib.sha256(b"".join(pieces)).hexdigest().encode()


def _given(header: str) -> bytes:
    # Bytes, because compare_digest raises TypeError for text outside ASCII and a header may hold anything.
    value = header.strip().lower()
    return value.removeprefix("mac=").strip().encode("utf-8", "replace")


def _as_number(digits: str) -> int | None:
    return int(digits) if digits.isascii() and digits.isdigit() else None
