r"""Whether a request comes from Meta: HMAC-SHA256 over the raw body, and the token of the set-up handshake.

Source: developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview (read 2026-06-17).
Meta signs the bytes it sends, with letters outside ASCII written as \uXXXX: only the raw body can be checked.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence

SIGNATURE_HEADER = "x-hub-signature-256"
_PREFIX = "sha256="
# Echoed to whoever knows the token; nothing that a browser could take for markup.
_CHALLENGE = re.compile(r"[0-9A-Za-z_.-]{1,256}")


def is_signed(headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> bool:
    """Tell whether one of `secrets` signed `body`. Header names are lower case; SHA-1 signatures do not count."""
    header = headers.get(SIGNATURE_HEADER, "").strip().lower()
    # Bytes, because compare_digest raises TypeError for text outside ASCII and a header may hold anything.
    given = header.removeprefix(_PREFIX).encode("utf-8", "replace") if header.startswith(_PREFIX) else b""
    matches = [
        hmac.compare_digest(given, hmac.digest(secret.encode(), body, "sha256").hex().encode())
        for secret in secrets
        if secret
    ]
    return any(matches)


def challenge(query: Mapping[str, str], verify_token: str) -> str:
    """Return the text that answers a handshake, "" when it is refused."""
    given = query.get("hub.verify_token", "").encode("utf-8", "replace")
    is_ours = hmac.compare_digest(given, verify_token.encode()) and bool(verify_token)
    text = query.get("hub.challenge", "")
    return text if is_ours and query.get("hub.mode") == "subscribe" and _CHALLENGE.fullmatch(text) else ""
