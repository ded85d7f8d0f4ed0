"""Random tokens, what is kept of them, and form tokens derived from them. Pure but for the randomness."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

_BYTES = 32


def new_token() -> str:
    """Return a new secret that fits into a cookie or an address."""
    return secrets.token_urlsafe(_BYTES)


def digest_of(token: str) -> str:
    """Return what the database keeps of a token. Tokens are random, so a plain SHA-256 cannot be reversed."""
    return hashlib.sha256(token.encode()).hexdigest()


def derived(token: str, purpose: str) -> bytes:
    """Return a key for one purpose, derived from a token; it says nothing about the token."""
    return hmac.digest(token.encode(), purpose.encode(), "sha256")


def form_token(cookie: str) -> str:
    """Return the value that a form of this browser carries. Masked anew each time: compression leaks nothing."""
    mask = secrets.token_bytes(_BYTES)
    return base64.urlsafe_b64encode(mask + _xor(mask, derived(cookie, "form"))).decode()


def is_form_token(given: str, cookie: str) -> bool:
    """Tell whether a posted value was made by `form_token` for this browser. Takes the same time for every value."""
    try:
        raw = base64.urlsafe_b64decode(given.encode())
    except (binascii.Error, ValueError):
        return False
    mask, masked = raw[:_BYTES], raw[_BYTES:]
    return len(masked) == _BYTES and hmac.compare_digest(_xor(mask, masked), derived(cookie, "form"))


def signed(text: str, cookie: str, purpose: str) -> str:
    """Return `text` for a cookie that only this browser's next request can bring back unchanged."""
    body = base64.urlsafe_b64encode(text.encode()).decode()
    return f"{body}.{hmac.digest(derived(cookie, purpose), body.encode(), 'sha256').hex()}"


def unsigned(value: str, cookie: str, purpose: str) -> str | None:
    """Return what `signed` was given; None when it was not made by it."""
    body, _, mark = value.rpartition(".")
    expected = hmac.digest(derived(cookie, purpose), body.encode(), "sha256").hex()
    if not hmac.compare_digest(mark.encode(), expected.encode()):
        return None
    return base64.urlsafe_b64decode(body).decode()


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
